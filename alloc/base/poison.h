/*
 * Marks for the address sanitizer: memory that is mapped but nobody's to touch.  Nothing in other builds.
 */
#ifndef ALLOC_BASE_POISON_H
#define ALLOC_BASE_POISON_H

#include <stddef.h>

#if defined(__has_feature)
#if __has_feature(address_sanitizer)
#define POISON_IS_CHECKED 1
#endif
#endif
#if defined(__SANITIZE_ADDRESS__)
#define POISON_IS_CHECKED 1
#endif

#ifdef POISON_IS_CHECKED

#include <sanitizer/asan_interface.h>

static inline void poison(void *start, size_t size) { __asan_poison_memory_region(start, size); }
static inline void unpoison(void *start, size_t size)
{
    __asan_unpoison_memory_region(start, size);
}

#else

static inline void poison(void *start, size_t size) { (void)start, (void)size; }
static inline void unpoison(void *start, size_t size) { (void)start, (void)size; }

#endif
#endif
