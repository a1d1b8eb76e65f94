/*
 * One stanza of dpkg's status file: what is told of one package, up to an empty line.
 *
 *   Field: value
 *    a folded line of the same value begins with a blank or a tab
 *
 * The name of a field is read without regard to case.  Fields that are not named here are passed over, but must have the form of
 * a field.  It makes no objects and copies nothing: folded lines stay in a value as they are.
 * Source: deb822(5), dpkg(1); Debian Policy, 5.1.
 */
#ifndef BENCH_TRIAL_DPKG_STANZA_H
#define BENCH_TRIAL_DPKG_STANZA_H

#include "bench/trial/span.h"

enum dpkg_field {
    DPKG_PACKAGE,
    DPKG_STATUS,
    DPKG_VERSION,
    DPKG_ARCHITECTURE,
    DPKG_MULTI_ARCH,
    DPKG_PRE_DEPENDS,
    DPKG_DEPENDS,
    DPKG_PROVIDES,
    DPKG_FIELDS
};

/* Valid as long as the text it was read from. */
struct dpkg_stanza {
    struct span fields[DPKG_FIELDS]; /* trimmed; empty if it is not there */
    bool installed;                  /* by its status; else what there is of it does not count */
};

struct dpkg_problem {
    const char *reason;
    size_t line; /* of the text it was found in, from 1 */
};

/* The text of the next stanza, without the empty lines around it; what is left of the file, and at which line that begins, is
 * moved behind it.  False at the end of the file. */
bool dpkg_stanza_next(struct span *file, size_t *line, struct span *stanza, size_t *stanza_line);

/* Reads a stanza whose text begins at line `line`.  False: `problem` says what is wrong, and where. */
bool dpkg_stanza_read(struct dpkg_stanza *stanza, struct span text, size_t line,
                      struct dpkg_problem *problem);

#endif
