/*
 * Memory that runs out: each allocation fails in turn, and what was to be done is either done or refused, nothing in between.
 */
#include "alloc/failure.h"
#include "alloc/guard.h"
#include "runtimes/object/finalize.h"
#include "runtimes/object/weakref.h"
#include "tests/conformance/injection.h"
#include "tests/conformance/ring.h"

/* Cases that let allocations fail are not told which. */
static void skip_if_injected(void)
{
    if (injection_is_on())
        case_skip("the case chooses by itself what fails");
}

/* --- every allocation ------------------------------------------------------------------------------------------------ */

static bool make_leaves(struct thread *T)
{
    bool done = true;
    RC_FRAME(T, f, 4);
    f[0] = rc_move(T, int_new(T, 1000));
    f[1] = rc_move(T, float_new(T, 0.5));
    f[2] = rc_move(T, text_ref(T, "text"));
    for (int i = 0; i < 3; i++)
        done = done && !loc_is_null(f[i]);
    if (done)
        f[3] = rc_move(T, str_concat(T, f[2], f[2]));
    done = done && !loc_is_null(f[3]);
    for (int i = 0; i < 4; i++)
        rc_clear(T, &f[i]);
    RC_LEAVE(T, f);
    return done;
}

static bool make_tuple(struct thread *T)
{
    rc_ref first = text_ref(T, "first");
    rc_ref second = text_ref(T, "second");
    bool done = first.p != NULL && second.p != NULL;
    rc_ref tuple = tuple_new(T, 2, (rc_ref[]){first, second});
    done = done && tuple.p != NULL;
    rc_release(T, tuple);
    return done;
}

static bool make_instance_and_weak(struct thread *T)
{
    RC_FRAME(T, f, 2);
    rc_ref text = text_ref(T, "text");
    bool done = text.p != NULL;
    f[0] = rc_move(T, instance_new(T, &box_type, (rc_ref[]){text, RC_NULL_REF}));
    done = done && !loc_is_null(f[0]);
    if (!loc_is_null(f[0])) {
        f[1] = rc_move(T, weakref_new(T, f[0], NULL, RC_NULL_REF));
        done = done && !loc_is_null(f[1]);
    }
    rc_clear(T, &f[1]);
    rc_clear(T, &f[0]);
    RC_LEAVE(T, f);
    return done;
}

/* As long as the list grows it has all that was appended. */
static bool fill_list(struct thread *T)
{
    RC_FRAME(T, f, 2);
    f[0] = rc_move(T, list_new(T, 2));
    bool done = !loc_is_null(f[0]);
    size_t length = 0;
    for (; done && length < 100; length += done) {
        rc_ref item = int_new(T, 1000 + (int64_t)length);
        done = item.p != NULL && list_append(T, f[0], item);
    }
    for (size_t i = 0; i < length; i++) {
        f[1] = list_get(T, f[0], i);
        EXPECT_EQUAL(int_value(obj_get(f[1])), 1000 + i, "an item");
        rc_clear(T, &f[1]);
    }
    rc_clear(T, &f[0]);
    RC_LEAVE(T, f);
    return done;
}

static bool insert(struct thread *T, rc_loc dict, int64_t number)
{
    RC_FRAME(T, f, 2);
    f[0] = rc_move(T, int_new(T, 1000 + number));
    rc_ref value = text_ref(T, "value");
    bool done = !loc_is_null(f[0]) && value.p != NULL;
    if (!done) {
        rc_release(T, value);
    } else if (number % 2 == 0) {
        done = dict_set(T, dict, f[0], value);
    } else {
        f[1] = dict_setdefault(T, dict, f[0], value);
        done = !loc_is_null(f[1]);
        rc_clear(T, &f[1]);
    }
    rc_clear(T, &f[0]);
    RC_LEAVE(T, f);
    return done;
}

static void expect_entries(struct thread *T, rc_loc dict, int64_t length)
{
    int64_t number = 0;
    RC_FRAME(T, f, 2);
    for (size_t position = 0; dict_next(T, dict, &position, &f[0], &f[1]); number++) {
        EXPECT_EQUAL(int_value(obj_get(f[0])), 1000 + number, "a key");
        EXPECT(obj_is(obj_get(f[1]), OBJ_STR), "a value that is a str");
        rc_clear(T, &f[0]);
        rc_clear(T, &f[1]);
    }
    EXPECT_EQUAL(number, length, "entries of the dict");
    RC_LEAVE(T, f);
}

static bool fill_dict(struct thread *T)
{
    RC_FRAME(T, f, 1);
    f[0] = rc_move(T, dict_new(T));
    bool done = !loc_is_null(f[0]);
    int64_t length = 0;
    for (; done && length < 30; length += done)
        done = insert(T, f[0], length);
    if (!loc_is_null(f[0]))
        expect_entries(T, f[0], length);
    rc_clear(T, &f[0]);
    RC_LEAVE(T, f);
    return done;
}

static bool fill_set(struct thread *T)
{
    RC_FRAME(T, f, 2);
    f[0] = rc_move(T, set_new(T));
    bool done = !loc_is_null(f[0]);
    size_t length = 0;
    for (; done && length < 30; length += done) {
        f[1] = rc_move(T, int_new(T, 1000 + (int64_t)length));
        done = !loc_is_null(f[1]) && set_add(T, f[0], f[1]);
        rc_clear(T, &f[1]);
    }
    EXPECT_EQUAL(loc_is_null(f[0]) ? 0 : set_length(T, f[0]), length, "members of the set");
    rc_clear(T, &f[0]);
    RC_LEAVE(T, f);
    return done;
}

/* Runs `attempt` with its first, second, ... allocation failing, until there is none left to fail; it returns whether it had
 * all memory, and leaves nothing behind. */
static void fail_each_in_turn(struct thread *T, bool (*attempt)(struct thread *T), const char *what)
{
    bool pending = false;
    for (uint64_t n = 1; !pending; n++) {
        failure_at(n);
        const bool done = attempt(T);
        pending = failure_is_pending();
        failure_at(0);
        EXPECT(done == pending, "%s to be refused if and only if allocation %d failed", what,
               (int)n);
        EXPECT(n > 1 || !pending, "%s to allocate anything", what);
        EXPECT_LEFT(T, 0, "objects left");
        guard_check_all();
    }
}

void case_oom_at_n(struct thread *T)
{
    skip_if_injected();
    fail_each_in_turn(T, make_leaves, "leaves");
    fail_each_in_turn(T, make_tuple, "a tuple");
    fail_each_in_turn(T, make_instance_and_weak, "an instance and a weak reference to it");
    fail_each_in_turn(T, fill_list, "a list");
    fail_each_in_turn(T, fill_dict, "a dict");
    fail_each_in_turn(T, fill_set, "a set");
}

/* --- in a collection -------------------------------------------------------------------------------------------------- */

enum { NODES = 50 };

static unsigned finalized;

static bool count_end(struct thread *T, rc_loc self)
{
    (void)T, (void)self;
    finalized++;
    return true;
}

static const struct type node_type = INSTANCE_TYPE_FINALIZED("Node", box_fields, count_end);

/* A list of nodes that refer to it. */
static void leave_garbage(struct thread *T)
{
    RC_FRAME(T, f, 1);
    f[0] = rc_move(T, list_new(T, 0));
    for (int i = 0; i < NODES; i++)
        sure_append(T, f[0],
                    instance_new(T, &node_type, (rc_ref[]){cell_ref(T, f[0]), int_new(T, 1000)}));
    rc_clear(T, &f[0]);
    RC_LEAVE(T, f);
}

/* Whether a collection whose n-th allocation fails is abandoned: then nothing has changed.  *all: there were fewer. */
static bool is_abandoned(struct thread *T, uint64_t n, bool *all)
{
    const size_t objects = case_objects(T);
    const struct gc_statistics before = gc_statistics(CASE_FULL);
    failure_at(n);
    const size_t found = gc_collect(T, CASE_FULL);
    *all = failure_is_pending();
    failure_at(0);
    guard_check_all();
    if (found != 0) {
        EXPECT_EQUAL(found, 1 + NODES, "containers that a collection ended");
        EXPECT_EQUAL(finalized, NODES, "finalizers that ran");
        return false;
    }
    EXPECT_EQUAL(case_objects(T), objects, "objects after a collection that was abandoned");
    EXPECT_EQUAL(finalized, 0, "finalizers that an abandoned collection ran");
    EXPECT_EQUAL(gc_statistics(CASE_FULL).uncollectable - before.uncollectable, 1 + NODES,
                 "containers kept for a later collection");
    return true;
}

/* Each allocation of a collection fails in turn. */
void case_oom_in_mark(struct thread *T)
{
    case_needs_frees();
    unsigned abandoned = 0;
    bool all = false;
    skip_if_injected();
    gc_enable(false);
    for (uint64_t n = 1; !all; n++) {
        finalized = 0;
        leave_garbage(T);
        abandoned += is_abandoned(T, n, &all);
        if (finalized == 0)
            EXPECT_EQUAL(case_collect(T), 1 + NODES, "containers ended when there is memory again");
        EXPECT_EQUAL(case_objects(T), 0, "objects left");
    }
    EXPECT(abandoned > 0, "a collection without memory to be abandoned");
}
