/* Playing a script. */
#include "tests/fuzz/model/run.h"

#include "gc/gc.h"
#include "runtimes/runtime.h"
#include "tests/fuzz/model/event.h"
#include "tests/fuzz/model/seat.h"
#include "tests/fuzz/model/verify.h"

#include <stdio.h>

enum { SETTLE_EVERY = 16 };

static void play(struct turn *turn)
{
    for (size_t i = 0; i < problem->script.steps; i++) {
        const struct step step = script_step(&problem->script, i);
        problem->step = i;
        seats_play(turn, &step);
        verify_step(turn->T);
        if (i % SETTLE_EVERY == SETTLE_EVERY - 1)
            verify_settled(turn->T);
    }
    problem->step = problem->script.steps;
    problem_say("end");
    problem->tally.steps += problem->script.steps;
}

static void leave(struct turn *turn)
{
    for (unsigned r = 0; r < CELLS; r++)
        rc_clear(turn->T, &turn->cells[r]);
    for (unsigned r = 0; r < REGISTERS; r++)
        graph.registers[0][r] = 0;
    for (unsigned i = 0; i < GLOBALS; i++) {
        rc_store(turn->T, NULL, &verb_globals[i], RC_NULL_REF);
        graph.globals[i] = 0;
    }
    gc_unfreeze(turn->T);
    for (size_t id = 1; id < graph.used; id++)
        node_at(id)->frozen = false;
}

/* What finalizers bring back, until they bring back no more. */
static bool drop_saved(struct thread *T)
{
    bool any = false;
    for (size_t id = 1; id < graph.used; id++)
        if (node_at(id)->saved) {
            node_at(id)->saved = false;
            rc_store(T, NULL, &verb_saved[id], RC_NULL_REF);
            any = true;
        }
    return any;
}

static void end(struct turn *turn)
{
    leave(turn);
    seats_stop(turn->T);
    do
        verify_collected(turn->T);
    while (drop_saved(turn->T));
    PROBLEM_UNLESS(graph_living() == 0 || !RC_FREES,
                   "nothing is alive at the end, seen: %zu objects", graph_living());
}

static void expect_nothing(struct runtime_census left)
{
    PROBLEM_UNLESS(left.objects + left.blocks + left.pools + left.arenas + left.threads == 0,
                   "nothing is left at the end, seen: %zu objects, %zu blocks, %zu pools, %zu "
                   "arenas, %zu threads",
                   left.objects, left.blocks, left.pools, left.arenas, left.threads);
}

void run_script(void)
{
    graph_reset();
    struct thread *T = runtime_start();
    CHECK(T != NULL, "no memory for a runtime");
    gc_enable(false);
    events_start();
    seats_start();
    RC_FRAME(T, f, CELLS);
    struct turn turn = {.T = T, .cells = f, .seat = 0};
    play(&turn);
    end(&turn);
    RC_LEAVE(T, f);
    events_stop();
    gc_number_from(GC_NUMBER_FROM);
    expect_nothing(runtime_stop(T));
    problem->tally.scripts++;
}
