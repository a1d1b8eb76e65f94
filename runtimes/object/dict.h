/*
 * Dicts: values by key, in order of insertion.
 *
 * Keys are hashable objects (obj_hash, obj_equals).  The table is told in hash_table.h; each entry has a value behind
 * its key.  Writers hold the dict's lock; with late readers dict_get takes it only if it meets a writer.
 *
 * Bytes: a container header + 16; with a table, + 16 + 24 for each entry, index and prefix (size.h).
 */
#ifndef RUNTIMES_OBJECT_DICT_H
#define RUNTIMES_OBJECT_DICT_H

#include "runtimes/object/hash_table.h"

struct dict_entry {
    struct hash_entry hashed;
    rc_slot value;
};

struct dict_obj {
    struct container container;
    struct hash_root root;
};

extern const struct type dict_type;

/* An empty dict; no table until the first insertion. */
static inline rc_ref dict_new(struct thread *T)
{
    rc_ref ref = container_new(T, &dict_type, sizeof(struct dict_obj));
    if (unlikely(ref_is_null(ref)))
        return RC_NULL_REF;
    struct dict_obj *d = (struct dict_obj *)obj_of(ref.p);
    hash_init(&d->root);
    container_ready(&d->container);
    return ref;
}

static inline struct dict_obj *dict_of(rc_loc dict)
{
    struct dict_obj *d = (struct dict_obj *)obj_get(dict);
    ASSERT(obj_is(&d->container.obj, OBJ_DICT));
    return d;
}

/* How many keys there are at this moment.  Relaxed: a number, which says nothing of the entries. */
static inline size_t dict_length(struct thread *T, rc_loc dict)
{
    (void)T;
    return load_relaxed(&dict_of(dict)->root.length);
}

/* The value of `key`; null if there is none. */
rc_loc dict_get(struct thread *T, rc_loc dict, rc_loc key);

/* Sets the value of `key`, which is taken another reference to if it is new.  False if there is no
 * memory: the dict is unchanged, the value released. */
bool dict_set(struct thread *T, rc_loc dict, rc_loc key, rc_ref value);

/* The value of `key`, which is `value` from now on if there was none (consumed either way), in one
 * atomic step; null if there is no memory. */
rc_loc dict_setdefault(struct thread *T, rc_loc dict, rc_loc key, rc_ref value);

/* Removes `key`; false if it was not there. */
bool dict_delete(struct thread *T, rc_loc dict, rc_loc key);

/* Walks the entries in order of insertion: start with *position = 0; false at the end, else *key
 * and *value are references for cells of the caller's frame.  Insertions and deletions in between
 * may make it miss or repeat entries, no worse. */
bool dict_next(struct thread *T, rc_loc dict, size_t *position, rc_loc *key, rc_loc *value);

/* Releases all entries and the table: of a dict that lives on, and of a dead one. */
void dict_clear(struct thread *T, struct dict_obj *d);
void dict_release(struct thread *T, struct dict_obj *d);
static inline void dict_fini(struct thread *T, struct dict_obj *d)
{
    if (load_relaxed(&d->root.table) != NULL)
        dict_release(T, d);
}

#endif
