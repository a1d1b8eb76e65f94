/*
 * Scripts: what a round of the fuzzer does, as bytes.
 *
 * A step is four bytes: what is done, by whom, and three operands, each taken modulo what there is, so that any bytes are a
 * script, a step can be left out without changing the others, and a changed byte changes one step: what mutation and
 * minimising want.
 *
 *   byte 0        the verb (verbs.def), by weight
 *   byte 1        bits 0-1 the seat, bits 2-7 operand a
 *   bytes 2, 3    operands b and c
 *
 * A random script does without some of the verbs, others each time: what all of them together rarely come to, such as a
 * queue that nobody drains, some of them alone do often.
 * Source: A. Groce, C. Zhang, E. Eide, Y. Chen, J. Regehr, "Swarm Testing", ISSTA 2012.
 */
#ifndef TESTS_FUZZ_MODEL_SCRIPT_H
#define TESTS_FUZZ_MODEL_SCRIPT_H

#include <stddef.h>
#include <stdint.h>

enum { SCRIPT_STEP = 4, SCRIPT_STEPS_MAX = 1024 };

struct script {
    size_t steps;
    uint8_t bytes[SCRIPT_STEPS_MAX * SCRIPT_STEP];
};

struct step {
    unsigned verb; /* below VERBS */
    unsigned seat;
    unsigned a, b, c;
};

/* Takes over whole steps, as many as there is room for. */
void script_set(struct script *script, const uint8_t *bytes, size_t size);

void script_random(struct script *script, uint64_t seed, size_t steps);

struct step script_step(const struct script *script, size_t index);

#endif
