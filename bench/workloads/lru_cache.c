/*
 * lru_cache: caches of bounded size that end what was not asked for longest.
 *
 * A cache is an instance with a dict from key to entry and a ring of entries in the order of their last use; its root is an
 * entry of its own.  A hit takes its entry out of the ring and puts it in at the front, six fields read and six written; a miss
 * makes an entry and, if the cache is full, ends the one at the back.  Entries refer to each other, so a cache that is dropped is
 * cyclic garbage as large as it is.
 * Stresses: counts of objects that are relinked all the time; ends of objects of every age; old cycles.
 * Parameters: entries in a cache, different keys, how steep Zipf's law is that keys follow, and how many streams of requests
 * there are, each with a cache of its own that is dropped at its end.  Streams are dealt to threads.
 * Validation: teardown serves every stream on plain numbers by the same policy; it must find as many hits.
 * Source: the policy of functools.lru_cache in CPython, which has such a ring; keys as in YCSB (bench/trial/zipf.h).
 */
#include "bench/trial/garbage.h"
#include "bench/trial/mix.h"
#include "bench/trial/zipf.h"
#include "bench/workload.h"
#include "runtimes/object/dict.h"
#include "runtimes/object/instance.h"
#include "runtimes/object/int.h"
#include "runtimes/object/none.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

enum { REQUESTS = 2400000, HUNDRED = 100, KEY_LEAST = 1000000 };

enum { SET_CAPACITY, SET_KEYS, SET_THETA, SET_STREAMS };
static const struct setting lru_cache_settings[] = {
    {"capacity", "of a cache, in entries", 1000, 1, 20000, NULL},
    {"keys", "different ones", 10000, 10, 200000, NULL},
    {"theta", "of Zipf's law, in hundredths; 0: all keys alike", 99, 0, 99, NULL},
    {"streams", "of requests, each with a cache of its own", 64, 1, 1024, NULL},
    {0},
};

static const char *const entry_fields[] = {"prev", "next", "key", "value"};
static const struct type entry_type = INSTANCE_TYPE("Entry", entry_fields);
enum { PREV, NEXT, KEY, VALUE };

static const char *const cache_fields[] = {"table", "root"};
static const struct type cache_type = INSTANCE_TYPE("Cache", cache_fields);
enum { TABLE, ROOT };

struct streams {
    uint32_t *trace; /* the key of each request, one stream after another */
    struct garbage *garbage;
    uint64_t *hits; /* of each stream */
};

/* Requests of streams below `stream`. */
static uint64_t begin_of(const struct workload_run *run, uint64_t stream)
{
    return (uint64_t)(REQUESTS / run->divisor) * stream / run->settings[SET_STREAMS];
}

static int64_t value_of(uint32_t key) { return (int64_t)(mix64(key) >> 24); }

/* --- the ring ----------------------------------------------------------------------------------- */

/* left.next = right; right.prev = left; both are arguments. */
static void join(struct thread *T, rc_loc left, rc_loc right)
{
    RC_FRAME(T, f, 2);
    enum { LEFT, RIGHT };
    f[LEFT] = left;
    f[RIGHT] = right;
    thread_safepoint(T);
    instance_set(T, f[LEFT], NEXT, rc_own(T, rc_dup(T, f[RIGHT])));
    instance_set(T, f[RIGHT], PREV, rc_own(T, rc_dup(T, f[LEFT])));
    cells_drop(T, f, 2);
    RC_LEAVE(T, f);
}

/* join(entry.prev, entry.next); `entry` is an argument. */
static void take_out(struct thread *T, rc_loc entry)
{
    RC_FRAME(T, f, 3);
    enum { ENTRY, BEFORE, BEHIND };
    f[ENTRY] = entry;
    thread_safepoint(T);
    f[BEFORE] = instance_get(T, f[ENTRY], PREV);
    f[BEHIND] = instance_get(T, f[ENTRY], NEXT);
    join(T, cell_take(&f[BEFORE]), cell_take(&f[BEHIND]));
    cells_drop(T, f, 3);
    RC_LEAVE(T, f);
}

/* join(entry, root.next); join(root, entry); both are arguments. */
static void put_first(struct thread *T, rc_loc root, rc_loc entry)
{
    RC_FRAME(T, f, 3);
    enum { ROOT_HERE, ENTRY, FIRST };
    f[ROOT_HERE] = root;
    f[ENTRY] = entry;
    thread_safepoint(T);
    f[FIRST] = instance_get(T, f[ROOT_HERE], NEXT);
    join(T, rc_dup(T, f[ENTRY]), cell_take(&f[FIRST]));
    join(T, cell_take(&f[ROOT_HERE]), cell_take(&f[ENTRY]));
    cells_drop(T, f, 3);
    RC_LEAVE(T, f);
}

/* An entry that is a ring of its own; key and value are consumed.  Null if there is no memory. */
static rc_ref make_entry(struct thread *T, rc_ref key, rc_ref value)
{
    RC_FRAME(T, f, 1);
    thread_safepoint(T);
    f[0] =
        rc_move(T, instance_new(T, &entry_type, (rc_ref[]){none_ref(T), none_ref(T), key, value}));
    if (!loc_is_null(f[0]))
        join(T, rc_dup(T, f[0]), rc_dup(T, f[0]));
    rc_ref entry = rc_own(T, cell_take(&f[0]));
    RC_LEAVE(T, f);
    return entry;
}

/* --- the cache ---------------------------------------------------------------------------------- */

static rc_ref make_cache(struct thread *T)
{
    thread_safepoint(T);
    rc_ref fields[] = {dict_new(T), make_entry(T, none_ref(T), none_ref(T))};
    if (!ref_is_null(fields[TABLE]) && !ref_is_null(fields[ROOT]))
        return instance_new(T, &cache_type, fields);
    return obj_refuse(T, cache_type.fields, fields);
}

/* Ends the entry at the back; both are arguments. */
static void evict(struct thread *T, rc_loc table, rc_loc root)
{
    RC_FRAME(T, f, 4);
    enum { TABLE_HERE, ROOT_HERE, LAST, KEY_THERE };
    f[TABLE_HERE] = table;
    f[ROOT_HERE] = root;
    thread_safepoint(T);
    f[LAST] = instance_get(T, f[ROOT_HERE], PREV);
    take_out(T, rc_dup(T, f[LAST]));
    f[KEY_THERE] = instance_get(T, f[LAST], KEY);
    dict_delete(T, f[TABLE_HERE], f[KEY_THERE]);
    cells_drop(T, f, 4);
    RC_LEAVE(T, f);
}

/* A new entry for `key`, in `table` but not yet in the ring; both are arguments.  Null if there is no memory. */
static rc_ref add_entry(struct thread *T, rc_loc table, rc_loc key)
{
    RC_FRAME(T, f, 3);
    enum { TABLE_HERE, KEY_HERE, ENTRY };
    f[TABLE_HERE] = table;
    f[KEY_HERE] = key;
    thread_safepoint(T);
    rc_ref value = int_new(T, value_of((uint32_t)(int_value(obj_get(f[KEY_HERE])) - KEY_LEAST)));
    if (!ref_is_null(value))
        f[ENTRY] = rc_move(T, make_entry(T, rc_own(T, rc_dup(T, f[KEY_HERE])), value));
    bool ok = !loc_is_null(f[ENTRY]) &&
              dict_set(T, f[TABLE_HERE], f[KEY_HERE], rc_own(T, rc_dup(T, f[ENTRY])));
    rc_ref entry = rc_own(T, cell_take(&f[ENTRY]));
    cells_drop(T, f, 3);
    RC_LEAVE(T, f);
    if (ok)
        return entry;
    rc_release(T, entry);
    return RC_NULL_REF;
}

/* The entry of `key`, found or made, at the front now; `cache` and `key` are arguments.  Null if there is no memory. */
static rc_ref look_up(struct thread *T, rc_loc cache, rc_loc key, uint64_t capacity, uint64_t *hits)
{
    RC_FRAME(T, f, 5);
    enum { CACHE, KEY_HERE, TABLE_HERE, ROOT_HERE, ENTRY };
    f[CACHE] = cache;
    f[KEY_HERE] = key;
    thread_safepoint(T);
    f[TABLE_HERE] = instance_get(T, f[CACHE], TABLE);
    f[ROOT_HERE] = instance_get(T, f[CACHE], ROOT);
    f[ENTRY] = dict_get(T, f[TABLE_HERE], f[KEY_HERE]);
    if (!loc_is_null(f[ENTRY])) {
        take_out(T, rc_dup(T, f[ENTRY]));
        ++*hits;
    } else {
        if (dict_length(T, f[TABLE_HERE]) == capacity)
            evict(T, rc_dup(T, f[TABLE_HERE]), rc_dup(T, f[ROOT_HERE]));
        f[ENTRY] = rc_move(T, add_entry(T, rc_dup(T, f[TABLE_HERE]), cell_take(&f[KEY_HERE])));
    }
    if (!loc_is_null(f[ENTRY]))
        put_first(T, cell_take(&f[ROOT_HERE]), rc_dup(T, f[ENTRY]));
    rc_ref entry = rc_own(T, cell_take(&f[ENTRY]));
    cells_drop(T, f, 5);
    RC_LEAVE(T, f);
    return entry;
}

/* --- streams ------------------------------------------------------------------------------------ */

/* look_up(cache, int(key)).value; `cache` is an argument. */
static uint64_t answer(struct thread *T, struct workload_run *run, rc_loc cache, uint32_t key,
                       uint64_t *hits)
{
    RC_FRAME(T, f, 4);
    enum { CACHE, KEY_HERE, ENTRY, FOUND };
    f[CACHE] = cache;
    thread_safepoint(T);
    uint64_t value = 0;
    f[KEY_HERE] = rc_move(T, int_new(T, KEY_LEAST + (int64_t)key));
    if (!loc_is_null(f[KEY_HERE]))
        f[ENTRY] = rc_move(T, look_up(T, rc_dup(T, f[CACHE]), rc_dup(T, f[KEY_HERE]),
                                      run->settings[SET_CAPACITY], hits));
    if (!loc_is_null(f[ENTRY])) {
        f[FOUND] = instance_get(T, f[ENTRY], VALUE);
        value = (uint64_t)int_value(obj_get(f[FOUND]));
    } else {
        workload_out_of_memory(run);
    }
    cells_drop(T, f, 4);
    RC_LEAVE(T, f);
    return value;
}

/* How many containers of a cache, an argument, its own end does not end. */
static uint64_t garbage_of(struct thread *T, rc_loc cache)
{
    RC_FRAME(T, f, 2);
    f[0] = cache;
    f[1] = instance_get(T, f[0], TABLE);
    uint64_t garbage = dict_length(T, f[1]) + 1;
    cells_drop(T, f, 2);
    RC_LEAVE(T, f);
    return garbage;
}

static uint64_t serve_stream(struct thread *T, struct workload_run *run, unsigned index,
                             uint64_t stream)
{
    RC_FRAME(T, f, 1);
    struct streams *streams = run->input;
    thread_safepoint(T);
    uint64_t sum = 0;
    uint64_t hits = 0; /* the line of streams->hits is other threads' too */
    uint64_t garbage = 0;
    f[0] = rc_move(T, make_cache(T));
    if (loc_is_null(f[0]))
        workload_out_of_memory(run);
    for (uint64_t i = begin_of(run, stream); i < begin_of(run, stream + 1) && !workload_failed(run);
         i++) {
        thread_safepoint(T);
        sum += (i | 1) * answer(T, run, rc_dup(T, f[0]), streams->trace[i], &hits);
    }
    if (!loc_is_null(f[0]))
        garbage = garbage_of(T, rc_dup(T, f[0]));
    cells_drop(T, f, 1);
    RC_LEAVE(T, f);
    garbage_drop(streams->garbage, index, garbage);
    streams->hits[stream] = hits;
    return sum + hits;
}

static uint64_t lru_cache_work(struct thread *T, struct workload_run *run, unsigned index)
{
    uint64_t sum = 0;
    for (uint64_t stream = index; stream < run->settings[SET_STREAMS] && !workload_failed(run);
         stream += run->threads)
        sum += serve_stream(T, run, index, stream);
    return sum;
}

static bool lru_cache_setup(struct thread *T, struct workload_run *run)
{
    (void)T;
    run->operations = REQUESTS / run->divisor;
    struct zipf zipf =
        zipf_create((uint32_t)run->settings[SET_KEYS], (double)run->settings[SET_THETA] / HUNDRED);
    struct streams *streams = calloc(1, sizeof(*streams));
    run->input = streams;
    if (streams != NULL) {
        streams->trace = zipf_trace(&zipf, 0, run->operations);
        streams->garbage = garbage_create(run->threads);
        streams->hits = calloc(run->settings[SET_STREAMS], sizeof(streams->hits[0]));
    }
    bool ok = streams != NULL && streams->trace != NULL && streams->garbage != NULL &&
              streams->hits != NULL;
    if (!ok)
        snprintf(run->problem, sizeof(run->problem), "no memory for %" PRIu64 " requests",
                 run->operations);
    return ok;
}

/* --- the policy on plain numbers ---------------------------------------------------------------- */

/* A ring of keys by number, the root behind all keys; a key that is not in it has itself as next. */
struct model {
    uint32_t *prev;
    uint32_t *next;
    uint32_t root;
    uint64_t length;
};

static void model_take_out(struct model *model, uint32_t key)
{
    model->next[model->prev[key]] = model->next[key];
    model->prev[model->next[key]] = model->prev[key];
    model->next[key] = key;
}

static void model_put_first(struct model *model, uint32_t key)
{
    model->prev[key] = model->root;
    model->next[key] = model->next[model->root];
    model->prev[model->next[key]] = key;
    model->next[model->root] = key;
}

static bool model_look_up(struct model *model, uint32_t key, uint64_t capacity)
{
    bool hit = model->next[key] != key;
    if (hit)
        model_take_out(model, key);
    else if (model->length == capacity)
        model_take_out(model, model->prev[model->root]);
    else
        model->length++;
    model_put_first(model, key);
    return hit;
}

static uint64_t model_hits(struct model *model, const struct workload_run *run, uint64_t stream)
{
    const struct streams *streams = run->input;
    for (uint32_t key = 0; key <= model->root; key++)
        model->prev[key] = model->next[key] = key;
    model->length = 0;
    uint64_t hits = 0;
    for (uint64_t i = begin_of(run, stream); i < begin_of(run, stream + 1); i++)
        hits += model_look_up(model, streams->trace[i], run->settings[SET_CAPACITY]);
    return hits;
}

static void check_hits(struct workload_run *run)
{
    const struct streams *streams = run->input;
    uint32_t keys = (uint32_t)run->settings[SET_KEYS];
    struct model model = {.prev = calloc(keys + 1, sizeof(uint32_t)),
                          .next = calloc(keys + 1, sizeof(uint32_t)),
                          .root = keys};
    bool ok = model.prev != NULL && model.next != NULL;
    if (!ok)
        workload_out_of_memory(run);
    for (uint64_t stream = 0; ok && stream < run->settings[SET_STREAMS]; stream++) {
        uint64_t expected = model_hits(&model, run, stream);
        ok = streams->hits[stream] == expected;
        if (!ok)
            snprintf(run->problem, sizeof(run->problem),
                     "stream %" PRIu64 ": expected %" PRIu64 " hits, found %" PRIu64, stream,
                     expected, streams->hits[stream]);
    }
    free(model.prev);
    free(model.next);
}

static uint64_t lru_cache_teardown(struct thread *T, struct workload_run *run)
{
    (void)T;
    struct streams *streams = run->input;
    if (run->problem[0] == '\0' && !workload_failed(run)) {
        check_hits(run);
        run->peak_garbage = garbage_peak(streams->garbage);
    }
    if (streams != NULL) {
        free(streams->trace);
        garbage_destroy(streams->garbage);
        free(streams->hits);
    }
    free(streams);
    run->input = NULL;
    return 0;
}

const struct workload workload_lru_cache = {
    .name = "lru_cache",
    .summary = "caches that end what was not asked for longest, rings of entries under Zipf's law",
    .tags = "server,cycles",
    .source = "functools.lru_cache of CPython; YCSB, SoCC 2010",
    .settings = lru_cache_settings,
    .heap = true,
    .bytes = 64 << 20,
    .setup = lru_cache_setup,
    .work = lru_cache_work,
    .teardown = lru_cache_teardown,
};
