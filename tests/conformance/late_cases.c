/* A thread that does not come: who waits for it says which, and does not wait for ever (runtimes/watchdog.h). */
#define _GNU_SOURCE /* pthread_setname_np; NOLINT(bugprone-reserved-identifier,cert-dcl37-c,cert-dcl51-cpp) */
#include "tests/conformance/case.h"
#include "tests/conformance/sure.h"

#include <errno.h>
#include <pthread.h>
#include <sched.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static _Atomic bool here;

static _Noreturn void never_come(void)
{
    CHECK(pthread_setname_np(pthread_self(), "late") == 0, "pthread_setname_np");
    store_release(&here, true); /* (Y1) */
    for (;;)
        pause();
}

static void *sleep_without_safepoint(void *context)
{
    (void)context, (void)sure_thread();
    never_come();
}

static void *sleep_in_a_stopped_world(void *context)
{
    (void)context;
    world_stop(sure_thread());
    never_come();
}

static void wait_for(struct thread *T, void *(*late)(void *))
{
    pthread_t thread;
    CHECK(setenv("REFBENCH_WAIT_LIMIT", "1", 1) == 0, "setenv: %s", strerror(errno));
    thread_block(T);
    int error = pthread_create(&thread, NULL, late, NULL);
    CHECK(error == 0, "pthread_create: %s", strerror(error));
    while (!load_acquire(&here)) /* (Y2) reads what (Y1) wrote */
        sched_yield();
    thread_unblock(T);
    world_stop(T);
}

static void wait_for_a_running_thread(struct thread *T) { wait_for(T, sleep_without_safepoint); }
static void wait_for_a_stopper(struct thread *T) { wait_for(T, sleep_in_a_stopped_world); }

void case_late_thread_named(struct thread *T)
{
    case_needs_threads(1);
    case_dies(T, wait_for_a_running_thread, "\"late\": asleep");
    case_dies(T, wait_for_a_stopper, "\"late\": asleep");
}
