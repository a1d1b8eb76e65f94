/*
 * Reading a dict or set: the two look-ups of hash_table.h, without the lock where late readers exist, else inside it, put
 * together.  Orders and why they suffice are told there.
 */
#ifndef RUNTIMES_OBJECT_HASH_GET_H
#define RUNTIMES_OBJECT_HASH_GET_H

#include "runtimes/object/hash_table.h"

/* What a look-up is after: the last slot of an entry, a dict's value or a set's key. */
HASH_INLINE rc_slot *hash_wanted(struct hash_entry *entry, size_t entry_size)
{
    return (rc_slot *)(void *)((char *)entry + entry_size) - 1;
}

/* In table `t`, in one try; false: take the lock. */
HASH_INLINE bool hash_try_load(struct hash_search *s, struct hash_root *root, struct hash_table *t,
                               size_t entry_size, rc_loc *found)
{
    struct hash_entry *entry;
    if (unlikely(!hash_try_find(s, t, entry_size, &entry)))
        return false;
    if (entry == NULL)
        return true;
    if (unlikely(!rc_try_load(s->T, hash_wanted(entry, entry_size), found))) {
        *found = RC_NULL_LOC;
        return false;
    }
    return likely(!loc_is_null(*found) && load_acquire(&root->table) == t); /* (D3) */
}

/* One try without the lock; false: take it.  What is no use is dropped last, when no table is looked at any more. */
HASH_INLINE bool hash_try_get(struct thread *T, struct hash_root *root, struct hash_key key,
                              size_t entry_size, rc_loc *found)
{
    struct hash_search s = {.T = T, .key = key, .held = RC_NULL_LOC};
    struct hash_table *t = load_acquire(&root->table); /* (D3) */
    enum { FOUND, HELD };
    RC_FRAME(T, f, 2);
    const bool known = t == NULL || likely(hash_try_load(&s, root, t, entry_size, &f[FOUND]));
    f[HELD] = s.held;
    if (unlikely(!known))
        rc_clear(T, &f[FOUND]);
    rc_clear(T, &f[HELD]);
    *found = f[FOUND];
    RC_LEAVE(T, f);
    return known;
}

HASH_INLINE rc_loc hash_load_locked(struct thread *T, struct rc_header *host,
                                    struct hash_entry *entry, size_t entry_size)
{
    return entry != NULL ? rc_load_locked(T, host, hash_wanted(entry, entry_size)) : RC_NULL_LOC;
}

rc_loc hash_get_by_value(struct thread *T, struct rc_header *host, struct hash_root *root,
                         struct hash_key key, size_t entry_size);

/* Most keys are the very object that was inserted, and to find these takes no call. */
HASH_INLINE rc_loc hash_get_locked(struct thread *T, struct rc_header *host, struct hash_root *root,
                                   struct hash_key key, size_t entry_size)
{
    struct hash_search s = {.key = key};
    struct hash_entry *entry;
    rc_lock(T, host);
    const bool known = hash_find_identical_locked(root, &s, entry_size, &entry);
    rc_loc found = hash_load_locked(T, host, entry, entry_size);
    rc_unlock(T, host);
    return likely(known) ? found : hash_get_by_value(T, host, root, key, entry_size);
}

/* What is wanted of the entry of `key`; null if there is none. */
HASH_INLINE rc_loc hash_get(struct thread *T, struct rc_header *host, struct hash_root *root,
                            rc_loc key, size_t entry_size)
{
    const struct hash_key k = hash_key_of(key);
    rc_loc found;
    if (RC_OPTIMISTIC_READERS && likely(hash_try_get(T, root, k, entry_size, &found)))
        return found;
    return hash_get_locked(T, host, root, k, entry_size);
}

#endif
