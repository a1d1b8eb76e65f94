/* Threads, steps, schedules and searches. */
#include "tests/model/explore/explore.h"

#include "tests/model/explore/image.h"
#include "tests/model/explore/machine.h"
#include "tests/model/explore/memory.h"
#include "tests/model/explore/pct.h"
#include "tests/model/explore/races.h"
#include "tests/model/explore/search.h"
#include "tests/model/explore/visible.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { SIGNAL_STACK_BYTES = 256 * 1024, STEP_NS = 1000000, DOUBLINGS = 10 };

enum thread_state { READY, ASLEEP, ENDED };

struct thread {
    enum thread_state state;
    struct op op;        /* READY: what it does next;  ASLEEP: what it sleeps on */
    uint64_t yielded_at; /* READY to OP_YIELD: when the others had taken so many steps */
    bool timed_out;      /* its last sleep */
    unsigned timeouts;   /* so many in a row */
};

static struct {
    const struct model *model;
    const struct chooser *chooser;
    unsigned count;
    struct thread threads[COROUTINES];
    uint64_t clock_ns;
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

/* --- switching ---------------------------------------------------------------------------------------------------- */

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

static bool is_late(const struct thread *thread)
{
    return thread->op.deadline != 0 && thread->op.deadline <= explorer->clock_ns;
}

static bool can_go_on(const struct thread *thread)
{
    if (thread->state == ASLEEP)
        return is_late(thread);
    if (thread->state == READY && thread->op.kind == OP_YIELD)
        return thread->yielded_at != explorer->steps;
    return thread->state == READY && is_ready(&thread->op);
}

static struct search_state state_now(unsigned last)
{
    struct search_state state = {.running = last};
    for (unsigned i = 0; i < explorer->count; i++) {
        state.ops[i] = &explorer->threads[i].op;
        if (can_go_on(&explorer->threads[i]))
            state.enabled |= 1U << i;
    }
    return state;
}

/* Nobody can go on: those who have yielded may, or the clock goes on to the next deadline.  False if there is none. */
static bool let_time_pass(void)
{
    uint64_t next = UINT64_MAX;
    bool yielded = false;
    for (unsigned i = 0; i < explorer->count; i++) {
        struct thread *thread = &explorer->threads[i];
        if (thread->state == READY && thread->op.kind == OP_YIELD) {
            thread->yielded_at = UINT64_MAX;
            yielded = true;
        } else if (thread->state == ASLEEP && thread->op.deadline != 0 &&
                   thread->op.deadline < next) {
            next = thread->op.deadline;
        }
    }
    if (!yielded && next != UINT64_MAX)
        explorer->clock_ns = next;
    return yielded || next != UINT64_MAX;
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
    if (state.enabled == 0 && !let_time_pass())
        fail_deadlocked();
    if (state.enabled == 0)
        state = state_now(last);
    unsigned thread = explorer->chooser->thread(&state);
    explorer->redundant += thread == SEARCH_REDUNDANT;
    switch_to(thread);
}

/* --- steps -------------------------------------------------------------------------------------------------------- */

static void wait_for_turn(const struct op *op)
{
    unsigned self = explorer->running;
    explorer->threads[self].op = *op;
    if (explorer->is_starting)
        switch_to(COROUTINE_MAIN);
    else
        go_on(self);
}

/* Twice as late after each time-out in a row, or those who wait and look would leave no time to those who work. */
static uint64_t patient_deadline(const struct thread *thread, const struct op *op)
{
    if (op->deadline <= explorer->clock_ns)
        return op->deadline;
    unsigned doublings = thread->timeouts < DOUBLINGS ? thread->timeouts : DOUBLINGS;
    return explorer->clock_ns + ((op->deadline - explorer->clock_ns) << doublings);
}

static void sleep_on(const struct op *op)
{
    unsigned self = explorer->running;
    struct thread *thread = &explorer->threads[self];
    thread->state = ASLEEP;
    thread->op = *op;
    thread->op.deadline = patient_deadline(thread, op);
    go_on(self);
    thread->timed_out = thread->state == ASLEEP;
    thread->timeouts = thread->timed_out ? thread->timeouts + 1 : 0;
    if (thread->timed_out)
        thread->op = (struct op){.kind = OP_TIMEOUT, .place = op->place};
    thread->state = READY;
    report_step(self, &thread->op, (struct visible_outcome){0, 0}, 0);
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
    explorer->clock_ns += STEP_NS;
    explorer->threads[self].timed_out = false;
    unsigned choice = explorer->chooser->choice(visible_choices(self, op));
    struct visible_outcome outcome = visible_perform(self, op, choice);
    report_step(self, op, outcome, choice);
    if (op->object != NULL && !op_only_waits(op))
        memory_touch_atomic(op, visible_writes(op, outcome.before));
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

void explore_yield(const void *place)
{
    struct op op = {.kind = OP_YIELD, .place = place};
    explorer->threads[explorer->running].yielded_at = explorer->steps;
    explore_step(&op);
}

bool explore_timed_out(void) { return explorer->threads[explorer->running].timed_out; }

uint64_t explore_clock_ns(void) { return explorer == NULL ? 0 : explorer->clock_ns; }

/* --- schedules ---------------------------------------------------------------------------------------------------- */

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
        explorer->threads[i].timeouts = 0;
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
    explorer->chooser->begin();
    explorer->clock_ns = STEP_NS;
    explorer->running = COROUTINE_MAIN;
    if (model->setup != NULL)
        model->setup();
    start_threads();
    go_on(COROUTINE_MAIN);
    explorer->schedules++;
    if (explorer->redundant == redundant && model->finish != NULL)
        model->finish();
    machine_end();
}

/* --- searches ----------------------------------------------------------------------------------------------------- */

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
    pct_init();
    machine_init();
    catch_signals();
}

void explore_prepare(const struct model *model)
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

struct explored explore_so_far(void)
{
    return (struct explored){.schedules = explorer->schedules - explorer->redundant,
                             .steps = explorer->steps};
}

uint64_t explore_search(const struct model *model, struct bound bound)
{
    explore_prepare(model);
    uint64_t before = explore_so_far().schedules;
    explore_within(bound, NULL);
    image_restore();
    return explore_so_far().schedules - before;
}

bool explore_within(struct bound bound, bool (*enough)(void))
{
    explorer->chooser = &search_chooser;
    search_begin(bound);
    do {
        run_schedule();
        if (!search_advance())
            return true;
    } while (enough == NULL || !enough());
    return false;
}

void explore_at_random(uint64_t seed)
{
    explorer->chooser = &pct_chooser;
    pct_begin(seed, explorer->count);
    run_schedule();
}

/* For each run of steps: the letter of the thread, their number if it is not one, ~n for an old read. */
void explore_again(const char *schedule)
{
    explorer->chooser = &search_chooser;
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
}
