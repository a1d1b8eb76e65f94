/*
 * work_stealing: threads execute a graph of tasks, each from a deque of its own and, when that is empty, from others'.
 *
 * Task 0 stands at the beginning; task i waits for up to `waits` others among the `width` before it (bench/trial/task_graph.h).  To
 * execute it is to make and add up a list of `grain` floats, to deliver the result to each that waits, and to push those that wait for
 * nobody any more.  The tasks are made before the timed part, by one thread; they die in it, whoever executes them, for
 * only a task that others wait for is referred to by them.
 *
 * Idea: where tasks are stolen, so are their counts: an object made here is counted there, and dies in a third place.
 * A deque (bench/trial/deque.h) is bounded; what does not fit waits in a list of the thread's own.  Who finds nothing to
 * steal gives way, blocked, and looks again, until all tasks are executed.
 * Out of memory: all stop, and what is left dies with the deques.
 *
 * The result of a task is made of its number and the results that it waited for, in any order, so it does not depend on who executed
 * what.  Teardown finds that each task was executed exactly once, and compares the sum of the results with those of the
 * same graph computed in plain numbers.
 * Stresses: foreign owners, locks of small objects.  Settings: grain, width, waits.
 * Source: R. Blumofe, C. Leiserson, "Scheduling Multithreaded Computations by Work Stealing", JACM 1999.
 */
#include "bench/trial/countdown.h"
#include "bench/trial/deque.h"
#include "bench/trial/mix.h"
#include "bench/trial/task_graph.h"
#include "bench/workload.h"
#include "runtimes/object/float.h"
#include "runtimes/object/instance.h"
#include "runtimes/object/list.h"

#include <inttypes.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>

enum {
    TASKS = 300000,
    PLACES = 256, /* of a deque */
    GRAIN_MAX = 1000,
    WIDTH_MAX = 4096,
};

enum { SETTING_GRAIN, SETTING_WIDTH, SETTING_WAITS };

static const struct setting work_stealing_settings[] = {
    {"grain", "floats that a task makes", 16, 0, GRAIN_MAX, NULL},
    {"width", "how far back a task may wait for another", 512, 1, WIDTH_MAX, NULL},
    {"waits", "tasks that each waits for, at most", 2, 1, TASK_GRAPH_WAITS_MAX, NULL},
    {0},
};

struct scheduler {
    _Atomic uint64_t sum;
    _Alignas(64) _Atomic uint64_t left; /* tasks that are not executed */
    _Atomic unsigned char *executed;    /* how often, of each task */
    struct deque deque[];               /* one for each thread */
};

static struct task_graph graph_of(const struct workload_run *run)
{
    return (struct task_graph){TASKS / run->divisor, run->settings[SETTING_GRAIN],
                               run->settings[SETTING_WIDTH], run->settings[SETTING_WAITS]};
}

/* --- executing -------------------------------------------------------------------------------------- */

/* Where a thread stands. */
struct worker {
    struct thread *T;
    struct workload_run *run;
    struct scheduler *scheduler;
    struct task_graph graph;
    unsigned index;
    uint64_t tries; /* to steal */
    uint64_t sum;
    rc_loc *cells; /* of its frame */
};

enum { WORKER_DEQUES, WORKER_PLACES, WORKER_OWN, WORKER_CELLS };

/* The sum of `grain` floats that are made in a list and read again; false if there is no memory. */
static bool add_floats(struct worker *worker, uint64_t task, double *sum)
{
    struct thread *T = worker->T;
    RC_FRAME(T, f, 2);
    thread_safepoint(T);
    f[0] = rc_move(T, list_new(T, worker->graph.grain));
    bool ok = !loc_is_null(f[0]);
    for (uint64_t i = 0; ok && i < worker->graph.grain; i++) {
        thread_safepoint(T);
        rc_ref made = float_new(T, task_graph_float(task, i));
        ok = !ref_is_null(made) && list_append(T, f[0], made);
    }
    *sum = 0;
    for (size_t i = 0; ok && i < list_length(T, f[0]); i++) {
        thread_safepoint(T);
        f[1] = list_get(T, f[0], i);
        *sum += float_value(obj_get(f[1]));
        rc_drop(T, cell_take(&f[1]));
    }
    cells_drop(T, f, 2);
    RC_LEAVE(T, f);
    return ok;
}

/* Into the deque, or else the list; `task` is an argument. */
static void push_task(struct worker *worker, rc_loc task)
{
    struct thread *T = worker->T;
    RC_FRAME(T, f, 1);
    f[0] = task;
    thread_safepoint(T);
    rc_ref ref = rc_own(T, cell_take(&f[0]));
    struct deque *own = &worker->scheduler->deque[worker->index];
    if (!deque_push(T, own, worker->cells[WORKER_PLACES], ref) &&
        !list_append(T, worker->cells[WORKER_OWN], ref))
        workload_out_of_memory(worker->run);
    RC_LEAVE(T, f);
}

/* Tells all that wait for a task; `waiting` is an argument. */
static void deliver(struct worker *worker, rc_loc waiting, uint64_t result)
{
    struct thread *T = worker->T;
    bool failed = false;
    RC_FRAME(T, f, 3);
    f[0] = waiting;
    thread_safepoint(T);
    for (size_t i = 0; i < list_length(T, f[0]); i++) {
        thread_safepoint(T);
        f[1] = list_get(T, f[0], i);
        f[2] = instance_get(T, f[1], TASK_GRAPH_COUNTER);
        if (countdown_by(T, cell_take(&f[2]), result, &failed) == 0)
            push_task(worker, cell_take(&f[1]));
        else
            rc_drop(T, cell_take(&f[1]));
    }
    if (failed)
        workload_out_of_memory(worker->run);
    cells_drop(T, f, 3);
    RC_LEAVE(T, f);
}

/* What has been delivered to a task that waits for nobody any more, an argument. */
static uint64_t awaited_sum(struct worker *worker, rc_loc task)
{
    struct thread *T = worker->T;
    RC_FRAME(T, f, 2);
    f[0] = task;
    thread_safepoint(T);
    f[1] = instance_get(T, f[0], TASK_GRAPH_COUNTER);
    uint64_t sum = (uint64_t)field_int(T, f[1], COUNTDOWN_SUM);
    cells_drop(T, f, 2);
    RC_LEAVE(T, f);
    return sum;
}

/* Executes a task, an argument. */
static void execute(struct worker *worker, rc_loc task)
{
    struct thread *T = worker->T;
    RC_FRAME(T, f, 1);
    f[0] = task;
    thread_safepoint(T);
    const uint64_t number = (uint64_t)field_int(T, f[0], TASK_GRAPH_NUMBER);
    double floats;
    if (add_floats(worker, number, &floats)) {
        uint64_t result = task_graph_result(number, awaited_sum(worker, rc_dup(T, f[0])), floats);
        worker->sum += result * (number | 1);
        fetch_add_relaxed(&worker->scheduler->executed[number], 1);
        deliver(worker, instance_get(T, f[0], TASK_GRAPH_WAITING), result);
        fetch_sub_relaxed(&worker->scheduler->left, 1);
    } else {
        workload_out_of_memory(worker->run);
    }
    cells_drop(T, f, 1);
    RC_LEAVE(T, f);
}

/* From anybody, beginning anywhere; null if nobody has any. */
static rc_ref steal(struct worker *worker)
{
    struct thread *T = worker->T;
    const unsigned threads = worker->run->threads;
    const unsigned first =
        mix_below(mix64(worker->tries++ ^ (uint64_t)worker->index << 32), threads);
    rc_ref task = RC_NULL_REF;
    RC_FRAME(T, f, 1);
    for (unsigned i = 0; ref_is_null(task) && i < threads; i++) {
        const unsigned victim = (first + i) % threads;
        thread_safepoint(T);
        if (victim == worker->index || deque_length(&worker->scheduler->deque[victim]) == 0)
            continue;
        f[0] = list_get(T, worker->cells[WORKER_DEQUES], victim);
        task = deque_steal(T, &worker->scheduler->deque[victim], f[0]);
        rc_drop(T, cell_take(&f[0]));
    }
    RC_LEAVE(T, f);
    return task;
}

/* A task to execute; null if there is none now. */
static rc_ref find_task(struct worker *worker)
{
    struct thread *T = worker->T;
    thread_safepoint(T);
    struct deque *own = &worker->scheduler->deque[worker->index];
    rc_ref task = deque_pop(T, own, worker->cells[WORKER_PLACES]);
    if (ref_is_null(task))
        task = list_pop(T, worker->cells[WORKER_OWN]);
    return ref_is_null(task) ? steal(worker) : task;
}

static void give_way(struct thread *T)
{
    thread_block(T);
    sched_yield();
    thread_unblock(T);
}

static void work_off(struct worker *worker)
{
    struct thread *T = worker->T;
    RC_FRAME(T, f, 1);
    while (load_relaxed(&worker->scheduler->left) != 0 && !workload_failed(worker->run)) {
        thread_safepoint(T);
        f[0] = rc_move(T, find_task(worker));
        if (loc_is_null(f[0]))
            give_way(T);
        else
            execute(worker, cell_take(&f[0]));
    }
    RC_LEAVE(T, f);
}

static uint64_t work_stealing_work(struct thread *T, struct workload_run *run, unsigned index)
{
    RC_FRAME(T, f, WORKER_CELLS);
    struct worker worker = {.T = T,
                            .run = run,
                            .scheduler = run->input,
                            .graph = graph_of(run),
                            .index = index,
                            .cells = f};
    f[WORKER_DEQUES] = rc_load(T, NULL, &run->root);
    f[WORKER_PLACES] = list_get(T, f[WORKER_DEQUES], index);
    f[WORKER_OWN] = rc_move(T, list_new(T, 0));
    if (loc_is_null(f[WORKER_OWN]))
        workload_out_of_memory(run);
    else
        work_off(&worker);
    fetch_add_relaxed(&worker.scheduler->sum, worker.sum);
    cells_drop(T, f, WORKER_CELLS);
    RC_LEAVE(T, f);
    return worker.sum;
}

/* --- making the graph ------------------------------------------------------------------------------- */

/* Puts the first task into the first deque, whose list is an argument; the others are referred to by those that they wait for. */
static bool make_graph(struct thread *T, struct workload_run *run, rc_loc places)
{
    const struct task_graph graph = graph_of(run);
    struct scheduler *scheduler = run->input;
    RC_FRAME(T, f, 1);
    f[0] = places;
    rc_ref first = task_graph_new(T, &graph);
    bool ok = !ref_is_null(first) && deque_push(T, &scheduler->deque[0], f[0], first);
    cells_drop(T, f, 1);
    RC_LEAVE(T, f);
    return ok;
}

/* The lists of the deques, in run->root. */
static bool make_deques(struct thread *T, struct workload_run *run)
{
    RC_FRAME(T, f, 1);
    f[0] = rc_move(T, list_new(T, run->threads));
    bool ok = !loc_is_null(f[0]);
    for (unsigned i = 0; ok && i < run->threads; i++) {
        rc_ref places = deque_places(T, PLACES);
        ok = !ref_is_null(places) && list_append(T, f[0], places);
    }
    ok = ok && make_graph(T, run, list_get(T, f[0], 0));
    if (ok)
        rc_store(T, NULL, &run->root, rc_own(T, cell_take(&f[0])));
    cells_drop(T, f, 1);
    RC_LEAVE(T, f);
    return ok;
}

static struct scheduler *make_scheduler(const struct workload_run *run)
{
    const size_t bytes = sizeof(struct scheduler) + run->threads * sizeof(struct deque);
    struct scheduler *scheduler = aligned_alloc(_Alignof(struct scheduler), bytes);
    if (scheduler == NULL)
        return NULL;
    memset(scheduler, 0, bytes);
    store_relaxed(&scheduler->left, graph_of(run).tasks);
    scheduler->executed = calloc(graph_of(run).tasks, sizeof *scheduler->executed);
    if (scheduler->executed != NULL)
        return scheduler;
    free(scheduler);
    return NULL;
}

static bool work_stealing_setup(struct thread *T, struct workload_run *run)
{
    run->operations = graph_of(run).tasks;
    run->input = make_scheduler(run);
    bool ok = run->input != NULL && make_deques(T, run);
    if (!ok)
        snprintf(run->problem, sizeof(run->problem), "no memory for a graph of %" PRIu64 " tasks",
                 graph_of(run).tasks);
    return ok;
}

/* --- judging ---------------------------------------------------------------------------------------- */

static void validate(struct workload_run *run, const struct scheduler *scheduler)
{
    const struct task_graph graph = graph_of(run);
    for (uint64_t task = 0; task < graph.tasks; task++)
        if (load_relaxed(&scheduler->executed[task]) != 1) {
            snprintf(run->problem, sizeof(run->problem),
                     "task %" PRIu64 " should be executed once, and was %u times", task,
                     load_relaxed(&scheduler->executed[task]));
            return;
        }
    uint64_t *results = calloc(graph.tasks + 1, sizeof *results); /* never of nothing */
    if (results == NULL) {
        workload_out_of_memory(run);
        return;
    }
    const uint64_t sum = load_relaxed(&scheduler->sum);
    const uint64_t expected = task_graph_expected(&graph, results);
    free(results);
    if (sum != expected)
        snprintf(run->problem, sizeof(run->problem),
                 "the results should sum up to %" PRIu64 ", and come to %" PRIu64, expected, sum);
}

static uint64_t work_stealing_teardown(struct thread *T, struct workload_run *run)
{
    struct scheduler *scheduler = run->input;
    rc_store(T, NULL, &run->root, RC_NULL_REF);
    if (scheduler != NULL) {
        if (run->problem[0] == '\0' && !workload_failed(run))
            validate(run, scheduler);
        free((void *)(uintptr_t)scheduler->executed);
    }
    free(scheduler);
    run->input = NULL;
    return 0;
}

const struct workload workload_work_stealing = {
    .name = "work_stealing",
    .summary = "executes a graph of tasks from deques that threads steal from",
    .tags = "sharing",
    .source = "R. Blumofe, C. Leiserson, Scheduling Multithreaded Computations by Work Stealing, "
              "JACM 1999",
    .settings = work_stealing_settings,
    .heap = true,
    .bytes = 128 << 20,
    .setup = work_stealing_setup,
    .work = work_stealing_work,
    .teardown = work_stealing_teardown,
};
