/*
 * Finalizers: what a type does when one of its instances is about to end.
 *
 *     static bool file_finalize(struct thread *T, rc_loc self);
 *     static const struct type file_type = INSTANCE_TYPE_FINALIZED("File", file_fields, file_finalize);
 *
 * The rules are those of PEP 442.  A finalizer runs once for each object: FINALIZED in the collector's word remembers it.
 * It sees a whole object: its fields, what they refer to, and other garbage have not been emptied; weak references to it
 * are null.  `self` lies in a frame cell.  It may do what any code may: allocate, drop, start collections, make weak
 * references, and store `self` somewhere: then the object lives on and its next end runs no finalizer.
 *
 * A death by counting runs it in the thread that ended the last reference, off the list of the dying: no lock is held and
 * nothing recurses, so objects that die while it runs do so when it has returned.  The object is revived for the call with
 * one reference; ending this is all that is left to do, since that is a death like any other, but for FINALIZED.  Meanwhile
 * it is tracked, in the oldest generation: collections may have passed since it died, after which the pools of younger
 * ones are not looked at.
 *
 * The collector runs the finalizers of garbage before any of it is emptied; what they made reachable lives on.
 *
 * False is an error.  It is counted and told, and everything goes on.
 */
#ifndef RUNTIMES_OBJECT_FINALIZE_H
#define RUNTIMES_OBJECT_FINALIZE_H

#include "runtimes/object/object.h"

/* Whether the object has a finalizer that has not run. */
static inline bool finalize_is_due(const struct container *c)
{
    return c->obj.type->finalize != NULL && !gc_head_is_finalized(&c->gc);
}

/* Runs the finalizer of a dead container, whose header is all zeros and whose word says DYING but which is on no list.  It
 * dies again, or lives on: the caller has done with it. */
void finalize_dead(struct thread *T, struct container *c);

/* Runs the finalizer of garbage to which the caller has a reference, the collector's hold, and keeps it. */
void finalize_garbage(struct thread *T, struct container *c);

/* How many finalizers have run since the program began, and how many of them failed. */
struct finalize_statistics {
    uint64_t runs;
    uint64_t errors;
};
struct finalize_statistics finalize_statistics(void);

/* Who is told of an error, in the thread where it happened; NULL: a line on stderr, as at first. */
typedef void finalize_reporter(const struct type *type);
void finalize_report_to(finalize_reporter *reporter);

#endif
