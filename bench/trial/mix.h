/*
 * Numbers that look random and are the same everywhere: a bijection of 64-bit words whose every output bit depends on
 * every input bit.  mix64(seed + i), i = 0, 1, 2, ... is a random sequence that can be entered anywhere, so threads can
 * share one whatever their number.
 *
 * Source: G. Steele, D. Lea, C. Flood, "Fast Splittable Pseudorandom Number Generators", OOPSLA 2014 (SplitMix).
 */
#ifndef BENCH_TRIAL_MIX_H
#define BENCH_TRIAL_MIX_H

#include <stddef.h>
#include <stdint.h>

static inline uint64_t mix64(uint64_t x)
{
    x += UINT64_C(0x9e3779b97f4a7c15);
    x = (x ^ x >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
    x = (x ^ x >> 27) * UINT64_C(0x94d049bb133111eb);
    return x ^ x >> 31;
}

/* A number below `limit`, from the upper half of a mixed word: no division. */
static inline uint32_t mix_below(uint64_t mixed, uint32_t limit)
{
    return (uint32_t)((mixed >> 32) * limit >> 32);
}

/* Hash of a text (FNV-1a, then mixed), for checksums and for dealing out work: independent of any runtime. */
static inline uint64_t mix_text(const char *text, size_t length)
{
    uint64_t hash = UINT64_C(0xcbf29ce484222325);
    for (size_t i = 0; i < length; i++)
        hash = (hash ^ (unsigned char)text[i]) * UINT64_C(0x100000001b3);
    return mix64(hash);
}

#endif
