/*
 * Inputs: real files that workloads read.
 *
 * A path may be a file or a folder.  A folder stands for the regular files in it, in the order of their names; symbolic
 * links are followed, and each real file counts once (by device and inode), whatever its number of names.
 */
#ifndef BENCH_TRIAL_INPUT_H
#define BENCH_TRIAL_INPUT_H

#include <stdbool.h>
#include <stddef.h>

enum input_kind {
    INPUT_WORDS,
    INPUT_LICENCES,
    INPUT_ISO_CODES,
    INPUT_WORDNET,
    INPUT_DPKG_STATUS,
    INPUT_TZDATA,
    INPUT_KINDS
};

struct input {
    const char *flag;   /* --<flag>=PATH names another one */
    const char *path;   /* of a Debian system */
    const char *remedy; /* what to do if it is missing */
};

extern const struct input inputs[INPUT_KINDS];

struct input_files {
    char **paths;
    size_t length;
};

/* The files that `path` stands for.  False, with errno set, if one cannot be looked at. */
bool input_list(const char *path, struct input_files *files);
void input_list_free(struct input_files *files);

/* Whether every file of `path` can be read; else writes one line that names the file and the remedy to `problem`. */
bool input_check(enum input_kind kind, const char *path, char *problem, size_t size);

/* Writes "<path>: <reason of errno> (<remedy>)" to `problem`. */
void input_problem(enum input_kind kind, const char *path, char *problem, size_t size);

#endif
