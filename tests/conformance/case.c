/* Expectations, deaths, threads.  What forks is in case_child.c. */
#include "tests/conformance/case.h"

#include "bench/exit_status.h"
#include "runtimes/object/intern.h"
#include "tests/conformance/injection.h"
#include "tests/conformance/sure.h"

#include <pthread.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

/* --- the list ----------------------------------------------------------------------------------------------------- */

const struct conformance_case cases[] = {
#define CASE(name, group, seconds, says) {#name, #group, seconds, says, case_##name},
#include "tests/conformance/cases.def"
#undef CASE
    {NULL, NULL, 0, NULL, NULL},
};

const struct conformance_case *case_find(const char *name)
{
    for (const struct conformance_case *c = cases; c->name != NULL; c++)
        if (strcmp(c->name, name) == 0)
            return c;
    return NULL;
}

/* --- what is expected --------------------------------------------------------------------------------------------- */

/* At once, since other threads may still run. */
static _Noreturn void end(int status)
{
    fflush(NULL);
    _exit(status);
}

/* What a collection did not do that an injected failure ended proves nothing; a broken heap does. */
static int unmet(void)
{
    if (!injection_excuses())
        return EXIT_TRIALS_FAILED;
    fputs("out of memory: a collection was abandoned\n", stderr);
    return EXIT_REFUSED;
}

_Noreturn void case_failed(const char *file, int line, const char *condition, const char *format,
                           ...)
{
    char what[512];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(what, sizeof what, format, arguments);
    va_end(arguments);
    fprintf(stderr, "expected: %s, seen: not %s (%s:%d)\n", what, condition, file, line);
    end(unmet());
}

_Noreturn void case_differs(const char *file, int line, const char *what, size_t seen,
                            size_t expected)
{
    fprintf(stderr, "expected: %s = %zu, seen: %zu (%s:%d)\n", what, expected, seen, file, line);
    end(unmet());
}

_Noreturn void case_skip(const char *why)
{
    fprintf(stderr, "skipped: %s\n", why);
    end(CASE_SKIPPED);
}

/* --- deaths and collections --------------------------------------------------------------------------------------- */

void case_needs_frees(void)
{
    if (!RC_FREES)
        case_skip("nothing is freed");
}

void case_deaths(struct thread *T)
{
    if (!RC_PROMPT_DEATH)
        runtime_settle(T);
}

/* Without interned strings that wait for nothing but readers. */
size_t case_objects(struct thread *T)
{
    case_deaths(T);
    intern_settle(T);
    return runtime_census().objects;
}

size_t case_collect(struct thread *T)
{
    runtime_settle(T);
    return gc_collect(T, CASE_FULL);
}

void (*case_after_stop)(void);

/* --- threads ------------------------------------------------------------------------------------------------------ */

struct crew {
    pthread_barrier_t gate;
    case_body *body;
    void *context;
};

struct member {
    struct crew *crew;
    unsigned index;
    pthread_t thread;
};

static void *work(void *argument)
{
    struct member *member = argument;
    pthread_barrier_wait(&member->crew->gate);
    struct thread *T = sure_thread();
    member->crew->body(T, member->index, member->crew->context);
    thread_detach(T);
    return NULL;
}

bool case_has_threads(unsigned n) { return n < RC_MAX_THREADS; }

void case_needs_threads(unsigned n)
{
    if (!case_has_threads(n))
        case_skip("so many threads cannot be attached");
}

void case_threads(struct thread *T, unsigned n, case_body *body, void *context)
{
    case_needs_threads(n);
    struct crew crew = {.body = body, .context = context};
    struct member members[RC_MAX_THREADS];
    CHECK(pthread_barrier_init(&crew.gate, NULL, n) == 0, "pthread_barrier_init");
    thread_block(T);
    for (unsigned i = 0; i < n; i++) {
        members[i] = (struct member){.crew = &crew, .index = i};
        int error = pthread_create(&members[i].thread, NULL, work, &members[i]);
        CHECK(error == 0, "pthread_create: %s", strerror(error));
    }
    for (unsigned i = 0; i < n; i++)
        pthread_join(members[i].thread, NULL);
    thread_unblock(T);
    pthread_barrier_destroy(&crew.gate);
}
