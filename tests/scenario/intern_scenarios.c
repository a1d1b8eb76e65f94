/* One text is interned while its string dies, or by two threads. */
#include "tests/scenario/scenario.h"

static rc_slot strings[2];

static rc_ref interned(struct thread *T)
{
    rc_ref ref = str_intern(T, "text", 4);
    return scenario_named(ref, "string");
}

static void make_first(struct thread *T) { rc_store(T, NULL, &strings[0], interned(T)); }

static void drop_first(struct thread *T)
{
    rc_store(T, NULL, &strings[0], RC_NULL_REF);
    thread_safepoint(T);
}

static void intern_and_look(struct thread *T)
{
    RC_FRAME(T, f, 1);
    f[0] = rc_move(T, interned(T));
    thread_safepoint(T);
    EXPECT(strcmp(str_text(obj_get(f[0])), "text") == 0);
    rc_clear(T, &f[0]);
    RC_LEAVE(T, f);
}

const struct script script_intern_against_drop = {.threads = {"dropper", "interner"},
                                                  .run = {drop_first, intern_and_look},
                                                  .prepare = {make_first}};

static void intern_mine(struct thread *T)
{
    rc_store(T, NULL, &strings[scenario_self()], interned(T));
}

static void expect_one_string(struct thread *T)
{
    EXPECT(rc_peek(&strings[0]) != NULL);
    EXPECT(rc_peek(&strings[0]) == rc_peek(&strings[1]));
    rc_store(T, NULL, &strings[0], RC_NULL_REF);
    rc_store(T, NULL, &strings[1], RC_NULL_REF);
}

const struct script script_intern_against_intern = {
    .threads = {"first", "second"}, .run = {intern_mine, intern_mine}, .finish = expect_one_string};
