/*
 * timezones: analyses a log of what the world's clocks did since they were first set by law.
 *
 *   log[subject]        list of Change(first, last, day, state), as the lines tell them: of a set of rules, or of a zone
 *   timeline            of one subject, a list of (date and state, state), one for each time it changed, sorted
 *   transitions[text]   how often one state followed another, "0/- > 1/S", in all timelines
 *   states[state]       how often clocks came into a state
 *
 *   read       a line becomes a change and joins the log that all threads share
 *   analyse    the changes of a subject become its timeline, whose neighbours are counted, by each thread for itself
 *   merge      the first thread adds up the counts, and finds the ten most frequent transitions
 *
 * Idea: what everybody does with logs: split lines, group them, put each group in order, look at what comes after what.  Short texts
 * and small tuples that die together, dicts that are searched by new texts, and a sort that compares texts.
 * The steps are done by all threads together; all is repeated, each round on new objects, so often that the work is about the same
 * whatever the size of the file.
 *
 * Input: tzdata.zi, the whole time zone database (public domain) in the form that its compiler reads.  A log of the system's own,
 * such as dpkg's, is not there where an image was cut down, empty after each rotation, and another one on every machine; this is in
 * a package that Debian and Ubuntu always had, and the same bytes wherever that has the same version.
 * A line that cannot be read is refused, with its number.
 *
 * It judges itself by the timelines that bench/trial/tzdata.c makes of the file in plain arrays of numbers: as many changes and kinds
 * of transitions, the same ten most frequent with the same counts; and whatever there is one transition less than changes of
 * each subject.
 * Source: tz database, https://www.iana.org/time-zones; P. Eggert et al., zic(8); the BCP is RFC 6557.
 */
#include "bench/trial/counts.h"
#include "bench/trial/pack.h"
#include "bench/trial/places.h"
#include "bench/trial/ranking.h"
#include "bench/trial/step.h"
#include "bench/trial/timeline.h"
#include "bench/trial/tzlog.h"
#include "bench/workload.h"
#include "runtimes/object/dict.h"
#include "runtimes/object/list.h"
#include "runtimes/object/str.h"
#include "runtimes/object/tuple.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

/* How many changes are analysed, at least; and rounds, at most. */
enum { CHANGES = 500000, ROUNDS_MAX = 64 };

/* What all threads share: the log, a place for each thread's two counts, and the result: a list of the most frequent. */
enum root { ROOT_LOG, ROOT_COUNTS, ROOT_RESULT, ROOT_LENGTH };

struct history {
    struct tzdata tzdata;
    struct step step;
    uint32_t rounds;
    _Atomic uint64_t changes; /* that were analysed */
};

/* What a thread has at hand while it does its share: items first, first + step, ... of records and subjects. */
struct share {
    struct thread *T;
    struct workload_run *run;
    struct history *history;
    uint32_t first;
    uint32_t step;
};

/* --- read --------------------------------------------------------------------------------------- */

static void read_records(const struct share *share, rc_loc log)
{
    struct thread *T = share->T;
    const struct tzdata *tzdata = &share->history->tzdata;
    for (uint32_t i = share->first; i < tzdata->length && !workload_failed(share->run);
         i += share->step) {
        struct tzdata_reader reader = tzdata_reader_of(tzdata->records[i].text);
        struct tzdata_change change;
        const char *reason;
        while (!workload_failed(share->run) && tzdata_reader_next(&reader, &change, &reason)) {
            thread_safepoint(T);
            if (!tzlog_add(T, rc_dup(T, log), &change))
                workload_out_of_memory(share->run);
        }
    }
}

/* --- counts ------------------------------------------------------------------------------------- */

/* before + " > " + after; the texts are borrowed. */
static rc_ref make_transition(struct thread *T, rc_loc before, rc_loc after)
{
    RC_FRAME(T, f, 2);
    rc_ref whole = RC_NULL_REF;
    f[0] = rc_move(T, str_new(T, " > ", 3));
    if (!loc_is_null(f[0]))
        f[1] = rc_move(T, str_concat(T, before, f[0]));
    if (!loc_is_null(f[1]))
        whole = str_concat(T, f[1], after);
    cells_drop(T, f, 2);
    RC_LEAVE(T, f);
    return whole;
}

/* What a thread counts: (transitions, states). */
enum { COUNTS_TRANSITIONS, COUNTS_STATES, COUNTS_LENGTH };

/* Counts item `i` of a timeline, and how it came from the one before; both are arguments. */
static bool count_item(struct thread *T, rc_loc counts, rc_loc timeline, size_t i)
{
    RC_FRAME(T, f, 7);
    enum { COUNTS, TIMELINE, ITEM, STATE, BEFORE, TRANSITION, THOSE };
    f[COUNTS] = counts;
    f[TIMELINE] = timeline;
    thread_safepoint(T);
    f[ITEM] = list_get(T, f[TIMELINE], i);
    f[STATE] = tuple_get(T, f[ITEM], TIMELINE_STATE);
    f[THOSE] = tuple_get(T, f[COUNTS], COUNTS_STATES);
    bool ok = counts_add(T, cell_take(&f[THOSE]), rc_dup(T, f[STATE]), 1);
    if (ok && i > 0) {
        cell_set(T, &f[ITEM], list_get(T, f[TIMELINE], i - 1));
        f[BEFORE] = tuple_get(T, f[ITEM], TIMELINE_STATE);
        f[TRANSITION] = rc_move(T, make_transition(T, f[BEFORE], f[STATE]));
        f[THOSE] = tuple_get(T, f[COUNTS], COUNTS_TRANSITIONS);
        ok = !loc_is_null(f[TRANSITION]) &&
             counts_add(T, cell_take(&f[THOSE]), cell_take(&f[TRANSITION]), 1);
    }
    cells_drop(T, f, 7);
    RC_LEAVE(T, f);
    return ok;
}

/* Counts all of the timeline of a subject; the log and the counts are borrowed. */
static bool analyse_subject(const struct share *share, rc_loc log, rc_loc counts,
                            const struct tzdata_subject *subject)
{
    struct thread *T = share->T;
    RC_FRAME(T, f, 3);
    enum { SUBJECT, THOSE, TIMELINE };
    thread_safepoint(T);
    f[SUBJECT] = rc_move(T, tzlog_key(T, subject->kind, subject->name));
    if (!loc_is_null(f[SUBJECT]))
        f[THOSE] = dict_get(T, log, f[SUBJECT]);
    if (!loc_is_null(f[THOSE]))
        f[TIMELINE] = rc_move(T, timeline_new(T, cell_take(&f[THOSE])));
    bool ok = !loc_is_null(f[TIMELINE]);
    size_t length = ok ? list_length(T, f[TIMELINE]) : 0;
    for (size_t i = 0; ok && i < length; i++) {
        thread_safepoint(T);
        ok = count_item(T, rc_dup(T, counts), rc_dup(T, f[TIMELINE]), i);
    }
    fetch_add_relaxed(&share->history->changes, length);
    cells_drop(T, f, 3);
    RC_LEAVE(T, f);
    return ok;
}

/* ({}, {}), or null. */
static rc_ref make_counts(struct thread *T)
{
    return pack_new(T, COUNTS_LENGTH, (rc_ref[]){dict_new(T), dict_new(T)});
}

/* Analyses its subjects, and puts what it counted in its place; both containers are borrowed. */
static void analyse(const struct share *share, rc_loc log, rc_loc places)
{
    struct thread *T = share->T;
    const struct tzdata *tzdata = &share->history->tzdata;
    RC_FRAME(T, f, 1);
    f[0] = rc_move(T, make_counts(T));
    bool ok = !loc_is_null(f[0]);
    for (uint32_t i = share->first; ok && i < tzdata->subject_count && !workload_failed(share->run);
         i += share->step) {
        thread_safepoint(T);
        ok = analyse_subject(share, log, f[0], &tzdata->subjects[i]);
    }
    if (ok && !workload_failed(share->run))
        list_set(T, places, share->first, rc_own(T, cell_take(&f[0])));
    else
        workload_out_of_memory(share->run);
    cells_drop(T, f, 1);
    RC_LEAVE(T, f);
}

/* --- merge -------------------------------------------------------------------------------------- */

/* Adds one of the two counts of thread `i` to that of the first; the places are borrowed. */
static bool merge_counts(struct thread *T, rc_loc places, uint32_t i, size_t which)
{
    RC_FRAME(T, f, 4);
    enum { FIRST, OTHER, COUNTS, OTHERS };
    f[FIRST] = list_get(T, places, 0);
    f[OTHER] = list_get(T, places, i);
    f[COUNTS] = tuple_get(T, f[FIRST], which);
    f[OTHERS] = tuple_get(T, f[OTHER], which);
    bool ok = counts_merge(T, cell_take(&f[COUNTS]), cell_take(&f[OTHERS]));
    cells_drop(T, f, 4);
    RC_LEAVE(T, f);
    return ok;
}

/* result.append(the ranking of all counts); all are borrowed. */
static bool merge(const struct share *share, rc_loc places, rc_loc result)
{
    struct thread *T = share->T;
    RC_FRAME(T, f, 2);
    enum { FIRST, TRANSITIONS };
    bool ok = true;
    for (uint32_t i = 1; ok && i < share->step; i++)
        ok = merge_counts(T, places, i, COUNTS_TRANSITIONS) &&
             merge_counts(T, places, i, COUNTS_STATES);
    f[FIRST] = list_get(T, places, 0);
    f[TRANSITIONS] = tuple_get(T, f[FIRST], COUNTS_TRANSITIONS);
    rc_ref ranking = ok ? ranking_new(T, cell_take(&f[TRANSITIONS])) : RC_NULL_REF;
    ok = !ref_is_null(ranking) && list_append(T, result, ranking);
    cells_drop(T, f, 2);
    RC_LEAVE(T, f);
    return ok;
}

/* --- all steps ---------------------------------------------------------------------------------- */

/* root = ({}, [None, ...], []); what was there before dies. */
static void renew_root(const struct share *share)
{
    struct thread *T = share->T;
    rc_store(T, NULL, &share->run->root, RC_NULL_REF);
    rc_ref items[ROOT_LENGTH] = {dict_new(T), places_new(T, share->step), list_new(T, 1)};
    rc_ref root = pack_new(T, ROOT_LENGTH, items);
    if (ref_is_null(root))
        workload_out_of_memory(share->run);
    rc_store(T, NULL, &share->run->root, root);
}

/* Every thread comes to every wait, also when one of them has failed. */
static void do_round(const struct share *share)
{
    struct thread *T = share->T;
    struct step *step = &share->history->step;
    RC_FRAME(T, f, 4);
    enum { ROOT, LOG, PLACES, RESULT };
    if (share->first == 0)
        renew_root(share);
    step_await(step, T);
    f[ROOT] = rc_load(T, NULL, &share->run->root);
    if (!loc_is_null(f[ROOT])) {
        f[LOG] = tuple_get(T, f[ROOT], ROOT_LOG);
        f[PLACES] = tuple_get(T, f[ROOT], ROOT_COUNTS);
        f[RESULT] = tuple_get(T, f[ROOT], ROOT_RESULT);
    }
    read_records(share, f[LOG]);
    step_await(step, T);
    if (!workload_failed(share->run))
        analyse(share, f[LOG], f[PLACES]);
    step_await(step, T);
    if (share->first == 0 && !workload_failed(share->run) && !merge(share, f[PLACES], f[RESULT]))
        workload_out_of_memory(share->run);
    cells_drop(T, f, 4);
    RC_LEAVE(T, f);
    step_await(step, T);
}

static uint64_t timezones_work(struct thread *T, struct workload_run *run, unsigned index)
{
    struct share share = {T, run, run->input, index, run->threads};
    for (uint32_t round = 0; round < share.history->rounds; round++)
        do_round(&share);
    return 0;
}

/* --- the workload ------------------------------------------------------------------------------- */

static bool timezones_setup(struct thread *T, struct workload_run *run)
{
    (void)T;
    struct history *history = calloc(1, sizeof(*history));
    run->input = history;
    if (history == NULL) {
        snprintf(run->problem, sizeof(run->problem), "no memory for the input");
        return false;
    }
    if (!tzdata_read(&history->tzdata, run->paths[INPUT_TZDATA], run->divisor, run->problem))
        return false;
    if (!step_init(&history->step, run->threads)) {
        snprintf(run->problem, sizeof(run->problem), "no memory for a barrier");
        return false;
    }
    uint64_t rounds = CHANGES / run->divisor / history->tzdata.changes + 1;
    history->rounds = rounds < ROUNDS_MAX ? (uint32_t)rounds : ROUNDS_MAX;
    run->operations = history->rounds * history->tzdata.changes;
    return true;
}

/* What the last round came to. */
struct outcome {
    uint64_t transitions;
    uint64_t states;
    uint64_t kinds;
    unsigned ranked; /* how many of the most frequent are right, from the first on */
    uint64_t checksum;
};

static struct outcome read_outcome(struct thread *T, struct workload_run *run)
{
    const struct history *history = run->input;
    struct outcome outcome = {0};
    RC_FRAME(T, f, 5);
    enum { ROOT, PLACES, COUNTS, DICT, RESULT };
    f[ROOT] = rc_load(T, NULL, &run->root);
    f[PLACES] = tuple_get(T, f[ROOT], ROOT_COUNTS);
    f[COUNTS] = list_get(T, f[PLACES], 0);
    f[DICT] = tuple_get(T, f[COUNTS], COUNTS_TRANSITIONS);
    outcome.kinds = dict_length(T, f[DICT]);
    outcome.transitions = counts_sum(T, cell_take(&f[DICT]), &outcome.checksum);
    f[DICT] = tuple_get(T, f[COUNTS], COUNTS_STATES);
    outcome.states = counts_sum(T, cell_take(&f[DICT]), &outcome.checksum);
    cell_set(T, &f[PLACES], tuple_get(T, f[ROOT], ROOT_RESULT));
    f[RESULT] = list_get(T, f[PLACES], 0);
    while (outcome.ranked < history->tzdata.top_length &&
           ranking_has(T, rc_dup(T, f[RESULT]), outcome.ranked,
                       history->tzdata.top[outcome.ranked].text,
                       history->tzdata.top[outcome.ranked].count))
        outcome.ranked++;
    cells_drop(T, f, 5);
    RC_LEAVE(T, f);
    return outcome;
}

static void check(struct workload_run *run, const struct outcome *outcome)
{
    const struct history *history = run->input;
    const struct tzdata *tzdata = &history->tzdata;
    uint64_t changes = load_relaxed(&((struct history *)run->input)->changes);
    if (changes != run->operations || outcome->states != tzdata->changes)
        snprintf(run->problem, sizeof(run->problem),
                 "%" PRIu64 " changes were analysed, %" PRIu64 " in the last round, but there are "
                 "%" PRIu64 " and %" PRIu64,
                 changes, outcome->states, run->operations, tzdata->changes);
    else if (outcome->kinds != tzdata->transitions ||
             outcome->transitions != tzdata->changes - tzdata->subject_count)
        snprintf(run->problem, sizeof(run->problem),
                 "%" PRIu64 " transitions of %" PRIu64 " kinds, but there are %" PRIu64
                 " of %" PRIu64,
                 outcome->transitions, outcome->kinds, tzdata->changes - tzdata->subject_count,
                 tzdata->transitions);
    else if (outcome->ranked < tzdata->top_length)
        snprintf(run->problem, sizeof(run->problem),
                 "number %u of the most frequent transitions should be %.100s, %" PRIu64 " times",
                 outcome->ranked + 1, tzdata->top[outcome->ranked].text,
                 tzdata->top[outcome->ranked].count);
}

static uint64_t timezones_teardown(struct thread *T, struct workload_run *run)
{
    struct history *history = run->input;
    struct outcome outcome = {0};
    if (run->problem[0] == '\0' && !workload_failed(run) && rc_peek(&run->root) != NULL) {
        outcome = read_outcome(T, run);
        check(run, &outcome);
    }
    rc_store(T, NULL, &run->root, RC_NULL_REF);
    if (history != NULL) {
        step_fini(&history->step);
        tzdata_free(&history->tzdata);
    }
    free(history);
    run->input = NULL;
    return outcome.checksum;
}

const struct workload workload_timezones = {
    .name = "timezones",
    .summary = "analyses the time zone database as a log: lines, timelines, what state of clocks "
               "follows which how often",
    .tags = "real-input",
    .source = "tz database, https://www.iana.org/time-zones",
    .inputs = 1U << INPUT_TZDATA,
    .bytes = 64 << 20,
    .setup = timezones_setup,
    .work = timezones_work,
    .teardown = timezones_teardown,
};
