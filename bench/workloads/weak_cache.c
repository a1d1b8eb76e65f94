/*
 * weak_cache: a cache that keeps nothing alive: it finds what somebody still has.
 *
 * The cache is a dict from key to a weak reference to a resource, which all threads share.  Each thread keeps the resources of
 * its latest requests, `hold` of them.  A request whose resource is alive finds it (a hit); else it makes it and enters a weak
 * reference, whose callback takes the entry out when the resource dies, unless there is another one by then.  The callback finds
 * the dict through a weak reference, too, so that there is no cycle.
 * Stresses: weak references to objects that die in one thread while another asks for them; callbacks; look-ups and changes of
 * one dict.  Where deaths are late, or never come, there are more hits: the answer is the same, since what a resource says
 * depends on its key alone.
 * Parameters: how many resources a thread keeps, different keys, how steep Zipf's law is that they follow, and how large a
 * resource is.
 * Validation: teardown compares the sum of all answers with one from plain numbers.  On one thread whatever is kept must be a
 * hit, and where deaths are prompt nothing else.  In the end, when nobody keeps anything, the cache is empty; or, where nothing
 * is freed, has every key that was asked for.
 * Source: WeakValueDictionary of CPython's module weakref; keys as in YCSB (bench/trial/zipf.h).
 */
#include "bench/trial/mix.h"
#include "bench/trial/places.h"
#include "bench/trial/zipf.h"
#include "bench/workload.h"
#include "runtimes/object/dict.h"
#include "runtimes/object/instance.h"
#include "runtimes/object/int.h"
#include "runtimes/object/list.h"
#include "runtimes/object/tuple.h"
#include "runtimes/object/weakref.h"
#include "runtimes/runtime.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

enum { REQUESTS = 1200000, HUNDRED = 100, KEY_LEAST = 1000000, SIZE_MOST = 64 };

enum { SET_HOLD, SET_KEYS, SET_THETA, SET_SIZE };
static const struct setting weak_cache_settings[] = {
    {"hold", "latest resources that a thread keeps", 1000, 1, 20000, NULL},
    {"keys", "different ones", 10000, 10, 200000, NULL},
    {"theta", "of Zipf's law, in hundredths; 0: all keys alike", 90, 0, 99, NULL},
    {"size", "of a resource, in numbers", 8, 1, SIZE_MOST, NULL},
    {0},
};

static const char *const resource_fields[] = {"key", "numbers"};
static const struct type resource_type = INSTANCE_TYPE("Resource", resource_fields);
enum { KEY, NUMBERS };

enum root { ROOT_TABLE, ROOT_WEAK, ROOT_LENGTH }; /* the dict, and a weak reference to it */
enum entry { ENTRY_TABLE, ENTRY_KEY, ENTRY_LENGTH };

struct demand {
    uint32_t *trace; /* the key of each request */
    _Atomic uint64_t answers;
    _Atomic uint64_t hits;
};

/* What a request has at hand. */
struct client {
    struct thread *T;
    struct workload_run *run;
    const rc_loc *root; /* cells of table and weak reference */
    uint64_t hits;
};

static int64_t number_of(uint32_t key, uint64_t i)
{
    return (int64_t)(mix64((uint64_t)key * SIZE_MOST + i) >> 32);
}

/* --- callback ----------------------------------------------------------------------------------- */

/* if table.get(key) is weakref: del table[key]; the others are arguments, but `weakref` is borrowed. */
static void take_out(struct thread *T, rc_loc table, rc_loc key, rc_loc weakref)
{
    RC_FRAME(T, f, 3);
    enum { TABLE, KEY_HERE, FOUND };
    f[TABLE] = table;
    f[KEY_HERE] = key;
    thread_safepoint(T);
    f[FOUND] = dict_get(T, f[TABLE], f[KEY_HERE]);
    if (rc_get(f[FOUND]) == rc_get(weakref))
        dict_delete(T, f[TABLE], f[KEY_HERE]);
    cells_drop(T, f, 3);
    RC_LEAVE(T, f);
}

/* The resource of an entry is dead.  Another thread may enter a new one between look and deletion: then that one is not
 * found again, and is made once more. */
static void forget(struct thread *T, rc_loc weakref)
{
    RC_FRAME(T, f, 4);
    enum { ENTRY, WEAK, TABLE, KEY_HERE };
    thread_safepoint(T);
    f[ENTRY] = weakref_argument(T, weakref);
    f[WEAK] = tuple_get(T, f[ENTRY], ENTRY_TABLE);
    f[KEY_HERE] = tuple_get(T, f[ENTRY], ENTRY_KEY);
    f[TABLE] = weakref_get(T, f[WEAK]);
    if (!loc_is_null(f[TABLE]))
        take_out(T, cell_take(&f[TABLE]), cell_take(&f[KEY_HERE]), weakref);
    cells_drop(T, f, 4);
    RC_LEAVE(T, f);
}

/* --- requests ----------------------------------------------------------------------------------- */

/* [number, ...]; null if there is no memory. */
static rc_ref make_numbers(struct thread *T, uint32_t key, uint64_t length)
{
    rc_ref numbers[SIZE_MOST];
    for (uint64_t i = 0; i < length; i++) {
        numbers[i] = int_new(T, number_of(key, i));
        if (ref_is_null(numbers[i]))
            return obj_refuse(T, i, numbers);
    }
    return list_new_from(T, length, numbers);
}

/* Resource(key, numbers); `key` is an argument.  Null if there is no memory. */
static rc_ref make_resource(struct thread *T, rc_loc key, uint64_t size)
{
    RC_FRAME(T, f, 1);
    f[0] = key;
    thread_safepoint(T);
    uint32_t number = (uint32_t)(int_value(obj_get(f[0])) - KEY_LEAST);
    rc_ref numbers = make_numbers(T, number, size);
    rc_ref resource = RC_NULL_REF;
    if (!ref_is_null(numbers))
        resource =
            instance_new(T, &resource_type, (rc_ref[]){rc_own(T, cell_take(&f[0])), numbers});
    cells_drop(T, f, 1);
    RC_LEAVE(T, f);
    return resource;
}

/* table[key] = weakref(resource, forget); both are arguments. */
static bool enter(struct client *client, rc_loc key, rc_loc resource)
{
    struct thread *T = client->T;
    RC_FRAME(T, f, 4);
    enum { KEY_HERE, RESOURCE, ARGUMENT, WEAK };
    f[KEY_HERE] = key;
    f[RESOURCE] = resource;
    thread_safepoint(T);
    rc_ref argument = tuple_new(T, ENTRY_LENGTH,
                                (rc_ref[]){rc_own(T, rc_dup(T, client->root[ROOT_WEAK])),
                                           rc_own(T, rc_dup(T, f[KEY_HERE]))});
    if (!ref_is_null(argument))
        f[WEAK] = rc_move(T, weakref_new(T, f[RESOURCE], forget, argument));
    bool ok = !loc_is_null(f[WEAK]) &&
              dict_set(T, client->root[ROOT_TABLE], f[KEY_HERE], rc_own(T, cell_take(&f[WEAK])));
    cells_drop(T, f, 4);
    RC_LEAVE(T, f);
    return ok;
}

/* The resource of `key`, an argument, found or made; null if there is no memory. */
static rc_ref find(struct client *client, rc_loc key)
{
    struct thread *T = client->T;
    RC_FRAME(T, f, 3);
    enum { KEY_HERE, WEAK, RESOURCE };
    f[KEY_HERE] = key;
    thread_safepoint(T);
    f[WEAK] = dict_get(T, client->root[ROOT_TABLE], f[KEY_HERE]);
    if (!loc_is_null(f[WEAK]))
        f[RESOURCE] = weakref_get(T, f[WEAK]);
    bool ok = true;
    if (!loc_is_null(f[RESOURCE])) {
        client->hits++;
    } else {
        uint64_t size = client->run->settings[SET_SIZE];
        f[RESOURCE] = rc_move(T, make_resource(T, rc_dup(T, f[KEY_HERE]), size));
        ok = !loc_is_null(f[RESOURCE]) &&
             enter(client, rc_dup(T, f[KEY_HERE]), rc_dup(T, f[RESOURCE]));
    }
    rc_ref resource = ok ? rc_own(T, cell_take(&f[RESOURCE])) : RC_NULL_REF;
    cells_drop(T, f, 3);
    RC_LEAVE(T, f);
    return resource;
}

/* What a resource, an argument, says. */
static uint64_t use(struct thread *T, rc_loc resource)
{
    RC_FRAME(T, f, 4);
    enum { RESOURCE, KEY_HERE, NUMBERS_HERE, NUMBER };
    f[RESOURCE] = resource;
    thread_safepoint(T);
    f[KEY_HERE] = instance_get(T, f[RESOURCE], KEY);
    f[NUMBERS_HERE] = instance_get(T, f[RESOURCE], NUMBERS);
    uint64_t sum = (uint64_t)int_value(obj_get(f[KEY_HERE]));
    for (size_t i = 0; i < list_length(T, f[NUMBERS_HERE]); i++) {
        thread_safepoint(T);
        f[NUMBER] = list_get(T, f[NUMBERS_HERE], i);
        sum += (uint64_t)int_value(obj_get(f[NUMBER]));
        rc_drop(T, cell_take(&f[NUMBER]));
    }
    cells_drop(T, f, 4);
    RC_LEAVE(T, f);
    return sum;
}

/* Finds, uses and keeps the resource of `key` in place `place` of a list. */
static uint64_t answer(struct client *client, uint32_t key, rc_loc kept, uint64_t place)
{
    struct thread *T = client->T;
    RC_FRAME(T, f, 3);
    enum { KEPT, KEY_HERE, RESOURCE };
    f[KEPT] = kept;
    thread_safepoint(T);
    uint64_t said = 0;
    f[KEY_HERE] = rc_move(T, int_new(T, KEY_LEAST + (int64_t)key));
    if (!loc_is_null(f[KEY_HERE]))
        f[RESOURCE] = rc_move(T, find(client, rc_dup(T, f[KEY_HERE])));
    if (!loc_is_null(f[RESOURCE])) {
        said = use(T, rc_dup(T, f[RESOURCE]));
        list_set(T, f[KEPT], place, rc_own(T, cell_take(&f[RESOURCE])));
    } else {
        workload_out_of_memory(client->run);
    }
    cells_drop(T, f, 3);
    RC_LEAVE(T, f);
    return said;
}

static void load_root(struct thread *T, struct workload_run *run, rc_loc root[ROOT_LENGTH])
{
    RC_FRAME(T, f, 1);
    f[0] = rc_load(T, NULL, &run->root);
    for (size_t i = 0; i < ROOT_LENGTH; i++)
        root[i] = tuple_get(T, f[0], i);
    cells_drop(T, f, 1);
    RC_LEAVE(T, f);
}

static uint64_t weak_cache_work(struct thread *T, struct workload_run *run, unsigned index)
{
    RC_FRAME(T, f, ROOT_LENGTH + 1);
    enum { ROOT, KEPT = ROOT_LENGTH };
    struct demand *demand = run->input;
    struct client client = {.T = T, .run = run, .root = &f[ROOT]};
    load_root(T, run, &f[ROOT]);
    f[KEPT] = rc_move(T, places_new(T, run->settings[SET_HOLD]));
    if (loc_is_null(f[KEPT]))
        workload_out_of_memory(run);
    uint64_t sum = 0;
    for (uint64_t i = index; i < run->operations && !workload_failed(run); i += run->threads) {
        thread_safepoint(T);
        uint64_t place = i / run->threads % run->settings[SET_HOLD];
        sum += (i | 1) * answer(&client, demand->trace[i], rc_dup(T, f[KEPT]), place);
    }
    fetch_add_relaxed(&demand->answers, sum);
    fetch_add_relaxed(&demand->hits, client.hits);
    cells_drop(T, f, ROOT_LENGTH + 1);
    RC_LEAVE(T, f);
    return sum;
}

/* --- the cache ---------------------------------------------------------------------------------- */

/* (table, weakref(table)); null if there is no memory. */
static rc_ref make_root(struct thread *T)
{
    RC_FRAME(T, f, 1);
    rc_ref root = RC_NULL_REF;
    f[0] = rc_move(T, dict_new(T));
    rc_ref weak = loc_is_null(f[0]) ? RC_NULL_REF : weakref_new(T, f[0], NULL, RC_NULL_REF);
    if (!ref_is_null(weak))
        root = tuple_new(T, ROOT_LENGTH, (rc_ref[]){rc_own(T, cell_take(&f[0])), weak});
    cells_drop(T, f, 1);
    RC_LEAVE(T, f);
    return root;
}

static bool weak_cache_setup(struct thread *T, struct workload_run *run)
{
    run->operations = REQUESTS / run->divisor;
    struct demand *demand = calloc(1, sizeof(*demand));
    run->input = demand;
    struct zipf zipf =
        zipf_create((uint32_t)run->settings[SET_KEYS], (double)run->settings[SET_THETA] / HUNDRED);
    if (demand != NULL)
        demand->trace = zipf_trace(&zipf, 0, run->operations);
    rc_store(T, NULL, &run->root, make_root(T));
    bool ok = demand != NULL && demand->trace != NULL && rc_peek(&run->root) != NULL;
    if (!ok)
        snprintf(run->problem, sizeof(run->problem), "no memory for %" PRIu64 " requests",
                 run->operations);
    return ok;
}

/* --- what should have come out ------------------------------------------------------------------ */

static uint64_t expected_answers(const struct workload_run *run)
{
    const struct demand *demand = run->input;
    uint64_t sum = 0;
    for (uint64_t i = 0; i < run->operations; i++) {
        uint64_t said = KEY_LEAST + demand->trace[i];
        for (uint64_t j = 0; j < run->settings[SET_SIZE]; j++)
            said += (uint64_t)number_of(demand->trace[i], j);
        sum += (i | 1) * said;
    }
    return sum;
}

/* What the requests of one thread do to plain numbers. */
struct expected {
    uint64_t hits; /* requests for keys that are kept */
    uint64_t keys; /* that were asked for */
};

/* False if there is no memory. */
static bool expect(const struct workload_run *run, struct expected *expected)
{
    const uint32_t *trace = ((const struct demand *)run->input)->trace;
    const uint64_t hold = run->settings[SET_HOLD];
    uint32_t *kept = calloc(run->settings[SET_KEYS], sizeof(kept[0]));
    bool *asked = calloc(run->settings[SET_KEYS], sizeof(asked[0]));
    *expected = (struct expected){0};
    bool ok = kept != NULL && asked != NULL;
    for (uint64_t i = 0; ok && i < run->operations; i++) {
        expected->hits += kept[trace[i]]++ > 0;
        expected->keys += !asked[trace[i]];
        asked[trace[i]] = true;
        if (i >= hold)
            kept[trace[i - hold]]--;
    }
    free(kept);
    free(asked);
    return ok;
}

/* How many entries there are when everything deferred is done. */
static size_t entries_left(struct thread *T, struct workload_run *run)
{
    RC_FRAME(T, f, ROOT_LENGTH);
    runtime_settle(T);
    load_root(T, run, f);
    size_t entries = dict_length(T, f[ROOT_TABLE]);
    cells_drop(T, f, ROOT_LENGTH);
    RC_LEAVE(T, f);
    return entries;
}

static void check(struct workload_run *run, const struct expected *expected, size_t entries)
{
    const struct demand *demand = run->input;
    uint64_t hits = load_relaxed(&demand->hits);
    uint64_t answers = load_relaxed(&demand->answers);
    uint64_t kept = RC_FREES ? 0 : expected->keys;
    bool too_many = RC_PROMPT_DEATH && hits > expected->hits;
    if (answers != expected_answers(run))
        snprintf(run->problem, sizeof(run->problem),
                 "answers: expected the sum %#" PRIx64 ", found %#" PRIx64, expected_answers(run),
                 answers);
    else if (run->threads == 1 && (hits < expected->hits || too_many))
        snprintf(run->problem, sizeof(run->problem), "expected %" PRIu64 " hits%s, found %" PRIu64,
                 expected->hits, RC_PROMPT_DEATH ? "" : " or more", hits);
    else if (entries != kept)
        snprintf(run->problem, sizeof(run->problem),
                 "%zu entries are left in the cache, expected %" PRIu64, entries, kept);
}

static uint64_t weak_cache_teardown(struct thread *T, struct workload_run *run)
{
    struct demand *demand = run->input;
    if (run->problem[0] == '\0' && !workload_failed(run)) {
        struct expected expected;
        if (expect(run, &expected))
            check(run, &expected, entries_left(T, run));
        else
            workload_out_of_memory(run);
    }
    rc_store(T, NULL, &run->root, RC_NULL_REF);
    if (demand != NULL)
        free(demand->trace);
    free(demand);
    run->input = NULL;
    return 0;
}

const struct workload workload_weak_cache = {
    .name = "weak_cache",
    .summary = "finds what somebody still keeps through weak references, whose callbacks clear up",
    .tags = "server,sharing",
    .source = "weakref.WeakValueDictionary of CPython; YCSB, SoCC 2010",
    .settings = weak_cache_settings,
    .bytes = 64 << 20,
    .setup = weak_cache_setup,
    .work = weak_cache_work,
    .teardown = weak_cache_teardown,
};
