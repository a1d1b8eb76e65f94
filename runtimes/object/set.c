/* Looking up, adding, removing; as in dict.c. */
#include "runtimes/object/set.h"

#include "runtimes/object/hash_get.h"

const struct type set_type = {.name = "set", .kind = OBJ_SET};

enum { ENTRY = sizeof(struct hash_entry) };

rc_ref set_new(struct thread *T)
{
    rc_ref ref = container_new(T, &set_type, sizeof(struct set_obj));
    if (unlikely(ref_is_null(ref)))
        return RC_NULL_REF;
    struct set_obj *s = (struct set_obj *)obj_of(ref.p);
    hash_init(&s->root);
    container_ready(&s->container);
    return ref;
}

/* --- reading ---------------------------------------------------------------------------------- */

rc_loc set_get(struct thread *T, rc_loc set, rc_loc key)
{
    struct set_obj *s = set_of(set);
    return hash_get(T, &s->container.obj.rc, &s->root, key, ENTRY);
}

bool set_contains(struct thread *T, rc_loc set, rc_loc key)
{
    rc_loc member = set_get(T, set, key);
    const bool there = !loc_is_null(member);
    rc_drop(T, member);
    return there;
}

bool set_next(struct thread *T, rc_loc set, size_t *position, rc_loc *key)
{
    struct set_obj *s = set_of(set);
    struct rc_header *host = &s->container.obj.rc;
    rc_lock(T, host);
    struct hash_entry *entry = hash_next_locked(&s->root, position, ENTRY);
    if (entry != NULL)
        *key = rc_load_locked(T, host, &entry->key);
    rc_unlock(T, host);
    return entry != NULL;
}

/* --- changing --------------------------------------------------------------------------------- */

/* False if there is no memory. */
HASH_INLINE bool insert_locked(struct thread *T, struct set_obj *set, struct hash_search *s,
                               struct hash_table **outgrown)
{
    if (unlikely(!hash_reserve_locked(T, &set->root, ENTRY, s, outgrown)))
        return false;
    (void)hash_prepare_locked(T, &set->root, s->key, ENTRY);
    rc_tally_write(&set->container.obj.rc);
    hash_publish_locked(&set->root, s->place, ENTRY);
    return true;
}

HASH_INLINE bool add_once(struct thread *T, rc_loc set, rc_loc key)
{
    struct set_obj *members = set_of(set);
    struct rc_header *host = &members->container.obj.rc;
    struct hash_search s = {.key = hash_key_of(key)};
    struct hash_table *outgrown = NULL;
    rc_lock(T, host);
    const bool there = hash_find_locked(&members->root, &s, ENTRY) != NULL ||
                       insert_locked(T, members, &s, &outgrown);
    rc_unlock(T, host);
    hash_retire(T, outgrown, ENTRY);
    return there;
}

/* Outside of the lock, as in dict.c. */
static __attribute__((cold, noinline)) bool add_again(struct thread *T, rc_loc set, rc_loc key)
{
    struct room room = {0};
    while (room_make(T, &room))
        if (add_once(T, set, key))
            return true;
    return false;
}

bool set_add(struct thread *T, rc_loc set, rc_loc key)
{
    return likely(add_once(T, set, key)) || add_again(T, set, key);
}

bool set_remove(struct thread *T, rc_loc set, rc_loc key)
{
    struct set_obj *members = set_of(set);
    struct rc_header *host = &members->container.obj.rc;
    struct hash_search s = {.key = hash_key_of(key)};
    rc_former old = RC_NO_FORMER;
    rc_lock(T, host);
    struct hash_entry *entry = hash_find_locked(&members->root, &s, ENTRY);
    if (entry != NULL) {
        hash_remove_locked(&members->root, s.place, ENTRY);
        old = rc_replace_locked(T, host, &entry->key, RC_NULL_REF);
    }
    rc_unlock(T, host);
    rc_end(T, old);
    return entry != NULL;
}

void set_clear(struct thread *T, struct set_obj *s)
{
    hash_clear(T, &s->container.obj.rc, &s->root, ENTRY);
}

void set_release(struct thread *T, struct set_obj *s) { hash_release(T, &s->root, ENTRY); }
