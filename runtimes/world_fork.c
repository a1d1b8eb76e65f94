/* A fork of the whole world, which stands still meanwhile.  What locks do is told in alloc/fork.h. */
#include "runtimes/world.h"

#include "alloc/base/fault.h"
#include "alloc/base/task.h"
#include "runtimes/thread.h"

#include <unistd.h>

/* Only the forking thread comes along: the others are at rest for ever, and nobody collects for them. */
static void lose_others_locked(struct thread *T)
{
    for (struct thread *t = world.records; t != NULL; t = t->next)
        if (t != T && t->gc.link != NULL)
            gc_detach(&t->gc);
    store_relaxed(&T->task, task_self());
    world.lost += load_relaxed(&world.attached) - 1;
    if (!FAULT(keep_lost))
        store_relaxed(&world.attached, 1);
}

pid_t world_fork(struct thread *T)
{
    world_stop(T);
    rc_settle(T);
    lock_acquire(&world.registry);
    rc_before_fork(T);
    pid_t child = fork();
    if (child == 0) {
        rc_after_fork_in_child(T);
        lose_others_locked(T);
    } else {
        rc_after_fork(T);
    }
    lock_release(&world.registry);
    world_start(T);
    return child;
}
