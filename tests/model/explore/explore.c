/* Threads, schedules, searches and the command line. */
#include "tests/model/explore/explore.h"

#include "tests/model/explore/image.h"
#include "tests/model/explore/machine.h"
#include "tests/model/explore/memory.h"
#include "tests/model/explore/races.h"
#include "tests/model/explore/search.h"
#include "tests/model/explore/visible.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { SIGNAL_STACK_BYTES = 256 * 1024 };

enum thread_state { READY, ASLEEP, ENDED };

struct thread {
    enum thread_state state;
    struct op op; /* READY: what it does next;  ASLEEP: what it sleeps on */
};

static struct {
    const struct model *model;
    unsigned count;
    struct thread threads[COROUTINES];
    unsigned running; /* a thread, or COROUTINE_MAIN */
    bool is_starting; /* threads run to their first step, one after the other */
    uint64_t schedules, redundant, steps;
} * explorer;

bool explore_is_running(void) { return explorer != NULL && explorer->running != COROUTINE_MAIN; }

unsigned explore_thread(void) { return explorer->running; }

unsigned explore_look(void)
{
    unsigned self = explorer->running;
    explorer->running = COROUTINE_MAIN;
    return self;
}

void explore_look_away(unsigned thread) { explorer->running = thread; }

/* --- switching ----------------------------------------------------------------------------------------------------- */

static void switch_to(unsigned thread)
{
    unsigned from = explorer->running;
    if (thread == from)
        return;
    explorer->running = thread;
    coroutine_switch(from, thread);
}

static bool is_ready(const struct op *op)
{
    unsigned self = explore_look();
    bool ready = op->ready == NULL || op->ready(op->object);
    explore_look_away(self);
    return ready;
}

static struct search_state state_now(unsigned last)
{
    struct search_state state = {.running = last};
    for (unsigned i = 0; i < explorer->count; i++) {
        const struct thread *thread = &explorer->threads[i];
        state.ops[i] = &thread->op;
        if (thread->state == READY && is_ready(&thread->op))
            state.enabled |= 1U << i;
    }
    return state;
}

static void fail_deadlocked(void)
{
    char who[256] = "";
    for (unsigned i = 0; i < explorer->count; i++)
        if (explorer->threads[i].state != ENDED)
            snprintf(who + strlen(who), sizeof who - strlen(who), "%s %s%s",
                     *who == '\0' ? "" : ",", explorer->model->threads[i],
                     explorer->threads[i].state == ASLEEP ? " (asleep)" : "");
    report_failure("deadlock: nobody wakes%s", who);
}

static bool all_have_ended(void)
{
    unsigned ended = 0;
    for (unsigned i = 0; i < explorer->count; i++)
        ended += explorer->threads[i].state == ENDED;
    return ended == explorer->count;
}

/* Continues whoever takes the next step; main, when there is none or the schedule is given up. */
static void go_on(unsigned last)
{
    if (all_have_ended()) {
        switch_to(COROUTINE_MAIN);
        return;
    }
    struct search_state state = state_now(last);
    if (state.enabled == 0)
        fail_deadlocked();
    unsigned thread = search_thread(&state);
    explorer->redundant += thread == SEARCH_REDUNDANT;
    switch_to(thread);
}

/* --- steps --------------------------------------------------------------------------------------------------------- */

static void wait_for_turn(const struct op *op)
{
    unsigned self = explorer->running;
    explorer->threads[self].op = *op;
    if (explorer->is_starting)
        switch_to(COROUTINE_MAIN);
    else
        go_on(self);
}

static void sleep_on(const struct op *op)
{
    unsigned self = explorer->running;
    explorer->threads[self].state = ASLEEP;
    explorer->threads[self].op = *op;
    go_on(self);
    report_step(self, &explorer->threads[self].op, (struct visible_outcome){0, 0}, 0);
}

static void wake(const struct op *op)
{
    uint64_t left = op->operand;
    for (unsigned i = 0; i < explorer->count && left > 0; i++) {
        struct thread *thread = &explorer->threads[i];
        if (thread->state != ASLEEP || thread->op.object != op->object)
            continue;
        thread->state = READY;
        thread->op = (struct op){.kind = OP_RESUME, .place = thread->op.place};
        left--;
    }
}

uint64_t explore_step(const struct op *op)
{
    wait_for_turn(op);
    unsigned self = explorer->running;
    explorer->steps++;
    unsigned choice = search_choice(visible_choices(self, op));
    struct visible_outcome outcome = visible_perform(self, op, choice);
    report_step(self, op, outcome, choice);
    if (op->kind != OP_AWAIT && op->kind < OP_SLEEP)
        memory_touch_atomic(op);
    visible_tick(self);
    if (op->kind == OP_SLEEP && outcome.before == op->expected)
        sleep_on(op);
    else if (op->kind == OP_WAKE)
        wake(op);
    return outcome.before;
}

void explore_await(void *object, bool (*ready)(const void *object))
{
    struct op op = {.kind = OP_AWAIT,
                    .object = object,
                    .size = 1,
                    .ready = ready,
                    .place = __builtin_return_address(0)};
    explore_step(&op);
}

/* --- schedules ----------------------------------------------------------------------------------------------------- */

static void run_thread(void)
{
    unsigned self = explorer->running;
    explorer->model->run[self]();
    machine_exit_thread();
    explorer->threads[self].state = ENDED;
    if (explorer->is_starting)
        switch_to(COROUTINE_MAIN);
    else
        go_on(self);
    abort(); /* nobody continues it */
}

static void start_threads(void)
{
    explorer->is_starting = true;
    for (unsigned i = 0; i < explorer->count; i++) {
        explorer->threads[i].state = READY;
        coroutine_prepare(i, run_thread);
        switch_to(i);
    }
    explorer->is_starting = false;
}

static void run_schedule(void)
{
    const struct model *model = explorer->model;
    uint64_t redundant = explorer->redundant;
    image_restore();
    machine_begin();
    visible_begin();
    races_begin();
    report_begin();
    search_begin_schedule();
    explorer->running = COROUTINE_MAIN;
    if (model->setup != NULL)
        model->setup();
    start_threads();
    go_on(COROUTINE_MAIN);
    explorer->schedules++;
    if (explorer->redundant == redundant && model->finish != NULL)
        model->finish();
}

/* --- searches ------------------------------------------------------------------------------------------------------ */

static void run_search(struct bound bound)
{
    search_begin(bound);
    do
        run_schedule();
    while (search_advance());
}

static bool is_last(struct bound bound) { return bound.preemptions == 0 && bound.old_reads == 0; }

static void run_searches(const struct bound *bounds)
{
    run_search((struct bound){0, 0});
    for (unsigned i = 0; i < EXPLORE_BOUNDS && !is_last(bounds[i]); i++)
        run_search(bounds[i]);
}

static double seconds_now(void)
{
    struct timespec now;
    report_unless(clock_gettime(CLOCK_MONOTONIC, &now) == 0, "clock_gettime");
    return (double)now.tv_sec + 1e-9 * (double)now.tv_nsec;
}

static void print_bounds(const struct bound *bounds)
{
    for (unsigned i = 0; i < EXPLORE_BOUNDS && !is_last(bounds[i]); i++) {
        printf(i == 0 ? "" : " ");
        if (bounds[i].preemptions == EXPLORE_ALL)
            printf("all,%u", bounds[i].old_reads);
        else
            printf("%u,%u", bounds[i].preemptions, bounds[i].old_reads);
    }
}

static void print_result(const struct bound *bounds, double seconds)
{
    printf("%llu schedules (bounds ",
           (unsigned long long)(explorer->schedules - explorer->redundant));
    print_bounds(bounds);
    printf("), %llu steps, %.1f s\n", (unsigned long long)explorer->steps, seconds);
}

static int replay(const char *schedule)
{
    search_begin((struct bound){EXPLORE_ALL, 0});
    while (*schedule != '\0') {
        unsigned thread = (unsigned)(*schedule++ - 'a');
        char *end = NULL;
        bool counted = *schedule >= '0' && *schedule <= '9';
        unsigned long run = counted ? strtoul(schedule, &end, 10) : 1;
        schedule = counted ? end : schedule;
        unsigned long choice = *schedule == '~' ? strtoul(schedule + 1, &end, 10) : 0;
        schedule = *schedule == '~' ? end : schedule;
        if (thread >= explorer->count || run == 0)
            report_failure("no schedule of this model from \"%s\" on", schedule);
        for (unsigned long i = 1; i <= run; i++)
            search_force(thread, i == run ? (unsigned)choice : 0);
    }
    run_schedule();
    report_table();
    printf("no error\n");
    return 0;
}

static bool read_bound(const char *text, struct bound *bound)
{
    char preemptions[8];
    if (sscanf(text, "%7[0-9a-z],%u", preemptions, &bound->old_reads) !=
        2) /* NOLINT(cert-err34-c) */
        return false;
    bound->preemptions =
        strcmp(preemptions, "all") == 0 ? EXPLORE_ALL : (unsigned)strtoul(preemptions, NULL, 10);
    return true;
}

static void fail_by_signal(int signal) { report_failure("signal %d", signal); }

/* On a stack of its own, in case that a thread's is full. */
static void catch_signals(void)
{
    stack_t stack = {.ss_size = SIGNAL_STACK_BYTES, .ss_sp = image_keep(SIGNAL_STACK_BYTES)};
    report_unless(sigaltstack(&stack, NULL) == 0, "sigaltstack");
    struct sigaction action = {.sa_handler = fail_by_signal, .sa_flags = SA_ONSTACK};
    static const int signals[] = {SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGABRT};
    for (unsigned i = 0; i < sizeof signals / sizeof *signals; i++)
        report_unless(sigaction(signals[i], &action, NULL) == 0, "sigaction");
}

static void init(void)
{
    explorer = image_keep(sizeof *explorer);
    explorer->running = COROUTINE_MAIN;
    coroutines_init();
    visible_init();
    races_init();
    report_init();
    search_init();
    machine_init();
    catch_signals();
}

static void prepare(const struct model *model)
{
    if (explorer == NULL)
        init();
    explorer->model = model;
    explorer->count = 0;
    while (explorer->count < COROUTINES && model->run[explorer->count] != NULL)
        explorer->count++;
    report_threads(model->threads);
    image_take();
}

uint64_t explore_search(const struct model *model, struct bound bound)
{
    prepare(model);
    uint64_t before = explorer->schedules - explorer->redundant;
    run_search(bound);
    image_restore();
    return explorer->schedules - explorer->redundant - before;
}

int explore(int argc, char **argv, const struct model *model)
{
    struct bound only[EXPLORE_BOUNDS] = {{0, 0}};
    bool one_search =
        argc == 2 && strncmp(argv[1], "--bound=", 8) == 0 && read_bound(argv[1] + 8, &only[0]);
    bool is_replay = argc == 2 && strncmp(argv[1], "--replay=", 9) == 0;
    if (argc > 1 && !one_search && !is_replay) {
        fprintf(stderr, "usage: %s [--replay=SCHEDULE | --bound=PREEMPTIONS,OLD_READS]\n", argv[0]);
        return 2;
    }
    prepare(model);
    if (is_replay)
        return replay(argv[1] + 9);
    double begin = seconds_now();
    const struct bound *bounds = one_search ? only : model->bounds;
    run_searches(bounds);
    print_result(bounds, seconds_now() - begin);
    return 0;
}
