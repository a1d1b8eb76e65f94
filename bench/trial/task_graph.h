/*
 * A graph of tasks, each of which waits for results of others.
 *
 *   Task(number, counter, waiting)        what it still waits for (countdown.h), and the list of those that wait for it
 *
 * Task 0 waits for nobody; every other for 1 to `waits` of the `width` before it, one of which may count twice.  To execute a task
 * is to make `grain` floats; its result is made of its number, their sum, and the results that it waited for, in any order, so it does
 * not depend on who executed what.  What task i is like depends on i and the graph's numbers alone.
 *
 * Invariant: a task is referred to by those that it waits for, as often as it waits for them; so all hang from task 0, and whoever
 * executes the last that it waits for has the only reference.
 */
#ifndef BENCH_TRIAL_TASK_GRAPH_H
#define BENCH_TRIAL_TASK_GRAPH_H

#include "bench/trial/mix.h"
#include "runtimes/thread.h"

enum { TASK_GRAPH_WAITS_MAX = 8, TASK_GRAPH_RESULT_BITS = 40 };

/* The fields of a task. */
enum { TASK_GRAPH_NUMBER, TASK_GRAPH_COUNTER, TASK_GRAPH_WAITING };

/* What a graph is like. */
struct task_graph {
    uint64_t tasks; /* at least 1 */
    uint64_t grain;
    uint64_t width;
    uint64_t waits; /* at most TASK_GRAPH_WAITS_MAX */
};

/* Float i of those that a task makes. */
static inline double task_graph_float(uint64_t task, uint64_t i)
{
    return (double)(mix64(task ^ i << 32) >> 40);
}

/* The result of a task, from the sums of the results that it awaited and of its floats. */
static inline uint64_t task_graph_result(uint64_t task, uint64_t awaited, double sum)
{
    return mix64(task + mix64(awaited + (uint64_t)sum)) >> (64 - TASK_GRAPH_RESULT_BITS);
}

/* Makes all tasks.  The first of them; null if there is no memory. */
rc_ref task_graph_new(struct thread *T, const struct task_graph *graph);

/* The sum of all results, each weighed by its task's number | 1, computed in the order of the tasks; `results` has room for
 * them. */
uint64_t task_graph_expected(const struct task_graph *graph, uint64_t *results);

#endif
