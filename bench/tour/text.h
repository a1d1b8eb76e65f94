/*
 * Addresses and words as text: a number of JSON need not have 64 bits.
 */
#ifndef BENCH_TOUR_TEXT_H
#define BENCH_TOUR_TEXT_H

#include "bench/json.h"

#include <inttypes.h>

static inline void text_word(struct json *json, const char *key, uint64_t word)
{
    char text[20];
    snprintf(text, sizeof text, "0x%" PRIx64, word);
    json_string(json, key, text);
}

static inline void text_address(struct json *json, const char *key, const void *address)
{
    text_word(json, key, (uint64_t)(uintptr_t)address);
}

#endif
