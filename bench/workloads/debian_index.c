/*
 * debian_index: reads what dpkg knows of the installed packages into objects, and resolves what each of them needs.
 *
 *   offers[name]   list of (package, version): the packages of that name, and those that provide it
 *   packages[i]    the i-th installed package of the file: Package(..., needs, closure)
 *
 *   parse     a stanza becomes a package whose needs are lists of alternatives, and joins both containers
 *   link      the needs are replaced by packages: the first alternative that is met, by name, version and architecture
 *   close     from each package, depth first, all that it needs, directly or not: a set, which the package keeps
 *
 * Idea: what a package manager does at every start, on the bytes that this machine's has.  The needs of packages have cycles (libc6
 * and libgcc-s1), and so have all closures, which hold the package that keeps them: whole rounds become garbage that only the
 * collector finds, while the next round runs.
 * The steps are done in turn by all threads together; package i belongs to thread i mod n.  All is repeated, each round on new
 * objects, so often that the work is about the same whatever the size of the file; if it is too large for one round, only
 * every so many packages' closures are made.
 *
 * It judges itself by the graph that bench/trial/dpkg_status.c makes of the file in plain arrays, breadth first: as many needs
 * unmet, closures together of that size.  And of the last round every closure must have its package, and with each member what
 * that one needs; so none of them is too large either.
 * A damaged stanza is refused, with its line.  Source: deb822(5), deb-control(5); the file is /var/lib/dpkg/status.
 */
#include "bench/trial/closure.h"
#include "bench/trial/dpkg_status.h"
#include "bench/trial/mix.h"
#include "bench/trial/pack.h"
#include "bench/trial/package.h"
#include "bench/trial/places.h"
#include "bench/trial/step.h"
#include "bench/workload.h"
#include "runtimes/object/dict.h"
#include "runtimes/object/list.h"
#include "runtimes/object/tuple.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

/* Costs are counted in packages looked at in closures; reading and linking one takes as long as so many. */
enum { COST = 8000000, COST_OF_READING = 100, ROUNDS_MAX = 64 };

enum root { ROOT_OFFERS, ROOT_PACKAGES, ROOT_LENGTH };

struct index {
    struct dpkg_status status;
    struct step step;
    uint32_t stride; /* closures are made of every so many packages */
    uint32_t rounds;
    uint64_t reach; /* members of all closures of one round */
    _Atomic uint64_t reached;
    _Atomic uint64_t unmet;
};

/* What a thread has at hand while it does its share. */
struct share {
    struct thread *T;
    struct workload_run *run;
    struct index *index;
    uint32_t first; /* of its packages; the next is `step` further */
    uint32_t step;
};

/* --- parse -------------------------------------------------------------------------------------- */

/* packages[i] = Package(...), and what it offers; both containers are arguments. */
static bool parse_stanza(struct thread *T, rc_loc offers, rc_loc packages,
                         const struct dpkg_stanza *stanza, uint32_t i)
{
    RC_FRAME(T, f, 3);
    enum { OFFERS, PACKAGES, PACKAGE };
    f[OFFERS] = offers;
    f[PACKAGES] = packages;
    thread_safepoint(T);
    f[PACKAGE] = rc_move(T, package_make(T, stanza, i));
    bool ok = !loc_is_null(f[PACKAGE]) &&
              package_offer(T, rc_dup(T, f[OFFERS]), rc_dup(T, f[PACKAGE]), stanza) &&
              list_set(T, f[PACKAGES], i, rc_own(T, cell_take(&f[PACKAGE])));
    cells_drop(T, f, 3);
    RC_LEAVE(T, f);
    return ok;
}

static void parse(const struct share *share, rc_loc offers, rc_loc packages)
{
    struct thread *T = share->T;
    const struct dpkg_status *status = &share->index->status;
    for (uint32_t i = share->first; i < status->length && !workload_failed(share->run);
         i += share->step) {
        struct dpkg_stanza stanza;
        struct dpkg_problem problem;
        thread_safepoint(T);
        bool ok = dpkg_stanza_read(&stanza, status->entries[i].text, 1, &problem);
        ASSERT(ok); /* it could be read in setup */
        if (!ok || !parse_stanza(T, rc_dup(T, offers), rc_dup(T, packages), &stanza, i))
            workload_out_of_memory(share->run);
    }
}

/* --- link --------------------------------------------------------------------------------------- */

static void link_up(const struct share *share, rc_loc offers, rc_loc packages)
{
    struct thread *T = share->T;
    uint64_t unmet = 0;
    for (uint32_t i = share->first; i < share->index->status.length && !workload_failed(share->run);
         i += share->step) {
        RC_FRAME(T, f, 1);
        thread_safepoint(T);
        f[0] = list_get(T, packages, i);
        if (!package_link(T, rc_dup(T, offers), cell_take(&f[0]), &unmet))
            workload_out_of_memory(share->run);
        cells_drop(T, f, 1);
        RC_LEAVE(T, f);
    }
    fetch_add_relaxed(&share->index->unmet, unmet);
}

/* --- close -------------------------------------------------------------------------------------- */

static uint64_t close_share(const struct share *share, rc_loc packages)
{
    struct thread *T = share->T;
    const struct index *index = share->index;
    uint64_t total = 0;
    uint64_t reached = 0;
    for (uint32_t i = share->first * index->stride;
         i < index->status.length && !workload_failed(share->run);
         i += share->step * index->stride) {
        RC_FRAME(T, f, 1);
        uint64_t sum;
        uint64_t length;
        thread_safepoint(T);
        f[0] = list_get(T, packages, i);
        if (closure_make(T, cell_take(&f[0]), &sum, &length)) {
            total += mix64(i) * sum;
            reached += length;
        } else {
            workload_out_of_memory(share->run);
        }
        RC_LEAVE(T, f);
    }
    fetch_add_relaxed(&share->index->reached, reached);
    return total;
}

/* --- all steps ---------------------------------------------------------------------------------- */

/* root = ({}, [None, ...]); what was there becomes garbage. */
static void renew_root(const struct share *share)
{
    struct thread *T = share->T;
    rc_store(T, NULL, &share->run->root, RC_NULL_REF);
    rc_ref items[ROOT_LENGTH] = {dict_new(T), places_new(T, share->index->status.length)};
    rc_ref root = pack_new(T, ROOT_LENGTH, items);
    if (ref_is_null(root))
        workload_out_of_memory(share->run);
    rc_store(T, NULL, &share->run->root, root);
}

/* The steps after the first.  Every thread comes to every wait, also when one of them has failed. */
static uint64_t do_steps(const struct share *share, rc_loc offers, rc_loc packages)
{
    struct step *step = &share->index->step;
    parse(share, offers, packages);
    step_await(step, share->T);
    link_up(share, offers, packages);
    step_await(step, share->T);
    uint64_t sum = close_share(share, packages);
    step_await(step, share->T);
    return sum;
}

static uint64_t do_round(const struct share *share)
{
    struct thread *T = share->T;
    RC_FRAME(T, f, 3);
    enum { ROOT, OFFERS, PACKAGES };
    if (share->first == 0)
        renew_root(share);
    step_await(&share->index->step, T);
    f[ROOT] = rc_load(T, NULL, &share->run->root);
    if (!loc_is_null(f[ROOT])) {
        f[OFFERS] = tuple_get(T, f[ROOT], ROOT_OFFERS);
        f[PACKAGES] = tuple_get(T, f[ROOT], ROOT_PACKAGES);
    }
    uint64_t sum = do_steps(share, f[OFFERS], f[PACKAGES]);
    cells_drop(T, f, 3);
    RC_LEAVE(T, f);
    return sum;
}

static uint64_t debian_index_work(struct thread *T, struct workload_run *run, unsigned index)
{
    struct share share = {T, run, run->input, index, run->threads};
    uint64_t sum = 0;
    for (uint32_t round = 0; round < share.index->rounds; round++)
        sum += do_round(&share) * (2 * round + 1);
    return sum;
}

/* --- the workload ------------------------------------------------------------------------------- */

static bool sum_closures(const struct index *index, uint32_t stride, uint64_t *sum)
{
    struct graph graph = dpkg_status_graph(&index->status);
    return graph_sum_within(&graph, stride, graph.nodes, sum);
}

/* How many closures and rounds to make; a member costs itself and what it needs. */
static bool plan(struct index *index, unsigned divisor)
{
    uint64_t all;
    if (!sum_closures(index, 1, &all))
        return false;
    const struct dpkg_status *status = &index->status;
    uint64_t cost = all + all * status->edges / status->length;
    uint64_t limit = COST / divisor;
    index->stride = (uint32_t)(cost / COST) + 1;
    cost = cost / index->stride + (uint64_t)status->length * COST_OF_READING;
    uint64_t rounds = limit / cost;
    index->rounds = rounds < 1 ? 1 : (uint32_t)(rounds < ROUNDS_MAX ? rounds : ROUNDS_MAX);
    return sum_closures(index, index->stride, &index->reach);
}

static bool debian_index_setup(struct thread *T, struct workload_run *run)
{
    (void)T;
    struct index *index = calloc(1, sizeof(*index));
    run->input = index;
    if (index == NULL) {
        snprintf(run->problem, sizeof(run->problem), "no memory for the input");
        return false;
    }
    if (!dpkg_status_read(&index->status, run->paths[INPUT_DPKG_STATUS], run->divisor,
                          run->problem))
        return false;
    if (!step_init(&index->step, run->threads) || !plan(index, run->divisor)) {
        snprintf(run->problem, sizeof(run->problem), "no memory for the graph of the input");
        return false;
    }
    run->operations = index->rounds * (index->status.length + index->reach);
    return true;
}

/* How many packages' closures are not what they should be. */
static uint32_t count_open(struct thread *T, struct workload_run *run)
{
    const struct index *index = run->input;
    RC_FRAME(T, f, 3);
    enum { ROOT, PACKAGES, PACKAGE };
    uint32_t open = 0;
    f[ROOT] = rc_load(T, NULL, &run->root);
    f[PACKAGES] = tuple_get(T, f[ROOT], ROOT_PACKAGES);
    for (uint32_t i = 0; i < index->status.length; i += index->stride) {
        f[PACKAGE] = list_get(T, f[PACKAGES], i);
        open += !closure_is_closed(T, cell_take(&f[PACKAGE]));
    }
    cells_drop(T, f, 3);
    RC_LEAVE(T, f);
    return open;
}

static void check(struct thread *T, struct workload_run *run)
{
    const struct index *index = run->input;
    uint64_t reach = index->rounds * index->reach;
    uint64_t unmet = index->rounds * index->status.unmet;
    uint64_t reached = load_relaxed(&index->reached);
    uint64_t unmet_here = load_relaxed(&index->unmet);
    uint32_t open = count_open(T, run);
    if (unmet_here != unmet)
        snprintf(run->problem, sizeof(run->problem),
                 "%" PRIu64 " needs were met by no package, but there are %" PRIu64 " of them",
                 unmet_here, unmet);
    else if (reached != reach)
        snprintf(run->problem, sizeof(run->problem),
                 "closures had %" PRIu64 " members together, but should have %" PRIu64, reached,
                 reach);
    else if (open > 0)
        snprintf(run->problem, sizeof(run->problem),
                 "of %" PRIu32 " packages the closure lacks the package or what a member needs",
                 open);
}

static uint64_t debian_index_teardown(struct thread *T, struct workload_run *run)
{
    struct index *index = run->input;
    if (run->problem[0] == '\0' && !workload_failed(run) && rc_peek(&run->root) != NULL)
        check(T, run);
    rc_store(T, NULL, &run->root, RC_NULL_REF);
    if (index != NULL) {
        step_fini(&index->step);
        dpkg_status_free(&index->status);
    }
    free(index);
    run->input = NULL;
    return 0;
}

const struct workload workload_debian_index = {
    .name = "debian_index",
    .summary =
        "reads dpkg's status file into packages that refer to each other, and makes the closure "
        "of what each needs",
    .tags = "real-input,cycles,sharing",
    .source = "the status file of dpkg, as deb822(5) and deb-control(5) describe it",
    .inputs = 1U << INPUT_DPKG_STATUS,
    .heap = true,
    .bytes = 256 << 20,
    .setup = debian_index_setup,
    .work = debian_index_work,
    .teardown = debian_index_teardown,
};
