/*
 * The planner of an incremental solver for hierarchies of constraints: DeltaBlue.
 *
 * Idea: constraints are added and removed one at a time, and after each the variables are as well determined as can be: no satisfied
 * constraint could give way to a stronger one (locally predicate better).  Each variable knows the strength of what would have to be
 * given up to determine it otherwise (its walkabout strength), so a constraint finds without a search whether it can be satisfied.
 * A plan is the list of constraints to execute, in order, when the values of some variables change.
 * Source: B. Freeman-Benson, J. Maloney, "The DeltaBlue Algorithm: An Incremental Constraint Hierarchy Solver", IEEE PCCC 1989; the
 * object-oriented form by J. Maloney and M. Wolczko.
 *
 * Every constraint and list that a function here is given is an argument: the callee's.  Out of memory is noted in `failed`, and
 * all that follows ends early; a constraint that must hold and cannot, in `broken`.
 */
#ifndef BENCH_TRIAL_PLANNER_H
#define BENCH_TRIAL_PLANNER_H

#include "bench/trial/constraint.h"

/* Zero-initialised, but for T. */
struct planner {
    struct thread *T;
    int64_t mark; /* the last one given */
    bool failed;
    bool broken;
};

/* Adds a constraint to the graph and satisfies it, if it can be. */
void planner_add(struct planner *p, rc_loc c);

/* Takes a constraint out of the graph, so that others may be satisfied. */
void planner_remove(struct planner *p, rc_loc c);

/* The plan for the constraints of a list whose variables are given from outside: a list; null if there is no memory. */
rc_ref planner_extract(struct planner *p, rc_loc sources);

/* Executes a plan. */
void planner_execute(struct planner *p, rc_loc plan);

#endif
