/*
 * When snapshots are taken, and by whom.
 *
 * What a trial is called is written by the running thread that runs it and read in a stopped world, which orders the two.
 * SIGUSR1 is blocked in every thread, and the sampler waits for it: no handler runs, so none can meet a lock.
 *
 * Ordering: (S1) `ending` is set with release before the sampler is sent the signal that it waits for; (S2) it looks with
 * acquire after every wait.
 */
#include "bench/snapshot.h"

#include "alloc/base/check.h"
#include "alloc/base/os.h"
#include "bench/snapshot_line.h"

#include <errno.h>
#include <pthread.h>
#include <semaphore.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>

#define NS_PER_MS UINT64_C(1000000)
#define NS_PER_S UINT64_C(1000000000)

struct snapshots {
    FILE *file;
    uint64_t begin_ns;
    uint64_t every_ns; /* 0: only when asked */
    uint64_t next_ns;
    pthread_t sampler;
    bool attached; /* the sampler is; told through `ready` */
    sem_t ready;
    _Atomic bool ending;
    _Atomic bool running;
    char trial[128]; /* empty: none runs */
    unsigned trial_number;
    struct snapshot_line sampled; /* the sampler's latest */
    struct snapshot_line last;    /* of whoever runs the trial */
    pthread_mutex_t writing;
    struct snapshot_heaps heaps;
    unsigned written;
    bool failed;
};

static void check(int error, const char *what)
{
    CHECK(error == 0, "%s: %s", what, strerror(error));
}

/* --- taking and writing ------------------------------------------------------------------------------------------------ */

static bool fill_stopped(const struct snapshots *s, struct snapshot_line *line)
{
    memcpy(line->trial, s->trial, sizeof line->trial);
    line->trial_number = s->trial[0] != '\0' ? s->trial_number : 0;
    line->threads = world_threads() - 1;
    return snapshot_line_count(line);
}

/* Counts what there is.  False if there is no memory for that. */
static bool fill(struct thread *T, const struct snapshots *s, struct snapshot_line *line)
{
    world_stop(T);
    uint64_t stopped_ns = os_clock_ns();
    bool whole = fill_stopped(s, line);
    line->at_ns = stopped_ns - s->begin_ns;
    line->stopped_ns = os_clock_ns() - stopped_ns;
    world_start(T);
    return whole;
}

static void write_line(struct snapshots *s, struct snapshot_line *line, bool whole)
{
    check(pthread_mutex_lock(&s->writing), "pthread_mutex_lock");
    line->number = ++s->written;
    if (!whole || !snapshot_line_write(s->file, &s->heaps, line))
        s->failed = true;
    check(pthread_mutex_unlock(&s->writing), "pthread_mutex_unlock");
}

void snapshot_take_last(struct thread *T, struct snapshots *s)
{
    store_relaxed(&s->running, false);
    s->last.reason = SNAPSHOT_END;
    bool whole = fill(T, s, &s->last);
    thread_block(T);
    write_line(s, &s->last, whole);
    thread_unblock(T);
}

/* One on account of time that comes too late for its trial is none. */
static void sample(struct thread *T, struct snapshots *s)
{
    thread_unblock(T);
    bool whole = fill(T, s, &s->sampled);
    thread_block(T);
    if (s->sampled.reason == SNAPSHOT_SIGNAL || load_relaxed(&s->running))
        write_line(s, &s->sampled, whole);
}

/* --- the sampler ------------------------------------------------------------------------------------------------------- */

static sigset_t the_signal(void)
{
    sigset_t set;
    CHECK(sigemptyset(&set) == 0 && sigaddset(&set, SIGUSR1) == 0, "sigaddset: %s",
          strerror(errno));
    return set;
}

/* How long until the next is due; those that were missed are left out. */
static struct timespec time_left(struct snapshots *s)
{
    uint64_t now = os_clock_ns();
    if (s->next_ns <= now)
        s->next_ns = now + s->every_ns;
    uint64_t left = s->next_ns - now;
    return (struct timespec){.tv_sec = (time_t)(left / NS_PER_S),
                             .tv_nsec = (long)(left % NS_PER_S)};
}

static enum snapshot_reason await_reason(struct snapshots *s)
{
    sigset_t set = the_signal();
    for (;;) {
        struct timespec left = time_left(s);
        if (sigtimedwait(&set, NULL, s->every_ns != 0 ? &left : NULL) == SIGUSR1)
            return SNAPSHOT_SIGNAL;
        CHECK(errno == EAGAIN || errno == EINTR, "sigtimedwait: %s", strerror(errno));
        if (errno == EAGAIN && load_relaxed(&s->running))
            return SNAPSHOT_TIME;
    }
}

static void *sampler_main(void *context)
{
    struct snapshots *s = context;
    struct thread *T = thread_attach();
    s->attached = T != NULL;
    if (T != NULL)
        thread_block(T);
    CHECK(sem_post(&s->ready) == 0, "sem_post: %s", strerror(errno));
    if (T == NULL)
        return NULL;
    for (;;) {
        s->sampled.reason = await_reason(s);
        if (load_acquire(&s->ending)) /* (S2) */
            break;
        sample(T, s);
    }
    thread_unblock(T);
    thread_detach(T);
    return NULL;
}

/* Whether it runs. */
static bool start_sampler(struct thread *T, struct snapshots *s)
{
    if (pthread_create(&s->sampler, NULL, sampler_main, s) != 0)
        return false;
    thread_block(T);
    while (sem_wait(&s->ready) != 0)
        CHECK(errno == EINTR, "sem_wait: %s", strerror(errno));
    if (!s->attached)
        check(pthread_join(s->sampler, NULL), "pthread_join");
    thread_unblock(T);
    return s->attached;
}

static void stop_sampler(struct thread *T, struct snapshots *s)
{
    thread_block(T);
    store_release(&s->ending, true); /* (S1) */
    check(pthread_kill(s->sampler, SIGUSR1), "pthread_kill");
    check(pthread_join(s->sampler, NULL), "pthread_join");
    thread_unblock(T);
}

/* --- beginning and end ------------------------------------------------------------------------------------------------- */

bool snapshot_check(const char *path)
{
    FILE *file = fopen(path, "ae");
    return file != NULL && fclose(file) == 0;
}

static bool release(struct snapshots *s)
{
    bool kept = !s->failed;
    if (s->file != NULL)
        kept = fclose(s->file) == 0 && kept;
    CHECK(sem_destroy(&s->ready) == 0, "sem_destroy: %s", strerror(errno));
    check(pthread_mutex_destroy(&s->writing), "pthread_mutex_destroy");
    snapshot_line_fini(&s->sampled);
    snapshot_line_fini(&s->last);
    free(s);
    return kept;
}

struct snapshots *snapshot_create(struct thread *T, const char *path, unsigned every_ms)
{
    struct snapshots *s = calloc(1, sizeof *s);
    if (s == NULL)
        return NULL;
    check(pthread_mutex_init(&s->writing, NULL), "pthread_mutex_init");
    CHECK(sem_init(&s->ready, 0, 0) == 0, "sem_init: %s", strerror(errno));
    sigset_t set = the_signal();
    check(pthread_sigmask(SIG_BLOCK, &set, NULL), "pthread_sigmask");
    s->begin_ns = os_clock_ns();
    s->every_ns = every_ms * NS_PER_MS;
    s->file = fopen(path, "ae");
    if (s->file != NULL && start_sampler(T, s))
        return s;
    (void)release(s);
    return NULL;
}

void snapshot_trial_begin(struct snapshots *s, const char *name)
{
    snprintf(s->trial, sizeof s->trial, "%s", name);
    s->trial_number++;
    store_relaxed(&s->running, true);
}

void snapshot_trial_end(struct snapshots *s)
{
    store_relaxed(&s->running, false);
    s->trial[0] = '\0';
}

bool snapshot_destroy(struct thread *T, struct snapshots *s)
{
    stop_sampler(T, s);
    return release(s);
}
