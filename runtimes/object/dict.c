/*
 * Looking up, inserting, removing.
 *
 * What ends in `_locked` is called inside the dict's lock; references and tables that are done with
 * wait until it is released.  What ends in `_once` fails without consuming its value if there is no
 * memory; then room is made, outside of the lock, and it is tried again.
 */
#include "runtimes/object/dict.h"

#include "runtimes/object/hash_get.h"

const struct type dict_type = {.name = "dict", .kind = OBJ_DICT};

enum { ENTRY = sizeof(struct dict_entry) };

/* The entry of the key, or NULL. */
HASH_INLINE struct dict_entry *find_locked(struct dict_obj *d, struct hash_search *s)
{
    return (struct dict_entry *)hash_find_locked(&d->root, s, ENTRY);
}

/* --- reading ---------------------------------------------------------------------------------- */

rc_loc dict_get(struct thread *T, rc_loc dict, rc_loc key)
{
    struct dict_obj *d = dict_of(dict);
    return hash_get(T, &d->container.obj.rc, &d->root, key, ENTRY);
}

bool dict_next(struct thread *T, rc_loc dict, size_t *position, rc_loc *key, rc_loc *value)
{
    struct dict_obj *d = dict_of(dict);
    struct rc_header *host = &d->container.obj.rc;
    rc_lock(T, host);
    struct hash_entry *entry = hash_next_locked(&d->root, position, ENTRY);
    if (entry != NULL) {
        *key = rc_load_locked(T, host, &entry->key);
        *value = rc_load_locked(T, host, &((struct dict_entry *)entry)->value);
    }
    rc_unlock(T, host);
    return entry != NULL;
}

/* --- changing --------------------------------------------------------------------------------- */

/* A new entry for a key that find_locked did not find; consumes `value`, except if there is no
 * memory: NULL. */
HASH_INLINE struct dict_entry *insert_locked(struct thread *T, struct dict_obj *d,
                                             struct hash_search *s, rc_ref value,
                                             struct hash_table **outgrown)
{
    ASSERT(!ref_is_null(value));
    if (unlikely(!hash_reserve_locked(T, &d->root, ENTRY, s, outgrown)))
        return NULL;
    struct dict_entry *entry = (struct dict_entry *)hash_prepare_locked(T, &d->root, s->key, ENTRY);
    rc_init_slot(T, &entry->value, value);
    rc_tally_write(&d->container.obj.rc);
    hash_publish_locked(&d->root, s->place, ENTRY);
    return entry;
}

HASH_INLINE bool set_once(struct thread *T, rc_loc dict, rc_loc key, rc_ref value)
{
    struct dict_obj *d = dict_of(dict);
    struct rc_header *host = &d->container.obj.rc;
    struct hash_search s = {.key = hash_key_of(key)};
    struct hash_table *outgrown = NULL;
    rc_former old = RC_NO_FORMER;
    rc_lock(T, host);
    struct dict_entry *entry = find_locked(d, &s);
    if (entry != NULL)
        old = rc_replace_locked(T, host, &entry->value, value);
    else
        entry = insert_locked(T, d, &s, value, &outgrown);
    rc_unlock(T, host);
    hash_retire(T, outgrown, ENTRY);
    rc_end(T, old);
    return entry != NULL;
}

static __attribute__((cold, noinline)) bool set_again(struct thread *T, rc_loc dict, rc_loc key,
                                                      rc_ref value)
{
    struct room room = {0};
    while (room_make(T, &room))
        if (set_once(T, dict, key, value))
            return true;
    rc_release(T, value);
    return false;
}

bool dict_set(struct thread *T, rc_loc dict, rc_loc key, rc_ref value)
{
    return likely(set_once(T, dict, key, value)) || set_again(T, dict, key, value);
}

/* The value that there is then; null if there is no memory. */
HASH_INLINE rc_loc setdefault_once(struct thread *T, rc_loc dict, rc_loc key, rc_ref value)
{
    struct dict_obj *d = dict_of(dict);
    struct rc_header *host = &d->container.obj.rc;
    struct hash_search s = {.key = hash_key_of(key)};
    struct hash_table *outgrown = NULL;
    rc_ref unwanted = value;
    RC_FRAME(T, f, 1);
    rc_lock(T, host);
    struct dict_entry *entry = find_locked(d, &s);
    if (entry == NULL && (entry = insert_locked(T, d, &s, value, &outgrown)) != NULL)
        unwanted = RC_NULL_REF;
    if (entry != NULL)
        f[0] = rc_load_locked(T, host, &entry->value);
    rc_unlock(T, host);
    hash_retire(T, outgrown, ENTRY);
    if (likely(entry != NULL))
        rc_release(T, unwanted);
    rc_loc found = f[0];
    RC_LEAVE(T, f);
    return found;
}

static __attribute__((cold, noinline)) rc_loc setdefault_again(struct thread *T, rc_loc dict,
                                                               rc_loc key, rc_ref value)
{
    struct room room = {0};
    while (room_make(T, &room)) {
        rc_loc found = setdefault_once(T, dict, key, value);
        if (!loc_is_null(found))
            return found;
    }
    rc_release(T, value);
    return RC_NULL_LOC;
}

rc_loc dict_setdefault(struct thread *T, rc_loc dict, rc_loc key, rc_ref value)
{
    rc_loc found = setdefault_once(T, dict, key, value);
    return likely(!loc_is_null(found)) ? found : setdefault_again(T, dict, key, value);
}

bool dict_delete(struct thread *T, rc_loc dict, rc_loc key)
{
    struct dict_obj *d = dict_of(dict);
    struct rc_header *host = &d->container.obj.rc;
    struct hash_search s = {.key = hash_key_of(key)};
    rc_former old_key = RC_NO_FORMER;
    rc_former old_value = RC_NO_FORMER;
    rc_lock(T, host);
    struct hash_entry *entry = hash_find_locked(&d->root, &s, ENTRY);
    if (entry != NULL) {
        hash_remove_locked(&d->root, s.place, ENTRY);
        old_key = rc_replace_locked(T, host, &entry->key, RC_NULL_REF);
        old_value = rc_replace_locked(T, host, &((struct dict_entry *)entry)->value, RC_NULL_REF);
    }
    rc_unlock(T, host);
    rc_end(T, old_key);
    rc_end(T, old_value);
    return entry != NULL;
}

void dict_clear(struct thread *T, struct dict_obj *d)
{
    hash_clear(T, &d->container.obj.rc, &d->root, ENTRY);
}

void dict_release(struct thread *T, struct dict_obj *d) { hash_release(T, &d->root, ENTRY); }
