/*
 * Reading an item of a list without a lock (runtimes/object/list.h, table.h) under `atomic`: find the table, try-increment what its
 * slot names, look again at slot and table; against replacement of the table, store, free and reuse.  Of dicts: dict.c.
 *
 * Real: lists and ints, their deaths, retired tables, grace periods and heaps, threads and their safepoints.
 * Modelled: a full list, of one item and empty places, whose table is so large that it has pages of its own, which go when it is
 * freed.  `reader` looks at the item three times, with a safepoint between, and polls its safepoint until the other one is done.
 * `writer` appends another item, which moves the list to another table and retires the old one; replaces the first item, and makes an
 * int in the old one's memory that it keeps to itself; waits until the old table is out of sight and frees it.
 * Abstracted: a taker of a lock spins once before it sleeps; one table is enough to be waited for.
 *
 * Why the orders suffice: told in list.h and atomic.h.
 *
 * Checked: the reader gets an item that is in the list, and none that was replaced before the one it got last; what it reads, in
 * tables and items, does not race with what their memory becomes; in the end nothing is left.
 *
 * runtime atomic
 * source runtimes/thread.c runtimes/exit.c runtimes/object/list.c runtimes/object/int.c runtimes/object/death.c
 * source runtimes/object/object.c alloc/heap.c alloc/pool.c alloc/arena.c alloc/recent.c alloc/arena_map.c alloc/trim.c
 * source alloc/block.c alloc/parcel.c alloc/retire.c alloc/quarantine.c alloc/guard.c alloc/waiting.c alloc/limit.c alloc/large.c
 * source alloc/failure.c alloc/base/grace.c alloc/base/lock.c
 * abstract alloc/base/lock.c: SPINS = 40 -> SPINS = 1
 * abstract alloc/retire.h: RETIRE_BUDGET = 64 * 1024 -> RETIRE_BUDGET = 1
 *
 * fault no_second_look: the reader does not look whether the table is still the list's
 *   runtimes/object/list.h: load_acquire(&l->table) == t && -> true &&
 * fault no_grace: a replaced table is freed at once
 *   runtimes/object/table.h: if (!RC_OPTIMISTIC_READERS) { -> if (true) {
 * fault sealed_too_early: retired tables wait for a period that is over
 *   alloc/retire.c: list->ticket = grace_ticket(); -> list->ticket = 0;
 * fault safepoint_without_debt: a safepoint that was asked for a quiescent state does not pay
 *   runtimes/thread.c: grace_quiescent(&T->reader); -> ;
 * fault publishing_is_relaxed: (L2) does not release
 *   runtimes/object/list.c: store_release(&l->table, t); -> store_relaxed(&l->table, t);
 * fault finding_is_relaxed: (L1) of the first look does not acquire
 *   runtimes/object/list.h: struct list_table *t = load_acquire(&l->table); -> struct list_table *t = load_relaxed(&l->table);
 */
#include "tests/model/runtime/mutators.h"

#include "runtimes/object/int.h"
#include "runtimes/object/list.h"

enum { READER, WRITER, THREADS };
enum { FIRST = 1000, SECOND, APPENDED, SECRET, LENGTH = BLOCK_MAX / sizeof(rc_slot) };

static rc_loc list;
static bool is_done; /* the writer */

static void setup(void)
{
    mutators_attach(THREADS);
    struct thread *T = mutators[WRITER];
    rc_ref first = int_new(T, FIRST);
    report_name(first.p, sizeof(struct int_obj), "first int");
    rc_ref items[LENGTH] = {first};
    list = rc_move(T, list_new_from(T, LENGTH, items));
    report_name(obj_get(list), sizeof(struct list_obj), "list");
    report_name(load_relaxed(&list_of(list)->table), list_table_bytes(LENGTH), "first table");
}

static int64_t look(struct thread *T, int64_t least)
{
    rc_loc item = list_get(T, list, 0);
    struct obj *o = rc_get(item) != NULL ? obj_get(item) : NULL;
    int64_t value = o != NULL ? int_value(o) : SECRET;
    EXPECT(value >= least && value <= SECOND);
    rc_drop(T, item);
    return value;
}

static bool is_asked_or_done(const void *request)
{
    return is_done || load_relaxed((const _Atomic uint32_t *)request) != 0;
}

/* Looks without a step. */
static bool is_done_now(void)
{
    unsigned self = explore_look();
    bool done = is_done;
    explore_look_away(self);
    return done;
}

static void poll_until_done(struct thread *T)
{
    while (!is_done_now()) {
        explore_await(&T->request, is_asked_or_done);
        thread_safepoint(T);
    }
}

static void read_thrice(void)
{
    struct thread *T = mutators[READER];
    int64_t seen = look(T, FIRST);
    thread_safepoint(T);
    seen = look(T, seen);
    thread_safepoint(T);
    look(T, seen);
    poll_until_done(T);
    thread_block(T);
}

static bool is_over(const void *completed)
{
    (void)completed;
    return grace_is_over(thread_heap(mutators[WRITER])->retired.ticket);
}

static void reclaim(struct thread *T)
{
    struct retire_list *retired = &thread_heap(T)->retired;
    if (retired->sealed == NULL)
        return;
    thread_block(T);
    explore_await(retired, is_over);
    thread_unblock(T);
    EXPECT(retired->sealed == NULL);
}

static void replace(void)
{
    struct thread *T = mutators[WRITER];
    list_append(T, list, int_new(T, APPENDED));
    list_set(T, list, 0, int_new(T, SECOND));
    rc_ref secret = int_new(T, SECRET);
    reclaim(T);
    rc_release(T, secret);
    thread_block(T);
    is_done = true;
}

static void finish(void)
{
    struct thread *T = mutators[WRITER];
    thread_unblock(T);
    rc_drop(T, list);
    thread_block(T);
    mutators_end();
}

int main(int argc, char **argv)
{
    static const struct model model = {.name = "table",
                                       .threads = {"reader", "writer"},
                                       .run = {read_thrice, replace},
                                       .setup = setup,
                                       .finish = finish,
                                       .bounds = {{1, 1}, {2, 0}}};
    return explore(argc, argv, &model);
}
