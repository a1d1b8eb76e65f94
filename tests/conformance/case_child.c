/*
 * A case in which the process must die does it in a child.
 *
 * The world is stopped before the fork, so that no lock of the runtime is held in the child for ever (alloc/fork.h).
 */
#include "tests/conformance/case.h"

#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

enum { SAID = 4096 };

static pid_t parent;

static void remember_parent(void) { parent = getpid(); }

/* The parent may have ended before it was said. */
static void end_with_parent(void)
{
    if (prctl(PR_SET_PDEATHSIG, SIGKILL) != 0 || getppid() != parent)
        _exit(1);
}

void case_bind_children(void)
{
    int error = pthread_atfork(remember_parent, NULL, end_with_parent);
    CHECK(error == 0, "pthread_atfork: %s", strerror(error));
}

static _Noreturn void die(struct thread *T, void (*body)(struct thread *T), int out)
{
    setrlimit(RLIMIT_CORE, &(struct rlimit){0, 0});
    dup2(out, STDERR_FILENO);
    world_start(T);
    body(T);
    _exit(0);
}

/* What the child writes until it ends, as far as there is room; the rest is read and forgotten. */
static void listen(int in, char said[SAID])
{
    char rest[SAID] = {0};
    size_t length = 0;
    for (;;) {
        bool full = length == SAID - 1;
        ssize_t n = read(in, full ? rest : said + length, full ? SAID : SAID - 1 - length);
        if (n == -1 && errno == EINTR)
            continue;
        if (n <= 0)
            break;
        length += full ? 0 : (size_t)n;
    }
    said[length] = '\0';
}

void case_dies(struct thread *T, void (*body)(struct thread *T), const char *text)
{
    int ends[2];
    char said[SAID];
    int status;
    CHECK(pipe(ends) == 0, "pipe: %s", strerror(errno));
    fflush(NULL);
    world_stop(T);
    pid_t child = fork();
    CHECK(child != -1, "fork: %s", strerror(errno));
    if (child == 0)
        die(T, body, ends[1]);
    world_start(T);
    close(ends[1]);
    listen(ends[0], said);
    close(ends[0]);
    CHECK(waitpid(child, &status, 0) == child, "waitpid: %s", strerror(errno));
    EXPECT(WIFSIGNALED(status) && WTERMSIG(status) == SIGABRT,
           "a process that aborts and says '%s' (it ended with status 0x%x, and said '%s')", text,
           (unsigned)status, said);
    EXPECT(strstr(said, text) != NULL, "an abort that says '%s' (it said '%s')", text, said);
}
