/*
 * Which library a function of the program comes from, and how the one with malloc is asked to give memory back.
 *
 * A preloaded allocator brings functions of its own for that: mimalloc's mi_collect, jemalloc's mallctl, and tcmalloc's
 * MallocExtension_ReleaseFreeMemory.  What the thread itself keeps is given back first: mi_collect does it, jemalloc's
 * thread.tcache.flush, and tcmalloc's MallocExtension_MarkThreadIdle.  malloc_trim is asked only of the C library, and only
 * if malloc is its own.
 */
#ifndef BENCH_ALLOC_LIBRARY_H
#define BENCH_ALLOC_LIBRARY_H

/* The path of the file with the function, or NULL if the loader does not tell. */
const char *library_of(const char *function);

/* Gives back what is free.  Returns what was called, or "none". */
const char *library_trim(void);

#endif
