/* Forks wherever a runtime calls code of its users: both sides come back from the call and end with nothing left. */
#include "tests/conformance/hook.h"

#include <errno.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

static pid_t child;

static void fork_here(struct thread *T)
{
    child = runtime_fork(T);
    CHECK(child != -1, "fork: %s", strerror(errno));
}

/* The child has come back from the place where it was forked. */
static _Noreturn void end_child(struct thread *T)
{
    const size_t objects = case_objects(T);
    struct runtime_census left = runtime_stop(T);
    EXPECT_EQUAL(objects, 0, "objects left in the child");
    EXPECT_EQUAL(left.objects + left.blocks + left.pools + left.arenas + left.threads, 0,
                 "what is left when the child's runtime has stopped");
    _exit(0);
}

static void expect_child(struct thread *T, unsigned place)
{
    int status;
    pid_t ended;
    thread_block(T);
    do
        ended = waitpid(child, &status, 0);
    while (ended == -1 && errno == EINTR);
    thread_unblock(T);
    CHECK(ended == child, "waitpid: %s", strerror(errno));
    EXPECT(WIFEXITED(status) && WEXITSTATUS(status) == 0,
           "the child of hook %u to end well (its status is 0x%x)", place, (unsigned)status);
}

void case_fork_in_hooks(struct thread *T)
{
    case_needs_frees();
    for (unsigned i = 0; i < HOOKS; i++) {
        hook_run(T, hooks[i], fork_here);
        case_collect(T);
        if (child == 0)
            end_child(T);
        expect_child(T, i);
        EXPECT_EQUAL(case_objects(T), 0, "objects left in the parent");
    }
}
