/*
 * wordnet: loads WordNet 3.0 into a graph of objects that is full of cycles, walks it, drops it, collects it.
 *
 *   index[key]   Synset(key, words, pointers, gloss), for each of 117,659 lines
 *
 *   load      a line becomes a synset whose pointers are a list of keys, and joins the index that all threads share
 *   link      a synset's keys are replaced by the synsets that they name
 *   walk      every synset is read; from each STEPth one, all that are at most RADIUS pointers away are counted
 *   collect   the first thread drops the index and runs full collections: nearly all synsets lie on or under cycles
 *
 * Thread `index` of n has the index-th of n equal runs of lines, the same in all steps; threads wait for each other between
 * steps.
 *
 * It judges itself by the plain graph of the lines: how many pointers there are, how many of those from each STEPth synset are
 * answered by one back, how many synsets are counted, and how many counting alone cannot free.
 * A damaged line is refused, with its file and number, and so is a pointer to no synset.
 */
#include "bench/trial/wordnet.h"
#include "bench/trial/mix.h"
#include "bench/trial/step.h"
#include "bench/trial/synset.h"
#include "bench/workload.h"
#include "runtimes/object/dict.h"
#include "runtimes/object/instance.h"
#include "runtimes/object/int.h"
#include "runtimes/object/list.h"
#include "runtimes/object/none.h"
#include "runtimes/runtime.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

enum {
    STEP = 64,
    RADIUS = 3,
    COLLECTIONS_MAX = 8,
};

struct lexicon {
    struct wordnet wordnet;
    struct step step;
    uint64_t reach;        /* what the walks should count */
    uint64_t answers;      /* pointers from where walks begin that have one back */
    uint32_t under_cycles; /* synsets, of which each is three containers */
    _Atomic uint64_t reached;
    _Atomic uint64_t answered;
    _Atomic uint64_t linked; /* pointers */
    uint64_t collected;
};

/* What a thread has at hand while it does its share: entries [begin, end). */
struct share {
    struct thread *T;
    struct workload_run *run;
    struct lexicon *lexicon;
    uint32_t begin;
    uint32_t end;
};

/* --- load --------------------------------------------------------------------------------------- */

/* index[key] = Synset(...); `index` is an argument. */
static bool load_line(struct thread *T, rc_loc index, const struct wordnet_line *line)
{
    RC_FRAME(T, f, 3);
    enum { INDEX, KEY, SYNSET };
    f[INDEX] = index;
    thread_safepoint(T);
    f[KEY] = rc_move(T, int_new(T, (int64_t)line->key));
    if (!loc_is_null(f[KEY]))
        f[SYNSET] = rc_move(T, synset_make(T, line, f[KEY]));
    bool ok =
        !loc_is_null(f[SYNSET]) && dict_set(T, f[INDEX], f[KEY], rc_own(T, cell_take(&f[SYNSET])));
    cells_drop(T, f, 3);
    RC_LEAVE(T, f);
    return ok;
}

static void load(struct share *share, rc_loc index)
{
    struct thread *T = share->T;
    struct wordnet_line line;
    for (uint32_t i = share->begin; i < share->end && !workload_failed(share->run); i++) {
        const struct wordnet_entry *entry = &share->lexicon->wordnet.entries[i];
        thread_safepoint(T);
        const char *reason = wordnet_line_read(&line, entry->text, entry->length);
        ASSERT(reason == NULL); /* it could be read in setup */
        (void)reason;
        if (!load_line(T, rc_dup(T, index), &line))
            workload_out_of_memory(share->run);
    }
}

/* --- link --------------------------------------------------------------------------------------- */

static void link_up(struct share *share, rc_loc index)
{
    struct thread *T = share->T;
    uint64_t linked = 0;
    for (uint32_t i = share->begin; i < share->end && !workload_failed(share->run); i++) {
        thread_safepoint(T);
        if (!synset_link(T, rc_dup(T, index), share->lexicon->wordnet.entries[i].key, &linked))
            workload_out_of_memory(share->run);
    }
    fetch_add_relaxed(&share->lexicon->linked, linked);
}

/* --- walk --------------------------------------------------------------------------------------- */

/* if synset not in visited: visited[synset] = None; queue.append(synset).  All are arguments. */
static bool visit(struct thread *T, rc_loc visited, rc_loc queue, rc_loc synset)
{
    RC_FRAME(T, f, 4);
    enum { VISITED, QUEUE, SYNSET, KNOWN };
    f[VISITED] = visited;
    f[QUEUE] = queue;
    f[SYNSET] = synset;
    thread_safepoint(T);
    f[KNOWN] = dict_get(T, f[VISITED], f[SYNSET]);
    bool ok =
        !loc_is_null(f[KNOWN]) || (dict_set(T, f[VISITED], f[SYNSET], none_ref(T)) &&
                                   list_append(T, f[QUEUE], rc_own(T, cell_take(&f[SYNSET]))));
    cells_drop(T, f, 4);
    RC_LEAVE(T, f);
    return ok;
}

/* Visits what a synset, an argument, points to; the others are borrowed. */
static bool visit_pointers(struct thread *T, rc_loc visited, rc_loc queue, rc_loc synset)
{
    RC_FRAME(T, f, 3);
    enum { SYNSET, POINTERS, TARGET };
    f[SYNSET] = synset;
    thread_safepoint(T);
    f[POINTERS] = instance_get(T, f[SYNSET], SYNSET_POINTERS);
    bool ok = true;
    for (size_t i = 0; ok && i < list_length(T, f[POINTERS]); i++) {
        thread_safepoint(T);
        f[TARGET] = list_get(T, f[POINTERS], i);
        ok = visit(T, rc_dup(T, visited), rc_dup(T, queue), cell_take(&f[TARGET]));
    }
    cells_drop(T, f, 3);
    RC_LEAVE(T, f);
    return ok;
}

/* Breadth first, each level a range of the queue; all are borrowed. */
static bool spread(struct thread *T, rc_loc visited, rc_loc queue, rc_loc start)
{
    RC_FRAME(T, f, 1);
    bool ok = visit(T, rc_dup(T, visited), rc_dup(T, queue), rc_dup(T, start));
    size_t at = 0;
    for (unsigned level = 0; level < RADIUS; level++) {
        for (size_t end = list_length(T, queue); ok && at < end; at++) {
            thread_safepoint(T);
            f[0] = list_get(T, queue, at);
            ok = visit_pointers(T, visited, queue, cell_take(&f[0]));
        }
    }
    RC_LEAVE(T, f);
    return ok;
}

/* How many synsets are at most RADIUS pointers away from one, an argument; 0 if there is no memory. */
static uint64_t count_around(struct thread *T, rc_loc synset)
{
    RC_FRAME(T, f, 3);
    enum { SYNSET, VISITED, QUEUE };
    f[SYNSET] = synset;
    thread_safepoint(T);
    uint64_t count = 0;
    f[VISITED] = rc_move(T, dict_new(T));
    f[QUEUE] = rc_move(T, list_new(T, 0));
    if (!loc_is_null(f[VISITED]) && !loc_is_null(f[QUEUE]) &&
        spread(T, f[VISITED], f[QUEUE], f[SYNSET]))
        count = list_length(T, f[QUEUE]);
    cells_drop(T, f, 3);
    RC_LEAVE(T, f);
    return count;
}

/* Entry i: its part of the checksum. */
static uint64_t walk_from(struct share *share, rc_loc index, uint32_t i)
{
    struct thread *T = share->T;
    RC_FRAME(T, f, 1);
    uint64_t key = share->lexicon->wordnet.entries[i].key;
    uint64_t sum = 0;
    f[0] = rc_move(T, synset_find(T, index, key));
    bool ok = !loc_is_null(f[0]);
    if (ok)
        sum = mix64(key) ^ synset_checksum(T, rc_dup(T, f[0]));
    if (ok && i % STEP == 0) {
        fetch_add_relaxed(&share->lexicon->answered, synset_answers(T, rc_dup(T, f[0])));
        uint64_t count = count_around(T, cell_take(&f[0]));
        ok = count > 0;
        sum += mix64(key + 1) * count;
        fetch_add_relaxed(&share->lexicon->reached, count);
    }
    if (!ok)
        workload_out_of_memory(share->run);
    cells_drop(T, f, 1);
    RC_LEAVE(T, f);
    return sum;
}

static uint64_t walk(struct share *share, rc_loc index)
{
    uint64_t sum = 0;
    for (uint32_t i = share->begin; i < share->end && !workload_failed(share->run); i++) {
        thread_safepoint(share->T);
        sum += walk_from(share, index, i);
    }
    return sum;
}

/* --- all steps ---------------------------------------------------------------------------------- */

/* How many containers counting cannot free: the synsets on and under cycles, with their two lists; if anything is freed. */
static uint64_t garbage_of(const struct lexicon *lexicon)
{
    return RC_FREES ? UINT64_C(3) * lexicon->under_cycles : 0;
}

/* root = None; gc.collect().  All others are blocked. */
static void drop_and_collect(struct share *share)
{
    struct thread *T = share->T;
    struct lexicon *lexicon = share->lexicon;
    rc_store(T, NULL, &share->run->root, RC_NULL_REF);
    for (unsigned i = 0; i < COLLECTIONS_MAX && lexicon->collected < garbage_of(lexicon); i++) {
        runtime_settle(T); /* the index may have to wait for its death */
        lexicon->collected += gc_collect(T, GC_GENERATIONS - 1);
    }
}

/* One thread does the last step while the others wait for it. */
static void finish(struct share *share, bool first)
{
    step_await(&share->lexicon->step, share->T);
    if (first)
        drop_and_collect(share);
    step_await(&share->lexicon->step, share->T);
}

static uint64_t wordnet_work(struct thread *T, struct workload_run *run, unsigned index)
{
    struct lexicon *lexicon = run->input;
    uint64_t length = lexicon->wordnet.length;
    struct share share = {T, run, lexicon, (uint32_t)(length * index / run->threads),
                          (uint32_t)(length * (index + 1) / run->threads)};
    RC_FRAME(T, f, 1);
    f[0] = rc_load(T, NULL, &run->root);
    load(&share, f[0]);
    step_await(&lexicon->step, T);
    link_up(&share, f[0]);
    step_await(&lexicon->step, T);
    uint64_t sum = walk(&share, f[0]);
    cells_drop(T, f, 1);
    RC_LEAVE(T, f);
    finish(&share, index == 0);
    return sum;
}

/* --- the workload ------------------------------------------------------------------------------- */

static bool expect(struct lexicon *lexicon)
{
    struct graph graph = wordnet_graph(&lexicon->wordnet);
    lexicon->answers = graph_answered(&graph, STEP);
    return graph_sum_within(&graph, STEP, RADIUS, &lexicon->reach) &&
           graph_under_cycles(&graph, &lexicon->under_cycles);
}

static bool wordnet_setup(struct thread *T, struct workload_run *run)
{
    struct lexicon *lexicon = calloc(1, sizeof(*lexicon));
    run->input = lexicon;
    rc_store(T, NULL, &run->root, dict_new(T));
    if (lexicon == NULL || rc_peek(&run->root) == NULL) {
        snprintf(run->problem, sizeof(run->problem), "no memory for the input");
        return false;
    }
    if (!wordnet_read(&lexicon->wordnet, run->paths[INPUT_WORDNET], run->divisor, run->problem))
        return false;
    if (!step_init(&lexicon->step, run->threads) || !expect(lexicon)) {
        snprintf(run->problem, sizeof(run->problem), "no memory for the graph of the input");
        return false;
    }
    run->operations = lexicon->wordnet.length + lexicon->reach;
    return true;
}

static void check(struct workload_run *run, const struct lexicon *lexicon)
{
    uint64_t reached = load_relaxed(&lexicon->reached);
    if (run->problem[0] != '\0' || workload_failed(run))
        return;
    uint64_t linked = load_relaxed(&lexicon->linked);
    uint64_t answered = load_relaxed(&lexicon->answered);
    if (linked != lexicon->wordnet.edges)
        snprintf(run->problem, sizeof(run->problem),
                 "%" PRIu64 " pointers were linked, but the lines have %" PRIu32, linked,
                 lexicon->wordnet.edges);
    else if (answered != lexicon->answers)
        snprintf(run->problem, sizeof(run->problem),
                 "%" PRIu64 " pointers were found to have one back, but %" PRIu64 " have", answered,
                 lexicon->answers);
    else if (reached != lexicon->reach)
        snprintf(run->problem, sizeof(run->problem),
                 "%" PRIu64 " synsets were reached, but there are %" PRIu64 " to reach", reached,
                 lexicon->reach);
    else if (lexicon->collected < garbage_of(lexicon))
        snprintf(run->problem, sizeof(run->problem),
                 "%" PRIu64 " containers were collected, but %" PRIu64 " lie on or under cycles",
                 lexicon->collected, garbage_of(lexicon));
}

static uint64_t wordnet_teardown(struct thread *T, struct workload_run *run)
{
    struct lexicon *lexicon = run->input;
    rc_store(T, NULL, &run->root, RC_NULL_REF);
    if (lexicon != NULL) {
        check(run, lexicon);
        wordnet_free(&lexicon->wordnet);
        step_fini(&lexicon->step);
    }
    free(lexicon);
    run->input = NULL;
    return 0;
}

const struct workload workload_wordnet = {
    .name = "wordnet",
    .summary = "loads WordNet into a graph full of cycles, walks it, drops it and collects it",
    .tags = "real-input,cycles",
    .source = "G. Miller, WordNet, CACM 1995; Debian's wordnet-base",
    .inputs = 1U << INPUT_WORDNET,
    .heap = true,
    .bytes = 256 << 20,
    .setup = wordnet_setup,
    .work = wordnet_work,
    .teardown = wordnet_teardown,
};
