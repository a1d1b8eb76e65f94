/* Making objects. */
#include "alloc/base/check.h"
#include "runtimes/object/dict.h"
#include "runtimes/object/instance.h"
#include "runtimes/object/list.h"
#include "runtimes/object/set.h"
#include "runtimes/object/tuple.h"
#include "tests/fuzz/model/atom.h"
#include "tests/fuzz/model/event.h"

enum { ITEMS = 4, TEXTS = 12, RING_MAX = 6 };

void verb_atom(struct turn *turn)
{
    const unsigned r = turn_register(turn->step.a);
    node_id id;
    if (!turn_has_room())
        return;
    rc_ref ref = atom_new(turn, turn->step.b, &id);
    problem_say("r%u = #%u, a %s", r, id, node_at(id)->type->name);
    turn_keep(turn, r, rc_move(turn->T, ref), id);
}

/* A text that is interned is one object, as long as somebody refers to it. */
void verb_intern(struct turn *turn)
{
    const unsigned r = turn_register(turn->step.a);
    const int64_t number = turn->step.b % TEXTS;
    if (!turn_has_room())
        return;
    rc_ref ref = atom_interned(turn->T, number);
    for (size_t i = 0; i < graph.living; i++) {
        const struct node *node = node_at(graph.live[i]);
        if (node->interned && node->certain && node->value == number)
            PROBLEM_UNLESS(ref.p == node->address, "the text %jd interned again is #%u",
                           (intmax_t)number, graph.live[i]);
    }
    node_id id = atom_interned_node(turn, ref, number);
    problem_say("r%u = #%u, the text %jd interned", r, id, (intmax_t)number);
    turn_keep(turn, r, rc_move(turn->T, ref), id);
}

/* Up to four references, to what the registers from b on hold. */
static size_t take_items(struct turn *turn, rc_ref items[ITEMS], node_id ids[ITEMS])
{
    const size_t length = turn->step.c % (ITEMS + 1);
    for (unsigned i = 0; i < length; i++) {
        const unsigned r = turn_register(turn->step.b + i * (turn->step.c / (ITEMS + 1) % 3));
        items[i] = turn_ref(turn, r);
        ids[i] = turn_value(turn, r);
    }
    return length;
}

static void say_items(unsigned r, const char *what, size_t length, const node_id *ids)
{
    problem_say("r%u = %s(", r, what);
    for (size_t i = 0; i < length; i++)
        problem_say("%s#%u", i > 0 ? ", " : "", ids[i]);
    problem_say(")");
}

/* The node is whole before the register's object ends, which may run finalizers and callbacks. */
static void keep_with(struct turn *turn, unsigned r, rc_ref ref, size_t length, const node_id *ids)
{
    const node_id id = turn_new(turn, ref);
    problem_say(" = #%u", id);
    for (size_t i = 0; i < length; i++)
        node_append(node_at(id), ids[i]);
    turn_keep(turn, r, rc_move(turn->T, ref), id);
}

void verb_tuple(struct turn *turn)
{
    const unsigned r = turn_register(turn->step.a);
    rc_ref items[ITEMS];
    node_id ids[ITEMS];
    if (!turn_has_room())
        return;
    const size_t length = take_items(turn, items, ids);
    say_items(r, "tuple", length, ids);
    keep_with(turn, r, tuple_new(turn->T, length, items), length, ids);
}

void verb_list(struct turn *turn)
{
    const unsigned r = turn_register(turn->step.a);
    rc_ref items[ITEMS];
    node_id ids[ITEMS];
    if (!turn_has_room())
        return;
    const size_t length = take_items(turn, items, ids);
    say_items(r, "list", length, ids);
    keep_with(turn, r, list_new_from(turn->T, length, items), length, ids);
}

void verb_dict(struct turn *turn)
{
    const unsigned r = turn_register(turn->step.a);
    if (!turn_has_room())
        return;
    problem_say("r%u = dict()", r);
    keep_with(turn, r, dict_new(turn->T), 0, NULL);
}

void verb_set(struct turn *turn)
{
    const unsigned r = turn_register(turn->step.a);
    if (!turn_has_room())
        return;
    problem_say("r%u = set()", r);
    keep_with(turn, r, set_new(turn->T), 0, NULL);
}

/* --- instances ------------------------------------------------------------------------------------------------------ */

/* A field that is null, sometimes. */
static rc_ref take_field(struct turn *turn, unsigned operand, node_id *id)
{
    const unsigned r = turn_register(operand);
    *id = turn_id(turn, r);
    return *id != 0 ? turn_ref(turn, r) : RC_NULL_REF;
}

void verb_instance(struct turn *turn)
{
    const struct step *step = &turn->step;
    const unsigned r = turn_register(step->a);
    const struct type *type = &event_types[step->b % EVENT_TYPES];
    rc_ref fields[FIELDS];
    node_id ids[FIELDS];
    if (!turn_has_room())
        return;
    fields[0] = take_field(turn, step->c, &ids[0]);
    fields[1] = take_field(turn, step->c / REGISTERS, &ids[1]);
    say_items(r, type->name, FIELDS, ids);
    keep_with(turn, r, instance_new(turn->T, type, fields), FIELDS, ids);
}

/* One instance behind the other, the first in the hand's place last: its left field closes the ring. */
void verb_ring(struct turn *turn)
{
    const struct step *step = &turn->step;
    const unsigned r = turn_register(step->a);
    const unsigned length = 1 + step->b % RING_MAX;
    const struct type *type = &event_types[step->c % EVENT_TYPES];
    if (!turn_has_room())
        return;
    problem_say("r%u = a ring of %u %s", r, length, type->name);
    static const rc_ref none[FIELDS];
    keep_with(turn, r, instance_new(turn->T, type, none), FIELDS, (node_id[]){0, 0});
    const node_id last = turn_id(turn, r);
    rc_loc *hand = &turn->cells[OTHER_HAND];
    *hand = rc_dup(turn->T, turn->cells[r]);
    for (unsigned i = 1; i < length; i++) {
        rc_ref fields[FIELDS] = {turn_ref(turn, r), RC_NULL_REF};
        const node_id next = turn_id(turn, r);
        keep_with(turn, r, instance_new(turn->T, type, fields), FIELDS, (node_id[]){next, 0});
    }
    instance_set(turn->T, *hand, 0, turn_ref(turn, r));
    node_at(last)->slots[0] = turn_id(turn, r);
    rc_clear(turn->T, hand);
}

/* --- weak references ------------------------------------------------------------------------------------------------ */

void verb_weakref(struct turn *turn)
{
    const struct step *step = &turn->step;
    const unsigned r = turn_register(step->a);
    const int target = turn_find(turn, step->b, OBJ_KINDS);
    const bool calls = (step->b & 128) == 0;
    if (target < 0 || !turn_has_room())
        return;
    node_id argument;
    const node_id named = turn_id(turn, (unsigned)target);
    rc_ref ref = take_field(turn, step->c, &argument);
    problem_say("r%u = a weak reference to #%u%s, argument #%u", r, named,
                calls ? ", with a callback" : "", argument);
    ref = weakref_new(turn->T, turn->cells[target], calls ? event_call : NULL, ref);
    const node_id id = turn_new(turn, ref);
    problem_say(" = #%u", id);
    node_append(node_at(id), argument);
    node_at(id)->target = named;
    node_at(id)->calls = calls;
    turn_keep(turn, r, rc_move(turn->T, ref), id);
}
