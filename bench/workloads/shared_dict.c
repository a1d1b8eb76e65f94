/*
 * shared_dict: threads answer requests out of one dict that all of them read and sometimes write.
 *
 * Idea: a server's table of settings or sessions.  A request looks up ten keys and answers with the sum of their values,
 * an int of its own; one look-up in a hundred puts a fresh int of the same value in place, so that the sum does not
 * depend on who came first.  The objects that all threads touch are the dict, its keys and its values.
 * Which keys request r asks for depends on r alone, so the whole work is the same for every number of threads.
 */
#include "bench/trial/mix.h"
#include "bench/workload.h"
#include "runtimes/object/dict.h"
#include "runtimes/object/int.h"
#include "runtimes/object/str.h"
#include "runtimes/object/tuple.h"

#include <stdio.h>

enum {
    REQUESTS = 900000,
    LOOKUPS = 10, /* of a request */
    WRITE_EVERY = 100,
    KEYS = 1000,
};

enum root { ROOT_TABLE, ROOT_KEYS, ROOT_LENGTH };

static rc_ref make_key(struct thread *T, unsigned i)
{
    char text[32];
    int length = snprintf(text, sizeof(text), "session-%04u", i);
    return str_new(T, text, (size_t)length);
}

/* table[key] = a number that belongs to key i */
static bool fill_in(struct thread *T, rc_loc table, rc_loc key, unsigned i)
{
    rc_ref value = int_new(T, (int64_t)(mix64(i) >> 44));
    return !ref_is_null(value) && dict_set(T, table, key, value);
}

/* Fills `keys` with references to new keys, each of them set in `table`; how many it could make. */
static size_t make_keys(struct thread *T, rc_loc table, rc_ref keys[KEYS])
{
    RC_FRAME(T, f, 1);
    size_t made = 0;
    bool ok = true;
    while (ok && made < KEYS) {
        f[0] = rc_move(T, make_key(T, (unsigned)made));
        ok = !loc_is_null(f[0]) && fill_in(T, table, f[0], (unsigned)made);
        if (ok)
            keys[made++] = rc_own(T, cell_take(&f[0]));
    }
    cells_drop(T, f, 1);
    RC_LEAVE(T, f);
    return made;
}

/* (table, keys), or null. */
static rc_ref make_root(struct thread *T)
{
    RC_FRAME(T, f, 1);
    rc_ref keys[KEYS];
    rc_ref root = RC_NULL_REF;
    f[0] = rc_move(T, dict_new(T));
    size_t made = loc_is_null(f[0]) ? 0 : make_keys(T, f[0], keys);
    rc_ref tuple = made == KEYS ? tuple_new(T, KEYS, keys) : RC_NULL_REF;
    if (!ref_is_null(tuple))
        root = tuple_new(T, ROOT_LENGTH, (rc_ref[]){rc_own(T, cell_take(&f[0])), tuple});
    else if (made < KEYS)
        while (made > 0)
            rc_release(T, keys[--made]);
    cells_drop(T, f, 1);
    RC_LEAVE(T, f);
    return root;
}

static bool shared_dict_setup(struct thread *T, struct workload_run *run)
{
    run->operations = (uint64_t)(REQUESTS / run->divisor) * LOOKUPS;
    rc_ref root = make_root(T);
    if (ref_is_null(root)) {
        snprintf(run->problem, sizeof(run->problem), "no memory for a dict of %d keys", KEYS);
        return false;
    }
    rc_store(T, NULL, &run->root, root);
    return true;
}

/* One look-up, which replaces the value if it is its turn; `table` and `key` are arguments.  Returns the value. */
static rc_ref look_up(struct thread *T, rc_loc table, rc_loc key, bool write)
{
    RC_FRAME(T, f, 3);
    enum { TABLE, KEY, VALUE };
    f[TABLE] = table;
    f[KEY] = key;
    thread_safepoint(T);
    f[VALUE] = dict_get(T, f[TABLE], f[KEY]);
    if (write) {
        rc_ref fresh = int_new(T, int_value(obj_get(f[VALUE])));
        if (ref_is_null(fresh) || !dict_set(T, f[TABLE], f[KEY], fresh))
            rc_drop(T, cell_take(&f[VALUE]));
    }
    rc_ref value = rc_own(T, cell_take(&f[VALUE]));
    cells_drop(T, f, 3);
    RC_LEAVE(T, f);
    return value;
}

/* Whether look-up `i` writes: one in a hundred does, whichever thread it falls to. */
static bool is_write(uint64_t i) { return mix_below(mix64(~i), WRITE_EVERY) == 0; }

/* The sum of the values that request `r` asks for, a new int; null if there is no memory. */
static rc_ref answer(struct thread *T, rc_loc table, rc_loc keys, uint64_t r)
{
    RC_FRAME(T, f, 4);
    enum { TABLE, KEYS_HERE, KEY, VALUE };
    f[TABLE] = table;
    f[KEYS_HERE] = keys;
    thread_safepoint(T);
    int64_t sum = 0;
    bool ok = true;
    for (uint64_t i = r * LOOKUPS; ok && i < (r + 1) * LOOKUPS; i++) {
        thread_safepoint(T);
        f[KEY] = tuple_get(T, f[KEYS_HERE], mix_below(mix64(i), KEYS));
        f[VALUE] = rc_move(T, look_up(T, rc_dup(T, f[TABLE]), cell_take(&f[KEY]), is_write(i)));
        ok = !loc_is_null(f[VALUE]);
        sum += ok ? int_value(obj_get(f[VALUE])) : 0;
        rc_drop(T, cell_take(&f[VALUE]));
    }
    cells_drop(T, f, 4);
    RC_LEAVE(T, f);
    return ok ? int_new(T, sum) : RC_NULL_REF;
}

static uint64_t shared_dict_work(struct thread *T, struct workload_run *run, unsigned index)
{
    RC_FRAME(T, f, 4);
    enum { ROOT, TABLE, KEYS_HERE, ANSWER };
    f[ROOT] = rc_load(T, NULL, &run->root);
    f[TABLE] = tuple_get(T, f[ROOT], ROOT_TABLE);
    f[KEYS_HERE] = tuple_get(T, f[ROOT], ROOT_KEYS);
    uint64_t sum = 0;
    for (uint64_t r = index; r < REQUESTS / run->divisor && !workload_failed(run);
         r += run->threads) {
        thread_safepoint(T);
        f[ANSWER] = rc_move(T, answer(T, rc_dup(T, f[TABLE]), rc_dup(T, f[KEYS_HERE]), r));
        if (loc_is_null(f[ANSWER]))
            workload_out_of_memory(run);
        else
            sum += (uint64_t)int_value(obj_get(f[ANSWER])) * (r | 1);
        rc_drop(T, cell_take(&f[ANSWER]));
    }
    cells_drop(T, f, 4);
    RC_LEAVE(T, f);
    return sum;
}

static uint64_t shared_dict_teardown(struct thread *T, struct workload_run *run)
{
    rc_store(T, NULL, &run->root, RC_NULL_REF);
    return 0;
}

const struct workload workload_shared_dict = {
    .name = "shared_dict",
    .summary = "requests look up ten keys each in one dict that all threads read and, once in a "
               "hundred, write",
    .tags = "server,sharing",
    .bytes = 16 << 20,
    .setup = shared_dict_setup,
    .work = shared_dict_work,
    .teardown = shared_dict_teardown,
};
