/*
 * Posting jobs, meeting at the barrier, waiting for the end.
 *
 * Ordering: (M1) posting raises `epoch` with release after the job is written, (M2) a member that sees it raised acquires
 * the job.  (M3) each member's `done` is a release after its work, (M4) the poster's reading it an acquire.  The barrier
 * orders nothing more: what happened before a post is seen by (M2).
 * Invariant: between jobs arrived is the size of the team (0 before the first) and done the number of the other members.
 */
#include "bench/trial/team.h"

#include "alloc/base/check.h"
#include "alloc/base/futex.h"
#include "alloc/base/os.h"

#include <errno.h>
#include <limits.h>
#include <pthread.h>
#include <sched.h>
#include <stdlib.h>
#include <string.h>

enum { SPINS_BEFORE_YIELD = 1 << 14 };

struct member {
    _Alignas(64) struct team *team;
    unsigned index;
    pthread_t thread;
    struct thread *T; /* NULL: could not attach */
    bool pinned;
    uint64_t start_ns;
    uint64_t end_ns;
};

struct team {
    enum pin_policy pin;
    unsigned size;
    team_job *job; /* NULL: members are to end */
    void *context;
    bool attached; /* the job is done attached */
    _Atomic uint32_t epoch;
    _Atomic uint32_t arrived;
    _Atomic uint32_t done;
    struct member members[];
};

/* Spins until all members have come. */
static void meet(struct team *team)
{
    fetch_add_relaxed(&team->arrived, 1);
    for (unsigned spins = 1; load_relaxed(&team->arrived) < team->size; spins++) {
        if (spins % SPINS_BEFORE_YIELD == 0)
            sched_yield(); /* more members than cores */
        cpu_relax();
    }
}

/* What was queued to this thread, or deferred by it, is part of its job. */
static void apply_deferred(struct thread *T)
{
    thread_safepoint(T);
    rc_flush(T);
}

/* Does the posted job; the member is blocked before and after. */
static void perform(struct member *member)
{
    struct team *team = member->team;
    meet(team);
    member->start_ns = os_clock_ns();
    if (team->attached)
        thread_unblock(member->T);
    team->job(member->T, member->index, team->context);
    if (team->attached)
        apply_deferred(member->T);
    member->end_ns = os_clock_ns();
    if (team->attached)
        thread_block(member->T);
}

static void report_done(struct team *team)
{
    fetch_add_release(&team->done, 1); /* (M3) */
    futex_wake(&team->done, 1);
}

static uint32_t await_post(struct team *team, uint32_t seen)
{
    uint32_t epoch;
    while ((epoch = load_acquire(&team->epoch)) == seen) /* (M2) */
        futex_wait(&team->epoch, seen);
    return epoch;
}

static void *member_main(void *context)
{
    struct member *member = context;
    struct team *team = member->team;
    member->pinned = pin_here(team->pin, member->index);
    member->T = thread_attach();
    if (member->T != NULL)
        thread_block(member->T);
    uint32_t epoch = 0;
    report_done(team);
    while ((epoch = await_post(team, epoch)) != 0 && team->job != NULL) {
        perform(member);
        report_done(team);
    }
    if (member->T != NULL) {
        thread_unblock(member->T);
        thread_detach(member->T);
    }
    return NULL;
}

static void await_done(struct team *team, uint32_t members)
{
    uint32_t done;
    while ((done = load_acquire(&team->done)) < members) /* (M4) */
        futex_wait(&team->done, done);
}

static void team_post(struct team *team, team_job *job, void *context, bool attached)
{
    team->job = job;
    team->context = context;
    team->attached = attached;
    store_relaxed(&team->arrived, 0);
    store_relaxed(&team->done, 0);
    fetch_add_release(&team->epoch, 1); /* (M1) */
    futex_wake(&team->epoch, INT_MAX);
}

/* How many members have begun to exist. */
static unsigned start_members(struct team *team)
{
    unsigned started = 1;
    for (; started < team->size; started++) {
        struct member *member = &team->members[started];
        if (pthread_create(&member->thread, NULL, member_main, member) != 0)
            break;
    }
    return started;
}

static bool all_attached(const struct team *team)
{
    for (unsigned i = 0; i < team->size; i++)
        if (team->members[i].T == NULL)
            return false;
    return true;
}

static struct team *team_alloc(struct thread *T, unsigned size, enum pin_policy policy)
{
    size_t bytes = sizeof(struct team) + size * sizeof(struct member);
    struct team *team = aligned_alloc(_Alignof(struct team), bytes);
    if (team == NULL)
        return NULL;
    memset(team, 0, bytes);
    team->size = size;
    team->pin = policy;
    for (unsigned i = 0; i < size; i++) {
        team->members[i].team = team;
        team->members[i].index = i;
    }
    team->members[0].T = T;
    return team;
}

struct team *team_create(struct thread *T, unsigned size, enum pin_policy policy)
{
    struct team *team = team_alloc(T, size, policy);
    if (team == NULL)
        return NULL;
    team->members[0].pinned = pin_here(team->pin, 0);
    heap_settle(thread_heap(T)); /* the others' heaps begin where they are pinned */
    thread_block(T);
    unsigned started = start_members(team);
    await_done(team, started - 1);
    thread_unblock(T);
    bool complete = started == size;
    team->size = started;
    if (complete && all_attached(team))
        return team;
    team_destroy(team);
    return NULL;
}

void team_destroy(struct team *team)
{
    struct thread *T = team->members[0].T;
    thread_block(T);
    team_post(team, NULL, NULL, false);
    for (unsigned i = 1; i < team->size; i++) {
        int error = pthread_join(team->members[i].thread, NULL);
        CHECK(error == 0, "pthread_join: %s", strerror(error));
    }
    thread_unblock(T);
    pin_undo(team->pin);
    free(team);
}

unsigned team_size(const struct team *team) { return team->size; }

struct thread *team_thread(const struct team *team, unsigned index)
{
    return team->members[index].T;
}

const struct processor *team_processor(const struct team *team, unsigned index)
{
    return pin_processor(topology_machine(), team->pin, index);
}

bool team_is_pinned(const struct team *team)
{
    for (unsigned i = 0; i < team->size; i++)
        if (!team->members[i].pinned)
            return false;
    return true;
}

uint64_t team_start_ns(const struct team *team, unsigned index)
{
    return team->members[index].start_ns;
}

uint64_t team_end_ns(const struct team *team, unsigned index)
{
    return team->members[index].end_ns;
}

static struct team_times times_of(const struct team *team)
{
    struct team_times times = {UINT64_MAX, 0, 0};
    for (unsigned i = 0; i < team->size; i++) {
        const struct member *member = &team->members[i];
        if (member->start_ns < times.first_start_ns)
            times.first_start_ns = member->start_ns;
        if (member->start_ns > times.last_start_ns)
            times.last_start_ns = member->start_ns;
        if (member->end_ns > times.last_end_ns)
            times.last_end_ns = member->end_ns;
    }
    return times;
}

static void run(struct team *team, team_job *job, void *context, bool attached)
{
    thread_block(team->members[0].T);
    team_post(team, job, context, attached);
    perform(&team->members[0]);
    await_done(team, team->size - 1);
    thread_unblock(team->members[0].T);
}

struct team_times team_run(struct team *team, team_job *job, void *context)
{
    run(team, job, context, true);
    return times_of(team);
}

void team_run_blocked(struct team *team, team_job *job, void *context)
{
    run(team, job, context, false);
}
