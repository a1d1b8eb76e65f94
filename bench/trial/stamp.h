/*
 * Stamps: what texts of a store begin with, so that whoever reads one can tell whose it is and which of its versions.
 *
 *   tag, 8 hexadecimal digits | version, 8 hexadecimal digits | letters, which depend on the version
 */
#ifndef BENCH_TRIAL_STAMP_H
#define BENCH_TRIAL_STAMP_H

#include <stddef.h>
#include <stdint.h>
#include <string.h>

enum { STAMP_DIGITS = 8, STAMP_LENGTH = 2 * STAMP_DIGITS, STAMP_LETTERS = 26 };

static inline void stamp_put_hex(char *to, size_t digits, uint64_t number)
{
    for (size_t i = digits; i > 0; i--, number >>= 4)
        to[i - 1] = "0123456789abcdef"[number & 15];
}

static inline uint32_t stamp_get_hex(const char *from)
{
    uint32_t number = 0;
    for (size_t i = 0; i < STAMP_DIGITS; i++)
        number = number << 4 | (uint32_t)(from[i] <= '9' ? from[i] - '0' : from[i] - 'a' + 10);
    return number;
}

/* Fills a text of `size` bytes, at least STAMP_LENGTH. */
static inline void stamp_put(char *to, size_t size, uint32_t tag, uint32_t version)
{
    stamp_put_hex(to, STAMP_DIGITS, tag);
    stamp_put_hex(to + STAMP_DIGITS, STAMP_DIGITS, version);
    memset(to + STAMP_LENGTH, 'a' + (int)(version % STAMP_LETTERS), size - STAMP_LENGTH);
}

static inline uint32_t stamp_tag(const char *text) { return stamp_get_hex(text); }
static inline uint32_t stamp_version(const char *text)
{
    return stamp_get_hex(text + STAMP_DIGITS);
}

/* The digits of the tag as they are: what a reader pays for looking is a load. */
static inline uint64_t stamp_word(const char *text)
{
    uint64_t word;
    memcpy(&word, text, sizeof(word));
    return word;
}

static inline uint64_t stamp_word_of(uint32_t tag)
{
    char text[STAMP_DIGITS];
    stamp_put_hex(text, STAMP_DIGITS, tag);
    return stamp_word(text);
}

#endif
