/*
 * Relations between Debian packages, as in the fields Depends, Pre-Depends and Provides.
 *
 *   relation { '|' relation } { ',' ... }       relation = name [':' architecture] ['(' operator version ')']
 *
 * Commas separate what is all needed, bars what can stand for each other.  White space, that of folded lines included, may be
 * anywhere between two words.  A relation is met by a package of that name, or by one that provides it: then an unversioned
 * provision meets only an unversioned relation.
 *
 * Architectures: a package fits who needs it if both have the same, if one of them says `all`, if it is Multi-Arch: foreign, or
 * allowed and asked for with `:any`; with any other qualifier, if that is its own.
 * Source: Debian Policy, 7.1, "Syntax of relationship fields", and 7.5, "Virtual packages"; deb-control(5).
 */
#ifndef BENCH_TRIAL_DPKG_RELATION_H
#define BENCH_TRIAL_DPKG_RELATION_H

#include "bench/trial/span.h"

enum dpkg_operator {
    DPKG_ANY,           /* no version is asked for */
    DPKG_EARLIER,       /* << */
    DPKG_EARLIER_EQUAL, /* <= */
    DPKG_EQUAL,         /* = */
    DPKG_LATER_EQUAL,   /* >= */
    DPKG_LATER,         /* >> */
    DPKG_OPERATORS
};

struct dpkg_relation {
    struct span name;
    struct span qualifier; /* empty: none */
    enum dpkg_operator how;
    struct span version; /* empty with DPKG_ANY */
    bool alternative;    /* may stand for the one before it */
};

/* What can meet a relation: a package, or something it provides. */
struct dpkg_offer {
    struct span version; /* empty: provided without one */
    struct span architecture;
    struct span multi_arch; /* empty: none */
};

/* How an operator is written, "" for DPKG_ANY. */
extern const char *const dpkg_operators[DPKG_OPERATORS];

/* What is left of a field, to be read one relation at a time. */
struct dpkg_relations {
    struct span field;
    struct span rest;
    const char *reason; /* why it was refused; else NULL */
};

static inline struct dpkg_relations dpkg_relations_of(struct span field)
{
    return (struct dpkg_relations){field, field, NULL};
}

/* Reads the next relation.  False at the end of the field, and where it is refused: then there is a reason, and what is left
 * begins there. */
bool dpkg_relation_next(struct dpkg_relations *relations, struct dpkg_relation *relation);

/* Whether an offer of that name meets the relation of a package of that architecture. */
bool dpkg_relation_is_met(const struct dpkg_relation *relation, struct span architecture,
                          const struct dpkg_offer *offer);

#endif
