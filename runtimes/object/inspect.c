/* Lists of what an inspection found. */
#include "runtimes/object/inspect.h"

#include "runtimes/object/list.h"

#include <stdlib.h>

/* The list of the saved.  Only the thread that collects makes it, and inspect_stop ends it. */
static rc_slot inspect_saved;

/* Makes a list of what was found; its references go over to the list. */
static rc_ref list_found(struct thread *T, struct gc_found *found)
{
    rc_ref list = list_new(T, found->length);
    if (!ref_is_null(list)) {
        RC_FRAME(T, f, 1);
        f[0] = rc_move(T, list);
        for (size_t i = 0; i < found->length; i++)
            list_append(T, f[0], (rc_ref){found->objects[i]}); /* there is room */
        found->length = 0;
        list = rc_own(T, f[0]);
        f[0] = RC_NULL_LOC;
        RC_LEAVE(T, f);
    }
    gc_found_drop(T, found);
    return list;
}

rc_ref inspect_objects(struct thread *T, int generation)
{
    struct gc_found found;
    return gc_get_objects(T, generation, &found) ? list_found(T, &found) : RC_NULL_REF;
}

/* The objects of cells, as the collector's functions want them; NULL if there is no memory. */
static void **addresses_of(size_t length, const rc_loc *cells)
{
    void **objects = failure_is_due() ? NULL : malloc(length * sizeof *objects + 1);
    for (size_t i = 0; objects != NULL && i < length; i++)
        objects[i] = obj_get(cells[i]);
    return objects;
}

typedef bool look(struct thread *T, size_t length, void *const *objects, struct gc_found *found);

static rc_ref look_at(struct thread *T, look *how, size_t length, const rc_loc *cells)
{
    struct gc_found found;
    void **objects = addresses_of(length, cells);
    bool done = objects != NULL && how(T, length, objects, &found);
    free(objects);
    return done ? list_found(T, &found) : RC_NULL_REF;
}

rc_ref inspect_referrers(struct thread *T, size_t length, const rc_loc *targets)
{
    return look_at(T, gc_get_referrers, length, targets);
}

rc_ref inspect_referents(struct thread *T, size_t length, const rc_loc *sources)
{
    return look_at(T, gc_get_referents, length, sources);
}

/* --- what collections save -------------------------------------------------------------------- */

rc_loc inspect_garbage(struct thread *T) { return rc_load(T, NULL, &inspect_saved); }

static rc_loc garbage_made(struct thread *T)
{
    rc_loc list = inspect_garbage(T);
    if (!loc_is_null(list))
        return list;
    rc_store(T, NULL, &inspect_saved, list_new(T, 0));
    return inspect_garbage(T);
}

bool inspect_save(struct thread *T, rc_ref saved)
{
    RC_FRAME(T, f, 1);
    f[0] = garbage_made(T);
    bool done = !loc_is_null(f[0]);
    if (done)
        done = list_append(T, f[0], saved);
    else
        rc_release(T, saved);
    rc_clear(T, &f[0]);
    RC_LEAVE(T, f);
    return done;
}

void inspect_stop(struct thread *T)
{
    gc_set_debug(0);
    rc_store(T, NULL, &inspect_saved, RC_NULL_REF);
}
