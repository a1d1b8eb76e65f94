/*
 * Variables and the constraints between them, as objects: the matter of the planner (planner.h), which the workload deltablue runs.
 *
 * A constraint relates an output variable to none or one input; which of two variables is the output is its direction, or it
 * has none and is unsatisfied.  All kinds have the same fields, and what they do depends on their type:
 *   stay    its variable is as it was       edit    its variable is given from outside
 *   equal   two variables are the same      scale   second = first * scale + offset
 * A variable knows all constraints on it and a constraint its variables, so both are cyclic garbage when a planner is done.
 * Strengths are numbers, 0 the strongest.
 *
 * The constraint `c` of each method is an argument: the callee's.  The short questions, which a compiler would inline, borrow it.
 * What is returned is for a cell.
 */
#ifndef BENCH_TRIAL_CONSTRAINT_H
#define BENCH_TRIAL_CONSTRAINT_H

#include "bench/trial/field.h"

enum strength {
    REQUIRED,
    STRONG_PREFERRED,
    PREFERRED,
    STRONG_DEFAULT,
    NORMAL,
    WEAK_DEFAULT,
    WEAKEST
};
enum direction { BACKWARD = -1, UNSATISFIED = 0, FORWARD = 1 };

enum {
    VARIABLE_VALUE,
    VARIABLE_CONSTRAINTS,
    VARIABLE_DETERMINED,
    VARIABLE_MARK,
    VARIABLE_STRENGTH,
    VARIABLE_STAY
};
enum {
    CONSTRAINT_STRENGTH,
    CONSTRAINT_DIRECTION,
    CONSTRAINT_FIRST,
    CONSTRAINT_SECOND,
    CONSTRAINT_SCALE,
    CONSTRAINT_OFFSET
};

extern const struct type constraint_variable;
extern const struct type constraint_stay;
extern const struct type constraint_edit;
extern const struct type constraint_equal;
extern const struct type constraint_scale;

/* A variable that nothing determines; null if there is no memory. */
rc_ref variable_new(struct thread *T, int64_t value);

/* A constraint that is not yet added; `variables` are four cells: first, second, scale, offset, or as many null ones as its type
 * does not have.  Null if there is no memory. */
rc_ref constraint_new(struct thread *T, const struct type *type, enum strength strength,
                      const rc_loc variables[4]);

static inline bool constraint_is_unary(rc_loc c)
{
    const struct type *type = obj_get(c)->type;
    return type == &constraint_stay || type == &constraint_edit;
}

static inline bool constraint_is_input(rc_loc c) { return obj_get(c)->type == &constraint_edit; }

static inline bool constraint_is_satisfied(struct thread *T, rc_loc c)
{
    return field_int(T, c, CONSTRAINT_DIRECTION) != UNSATISFIED;
}

/* --- methods --- */

/* Puts it on, and takes it off, the lists of its variables.  False if there is no memory. */
bool constraint_join(struct thread *T, rc_loc c);
void constraint_part(struct thread *T, rc_loc c);

rc_loc constraint_output(struct thread *T, rc_loc c);

/* Of a satisfied one that is not unary. */
rc_loc constraint_input(struct thread *T, rc_loc c);

/* Decides on a direction, given which variables the planner has come by. */
void constraint_choose(struct thread *T, rc_loc c, int64_t mark);

/* Marks what it reads. */
bool constraint_mark_inputs(struct thread *T, rc_loc c, int64_t mark);

/* Whether what it reads is marked, constant or determined by nothing. */
bool constraint_knows_inputs(struct thread *T, rc_loc c, int64_t mark);

/* Computes the output's strength, whether it is constant, and if so its value.  False if there is no memory. */
bool constraint_recalculate(struct thread *T, rc_loc c);

/* Computes the output's value.  False if there is no memory. */
bool constraint_execute(struct thread *T, rc_loc c);

#endif
