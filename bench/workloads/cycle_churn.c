/*
 * cycle_churn: makes and drops rings of objects that counting cannot free, beside a large live heap.
 *
 * A ring has 2 to 20 members, each an instance, a list or a dict, that refer to the next and to the previous one and
 * carry a number.  Every ring is walked once.  Most are dropped at once; each eighth is kept until its place among its
 * thread's kept ones is needed, so that some garbage dies old.  What ring r is like depends on r alone.
 */
#include "bench/trial/garbage.h"
#include "bench/trial/mix.h"
#include "bench/workload.h"
#include "runtimes/object/dict.h"
#include "runtimes/object/instance.h"
#include "runtimes/object/int.h"
#include "runtimes/object/list.h"
#include "runtimes/object/none.h"
#include "runtimes/object/str.h"
#include "runtimes/object/tuple.h"

#include <stdio.h>

enum {
    RINGS = 80000,
    RING_MIN = 2,
    RING_MAX = 20,
    LIVE_RINGS = 9000, /* about 100,000 containers */
    KEEP_EVERY = 8,
    KEEP_PLACES = 256, /* of each thread */
    KEEP_SPAN = KEEP_EVERY * KEEP_PLACES,
};

static const char *const link_fields[] = {"next", "back", "value"};
static const struct type link_type = INSTANCE_TYPE("Link", link_fields);
enum field { NEXT, BACK, VALUE, FIELDS };

enum kind { KIND_INSTANCE, KIND_LIST, KIND_DICT, KINDS };

/* root[i] is the name of field i, a key of dicts; root[FIELDS] the list of live rings. */
enum { ROOT_LIVE = FIELDS, ROOT_LENGTH };

/* What code that handles rings has at hand: constants and itself. */
struct hand {
    struct thread *T;
    const rc_loc *names; /* cells with the field names */
};

/* Rings [begin, end) are this thread's. */
struct share {
    struct hand hand;
    uint64_t begin;
    uint64_t end;
};

static struct share share_of(const struct workload_run *run, unsigned index, struct hand hand)
{
    uint64_t rings = RINGS / run->divisor;
    return (struct share){hand, rings * index / run->threads, rings * (index + 1) / run->threads};
}

static unsigned length_of_ring(uint64_t r)
{
    return RING_MIN + mix_below(mix64(r), RING_MAX - RING_MIN + 1);
}

static enum kind kind_of_member(uint64_t r, unsigned i)
{
    return mix_below(mix64(r * RING_MAX + i), KINDS);
}

static enum kind kind_of(rc_loc member)
{
    const struct obj *o = obj_get(member);
    if (obj_is(o, OBJ_INSTANCE))
        return KIND_INSTANCE;
    return obj_is(o, OBJ_LIST) ? KIND_LIST : KIND_DICT;
}

/* member.field = target; both are arguments. */
static bool set_field(struct hand *hand, rc_loc member, enum field field, rc_loc target)
{
    struct thread *T = hand->T;
    RC_FRAME(T, f, 2);
    enum { MEMBER, TARGET };
    f[MEMBER] = member;
    f[TARGET] = target;
    thread_safepoint(T);
    bool ok = true;
    rc_ref ref = rc_own(T, cell_take(&f[TARGET]));
    switch (kind_of(f[MEMBER])) {
    case KIND_INSTANCE:
        instance_set(T, f[MEMBER], field, ref);
        break;
    case KIND_LIST:
        ok = list_set(T, f[MEMBER], field, ref);
        break;
    default:
        ok = dict_set(T, f[MEMBER], hand->names[field], ref);
    }
    cells_drop(T, f, 2);
    RC_LEAVE(T, f);
    return ok;
}

/* member.field; `member` is an argument.  For a cell of the caller. */
static rc_ref get_field(struct hand *hand, rc_loc member, enum field field)
{
    struct thread *T = hand->T;
    RC_FRAME(T, f, 2);
    enum { MEMBER, FOUND };
    f[MEMBER] = member;
    thread_safepoint(T);
    switch (kind_of(f[MEMBER])) {
    case KIND_INSTANCE:
        f[FOUND] = instance_get(T, f[MEMBER], field);
        break;
    case KIND_LIST:
        f[FOUND] = list_get(T, f[MEMBER], field);
        break;
    default:
        f[FOUND] = dict_get(T, f[MEMBER], hand->names[field]);
    }
    rc_ref found = rc_own(T, cell_take(&f[FOUND]));
    cells_drop(T, f, 2);
    RC_LEAVE(T, f);
    return found;
}

static bool fill_with_none(struct thread *T, rc_loc list, size_t length)
{
    bool ok = true;
    for (size_t i = 0; ok && i < length; i++)
        ok = list_append(T, list, none_ref(T));
    return ok;
}

/* [None, None, value] */
static rc_ref make_list(struct thread *T, rc_ref value)
{
    RC_FRAME(T, f, 1);
    f[0] = rc_move(T, list_new(T, FIELDS));
    bool ok = !loc_is_null(f[0]) && fill_with_none(T, f[0], VALUE);
    if (ok)
        ok = list_append(T, f[0], value);
    else
        rc_release(T, value);
    rc_ref list = ok ? rc_own(T, cell_take(&f[0])) : RC_NULL_REF;
    cells_drop(T, f, 1);
    RC_LEAVE(T, f);
    return list;
}

/* {"next": None, "back": None, "value": value} */
static rc_ref make_dict(struct hand *hand, rc_ref value)
{
    struct thread *T = hand->T;
    RC_FRAME(T, f, 1);
    f[0] = rc_move(T, dict_new(T));
    bool ok = !loc_is_null(f[0]);
    for (enum field field = NEXT; ok && field < VALUE; field++)
        ok = dict_set(T, f[0], hand->names[field], none_ref(T));
    if (ok)
        ok = dict_set(T, f[0], hand->names[VALUE], value);
    else
        rc_release(T, value);
    rc_ref dict = ok ? rc_own(T, cell_take(&f[0])) : RC_NULL_REF;
    cells_drop(T, f, 1);
    RC_LEAVE(T, f);
    return dict;
}

static rc_ref make_member(struct hand *hand, enum kind kind, int64_t number)
{
    struct thread *T = hand->T;
    thread_safepoint(T);
    rc_ref value = int_new(T, number);
    if (ref_is_null(value))
        return RC_NULL_REF;
    if (kind == KIND_LIST)
        return make_list(T, value);
    if (kind == KIND_DICT)
        return make_dict(hand, value);
    return instance_new(T, &link_type, (rc_ref[]){none_ref(T), none_ref(T), value});
}

/* a.next = b; b.back = a; both are arguments. */
static bool link_up(struct hand *hand, rc_loc a, rc_loc b)
{
    struct thread *T = hand->T;
    RC_FRAME(T, f, 2);
    f[0] = a;
    f[1] = b;
    thread_safepoint(T);
    bool ok = set_field(hand, rc_dup(T, f[0]), NEXT, rc_dup(T, f[1])) &&
              set_field(hand, rc_dup(T, f[1]), BACK, rc_dup(T, f[0]));
    cells_drop(T, f, 2);
    RC_LEAVE(T, f);
    return ok;
}

/* The first member of ring `r`; null if there is no memory. */
static rc_ref make_ring(struct hand *hand, uint64_t r)
{
    struct thread *T = hand->T;
    RC_FRAME(T, f, 3);
    enum { FIRST, LAST, MADE };
    thread_safepoint(T);
    unsigned length = length_of_ring(r);
    f[FIRST] = rc_move(T, make_member(hand, kind_of_member(r, 0), (int64_t)r));
    bool ok = !loc_is_null(f[FIRST]);
    f[LAST] = rc_dup(T, f[FIRST]);
    for (unsigned i = 1; ok && i < length; i++) {
        thread_safepoint(T);
        f[MADE] = rc_move(T, make_member(hand, kind_of_member(r, i), (int64_t)(r + i)));
        ok = !loc_is_null(f[MADE]) && link_up(hand, rc_dup(T, f[LAST]), rc_dup(T, f[MADE]));
        cell_set(T, &f[LAST], cell_take(&f[MADE]));
    }
    ok = ok && link_up(hand, rc_dup(T, f[LAST]), rc_dup(T, f[FIRST]));
    rc_ref first = ok ? rc_own(T, cell_take(&f[FIRST])) : RC_NULL_REF;
    cells_drop(T, f, 3);
    RC_LEAVE(T, f);
    return first;
}

/* The sum of the numbers in a ring, an argument, each weighed by its place. */
static uint64_t walk_ring(struct hand *hand, rc_loc ring, unsigned length)
{
    struct thread *T = hand->T;
    RC_FRAME(T, f, 2);
    enum { MEMBER, NUMBER };
    f[MEMBER] = ring;
    uint64_t sum = 0;
    for (unsigned i = 0; i < length; i++) {
        thread_safepoint(T);
        f[NUMBER] = rc_move(T, get_field(hand, rc_dup(T, f[MEMBER]), VALUE));
        sum += (uint64_t)int_value(obj_get(f[NUMBER])) * (i + 1);
        rc_drop(T, cell_take(&f[NUMBER]));
        cell_set(T, &f[MEMBER], rc_move(T, get_field(hand, rc_dup(T, f[MEMBER]), NEXT)));
    }
    cells_drop(T, f, 2);
    RC_LEAVE(T, f);
    return sum;
}

/* Puts a ring, an argument, in its place among the kept ones, or drops it.  Returns how many members became garbage. */
static unsigned keep_or_drop(struct share *share, rc_loc kept, rc_loc ring, uint64_t r)
{
    struct thread *T = share->hand.T;
    RC_FRAME(T, f, 1);
    f[0] = ring;
    thread_safepoint(T);
    unsigned garbage = length_of_ring(r);
    if (r % KEEP_EVERY == 0) {
        list_set(T, kept, r / KEEP_EVERY % KEEP_PLACES, rc_own(T, cell_take(&f[0])));
        garbage = r - share->begin < KEEP_SPAN ? 0 : length_of_ring(r - KEEP_SPAN);
    }
    cells_drop(T, f, 1);
    RC_LEAVE(T, f);
    return garbage;
}

static uint64_t churn_share(struct share *share, struct workload_run *run, unsigned index,
                            rc_loc kept)
{
    struct thread *T = share->hand.T;
    RC_FRAME(T, f, 1);
    uint64_t sum = 0;
    for (uint64_t r = share->begin; r < share->end && !workload_failed(run); r++) {
        thread_safepoint(T);
        f[0] = rc_move(T, make_ring(&share->hand, r));
        if (loc_is_null(f[0])) {
            workload_out_of_memory(run);
            break;
        }
        sum += walk_ring(&share->hand, rc_dup(T, f[0]), length_of_ring(r));
        garbage_drop(run->input, index, keep_or_drop(share, kept, cell_take(&f[0]), r));
    }
    RC_LEAVE(T, f);
    return sum;
}

static void load_names(struct thread *T, struct workload_run *run, rc_loc names[FIELDS])
{
    RC_FRAME(T, f, 1);
    f[0] = rc_load(T, NULL, &run->root);
    for (size_t i = 0; i < FIELDS; i++)
        names[i] = tuple_get(T, f[0], i);
    cells_drop(T, f, 1);
    RC_LEAVE(T, f);
}

static uint64_t cycle_churn_work(struct thread *T, struct workload_run *run, unsigned index)
{
    RC_FRAME(T, f, FIELDS + 1);
    enum { NAMES, KEPT = FIELDS };
    struct share share = share_of(run, index, (struct hand){T, &f[NAMES]});
    load_names(T, run, &f[NAMES]);
    uint64_t sum = 0;
    f[KEPT] = rc_move(T, list_new(T, KEEP_PLACES));
    if (!loc_is_null(f[KEPT]) && fill_with_none(T, f[KEPT], KEEP_PLACES))
        sum = churn_share(&share, run, index, f[KEPT]);
    else
        workload_out_of_memory(run);
    cells_drop(T, f, FIELDS + 1);
    RC_LEAVE(T, f);
    return sum;
}

/* (names..., live), `live` an empty list; null if there is no memory. */
static rc_ref make_root(struct thread *T)
{
    rc_ref items[ROOT_LENGTH];
    bool ok = true;
    for (size_t i = 0; i < FIELDS; i++) {
        items[i] = str_new(T, link_fields[i], i == VALUE ? 5 : 4);
        ok = ok && !ref_is_null(items[i]);
    }
    items[ROOT_LIVE] = list_new(T, LIVE_RINGS);
    if (ok && !ref_is_null(items[ROOT_LIVE]))
        return tuple_new(T, ROOT_LENGTH, items);
    for (size_t i = 0; i < ROOT_LENGTH; i++)
        rc_release(T, items[i]);
    return RC_NULL_REF;
}

static bool make_live_heap(struct thread *T, struct workload_run *run)
{
    RC_FRAME(T, f, FIELDS + 3);
    enum { NAMES, ROOT = FIELDS, LIVE, RING, CELLS };
    struct hand hand = {T, &f[NAMES]};
    load_names(T, run, &f[NAMES]);
    f[ROOT] = rc_load(T, NULL, &run->root);
    f[LIVE] = tuple_get(T, f[ROOT], ROOT_LIVE);
    bool ok = true;
    for (uint64_t r = 0; ok && r < LIVE_RINGS / run->divisor; r++) {
        f[RING] = rc_move(T, make_ring(&hand, r));
        ok = !loc_is_null(f[RING]) && list_append(T, f[LIVE], rc_own(T, cell_take(&f[RING])));
    }
    cells_drop(T, f, CELLS);
    RC_LEAVE(T, f);
    return ok;
}

static bool cycle_churn_setup(struct thread *T, struct workload_run *run)
{
    run->operations = RINGS / run->divisor;
    rc_store(T, NULL, &run->root, make_root(T));
    if (rc_peek(&run->root) != NULL && make_live_heap(T, run))
        run->input = garbage_create(run->threads);
    if (run->input == NULL)
        snprintf(run->problem, sizeof(run->problem), "no memory for a live heap of %d rings",
                 LIVE_RINGS);
    return run->input != NULL;
}

static uint64_t cycle_churn_teardown(struct thread *T, struct workload_run *run)
{
    if (run->input != NULL)
        run->peak_garbage = garbage_peak(run->input);
    garbage_destroy(run->input);
    run->input = NULL;
    rc_store(T, NULL, &run->root, RC_NULL_REF);
    return 0;
}

const struct workload workload_cycle_churn = {
    .name = "cycle_churn",
    .summary = "makes and drops rings of 2 to 20 objects beside a live heap of 100,000 containers",
    .tags = "cycles",
    .bytes = 256 << 20,
    .setup = cycle_churn_setup,
    .work = cycle_churn_work,
    .teardown = cycle_churn_teardown,
};
