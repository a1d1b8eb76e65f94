/* Moving references between registers, globals and what finalizers saved. */
#include "tests/fuzz/model/verb.h"

void verb_drop(struct turn *turn)
{
    const int r = turn_find(turn, turn->step.a, OBJ_KINDS);
    const unsigned chosen = r < 0 ? turn_register(turn->step.a) : (unsigned)r;
    if (turn_id(turn, chosen) == 0)
        return;
    problem_say("drop r%u, #%u", chosen, turn_id(turn, chosen));
    rc_clear(turn->T, &turn->cells[chosen]);
    graph.registers[turn->seat][chosen] = 0;
}

void verb_copy(struct turn *turn)
{
    const unsigned r = turn_register(turn->step.a);
    const unsigned from = turn_register(turn->step.b);
    const node_id id = turn_id(turn, from);
    problem_say("r%u = r%u, #%u", r, from, id);
    turn_keep(turn, r, rc_dup(turn->T, turn->cells[from]), id);
}

void verb_move(struct turn *turn)
{
    const unsigned r = turn_register(turn->step.a);
    const unsigned from = turn_register(turn->step.b);
    const node_id id = turn_id(turn, from);
    if (r == from)
        return;
    problem_say("move r%u, #%u, to r%u", from, id, r);
    rc_ref ref = rc_own(turn->T, turn->cells[from]);
    turn->cells[from] = RC_NULL_LOC;
    graph.registers[turn->seat][from] = 0;
    turn_keep(turn, r, rc_move(turn->T, ref), id);
}

/* --- globals -------------------------------------------------------------------------------------------------------- */

static unsigned global_of(unsigned operand) { return operand % GLOBALS; }

void verb_load(struct turn *turn)
{
    const unsigned r = turn_register(turn->step.a);
    const unsigned global = global_of(turn->step.b);
    problem_say("r%u = load g%u, #%u", r, global, graph.globals[global]);
    turn_keep_found(turn, r, rc_load(turn->T, NULL, &verb_globals[global]), graph.globals[global]);
}

void verb_store(struct turn *turn)
{
    const unsigned r = turn_register(turn->step.a);
    const unsigned global = global_of(turn->step.b);
    const node_id id = turn_id(turn, r);
    problem_say("store r%u, #%u, into g%u, which held #%u", r, id, global, graph.globals[global]);
    rc_ref ref = rc_own(turn->T, rc_dup(turn->T, turn->cells[r]));
    rc_store(turn->T, NULL, &verb_globals[global], ref);
    graph.globals[global] = id;
}

void verb_exchange(struct turn *turn)
{
    const unsigned r = turn_register(turn->step.a);
    const unsigned global = global_of(turn->step.b);
    const node_id id = turn_id(turn, r);
    problem_say("exchange r%u, #%u, and g%u, #%u", r, id, global, graph.globals[global]);
    rc_ref ref = rc_own(turn->T, turn->cells[r]);
    turn->cells[r] = RC_NULL_LOC;
    ref = rc_xchg(turn->T, NULL, &verb_globals[global], ref);
    turn_keep_found(turn, r, rc_move(turn->T, ref), graph.globals[global]);
    graph.globals[global] = id;
}

/* --- what finalizers saved ------------------------------------------------------------------------------------------ */

/* The first that is saved, from a place on; 0 if nothing is. */
static node_id find_saved(unsigned operand)
{
    for (size_t i = 0; i < graph.living; i++) {
        const node_id id = graph.live[(operand + i) % graph.living];
        if (node_at(id)->saved)
            return id;
    }
    return 0;
}

void verb_take_saved(struct turn *turn)
{
    const unsigned r = turn_register(turn->step.a);
    const node_id id = find_saved(turn->step.b);
    if (id == 0)
        return;
    problem_say("r%u = take #%u, which its finalizer has brought back", r, id);
    rc_ref ref = rc_xchg(turn->T, NULL, &verb_saved[id], RC_NULL_REF);
    node_at(id)->saved = false;
    turn_keep_found(turn, r, rc_move(turn->T, ref), id);
}

void verb_drop_saved(struct turn *turn)
{
    const node_id id = find_saved(turn->step.b);
    if (id == 0)
        return;
    problem_say("drop #%u, which its finalizer has brought back", id);
    rc_store(turn->T, NULL, &verb_saved[id], RC_NULL_REF);
    node_at(id)->saved = false;
}
