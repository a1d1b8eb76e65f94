/*
 * What a profile tells of the objects of a stretch of a program, and of the operations on them.
 *
 * Time is counted in objects made, by any thread.  "Of the stretch" are the operations in it, and the objects that are made in it.
 *
 * A count operation is told by its kind, which is whose the object is, and by its place, which is what the program does there:
 * strategies differ in which places cost them something.
 *
 * How contended an object is, is told twice, since the program that looks runs one thread at a time.  `moved` are operations by
 * another thread than the one before on that object, as they happened: few, because a thread runs for many of them.  `mixed`
 * are those to be expected if the same operations came in random order: with c[i] by thread i, and c in all, the sum of
 * c[i] (1 - c[i] / c), or as many as happened.  What threads that run together do lies between.
 */
#ifndef RUNTIMES_RC_PROFILE_H
#define RUNTIMES_RC_PROFILE_H

#include <stdint.h>

enum {
    PROFILE_SIZES =
        33, /* those of 16 (i + 1) bytes at most and more than 16 i; the last: all larger ones */
    PROFILE_LIFETIMES = 48, /* those of less than 2^i objects, and at least half of that */
    PROFILE_OLD = 10000,    /* an object is old when so many have been made after it */
    PROFILE_SITES = 2048,   /* those after them are told together, as the first */
    PROFILE_TYPES = 64,     /* the same */
    PROFILE_CALLS = 5,      /* that are told of a site */
};

enum profile_kind {
    PROFILE_OWNER,    /* by the thread that made the object */
    PROFILE_FOREIGN,  /* by others */
    PROFILE_IMMORTAL, /* on an object that is not counted at all */
    PROFILE_KINDS
};

enum profile_place {
    PROFILE_STACK,    /* an alias on the stack made; a reference on the stack dropped */
    PROFILE_READ,     /* a slot read */
    PROFILE_FOUND,    /* a slot read inside the lock of its container */
    PROFILE_CONSTANT, /* a slot read that never changes */
    PROFILE_OWNED,    /* an owned reference made (obj_immortal, rc_revive); one released */
    PROFILE_WRITTEN,  /* what a slot held, ended by writing it */
    PROFILE_ENDED,    /* what a slot of a dead object held, ended with it */
    PROFILE_NAMED,    /* found by a name that is not counted */
    PROFILE_PLACES
};

/* How far the object of an operation was, by what a first, second and third cache would hold of those that are counted. */
enum profile_level { PROFILE_FIRST, PROFILE_SECOND, PROFILE_THIRD, PROFILE_MEMORY, PROFILE_LEVELS };

/* Which operations: increments and ends of stack references; ends of owned ones, which a strategy that borrows has, too. */
enum profile_reach { PROFILE_VISITED, PROFILE_HELD, PROFILE_REACHES };

enum profile_block { PROFILE_OBJECT, PROFILE_CONTAINER, PROFILE_TABLE, PROFILE_BLOCKS };

extern const char *const profile_kinds[PROFILE_KINDS];
extern const char *const profile_places[PROFILE_PLACES];
extern const char *const profile_blocks[PROFILE_BLOCKS];
extern const char *const profile_reaches[PROFILE_REACHES];

struct profile_allocations {
    uint64_t count;
    uint64_t bytes;
    uint64_t sizes[PROFILE_SIZES];
};

struct rc_profile {
    uint64_t made;
    struct profile_allocations blocks[PROFILE_BLOCKS];
    uint64_t lifetimes[PROFILE_LIFETIMES]; /* of those that died, whenever they were made */
    uint64_t died;
    uint64_t seen;   /* objects with an operation */
    uint64_t shared; /* of these, those with one by a thread that did not make them */
    uint64_t increments[PROFILE_PLACES][PROFILE_KINDS];
    uint64_t decrements[PROFILE_PLACES][PROFILE_KINDS];
    uint64_t kept[PROFILE_KINDS]; /* of those taken on the stack, at least, stored, not dropped */
    uint64_t writes;              /* to slots of objects that were there before */
    uint64_t old_writes;          /* of these, to those of old ones */
    uint64_t locks;               /* of containers, taken */
    uint64_t levels[PROFILE_REACHES][PROFILE_LEVELS]; /* of what is counted */
    uint64_t moved;
    double mixed;
};

/* The objects of one type, or of a site. */
struct profile_type {
    const char *name;
    enum profile_block block;
    uint64_t made;
    uint64_t bytes;
    uint64_t died;
    uint64_t seen;
    uint64_t shared;
    uint64_t operations[PROFILE_KINDS];
    uint64_t most; /* foreign operations on one of them */
    uint64_t moved;
    double mixed;
};

/* The objects of one type that are made at one place of the program. */
struct profile_site {
    struct profile_type objects;
    uintptr_t calls
        [PROFILE_CALLS]; /* return addresses, from the start of the program's file; the innermost first, 0: no more */
};

/* All operations of that kind. */
static inline uint64_t profile_operations(const struct rc_profile *profile, enum profile_kind kind)
{
    uint64_t sum = 0;
    for (unsigned place = 0; place < PROFILE_PLACES; place++)
        sum += profile->increments[place][kind] + profile->decrements[place][kind];
    return sum;
}

/* Owned references made of nothing: nobody took them on the stack. */
static inline uint64_t profile_given(const struct rc_profile *profile)
{
    uint64_t sum = 0;
    for (unsigned kind = 0; kind < PROFILE_KINDS; kind++)
        sum += profile->increments[PROFILE_OWNED][kind];
    return sum;
}

/* References taken on the stack: all other increments. */
static inline uint64_t profile_taken(const struct rc_profile *profile)
{
    uint64_t sum = 0;
    for (unsigned place = 0; place < PROFILE_PLACES; place++)
        for (unsigned kind = 0; kind < PROFILE_KINDS; kind++)
            sum += profile->increments[place][kind];
    return sum - profile_given(profile);
}

static inline uint64_t profile_kept(const struct rc_profile *profile)
{
    uint64_t sum = 0;
    for (unsigned kind = 0; kind < PROFILE_KINDS; kind++)
        sum += profile->kept[kind];
    return sum;
}

#endif
