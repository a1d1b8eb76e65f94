/*
 * Claims: what is compared with what was seen, and whether they agree.
 *
 * They are kept until a statement ends and then written behind its evidence.  An address, a number and a text are
 * compared as what they are and kept as text.
 */
#ifndef BENCH_TOUR_CLAIM_H
#define BENCH_TOUR_CLAIM_H

#include "bench/json.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { CLAIMS = 32, CLAIM_TEXT = 80 };

struct claim {
    char what[2 * CLAIM_TEXT];
    char expected[CLAIM_TEXT];
    char seen[CLAIM_TEXT];
    bool ok;
};

struct claims {
    struct claim list[CLAIMS];
    unsigned length;
    unsigned failed; /* of all statements */
};

void claim_equal(struct claims *claims, const char *what, uint64_t expected, uint64_t seen);
void claim_at_least(struct claims *claims, const char *what, uint64_t least, uint64_t seen);
void claim_at_most(struct claims *claims, const char *what, uint64_t most, uint64_t seen);
void claim_true(struct claims *claims, const char *what, bool seen);
void claim_text(struct claims *claims, const char *what, const char *expected, const char *seen);

/* The same object, and two that are not. */
void claim_same(struct claims *claims, const char *what, const void *expected, const void *seen);
void claim_other(struct claims *claims, const char *what, const void *than, const void *seen);

/* Writes them as a list, and forgets them. */
void claim_write_all(struct claims *claims, struct json *json);

#endif
