/*
 * A thread's record used again in `biased` (runtimes/rc/biased.c): the next thread owns what the one that is gone owned.
 *
 * Real: counts, queues, merging, attaching and detaching of biased, as the contract (rc.h) calls them.
 * Modelled: one object, of which the owner counts two references.  The owner leaves; another thread attaches with its record and has
 * inherited one of the two, of which it takes more and ends them.  A third thread ends the other at any time: it queues the object to the
 * owner or to the newcomer, or finds the record without a thread and merges.
 *
 * Why the orders suffice: the lock of the queue.  Who merges for a record without a thread holds it, and so has seen what the owner
 * counted, and the newcomer, who takes it to open the queue, sees the object merged; after that whoever looks finds the queue open.
 *
 * Checked: the object dies once, after every use; nothing leaks.
 *
 * source alloc/base/lock.c
 * abstract alloc/base/lock.c: SPINS = 40 -> SPINS = 1
 * abstract runtimes/rc/biased_count.c: realloc(queue->items, capacity * sizeof *items) -> model_items(queue)
 * abstract runtimes/rc/biased_count.c: free(items); -> ;
 *
 * fault merged_late: who finds the owner gone merges after it has released the lock of the queue
 *   runtimes/rc/biased_count.c: if (!there && FAULT(merge_late)) -> if (!there)
 *   runtimes/rc/biased_count.c: !FAULT(skip_orphan_merge) && !FAULT(merge_late) -> false
 * fault tenure_begins_unlocked: the newcomer opens the queue without its lock
 *   runtimes/rc/biased_count.c: lock_acquire(&t->queue.lock);\n    t->queue.open = true;\n    lock_release(&t->queue.lock); -> t->queue.open = true;
 * fault abandoned: who finds the owner gone does not merge
 *   runtimes/rc/biased_count.c: !FAULT(skip_orphan_merge) && !FAULT(merge_late) -> false
 * genmc tenure_begins_unlocked abandoned
 */
#include "tests/model/counting/biased.h"

static struct object object;
static struct thread record, other_thread;
static _Atomic uint32_t owner_is_gone;

static rc_loc the_object(void) { return (rc_loc){(uintptr_t)&object}; }

static void setup(void)
{
    rc_attach(&record);
    rc_attach(&other_thread);
    (void)rc_dup(&record, rc_move(&record, make(&record, &object)));
    report_name(&object, sizeof object, "object");
}

static void leave(void)
{
    use(&object.header);
    rc_detach(&record);
    raise_flag(&owner_is_gone);
}

static void come(void)
{
    await_flag(&owner_is_gone);
    rc_attach(&record);
    rc_loc alias = rc_dup(&record, the_object());
    use_and_drop(&record, the_object());
    use_and_drop(&record, alias);
    rc_detach(&record);
}

static void drop(void) { use_and_drop(&other_thread, the_object()); }

static void finish(void) { EXPECT(object.contents == DEAD); }

int main(int argc, char **argv)
{
    static const struct model model = {.name = "biased_tenure",
                                       .threads = {"owner", "newcomer", "other"},
                                       .run = {leave, come, drop},
                                       .setup = setup,
                                       .finish = finish,
                                       .bounds = {{2, 1}, {EXPLORE_ALL, 0}}};
    return explore(argc, argv, &model);
}
