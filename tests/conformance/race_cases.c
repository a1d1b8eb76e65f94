/*
 * Races: what threads do to one thing at a time, slots, tables, the list of callbacks, the permanent set.
 */
#include "tests/conformance/ring.h"
#include "tests/sanitized.h"

enum { THREADS = 4, RING = 3 };

/* --- the permanent set ---------------------------------------------------------------------------------------------- */

enum { FREEZES = 500 };

static void freeze_and_thaw(struct thread *T, unsigned index, void *context)
{
    (void)context;
    for (unsigned i = 0; i < ROUNDS(FREEZES); i++) {
        leave_ring(T, RING);
        if (index % 2 == 0)
            gc_freeze(T);
        else
            gc_unfreeze(T);
        gc_collect(T, i % GC_GENERATIONS);
    }
}

/* Whatever is frozen when: nothing is lost, and nothing found twice. */
void case_freeze_race(struct thread *T)
{
    case_threads(T, THREADS, freeze_and_thaw, NULL);
    gc_unfreeze(T);
    EXPECT_EQUAL(gc_freeze_count(T), 0, "containers in the permanent set");
    expect_all_collected(T, (uint64_t)THREADS * ROUNDS(FREEZES) * RING);
}

/* --- callbacks ------------------------------------------------------------------------------------------------------ */

enum { CHANGES = 1000, EACH = 4 };

/* Calls at the start and at the end of collections. */
struct calls {
    _Atomic uint64_t phases[2];
};

static void count_call(struct thread *T, const struct gc_report *report, void *context)
{
    (void)T;
    struct calls *calls = context;
    fetch_add_relaxed(&calls->phases[report->phase], 1);
}

static void add_and_remove(struct calls calls[EACH])
{
    for (unsigned i = 0; i < EACH; i++)
        EXPECT(gc_add_callback(count_call, &calls[i]), "room for a callback");
    for (unsigned i = 0; i < EACH; i++)
        EXPECT(gc_remove_callback(count_call, &calls[i]), "a callback that was added");
    EXPECT(!gc_remove_callback(count_call, &calls[0]), "a callback that was removed to be gone");
}

static struct calls calls_of[THREADS][EACH];

static void change_or_collect(struct thread *T, unsigned index, void *context)
{
    (void)context;
    for (unsigned i = 0; i < ROUNDS(CHANGES); i++) {
        if (index % 2 == 0)
            add_and_remove(calls_of[index]);
        else
            gc_collect(T, i % GC_GENERATIONS);
        thread_safepoint(T);
    }
}

void case_callbacks_list_race(struct thread *T)
{
    struct calls always = {{0}};
    gc_enable(false);
    EXPECT(gc_add_callback(count_call, &always), "room for a callback");
    case_threads(T, THREADS, change_or_collect, NULL);
    const uint64_t collections = all_runs();
    EXPECT_EQUAL(load_relaxed(&always.phases[GC_PHASE_START]), collections, "calls at the start");
    EXPECT_EQUAL(load_relaxed(&always.phases[GC_PHASE_STOP]), collections, "calls at the end");
    const uint64_t before = load_relaxed(&calls_of[0][0].phases[GC_PHASE_START]);
    gc_collect(T, CASE_FULL);
    EXPECT_EQUAL(load_relaxed(&calls_of[0][0].phases[GC_PHASE_START]), before,
                 "calls of a callback that was removed");
    EXPECT(gc_remove_callback(count_call, &always), "the callback to be registered");
}

/* --- one writes a container, others read it -------------------------------------------------------------------------- */

/* A thing at place i is i modulo PLACES.  In the memory of each that the writer ends it makes another, which breaks the rule
 * and was never in a container: what a reader that comes late and does not notice would find. */
enum { PLACES = 64, WRITES = 20 * 1000, SCANS = 10, NEVER_THERE = -1001 };

struct scan {
    rc_slot list;
    rc_slot dict;
    _Atomic bool done;
    _Atomic unsigned scans; /* of the whole dict, by any reader */
};

static bool is_right(rc_loc found, int64_t place)
{
    return loc_is_null(found) || int_value(obj_get(found)) % PLACES == place;
}

static void write_list(struct thread *T, rc_loc list, int64_t round)
{
    const int64_t length = (int64_t)list_length(T, list);
    if (round % 997 == 996)
        list_clear(T, list_of(list));
    else if (round % 3 != 0 && length < PLACES)
        sure_append(T, list, sure_int(T, INT64_C(1000) * PLACES + length));
    else if (round % 5 == 0 && length > 0)
        rc_release(T, list_pop(T, list));
    else if (length > 0)
        list_set(T, list, (size_t)(round % length), sure_int(T, round * PLACES + round % length));
}

/* From strs, so that keys are compared, and die. */
static rc_ref key_of_place(struct thread *T, int64_t place)
{
    const char text[] = {'k', 'e', 'y', ' ', (char)('0' + place / 8), (char)('0' + place % 8)};
    return sure_str(T, text, sizeof text);
}

static void write_dict(struct thread *T, rc_loc dict, int64_t round)
{
    const int64_t place = round * 7 % PLACES;
    RC_FRAME(T, f, 1);
    f[0] = rc_move(T, key_of_place(T, place));
    if (round % 997 == 996)
        dict_clear(T, dict_of(dict));
    else if (round % 4 == 0)
        dict_delete(T, dict, f[0]);
    else
        sure_entry(T, dict, f[0], sure_int(T, (1000 + round) * PLACES + place));
    rc_clear(T, &f[0]);
    RC_LEAVE(T, f);
}

static void write_both(struct thread *T, struct scan *scan)
{
    RC_FRAME(T, f, 2);
    f[0] = rc_load(T, NULL, &scan->list);
    f[1] = rc_load(T, NULL, &scan->dict);
    for (int64_t round = 0; round < ROUNDS(WRITES) || load_relaxed(&scan->scans) < SCANS; round++) {
        write_list(T, f[0], round);
        write_dict(T, f[1], round);
        rc_release(T, sure_int(T, NEVER_THERE));
        thread_safepoint(T);
    }
    store_relaxed(&scan->done, true);
    rc_clear(T, &f[1]);
    rc_clear(T, &f[0]);
    RC_LEAVE(T, f);
}

static void read_place(struct thread *T, rc_loc list, rc_loc dict, int64_t place)
{
    RC_FRAME(T, f, 3);
    f[0] = list_get(T, list, (size_t)place);
    EXPECT(is_right(f[0], place), "an item that was at place %d of the list", (int)place);
    f[1] = rc_move(T, key_of_place(T, place));
    f[2] = dict_get(T, dict, f[1]);
    EXPECT(is_right(f[2], place), "a value that key %d had in the dict", (int)place);
    for (int i = 0; i < 3; i++)
        rc_clear(T, &f[i]);
    RC_LEAVE(T, f);
}

/* Each key goes with a value of its own. */
static void scan_dict(struct thread *T, rc_loc dict)
{
    RC_FRAME(T, f, 3);
    for (size_t position = 0; dict_next(T, dict, &position, &f[0], &f[1]);) {
        const int64_t place = int_value(obj_get(f[1])) % PLACES;
        f[2] = rc_move(T, key_of_place(T, place));
        EXPECT(obj_equals(obj_get(f[0]), obj_get(f[2])), "a key and its value");
        for (int i = 0; i < 3; i++)
            rc_clear(T, &f[i]);
    }
    RC_LEAVE(T, f);
}

static void read_both(struct thread *T, struct scan *scan)
{
    RC_FRAME(T, f, 2);
    f[0] = rc_load(T, NULL, &scan->list);
    f[1] = rc_load(T, NULL, &scan->dict);
    for (int64_t i = 0; !load_relaxed(&scan->done); i++) {
        read_place(T, f[0], f[1], i % PLACES);
        if (i % PLACES == 0) {
            scan_dict(T, f[1]);
            fetch_add_relaxed(&scan->scans, 1);
        }
        thread_safepoint(T);
    }
    rc_clear(T, &f[1]);
    rc_clear(T, &f[0]);
    RC_LEAVE(T, f);
}

static void write_or_read_both(struct thread *T, unsigned index, void *context)
{
    if (index == 0)
        write_both(T, context);
    else
        read_both(T, context);
}

void case_resize_vs_scan(struct thread *T)
{
    struct scan scan = {.done = false};
    rc_init_slot(T, &scan.list, sure_list(T, 0));
    rc_init_slot(T, &scan.dict, sure_dict(T));
    case_threads(T, THREADS, write_or_read_both, &scan);
    rc_store(T, NULL, &scan.list, RC_NULL_REF);
    rc_store(T, NULL, &scan.dict, RC_NULL_REF);
    EXPECT_LEFT(T, 0, "objects left");
}

/* --- one writes a slot, others read it ------------------------------------------------------------------------------- */

/* Threads tell of what they did in batches. */
enum { LOADS = 10 * 1000 * 1000, STORES = 1000 * 1000, BATCH = 1000 };

struct slot_race {
    rc_slot slot;
    _Atomic uint64_t loads;
    _Atomic uint64_t stores;
};

static bool is_over(struct slot_race *race)
{
    return load_relaxed(&race->loads) >= ROUNDS(LOADS) &&
           load_relaxed(&race->stores) >= ROUNDS(STORES);
}

/* Even ints, and tuples of two whose sum is 0, go into the slot.  Odd ints never do, but each takes the place of what the
 * store before it ended. */
static void store_sum(struct thread *T, struct slot_race *race, int64_t i)
{
    rc_ref even = sure_int(T, 2 * i);
    if (i % 8 == 0)
        even = sure_tuple(T, 2, (rc_ref[]){even, sure_int(T, -2 * i)});
    rc_store(T, NULL, &race->slot, even);
    rc_release(T, sure_int(T, 2 * i + 1));
}

static bool is_sum(const struct obj *o)
{
    if (obj_is(o, OBJ_INT))
        return int_value(o) % 2 == 0;
    const struct tuple_obj *t = (const struct tuple_obj *)o;
    return obj_is(o, OBJ_TUPLE) && t->length == 2 &&
           int_value(obj_of(rc_cpeek(&t->items[0]))) == -int_value(obj_of(rc_cpeek(&t->items[1])));
}

/* Looked at as it comes, and again when the slot may have changed. */
static void load_sum(struct thread *T, struct slot_race *race)
{
    RC_FRAME(T, f, 2);
    f[0] = rc_load(T, NULL, &race->slot);
    f[1] = rc_dup(T, f[0]);
    EXPECT(is_sum(obj_get(f[0])), "what is loaded to be what was stored");
    rc_clear(T, &f[0]);
    EXPECT(is_sum(obj_get(f[1])), "an alias of what was loaded to stay what it was");
    rc_clear(T, &f[1]);
    RC_LEAVE(T, f);
}

static void store_or_load(struct thread *T, unsigned index, void *context)
{
    struct slot_race *race = context;
    for (int64_t i = 1000; !is_over(race); i++) {
        if (index == 0)
            store_sum(T, race, i);
        else
            load_sum(T, race);
        if (i % BATCH == 0)
            fetch_add_relaxed(index == 0 ? &race->stores : &race->loads, BATCH);
        thread_safepoint(T);
    }
}

void case_slot_race(struct thread *T)
{
    struct slot_race race = {.loads = 0};
    rc_init_slot(T, &race.slot, sure_int(T, 2000));
    case_threads(T, THREADS, store_or_load, &race);
    rc_store(T, NULL, &race.slot, RC_NULL_REF);
    runtime_settle(T);
    EXPECT_LEFT(T, 0, "objects left");
}
