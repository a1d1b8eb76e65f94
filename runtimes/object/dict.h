/*
 * Dicts: hash tables that keep the order of insertion.
 *
 * Idea: an index table of small integers points into a dense array of entries.  Keys are hashable
 * objects (obj_hash, obj_equals).  Both tables are one block.  A probe goes over the index by
 * triangular steps, which reach every slot of a table whose size is a power of two.  A removed
 * entry stays, empty, and its index slot becomes a tombstone; when the entries are used up, the
 * live ones move to a table of the size they need, larger or smaller.
 * Everything but the length is read and written inside the dict's lock, so a table that was
 * outgrown is freed at once.
 * Invariant: length <= used <= capacity = 2/3 slots; `used` index slots are not empty.
 * Source: R. Hettinger's compact dict, 2012, as CPython has it since 3.6; triangular probing:
 * Knuth, TAOCP 3, 6.4.
 */
#ifndef RUNTIMES_OBJECT_DICT_H
#define RUNTIMES_OBJECT_DICT_H

#include "runtimes/object/object.h"

struct dict_entry {
    uint64_t hash;
    rc_slot key; /* written once; null after removal */
    rc_slot value;
};

struct dict_table {
    uint32_t slots;              /* of the index: a power of two */
    uint32_t width;              /* bytes of an index slot: 1, 2 or 4 */
    uint32_t capacity;           /* of entries */
    uint32_t used;               /* entries written, removed ones included */
    struct dict_entry entries[]; /* `capacity` of them, and then the index */
};

struct dict_obj {
    struct container container;
    _Atomic uint32_t length;  /* written inside the lock */
    struct dict_table *table; /* a DATA block; NULL until the first insertion */
};

extern const struct type dict_type;

/* An empty dict; no table until the first insertion. */
rc_ref dict_new(struct thread *T);

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
    return load_relaxed(&dict_of(dict)->length);
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
void dict_fini(struct thread *T, struct dict_obj *d);

/* Bytes of a table. */
static inline size_t dict_table_bytes(const struct dict_table *t)
{
    return sizeof *t + t->capacity * sizeof(struct dict_entry) + (size_t)t->slots * t->width;
}

#endif
