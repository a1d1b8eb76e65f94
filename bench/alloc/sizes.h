/*
 * Mixed sizes: a table of sizes of small objects, drawn before anything is timed.
 *
 * What programs with many small objects ask for: four in five blocks have 80 bytes or less, the rest up to 512.  The table is
 * the same in every program, so the same work is done by each.
 */
#ifndef BENCH_ALLOC_SIZES_H
#define BENCH_ALLOC_SIZES_H

#include <stddef.h>
#include <stdint.h>

enum { SIZES = 4096 };

extern uint16_t sizes_table[SIZES];

/* Before the first size_mixed. */
void sizes_draw(void);

/* The size with that number; they repeat after SIZES. */
static inline size_t sizes_mixed(size_t number) { return sizes_table[number % SIZES]; }

#endif
