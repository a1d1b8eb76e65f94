/* A graph of tasks made, and in plain numbers executed. */
#include "bench/trial/task_graph.h"

#include "bench/trial/countdown.h"
#include "bench/trial/field.h"
#include "runtimes/object/list.h"

static const char *const task_fields[] = {"number", "counter", "waiting"};
static const struct type task_type = INSTANCE_TYPE("Task", task_fields);

static unsigned waits_of(const struct task_graph *graph, uint64_t task)
{
    return task == 0 ? 0 : 1 + mix_below(mix64(task), (uint32_t)graph->waits);
}

/* The task that is the k-th one that `task` waits for. */
static uint64_t awaited_by(const struct task_graph *graph, uint64_t task, unsigned k)
{
    uint64_t reach = task < graph->width ? task : graph->width;
    return task - 1 - mix_below(mix64(task * TASK_GRAPH_WAITS_MAX + k + 1), (uint32_t)reach);
}

static rc_ref make_task(struct thread *T, const struct task_graph *graph, uint64_t number)
{
    thread_safepoint(T);
    rc_ref fields[] = {int_new(T, (int64_t)number), countdown_new(T, waits_of(graph, number)),
                       list_new(T, 0)};
    return instance_from(T, &task_type, fields);
}

/* `task`, number `number` of `tasks`, waits for others among these; false if there is no memory. */
static bool make_wait(struct thread *T, const struct task_graph *graph, rc_loc tasks,
                      uint64_t number)
{
    RC_FRAME(T, f, 3);
    enum { TASK, AWAITED, WAITING };
    bool ok = true;
    f[TASK] = list_get(T, tasks, number);
    for (unsigned k = 0; ok && k < waits_of(graph, number); k++) {
        thread_safepoint(T);
        f[AWAITED] = list_get(T, tasks, awaited_by(graph, number, k));
        f[WAITING] = instance_get(T, f[AWAITED], TASK_GRAPH_WAITING);
        ok = list_append(T, f[WAITING], rc_own(T, rc_dup(T, f[TASK])));
        rc_drop(T, cell_take(&f[WAITING]));
        rc_drop(T, cell_take(&f[AWAITED]));
    }
    cells_drop(T, f, 3);
    RC_LEAVE(T, f);
    return ok;
}

rc_ref task_graph_new(struct thread *T, const struct task_graph *graph)
{
    RC_FRAME(T, f, 2);
    enum { ALL, FIRST };
    f[ALL] = rc_move(T, list_new(T, graph->tasks));
    bool ok = !loc_is_null(f[ALL]);
    for (uint64_t i = 0; ok && i < graph->tasks; i++) {
        rc_ref task = make_task(T, graph, i);
        ok = !ref_is_null(task) && list_append(T, f[ALL], task) && make_wait(T, graph, f[ALL], i);
    }
    if (ok)
        f[FIRST] = list_get(T, f[ALL], 0);
    rc_ref first = ok ? rc_own(T, cell_take(&f[FIRST])) : RC_NULL_REF;
    cells_drop(T, f, 2);
    RC_LEAVE(T, f);
    return first;
}

uint64_t task_graph_expected(const struct task_graph *graph, uint64_t *results)
{
    uint64_t sum = 0;
    for (uint64_t task = 0; task < graph->tasks; task++) {
        uint64_t awaited = 0;
        for (unsigned k = 0; k < waits_of(graph, task); k++)
            awaited += results[awaited_by(graph, task, k)];
        double floats = 0;
        for (uint64_t i = 0; i < graph->grain; i++)
            floats += task_graph_float(task, i);
        results[task] = task_graph_result(task, awaited, floats);
        sum += results[task] * (task | 1);
    }
    return sum;
}
