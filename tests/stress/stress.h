/*
 * The world of the stress test: what all threads share, what one thread has, what is counted.
 *
 *   shared     a list, a dict and a board (an instance with many fields) that all threads use
 *   mailboxes  fields of one large instance, some for each seat; only exchanged, never loaded, so
 *              that whoever takes a letter out has the only reference to it
 *   seat       one of the places at which threads work, two or four: its thread exits now and then and another
 *              one takes the seat
 *   registers  cells of the working thread's frame that hold anything
 *
 * Invariant: memory does not grow with the number of operations.  A container that is no shared one
 * has few items, and most of them are leaves, so what hangs on it ends somewhere.
 */
#ifndef TESTS_STRESS_STRESS_H
#define TESTS_STRESS_STRESS_H

#include "runtimes/object/dict.h"
#include "runtimes/object/float.h"
#include "runtimes/object/instance.h"
#include "runtimes/object/int.h"
#include "runtimes/object/list.h"
#include "runtimes/object/none.h"
#include "runtimes/object/str.h"
#include "runtimes/object/tuple.h"
#include "runtimes/runtime.h"

#include <inttypes.h>
#include <pthread.h>
#include <string.h>

enum {
    SEATS = 4,      /* at most */
    SHIFTS = 10,    /* threads that take a seat one after the other */
    BOXES = 32,     /* mailboxes of a seat */
    FIELDS = 16,    /* of the board */
    KEYS = 1000,    /* of the shared dict */
    LONGEST = 4000, /* shared list */
    REGISTERS = 12,
    SMALL = 4, /* items of a list or dict that is no shared one */
};

static const struct type board_type = {.name = "Board", .kind = OBJ_INSTANCE, .fields = FIELDS};
static const struct type hub_type = {.name = "Hub", .kind = OBJ_INSTANCE, .fields = SEATS * BOXES};
static const struct type node_type = {.name = "Node", .kind = OBJ_INSTANCE, .fields = 2};
static const struct type letter_type = {.name = "Letter", .kind = OBJ_INSTANCE, .fields = 2};
enum { LETTER_MAKER, LETTER_CARGO };
enum { LETTER_OBJECTS = 5 }; /* the letter, its maker's number, a tuple, a str and a float */

struct tally {
    uint64_t operations;
    uint64_t through_shared;
    uint64_t made; /* objects */
    uint64_t
        ended_by_other; /* objects whose last reference went in another thread than made them */
    uint64_t threads;
    uint64_t collections;
};

struct stress {
    rc_slot list;
    rc_slot dict;
    rc_slot board;
    rc_slot hub;
    uint64_t seed;
    uint64_t operations;
    unsigned seats;                /* at work */
    _Atomic int64_t makers;        /* numbers given to threads so far */
    _Atomic uint32_t closed_seats; /* those that nobody will take again, a bit each */
    pthread_mutex_t mutex;         /* guards total */
    struct tally total;
};

/* One thread at work; its cells are in its frame. */
struct work {
    struct stress *stress;
    uint64_t random;
    int64_t maker; /* this thread's number */
    unsigned seat;
    rc_loc *list;
    rc_loc *dict;
    rc_loc *board;
    rc_loc *hub;
    rc_loc *registers;
    struct tally tally;
};

/* xorshift64* (S. Vigna, 2014). */
static inline uint32_t pick(struct work *w, uint32_t below)
{
    w->random ^= w->random >> 12;
    w->random ^= w->random << 25;
    w->random ^= w->random >> 27;
    return (uint32_t)((w->random * UINT64_C(0x2545f4914f6cdd1d) >> 32) % below);
}

static inline rc_loc *any_register(struct work *w) { return &w->registers[pick(w, REGISTERS)]; }

static inline void replace(struct thread *T, rc_loc *cell, rc_loc loc)
{
    rc_clear(T, cell);
    *cell = loc;
}

static inline rc_ref reference_to(struct thread *T, rc_loc cell)
{
    return rc_own(T, rc_dup(T, cell));
}

/* --- objects that can be told from any other memory ------------------------------------------- */

enum { INT_BASE = 1000000, INT_RANGE = 1000 }; /* beyond the ints that are shared */
#define FLOAT_BASE 0.5
#define TEXT "what every text of this test says"

static inline rc_ref make_int(struct thread *T, struct work *w)
{
    w->tally.made++;
    return int_new(T, INT_BASE + pick(w, INT_RANGE));
}

static inline rc_ref make_float(struct thread *T, struct work *w)
{
    w->tally.made++;
    return float_new(T, FLOAT_BASE + pick(w, INT_RANGE));
}

static inline rc_ref make_str(struct thread *T, struct work *w)
{
    w->tally.made++;
    return str_new(T, TEXT, 1 + pick(w, sizeof TEXT - 1));
}

static inline rc_ref make_leaf(struct thread *T, struct work *w)
{
    switch (pick(w, 8)) {
    case 0:
        return none_ref(T);
    case 1:
        return str_intern(T, TEXT, sizeof TEXT - 1);
    case 2:
    case 3:
        return make_str(T, w);
    case 4:
    case 5:
        return make_float(T, w);
    default:
        return make_int(T, w);
    }
}

/* Stops the program unless `o` is what one of the above, or of the containers, made. */
static inline void inspect(const struct obj *o)
{
    const struct tuple_obj *tuple = (const struct tuple_obj *)o;
    switch (o->type->kind) {
    case OBJ_NONE:
        return;
    case OBJ_INT:
        CHECK(int_value(o) >= INT_BASE && int_value(o) < INT_BASE + INT_RANGE,
              "an int says %" PRId64, int_value(o));
        return;
    case OBJ_FLOAT:
        CHECK(float_value(o) >= FLOAT_BASE && float_value(o) < FLOAT_BASE + INT_RANGE,
              "a float says %g", float_value(o));
        return;
    case OBJ_STR:
        CHECK(str_length(o) < sizeof TEXT && memcmp(str_text(o), TEXT, str_length(o)) == 0,
              "a str says '%.40s'", str_text(o));
        return;
    case OBJ_TUPLE:
        CHECK(tuple->length <= SMALL, "a tuple has %zu items", tuple->length);
        return;
    case OBJ_INSTANCE:
        CHECK(o->type == &node_type, "an instance is a %s", o->type->name);
        return;
    default:
        CHECK(o->type == &list_type || o->type == &dict_type, "an object is a %s", o->type->name);
    }
}

#endif
