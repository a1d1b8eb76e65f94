/* Variables and constraints. */
#include "bench/trial/constraint.h"

#include "runtimes/object/list.h"

static const char *const variable_fields[] = {"value", "constraints",   "determined_by",
                                              "mark",  "walk_strength", "stay"};
static const char *const constraint_fields[] = {"strength", "direction", "first",
                                                "second",   "scale",     "offset"};
const struct type constraint_variable = INSTANCE_TYPE("Variable", variable_fields);
const struct type constraint_stay = INSTANCE_TYPE("StayConstraint", constraint_fields);
const struct type constraint_edit = INSTANCE_TYPE("EditConstraint", constraint_fields);
const struct type constraint_equal = INSTANCE_TYPE("EqualityConstraint", constraint_fields);
const struct type constraint_scale = INSTANCE_TYPE("ScaleConstraint", constraint_fields);

static const uint32_t variables_of[] = {CONSTRAINT_FIRST, CONSTRAINT_SECOND, CONSTRAINT_SCALE,
                                        CONSTRAINT_OFFSET};
enum { VARIABLES = sizeof(variables_of) / sizeof(variables_of[0]) };

rc_ref variable_new(struct thread *T, int64_t value)
{
    thread_safepoint(T);
    return instance_from(T, &constraint_variable,
                         (rc_ref[]){int_new(T, value), list_new(T, 0), none_ref(T), int_new(T, 0),
                                    int_new(T, WEAKEST), bool_ref(T, true)});
}

rc_ref constraint_new(struct thread *T, const struct type *type, enum strength strength,
                      const rc_loc variables[4])
{
    thread_safepoint(T);
    rc_ref fields[2 + VARIABLES] = {int_new(T, strength), int_new(T, UNSATISFIED)};
    for (size_t i = 0; i < VARIABLES; i++)
        fields[2 + i] =
            loc_is_null(variables[i]) ? none_ref(T) : rc_own(T, rc_dup(T, variables[i]));
    return instance_from(T, type, fields);
}

/* --- the graph ---------------------------------------------------------------------------------------------------- */

bool constraint_join(struct thread *T, rc_loc c)
{
    RC_FRAME(T, f, 3);
    enum { VARIABLE, LIST, SELF };
    f[SELF] = c;
    bool ok = true;
    for (size_t i = 0; ok && i < VARIABLES; i++) {
        thread_safepoint(T);
        f[VARIABLE] = instance_get(T, f[SELF], variables_of[i]);
        if (!loc_is_none(f[VARIABLE])) {
            f[LIST] = instance_get(T, f[VARIABLE], VARIABLE_CONSTRAINTS);
            ok = list_append(T, f[LIST], rc_own(T, rc_dup(T, f[SELF])));
        }
        cells_drop(T, f, 2);
    }
    rc_drop(T, cell_take(&f[SELF]));
    RC_LEAVE(T, f);
    return ok;
}

/* list.remove(item), the first of it */
static void remove_item(struct thread *T, rc_loc list, rc_loc item)
{
    RC_FRAME(T, f, 1);
    size_t length = list_length(T, list);
    size_t kept = 0;
    for (size_t i = 0; i < length; i++) {
        thread_safepoint(T);
        f[0] = list_get(T, list, i);
        bool found = kept == i && rc_get(f[0]) == rc_get(item);
        if (!found && kept++ != i)
            list_set(T, list, kept - 1, rc_own(T, cell_take(&f[0])));
        rc_drop(T, cell_take(&f[0]));
    }
    if (kept < length)
        rc_release(T, list_pop(T, list));
    RC_LEAVE(T, f);
}

void constraint_part(struct thread *T, rc_loc c)
{
    RC_FRAME(T, f, 3);
    enum { VARIABLE, LIST, SELF };
    f[SELF] = c;
    thread_safepoint(T);
    for (size_t i = 0; i < VARIABLES; i++) {
        thread_safepoint(T);
        f[VARIABLE] = instance_get(T, f[SELF], variables_of[i]);
        if (!loc_is_none(f[VARIABLE])) {
            f[LIST] = instance_get(T, f[VARIABLE], VARIABLE_CONSTRAINTS);
            remove_item(T, f[LIST], f[SELF]);
        }
        cells_drop(T, f, 2);
    }
    rc_drop(T, cell_take(&f[SELF]));
    RC_LEAVE(T, f);
}

rc_loc constraint_output(struct thread *T, rc_loc c)
{
    RC_FRAME(T, f, 2);
    enum { SELF, OUTPUT };
    f[SELF] = c;
    bool first =
        constraint_is_unary(f[SELF]) || field_int(T, f[SELF], CONSTRAINT_DIRECTION) == BACKWARD;
    f[OUTPUT] = instance_get(T, f[SELF], first ? CONSTRAINT_FIRST : CONSTRAINT_SECOND);
    rc_drop(T, cell_take(&f[SELF]));
    rc_loc output = cell_take(&f[OUTPUT]);
    RC_LEAVE(T, f);
    return output;
}

rc_loc constraint_input(struct thread *T, rc_loc c)
{
    RC_FRAME(T, f, 2);
    enum { SELF, INPUT };
    f[SELF] = c;
    bool first = field_int(T, f[SELF], CONSTRAINT_DIRECTION) == FORWARD;
    f[INPUT] = instance_get(T, f[SELF], first ? CONSTRAINT_FIRST : CONSTRAINT_SECOND);
    rc_drop(T, cell_take(&f[SELF]));
    rc_loc input = cell_take(&f[INPUT]);
    RC_LEAVE(T, f);
    return input;
}

/* --- choosing a direction ----------------------------------------------------------------------------------------- */

/* Whether a constraint of that strength may determine the variable. */
static bool may_determine(struct thread *T, int64_t strength, rc_loc variable, int64_t mark)
{
    return field_int(T, variable, VARIABLE_MARK) != mark &&
           strength < field_int(T, variable, VARIABLE_STRENGTH);
}

static enum direction choose_of_two(struct thread *T, int64_t strength, const rc_loc v[2],
                                    int64_t mark)
{
    if (field_int(T, v[0], VARIABLE_MARK) == mark)
        return may_determine(T, strength, v[1], mark) ? FORWARD : UNSATISFIED;
    if (field_int(T, v[1], VARIABLE_MARK) == mark)
        return may_determine(T, strength, v[0], mark) ? BACKWARD : UNSATISFIED;
    bool weaker = field_int(T, v[0], VARIABLE_STRENGTH) > field_int(T, v[1], VARIABLE_STRENGTH);
    if (!may_determine(T, strength, v[weaker ? 0 : 1], mark))
        return UNSATISFIED;
    return weaker ? BACKWARD : FORWARD;
}

void constraint_choose(struct thread *T, rc_loc c, int64_t mark)
{
    RC_FRAME(T, f, 3);
    enum { SELF = 2 };
    f[SELF] = c;
    thread_safepoint(T);
    int64_t strength = field_int(T, f[SELF], CONSTRAINT_STRENGTH);
    f[0] = instance_get(T, f[SELF], CONSTRAINT_FIRST);
    enum direction direction;
    if (constraint_is_unary(f[SELF])) {
        direction = may_determine(T, strength, f[0], mark) ? FORWARD : UNSATISFIED;
    } else {
        f[1] = instance_get(T, f[SELF], CONSTRAINT_SECOND);
        direction = choose_of_two(T, strength, f, mark);
    }
    field_set_int(T, f[SELF], CONSTRAINT_DIRECTION, direction); /* a shared int: there is memory */
    cells_drop(T, f, 3);
    RC_LEAVE(T, f);
}

/* --- what is read ------------------------------------------------------------------------------------------------- */

bool constraint_mark_inputs(struct thread *T, rc_loc c, int64_t mark)
{
    if (constraint_is_unary(c)) {
        rc_drop(T, c);
        return true;
    }
    RC_FRAME(T, f, 2);
    enum { SELF = 1 };
    f[SELF] = c;
    thread_safepoint(T);
    f[0] = constraint_input(T, rc_dup(T, f[SELF]));
    bool ok = field_set_int(T, f[0], VARIABLE_MARK, mark);
    for (uint32_t field = CONSTRAINT_SCALE; ok && field <= CONSTRAINT_OFFSET; field++) {
        cell_load(T, &f[0], f[SELF], field);
        ok = loc_is_none(f[0]) || field_set_int(T, f[0], VARIABLE_MARK, mark);
    }
    cells_drop(T, f, 2);
    RC_LEAVE(T, f);
    return ok;
}

bool constraint_knows_inputs(struct thread *T, rc_loc c, int64_t mark)
{
    if (constraint_is_unary(c)) {
        rc_drop(T, c);
        return true;
    }
    RC_FRAME(T, f, 3);
    enum { SELF = 2 };
    f[SELF] = c;
    thread_safepoint(T);
    f[0] = constraint_input(T, rc_dup(T, f[SELF]));
    bool known = field_int(T, f[0], VARIABLE_MARK) == mark || field_bool(T, f[0], VARIABLE_STAY);
    if (!known) {
        f[1] = instance_get(T, f[0], VARIABLE_DETERMINED);
        known = loc_is_none(f[1]);
    }
    cells_drop(T, f, 3);
    RC_LEAVE(T, f);
    return known;
}

/* --- what is computed --------------------------------------------------------------------------------------------- */

/* output = input * scale + offset, or the way back */
static int64_t scaled(struct thread *T, rc_loc c, int64_t value)
{
    RC_FRAME(T, f, 2);
    f[0] = instance_get(T, c, CONSTRAINT_SCALE);
    f[1] = instance_get(T, c, CONSTRAINT_OFFSET);
    int64_t scale = field_int(T, f[0], VARIABLE_VALUE);
    int64_t offset = field_int(T, f[1], VARIABLE_VALUE);
    bool forward = field_int(T, c, CONSTRAINT_DIRECTION) == FORWARD;
    cells_drop(T, f, 2);
    RC_LEAVE(T, f);
    return forward ? value * scale + offset : (value - offset) / scale;
}

bool constraint_execute(struct thread *T, rc_loc c)
{
    if (constraint_is_unary(c)) {
        rc_drop(T, c);
        return true;
    }
    RC_FRAME(T, f, 3);
    enum { INPUT, OUTPUT, SELF };
    f[SELF] = c;
    thread_safepoint(T);
    f[INPUT] = constraint_input(T, rc_dup(T, f[SELF]));
    f[OUTPUT] = constraint_output(T, rc_dup(T, f[SELF]));
    bool ok = true;
    if (obj_get(f[SELF])->type == &constraint_equal)
        field_copy(T, f[OUTPUT], VARIABLE_VALUE, f[INPUT], VARIABLE_VALUE);
    else
        ok = field_set_int(T, f[OUTPUT], VARIABLE_VALUE,
                           scaled(T, f[SELF], field_int(T, f[INPUT], VARIABLE_VALUE)));
    cells_drop(T, f, 3);
    RC_LEAVE(T, f);
    return ok;
}

/* Whether all that a binary constraint reads is constant. */
static bool reads_constants(struct thread *T, rc_loc c)
{
    RC_FRAME(T, f, 1);
    f[0] = constraint_input(T, rc_dup(T, c));
    bool constant = field_bool(T, f[0], VARIABLE_STAY);
    for (uint32_t field = CONSTRAINT_SCALE; constant && field <= CONSTRAINT_OFFSET; field++) {
        cell_load(T, &f[0], c, field);
        constant = loc_is_none(f[0]) || field_bool(T, f[0], VARIABLE_STAY);
    }
    cells_drop(T, f, 1);
    RC_LEAVE(T, f);
    return constant;
}

/* The weaker of its own strength and that of its input. */
static int64_t walk_strength(struct thread *T, rc_loc c)
{
    int64_t own = field_int(T, c, CONSTRAINT_STRENGTH);
    if (constraint_is_unary(c))
        return own;
    RC_FRAME(T, f, 1);
    f[0] = constraint_input(T, rc_dup(T, c));
    int64_t other = field_int(T, f[0], VARIABLE_STRENGTH);
    rc_drop(T, cell_take(&f[0]));
    RC_LEAVE(T, f);
    return own > other ? own : other;
}

bool constraint_recalculate(struct thread *T, rc_loc c)
{
    RC_FRAME(T, f, 2);
    enum { SELF = 1 };
    f[SELF] = c;
    thread_safepoint(T);
    f[0] = constraint_output(T, rc_dup(T, f[SELF]));
    bool stay =
        constraint_is_unary(f[SELF]) ? !constraint_is_input(f[SELF]) : reads_constants(T, f[SELF]);
    field_set_int(T, f[0], VARIABLE_STRENGTH, walk_strength(T, f[SELF])); /* a shared int */
    field_set_bool(T, f[0], VARIABLE_STAY, stay);
    bool ok = !stay || constraint_execute(T, cell_take(&f[SELF]));
    cells_drop(T, f, 2);
    RC_LEAVE(T, f);
    return ok;
}
