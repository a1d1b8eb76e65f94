/* Lists, tuples and instances. */
#include "runtimes/object/instance.h"
#include "runtimes/object/int.h"
#include "runtimes/object/list.h"
#include "runtimes/object/tuple.h"
#include "tests/fuzz/model/event.h"

enum { LENGTH_MAX = 100, GROWTH = 24 };

/* A register with an object of a kind that has slots, and the place of one; false if there is none. */
static bool find_slot(const struct turn *turn, enum obj_kind kind, unsigned *r, size_t *index)
{
    const int found = turn_find(turn, turn->step.a, kind);
    if (found < 0 || turn_node(turn, (unsigned)found)->length == 0)
        return false;
    *r = (unsigned)found;
    *index = turn->step.b % turn_node(turn, *r)->length;
    return true;
}

/* --- lists ---------------------------------------------------------------------------------------------------------- */

void verb_append(struct turn *turn)
{
    const int r = turn_find(turn, turn->step.a, OBJ_LIST);
    const unsigned item = turn_register(turn->step.b);
    if (r < 0 || turn_node(turn, (unsigned)r)->length >= LENGTH_MAX)
        return;
    const node_id id = turn_value(turn, item);
    problem_say("append #%u to #%u", id, turn_id(turn, (unsigned)r));
    PROBLEM_UNLESS(list_append(turn->T, turn->cells[r], turn_ref(turn, item)), "memory to append");
    node_append(turn_node(turn, (unsigned)r), id);
}

/* The same item many times: the table is replaced. */
void verb_grow(struct turn *turn)
{
    const int r = turn_find(turn, turn->step.a, OBJ_LIST);
    const unsigned item = turn_register(turn->step.b);
    if (r < 0 || turn_node(turn, (unsigned)r)->length + GROWTH >= LENGTH_MAX)
        return;
    const node_id id = turn_value(turn, item);
    problem_say("append #%u to #%u, %d times", id, turn_id(turn, (unsigned)r), GROWTH);
    for (int i = 0; i < GROWTH; i++) {
        PROBLEM_UNLESS(list_append(turn->T, turn->cells[r], turn_ref(turn, item)),
                       "memory to append");
        node_append(turn_node(turn, (unsigned)r), id);
    }
}

void verb_list_set(struct turn *turn)
{
    unsigned r;
    size_t index;
    const unsigned item = turn_register(turn->step.c);
    if (!find_slot(turn, OBJ_LIST, &r, &index))
        return;
    const node_id id = turn_value(turn, item);
    problem_say("#%u[%zu] = #%u", turn_id(turn, r), index, id);
    turn_node(turn, r)->slots[index] = id;
    PROBLEM_UNLESS(list_set(turn->T, turn->cells[r], index, turn_ref(turn, item)),
                   "#%u has an item %zu", turn_id(turn, r), index);
}

void verb_list_pop(struct turn *turn)
{
    unsigned r;
    size_t index;
    const unsigned to = turn_register(turn->step.c);
    if (!find_slot(turn, OBJ_LIST, &r, &index))
        return;
    struct node *list = turn_node(turn, r);
    const node_id id = list->slots[list->length - 1];
    problem_say("r%u = pop #%u, #%u", to, turn_id(turn, r), id);
    list->length--;
    turn_keep_found(turn, to, rc_move(turn->T, list_pop(turn->T, turn->cells[r])), id);
}

void verb_list_get(struct turn *turn)
{
    unsigned r;
    size_t index;
    const unsigned to = turn_register(turn->step.c);
    if (!find_slot(turn, OBJ_LIST, &r, &index))
        return;
    const node_id id = turn_node(turn, r)->slots[index];
    problem_say("r%u = #%u[%zu], #%u", to, turn_id(turn, r), index, id);
    turn_keep_found(turn, to, list_get(turn->T, turn->cells[r], index), id);
}

void verb_list_clear(struct turn *turn)
{
    const int r = turn_find(turn, turn->step.a, OBJ_LIST);
    if (r < 0)
        return;
    problem_say("clear the list #%u", turn_id(turn, (unsigned)r));
    turn_node(turn, (unsigned)r)->length = 0;
    list_clear(turn->T, list_of(turn->cells[r]));
}

void verb_tuple_get(struct turn *turn)
{
    unsigned r;
    size_t index;
    const unsigned to = turn_register(turn->step.c);
    if (!find_slot(turn, OBJ_TUPLE, &r, &index))
        return;
    const node_id id = turn_node(turn, r)->slots[index];
    problem_say("r%u = #%u[%zu], #%u", to, turn_id(turn, r), index, id);
    turn_keep_found(turn, to, tuple_get(turn->T, turn->cells[r], index), id);
}

/* --- instances ------------------------------------------------------------------------------------------------------ */

static const char *name_of(size_t field) { return event_types[0].field_names[field]; }

void verb_field_set(struct turn *turn)
{
    unsigned r;
    size_t field;
    const unsigned value = turn_register(turn->step.c);
    if (!find_slot(turn, OBJ_INSTANCE, &r, &field))
        return;
    const node_id id = turn_id(turn, value);
    problem_say("#%u.%s = #%u", turn_id(turn, r), name_of(field), id);
    turn_node(turn, r)->slots[field] = id;
    rc_ref ref = id != 0 ? turn_ref(turn, value) : RC_NULL_REF;
    instance_set(turn->T, turn->cells[r], (uint32_t)field, ref);
}

void verb_field_get(struct turn *turn)
{
    unsigned r;
    size_t field;
    const unsigned to = turn_register(turn->step.c);
    if (!find_slot(turn, OBJ_INSTANCE, &r, &field))
        return;
    const node_id id = turn_node(turn, r)->slots[field];
    problem_say("r%u = #%u.%s, #%u", to, turn_id(turn, r), name_of(field), id);
    turn_keep_found(turn, to, instance_get(turn->T, turn->cells[r], (uint32_t)field), id);
}

void verb_field_swap(struct turn *turn)
{
    unsigned r;
    size_t field;
    const unsigned with = turn_register(turn->step.c);
    if (!find_slot(turn, OBJ_INSTANCE, &r, &field) || with == r)
        return;
    const node_id id = turn_id(turn, with);
    const node_id before = turn_node(turn, r)->slots[field];
    problem_say("swap #%u.%s, #%u, and r%u, #%u", turn_id(turn, r), name_of(field), before, with,
                id);
    rc_ref ref = rc_own(turn->T, turn->cells[with]);
    turn->cells[with] = RC_NULL_LOC;
    turn_node(turn, r)->slots[field] = id;
    ref = instance_swap(turn->T, turn->cells[r], (uint32_t)field, ref);
    turn_keep_found(turn, with, rc_move(turn->T, ref), before);
}

void verb_fields_clear(struct turn *turn)
{
    const int r = turn_find(turn, turn->step.a, OBJ_INSTANCE);
    if (r < 0)
        return;
    problem_say("clear the fields of #%u", turn_id(turn, (unsigned)r));
    for (size_t field = 0; field < FIELDS; field++)
        turn_node(turn, (unsigned)r)->slots[field] = 0;
    instance_clear(turn->T, (struct instance_obj *)obj_get(turn->cells[r]));
}
