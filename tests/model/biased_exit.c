/*
 * The exit of an owner in `biased` (runtimes/rc/biased.c): its queue closes while others end references that it counts.
 *
 * Real: counts, queues, merging and detaching of biased, as the contract (rc.h) calls them.
 * Modelled: two objects, of which the owner counts every reference: one that each of the others has, and one of its own of the
 * first object.  The owner ends that one and goes; the others end theirs before, during and after.  Who comes first queues the
 * object to the owner, or merges it as an orphan if the owner is gone.
 *
 * Why the orders suffice: the lock of the queue decides what comes first, a push or the closing.  Who finds the queue closed has
 * acquired that lock from the owner, so it reads the owner's last count.  It is alone in merging, for it alone set QUEUED.
 *
 * Checked: each object dies once, after every use; when all have gone, nothing is left.
 *
 * source alloc/base/lock.c
 * abstract alloc/base/lock.c: SPINS = 40 -> SPINS = 1
 * abstract runtimes/rc/biased_count.c: realloc(queue->items, capacity * sizeof *items) -> model_items(queue)
 * abstract runtimes/rc/biased_count.c: free(items); -> ;
 *
 * fault no_exit_drain: the owner closes its queue and forgets what is in it
 *   runtimes/rc/biased_count.c: bool empty = t->queue.length == 0; -> bool empty = true;
 * fault exit_drains_first: the owner drains, then closes the queue without looking again
 *   runtimes/rc/biased.c: void strategy_detach(struct thread *T) -> void strategy_detach(struct thread *T) { struct biased_thread *t = biased_self(T); biased_drain(T); lock_acquire(&t->queue.lock); t->queue.open = false; lock_release(&t->queue.lock); } void unused_detach(struct thread *T)
 * fault abandoned: who finds the owner gone does not merge
 *   runtimes/rc/biased_count.c: !FAULT(skip_orphan_merge) && !FAULT(merge_late) -> false
 * fault closed_queue_takes: an object is queued to an owner that is gone
 *   runtimes/rc/biased_count.c: bool there = owner->queue.open; -> bool there = true;
 * fault orphan_keeps_its_reference: who has merged an orphan does not end the reference
 *   runtimes/rc/biased_count.c: if (id == 0 || !queue_push(thread_of(id), o)) -> if (id != 0)\n        queue_push(thread_of(id), o);\n    else
 * fault anybody_merges_an_orphan: a drop that did not queue the object merges it as well
 *   runtimes/rc/biased_count.c: else if (queue) -> else if (queue || (shared & BIASED_STATE) == BIASED_QUEUED)
 * fault lock_says_nothing: who finds the queue closed does not know the owner's last count
 *   alloc/base/lock.h: memory_order_release) == 2 -> memory_order_relaxed) == 2
 */
#include "tests/model/counting/biased.h"

static struct object a, b;
static struct thread owner_thread, first_thread, second_thread;

static rc_loc loc_of(struct object *object) { return (rc_loc){(uintptr_t)object}; }

static void setup(void)
{
    rc_attach(&owner_thread);
    rc_attach(&first_thread);
    rc_attach(&second_thread);
    (void)make(&owner_thread, &a);
    (void)rc_dup(&owner_thread, loc_of(&a));
    (void)rc_dup(&owner_thread, loc_of(&a));
    (void)make(&owner_thread, &b);
    (void)rc_dup(&owner_thread, loc_of(&b));
    report_name(&a, sizeof a, "A");
    report_name(&b, sizeof b, "B");
}

static void go(void)
{
    use_and_drop(&owner_thread, loc_of(&a));
    rc_detach(&owner_thread);
}

static void drop_first(void)
{
    use_and_drop(&first_thread, loc_of(&a));
    use_and_drop(&first_thread, loc_of(&b));
}

static void drop_second(void)
{
    use_and_drop(&second_thread, loc_of(&b));
    use_and_drop(&second_thread, loc_of(&a));
}

static void finish(void)
{
    EXPECT(a.contents == DEAD);
    EXPECT(b.contents == DEAD);
    EXPECT(owner_thread.rc.biased.queue.length == 0);
}

int main(int argc, char **argv)
{
    static const struct model model = {.name = "biased_exit",
                                       .threads = {"owner", "first", "second"},
                                       .run = {go, drop_first, drop_second},
                                       .setup = setup,
                                       .finish = finish,
                                       .bounds = {{2, 1}, {3, 0}}};
    return explore(argc, argv, &model);
}
