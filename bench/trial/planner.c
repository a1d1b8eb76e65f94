/* Adding, removing and planning. */
#include "bench/trial/planner.h"

#include "runtimes/object/list.h"

static int64_t new_mark(struct planner *p) { return ++p->mark; }

static void check(struct planner *p, bool ok)
{
    if (!ok)
        p->failed = true;
}

/* list.append(item), which is borrowed */
static void append(struct planner *p, rc_loc list, rc_loc item)
{
    struct thread *T = p->T;
    check(p, list_append(T, list, rc_own(T, rc_dup(T, item))));
}

static rc_loc new_list(struct planner *p)
{
    rc_ref list = list_new(p->T, 0);
    check(p, !ref_is_null(list));
    return rc_move(p->T, list);
}

static bool is_marked(struct thread *T, rc_loc variable, int64_t mark)
{
    return field_int(T, variable, VARIABLE_MARK) == mark;
}

static void unsatisfy(struct thread *T, rc_loc c)
{
    field_set_int(T, c, CONSTRAINT_DIRECTION, UNSATISFIED); /* a shared int: there is memory */
}

/* Whether constraint `c` of a variable that `determining` determines reads that variable. */
static bool consumes(struct thread *T, rc_loc c, rc_loc determining)
{
    return rc_get(c) != rc_get(determining) && constraint_is_satisfied(T, c);
}

/* Appends to `list` each constraint that reads `variable`. */
static void append_consumers(struct planner *p, rc_loc variable, rc_loc list)
{
    struct thread *T = p->T;
    RC_FRAME(T, f, 5);
    enum { VARIABLE, LIST, ALL, DETERMINING, ITEM };
    f[VARIABLE] = variable;
    f[LIST] = list;
    thread_safepoint(T);
    f[ALL] = instance_get(T, f[VARIABLE], VARIABLE_CONSTRAINTS);
    f[DETERMINING] = instance_get(T, f[VARIABLE], VARIABLE_DETERMINED);
    for (size_t i = 0; !p->failed && i < list_length(T, f[ALL]); i++) {
        thread_safepoint(T);
        f[ITEM] = list_get(T, f[ALL], i);
        if (consumes(T, f[ITEM], f[DETERMINING]))
            append(p, f[LIST], f[ITEM]);
        rc_drop(T, cell_take(&f[ITEM]));
    }
    cells_drop(T, f, 5);
    RC_LEAVE(T, f);
}

/* --- removing ----------------------------------------------------------------------------------------------------- */

/* Recalculates each constraint that reads `variable`, and appends its output to `todo`; appends the unsatisfied ones to `lost`. */
static void remove_from_one(struct planner *p, rc_loc variable, rc_loc todo, rc_loc lost)
{
    struct thread *T = p->T;
    RC_FRAME(T, f, 6);
    enum { AHEAD, LOST, ALL, DETERMINING, ITEM, OUTPUT };
    f[AHEAD] = todo;
    f[LOST] = lost;
    f[ALL] = variable;
    thread_safepoint(T);
    f[DETERMINING] = instance_get(T, f[ALL], VARIABLE_DETERMINED);
    cell_load(T, &f[ALL], f[ALL], VARIABLE_CONSTRAINTS);
    for (size_t i = 0; !p->failed && i < list_length(T, f[ALL]); i++) {
        thread_safepoint(T);
        f[ITEM] = list_get(T, f[ALL], i);
        if (!constraint_is_satisfied(T, f[ITEM])) {
            append(p, f[LOST], f[ITEM]);
        } else if (rc_get(f[ITEM]) != rc_get(f[DETERMINING])) {
            check(p, constraint_recalculate(T, rc_dup(T, f[ITEM])));
            f[OUTPUT] = constraint_output(T, rc_dup(T, f[ITEM]));
            append(p, f[AHEAD], f[OUTPUT]);
            rc_drop(T, cell_take(&f[OUTPUT]));
        }
        rc_drop(T, cell_take(&f[ITEM]));
    }
    cells_drop(T, f, 6);
    RC_LEAVE(T, f);
}

/* `variable`, an argument, is determined by nothing any more, and what depends on it is recalculated.  The unsatisfied constraints
 * that were met. */
static rc_ref remove_from(struct planner *p, rc_loc variable)
{
    struct thread *T = p->T;
    RC_FRAME(T, f, 3);
    enum { VARIABLE, AHEAD, LOST };
    f[VARIABLE] = variable;
    thread_safepoint(T);
    instance_set(T, f[VARIABLE], VARIABLE_DETERMINED, none_ref(T));
    field_set_int(T, f[VARIABLE], VARIABLE_STRENGTH, WEAKEST);
    field_set_bool(T, f[VARIABLE], VARIABLE_STAY, true);
    f[LOST] = new_list(p);
    f[AHEAD] = new_list(p);
    if (!p->failed)
        append(p, f[AHEAD], f[VARIABLE]);
    while (!p->failed && list_length(T, f[AHEAD]) > 0) {
        thread_safepoint(T);
        cell_set(T, &f[VARIABLE], rc_move(T, list_pop(T, f[AHEAD])));
        remove_from_one(p, cell_take(&f[VARIABLE]), rc_dup(T, f[AHEAD]), rc_dup(T, f[LOST]));
    }
    rc_ref lost = rc_own(T, cell_take(&f[LOST]));
    cells_drop(T, f, 3);
    RC_LEAVE(T, f);
    return lost;
}

static void satisfy_all(struct planner *p, rc_loc c);

/* Satisfies what it can of `lost`, the strongest first. */
static void restore(struct planner *p, rc_loc lost)
{
    struct thread *T = p->T;
    RC_FRAME(T, f, 2);
    f[0] = lost;
    thread_safepoint(T);
    for (enum strength strength = REQUIRED; strength < WEAKEST; strength++)
        for (size_t i = 0; !p->failed && i < list_length(T, f[0]); i++) {
            thread_safepoint(T);
            f[1] = list_get(T, f[0], i);
            if (field_int(T, f[1], CONSTRAINT_STRENGTH) == (int64_t)strength)
                satisfy_all(p, cell_take(&f[1]));
            rc_drop(T, cell_take(&f[1]));
        }
    cells_drop(T, f, 2);
    RC_LEAVE(T, f);
}

void planner_remove(struct planner *p, rc_loc c)
{
    struct thread *T = p->T;
    RC_FRAME(T, f, 3);
    enum { SELF, OUTPUT, LOST };
    f[SELF] = c;
    thread_safepoint(T);
    if (constraint_is_satisfied(T, f[SELF])) {
        f[OUTPUT] = constraint_output(T, rc_dup(T, f[SELF]));
        unsatisfy(T, f[SELF]);
        constraint_part(T, cell_take(&f[SELF]));
        f[LOST] = rc_move(T, remove_from(p, cell_take(&f[OUTPUT])));
        if (!p->failed)
            restore(p, cell_take(&f[LOST]));
    } else {
        constraint_part(T, cell_take(&f[SELF]));
    }
    cells_drop(T, f, 3);
    RC_LEAVE(T, f);
}

/* --- adding ------------------------------------------------------------------------------------------------------- */

/* Recalculates what depends on a constraint that has just been satisfied.  False if it depends on itself. */
static bool propagate(struct planner *p, rc_loc c, int64_t mark)
{
    struct thread *T = p->T;
    RC_FRAME(T, f, 3);
    enum { AHEAD, NEXT, OUTPUT };
    f[NEXT] = c;
    thread_safepoint(T);
    bool acyclic = true;
    f[AHEAD] = new_list(p);
    if (!p->failed)
        append(p, f[AHEAD], f[NEXT]);
    while (!p->failed && acyclic && list_length(T, f[AHEAD]) > 0) {
        thread_safepoint(T);
        cell_set(T, &f[NEXT], rc_move(T, list_pop(T, f[AHEAD])));
        f[OUTPUT] = constraint_output(T, rc_dup(T, f[NEXT]));
        acyclic = !is_marked(T, f[OUTPUT], mark);
        if (acyclic) {
            check(p, constraint_recalculate(T, cell_take(&f[NEXT])));
            append_consumers(p, rc_dup(T, f[OUTPUT]), rc_dup(T, f[AHEAD]));
        }
        rc_drop(T, cell_take(&f[OUTPUT]));
    }
    cells_drop(T, f, 3);
    RC_LEAVE(T, f);
    return acyclic;
}

/* The constraint, just satisfied, determines its output from now on.  The one that did before, or None. */
static rc_ref take_over(struct planner *p, rc_loc c, int64_t mark)
{
    struct thread *T = p->T;
    RC_FRAME(T, f, 3);
    enum { SELF, OUTPUT, OVERRIDDEN };
    f[SELF] = c;
    thread_safepoint(T);
    check(p, constraint_mark_inputs(T, rc_dup(T, f[SELF]), mark));
    f[OUTPUT] = constraint_output(T, rc_dup(T, f[SELF]));
    f[OVERRIDDEN] = instance_get(T, f[OUTPUT], VARIABLE_DETERMINED);
    if (!loc_is_none(f[OVERRIDDEN]))
        unsatisfy(T, f[OVERRIDDEN]);
    instance_set(T, f[OUTPUT], VARIABLE_DETERMINED, rc_own(T, rc_dup(T, f[SELF])));
    if (!propagate(p, cell_take(&f[SELF]), mark))
        p->broken = true;
    check(p, field_set_int(T, f[OUTPUT], VARIABLE_MARK, mark));
    rc_ref overridden = rc_own(T, cell_take(&f[OVERRIDDEN]));
    cells_drop(T, f, 3);
    RC_LEAVE(T, f);
    return overridden;
}

/* Satisfies a constraint, if it can be.  The constraint that had to give way, or None. */
static rc_ref satisfy(struct planner *p, rc_loc c, int64_t mark)
{
    struct thread *T = p->T;
    RC_FRAME(T, f, 1);
    f[0] = c;
    thread_safepoint(T);
    constraint_choose(T, rc_dup(T, f[0]), mark);
    rc_ref overridden;
    if (constraint_is_satisfied(T, f[0])) {
        overridden = take_over(p, cell_take(&f[0]), mark);
    } else {
        if (field_int(T, f[0], CONSTRAINT_STRENGTH) == REQUIRED)
            p->broken = true;
        overridden = none_ref(T);
    }
    cells_drop(T, f, 1);
    RC_LEAVE(T, f);
    return overridden;
}

/* Satisfies a constraint, then the one that gave way, and so on. */
static void satisfy_all(struct planner *p, rc_loc c)
{
    struct thread *T = p->T;
    RC_FRAME(T, f, 1);
    f[0] = c;
    int64_t mark = new_mark(p);
    while (!p->failed && !p->broken && !loc_is_none(f[0])) {
        thread_safepoint(T);
        f[0] = rc_move(T, satisfy(p, cell_take(&f[0]), mark));
    }
    cells_drop(T, f, 1);
    RC_LEAVE(T, f);
}

void planner_add(struct planner *p, rc_loc c)
{
    struct thread *T = p->T;
    RC_FRAME(T, f, 1);
    f[0] = c;
    thread_safepoint(T);
    check(p, constraint_join(T, rc_dup(T, f[0])));
    if (!p->failed)
        satisfy_all(p, cell_take(&f[0]));
    cells_drop(T, f, 1);
    RC_LEAVE(T, f);
}

/* --- plans -------------------------------------------------------------------------------------------------------- */

/* Puts a constraint into the plan, if it is ready and not there yet, and what reads its output on `todo`. */
static void plan_one(struct planner *p, rc_loc c, rc_loc plan, rc_loc todo, int64_t mark)
{
    struct thread *T = p->T;
    RC_FRAME(T, f, 4);
    enum { SELF, PLAN, AHEAD, OUTPUT };
    f[SELF] = c;
    f[PLAN] = plan;
    f[AHEAD] = todo;
    thread_safepoint(T);
    f[OUTPUT] = constraint_output(T, rc_dup(T, f[SELF]));
    if (!is_marked(T, f[OUTPUT], mark) && constraint_knows_inputs(T, rc_dup(T, f[SELF]), mark)) {
        append(p, f[PLAN], f[SELF]);
        check(p, field_set_int(T, f[OUTPUT], VARIABLE_MARK, mark));
        append_consumers(p, cell_take(&f[OUTPUT]), cell_take(&f[AHEAD]));
    }
    cells_drop(T, f, 4);
    RC_LEAVE(T, f);
}

/* The plan that begins with the constraints on `todo`, which is used up. */
static rc_ref make_plan(struct planner *p, rc_loc todo)
{
    struct thread *T = p->T;
    RC_FRAME(T, f, 3);
    enum { AHEAD, PLAN, NEXT };
    f[AHEAD] = todo;
    thread_safepoint(T);
    int64_t mark = new_mark(p);
    f[PLAN] = new_list(p);
    while (!p->failed && list_length(T, f[AHEAD]) > 0) {
        thread_safepoint(T);
        f[NEXT] = rc_move(T, list_pop(T, f[AHEAD]));
        plan_one(p, cell_take(&f[NEXT]), rc_dup(T, f[PLAN]), rc_dup(T, f[AHEAD]), mark);
    }
    rc_ref plan = p->failed ? RC_NULL_REF : rc_own(T, cell_take(&f[PLAN]));
    cells_drop(T, f, 3);
    RC_LEAVE(T, f);
    return plan;
}

rc_ref planner_extract(struct planner *p, rc_loc sources)
{
    struct thread *T = p->T;
    RC_FRAME(T, f, 3);
    enum { SOURCES, AHEAD, ITEM };
    f[SOURCES] = sources;
    thread_safepoint(T);
    f[AHEAD] = new_list(p);
    for (size_t i = 0; !p->failed && i < list_length(T, f[SOURCES]); i++) {
        thread_safepoint(T);
        f[ITEM] = list_get(T, f[SOURCES], i);
        if (constraint_is_input(f[ITEM]) && constraint_is_satisfied(T, f[ITEM]))
            append(p, f[AHEAD], f[ITEM]);
        rc_drop(T, cell_take(&f[ITEM]));
    }
    rc_ref plan = p->failed ? RC_NULL_REF : make_plan(p, cell_take(&f[AHEAD]));
    cells_drop(T, f, 3);
    RC_LEAVE(T, f);
    return plan;
}

void planner_execute(struct planner *p, rc_loc plan)
{
    struct thread *T = p->T;
    RC_FRAME(T, f, 2);
    f[0] = plan;
    thread_safepoint(T);
    for (size_t i = 0; !p->failed && i < list_length(T, f[0]); i++) {
        thread_safepoint(T);
        f[1] = list_get(T, f[0], i);
        check(p, constraint_execute(T, cell_take(&f[1])));
    }
    cells_drop(T, f, 2);
    RC_LEAVE(T, f);
}
