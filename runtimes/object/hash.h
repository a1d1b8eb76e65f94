/*
 * Mixing of 64-bit words: what every hash of the object layer is made of.
 *
 * Idea: multiply two words to 128 bits and fold the halves together; each bit of the result depends
 * on most bits of both.  A hash is the same in every runtime and every run (no seed), since
 * checksums are compared between them; the machine is little-endian.
 * Source: Wang Yi's wyhash, 2019, after V. Makarov's mum-hash, 2016: the folded product, and
 * reading a short text as two words that may overlap.  The constants are binary digits of the
 * golden ratio, sqrt 2 and sqrt 3, made odd.
 */
#ifndef RUNTIMES_OBJECT_HASH_H
#define RUNTIMES_OBJECT_HASH_H

#include <stddef.h>
#include <stdint.h>
#include <string.h>

__extension__ typedef unsigned __int128 hash_wide;

#define HASH_PHI UINT64_C(0x9e3779b97f4a7c15)
#define HASH_SQRT2 UINT64_C(0x6a09e667f3bcc909)
#define HASH_SQRT3 UINT64_C(0xbb67ae8584caa73b)

static inline uint64_t hash_mix(uint64_t a, uint64_t b)
{
    hash_wide product = (hash_wide)a * b;
    return (uint64_t)product ^ (uint64_t)(product >> 64);
}

/* Twice, or the low bits of multiples of a power of two would fall together. */
static inline uint64_t hash_int(int64_t value)
{
    return hash_mix(hash_mix((uint64_t)value ^ HASH_PHI, HASH_SQRT2) ^ HASH_SQRT3, HASH_PHI);
}

/* One more item of a sequence whose hash so far is `hash`. */
static inline uint64_t hash_combine(uint64_t hash, uint64_t item)
{
    return hash_mix(hash ^ HASH_SQRT3, item ^ HASH_PHI);
}

static inline uint64_t hash_word(const unsigned char *bytes)
{
    uint64_t word;
    memcpy(&word, bytes, sizeof word);
    return word;
}

static inline uint64_t hash_half_word(const unsigned char *bytes)
{
    uint32_t word;
    memcpy(&word, bytes, sizeof word);
    return word;
}

/* The last 0 to 16 bytes of a text, as two words that together hold all of them. */
static inline uint64_t hash_tail(uint64_t hash, const unsigned char *bytes, size_t length)
{
    uint64_t a = 0;
    uint64_t b = 0;
    if (length >= 8) {
        a = hash_word(bytes);
        b = hash_word(bytes + length - 8);
    } else if (length >= 4) {
        a = hash_half_word(bytes);
        b = hash_half_word(bytes + length - 4);
    } else if (length > 0) {
        a = bytes[0];
        b = (uint64_t)bytes[length / 2] << 8 | bytes[length - 1];
    }
    return hash_mix(hash_mix(hash ^ a, b ^ HASH_SQRT2), HASH_SQRT3);
}

static inline uint64_t hash_bytes(const void *text, size_t length)
{
    const unsigned char *bytes = text;
    uint64_t hash = hash_mix(length ^ HASH_PHI, HASH_SQRT3);
    size_t left = length;
    for (; left > 16; left -= 16, bytes += 16)
        hash = hash_mix(hash ^ hash_word(bytes), hash_word(bytes + 8) ^ HASH_SQRT2);
    return hash_tail(hash, bytes, left);
}

#endif
