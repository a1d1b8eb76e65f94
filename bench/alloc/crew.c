/*
 * Posting jobs, meeting at the barrier, waiting for the end.
 *
 * Ordering: (C1) posting raises `epoch` with release after the job is written, (C2) a member that sees it raised acquires
 * the job.  (C3) each member's `done` is a release after its work, (C4) the poster's reading it an acquire.  The barrier
 * orders nothing more.
 */
#include "bench/alloc/crew.h"

#include "alloc/base/check.h"
#include "alloc/base/futex.h"
#include "bench/trial/pin.h"

#include <limits.h>
#include <string.h>

enum { SPINS_BEFORE_SLEEP = 1 << 11 };

/* Spins until all members have come. */
static void meet(struct crew *crew)
{
    unsigned spins = 0;
    fetch_add_relaxed(&crew->arrived, 1);
    while (load_relaxed(&crew->arrived) < crew->size)
        crew_spin(&spins);
}

/* Whether there was work. */
static bool perform(struct crew_member *member)
{
    struct crew *crew = member->crew;
    const bool works = member->index < crew->workers;
    meet(crew);
    member->result = works ? crew->job(member->thread, member->index, crew->context) : 0;
    return works;
}

static void report_done(struct crew *crew) { fetch_add_release(&crew->done, 1); } /* (C3) */

static void await_done(struct crew *crew)
{
    unsigned spins = 0;
    while (load_acquire(&crew->done) + 1 < crew->size) /* (C4) */
        crew_spin(&spins);
}

static uint32_t await_post(struct crew *crew, uint32_t seen, bool may_sleep)
{
    uint32_t epoch;
    unsigned spins = 0;
    while ((epoch = load_acquire(&crew->epoch)) == seen) { /* (C2) */
        if (!may_sleep || spins < SPINS_BEFORE_SLEEP)
            crew_spin(&spins);
        else
            futex_wait(&crew->epoch, seen);
    }
    return epoch;
}

static void *member_main(void *argument)
{
    struct crew_member *member = argument;
    struct crew *crew = member->crew;
    pin_here(PIN_NEAR, member->index);
    member->thread = alloc_begin();
    CHECK(member->thread != NULL, "no memory for a thread");
    report_done(crew);
    uint32_t epoch = await_post(crew, 0, true);
    while (crew->job != NULL) {
        bool worked = perform(member);
        report_done(crew);
        epoch = await_post(crew, epoch, worked);
    }
    alloc_end(member->thread);
    return NULL;
}

static void post(struct crew *crew, unsigned workers, crew_job *job, void *context)
{
    crew->workers = workers;
    crew->job = job;
    crew->context = context;
    store_relaxed(&crew->arrived, 0);
    store_relaxed(&crew->done, 0);
    fetch_add_release(&crew->epoch, 1); /* (C1) */
    futex_wake(&crew->epoch, INT_MAX);
}

void crew_start(struct crew *crew, struct alloc_thread *first, unsigned size)
{
    memset(crew, 0, sizeof(*crew));
    crew->size = size;
    for (unsigned i = 0; i < size; i++)
        crew->members[i] = (struct crew_member){.crew = crew, .index = i, .thread = first};
    for (unsigned i = 1; i < size; i++) {
        struct crew_member *member = &crew->members[i];
        int error = pthread_create(&member->pthread, NULL, member_main, member);
        CHECK(error == 0, "pthread_create: %s", strerror(error));
    }
    await_done(crew);
}

void crew_stop(struct crew *crew)
{
    post(crew, 0, NULL, NULL);
    for (unsigned i = 1; i < crew->size; i++) {
        int error = pthread_join(crew->members[i].pthread, NULL);
        CHECK(error == 0, "pthread_join: %s", strerror(error));
    }
}

static uint64_t run(struct crew *crew, unsigned workers, crew_job *job, void *context)
{
    uint64_t sum = 0;
    post(crew, workers, job, context);
    perform(&crew->members[0]);
    await_done(crew);
    for (unsigned i = 0; i < crew->size; i++)
        sum += crew->members[i].result;
    return sum;
}

uint64_t crew_run(struct crew *crew, crew_job *job, void *context)
{
    return run(crew, crew->size, job, context);
}

uint64_t crew_run_one(struct crew *crew, crew_job *job, void *context)
{
    return run(crew, 1, job, context);
}
