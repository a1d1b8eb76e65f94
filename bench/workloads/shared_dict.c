/*
 * shared_dict: threads answer requests out of one dict that all of them read and sometimes write.
 *
 * Idea: a server's table of settings or sessions.  A request looks up ten keys and answers with the sum of their values,
 * an int of its own; of a thousand look-ups `writes` put a fresh int of the same value in place, so that the sum does not
 * depend on who came first.  The objects that all threads touch are the dict, its keys and its values.
 * Which keys request r asks for depends on r alone, so the whole work is the same for every number of threads.
 *
 * Teardown compares the sum of all answers with what the keys' numbers say, and finds each key with its value.
 * Stresses: counts of objects that all threads read, and of a few that are written.  Settings: writes; keys, the degree of
 * sharing: with one key all threads are after the same value, with many they rarely meet.
 */
#include "bench/trial/mix.h"
#include "bench/workload.h"
#include "runtimes/object/dict.h"
#include "runtimes/object/int.h"
#include "runtimes/object/str.h"
#include "runtimes/object/tuple.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

enum {
    REQUESTS = 900000,
    LOOKUPS = 10, /* of a request */
};

enum { SETTING_WRITES, SETTING_KEYS };

static const struct setting shared_dict_settings[] = {
    {"writes", "look-ups of a thousand that replace the value", 10, 0, 1000, NULL},
    {"keys", "keys of the dict", 1000, 1, 100000, NULL},
    {0},
};

enum root { ROOT_TABLE, ROOT_KEYS, ROOT_LENGTH };

static uint32_t keys_of(const struct workload_run *run)
{
    return (uint32_t)run->settings[SETTING_KEYS];
}

static uint64_t requests_of(const struct workload_run *run) { return REQUESTS / run->divisor; }

/* The number that belongs to a key. */
static int64_t value_of(uint64_t key) { return (int64_t)(mix64(key) >> 44); }

/* The key that look-up `i` is after, and whether it writes, whichever thread it falls to. */
static uint32_t key_of(const struct workload_run *run, uint64_t i)
{
    return mix_below(mix64(i), keys_of(run));
}

static bool is_write(const struct workload_run *run, uint64_t i)
{
    return mix_below(mix64(~i), 1000) < run->settings[SETTING_WRITES];
}

static rc_ref make_key(struct thread *T, unsigned i)
{
    char text[32];
    int length = snprintf(text, sizeof(text), "session-%04u", i);
    return str_new(T, text, (size_t)length);
}

/* table[key] = a number that belongs to key i */
static bool fill_in(struct thread *T, rc_loc table, rc_loc key, unsigned i)
{
    rc_ref value = int_new(T, value_of(i));
    return !ref_is_null(value) && dict_set(T, table, key, value);
}

/* Fills `keys` with `length` references to new keys, each of them set in `table`; how many it could make. */
static size_t make_keys(struct thread *T, rc_loc table, rc_ref *keys, size_t length)
{
    RC_FRAME(T, f, 1);
    size_t made = 0;
    bool ok = true;
    while (ok && made < length) {
        f[0] = rc_move(T, make_key(T, (unsigned)made));
        ok = !loc_is_null(f[0]) && fill_in(T, table, f[0], (unsigned)made);
        if (ok)
            keys[made++] = rc_own(T, cell_take(&f[0]));
    }
    cells_drop(T, f, 1);
    RC_LEAVE(T, f);
    return made;
}

/* (table, keys), or null; `keys` has room for all of them. */
static rc_ref make_root(struct thread *T, rc_ref *keys, size_t length)
{
    RC_FRAME(T, f, 1);
    rc_ref root = RC_NULL_REF;
    f[0] = rc_move(T, dict_new(T));
    size_t made = loc_is_null(f[0]) ? 0 : make_keys(T, f[0], keys, length);
    rc_ref tuple = made == length ? tuple_new(T, length, keys) : RC_NULL_REF;
    if (!ref_is_null(tuple))
        root = tuple_new(T, ROOT_LENGTH, (rc_ref[]){rc_own(T, cell_take(&f[0])), tuple});
    else if (made < length)
        while (made > 0)
            rc_release(T, keys[--made]);
    cells_drop(T, f, 1);
    RC_LEAVE(T, f);
    return root;
}

static bool shared_dict_setup(struct thread *T, struct workload_run *run)
{
    run->operations = requests_of(run) * LOOKUPS;
    rc_ref *keys = calloc(keys_of(run), sizeof *keys);
    run->input = calloc(1, sizeof(_Atomic uint64_t)); /* the sum of all answers */
    rc_ref root = keys != NULL ? make_root(T, keys, keys_of(run)) : RC_NULL_REF;
    free(keys);
    bool ok = run->input != NULL && !ref_is_null(root);
    if (!ok)
        snprintf(run->problem, sizeof(run->problem), "no memory for a dict of %" PRIu32 " keys",
                 keys_of(run));
    rc_store(T, NULL, &run->root, root);
    return ok;
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

/* What a request is asked of. */
struct service {
    struct thread *T;
    const struct workload_run *run;
    const rc_loc *cells; /* the dict and the tuple of its keys */
};

/* The sum of the values that request `r` asks for, a new int; null if there is no memory. */
static rc_ref answer(const struct service *service, uint64_t r)
{
    struct thread *T = service->T;
    RC_FRAME(T, f, 4);
    enum { TABLE, KEYS, KEY, VALUE };
    f[TABLE] = rc_dup(T, service->cells[ROOT_TABLE]);
    f[KEYS] = rc_dup(T, service->cells[ROOT_KEYS]);
    thread_safepoint(T);
    int64_t sum = 0;
    bool ok = true;
    for (uint64_t i = r * LOOKUPS; ok && i < (r + 1) * LOOKUPS; i++) {
        thread_safepoint(T);
        f[KEY] = tuple_get(T, f[KEYS], key_of(service->run, i));
        f[VALUE] = rc_move(
            T, look_up(T, rc_dup(T, f[TABLE]), cell_take(&f[KEY]), is_write(service->run, i)));
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
    enum { ANSWER = ROOT_LENGTH, ROOT };
    const struct service service = {T, run, f};
    f[ROOT] = rc_load(T, NULL, &run->root);
    f[ROOT_TABLE] = tuple_get(T, f[ROOT], ROOT_TABLE);
    f[ROOT_KEYS] = tuple_get(T, f[ROOT], ROOT_KEYS);
    uint64_t sum = 0;
    for (uint64_t r = index; r < requests_of(run) && !workload_failed(run); r += run->threads) {
        thread_safepoint(T);
        f[ANSWER] = rc_move(T, answer(&service, r));
        if (loc_is_null(f[ANSWER]))
            workload_out_of_memory(run);
        else
            sum += (uint64_t)int_value(obj_get(f[ANSWER])) * (r | 1);
        rc_drop(T, cell_take(&f[ANSWER]));
    }
    fetch_add_relaxed((_Atomic uint64_t *)run->input, sum);
    cells_drop(T, f, 4);
    RC_LEAVE(T, f);
    return sum;
}

static uint64_t expected_sum(const struct workload_run *run)
{
    uint64_t sum = 0;
    for (uint64_t r = 0; r < requests_of(run); r++)
        for (uint64_t i = r * LOOKUPS; i < (r + 1) * LOOKUPS; i++)
            sum += (uint64_t)value_of(key_of(run, i)) * (r | 1);
    return sum;
}

/* The first key that has not its value any more, or their number. */
static uint32_t find_damage(struct thread *T, struct workload_run *run)
{
    RC_FRAME(T, f, 5);
    enum { ROOT, TABLE, KEYS, KEY, VALUE };
    f[ROOT] = rc_load(T, NULL, &run->root);
    f[TABLE] = tuple_get(T, f[ROOT], ROOT_TABLE);
    f[KEYS] = tuple_get(T, f[ROOT], ROOT_KEYS);
    uint32_t key = 0;
    for (bool ok = true; ok && key < keys_of(run); key += ok) {
        thread_safepoint(T);
        f[KEY] = tuple_get(T, f[KEYS], key);
        f[VALUE] = dict_get(T, f[TABLE], f[KEY]);
        ok = !loc_is_null(f[VALUE]) && int_value(obj_get(f[VALUE])) == value_of(key);
        cells_drop(T, &f[KEY], 2);
    }
    cells_drop(T, f, 5);
    RC_LEAVE(T, f);
    return key;
}

static void validate(struct thread *T, struct workload_run *run)
{
    const uint64_t sum = load_relaxed((_Atomic uint64_t *)run->input);
    const uint32_t damaged = find_damage(T, run);
    if (sum != expected_sum(run))
        snprintf(run->problem, sizeof(run->problem),
                 "the answers should sum up to %" PRIu64 ", and come to %" PRIu64,
                 expected_sum(run), sum);
    else if (damaged != keys_of(run))
        snprintf(run->problem, sizeof(run->problem),
                 "key %" PRIu32 " should have the value %" PRId64 ", and has not", damaged,
                 value_of(damaged));
}

static uint64_t shared_dict_teardown(struct thread *T, struct workload_run *run)
{
    if (run->input != NULL && run->problem[0] == '\0' && !workload_failed(run))
        validate(T, run);
    free(run->input);
    run->input = NULL;
    rc_store(T, NULL, &run->root, RC_NULL_REF);
    return 0;
}

const struct workload workload_shared_dict = {
    .name = "shared_dict",
    .summary = "requests look up ten keys each in one dict that all threads read and, once in a "
               "hundred, write",
    .settings = shared_dict_settings,
    .tags = "server,sharing",
    .source = "dict.get of shared values, where PEP 703's free-threaded CPython loses",
    .suites = "fast,headline",
    .reason =
        "threads that read the same objects: contended counts, where free-threaded runtimes lose",
    .bytes = 16 << 20,
    .setup = shared_dict_setup,
    .work = shared_dict_work,
    .teardown = shared_dict_teardown,
};
