/*
 * dpkg's status file as plain data: the installed packages, and which needs which.  Not objects: workloads make objects of the
 * text while they are timed.
 *
 * A group of alternatives is met by the first of them that is met at all, and that by the first package in the file that meets
 * it; so it is the same whoever resolves it in which order.  A group that nothing meets counts as unmet, and as no edge.
 *
 * Nothing is skipped: dpkg itself writes this file, and does not start with a damaged one.
 */
#ifndef BENCH_TRIAL_DPKG_STATUS_H
#define BENCH_TRIAL_DPKG_STATUS_H

#include "bench/trial/dpkg_stanza.h"
#include "bench/trial/graph.h"

struct dpkg_entry {
    struct span text; /* of the stanza */
    size_t line;
};

struct dpkg_status {
    char *text;
    struct dpkg_entry *entries; /* installed packages, in the order of the file */
    uint32_t length;
    uint32_t capacity;
    uint32_t *first; /* of the graph; length + 1 of them */
    uint32_t *targets;
    uint32_t edges;
    uint32_t edge_capacity;
    uint64_t unmet;
};

extern const char dpkg_no_memory[];

/* Reads a text, which must outlive it, into the empty `status`; with a divisor other than 1, only so much of its packages.
 * False, and `problem` says what is wrong, if it is damaged, no package in it is installed, or there is no memory. */
bool dpkg_status_parse(struct dpkg_status *status, struct span text, unsigned divisor,
                       struct dpkg_problem *problem);

/* Reads a file.  False, and `problem` names the file, the line and the remedy. */
bool dpkg_status_read(struct dpkg_status *status, const char *path, unsigned divisor,
                      char problem[256]);

/* Of what was read, whether or not it was refused. */
void dpkg_status_free(struct dpkg_status *status);

static inline struct graph dpkg_status_graph(const struct dpkg_status *status)
{
    return (struct graph){status->length, status->first, status->targets};
}

#endif
