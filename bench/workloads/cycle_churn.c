/*
 * cycle_churn: makes and drops rings of objects that counting cannot free, beside a large live heap.
 *
 * A ring is a circle of 2 to 20 members (bench/trial/circle.h), each an instance, a list or a dict, that carry a number.  Every
 * ring is walked once.  Most are dropped at once; each eighth is kept until its place among its thread's kept ones is needed,
 * `lifetime` rings later, so that some garbage dies old.  What ring r is like depends on r alone.
 *
 * With makers=two the members of a cycle come from two threads.  A ring is made in two halves, each closed; one is given to
 * the next thread through a slot, the other joined with what the thread before has given meanwhile.  What lies in
 * the slot, taken by nobody yet, comes back and is joined, too, so nothing is lost and nobody waits.  Which halves meet depends on
 * time, but not what all of them are.  One thread alone gives to itself.
 *
 * Teardown compares how many members were walked, and the sum of their numbers, mixed, with what was to be made.
 * Stresses: the collector; with two makers, cycles whose counts are owned by two threads.
 * Settings: makers, lifetime, live.
 */
#include "bench/trial/circle.h"
#include "bench/trial/garbage.h"
#include "bench/trial/mix.h"
#include "bench/trial/pack.h"
#include "bench/trial/places.h"
#include "bench/workload.h"
#include "runtimes/object/list.h"
#include "runtimes/object/tuple.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

enum {
    RINGS = 80000,
    LIVE_RINGS = 9000, /* about 100,000 containers */
    KEEP_EVERY = 8,
};

enum makers { MAKERS_ONE, MAKERS_TWO };
enum { SETTING_MAKERS, SETTING_LIFETIME, SETTING_LIVE };

static const char *const makers_words[] = {"one", "two"};

static const struct setting cycle_churn_settings[] = {
    {"makers", "threads that make the members of a ring", MAKERS_ONE, MAKERS_ONE, MAKERS_TWO,
     makers_words},
    {"lifetime", "rings of a thread after which a kept one is dropped; 0: none is kept", 2048, 0,
     RINGS, NULL},
    {"live", "rings that live all the time", LIVE_RINGS, 0, 40000, NULL},
    {0},
};

/* root[i] is the name of field i, a key of dicts; root[CIRCLE_FIELDS] the list of live rings. */
enum { ROOT_LIVE = CIRCLE_FIELDS, ROOT_LENGTH };

/* What threads give to each other. */
struct inbox {
    _Alignas(64) rc_slot half; /* a ring, or null */
};

struct churn {
    struct garbage *garbage;
    unsigned char *lengths; /* of the kept rings, 0 where there is none: of each thread's places */
    _Atomic uint64_t members; /* that were walked */
    _Atomic uint64_t sum;
    struct inbox inbox[]; /* of each thread */
};

/* Rings [begin, end) are this thread's. */
struct share {
    struct circle_hand hand;
    struct churn *churn;
    unsigned index;
    unsigned next; /* thread */
    bool gives;    /* halves */
    uint64_t begin;
    uint64_t end;
    size_t places; /* for kept rings */
    unsigned char *lengths;
    uint64_t members; /* walked */
    uint64_t sum;
};

static uint64_t rings_of(const struct workload_run *run) { return RINGS / run->divisor; }

static size_t places_of(const struct workload_run *run)
{
    return (run->settings[SETTING_LIFETIME] + KEEP_EVERY - 1) / KEEP_EVERY;
}

static struct share share_of(const struct workload_run *run, unsigned index,
                             struct circle_hand hand)
{
    struct churn *churn = run->input;
    return (struct share){
        .hand = hand,
        .churn = churn,
        .index = index,
        .next = (index + 1) % run->threads,
        .gives = run->settings[SETTING_MAKERS] == MAKERS_TWO,
        .begin = rings_of(run) * index / run->threads,
        .end = rings_of(run) * (index + 1) / run->threads,
        .places = places_of(run),
        .lengths = churn->lengths + index * places_of(run),
    };
}

/* Puts a ring, an argument of `length` members, in its place among the kept ones, or drops it.  Returns how many members became
 * garbage. */
static unsigned keep_or_drop(struct share *share, rc_loc kept, rc_loc ring, uint64_t r,
                             unsigned length)
{
    struct thread *T = share->hand.T;
    RC_FRAME(T, f, 1);
    f[0] = ring;
    thread_safepoint(T);
    unsigned garbage = length;
    if (r % KEEP_EVERY == 0 && share->places != 0) {
        const size_t place = r / KEEP_EVERY % share->places;
        list_set(T, kept, place, rc_own(T, cell_take(&f[0])));
        garbage = share->lengths[place];
        share->lengths[place] = (unsigned char)length;
    }
    cells_drop(T, f, 1);
    RC_LEAVE(T, f);
    return garbage;
}

/* Joins a ring in a cell with one that came from elsewhere, which may be null. */
static bool join_given(struct share *share, const rc_loc *ring, rc_ref given)
{
    struct thread *T = share->hand.T;
    if (ref_is_null(given))
        return true;
    return circle_join(&share->hand, rc_dup(T, *ring), rc_move(T, given));
}

/* Gives a half, consumed, to the next thread, and joins what came back and what came from the last one. */
static bool give_and_take(struct share *share, const rc_loc *ring, rc_ref half)
{
    struct thread *T = share->hand.T;
    struct inbox *inbox = share->churn->inbox;
    thread_safepoint(T);
    return join_given(share, ring, rc_xchg(T, NULL, &inbox[share->next].half, half)) &&
           join_given(share, ring, rc_xchg(T, NULL, &inbox[share->index].half, RC_NULL_REF));
}

/* Ring `r`, or what becomes of its halves; null if there is no memory. */
static rc_ref obtain_ring(struct share *share, uint64_t r)
{
    struct thread *T = share->hand.T;
    const unsigned length = circle_length(r);
    if (!share->gives)
        return circle_new(&share->hand, r, 0, length);
    RC_FRAME(T, f, 2);
    thread_safepoint(T);
    f[0] = rc_move(T, circle_new(&share->hand, r, 0, length / 2));
    f[1] = rc_move(T, circle_new(&share->hand, r, length / 2, length));
    bool ok = !loc_is_null(f[0]) && !loc_is_null(f[1]) &&
              give_and_take(share, &f[0], rc_own(T, cell_take(&f[1])));
    rc_ref ring = ok ? rc_own(T, cell_take(&f[0])) : RC_NULL_REF;
    cells_drop(T, f, 2);
    RC_LEAVE(T, f);
    return ring;
}

static void churn_share(struct share *share, struct workload_run *run, rc_loc kept)
{
    struct thread *T = share->hand.T;
    RC_FRAME(T, f, 1);
    for (uint64_t r = share->begin; r < share->end && !workload_failed(run); r++) {
        thread_safepoint(T);
        f[0] = rc_move(T, obtain_ring(share, r));
        if (loc_is_null(f[0])) {
            workload_out_of_memory(run);
            break;
        }
        unsigned length = circle_walk(&share->hand, rc_dup(T, f[0]), &share->sum);
        share->members += length;
        garbage_drop(share->churn->garbage, share->index,
                     keep_or_drop(share, kept, cell_take(&f[0]), r, length));
    }
    RC_LEAVE(T, f);
}

static uint64_t cycle_churn_work(struct thread *T, struct workload_run *run, unsigned index)
{
    RC_FRAME(T, f, CIRCLE_FIELDS + 1);
    enum { NAMES, KEPT = CIRCLE_FIELDS };
    struct share share = share_of(run, index, (struct circle_hand){T, &f[NAMES]});
    pack_load(T, &run->root, &f[NAMES], CIRCLE_FIELDS);
    f[KEPT] = rc_move(T, places_new(T, share.places));
    if (!loc_is_null(f[KEPT]))
        churn_share(&share, run, f[KEPT]);
    else
        workload_out_of_memory(run);
    fetch_add_relaxed(&share.churn->members, share.members);
    fetch_add_relaxed(&share.churn->sum, share.sum);
    cells_drop(T, f, CIRCLE_FIELDS + 1);
    RC_LEAVE(T, f);
    return share.sum;
}

/* (names..., live), `live` an empty list; null if there is no memory. */
static rc_ref make_root(struct thread *T)
{
    rc_ref items[ROOT_LENGTH];
    for (enum circle_field field = 0; field < CIRCLE_FIELDS; field++)
        items[field] = circle_name(T, field);
    items[ROOT_LIVE] = list_new(T, 0);
    return pack_new(T, ROOT_LENGTH, items);
}

static bool make_live_heap(struct thread *T, struct workload_run *run)
{
    RC_FRAME(T, f, CIRCLE_FIELDS + 3);
    enum { NAMES, ROOT = CIRCLE_FIELDS, LIVE, RING, CELLS };
    struct circle_hand hand = {T, &f[NAMES]};
    const uint64_t live = run->settings[SETTING_LIVE] / run->divisor;
    pack_load(T, &run->root, &f[NAMES], CIRCLE_FIELDS);
    f[ROOT] = rc_load(T, NULL, &run->root);
    f[LIVE] = tuple_get(T, f[ROOT], ROOT_LIVE);
    bool ok = true;
    for (uint64_t r = 0; ok && r < live; r++) {
        f[RING] = rc_move(T, circle_new(&hand, r, 0, circle_length(r)));
        ok = !loc_is_null(f[RING]) && list_append(T, f[LIVE], rc_own(T, cell_take(&f[RING])));
    }
    cells_drop(T, f, CELLS);
    RC_LEAVE(T, f);
    return ok;
}

static void destroy_churn(struct thread *T, struct churn *churn, unsigned threads)
{
    for (unsigned i = 0; i < threads; i++)
        rc_store(T, NULL, &churn->inbox[i].half, RC_NULL_REF);
    if (churn->garbage != NULL)
        garbage_destroy(churn->garbage);
    free(churn->lengths);
    free(churn);
}

static struct churn *make_churn(struct thread *T, const struct workload_run *run)
{
    const size_t bytes = sizeof(struct churn) + run->threads * sizeof(struct inbox);
    struct churn *churn = aligned_alloc(_Alignof(struct churn), bytes);
    if (churn == NULL)
        return NULL;
    memset((void *)churn, 0, bytes);
    for (unsigned i = 0; i < run->threads; i++)
        rc_init_slot(T, &churn->inbox[i].half, RC_NULL_REF);
    churn->garbage = garbage_create(run->threads);
    churn->lengths = calloc(run->threads * places_of(run) + 1, 1);
    if (churn->garbage != NULL && churn->lengths != NULL)
        return churn;
    destroy_churn(T, churn, run->threads);
    return NULL;
}

static bool cycle_churn_setup(struct thread *T, struct workload_run *run)
{
    run->operations = rings_of(run);
    rc_store(T, NULL, &run->root, make_root(T));
    if (rc_peek(&run->root) != NULL && make_live_heap(T, run))
        run->input = make_churn(T, run);
    if (run->input == NULL)
        snprintf(run->problem, sizeof(run->problem),
                 "no memory for a live heap of %" PRIu64 " rings", run->settings[SETTING_LIVE]);
    return run->input != NULL;
}

/* Walks the halves that were given and not taken.  Returns the sum of their numbers, mixed. */
static uint64_t walk_inboxes(struct thread *T, struct workload_run *run)
{
    struct churn *churn = run->input;
    RC_FRAME(T, f, CIRCLE_FIELDS + 1);
    enum { NAMES, HALF = CIRCLE_FIELDS };
    struct circle_hand hand = {T, &f[NAMES]};
    pack_load(T, &run->root, &f[NAMES], CIRCLE_FIELDS);
    uint64_t sum = 0;
    for (unsigned i = 0; i < run->threads; i++) {
        thread_safepoint(T);
        f[HALF] = rc_move(T, rc_xchg(T, NULL, &churn->inbox[i].half, RC_NULL_REF));
        if (!loc_is_null(f[HALF]))
            fetch_add_relaxed(&churn->members, circle_walk(&hand, cell_take(&f[HALF]), &sum));
    }
    fetch_add_relaxed(&churn->sum, sum);
    cells_drop(T, f, CIRCLE_FIELDS + 1);
    RC_LEAVE(T, f);
    return sum;
}

static void validate(struct workload_run *run, const struct churn *churn)
{
    uint64_t members = 0;
    uint64_t sum = 0;
    for (uint64_t r = 0; r < rings_of(run); r++) {
        members += circle_length(r);
        for (unsigned i = 0; i < circle_length(r); i++)
            sum += mix64((uint64_t)circle_number(r, i));
    }
    if (load_relaxed(&churn->members) != members || load_relaxed(&churn->sum) != sum)
        snprintf(run->problem, sizeof(run->problem),
                 "%" PRIu64 " members with a sum of %" PRIu64 " should be walked, and %" PRIu64
                 " with %" PRIu64 " were",
                 members, sum, load_relaxed(&churn->members), load_relaxed(&churn->sum));
}

static uint64_t cycle_churn_teardown(struct thread *T, struct workload_run *run)
{
    uint64_t left = 0;
    if (run->input != NULL) {
        struct churn *churn = run->input;
        run->peak_garbage = garbage_peak(churn->garbage);
        left = walk_inboxes(T, run);
        if (run->problem[0] == '\0' && !workload_failed(run))
            validate(run, churn);
        destroy_churn(T, churn, run->threads);
    }
    run->input = NULL;
    rc_store(T, NULL, &run->root, RC_NULL_REF);
    return left;
}

const struct workload workload_cycle_churn = {
    .name = "cycle_churn",
    .summary = "makes and drops rings of 2 to 20 objects beside a live heap of 100,000 containers",
    .tags = "cycles",
    .source = "rings as garbage: D. Bacon and V. Rajan, Concurrent Cycle Collection, ECOOP 2001",
    .suites = "fast,headline",
    .reason = "cyclic garbage, which counting cannot free: the collector's share",
    .heap = true,
    .settings = cycle_churn_settings,
    .bytes = 256 << 20,
    .setup = cycle_churn_setup,
    .work = cycle_churn_work,
    .teardown = cycle_churn_teardown,
};
