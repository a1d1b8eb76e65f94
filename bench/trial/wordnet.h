/*
 * WordNet as plain data: the lines of its four data files, and the graph of its pointers.  Not objects: workloads make
 * objects of the lines while they are timed.
 *
 * Every line has been read once, its offset is its place in the file, and every pointer leads to a line.
 */
#ifndef BENCH_TRIAL_WORDNET_H
#define BENCH_TRIAL_WORDNET_H

#include "bench/trial/graph.h"
#include "bench/trial/wordnet_line.h"

struct wordnet_entry {
    uint64_t key; /* ascending */
    const char *text;
    uint32_t length;
    uint32_t line; /* of its file, from 1 */
};

struct wordnet {
    char *texts[WORDNET_PARTS];
    struct wordnet_entry *entries;
    uint32_t length;
    uint32_t capacity;
    uint32_t *first; /* of the graph; capacity + 1 of them */
    uint64_t *keys;  /* where pointers lead, as they were read; NULL afterwards */
    uint32_t *targets;
    uint32_t edges;
    uint32_t edge_capacity;
};

/* Reads the files in the folder `path` into the empty `wordnet`; with a divisor other than 1, only so much of each, and
 * pointers to what is not read are left out.  False, and `problem` says why, if one cannot be read or is damaged. */
bool wordnet_read(struct wordnet *wordnet, const char *path, unsigned divisor, char problem[256]);

void wordnet_free(struct wordnet *wordnet);

static inline struct graph wordnet_graph(const struct wordnet *wordnet)
{
    return (struct graph){wordnet->length, wordnet->first, wordnet->targets};
}

#endif
