/* A thread whose stack ends recursion over a million objects, or over a tenth of that. */
#ifndef TESTS_CONFORMANCE_SMALL_STACK_H
#define TESTS_CONFORMANCE_SMALL_STACK_H

#include "tests/conformance/case.h"
#include "tests/conformance/sure.h"

#include <pthread.h>
#include <string.h>

enum { SMALL_STACK = 512 * 1024 };

struct small_stack {
    void (*body)(struct thread *T);
};

static inline void *small_stack_enter(void *argument)
{
    const struct small_stack *stack = argument;
    struct thread *T = sure_thread();
    stack->body(T);
    thread_detach(T);
    return NULL;
}

/* Calls `body` in a new thread, attached; T is at rest meanwhile. */
static inline void small_stack_run(struct thread *T, void (*body)(struct thread *T))
{
    case_needs_threads(1);
    struct small_stack stack = {body};
    pthread_attr_t attributes;
    pthread_t thread;
    CHECK(pthread_attr_init(&attributes) == 0, "pthread_attr_init");
    CHECK(pthread_attr_setstacksize(&attributes, SMALL_STACK) == 0, "pthread_attr_setstacksize");
    thread_block(T);
    int error = pthread_create(&thread, &attributes, small_stack_enter, &stack);
    CHECK(error == 0, "pthread_create: %s", strerror(error));
    pthread_join(thread, NULL);
    thread_unblock(T);
    pthread_attr_destroy(&attributes);
}

#endif
