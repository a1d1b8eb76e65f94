/* Whether a sanitizer watches every access: gcc tells it in one way, clang in another. */
#ifndef TESTS_SANITIZED_H
#define TESTS_SANITIZED_H

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define SANITIZED 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
#define SANITIZED 1
#endif
#endif
#ifndef SANITIZED
#define SANITIZED 0
#endif

/* Whether it is the one for threads, which keeps signals back until a thread does something that it knows. */
#if defined(__SANITIZE_THREAD__)
#define SIGNALS_KEPT_BACK 1
#elif defined(__has_feature)
#if __has_feature(thread_sanitizer)
#define SIGNALS_KEPT_BACK 1
#endif
#endif
#ifndef SIGNALS_KEPT_BACK
#define SIGNALS_KEPT_BACK 0
#endif

/* Many rounds; fewer where every access is watched. */
#define ROUNDS(n) (SANITIZED ? (n) / 10 : (n))

#endif
