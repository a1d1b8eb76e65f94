/* Threads that exit attached, wherever a runtime calls code of its users: detected and reported, nobody waits for them. */
#include "tests/conformance/hook.h"

#include <pthread.h>
#include <string.h>

static hook_place *place;

static void exit_here(struct thread *T)
{
    (void)T;
    pthread_exit(NULL);
}

static void exit_blocked(struct thread *T)
{
    thread_block(T);
    pthread_exit(NULL);
}

static void *come_to_the_place(void *act)
{
    void (*const *chosen)(struct thread *) = act;
    hook_run(sure_thread(), place, *chosen);
    return NULL;
}

static void run_a_thread(struct thread *T, void (*act)(struct thread *T))
{
    pthread_t thread;
    thread_block(T);
    int error = pthread_create(&thread, NULL, come_to_the_place, &act);
    CHECK(error == 0, "pthread_create: %s", strerror(error));
    pthread_join(thread, NULL);
    thread_unblock(T);
}

static void let_a_thread_exit(struct thread *T) { run_a_thread(T, exit_here); }
static void let_a_thread_exit_at_rest(struct thread *T) { run_a_thread(T, exit_blocked); }

void case_thread_dies_attached(struct thread *T)
{
    case_needs_threads(1);
    for (unsigned i = 0; RC_FREES && i < HOOKS; i++) { /* all but one are told of what ends */
        place = hooks[i];
        case_dies(T, let_a_thread_exit, "a thread exited while it was attached");
    }
    place = hook_at_safepoint;
    case_dies(T, let_a_thread_exit, "call thread_detach before it ends");
    case_dies(T, let_a_thread_exit_at_rest, "a thread exited while it was attached");
}
