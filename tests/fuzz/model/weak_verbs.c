/* Reading weak references. */
#include "runtimes/object/weakref.h"
#include "tests/fuzz/model/verb.h"

/* A target that has lost its last reference, but has not ended, may be given or not. */
static node_id expect_target(const struct node *w, const struct rc_header *seen)
{
    const node_id target = w->target;
    graph_be_certain();
    if (seen == NULL) {
        PROBLEM_UNLESS(target == 0 || !node_at(target)->certain, "the target #%u, which is alive",
                       target);
        return 0;
    }
    PROBLEM_UNLESS(target != 0 && seen == node_at(target)->address,
                   "the target #%u of a weak reference, or null, not %p", target,
                   (const void *)seen);
    return target;
}

void verb_weak_get(struct turn *turn)
{
    const int r = turn_find(turn, turn->step.a, OBJ_WEAKREF);
    const unsigned to = turn_register(turn->step.b);
    if (r < 0)
        return;
    problem_say("r%u = what #%u names", to, turn_id(turn, (unsigned)r));
    rc_loc loc = weakref_get(turn->T, turn->cells[r]);
    const node_id id = expect_target(turn_node(turn, (unsigned)r), rc_get(loc));
    problem_say(", #%u", id);
    turn_keep(turn, to, loc, id);
}

void verb_weak_argument(struct turn *turn)
{
    const int r = turn_find(turn, turn->step.a, OBJ_WEAKREF);
    const unsigned to = turn_register(turn->step.b);
    if (r < 0)
        return;
    const node_id id = turn_node(turn, (unsigned)r)->slots[0];
    problem_say("r%u = the argument of #%u, #%u", to, turn_id(turn, (unsigned)r), id);
    turn_keep_found(turn, to, weakref_argument(turn->T, turn->cells[r]), id);
}
