/*
 * UTF-8: how long a well-formed sequence is, and writing one.
 *
 * Source: the Unicode Standard 15, table 3-7, "Well-Formed UTF-8 Byte Sequences": no byte more than needed, no surrogate,
 * nothing above U+10FFFF.
 */
#ifndef BENCH_TRIAL_UTF8_H
#define BENCH_TRIAL_UTF8_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { UTF8_MAX = 4 /* bytes of a sequence */ };

static inline bool utf8_is_continuation(char c) { return ((unsigned char)c & 0xc0) == 0x80; }

/* How many bytes a sequence has that begins with `first`; 0 if none does. */
static inline size_t utf8_length_of(unsigned char first)
{
    if (first < 0x80)
        return 1;
    if (first >= 0xc2 && first <= 0xdf)
        return 2;
    if (first >= 0xe0 && first <= 0xef)
        return 3;
    return first >= 0xf0 && first <= 0xf4 ? 4 : 0;
}

/* Which second bytes go with some first bytes is narrower than with the rest. */
static inline bool utf8_second_fits(unsigned char first, unsigned char second)
{
    switch (first) {
    case 0xe0:
        return second >= 0xa0; /* else two bytes would do */
    case 0xed:
        return second <= 0x9f; /* else a surrogate */
    case 0xf0:
        return second >= 0x90; /* else three bytes would do */
    case 0xf4:
        return second <= 0x8f; /* else above U+10FFFF */
    default:
        return true;
    }
}

/* How many of the `left` bytes at `text` the first sequence takes; 0 if they do not begin with a whole one. */
static inline size_t utf8_sequence(const char *text, size_t left)
{
    size_t length = left > 0 ? utf8_length_of((unsigned char)text[0]) : 0;
    if (length > left)
        return 0;
    for (size_t i = 1; i < length; i++)
        if (!utf8_is_continuation(text[i]))
            return 0;
    bool fits = length < 2 || utf8_second_fits((unsigned char)text[0], (unsigned char)text[1]);
    return fits ? length : 0;
}

/* Writes a code point that is no surrogate; how many bytes it takes. */
static inline size_t utf8_write(char buffer[UTF8_MAX], uint32_t code)
{
    if (code < 0x80) {
        buffer[0] = (char)code;
        return 1;
    }
    size_t length = code < 0x800 ? 2 : code < 0x10000 ? 3 : 4;
    static const unsigned char first[] = {0, 0, 0xc0, 0xe0, 0xf0};
    for (size_t i = length - 1; i > 0; i--, code >>= 6)
        buffer[i] = (char)(0x80 | (code & 0x3f));
    buffer[0] = (char)(first[length] | code);
    return length;
}

#endif
