/* Inside of gc/: the end of what a collection found unreachable. */
#ifndef GC_GARBAGE_H
#define GC_GARBAGE_H

#include "gc/gc.h"

/* What a collection found: GARBAGE, held.  It is linked, or listed: then first come those that are
 * still unreachable, and behind them those that finalizers resurrected. */
struct garbage {
    unsigned generation;
    struct gc_head *first;
    struct gc_head **members; /* NULL while it is linked */
    size_t unreachable;
    size_t resurrected;
    size_t saved;
    size_t kept; /* for a later collection */
};

/* Makes weak references to what is unreachable null; true if any of it has a finalizer that has not
 * run.  World stopped. */
bool garbage_condemn(struct thread *T, const struct garbage *garbage);

/* Lists what is linked; false, and nothing changed, if there is no memory for it. */
bool garbage_list(struct garbage *garbage);

/* Gives linked garbage that nobody could reach meanwhile back to the generations; none is left. */
void garbage_keep(struct thread *T, struct garbage *garbage);

/* Gives what is unreachable to the client to save, back in the generations, and lets go of all; or
 * keeps it, if there is no memory.  None is left. */
void garbage_save(struct thread *T, struct garbage *garbage);

/* Runs the finalizers of listed garbage, whatever they do to one another. */
void garbage_finalize(struct thread *T, const struct garbage *garbage);

/* Tells what finalizers resurrected, and condemns the rest again.  World stopped, counts exact. */
void garbage_find_again(struct thread *T, struct garbage *garbage);

/* Empties what is unreachable, which ends it, and lets go of all. */
void garbage_clear(struct thread *T, struct garbage *garbage);

#endif
