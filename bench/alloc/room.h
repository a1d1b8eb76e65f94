/* Room for the tests' own arrays: pages of the system, already touched, so that neither the allocator under test nor what is
 * resident from then on has to do with them. */
#ifndef BENCH_ALLOC_ROOM_H
#define BENCH_ALLOC_ROOM_H

#include <stddef.h>
#include <stdint.h>

/* Zeroes.  There is always room: if not, the program ends. */
void *room_map(size_t bytes);
void room_unmap(void *room, size_t bytes);

/* The numbers below `length` in a random order, which follows from the seed; in room for as many. */
uint32_t *room_permutation(uint32_t length, uint64_t seed);
void room_permutation_unmap(uint32_t *permutation, uint32_t length);

#endif
