/* Every lock of the allocator, in order. */
#include "alloc/fork.h"

#include "alloc/arena.h"
#include "alloc/base/check.h"
#include "alloc/base/grace.h"
#include "alloc/general.h"
#include "alloc/large.h"
#include "alloc/ledger.h"
#include "alloc/parcel.h"

#include <pthread.h>
#include <string.h>

void fork_hold(void)
{
    general_hold();
    lock_acquire(&arenas.lock);
    parcel_hold();
    for (unsigned i = 0; i < LARGE_SHARDS; i++)
        lock_acquire(&large_shards[i].lock);
    grace_hold();
    if (REFBENCH_DEBUG)
        ledger_hold();
}

static void release_locks(void)
{
    if (REFBENCH_DEBUG)
        ledger_resume();
    for (unsigned i = LARGE_SHARDS; i-- > 0;)
        lock_release(&large_shards[i].lock);
    parcel_resume();
    lock_release(&arenas.lock);
    general_resume();
}

void fork_resume_parent(void)
{
    grace_resume();
    release_locks();
}

void fork_resume_child(void)
{
    grace_resume_alone();
    release_locks();
}

__attribute__((constructor)) static void install(void)
{
    int error = pthread_atfork(fork_hold, fork_resume_parent, fork_resume_child);
    CHECK(error == 0, "pthread_atfork: %s", strerror(error));
}
