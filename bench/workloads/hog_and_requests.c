/*
 * hog_and_requests: one busy thread beside others that sleep until a request is due, answer it, and sleep again.
 *
 * Requests are due at regular times, whether or not the one before is answered; thread 0 computes as long as there are any, the
 * others share the requests.  A request waits for something short in between, as for a database nearby, and then wants to go on.
 * Under a global lock who comes back from a wait must get it from the hog, which gives it up at its next switch only: the convoy
 * effect, some milliseconds for each wait of some microseconds.  With one thread hog and requests go by turns.
 * Stresses: locks and stops, not counts.  What to read is the latency (bench/trial/latency.h), noted from when a request was
 * due.  How much the hog got done is not told: it must not change the checksum.
 * Parameters: how many requests, how far apart they are due, and how often each waits.
 * Validation: a unit of work of a request has a number, and an answer that depends on it alone; the hog's units are all alike.
 * Teardown compares the sums of both with those from plain numbers.
 * Source: D. Beazley, "Understanding the Python GIL", PyCon 2010; CPython issue 7946.
 */
#include "alloc/base/os.h"
#include "bench/trial/latency.h"
#include "bench/trial/mix.h"
#include "bench/workload.h"
#include "runtimes/object/float.h"
#include "runtimes/object/instance.h"
#include "runtimes/object/list.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

enum {
    UNITS = 10,    /* of a request */
    POINTS = 64,   /* of a unit */
    EXTENT = 4096, /* of a coordinate; sums of squares are exact */
    WAIT_NS = 50000,
    US = 1000,
    SECOND = 1000000000,
};

enum { SET_REQUESTS, SET_PERIOD, SET_WAITS };
static const struct setting hog_and_requests_settings[] = {
    {"requests", "in all", 80, 8, 10000, NULL},
    {"period", "from when one is due to the next, in microseconds", 5000, 100, 100000, NULL},
    {"waits", "of 50 microseconds within a request", 1, 0, UNITS, NULL},
    {0},
};

static const char *const point_fields[] = {"x", "y"};
static const struct type point_type = INSTANCE_TYPE("Point", point_fields);
enum { X, Y };

struct office {
    uint64_t units;            /* of all requests; of a small run the last has fewer */
    _Atomic uint64_t begin_ns; /* when the first thread began; 0: none has */
    _Atomic uint64_t left;     /* requests */
    _Atomic uint64_t answers;  /* their sum */
    uint64_t hogged;           /* units of the hog */
    uint64_t hog_sum;
};

/* What a thread has at hand. */
struct clerk {
    struct thread *T;
    struct workload_run *run;
    struct office *office;
    unsigned index;
};

/* --- a unit of work ----------------------------------------------------------------------------- */

static double coordinate_of(uint64_t unit, uint64_t i)
{
    return (double)mix_below(mix64(unit * 2 * POINTS + i), EXTENT);
}

/* Null if there is no memory. */
static rc_ref make_point(struct thread *T, uint64_t unit, uint64_t i)
{
    thread_safepoint(T);
    rc_ref fields[] = {float_new(T, coordinate_of(unit, 2 * i)),
                       float_new(T, coordinate_of(unit, 2 * i + 1))};
    if (!ref_is_null(fields[X]) && !ref_is_null(fields[Y]))
        return instance_new(T, &point_type, fields);
    return obj_refuse(T, point_type.fields, fields);
}

/* A list of the points of a unit; null if there is no memory. */
static rc_ref make_points(struct thread *T, uint64_t unit)
{
    RC_FRAME(T, f, 1);
    thread_safepoint(T);
    f[0] = rc_move(T, list_new(T, 0));
    bool ok = !loc_is_null(f[0]);
    for (uint64_t i = 0; ok && i < POINTS; i++) {
        thread_safepoint(T);
        rc_ref point = make_point(T, unit, i);
        ok = !ref_is_null(point) && list_append(T, f[0], point);
    }
    rc_ref points = ok ? rc_own(T, cell_take(&f[0])) : RC_NULL_REF;
    cells_drop(T, f, 1);
    RC_LEAVE(T, f);
    return points;
}

/* x * x + y * y of a point, an argument. */
static double square(struct thread *T, rc_loc point)
{
    RC_FRAME(T, f, 3);
    enum { POINT, X_HERE, Y_HERE };
    f[POINT] = point;
    thread_safepoint(T);
    f[X_HERE] = instance_get(T, f[POINT], X);
    f[Y_HERE] = instance_get(T, f[POINT], Y);
    double x = float_value(obj_get(f[X_HERE]));
    double y = float_value(obj_get(f[Y_HERE]));
    cells_drop(T, f, 3);
    RC_LEAVE(T, f);
    return x * x + y * y;
}

/* The sum of the squares of all points, an argument. */
static uint64_t add_up(struct thread *T, rc_loc points)
{
    RC_FRAME(T, f, 2);
    enum { ALL, POINT };
    f[ALL] = points;
    thread_safepoint(T);
    double sum = 0;
    for (size_t i = 0; i < list_length(T, f[ALL]); i++) {
        thread_safepoint(T);
        f[POINT] = list_get(T, f[ALL], i);
        sum += square(T, cell_take(&f[POINT]));
    }
    cells_drop(T, f, 2);
    RC_LEAVE(T, f);
    return (uint64_t)sum;
}

/* add_up(make_points(unit)); 0 if there is no memory. */
static uint64_t do_unit(struct thread *T, struct workload_run *run, uint64_t unit)
{
    RC_FRAME(T, f, 1);
    thread_safepoint(T);
    uint64_t sum = 0;
    f[0] = rc_move(T, make_points(T, unit));
    if (loc_is_null(f[0]))
        workload_out_of_memory(run);
    else
        sum = add_up(T, rc_dup(T, f[0]));
    cells_drop(T, f, 1);
    RC_LEAVE(T, f);
    return sum;
}

static uint64_t expected_of_unit(uint64_t unit)
{
    double sum = 0;
    for (uint64_t i = 0; i < 2ULL * POINTS; i++)
        sum += coordinate_of(unit, i) * coordinate_of(unit, i);
    return (uint64_t)sum;
}

/* --- requests and the hog ----------------------------------------------------------------------- */

/* Blocked until the clock says so. */
static void sleep_until(struct thread *T, uint64_t ns)
{
    struct timespec due = {.tv_sec = (time_t)(ns / SECOND), .tv_nsec = (long)(ns % SECOND)};
    thread_block(T);
    while (clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &due, NULL) == EINTR)
        continue;
    thread_unblock(T);
}

static uint64_t due_ns(const struct clerk *clerk, uint64_t request)
{
    return load_relaxed(&clerk->office->begin_ns) +
           (request + 1) * clerk->run->settings[SET_PERIOD] * US;
}

/* Answers a request that is due; its first waits are each followed by units. */
static uint64_t serve(const struct clerk *clerk, uint64_t request)
{
    uint64_t sum = 0;
    uint64_t end = (request + 1) * UNITS;
    for (uint64_t unit = request * UNITS; unit < end && unit < clerk->office->units; unit++) {
        thread_safepoint(clerk->T);
        if (unit % UNITS < clerk->run->settings[SET_WAITS])
            sleep_until(clerk->T, os_clock_ns() + WAIT_NS);
        sum += (unit | 1) * do_unit(clerk->T, clerk->run, unit);
    }
    latency_note(clerk->run->latency, clerk->index, due_ns(clerk, request), os_clock_ns());
    fetch_sub_relaxed(&clerk->office->left, 1);
    return sum;
}

/* A unit of the hog, which makes nothing: where nothing is freed, the memory would not last.  `points` is an argument. */
static void hog(const struct clerk *clerk, rc_loc points)
{
    clerk->office->hogged++;
    clerk->office->hog_sum += add_up(clerk->T, points);
}

/* The hog; if it is alone it answers requests as they become due. */
static uint64_t take_turns(const struct clerk *clerk)
{
    struct thread *T = clerk->T;
    RC_FRAME(T, f, 1);
    uint64_t sum = 0;
    uint64_t next = 0;
    f[0] = rc_move(T, make_points(T, 0));
    if (loc_is_null(f[0]))
        workload_out_of_memory(clerk->run);
    while (load_relaxed(&clerk->office->left) > 0 && !workload_failed(clerk->run)) {
        thread_safepoint(T);
        if (clerk->run->threads == 1 && os_clock_ns() >= due_ns(clerk, next))
            sum += serve(clerk, next++);
        else
            hog(clerk, rc_dup(T, f[0]));
    }
    cells_drop(T, f, 1);
    RC_LEAVE(T, f);
    return sum;
}

/* One of those that sleep and answer. */
static uint64_t answer_share(const struct clerk *clerk)
{
    struct workload_run *run = clerk->run;
    uint64_t sum = 0;
    for (uint64_t request = clerk->index - 1; request < run->operations && !workload_failed(run);
         request += run->threads - 1) {
        thread_safepoint(clerk->T);
        sleep_until(clerk->T, due_ns(clerk, request));
        sum += serve(clerk, request);
    }
    return sum;
}

static uint64_t hog_and_requests_work(struct thread *T, struct workload_run *run, unsigned index)
{
    struct clerk clerk = {T, run, run->input, index};
    uint64_t never = 0;
    while (never == 0 && !cas_weak_relaxed(&clerk.office->begin_ns, &never, os_clock_ns()))
        continue;
    uint64_t sum = index == 0 ? take_turns(&clerk) : answer_share(&clerk);
    fetch_add_relaxed(&clerk.office->answers, sum);
    return sum;
}

static bool hog_and_requests_setup(struct thread *T, struct workload_run *run)
{
    (void)T;
    uint64_t units = run->settings[SET_REQUESTS] * UNITS / run->divisor;
    struct office *office = calloc(1, sizeof(*office));
    run->input = office;
    if (office != NULL) {
        office->units = units > 0 ? units : 1;
        run->operations = (office->units + UNITS - 1) / UNITS;
        store_relaxed(&office->left, run->operations);
        run->latency = latency_create(run->threads, run->operations);
    }
    if (run->latency == NULL)
        snprintf(run->problem, sizeof(run->problem), "no memory for %" PRIu64 " requests",
                 run->settings[SET_REQUESTS]);
    return run->latency != NULL;
}

/* --- what should have come out ------------------------------------------------------------------ */

static void check(struct workload_run *run)
{
    const struct office *office = run->input;
    uint64_t answers = 0;
    for (uint64_t unit = 0; unit < office->units; unit++)
        answers += (unit | 1) * expected_of_unit(unit);
    uint64_t hogged = office->hogged * expected_of_unit(0);
    uint64_t found = load_relaxed(&office->answers);
    uint64_t noted = latency_summarise(run->latency).simple.count;
    if (found != answers)
        snprintf(run->problem, sizeof(run->problem),
                 "requests: expected the sum %" PRIu64 ", found %" PRIu64, answers, found);
    else if (office->hog_sum != hogged)
        snprintf(run->problem, sizeof(run->problem),
                 "%" PRIu64 " units of the hog: expected the sum %" PRIu64 ", found %" PRIu64,
                 office->hogged, hogged, office->hog_sum);
    else if (noted != run->operations)
        snprintf(run->problem, sizeof(run->problem), "%" PRIu64 " requests, %" PRIu64 " latencies",
                 run->operations, noted);
}

static uint64_t hog_and_requests_teardown(struct thread *T, struct workload_run *run)
{
    (void)T;
    if (run->problem[0] == '\0' && !workload_failed(run))
        check(run);
    free(run->input);
    run->input = NULL;
    return 0;
}

const struct workload workload_hog_and_requests = {
    .name = "hog_and_requests",
    .summary =
        "one thread computes, others wake up for requests: latencies from when these were due",
    .tags = "server",
    .source = "Beazley, Understanding the Python GIL, PyCon 2010",
    .paced = true,
    .settings = hog_and_requests_settings,
    .bytes = 16 << 20,
    .setup = hog_and_requests_setup,
    .work = hog_and_requests_work,
    .teardown = hog_and_requests_teardown,
};
