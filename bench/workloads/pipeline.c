/*
 * pipeline: records are made in one thread, changed in a second and end in a third.
 *
 * Lines of text go through three stages, with a bounded queue (bench/trial/ring.h) between each two:
 *   parse      a line becomes a record (bench/trial/record.h): an instance with its number, its key and a list of numbers
 *   transform  a record becomes a result: an instance with the same key and the weighed sum of the numbers; the record ends
 *   aggregate  the result is added to its key's total in a dict; it ends
 * As many lanes of three stages as the threads need are laid side by side, each with its share of the lines; stage k of all lanes
 * is done by thread k modulo the number of threads, so one thread alone does all of it by turns, two take turns, and from three
 * on every stage of a lane has a thread of its own.
 *
 * A stage does one step when its queues let it: it asks once whether there is a place and an object, and what was so stays
 * so until it makes use of it, for nobody else does.  A thread none of whose stages can go on waits, blocked, for the last
 * of them that is not done.  They never all sleep: in the last lane that is not done the lowest stage with something to do has
 * a place to put it in, and whoever does that stage has none in a later lane to wait for; where two threads do one lane, the
 * one with two stages waits for the other's.
 * Stopping is explicit: behind the last record None is sent, which each stage hands on as the last thing it does.
 * Out of memory: False is sent for what could not be made, and handed on, so that everybody gets what it waits for; no further
 * lines are read.
 *
 * Teardown compares the number of results, and their sum by key weighed by the key, with what the lines say.
 * Stresses: objects that move from owner to owner, and die far from where they were made; queues, which are shared
 * containers.  Settings: values (size of a record), keys.
 * Source: pipeline parallelism as in PARSEC's dedup and ferret (C. Bienia et al., PACT 2008).
 */
#include "bench/trial/record.h"
#include "bench/trial/ring.h"
#include "bench/workload.h"
#include "runtimes/object/dict.h"
#include "runtimes/object/list.h"
#include "runtimes/object/none.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

enum {
    RECORDS = 600000,
    LINES = 1024, /* of text, read again and again */
};

enum { SETTING_VALUES, SETTING_KEYS };

static const struct setting pipeline_settings[] = {
    {"values", "numbers in a record", 4, 1, RECORD_VALUES_MAX, NULL},
    {"keys", "totals of the aggregate", 100, 1, 100000, NULL},
    {0},
};

enum stage { PARSE, TRANSFORM, AGGREGATE, STAGES };

/* root: the lines, and two lists of places for each lane. */
enum { QUEUES = STAGES - 1, ROOT_LINES = 0, ROOT_QUEUES = 1 };

struct pipeline {
    _Atomic uint64_t results;
    _Atomic uint64_t sum;
    struct ring ring[]; /* QUEUES for each lane */
};

static uint64_t records_of(const struct workload_run *run) { return RECORDS / run->divisor; }

static struct record_form form_of(const struct workload_run *run)
{
    return (struct record_form){.values = (uint32_t)run->settings[SETTING_VALUES],
                                .keys = (uint32_t)run->settings[SETTING_KEYS]};
}

static unsigned lanes_of(const struct workload_run *run)
{
    return (run->threads + STAGES - 1) / STAGES;
}

/* --- posts ------------------------------------------------------------------------------------------ */

/* Where a thread stands in one stage. */
struct post {
    struct thread *T;
    struct workload_run *run;
    enum stage stage;
    bool done;
    struct ring *in;      /* or NULL */
    struct ring *out;     /* or NULL */
    rc_loc *cells;        /* of the frame of the thread */
    uint64_t number, end; /* PARSE: of the next record, and of the last and one */
    uint64_t results;     /* AGGREGATE */
};

/* The cells of a post: the list of places of its queues, the lines or the dict of totals. */
enum { POST_IN, POST_OUT, POST_TABLE, POST_CELLS };

/* What was made, or False if there was no memory for it. */
static rc_ref or_missing(struct post *post, rc_ref made)
{
    if (!ref_is_null(made))
        return made;
    workload_out_of_memory(post->run);
    return bool_ref(post->T, false);
}

/* The next record, or what stands for it; None behind the last. */
static rc_ref read_one(struct post *post)
{
    struct thread *T = post->T;
    thread_safepoint(T);
    if (post->number == post->end || workload_failed(post->run))
        return none_ref(T);
    uint64_t number = post->number++;
    rc_loc line = list_get(T, post->cells[POST_TABLE], number % LINES);
    return or_missing(post, record_parse(T, line, number));
}

/* What comes of an object, an argument, in the second stage and in the last; None of the last.  Whoever it is handed to polls. */
static rc_ref work_on(struct post *post, rc_loc object)
{
    struct thread *T = post->T;
    if (obj_is(obj_get(object), OBJ_BOOL))
        return rc_own(T, object);
    if (post->stage == TRANSFORM)
        return or_missing(post, record_result(T, object));
    post->results++;
    bool added = record_add(T, post->cells[POST_TABLE], object);
    return or_missing(post, added ? none_ref(T) : RC_NULL_REF);
}

/* Sends what was made, which is consumed. */
static void send_on(struct post *post, rc_ref made)
{
    struct thread *T = post->T;
    if (post->out == NULL)
        rc_release(T, made);
    else if (!ring_send(T, post->out, post->cells[POST_OUT], made))
        CHECK(false, "a queue of %d places, found free, is full", RING_PLACES);
}

static bool can_go_on(const struct post *post)
{
    return !post->done && (post->in == NULL || ring_can_receive(post->in)) &&
           (post->out == NULL || ring_can_send(post->out));
}

static void go_on(struct post *post)
{
    struct thread *T = post->T;
    RC_FRAME(T, f, 1);
    thread_safepoint(T);
    if (post->in == NULL)
        f[0] = rc_move(T, read_one(post));
    else
        f[0] = rc_move(T, ring_receive(T, post->in, post->cells[POST_IN]));
    post->done = obj_is_none(obj_get(f[0]));
    if (post->in == NULL || post->done)
        send_on(post, rc_own(T, cell_take(&f[0])));
    else
        send_on(post, work_on(post, cell_take(&f[0])));
    RC_LEAVE(T, f);
}

static void await_turn(struct post *post)
{
    if (post->in != NULL && !ring_can_receive(post->in))
        ring_await_object(post->T, post->in);
    else if (post->out != NULL && !ring_can_send(post->out))
        ring_await_place(post->T, post->out);
}

/* Does all posts of a thread, which are in the order of their lanes and stages. */
static void man(struct thread *T, struct post *posts, unsigned length)
{
    unsigned last = length;
    while (last > 0) {
        thread_safepoint(T);
        bool went_on = false;
        for (unsigned i = 0; i < last; i++)
            if (can_go_on(&posts[i])) {
                go_on(&posts[i]);
                went_on = true;
            }
        while (last > 0 && posts[last - 1].done)
            last--;
        if (!went_on && last > 0)
            await_turn(&posts[last - 1]);
    }
}

/* --- the workload ----------------------------------------------------------------------------------- */

/* Stage k of all; its lists are read from `root`. */
static struct post take_post(struct thread *T, struct workload_run *run, unsigned k, rc_loc *cells)
{
    struct pipeline *pipeline = run->input;
    const unsigned lane = k / STAGES;
    const unsigned queue = lane * QUEUES + k % STAGES; /* behind the stage */
    struct post post = {.T = T, .run = run, .stage = k % STAGES, .cells = cells};
    post.number = records_of(run) * lane / lanes_of(run);
    post.end = records_of(run) * (lane + 1) / lanes_of(run);
    RC_FRAME(T, f, 1);
    f[0] = rc_load(T, NULL, &run->root);
    if (post.stage != PARSE) {
        post.in = &pipeline->ring[queue - 1];
        cells[POST_IN] = list_get(T, f[0], ROOT_QUEUES + queue - 1);
    }
    if (post.stage != AGGREGATE) {
        post.out = &pipeline->ring[queue];
        cells[POST_OUT] = list_get(T, f[0], ROOT_QUEUES + queue);
    }
    cells[POST_TABLE] = post.stage == AGGREGATE ? rc_move(T, dict_new(T)) : list_get(T, f[0], 0);
    post.done = false;
    if (loc_is_null(cells[POST_TABLE]))
        workload_out_of_memory(run);
    cells_drop(T, f, 1);
    RC_LEAVE(T, f);
    return post;
}

static uint64_t end_post(struct thread *T, struct workload_run *run, struct post *post)
{
    struct pipeline *pipeline = run->input;
    uint64_t sum = 0;
    if (post->stage == AGGREGATE && !loc_is_null(post->cells[POST_TABLE]))
        sum = record_sum(T, post->cells[POST_TABLE]);
    fetch_add_relaxed(&pipeline->results, post->results);
    fetch_add_relaxed(&pipeline->sum, sum);
    return sum;
}

static uint64_t pipeline_work(struct thread *T, struct workload_run *run, unsigned index)
{
    struct post posts[STAGES];
    RC_FRAME(T, f, STAGES * POST_CELLS);
    unsigned length = 0;
    for (unsigned k = index; k < lanes_of(run) * STAGES; k += run->threads, length++)
        posts[length] = take_post(T, run, k, &f[(size_t)length * POST_CELLS]);
    man(T, posts, length);
    uint64_t sum = 0;
    for (unsigned i = 0; i < length; i++)
        sum += end_post(T, run, &posts[i]);
    cells_drop(T, f, (size_t)STAGES * POST_CELLS);
    RC_LEAVE(T, f);
    return sum;
}

static rc_ref make_lines(struct thread *T, const struct workload_run *run)
{
    const struct record_form form = form_of(run);
    RC_FRAME(T, f, 1);
    f[0] = rc_move(T, list_new(T, LINES));
    bool ok = !loc_is_null(f[0]);
    for (uint64_t line = 0; ok && line < LINES; line++) {
        rc_ref text = record_line(T, &form, line);
        ok = !ref_is_null(text) && list_append(T, f[0], text);
    }
    rc_ref lines = ok ? rc_own(T, cell_take(&f[0])) : RC_NULL_REF;
    cells_drop(T, f, 1);
    RC_LEAVE(T, f);
    return lines;
}

/* [lines, places, places...] */
static rc_ref make_root(struct thread *T, const struct workload_run *run)
{
    RC_FRAME(T, f, 1);
    f[0] = rc_move(T, list_new(T, ROOT_QUEUES + (size_t)lanes_of(run) * QUEUES));
    rc_ref lines = loc_is_null(f[0]) ? RC_NULL_REF : make_lines(T, run);
    bool ok = !ref_is_null(lines) && list_append(T, f[0], lines);
    for (unsigned i = 0; ok && i < lanes_of(run) * QUEUES; i++) {
        rc_ref places = ring_places(T);
        ok = !ref_is_null(places) && list_append(T, f[0], places);
    }
    rc_ref root = ok ? rc_own(T, cell_take(&f[0])) : RC_NULL_REF;
    cells_drop(T, f, 1);
    RC_LEAVE(T, f);
    return root;
}

static bool pipeline_setup(struct thread *T, struct workload_run *run)
{
    const size_t bytes =
        sizeof(struct pipeline) + (size_t)lanes_of(run) * QUEUES * sizeof(struct ring);
    run->operations = records_of(run);
    run->input = aligned_alloc(_Alignof(struct pipeline), bytes);
    if (run->input != NULL)
        memset(run->input, 0, bytes);
    rc_store(T, NULL, &run->root, make_root(T, run));
    bool ok = run->input != NULL && rc_peek(&run->root) != NULL;
    if (!ok)
        snprintf(run->problem, sizeof(run->problem), "no memory for %d lines and %u lanes", LINES,
                 lanes_of(run));
    return ok;
}

/* What the results must sum up to, computed from the numbers that the lines were made from. */
static uint64_t expected_sum(const struct workload_run *run)
{
    const struct record_form form = form_of(run);
    uint64_t sum = 0;
    for (uint64_t r = 0; r < records_of(run); r++)
        sum += record_expected(&form, r % LINES, r);
    return sum;
}

static void validate(struct workload_run *run, const struct pipeline *pipeline)
{
    const uint64_t results = load_relaxed(&pipeline->results);
    const uint64_t sum = load_relaxed(&pipeline->sum);
    if (results != records_of(run))
        snprintf(run->problem, sizeof(run->problem),
                 "%" PRIu64 " records should arrive, and %" PRIu64 " did", records_of(run),
                 results);
    else if (sum != expected_sum(run))
        snprintf(run->problem, sizeof(run->problem),
                 "the totals should sum up to %" PRIu64 ", and come to %" PRIu64, expected_sum(run),
                 sum);
}

static uint64_t pipeline_teardown(struct thread *T, struct workload_run *run)
{
    struct pipeline *pipeline = run->input;
    rc_store(T, NULL, &run->root, RC_NULL_REF);
    if (pipeline != NULL && run->problem[0] == '\0' && !workload_failed(run))
        validate(run, pipeline);
    free(pipeline);
    run->input = NULL;
    return 0;
}

const struct workload workload_pipeline = {
    .name = "pipeline",
    .summary = "parses, transforms and adds up records in stages that are spread over the threads",
    .tags = "sharing",
    .source = "C. Bienia et al., The PARSEC Benchmark Suite, PACT 2008 (dedup, ferret)",
    .settings = pipeline_settings,
    .bytes = 64 << 20,
    .setup = pipeline_setup,
    .work = pipeline_work,
    .teardown = pipeline_teardown,
};
