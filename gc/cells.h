/*
 * Inside of gc/: an array of cells, one for each number, and looking through many of them at a time.
 *
 * What a cell says stands in gc/numbered.c.  Most looks find nothing; so they take in sixteen bytes at
 * a time, which every machine has an instruction for.
 */
#ifndef GC_CELLS_H
#define GC_CELLS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

typedef uint32_t gc_cell;

#define CELL_IN_SET ((gc_cell)1)
#define CELL_ONE_REFERENCE ((gc_cell)2)
#define CELL_UNREACHED CELL_IN_SET

typedef gc_cell cells __attribute__((vector_size(16)));
typedef int32_t cells_mask
    __attribute__((vector_size(16))); /* of each cell: -1 for yes, 0 for no */

enum { CELLS_TOGETHER = sizeof(cells) / sizeof(gc_cell) };

static inline cells cells_at(const gc_cell *first)
{
    cells some;
    memcpy(&some, first, sizeof some);
    return some;
}

static inline bool cells_any(cells_mask mask)
{
    uint64_t halves[2];
    memcpy(halves, &mask, sizeof halves);
    return (halves[0] | halves[1]) != 0;
}

static inline size_t cells_sum(cells_mask mask)
{
    size_t sum = 0;
    for (unsigned i = 0; i < CELLS_TOGETHER; i++)
        sum -= (size_t)mask[i];
    return sum;
}

/* How many of these are unreached.  The length is below 2^31. */
static inline size_t cells_count_unreached(const gc_cell *first, size_t length)
{
    cells_mask counts = {0};
    size_t i = 0;
    for (; i + CELLS_TOGETHER <= length; i += CELLS_TOGETHER)
        counts += cells_at(&first[i]) == CELL_UNREACHED;
    size_t count = cells_sum(counts);
    for (; i < length; i++)
        count += first[i] == CELL_UNREACHED;
    return count;
}

static inline bool cell_is_reached(gc_cell own)
{
    return (own & CELL_IN_SET) != 0 && own != CELL_UNREACHED;
}

/* The place of the first one from `i` on that is reached, or `length`. */
static inline uint32_t cells_find_reached(const gc_cell *first, uint32_t i, uint32_t length)
{
    for (; i + CELLS_TOGETHER <= length; i += CELLS_TOGETHER) {
        cells some = cells_at(&first[i]);
        if (cells_any(((some & CELL_IN_SET) != 0) & (some != CELL_UNREACHED)))
            break;
    }
    while (i < length && !cell_is_reached(first[i]))
        i++;
    return i;
}

/* The place of the first one from `i` on that is not, or `length`. */
static inline uint32_t cells_find_unreached(const gc_cell *first, uint32_t i, uint32_t length)
{
    for (; i + CELLS_TOGETHER <= length; i += CELLS_TOGETHER)
        if (cells_any(cells_at(&first[i]) == CELL_UNREACHED))
            break;
    while (i < length && first[i] != CELL_UNREACHED)
        i++;
    return i;
}

#endif
