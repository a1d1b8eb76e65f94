/*
 * A fork, by whomever, takes both locks of the collector, so that no other thread has one of them in the child.
 *
 * They are taken by a handler that is there before any of a user's, so a user's handlers run outside of them.  Inside of them are only
 * locks of the allocator, which a fork takes likewise (alloc/fork.h), in whichever order: who has one of the one kind
 * never wants one of the other.
 * Locks, in the order in which they are taken: the callbacks', the allowances'; neither is taken inside of the other anywhere
 * else.
 */
#include "alloc/base/check.h"
#include "gc/allowance.h"
#include "gc/callback.h"

#include <pthread.h>
#include <string.h>

static void hold(void)
{
    callback_hold();
    allowance_hold();
}

static void resume(void)
{
    allowance_resume();
    callback_resume();
}

__attribute__((constructor)) static void install(void)
{
    int error = pthread_atfork(hold, resume, resume);
    CHECK(error == 0, "pthread_atfork: %s", strerror(error));
}
