/*
 * Looking at objects as Python's module gc does (gc/inspect.h): each look makes a list of what it found.
 *
 * The list itself is not among what was found, since it is made after that.  Each stops the world, then polls a safepoint,
 * and may run a collection; null if there is no memory.
 */
#ifndef RUNTIMES_OBJECT_INSPECT_H
#define RUNTIMES_OBJECT_INSPECT_H

#include "gc/inspect.h"
#include "runtimes/object/object.h"

/* The containers of a generation, or of GC_ALL, that are tracked, no garbage and not frozen. */
rc_ref inspect_objects(struct thread *T, int generation);

/* Those of all generations that refer to one of the targets, each once. */
rc_ref inspect_referrers(struct thread *T, size_t length, const rc_loc *targets);

/* What the sources refer to, atoms too, once per reference and in the order of their slots. */
rc_ref inspect_referents(struct thread *T, size_t length, const rc_loc *sources);

/* The list of what GC_SAVEALL has saved; null if nothing ever was.  Whoever empties it ends what is in it, as far as that is
 * no cyclic garbage. */
rc_loc inspect_garbage(struct thread *T);

/* Consumes a reference to what a collection is to save.  Without memory for the list it only ends the reference and
 * returns false: the container is left to a later collection. */
bool inspect_save(struct thread *T, rc_ref saved);

/* Before the last collections: debugging is over, and nothing is saved any more. */
void inspect_stop(struct thread *T);

#endif
