/*
 * Ordering: the barrier orders nothing beyond that all have come; the job and its context were written before the threads
 * were made, and what they did is read after pthread_join.
 */
#include "bench/manual/team.h"

#include "alloc/base/atomics.h"
#include "alloc/base/check.h"
#include "alloc/base/os.h"

#include <pthread.h>
#include <sched.h>
#include <string.h>

enum { SPINS_BEFORE_YIELD = 1 << 12 };

struct team {
    unsigned size;
    enum pin_policy pin;
    team_job *job;
    void *context;
    _Atomic unsigned come;
};

struct member {
    _Alignas(64) struct team *team;
    unsigned index;
    pthread_t thread;
    bool pinned;
    uint64_t start_ns;
    uint64_t end_ns;
};

static void meet(struct team *team)
{
    fetch_add_relaxed(&team->come, 1);
    for (unsigned spins = 1; load_relaxed(&team->come) < team->size; spins++) {
        if (spins % SPINS_BEFORE_YIELD == 0)
            sched_yield(); /* more members than cores */
        cpu_relax();
    }
}

static void *take_part(void *argument)
{
    struct member *member = argument;
    struct team *team = member->team;
    member->pinned = pin_here(team->pin, member->index);
    meet(team);
    member->start_ns = os_clock_ns();
    team->job(member->index, team->context);
    member->end_ns = os_clock_ns();
    return NULL;
}

static struct team_times times_of(const struct member *members, unsigned size)
{
    struct team_times times = {UINT64_MAX, 0, 0, true};
    for (unsigned i = 0; i < size; i++) {
        const struct member *member = &members[i];
        if (member->start_ns < times.first_start_ns)
            times.first_start_ns = member->start_ns;
        if (member->start_ns > times.last_start_ns)
            times.last_start_ns = member->start_ns;
        if (member->end_ns > times.last_end_ns)
            times.last_end_ns = member->end_ns;
        times.pinned = times.pinned && member->pinned;
    }
    return times;
}

struct team_times team_run(unsigned size, enum pin_policy pin, team_job *job, void *context)
{
    struct member members[TEAM_MAX];
    struct team team = {size, pin, job, context, 0};
    memset(members, 0, sizeof(members));
    for (unsigned i = 0; i < TEAM_MAX; i++) {
        members[i].team = &team;
        members[i].index = i;
    }
    for (unsigned i = 1; i < size; i++) {
        int error = pthread_create(&members[i].thread, NULL, take_part, &members[i]);
        CHECK(error == 0, "pthread_create: %s", strerror(error));
    }
    take_part(&members[0]);
    for (unsigned i = 1; i < size; i++) {
        int error = pthread_join(members[i].thread, NULL);
        CHECK(error == 0, "pthread_join: %s", strerror(error));
    }
    return times_of(members, size);
}
