/*
 * Ordering: (P1) acquire of the count of those who have come with (P2) its increment by release; times are read after
 * pthread_join.
 */
#include "bench/peers/cpython/team.h"

#include "alloc/base/atomics.h"
#include "alloc/base/check.h"
#include "alloc/base/os.h"

#include <pthread.h>
#include <sched.h>
#include <string.h>

enum { SPINS_BEFORE_YIELD = 1 << 12 };

static enum pin_policy pin;

struct team {
    team_job *job;
    void *context;
    unsigned size;
    _Atomic unsigned come;
};

struct member {
    struct team *team;
    unsigned index;
    struct thread T;
    pthread_t pthread;
    uint64_t start_ns;
    uint64_t end_ns;
};

void team_start(enum pin_policy policy)
{
    pin = policy;
    pin_here(pin, 0);
}

static void meet(struct team *team)
{
    fetch_add_release(&team->come, 1);                                          /* (P2) */
    for (unsigned spins = 1; load_acquire(&team->come) < team->size; spins++) { /* (P1) */
        if (spins % SPINS_BEFORE_YIELD == 0)
            sched_yield();
        cpu_relax();
    }
}

/* With the global lock, from its start to its end. */
static void take_part(struct member *member, struct thread *T)
{
    struct team *team = member->team;
    pin_here(pin, member->index);
    thread_block(T);
    meet(team);
    member->start_ns = os_clock_ns();
    thread_unblock(T);
    team->job(T, team->context);
    member->end_ns = os_clock_ns();
}

static void *thread_main(void *argument)
{
    struct member *member = argument;
    PyGILState_STATE state = PyGILState_Ensure();
    take_part(member, &member->T);
    PyGILState_Release(state);
    return NULL;
}

static void start_thread(struct member *member)
{
    int error = pthread_create(&member->pthread, NULL, thread_main, member);
    CHECK(error == 0, "pthread_create: %s", strerror(error));
}

static double seconds_of(const struct member *members, unsigned size)
{
    uint64_t start_ns = members[0].start_ns;
    uint64_t end_ns = members[0].end_ns;
    for (unsigned i = 1; i < size; i++) {
        start_ns = members[i].start_ns < start_ns ? members[i].start_ns : start_ns;
        end_ns = members[i].end_ns > end_ns ? members[i].end_ns : end_ns;
    }
    return (double)(end_ns - start_ns) * 1e-9;
}

double team_run(struct thread *T, unsigned size, team_job *job, void *context)
{
    struct team team = {job, context, size, 0};
    struct member members[TEAM_MAX];
    for (unsigned i = 0; i < TEAM_MAX; i++)
        members[i] = (struct member){.team = &team, .index = i};
    for (unsigned i = 1; i < size; i++)
        start_thread(&members[i]);
    take_part(&members[0], T);
    thread_block(T);
    for (unsigned i = 1; i < size; i++)
        pthread_join(members[i].pthread, NULL);
    thread_unblock(T);
    return seconds_of(members, size);
}
