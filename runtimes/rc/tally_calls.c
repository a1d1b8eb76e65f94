/* The walk, and the bounds of the stack. */
#define _GNU_SOURCE /* pthread_getattr_np; NOLINT(bugprone-reserved-identifier,cert-dcl37-c,cert-dcl51-cpp) */
#include "runtimes/rc/tally.h"

#if RC_TALLY == 2
#include "runtimes/rc/tally_calls.h"

#include <pthread.h>
#include <string.h>

struct frame {
    const struct frame *caller;
    uintptr_t returns_to;
};

extern const char __executable_start[]; /* where the linker puts the program's file, at run time */

static _Thread_local uintptr_t stack_end;

static uintptr_t find_stack_end(void)
{
    pthread_attr_t attributes;
    void *low = NULL;
    size_t size = 0;
    if (pthread_getattr_np(pthread_self(), &attributes) != 0)
        return 0;
    pthread_attr_getstack(&attributes, &low, &size);
    pthread_attr_destroy(&attributes);
    return (uintptr_t)low + size;
}

/* Whether it can be a frame that called the one at `below`. */
static bool is_frame(const struct frame *frame, const struct frame *below)
{
    uintptr_t at = (uintptr_t)frame;
    return frame > below && at % sizeof(void *) == 0 && at < stack_end &&
           stack_end - at >= sizeof(*frame);
}

__attribute__((noinline)) void tally_calls(uintptr_t calls[PROFILE_CALLS])
{
    if (stack_end == 0)
        stack_end = find_stack_end();
    memset(calls, 0, PROFILE_CALLS * sizeof(calls[0]));
    const struct frame *below = __builtin_frame_address(0);
    const struct frame *frame = below->caller; /* of the function that asks */
    for (unsigned i = 0; i < PROFILE_CALLS && is_frame(frame, below); i++) {
        calls[i] = frame->returns_to - (uintptr_t)__executable_start;
        below = frame;
        frame = frame->caller;
    }
}
#else
typedef int tally_calls_none; /* ISO C wants a declaration in every file */
#endif
