/* Choosing operands, keeping results. */
#include "tests/fuzz/model/verb.h"

#include "runtimes/object/int.h"
#include "runtimes/object/none.h"
#include "runtimes/object/str.h"
#include "tests/fuzz/model/atom.h"
#include "tests/fuzz/model/event.h"

#include <string.h>

enum {
    LIVING_MAX = 400,
    MADE_AT_ONCE = 48,
    KEYS = 24,          /* atoms that are keys */
    FIRST_OBJECT = 160, /* operands from here on mean the object of a register, if there is one */
};

rc_slot verb_globals[GLOBALS];
rc_slot verb_saved[NODES];

static void (*const verbs[VERBS])(struct turn *turn) = {
#define VERB(name, weight) verb_##name,
#include "tests/fuzz/model/verbs.def"
#undef VERB
};

void verb_do(struct turn *turn) { verbs[turn->step.verb](turn); }

static bool is_of(const struct node *node, enum obj_kind kind)
{
    return kind == OBJ_KINDS ? node->kind >= OBJ_TUPLE : node->kind == kind;
}

int turn_find(const struct turn *turn, unsigned operand, enum obj_kind kind)
{
    for (unsigned i = 0; i < REGISTERS; i++) {
        unsigned r = turn_register(operand + i);
        if (turn_id(turn, r) != 0 && is_of(turn_node(turn, r), kind))
            return (int)r;
    }
    return -1;
}

bool turn_has_room(void)
{
    return graph.used + MADE_AT_ONCE < NODES && graph.living + MADE_AT_ONCE < LIVING_MAX;
}

rc_ref turn_ref(const struct turn *turn, unsigned r)
{
    if (turn_id(turn, r) == 0)
        return none_ref(turn->T);
    return rc_own(turn->T, rc_dup(turn->T, turn->cells[r]));
}

node_id turn_value(const struct turn *turn, unsigned r)
{
    node_id id = turn_id(turn, r);
    return id != 0 ? id : graph_immortal(&none_object.rc);
}

void turn_keep(struct turn *turn, unsigned r, rc_loc loc, node_id id)
{
    turn->cells[HAND] = loc;
    rc_clear(turn->T, &turn->cells[r]);
    turn->cells[r] = turn->cells[HAND];
    turn->cells[HAND] = RC_NULL_LOC;
    graph.registers[turn->seat][r] = id;
}

/* Somebody else is at the address of an object: it must have ended. */
static void expect_ended(node_id id)
{
    const struct node *node = node_at(id);
    graph_be_certain();
    graph_reach();
    PROBLEM_UNLESS(!node->certain || (events_is_surprised() && !node->reached),
                   "a new object is not in the place of #%u, a %s, which is alive", id,
                   node->type->name);
    PROBLEM_UNLESS(node->type->finalize == NULL || node->finalized,
                   "the finalizer of #%u, a %s, has run before its place is another's", id,
                   node->type->name);
    graph_die(id);
}

node_id turn_new(struct turn *turn, rc_ref ref)
{
    PROBLEM_UNLESS(ref.p != NULL, "memory for an object");
    events_apply();
    const node_id before = graph_find(ref.p);
    if (before != 0)
        expect_ended(before);
    problem->tally.objects++;
    return graph_add(ref.p, turn->seat);
}

void turn_keep_found(struct turn *turn, unsigned r, rc_loc loc, node_id expected)
{
    const struct rc_header *address = expected != 0 ? node_at(expected)->address : NULL;
    PROBLEM_UNLESS(rc_get(loc) == address, "what is read is #%u at %p, not %p", expected,
                   (const void *)address, (void *)rc_get(loc));
    turn_keep(turn, r, loc, expected);
}

node_id turn_hold_key(struct turn *turn, unsigned operand)
{
    const unsigned r = turn_register(operand);
    rc_loc *hand = &turn->cells[OTHER_HAND];
    if (operand < FIRST_OBJECT || turn_id(turn, r) == 0)
        return atom_hold(turn, hand, operand % KEYS);
    *hand = rc_dup(turn->T, turn->cells[r]);
    return turn_id(turn, r);
}

void turn_let_go(struct turn *turn) { rc_clear(turn->T, &turn->cells[OTHER_HAND]); }
