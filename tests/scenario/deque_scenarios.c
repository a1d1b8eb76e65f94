/* The owner of a deque and thieves want the same objects: each comes out once, whole. */
#include "tests/scenario/scenario.h"

#include "bench/trial/deque.h"

enum { ALL = 4 };

static rc_slot places;
static struct deque deque;
static _Atomic uint32_t taken[ALL]; /* how often each number came out */

static void make(struct thread *T, size_t length)
{
    rc_store(T, NULL, &places, scenario_named(deque_places(T, length), "places"));
    report_name(&deque, sizeof deque, "deque");
}

static bool push(struct thread *T, int64_t number)
{
    RC_FRAME(T, f, 1);
    f[0] = rc_load(T, NULL, &places);
    rc_ref node = scenario_node_new(T, RC_NULL_REF, number, "pushed");
    bool pushed = deque_push(T, &deque, f[0], node);
    if (!pushed)
        rc_release(T, node);
    rc_clear(T, &f[0]);
    RC_LEAVE(T, f);
    return pushed;
}

typedef rc_ref take(struct thread *T, struct deque *deque, rc_loc places);

/* The number of what came out; -1 if nothing did. */
static int64_t take_one(struct thread *T, take *one)
{
    RC_FRAME(T, f, 2);
    int64_t number = -1;
    f[0] = rc_load(T, NULL, &places);
    f[1] = rc_move(T, one(T, &deque, f[0]));
    if (!loc_is_null(f[1])) {
        number = scenario_number(T, f[1]);
        EXPECT(number >= 0 && number < ALL);
        fetch_add_relaxed(&taken[number], 1);
    }
    rc_clear(T, &f[1]);
    rc_clear(T, &f[0]);
    RC_LEAVE(T, f);
    return number;
}

static void steal(struct thread *T) { take_one(T, deque_steal); }
static void pop(struct thread *T) { take_one(T, deque_pop); }

/* Each of the first `pushed` numbers came out once, now that the rest has. */
static void finish(struct thread *T, unsigned pushed)
{
    while (take_one(T, deque_pop) != -1)
        ;
    EXPECT(deque_length(&deque) == 0);
    for (unsigned i = 0; i < pushed; i++)
        EXPECT(load_relaxed(&taken[i]) == 1);
    rc_store(T, NULL, &places, RC_NULL_REF);
}

/* --- deque_last --------------------------------------------------------------------------------------------------- */

static void make_with_one(struct thread *T)
{
    make(T, 2);
    bool pushed = push(T, 0);
    EXPECT(pushed);
}

static void finish_one(struct thread *T) { finish(T, 1); }

const struct script script_deque_last = {.threads = {"owner", "thief", "other thief"},
                                         .run = {pop, steal, steal},
                                         .prepare = {make_with_one},
                                         .finish = finish_one};

/* --- deque_reuse: there is one place ------------------------------------------------------------------------------ */

static bool second_is_in;

static void make_narrow(struct thread *T)
{
    make(T, 1);
    bool pushed = push(T, 0);
    EXPECT(pushed);
    second_is_in = false;
}

static void push_second(struct thread *T)
{
    second_is_in = push(T, 1);
    thread_safepoint(T);
    second_is_in = second_is_in || push(T, 1);
}

static void finish_two(struct thread *T) { finish(T, second_is_in ? 2 : 1); }

const struct script script_deque_reuse = {.threads = {"owner", "thief"},
                                          .run = {push_second, steal},
                                          .prepare = {make_narrow},
                                          .finish = finish_two};

/* --- deque_stolen_dies -------------------------------------------------------------------------------------------- */

static void make_with_two(struct thread *T)
{
    make(T, 2);
    bool pushed = push(T, 0) && push(T, 1);
    EXPECT(pushed);
}

static void pop_newest(struct thread *T)
{
    int64_t number = take_one(T, deque_pop);
    EXPECT(number == 1); /* one thief cannot have both */
    thread_safepoint(T);
}

static void finish_both(struct thread *T) { finish(T, 2); }

const struct script script_deque_stolen_dies = {.threads = {"owner", "thief"},
                                                .run = {pop_newest, steal},
                                                .prepare = {make_with_two},
                                                .ends = true,
                                                .finish = finish_both};
