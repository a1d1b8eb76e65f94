/*
 * Looking at what the collector looks at.
 *
 * Nothing is allocated while the world is stopped.  So a look counts what it finds and stores what
 * it has room for; if that was not all of it, the world runs while room is made, and the look is
 * repeated.  References are taken in the stop in which everything had room.
 */
#include "gc/inspect.h"

#include "alloc/base/check.h"
#include "gc/client.h"
#include "gc/policy.h"

#include <stdlib.h>

#define ALWAYS_INLINE static inline __attribute__((always_inline))

enum {
    ROOM_FIRST = 64,
    ROOM_PART = 8, /* of what was found, as room for what comes until the next look */
};

struct inspection {
    struct gc_found *found;
    size_t seen;        /* all there are, stored or not */
    int generation;     /* of get_objects */
    void *const *given; /* targets, in order of their addresses; or sources */
    size_t length;      /* of the given */
    bool refers;        /* the container that is looked at, to one of the targets */
};

ALWAYS_INLINE void inspect_see(struct inspection *i, void *object)
{
    if (i->seen < i->found->room)
        i->found->objects[i->seen] = object;
    i->seen++;
}

ALWAYS_INLINE bool inspect_is_shown(const struct gc_head *head)
{
    uint64_t word = load_relaxed(&head->word);
    return (word & (GC_TRACKED | GC_FROZEN | GC_GARBAGE)) == GC_TRACKED;
}

/* --- what to look for ------------------------------------------------------------------------- */

ALWAYS_INLINE void objects_visit(struct gc_head *head, void *context)
{
    struct inspection *i = context;
    if (!inspect_is_shown(head))
        return;
    if (i->generation == GC_ALL || gc_head_generation(head) == (unsigned)i->generation)
        inspect_see(i, gc_client_object(head));
}

static void look_for_objects(struct inspection *i)
{
    unsigned oldest = i->generation == GC_ALL ? POLICY_OLDEST : (unsigned)i->generation;
    gc_client_walk(oldest, objects_visit, i);
}

static int compare_addresses(const void *a, const void *b)
{
    uintptr_t left = (uintptr_t) * (void *const *)a;
    uintptr_t right = (uintptr_t) * (void *const *)b;
    return (left > right) - (left < right);
}

static void referrers_compare(void *object, void *context)
{
    struct inspection *i = context;
    i->refers |= bsearch(&object, i->given, i->length, sizeof object, compare_addresses) != NULL;
}

ALWAYS_INLINE void referrers_visit(struct gc_head *head, void *context)
{
    struct inspection *i = context;
    if (!inspect_is_shown(head))
        return;
    i->refers = false;
    gc_client_each_referent(gc_client_object(head), referrers_compare, i);
    if (i->refers)
        inspect_see(i, gc_client_object(head));
}

static void look_for_referrers(struct inspection *i)
{
    gc_client_walk(POLICY_OLDEST, referrers_visit, i);
}

static void referents_visit(void *object, void *context) { inspect_see(context, object); }

static void look_for_referents(struct inspection *i)
{
    for (size_t source = 0; source < i->length; source++)
        gc_client_each_referent(i->given[source], referents_visit, i);
}

/* --- looking ---------------------------------------------------------------------------------- */

/* Makes room for `seen` and some more; what was stored is lost.  False if there is no memory. */
static bool inspect_make_room(struct gc_found *found, size_t seen)
{
    gc_client_free(found->objects);
    found->room = seen + seen / ROOM_PART + ROOM_FIRST;
    found->objects = gc_client_allocate(found->room * sizeof *found->objects);
    return found->objects != NULL;
}

/* True if all that was seen had room: then it is held. */
static bool inspect_once(struct thread *T, struct inspection *i, void (*look)(struct inspection *))
{
    struct gc_found *found = i->found;
    i->seen = 0;
    gc_client_stop(T);
    look(i);
    bool fits = i->seen <= found->room;
    found->length = fits ? i->seen : 0;
    for (size_t k = 0; k < found->length; k++)
        /* NOLINTNEXTLINE(clang-analyzer-core.CallAndMessage): the look stored them */
        gc_client_refer(T, found->objects[k]);
    gc_client_start(T);
    return fits;
}

static bool inspect(struct thread *T, struct inspection *i, void (*look)(struct inspection *))
{
    *i->found = (struct gc_found){0};
    do {
        if (!inspect_make_room(i->found, i->seen)) {
            *i->found = (struct gc_found){0};
            return false;
        }
    } while (!inspect_once(T, i, look));
    return true;
}

bool gc_get_objects(struct thread *T, int generation, struct gc_found *found)
{
    ASSERT(generation >= GC_ALL && generation < GC_GENERATIONS);
    struct inspection i = {.found = found, .generation = generation};
    return inspect(T, &i, look_for_objects);
}

bool gc_get_referrers(struct thread *T, size_t length, void *const *targets, struct gc_found *found)
{
    *found = (struct gc_found){0};
    void **sorted = gc_client_allocate(length * sizeof *sorted + 1);
    if (sorted == NULL)
        return false;
    for (size_t i = 0; i < length; i++)
        sorted[i] = targets[i];
    qsort(sorted, length, sizeof *sorted, compare_addresses);
    struct inspection i = {.found = found, .given = sorted, .length = length};
    bool done = inspect(T, &i, look_for_referrers);
    gc_client_free(sorted);
    return done;
}

bool gc_get_referents(struct thread *T, size_t length, void *const *sources, struct gc_found *found)
{
    struct inspection i = {.found = found, .given = sources, .length = length};
    return inspect(T, &i, look_for_referents);
}

void gc_found_drop(struct thread *T, struct gc_found *found)
{
    for (size_t i = 0; i < found->length; i++)
        gc_client_release(T, found->objects[i]);
    gc_client_free(found->objects);
    *found = (struct gc_found){0};
}

/* --- debugging -------------------------------------------------------------------------------- */

static _Atomic unsigned inspect_debug;

void gc_set_debug(unsigned flags) { store_relaxed(&inspect_debug, flags); }
unsigned gc_debug(void) { return load_relaxed(&inspect_debug); }
