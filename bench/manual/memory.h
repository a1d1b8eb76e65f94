/*
 * Where objects that are freed by hand come from: MANUAL_MEMORY_HEADER, which the build names, defines
 *
 *   MEMORY_NAME           what the program is called
 *   memory_alloc(size)    a block, NULL if there is no memory
 *   memory_free(block)    gives it back; NULL is nothing
 *
 * What a trial needs besides, and the counted versions do not have as objects either, comes from the C library.
 */
#ifndef MANUAL_MEMORY_H
#define MANUAL_MEMORY_H

#ifndef MANUAL_MEMORY_HEADER
#error "MANUAL_MEMORY_HEADER must be one of bench/manual/malloc.h, pools.h: the build sets it"
#endif
#include MANUAL_MEMORY_HEADER

#endif
