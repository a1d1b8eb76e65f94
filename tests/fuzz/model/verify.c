/* Comparing, step by step and after everything has settled. */
#include "tests/fuzz/model/verify.h"

#include "gc/gc.h"
#include "runtimes/object/object.h"
#include "runtimes/object/referent.h"
#include "runtimes/object/weakref.h"
#include "runtimes/runtime.h"
#include "tests/fuzz/model/atom.h"
#include "tests/fuzz/model/event.h"
#include "tests/fuzz/model/problem.h"

static struct obj *object_of(const struct node *node)
{
    return (struct obj *)(uintptr_t)node->address;
}

/* --- one object ----------------------------------------------------------------------------------------------------- */

struct comparison {
    const struct node *node;
    node_id id;
    size_t slot;
};

static void compare_referent(struct rc_header *referent, void *context)
{
    struct comparison *c = context;
    while (c->slot < c->node->length && c->node->slots[c->slot] == 0)
        c->slot++;
    PROBLEM_UNLESS(c->slot < c->node->length, "#%u, a %s, refers to %zu objects, not to more",
                   c->id, c->node->type->name, c->slot);
    const node_id expected = c->node->slots[c->slot++];
    PROBLEM_UNLESS(referent == node_at(expected)->address,
                   "#%u, a %s, refers to #%u at %p in place %zu, not to %p", c->id,
                   c->node->type->name, expected, (const void *)node_at(expected)->address,
                   c->slot - 1, (const void *)referent);
}

void verify_slots(node_id id)
{
    struct comparison c = {.node = node_at(id), .id = id};
    referent_each(object_of(c.node), compare_referent, &c);
    while (c.slot < c.node->length && c.node->slots[c.slot] == 0)
        c.slot++;
    PROBLEM_UNLESS(c.slot == c.node->length, "#%u, a %s, refers to %zu objects, not to %zu", id,
                   c.node->type->name, c.node->length, c.slot);
}

static void verify_weak(node_id id)
{
    const struct node *node = node_at(id);
    const struct weakref_obj *w = (const struct weakref_obj *)object_of(node);
    const struct container *target = load_relaxed(&w->target);
    const struct node *expected = node_at(node->target);
    if (node->target == 0)
        PROBLEM_UNLESS(target == NULL, "#%u, a weak reference, is null: its target has ended", id);
    else if (expected->certain)
        PROBLEM_UNLESS((const void *)target == (const void *)expected->address,
                       "#%u, a weak reference, names #%u, which is alive", id, node->target);
}

static void verify_node(node_id id)
{
    const struct node *node = node_at(id);
    PROBLEM_UNLESS(object_of(node)->type == node->type, "#%u at %p is a %s still", id,
                   (const void *)node->address, node->type->name);
    PROBLEM_UNLESS(atom_is_intact(node), "#%u, a %s, has its value %jd still", id, node->type->name,
                   (intmax_t)node->value);
    verify_slots(id);
    if (node->kind == OBJ_WEAKREF)
        verify_weak(id);
}

/* --- callbacks ------------------------------------------------------------------------------------------------------ */

/* Of a weak reference that ends with its target, or before, nothing can be asked. */
static void verify_calls(void)
{
    for (size_t i = 0; i < graph.living; i++) {
        struct node *w = node_at(graph.live[i]);
        if (!w->owed)
            continue;
        PROBLEM_UNLESS(!w->certain, "#%u, whose target has ended, is called back", graph.live[i]);
        w->silent = true;
        w->owed = false;
    }
}

/* --- objects -------------------------------------------------------------------------------------------------------- */

static void verify_objects(void)
{
    for (size_t i = 0; i < graph.living; i++)
        if (node_at(graph.live[i])->certain)
            verify_node(graph.live[i]);
    const size_t objects = runtime_census().objects;
    const size_t least = graph_certain();
    const size_t most = graph_living();
    PROBLEM_UNLESS(least <= objects && objects <= most,
                   "%zu to %zu objects are alive, seen: %zu are", least, most, objects);
}

/* --- counts --------------------------------------------------------------------------------------------------------- */

static void count_root(struct rc_header *object, void *context)
{
    (void)context;
    node_id id = object != NULL ? graph_find(object) : 0;
    if (id != 0)
        node_at(id)->references--;
}

/* Uncounted references are subtracted from those of the model: what is left must be counted. */
static void verify_counts(struct thread *T)
{
    world_stop(T);
    rc_settle(T);
    graph_count();
    rc_each_uncounted_root(T, count_root, NULL);
    for (size_t i = 0; i < graph.living; i++) {
        const struct node *node = node_at(graph.live[i]);
        PROBLEM_UNLESS(rc_count(node->address) == node->references,
                       "#%u, a %s, has %zu references that are counted, seen: %zu", graph.live[i],
                       node->type->name, node->references, rc_count(node->address));
    }
    world_start(T);
}

/* --- everything ----------------------------------------------------------------------------------------------------- */

void verify_settled(struct thread *T)
{
    runtime_settle(T);
    events_apply();
    graph_end(true);
    graph_be_certain();
    verify_calls();
    verify_objects();
    if (RC_FREES)
        verify_counts(T);
}

/* What was lost may have lost its weak references and callbacks to a collection, even if a finalizer has brought it back. */
static void adopt_weak(node_id id)
{
    struct node *w = node_at(id);
    if (w->kind != OBJ_WEAKREF || !w->certain)
        return;
    const struct weakref_obj *real = (const struct weakref_obj *)object_of(w);
    if (w->target != 0 && node_at(w->target)->certain && node_at(w->target)->lost &&
        load_relaxed(&real->target) == NULL) {
        w->target = 0;
        w->owed = w->calls && !w->called;
    }
    if (w->owed && w->lost) {
        w->owed = false;
        w->silent = true;
    }
}

/* What is not reachable, nor frozen, has ended. */
static void end_unreachable(void)
{
    graph_reach();
    for (size_t i = 0; i < graph.living; i++)
        if (node_at(graph.live[i])->frozen)
            graph_reach_also(graph.live[i]);
    for (size_t i = graph.living; i > 0; i--) {
        const node_id id = graph.live[i - 1];
        const struct node *node = node_at(id);
        if (node->reached)
            continue;
        PROBLEM_UNLESS(node->type->finalize == NULL || node->finalized,
                       "#%u, a %s, which is unreachable, has been finalized", id, node->type->name);
        graph_die(id);
    }
}

static void collect_all(struct thread *T)
{
    uint64_t finalizers;
    size_t found;
    events_foretell(true);
    do {
        finalizers = problem->tally.finalizers;
        runtime_settle(T);
        found = gc_collect(T, GC_GENERATIONS - 1);
        problem->tally.unreachable += found;
    } while (found != 0 || finalizers != problem->tally.finalizers);
    events_foretell(false);
}

void verify_collected(struct thread *T)
{
    graph_lose();
    collect_all(T);
    events_apply();
    end_unreachable();
    graph_be_certain();
    for (size_t i = 0; i < graph.living; i++)
        adopt_weak(graph.live[i]);
    graph_forget_lost();
    verify_settled(T);
}

void verify_step(struct thread *T)
{
    if (events_is_surprised()) {
        verify_collected(T);
        graph_share(); /* what finalizers brought back */
        events_be_sure();
        return;
    }
    events_apply();
    graph_share();
    if (RC_PROMPT_DEATH)
        graph_end(false);
    graph_be_certain();
    verify_calls();
    verify_objects();
}
