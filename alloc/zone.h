/*
 * Red zones: what debug builds put behind every block, so that a write beyond its end is noticed.
 *
 *   | asked bytes | 0xFD ... | stamp |         a block in use; at least 16 bytes of pattern
 *
 * A block is made for the asked size plus ZONE_BYTES; what the class has more than that is pattern as well.  The stamp
 * tells how many bytes were asked for, and which heap allocated the block, or gave it back.  It has a checksum, of
 * the block's address as well: overwritten, or copied from elsewhere, it does not read.
 *
 * Tests of exact sizes and classes switch the zones off, before the first allocation; then there is no stamp either.
 */
#ifndef ALLOC_ZONE_H
#define ALLOC_ZONE_H

#include "alloc/base/check.h"
#include "alloc/block.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

struct heap;

struct zone_stamp {
    size_t asked;
    const struct heap *by;
    bool reads; /* false: it is overwritten, and the rest means nothing */
};

enum { ZONE_BYTES = BLOCK_ZONE, ZONE_STAMP = 2 * sizeof(uint64_t) };

extern size_t zone_bytes; /* ZONE_BYTES, or 0 */

void zone_switch(bool on);

/* The size that a block for `size` bytes must have at least. */
static inline size_t zone_pad(size_t size) { return REFBENCH_DEBUG ? size + zone_bytes : size; }

/* The greatest size that a block of so many bytes has room for. */
static inline size_t zone_unpad(size_t bytes)
{
    return REFBENCH_DEBUG ? bytes - zone_bytes : bytes;
}

/* Where the stamp of a block of so many bytes begins: its end if there is none. */
static inline size_t zone_stamp_at(size_t bytes)
{
    return REFBENCH_DEBUG && zone_bytes != 0 ? bytes - ZONE_STAMP : bytes;
}

/* Writes the pattern and the stamp; and the stamp alone. */
void zone_write(void *block, size_t bytes, size_t asked, const struct heap *by);
static inline void zone_stamp(void *block, size_t bytes, size_t asked, const struct heap *by);

/* The stamp of a block; without zones, one that says all its bytes, and nobody. */
static inline struct zone_stamp zone_read(const void *block, size_t bytes);

/* How many bytes behind the asked ones the last changed byte of the pattern is, counting from 1; 0: none is changed. */
size_t zone_overrun(const void *block, size_t bytes, size_t asked);

/* The first byte from `from` to `to` that is not `value`, or `to`. */
static inline size_t zone_find_other(const void *block, size_t from, size_t to, int value);

/* --- inlined ------------------------------------------------------------------------------------------------------- */

enum { ZONE_ASKED_BITS = 48 };

#define ZONE_FIBONACCI UINT64_C(0x9E3779B97F4A7C15) /* Knuth 6.4 */

static inline uint64_t zone_checksum(const void *block, uint64_t by, uint64_t asked)
{
    uint64_t word = (uintptr_t)block ^ (by << 16 | by >> 48) ^ asked << 4 ^ 1;
    return word * ZONE_FIBONACCI >> ZONE_ASKED_BITS;
}

static inline void zone_stamp(void *block, size_t bytes, size_t asked, const struct heap *by)
{
    if (zone_bytes == 0)
        return;
    uint64_t words[2] = {(uintptr_t)by, asked};
    words[1] |= zone_checksum(block, words[0], asked) << ZONE_ASKED_BITS;
    memcpy((char *)block + zone_stamp_at(bytes), words, sizeof words);
}

static inline struct zone_stamp zone_read(const void *block, size_t bytes)
{
    if (zone_bytes == 0)
        return (struct zone_stamp){.asked = bytes, .reads = true};
    uint64_t words[2];
    memcpy(words, (const char *)block + zone_stamp_at(bytes), sizeof words);
    size_t asked = (size_t)(words[1] & ((UINT64_C(1) << ZONE_ASKED_BITS) - 1));
    return (struct zone_stamp){
        .asked = asked,
        .by = (const struct heap *)words[0],
        .reads = asked <= zone_unpad(bytes) &&
                 words[1] >> ZONE_ASKED_BITS == zone_checksum(block, words[0], asked),
    };
}

/* By words as long as there are whole ones. */
static inline size_t zone_find_other(const void *block, size_t from, size_t to, int value)
{
    const char *bytes = block;
    const uint64_t expected = (unsigned char)value * (~UINT64_C(0) / 0xFF);
    for (uint64_t word = expected; from + sizeof word <= to; from += sizeof word) {
        memcpy(&word, bytes + from, sizeof word);
        if (word != expected)
            break;
    }
    while (from < to && bytes[from] == (char)value)
        from++;
    return from;
}

#endif
