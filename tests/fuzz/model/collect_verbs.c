/*
 * Collections, foretold and not.
 *
 * After everything has settled the model knows exactly what a collection of a generation must find: the containers it looks
 * at which nothing else refers to, and nothing that these are reached from.  How old a container is, is the collector's to
 * say; that those it looked at are one generation older afterwards, and the others as old as before, is asked.
 */
#include "gc/gc.h"
#include "runtimes/object/object.h"
#include "runtimes/runtime.h"
#include "tests/fuzz/model/event.h"
#include "tests/fuzz/model/verify.h"

static const struct gc_head *head_of(const struct node *node)
{
    return &((const struct container *)(const void *)node->address)->gc;
}

static bool is_candidate(const struct node *node, unsigned generation)
{
    if (node->kind < OBJ_TUPLE)
        return false;
    const struct gc_head *head = head_of(node);
    return gc_head_is_tracked(head) && !gc_head_is_frozen(head) &&
           gc_head_generation(head) <= generation;
}

/* --- the model's collection ----------------------------------------------------------------------------------------- */

static void note_generations(void)
{
    for (size_t i = 0; i < graph.living; i++) {
        struct node *node = node_at(graph.live[i]);
        if (node->kind >= OBJ_TUPLE)
            node->generation = (uint8_t)gc_head_generation(head_of(node));
    }
}

/* Marks what is found unreachable; how many. */
static size_t condemn(unsigned generation)
{
    size_t condemned = 0;
    graph_reach();
    for (size_t i = 0; i < graph.living; i++)
        if (!is_candidate(node_at(graph.live[i]), generation))
            graph_reach_also(graph.live[i]);
    for (size_t i = 0; i < graph.living; i++) {
        struct node *node = node_at(graph.live[i]);
        node->condemned = !node->reached;
        condemned += node->condemned;
    }
    return condemned;
}

static void null_condemned(void)
{
    for (size_t i = 0; i < graph.living; i++)
        if (node_at(graph.live[i])->condemned)
            graph_null_weak(graph.live[i]);
}

/* Finalizers have run: what can be reached again is condemned no more; how many that are. */
static size_t pardon(void)
{
    size_t pardoned = 0;
    graph_reach();
    for (size_t i = 0; i < graph.living; i++)
        if (!node_at(graph.live[i])->condemned)
            graph_reach_also(graph.live[i]);
    for (size_t i = 0; i < graph.living; i++) {
        struct node *node = node_at(graph.live[i]);
        node->pardoned = node->condemned && node->reached;
        node->condemned = node->condemned && !node->reached;
        pardoned += node->pardoned;
    }
    return pardoned;
}

static void forget_pardons(void)
{
    for (size_t i = 0; i < graph.living; i++)
        node_at(graph.live[i])->pardoned = false;
}

static void end_condemned(void)
{
    for (size_t i = graph.living; i > 0; i--) {
        const node_id id = graph.live[i - 1];
        const struct node *node = node_at(id);
        if (!node->condemned)
            continue;
        PROBLEM_UNLESS(node->type->finalize == NULL || node->finalized,
                       "#%u, a %s, is finalized by the collection that finds it", id,
                       node->type->name);
        graph_die(id);
    }
}

/* Of what lives on.  Who died and was brought back by its finalizer is old. */
static void verify_generations(unsigned collected)
{
    const unsigned raised = collected < GC_GENERATIONS - 1 ? collected + 1 : collected;
    for (size_t i = 0; i < graph.living; i++) {
        const node_id id = graph.live[i];
        const struct node *node = node_at(id);
        if (node->kind < OBJ_TUPLE || node->finalized || !gc_head_is_tracked(head_of(node)))
            continue;
        const bool was_looked_at = node->generation <= collected && !node->frozen;
        const unsigned expected = was_looked_at ? raised : node->generation;
        const unsigned seen = gc_head_generation(head_of(node));
        PROBLEM_UNLESS(seen == expected,
                       "#%u, a %s of generation %u, is of %u after a collection of %u, seen: %u",
                       id, node->type->name, node->generation, expected, collected, seen);
    }
}

/* --- verbs ---------------------------------------------------------------------------------------------------------- */

void verb_collect(struct turn *turn)
{
    const unsigned generation = turn->step.b % GC_GENERATIONS;
    verify_settled(turn->T);
    note_generations();
    const size_t condemned = condemn(generation);
    problem_say("collect generation %u: %zu unreachable", generation, condemned);
    null_condemned();
    events_foretell(true);
    const size_t found = gc_collect(turn->T, generation);
    events_foretell(false);
    events_apply();
    const size_t pardoned = pardon();
    PROBLEM_UNLESS(found == condemned - pardoned,
                   "%zu unreachable, %zu of them resurrected, seen: %zu ended", condemned, pardoned,
                   found);
    problem->tally.unreachable += found;
    problem->tally.resurrected += pardoned;
    end_condemned();
    verify_settled(turn->T);
    verify_generations(generation);
    forget_pardons();
}

void verb_collect_unsettled(struct turn *turn)
{
    const unsigned generation = turn->step.b % GC_GENERATIONS;
    problem_say("collect generation %u as it is", generation);
    gc_collect(turn->T, generation);
}

void verb_automatic(struct turn *turn)
{
    enum { RANGE = 64 };
    const uint32_t threshold = turn->step.b % RANGE;
    problem_say("collections come by themselves: threshold %u", threshold);
    gc_set_threshold(0, threshold);
    gc_enable(threshold != 0);
}

void verb_policy(struct turn *turn)
{
    enum { RANGE = 64, STEP = 256 };
    const enum gc_policy policy = turn->step.b % GC_POLICIES;
    problem_say("policy %s", gc_policy_names[policy]);
    gc_set_policy(turn->T, policy);
    gc_set_budget(0, (uint64_t)(turn->step.c % RANGE) * STEP);
}

void verb_number_from(struct turn *turn)
{
    const bool all = turn->step.b % 2 == 0;
    problem_say("garbage is found %s", all ? "by number" : "in words");
    gc_number_from(all ? 0 : SIZE_MAX);
}

void verb_freeze(struct turn *turn)
{
    verify_settled(turn->T);
    size_t frozen = 0;
    gc_freeze(turn->T);
    for (size_t i = 0; i < graph.living; i++) {
        struct node *node = node_at(graph.live[i]);
        node->frozen = node->kind >= OBJ_TUPLE && gc_head_is_tracked(head_of(node));
        frozen += node->frozen;
    }
    problem_say("freeze: %zu", frozen);
    const size_t seen = gc_freeze_count(turn->T);
    PROBLEM_UNLESS(seen == frozen, "%zu containers are frozen, seen: %zu", frozen, seen);
}

void verb_unfreeze(struct turn *turn)
{
    problem_say("unfreeze");
    gc_unfreeze(turn->T);
    for (size_t i = 0; i < graph.living; i++)
        node_at(graph.live[i])->frozen = false;
}

/* What a program would see. */
void verb_count(struct turn *turn)
{
    const int r = turn_find(turn, turn->step.a, OBJ_KINDS);
    if (r < 0 || !RC_FREES)
        return;
    const node_id id = turn_id(turn, (unsigned)r);
    graph_be_certain();
    problem_say("count the references to #%u", id);
    verify_settled(turn->T);
    graph_count();
    const size_t seen = obj_refcount(turn->T, turn->cells[r]);
    PROBLEM_UNLESS(seen == node_at(id)->references, "%zu references to #%u, seen: %zu",
                   node_at(id)->references, id, seen);
}
