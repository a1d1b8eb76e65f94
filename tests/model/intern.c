/*
 * Interned strings that die with their last reference (runtimes/object/intern.h) under `atomic`: find, upgrade and second look,
 * against last drop, removal from the index and reuse of the memory for another object.
 *
 * Real: intern.c, the index (alloc/base/index.c), strings, their deaths, counts and heaps, threads.
 * Modelled: one text, and an interned string of it of which both threads have a reference.  Each ends its own, makes a str of that
 * text that is not interned, and which gets the memory if the other's is free; interns the text, checks what it got, and drops both.
 * Abstracted: liburcu's table and sections (tests/model/runtime/urcu.h); nodes are given back two at a time, not in hundreds; a
 * taker of a lock spins once before it sleeps.
 *
 * Why the orders suffice: told in index.h and intern.h.
 *
 * Checked: what a thread gets is alive, interned and of the text; there are never two living strings of it; an object dies once, a
 * node is removed once; memory that somebody may look at does not become something else, which would be a race; nothing is left.
 *
 * runtime atomic
 * source runtimes/thread.c runtimes/exit.c runtimes/object/intern.c runtimes/object/str.c runtimes/object/death.c
 * source runtimes/object/object.c alloc/base/index.c alloc/heap.c alloc/pool.c alloc/arena.c alloc/recent.c alloc/arena_map.c
 * source alloc/trim.c alloc/block.c alloc/parcel.c alloc/retire.c alloc/quarantine.c alloc/guard.c alloc/waiting.c alloc/limit.c
 * source alloc/large.c alloc/failure.c alloc/base/grace.c alloc/base/lock.c
 * abstract alloc/base/lock.c: SPINS = 40 -> SPINS = 1
 * abstract alloc/base/index.c: <urcu/urcu-memb.h> -> "tests/model/runtime/urcu.h"
 * abstract alloc/base/index.c: <urcu/rculfhash.h> -> "tests/model/runtime/urcu.h"
 * abstract alloc/base/index.c: happens_before(&sections_ended); -> ;
 * abstract alloc/base/index.c: happens_after(&sections_ended); -> ;
 * abstract runtimes/object/intern.c: BATCH = 512 -> BATCH = 2
 *
 * fault no_second_look: what was upgraded is taken without looking at the node again
 *   runtimes/object/intern.c: index_item(node) == s && has_text(s, search) -> has_text(s, search)
 * fault free_before_remove: a dying string frees its block before it marks and removes its node
 *   runtimes/object/intern.c: void intern_end(struct thread *T, struct str_obj *s) -> void intern_end(struct thread *T, struct str_obj *s) { uint64_t hash = load_relaxed(&s->hash); str_free(T, s); heap_send(thread_heap(T)); index_remove(&interned, hash, s); reclaim(T, BATCH); } static void unused_end(struct thread *T, struct str_obj *s)
 * fault unmarked: a removed node goes on naming its string
 *   alloc/base/index.c: store_relaxed(&node->item, (uintptr_t)item | INDEX_REMOVED); -> ;
 * fault increment_from_zero: a dead string may be upgraded
 *   runtimes/object/intern.c: rc_loc loc = rc_upgrade(search->T, &s->obj.rc); -> rc_loc loc = rc_dup(search->T, (rc_loc){(uintptr_t)s});
 * fault no_grace: a removed node is reused at once
 *   alloc/base/index.c: wait_for_sections(); -> ;
 * fault added_twice: who adds does not look whether somebody has added the text meanwhile
 *   runtimes/object/intern.c: index_name(node, obj_of(ref.p)); -> { index_name(node, obj_of(ref.p)); search->length = 0; }
 * fault retiring_is_relaxed: (I5) does not release
 *   alloc/base/index.c: cas_weak_release(&index->retired -> cas_weak_relaxed(&index->retired
 * fault retired_are_taken_relaxed: (I6) does not acquire
 *   alloc/base/index.c: xchg_acquire(&index->retired -> xchg_relaxed(&index->retired
 */
#include "tests/model/runtime/mutators.h"

#include "runtimes/object/intern.h"
#include "runtimes/object/str.h"

#include <sched.h>

enum { FIRST, SECOND, THREADS };
enum { LENGTH = 480 }; /* 32 of that size are a pool */

static char text[LENGTH];
static rc_ref shared;          /* one reference for each */
static struct str_obj *living; /* the one that somebody has got, and how many have */
static unsigned holders;

static void setup(void)
{
    bool started = intern_start();
    EXPECT(started);
    memset(text, 'a', LENGTH);
    mutators_attach(THREADS);
    for (unsigned i = 0; i < THREADS; i++)
        mutators_fill(i, str_bytes(LENGTH));
    shared = str_intern(mutators[SECOND], text, LENGTH);
    report_name(shared.p, sizeof(struct str_obj), "first string");
    shared = rc_own(mutators[SECOND], rc_dup(mutators[SECOND], rc_move(mutators[SECOND], shared)));
}

/* Looks without a step. */
static void note_held(struct str_obj *s)
{
    unsigned self = explore_look();
    EXPECT(holders == 0 || living == s);
    EXPECT(load_relaxed(&s->obj.rc.count) > 0);
    living = s;
    holders++;
    explore_look_away(self);
}

static void note_dropped(void)
{
    unsigned self = explore_look();
    holders--;
    explore_look_away(self);
}

static void intern_and_drop(struct thread *T)
{
    rc_ref ref = str_intern(T, text, LENGTH);
    struct str_obj *s = (struct str_obj *)obj_of(ref.p);
    note_held(s);
    bool is_right = s->interned && s->length == LENGTH && s->text[0] == text[0];
    EXPECT(is_right);
    sched_yield(); /* while it is held */
    note_dropped();
    rc_release(T, ref);
}

static void run_thread(struct thread *T)
{
    rc_release(T, shared);
    rc_ref other = str_new(T, text, LENGTH);
    intern_and_drop(T);
    rc_release(T, other);
    thread_block(T);
}

static void run_first(void) { run_thread(mutators[FIRST]); }
static void run_second(void) { run_thread(mutators[SECOND]); }

static void finish(void)
{
    struct thread *T = mutators[FIRST];
    thread_unblock(T);
    intern_settle(T);
    intern_stop(T);
    for (unsigned i = 0; i < THREADS; i++)
        mutators_empty(i, str_bytes(LENGTH));
    thread_block(T);
    mutators_end();
}

int main(int argc, char **argv)
{
    static const struct model model = {.name = "intern",
                                       .threads = {"first", "second"},
                                       .run = {run_first, run_second},
                                       .setup = setup,
                                       .finish = finish,
                                       .bounds = {{1, 1}, {2, 0}}};
    return explore(argc, argv, &model);
}
