/*
 * A corpus: input files cut into lower-case words.  Not objects: workloads make objects of it while they are timed.
 */
#ifndef BENCH_TRIAL_CORPUS_H
#define BENCH_TRIAL_CORPUS_H

#include "bench/trial/input.h"

#include <stdint.h>

struct token {
    const char *text;
    uint32_t length;
    uint64_t hash; /* mix_text */
};

struct corpus {
    struct token *tokens;
    size_t length;
    size_t capacity;
    char **texts; /* the files' contents, lower-cased, which tokens point into */
    size_t files;
};

enum corpus_cut {
    CORPUS_LINES,   /* one word on each line */
    CORPUS_LETTERS, /* words are runs of letters; bytes beyond ASCII are letters */
};

/* Reads the files of an input into the empty `corpus`.  False, and `problem` says why, if one cannot be read or there is no
 * word in them. */
bool corpus_read(struct corpus *corpus, enum input_kind kind, const char *path, enum corpus_cut cut,
                 char problem[256]);

void corpus_free(struct corpus *corpus);

#endif
