/* Finalizers, callbacks, collections; and what is noted of them. */
#include "tests/fuzz/model/event.h"

#include "gc/gc.h"
#include "runtimes/object/finalize.h"
#include "runtimes/object/instance.h"
#include "tests/fuzz/model/verify.h"

enum { NOTES_MAX = 2 * NODES };

static const char *const fields[FIELDS] = {"left", "right"};
typedef bool finalizer(struct thread *T, rc_loc self);
static finalizer note_end, save, unlink_left, fail;

enum { PLAIN, NOTING, SAVING, UNLINKING, FAILING };

const struct type event_types[EVENT_TYPES] = {
    [PLAIN] = INSTANCE_TYPE("Plain", fields),
    [NOTING] = INSTANCE_TYPE_FINALIZED("Noting", fields, note_end),
    [SAVING] = INSTANCE_TYPE_FINALIZED("Saving", fields, save),
    [UNLINKING] = INSTANCE_TYPE_FINALIZED("Unlinking", fields, unlink_left),
    [FAILING] = INSTANCE_TYPE_FINALIZED("Failing", fields, fail),
};

static struct {
    struct {
        node_id id;
        bool finalized; /* else called back */
    } notes[NOTES_MAX];
    size_t length;
    bool collected; /* since they were worked off last */
    bool foretold;
    bool surprised;
} events;

static void note(node_id id, bool finalized)
{
    CHECK(events.length < NOTES_MAX, "more than %d events", NOTES_MAX);
    events.notes[events.length].id = id;
    events.notes[events.length++].finalized = finalized;
}

/* --- finalizers ----------------------------------------------------------------------------------------------------- */

/* A weak reference in a field to the object itself. */
static void expect_null_inside(struct thread *T, rc_loc self)
{
    RC_FRAME(T, f, 2);
    f[0] = instance_get(T, self, FIELDS - 1);
    if (rc_get(f[0]) != NULL && obj_is(obj_get(f[0]), OBJ_WEAKREF)) {
        f[1] = weakref_get(T, f[0]);
        PROBLEM_UNLESS(rc_get(f[1]) != rc_get(self),
                       "weak references to an object are null in its finalizer");
        rc_clear(T, &f[1]);
    }
    rc_clear(T, &f[0]);
    RC_LEAVE(T, f);
}

static node_id begin(struct thread *T, rc_loc self)
{
    node_id id = graph_find(rc_get(self));
    PROBLEM_UNLESS(id != 0, "who is finalized is alive");
    problem_say("  [#%u %s is finalized]", id, node_at(id)->type->name);
    PROBLEM_UNLESS(!node_at(id)->finalized, "#%u is finalized once", id);
    verify_slots(id);
    expect_null_inside(T, self);
    node_at(id)->finalized = true;
    problem->tally.finalizers++;
    note(id, true);
    return id;
}

static bool note_end(struct thread *T, rc_loc self)
{
    begin(T, self);
    return true;
}

static bool fail(struct thread *T, rc_loc self)
{
    begin(T, self);
    return false;
}

static bool save(struct thread *T, rc_loc self)
{
    node_id id = begin(T, self);
    rc_store(T, NULL, &verb_saved[id], rc_own(T, rc_dup(T, self)));
    return true;
}

static bool unlink_left(struct thread *T, rc_loc self)
{
    begin(T, self);
    instance_set(T, self, 0, RC_NULL_REF);
    return true;
}

static void ignore(const struct type *type) { (void)type; }

/* --- callbacks ------------------------------------------------------------------------------------------------------ */

void event_call(struct thread *T, rc_loc weakref)
{
    RC_FRAME(T, f, 1);
    node_id id = graph_find(rc_get(weakref));
    PROBLEM_UNLESS(id != 0, "the weak reference that is called back is alive");
    problem_say("  [#%u is called back]", id);
    PROBLEM_UNLESS(!node_at(id)->called, "#%u is called back once", id);
    verify_slots(id);
    f[0] = weakref_get(T, weakref);
    PROBLEM_UNLESS(rc_get(f[0]) == NULL, "#%u is null in its callback", id);
    rc_clear(T, &f[0]);
    node_at(id)->called = true;
    problem->tally.callbacks++;
    note(id, false);
    RC_LEAVE(T, f);
}

/* --- the model ------------------------------------------------------------------------------------------------------ */

static void apply_call(node_id id)
{
    struct node *w = node_at(id);
    PROBLEM_UNLESS(w->calls && !w->silent, "#%u is not called back: it was garbage itself", id);
    PROBLEM_UNLESS(w->target == 0 || !node_at(w->target)->reached,
                   "#%u is not called back: its target #%u is reachable", id, w->target);
    w->owed = false;
    w->target = 0;
}

static void apply_finalizer(node_id id)
{
    struct node *node = node_at(id);
    PROBLEM_UNLESS(!node->reached, "#%u is not finalized: it is reachable", id);
    graph_null_weak(id);
    node->frozen = false; /* it died, and what a finalizer brings back is as any other */
    if (node->type == &event_types[SAVING])
        node->saved = true;
    if (node->type == &event_types[UNLINKING])
        node->slots[0] = 0;
}

/* What ends by counting was unreachable when it was finalized.  A collection first tells what is unreachable, and finalizes all
 * of it, even what others of it have brought back meanwhile. */
void events_apply(void)
{
    for (size_t i = 0; i < events.length; i++) {
        node_id id = events.notes[i].id;
        if (i == 0 || !events.collected)
            graph_reach();
        if (!node_at(id)->alive)
            continue;
        if (events.notes[i].finalized)
            apply_finalizer(id);
        else
            apply_call(id);
    }
    events.length = 0;
    events.collected = false;
}

/* --- collections ---------------------------------------------------------------------------------------------------- */

/* What it finds unreachable is so before its finalizers run, and after those that ran earlier in this step. */
static void collects(struct thread *T, const struct gc_report *report, void *context)
{
    (void)T, (void)context;
    if (report->phase == GC_PHASE_STOP)
        return;
    problem->tally.collections++;
    if (!events.foretold) {
        problem_say("  [collection of %u]", report->generation);
        events_apply();
        graph_lose();
        events.surprised = true;
    }
    events.collected = true;
}

void events_foretell(bool foretold) { events.foretold = foretold; }

bool events_is_surprised(void) { return events.surprised; }

void events_be_sure(void) { events.surprised = false; }

void events_start(void)
{
    events.length = 0;
    events.collected = events.foretold = events.surprised = false;
    finalize_report_to(ignore);
    CHECK(gc_add_callback(collects, NULL), "no room for a callback");
}

void events_stop(void)
{
    gc_remove_callback(collects, NULL);
    finalize_report_to(NULL);
}
