/*
 * The queue of `biased` (runtimes/rc/biased.c): another thread ends a reference that the owner counts.
 *
 * Real: counts, queues and merging of biased, as the contract (rc.h) calls them.
 * Modelled: two objects of one owner, each with a reference that the owner has and one or two more of the owner's count that
 * others have, besides one that another counts.  The others end theirs, which makes the shared count negative, or would; the
 * owner ends its own, comes to a safepoint at any time, and to one more when the others are done.
 *
 * Why the orders suffice: items change hands under the queue's lock.  Merging needs no order of its own: who merges ends
 * a reference afterwards, the one that the queue kept, and that (B6) releases what the owner did.
 *
 * Checked: each object dies once, after every use; nothing leaks; nothing is left in the queue.
 *
 * source alloc/base/lock.c
 * abstract alloc/base/lock.c: SPINS = 40 -> SPINS = 1
 * abstract runtimes/rc/biased_count.c: realloc(queue->items, capacity * sizeof *items) -> model_items(queue)
 * abstract runtimes/rc/biased_count.c: free(items); -> ;
 *
 * fault skip_merge: the owner takes its queue and forgets it
 *   runtimes/rc/biased_count.c: if (!FAULT(skip_merge)) -> if (true) length = 0; else
 * fault no_kept_reference: a drop that queues the object is counted as well
 *   runtimes/rc/biased_count.c: next = queue ? BIASED_QUEUED : -> next = queue ? BIASED_QUEUED - BIASED_ONE :
 * fault kept_reference_stays: the owner merges and does not end the reference that the queue kept
 *   runtimes/rc/biased_count.c: biased_decrement_shared(T, items[i]); -> ;
 * fault merge_forgets_the_owner: a merge leaves the owner's count out
 *   runtimes/rc/biased_count.c: shared + owners * BIASED_ONE -> shared
 * fault merge_in_two_steps: a merge reads the shared word, then writes it
 *   runtimes/rc/biased_count.c: cas_weak_relaxed(&o->shared, &shared, merged) -> (store_relaxed(&o->shared, merged), true)
 * fault owner_keeps_its_count: a merge does not clear the owner's word
 *   runtimes/rc/biased_count.c: load_relaxed(&o->owned);\n    store_relaxed(&o->owned, 0); -> load_relaxed(&o->owned);
 * fault queued_twice: every drop below zero queues the object
 *   runtimes/rc/biased_count.c: queue = shared == BIASED_PLAIN || shared == BIASED_MARKED; -> queue = shared == BIASED_PLAIN || shared == BIASED_MARKED || shared == BIASED_QUEUED;
 * fault push_is_unlocked: an object is queued without the lock
 *   runtimes/rc/biased_count.c: queue_push_locked(&owner->queue, o); -> { lock_release(&owner->queue.lock); queue_push_locked(&owner->queue, o); lock_acquire(&owner->queue.lock); }
 * fault take_is_unlocked: the owner looks into its queue without the lock
 *   runtimes/rc/biased_count.c: *length = queue->length; -> lock_release(&queue->lock); *length = queue->length; lock_acquire(&queue->lock);
 * fault drop_is_relaxed: (B6) does not release
 *   runtimes/rc/biased_count.c: cas_weak_acq_rel(&o->shared, &shared, next) -> cas_weak_acquire(&o->shared, &shared, next)
 * fault last_drop_is_relaxed: (B5) does not acquire
 *   runtimes/rc/biased_count.c: cas_weak_acq_rel(&o->shared, &shared, next) -> cas_weak_release(&o->shared, &shared, next)
 */
#include "tests/model/counting/biased.h"

static struct object a, b;
static struct thread owner_thread, first_thread, second_thread;
static _Atomic uint32_t first_is_done, second_is_done;

static rc_loc loc_of(struct object *object) { return (rc_loc){(uintptr_t)object}; }

/* A: one reference for each of the three, all counted by the owner.  B: one for the owner, one for the first, and one for the
 * second, which that has counted itself. */
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
    (void)rc_dup(&second_thread, loc_of(&b));
    report_name(&a, sizeof a, "A");
    report_name(&b, sizeof b, "B");
}

static void own(void)
{
    use_and_drop(&owner_thread, loc_of(&a));
    (void)rc_on_safepoint(&owner_thread);
    use_and_drop(&owner_thread, loc_of(&b));
    await_flag(&first_is_done);
    await_flag(&second_is_done);
    (void)rc_on_safepoint(&owner_thread);
}

static void drop_first(void)
{
    use_and_drop(&first_thread, loc_of(&a));
    use_and_drop(&first_thread, loc_of(&b));
    raise_flag(&first_is_done);
}

static void drop_second(void)
{
    use_and_drop(&second_thread, loc_of(&b));
    use_and_drop(&second_thread, loc_of(&a));
    raise_flag(&second_is_done);
}

static void finish(void)
{
    EXPECT(a.contents == DEAD);
    EXPECT(b.contents == DEAD);
    EXPECT(owner_thread.rc.biased.queue.length == 0);
}

int main(int argc, char **argv)
{
    static const struct model model = {.name = "biased_queue",
                                       .threads = {"owner", "first", "second"},
                                       .run = {own, drop_first, drop_second},
                                       .setup = setup,
                                       .finish = finish,
                                       .bounds = {{2, 1}, {3, 0}}};
    return explore(argc, argv, &model);
}
