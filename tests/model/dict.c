/*
 * Looking up a key without a lock (runtimes/object/hash_table.h, hash_get.h) under `atomic`: as in table.c, with an index before the
 * entries, and keys that go.
 *
 * Real: dicts and ints, their deaths, retired tables, grace periods and heaps, threads and their safepoints.
 * Modelled: a dict whose table has room for one more entry.  `reader` looks up a key that is always there, and one that comes and
 * goes.  `writer` inserts that one, and another, for which the dict moves to a larger table and retires the old one; replaces
 * the first key's value, and makes an int in the old one's memory that it keeps to itself; removes the key that came.  Both have a
 * reference to the dict and end it.
 * Abstracted: a taker of a lock spins once before it sleeps.
 *
 * Why the orders suffice: told in hash_table.h, list.h and atomic.h.
 *
 * Checked: the reader gets the value that the dict has for the key, and none that was replaced before; what is always there is
 * always found; what it reads does not race with what is written; in the end nothing is left.
 *
 * runtime atomic
 * source runtimes/thread.c runtimes/exit.c runtimes/object/dict.c runtimes/object/hash_table.c runtimes/object/int.c
 * source runtimes/object/death.c runtimes/object/object.c alloc/heap.c alloc/pool.c alloc/arena.c alloc/recent.c
 * source alloc/arena_map.c alloc/trim.c alloc/block.c alloc/parcel.c alloc/retire.c alloc/quarantine.c alloc/guard.c
 * source alloc/waiting.c alloc/limit.c alloc/large.c alloc/failure.c alloc/base/grace.c alloc/base/lock.c
 * abstract alloc/base/lock.c: SPINS = 40 -> SPINS = 1
 *
 * fault no_second_look: the reader does not look whether the table is still the dict's
 *   runtimes/object/hash_get.h: load_acquire(&root->table) == t -> true
 * fault publish_early: the new table is the dict's before its index says what the old one had
 *   runtimes/object/hash_table.c: enter_all(t, entry_size); -> store_release(&root->table, t); enter_all(t, entry_size);
 * fault entered_early: an entry stands in the index before it has its hash
 *   runtimes/object/hash_table.h: entry->hash = key.hash; -> { hash_index_write(hash_entry_at(t, t->capacity, entry_size), t->width, (uint32_t)key.hash & (t->slots - 1), (int32_t)t->used); entry->hash = key.hash; }
 * fault publishing_is_relaxed: (D4) does not release
 *   runtimes/object/hash_table.c: store_release(&root->table, t); -> store_relaxed(&root->table, t);
 * fault finding_is_relaxed: (D3) of the first look does not acquire
 *   runtimes/object/hash_get.h: struct hash_table *t = load_acquire(&root->table); -> struct hash_table *t = load_relaxed(&root->table);
 * fault entering_is_relaxed: (D2) does not release
 *   runtimes/object/hash_table.h: store_release((_Atomic int8_t *)index -> store_relaxed((_Atomic int8_t *)index
 * fault index_is_read_relaxed: (D1) does not acquire
 *   runtimes/object/hash_table.h: RC_OPTIMISTIC_READERS ? load_acquire(p) : load_relaxed(p) -> load_relaxed(p)
 */
#include "tests/model/runtime/mutators.h"

#include "runtimes/object/dict.h"
#include "runtimes/object/int.h"

enum { READER, WRITER, THREADS };
enum { FIRST = 1000, SECOND, COMING, SECRET, KEY = 2000, KEYS = HASH_CAPACITY_MIN - 1 };

static rc_loc dict;
static rc_loc keys[KEYS + 2]; /* each counted for the model */

static void set(struct thread *T, unsigned key, int64_t value)
{
    bool done = dict_set(T, dict, keys[key], int_new(T, value));
    EXPECT(done);
}

static void setup(void)
{
    mutators_attach(THREADS);
    struct thread *T = mutators[WRITER];
    dict = rc_move(T, dict_new(T));
    for (unsigned i = 0; i < KEYS + 2; i++)
        keys[i] = rc_move(T, int_new(T, KEY + (int64_t)i));
    for (unsigned i = 0; i < KEYS; i++)
        set(T, i, FIRST);
    report_name(obj_get(dict), sizeof(struct dict_obj), "dict");
    (void)rc_dup(T, dict); /* one for each */
}

static int64_t look_up(struct thread *T, unsigned key)
{
    rc_loc value = dict_get(T, dict, keys[key]);
    struct obj *o = rc_get(value) != NULL ? obj_get(value) : NULL;
    int64_t found = o != NULL ? int_value(o) : 0;
    rc_drop(T, value);
    return found;
}

static void read_both(void)
{
    struct thread *T = mutators[READER];
    int64_t coming = look_up(T, KEYS);
    EXPECT(coming == 0 || coming == COMING);
    int64_t first = look_up(T, 0);
    EXPECT(first == FIRST || first == SECOND);
    int64_t again = look_up(T, 0);
    EXPECT(again >= first && again <= SECOND);
    rc_drop(T, dict);
    thread_block(T);
}

static void change(void)
{
    struct thread *T = mutators[WRITER];
    set(T, KEYS, COMING);
    set(T, KEYS + 1, COMING);
    set(T, 0, SECOND);
    rc_ref secret = int_new(T, SECRET);
    bool was_there = dict_delete(T, dict, keys[KEYS]);
    EXPECT(was_there);
    rc_drop(T, dict);
    rc_release(T, secret);
    thread_block(T);
}

static void finish(void)
{
    struct thread *T = mutators[WRITER];
    thread_unblock(T);
    for (unsigned i = 0; i < KEYS + 2; i++)
        rc_drop(T, keys[i]);
    thread_block(T);
    mutators_end();
}

int main(int argc, char **argv)
{
    static const struct model model = {.name = "dict",
                                       .threads = {"reader", "writer"},
                                       .run = {read_both, change},
                                       .setup = setup,
                                       .finish = finish,
                                       .bounds = {{1, 1}, {2, 0}}};
    return explore(argc, argv, &model);
}
