/*
 * Looking at what the collector looks at.
 *
 * The world is stopped while somebody looks, so what is found is exact for one moment.  It is kept
 * alive by a reference of the caller's each, so it lasts.  Objects are addresses here, which the
 * client knows; containers are found by the collector's walk, and what they refer to may be
 * anything.
 *
 * Found are containers that are alive, tracked and of a generation: neither the garbage of a
 * collection that runs, nor the permanent set.
 */
#ifndef GC_INSPECT_H
#define GC_INSPECT_H

#include <stdbool.h>
#include <stddef.h>

struct thread;

enum { GC_ALL = -1 }; /* generations */

/* Invariant: length <= room; the caller has one reference for each of the first `length`. */
struct gc_found {
    void **objects;
    size_t length;
    size_t room;
};

/* Each stops the world, perhaps several times: `T` is attached and holds no lock.  False if there is
 * no memory: then nothing is found.  Else the caller ends with gc_found_drop. */

/* The containers of a generation, or of GC_ALL. */
bool gc_get_objects(struct thread *T, int generation, struct gc_found *found);

/* The containers that refer to one of the targets, each once. */
bool gc_get_referrers(struct thread *T, size_t length, void *const *targets,
                      struct gc_found *found);

/* What the sources refer to, once per reference and in the order in which they hold it. */
bool gc_get_referents(struct thread *T, size_t length, void *const *sources,
                      struct gc_found *found);

/* Releases what was found. */
void gc_found_drop(struct thread *T, struct gc_found *found);

/* --- debugging ------------------------------------------------------------------------------------- */

/* SAVEALL  What a collection finds unreachable is not cleared but given to the client to keep, whole,
 *          after finalizers have run and weak references to it have become null.  It is tracked
 *          again, one of the survivors, but counts as collected, unless there was no memory to keep it. */
enum { GC_SAVEALL = 1U << 0 };

/* For collections that end their garbage from now on. */
void gc_set_debug(unsigned flags);
unsigned gc_debug(void);

#endif
