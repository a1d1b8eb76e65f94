/*
 * The table: open addressing, linear probing, at most half full; what leaves it moves back those behind it, so that no place is
 * ever marked as left.
 */
#include "runtimes/rc/rc.h"

#if RC_TALLY == 2
#include "alloc/base/check.h"
#include "runtimes/rc/tally_cache.h"
#include "runtimes/rc/tally_calls.h"
#include "runtimes/rc/tally_sites.h"

#include <stdlib.h>
#include <string.h>

_Static_assert(RC_SERIAL, "one thread at a time uses the table");

/* Threads whose operations on an object are told apart, the fifth with the first; and threads that get a number. */
enum { THREADS = 4, KNOWN = 64 };

struct life {
    const struct rc_header *object; /* NULL: a free place */
    const struct thread *maker;
    uint64_t born;        /* how many objects had been made */
    uint32_t by[THREADS]; /* operations in the latest stretch in which it was seen */
    uint32_t foreign;     /* of these, by others than the maker */
    uint32_t moved;       /* of these, by another thread than the one before */
    uint16_t stretch;     /* that stretch */
    uint16_t site;
    uint8_t latest; /* the thread that was there last */
    bool shared;    /* whether another thread than its maker was there */
    bool immortal;
};

static struct {
    struct life *lives;
    size_t places; /* a power of two */
    size_t length;
    uint64_t clock; /* objects made */
    uint16_t stretch;
    const struct thread *threads[KNOWN];
    unsigned known;
    uint64_t placed[PROFILE_KINDS]; /* owned references that came to the stack, in the stretch */
    struct rc_profile profile;
} seen;

static size_t place_of(const struct rc_header *object)
{
    uint64_t mixed = (uint64_t)(uintptr_t)object * UINT64_C(0x9e3779b97f4a7c15);
    return (size_t)(mixed >> 20) & (seen.places - 1);
}

static size_t next(size_t place) { return (place + 1) & (seen.places - 1); }

/* Where the object is, or a free place for it. */
static struct life *find(const struct rc_header *object)
{
    size_t place = place_of(object);
    while (seen.lives[place].object != NULL && seen.lives[place].object != object)
        place = next(place);
    return &seen.lives[place];
}

static void grow(void)
{
    struct life *old = seen.lives;
    size_t places = seen.places;
    seen.places = places == 0 ? 1 << 16 : 2 * places;
    seen.lives = calloc(seen.places, sizeof(struct life));
    CHECK(seen.lives != NULL, "no memory for a profile of %zu objects", seen.length);
    for (size_t i = 0; i < places; i++)
        if (old[i].object != NULL)
            *find(old[i].object) = old[i];
    free(old);
}

/* A life that begins, in the place of what may have been there before. */
static struct life *begin(const struct rc_header *object)
{
    if (2 * seen.length >= seen.places)
        grow();
    struct life *life = find(object);
    seen.length += life->object == NULL;
    *life = (struct life){.object = object, .born = seen.clock};
    return life;
}

/* Whether what stands at `place` belongs at or before `hole`, going round. */
static bool may_move(size_t hole, size_t place)
{
    size_t mask = seen.places - 1;
    size_t home = place_of(seen.lives[place].object);
    return ((place - home) & mask) >= ((place - hole) & mask);
}

static void leave(struct life *life)
{
    size_t hole = (size_t)(life - seen.lives);
    seen.length--;
    for (size_t place = next(hole); seen.lives[place].object != NULL; place = next(place)) {
        if (may_move(hole, place)) {
            seen.lives[hole] = seen.lives[place];
            hole = place;
        }
    }
    seen.lives[hole].object = NULL;
}

/* A small number for a thread, the same as long as it runs. */
static uint8_t number_of(const struct thread *T)
{
    unsigned i = 0;
    while (i < seen.known && seen.threads[i] != T)
        i++;
    if (i == seen.known && i < KNOWN)
        seen.threads[seen.known++] = T;
    return (uint8_t)(i % THREADS);
}

/* The thread is at an object that is counted. */
static void see(struct life *life, const struct thread *T)
{
    struct profile_type *type = tally_site(life->site);
    if (life->stretch != seen.stretch) {
        life->stretch = seen.stretch;
        life->shared = false;
        life->foreign = 0;
        life->moved = 0;
        memset(life->by, 0, sizeof(life->by));
        life->latest = number_of(T);
        seen.profile.seen++;
        type->seen++;
    }
    if (life->maker != T && !life->shared) {
        life->shared = true;
        seen.profile.shared++;
        type->shared++;
    }
}

static void note_move(struct life *life, const struct thread *T)
{
    const uint8_t number = number_of(T);
    life->by[number]++;
    life->foreign += life->maker != T;
    life->moved += life->latest != number;
    life->latest = number;
}

/* What is to be expected of `moved` if operations came in random order; it is no less than it was. */
static double expected_moves(const struct life *life)
{
    double all = 0;
    double squares = 0;
    for (unsigned i = 0; i < THREADS; i++) {
        all += life->by[i];
        squares += (double)life->by[i] * life->by[i];
    }
    const double expected = all > 0 ? all - squares / all : 0;
    return expected > life->moved ? expected : life->moved;
}

/* What has been seen of an object in this stretch, into the account of its type. */
static void account(const struct life *life, struct profile_type *type)
{
    if (life->stretch != seen.stretch || life->immortal)
        return;
    type->moved += life->moved;
    type->mixed += expected_moves(life);
    if (life->foreign > type->most)
        type->most = life->foreign;
}

/* Whose the object is. */
static enum profile_kind kind_of(const struct life *life, const struct thread *T)
{
    if (life->immortal)
        return PROFILE_IMMORTAL;
    return life->maker != T ? PROFILE_FOREIGN : PROFILE_OWNER;
}

/* An operation on an object that is counted. */
static void note_level(const struct rc_header *object, enum profile_reach reach)
{
    seen.profile.levels[reach][tally_cache_touch(object)]++;
}

/* One count operation, as an eager strategy would have to do it; returns its kind.  `held`: the reference was owned, so one who
 * borrows does it, too. */
static enum profile_kind operate(const struct thread *T, const struct rc_header *object, bool held)
{
    struct life *life = find(object);
    CHECK(life->object != NULL, "an operation on %p, which nobody made", (const void *)object);
    const enum profile_kind kind = kind_of(life, T);
    tally_site(life->site)->operations[kind]++;
    if (!life->immortal) {
        see(life, T);
        note_move(life, T);
        note_level(object, held ? PROFILE_HELD : PROFILE_VISITED);
    }
    return kind;
}

void rc_tally_new(const struct thread *T, const struct rc_header *object)
{
    struct life *life = begin(object);
    life->maker = T;
    seen.clock++;
    seen.profile.made++;
}

void rc_tally_inc(const struct thread *T, const struct rc_header *object, enum profile_place place)
{
    if (object != NULL)
        seen.profile.increments[place][operate(T, object, false)]++;
}

void rc_tally_dec(const struct thread *T, const struct rc_header *object, enum profile_place place)
{
    if (object != NULL)
        seen.profile.decrements[place][operate(T, object, place != PROFILE_STACK)]++;
}

void rc_tally_immortal(const struct rc_header *object)
{
    if (2 * seen.length >= seen.places)
        grow();
    struct life *life = find(object);
    (life->object != NULL ? life : begin(object))->immortal = true;
}

void rc_tally_own(const struct thread *T, const struct rc_header *object)
{
    if (object != NULL)
        seen.profile.kept[kind_of(find(object), T)]++;
}

void rc_tally_move(const struct thread *T, const struct rc_header *object)
{
    if (object != NULL)
        seen.placed[kind_of(find(object), T)]++;
}

static void allocate(enum profile_block block, size_t bytes)
{
    struct profile_allocations *allocations = &seen.profile.blocks[block];
    size_t i = (bytes - 1) / 16;
    allocations->sizes[i < PROFILE_SIZES ? i : PROFILE_SIZES - 1]++;
    allocations->count++;
    allocations->bytes += bytes;
}

void rc_tally_lock(void) { seen.profile.locks++; }

void rc_tally_table(size_t bytes) { allocate(PROFILE_TABLE, bytes); }

void rc_tally_type(const struct rc_header *object, const char *type)
{
    uintptr_t calls[PROFILE_CALLS];
    tally_calls(calls);
    find(object)->site = (uint16_t)tally_site_number(type, calls);
}

void rc_tally_made(const struct rc_header *object, enum profile_block block, size_t bytes)
{
    struct life *life = find(object);
    struct profile_type *type = tally_site(life->site);
    allocate(block, bytes);
    type->block = block;
    type->made++;
    type->bytes += bytes;
    see(life, life->maker);
}

void rc_tally_write(const struct rc_header *host)
{
    if (host == NULL)
        return;
    const struct life *life = find(host);
    seen.profile.writes++;
    seen.profile.old_writes += seen.clock - life->born >= PROFILE_OLD;
}

static unsigned lifetime_of(uint64_t objects)
{
    unsigned i = objects == 0 ? 0 : 64 - (unsigned)__builtin_clzll(objects);
    return i < PROFILE_LIFETIMES ? i : PROFILE_LIFETIMES - 1;
}

void rc_tally_end(const struct rc_header *object)
{
    struct life *life = find(object);
    CHECK(life->object != NULL, "%p ends, which nobody made", (const void *)object);
    seen.profile.died++;
    tally_site(life->site)->died++;
    account(life, tally_site(life->site));
    seen.profile.lifetimes[lifetime_of(seen.clock - life->born - 1)]++;
    leave(life);
}

void rc_profile_begin(void)
{
    seen.stretch++;
    memset(seen.placed, 0, sizeof(seen.placed));
    seen.profile = (struct rc_profile){0};
    tally_sites_forget();
}

/* What came to the stack owned is what leaves it owned, as far as there is any of its kind: the rest was taken there. */
static void settle(uint64_t kept[PROFILE_KINDS])
{
    for (unsigned kind = 0; kind < PROFILE_KINDS; kind++)
        kept[kind] -= seen.placed[kind] < kept[kind] ? seen.placed[kind] : kept[kind];
}

bool rc_profile_read(struct rc_profile *profile)
{
    struct profile_site *told = tally_sites_tell();
    for (size_t place = 0; place < seen.places; place++)
        if (seen.lives[place].object != NULL)
            account(&seen.lives[place], &told[seen.lives[place].site].objects);
    *profile = seen.profile;
    settle(profile->kept);
    profile->moved = 0;
    profile->mixed = 0;
    for (unsigned i = 0; i < PROFILE_SITES; i++) {
        profile->moved += told[i].objects.moved;
        profile->mixed += told[i].objects.mixed;
    }
    tally_types_sum();
    return true;
}
#else
typedef int profile_none; /* ISO C wants a declaration in every file */
#endif
