/*
 * The allocator under test: what every test calls, and what each variant defines.
 *
 * A *variant* is a header of bench/alloc/variants/, named by the build, and all tests are compiled once for each.  Its
 * functions are inlined into the tests' loops, so an allocator that is a header itself is measured as its callers use it,
 * and one behind a function call with just that call.
 *
 *   inlined    our heap as the object layer calls it: OBJECT blocks with a counting header of one word, kind and link
 *              constant, size too where the test's is, and the heap in a register
 *   called     our general-purpose interface (alloc/general.h): out of line, no size when freeing, DATA blocks
 *   freelist   a thread-local list for each size and nothing else: the floor
 *   malloc     the C library's, or what is preloaded in its place
 *   obmalloc   CPython's allocator of small objects
 *
 * A block's first word is the allocator's header: a caller may write it, but gives the block back with that word zero.  Tests
 * use the second word and beyond (bench/alloc/item.h).
 *
 * What a variant defines, besides the functions:
 *   ALLOC_NAME          its name, a string
 *   ALLOC_THREADS       how many threads may use it at once: 1, or 2 for "any"
 *   ALLOC_TAKES_BACK    whether blocks can be used again that were freed by a thread that makes no more: one that only frees,
 *                       or has ended
 */
#ifndef BENCH_ALLOC_ALLOCATOR_H
#define BENCH_ALLOC_ALLOCATOR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { ALLOC_SIZE_MAX = 1024 }; /* the largest size that tests ask for; the least is 16 */

/* What the allocator knows of a thread: the variant's own. */
struct alloc_thread;

/* Before the first thread begins and after the last one has ended.  False if the allocator cannot be had. */
static inline bool alloc_start(void);
static inline void alloc_stop(void);

/* Around the use of the allocator by the calling thread; NULL if there is no memory. */
static inline struct alloc_thread *alloc_begin(void);
static inline void alloc_end(struct alloc_thread *thread);

/* A block of `size` bytes, or NULL; and back.  Whether the size is a constant is known to the compiler alone. */
static inline void *alloc_get(struct alloc_thread *thread, size_t size);
static inline void alloc_put(struct alloc_thread *thread, void *block, size_t size);

/* Gives back to the system what is free.  Returns what was called, "none" if there is nothing of the kind. */
static inline const char *alloc_trim(struct alloc_thread *thread);

/* The file that the allocator was loaded from; NULL if it is part of the program. */
static inline const char *alloc_library(void);

/* Tests that only this variant has, or NULL. */
struct family;
static inline const struct family *alloc_own_family(void);

#include ALLOCATOR_HEADER

#endif
