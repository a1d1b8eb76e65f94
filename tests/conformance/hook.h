/*
 * Hooks: the places where a runtime calls code of its users, and what is done in the first call of such a place.
 */
#ifndef TESTS_CONFORMANCE_HOOK_H
#define TESTS_CONFORMANCE_HOOK_H

#include "runtimes/object/weakref.h"
#include "tests/conformance/case.h"
#include "tests/conformance/node.h"

static struct {
    void (*act)(struct thread *T);
    unsigned calls;
} hook;

static inline void hook_called(struct thread *T)
{
    if (hook.calls++ == 0)
        hook.act(T);
}

static inline bool hook_finalize(struct thread *T, rc_loc self)
{
    (void)self;
    hook_called(T);
    return true;
}

static inline void hook_call_back(struct thread *T, rc_loc weakref)
{
    (void)weakref;
    hook_called(T);
}

static inline void hook_listen(struct thread *T, const struct gc_report *report, void *context)
{
    const enum gc_phase *phase = context;
    if (report->phase == *phase)
        hook_called(T);
}

static const struct type hook_plain = NODE_TYPE("Plain");
static const struct type hook_finalized = NODE_TYPE_FINALIZED("Hook", hook_finalize);

static inline void hook_at_safepoint(struct thread *T)
{
    thread_safepoint(T);
    hook_called(T);
}

static inline void hook_in_finalizer(struct thread *T)
{
    rc_release(T, node_new(T, &hook_finalized, RC_NULL_REF, RC_NULL_REF));
    case_deaths(T);
}

static inline void hook_in_finalizer_of_garbage(struct thread *T)
{
    rc_release(T, node_loop(T, &hook_finalized, RC_NULL_REF));
    case_collect(T);
}

/* The object ends when its reference is given up, or in a collection. */
static inline void hook_watch(struct thread *T, rc_ref target)
{
    RC_FRAME(T, f, 2);
    f[0] = rc_move(T, target);
    f[1] = rc_move(T, sure_weakref(T, f[0], hook_call_back, RC_NULL_REF));
    rc_clear(T, &f[0]);
    case_deaths(T);
    case_collect(T);
    rc_clear(T, &f[1]);
    RC_LEAVE(T, f);
}

static inline void hook_in_callback(struct thread *T)
{
    hook_watch(T, node_new(T, &hook_plain, RC_NULL_REF, RC_NULL_REF));
}

static inline void hook_in_callback_of_garbage(struct thread *T)
{
    hook_watch(T, node_loop(T, &hook_plain, RC_NULL_REF));
}

static inline void hook_collect_told(struct thread *T, enum gc_phase phase)
{
    EXPECT(gc_add_callback(hook_listen, &phase), "room for a callback");
    rc_release(T, node_loop(T, &hook_plain, RC_NULL_REF));
    case_collect(T);
    EXPECT(gc_remove_callback(hook_listen, &phase), "the callback to be registered");
}

static inline void hook_before_collection(struct thread *T)
{
    hook_collect_told(T, GC_PHASE_START);
}

static inline void hook_after_collection(struct thread *T) { hook_collect_told(T, GC_PHASE_STOP); }

/* An allocation makes a collection due. */
static inline void hook_in_allocation(struct thread *T)
{
    enum gc_phase phase = GC_PHASE_START;
    EXPECT(gc_add_callback(hook_listen, &phase), "room for a callback");
    while (hook.calls == 0)
        rc_release(T, node_loop(T, &hook_plain, RC_NULL_REF));
    EXPECT(gc_remove_callback(hook_listen, &phase), "the callback to be registered");
}

typedef void hook_place(struct thread *T);

static hook_place *const hooks[] = {
    hook_at_safepoint,     hook_in_finalizer,           hook_in_finalizer_of_garbage,
    hook_in_callback,      hook_in_callback_of_garbage, hook_before_collection,
    hook_after_collection, hook_in_allocation,
};
enum { HOOKS = sizeof hooks / sizeof *hooks };

/* Comes to the place once, and `act` is called there. */
static inline void hook_run(struct thread *T, hook_place *place, void (*act)(struct thread *T))
{
    hook.act = act;
    hook.calls = 0;
    place(T);
    EXPECT(hook.calls > 0, "code of the user to be called");
}

#endif
