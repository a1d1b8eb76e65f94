/*
 * Marks for the address sanitizer and for valgrind's memcheck: what is whose to touch.  Debug builds set them; they cost a
 * few instructions where nobody looks, and nothing where neither tool's header is found.
 *
 *   poison     nobody's: each access is reported where it happens
 *   unpoison   may be read and written; holds what it held
 *   hand_out   memcheck: a caller's block of that many bytes, of which nothing is defined yet; it remembers who asked for it
 *   hand_back  memcheck: is no longer; it remembers who gave it back.  The block becomes poison
 */
#ifndef ALLOC_BASE_POISON_H
#define ALLOC_BASE_POISON_H

#include <stddef.h>

#if defined(__has_feature)
#if __has_feature(address_sanitizer)
#define POISON_BY_SANITIZER 1
#endif
#endif
#if defined(__SANITIZE_ADDRESS__)
#define POISON_BY_SANITIZER 1
#endif

#if !defined(POISON_BY_SANITIZER) && REFBENCH_DEBUG && __has_include(<valgrind/memcheck.h>)
#define POISON_BY_MEMCHECK 1
#endif

#if defined(POISON_BY_SANITIZER)

#include <sanitizer/asan_interface.h>

static inline void poison(void *start, size_t size) { __asan_poison_memory_region(start, size); }
static inline void unpoison(void *start, size_t size)
{
    __asan_unpoison_memory_region(start, size);
}
static inline void hand_out(void *block, size_t size) { (void)block, (void)size; }
static inline void hand_back(void *block) { (void)block; }

#elif defined(POISON_BY_MEMCHECK)

#include <stdbool.h>
#include <valgrind/memcheck.h>

extern bool poison_is_watched; /* by memcheck: set before main */

static inline void poison(void *start, size_t size)
{
    if (poison_is_watched)
        VALGRIND_MAKE_MEM_NOACCESS(start, size);
}
static inline void unpoison(void *start, size_t size)
{
    if (poison_is_watched)
        VALGRIND_MAKE_MEM_DEFINED(start, size);
}
static inline void hand_out(void *block, size_t size)
{
    if (poison_is_watched)
        VALGRIND_MALLOCLIKE_BLOCK(block, size, 0, 0);
}
static inline void hand_back(void *block)
{
    if (poison_is_watched)
        VALGRIND_FREELIKE_BLOCK(block, 0);
}

#else

static inline void poison(void *start, size_t size) { (void)start, (void)size; }
static inline void unpoison(void *start, size_t size) { (void)start, (void)size; }
static inline void hand_out(void *block, size_t size) { (void)block, (void)size; }
static inline void hand_back(void *block) { (void)block; }

#endif
#endif
