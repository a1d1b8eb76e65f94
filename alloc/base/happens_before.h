/*
 * What the thread sanitizer cannot see: an order between threads that code it does not watch has made, such as a library's.
 * Nothing in other builds.
 *
 * What a thread did before happens_before(word) comes before what any thread does after a later happens_after(word).
 */
#ifndef ALLOC_BASE_HAPPENS_BEFORE_H
#define ALLOC_BASE_HAPPENS_BEFORE_H

#if defined(__has_feature)
#if __has_feature(thread_sanitizer)
#define ORDER_IS_CHECKED 1
#endif
#endif
#if defined(__SANITIZE_THREAD__)
#define ORDER_IS_CHECKED 1
#endif

#ifdef ORDER_IS_CHECKED

#include <sanitizer/tsan_interface.h>

static inline void happens_before(char *word) { __tsan_release(word); }
static inline void happens_after(char *word) { __tsan_acquire(word); }

#else

static inline void happens_before(const char *word) { (void)word; }
static inline void happens_after(const char *word) { (void)word; }

#endif
#endif
