/*
 * The lists that arenas are in: one of all in use, by address, and on each shelf one for each number of free slots.
 *
 * Whoever changes the number of an arena's free slots takes it off its shelf before, and puts it back after.
 *
 * Lock: arenas.lock is held by whoever calls anything here.
 * Invariant: those of arena.h: arena->next is higher; an arena is in by_free[n] of its node's shelf <=> n > 0 of its slots are
 *            free; bit n of some_free is set <=> by_free[n] is not empty.
 */
#ifndef ALLOC_ARENA_LIST_H
#define ALLOC_ARENA_LIST_H

#include "alloc/arena.h"

static inline unsigned arena_free_slots(const struct arena *arena)
{
    return (unsigned)__builtin_popcountll(arena->free);
}

/* --- shelves, by free slots --------------------------------------------------------------------------------------- */

static inline struct arena_shelf *arena_shelf_of(const struct arena *arena)
{
    return &arenas.shelves[arena->node];
}

/* Nothing to do for a full one. */
static inline void arena_shelve(struct arena *arena)
{
    unsigned n = arena_free_slots(arena);
    if (n == 0)
        return;
    struct arena_shelf *shelf = arena_shelf_of(arena);
    struct arena **head = &shelf->by_free[n];
    arena->peer = *head;
    arena->peer_link = head;
    if (*head != NULL)
        (*head)->peer_link = &arena->peer;
    *head = arena;
    shelf->some_free |= UINT64_C(1) << n;
}

static inline void arena_unshelve(struct arena *arena)
{
    unsigned n = arena_free_slots(arena);
    if (n == 0)
        return;
    *arena->peer_link = arena->peer;
    if (arena->peer != NULL)
        arena->peer->peer_link = arena->peer_link;
    struct arena_shelf *shelf = arena_shelf_of(arena);
    if (shelf->by_free[n] == NULL)
        shelf->some_free &= ~(UINT64_C(1) << n);
}

/* Whether it is among those with `n` free slots. */
static inline bool arena_is_shelved(const struct arena *arena, unsigned n)
{
    const struct arena *peer = arena_shelf_of(arena)->by_free[n];
    while (peer != NULL && peer != arena)
        peer = peer->peer;
    return peer != NULL;
}

/* --- all in use, by address --------------------------------------------------------------------------------------- */

static inline void arena_enlist(struct arena *arena)
{
    struct arena **link = &arenas.first;
    while (*link != NULL && (uintptr_t)*link < (uintptr_t)arena)
        link = &(*link)->next;
    arena->next = *link;
    arena->link = link;
    if (*link != NULL)
        (*link)->link = &arena->next;
    *link = arena;
}

static inline void arena_delist(struct arena *arena)
{
    *arena->link = arena->next;
    if (arena->next != NULL)
        arena->next->link = arena->link;
}

/* The one that follows `previous`, which may be gone meanwhile; the first follows NULL. */
static inline struct arena *arena_after(const struct arena *previous)
{
    struct arena *arena = arenas.first;
    while (arena != NULL && (uintptr_t)arena <= (uintptr_t)previous)
        arena = arena->next;
    return arena;
}

#endif
