/*
 * Sets: keys without values, in order of insertion; the table is told in hash_table.h.
 *
 * Bytes: a container header + 16; with a table, + 16 + 16 for each entry, index and prefix (size.h).
 */
#ifndef RUNTIMES_OBJECT_SET_H
#define RUNTIMES_OBJECT_SET_H

#include "runtimes/object/hash_table.h"

struct set_obj {
    struct container container;
    struct hash_root root;
};

extern const struct type set_type;

/* An empty set; no table until the first insertion. */
rc_ref set_new(struct thread *T);

static inline struct set_obj *set_of(rc_loc set)
{
    struct set_obj *s = (struct set_obj *)obj_get(set);
    ASSERT(obj_is(&s->container.obj, OBJ_SET));
    return s;
}

/* How many members there are at this moment.  Relaxed: a number, which says nothing of them. */
static inline size_t set_length(struct thread *T, rc_loc set)
{
    (void)T;
    return load_relaxed(&set_of(set)->root.length);
}

/* Whether a member equals `key`. */
bool set_contains(struct thread *T, rc_loc set, rc_loc key);

/* The member that equals `key`; null if there is none. */
rc_loc set_get(struct thread *T, rc_loc set, rc_loc key);

/* Makes `key` a member, taking another reference to it, unless an equal one is there.  False if there is no memory: the
 * set is unchanged. */
bool set_add(struct thread *T, rc_loc set, rc_loc key);

/* Removes `key`; false if it was no member. */
bool set_remove(struct thread *T, rc_loc set, rc_loc key);

/* Walks the members in order of insertion, as dict_next does. */
bool set_next(struct thread *T, rc_loc set, size_t *position, rc_loc *key);

/* Releases all members and the table: of a set that lives on, and of a dead one. */
void set_clear(struct thread *T, struct set_obj *s);
void set_release(struct thread *T, struct set_obj *s);
static inline void set_fini(struct thread *T, struct set_obj *s)
{
    if (load_relaxed(&s->root.table) != NULL)
        set_release(T, s);
}

#endif
