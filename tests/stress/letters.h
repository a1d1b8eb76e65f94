/*
 * Letters: objects that one thread makes and another one ends.
 *
 * A letter says who made it.  It is posted into an empty mailbox of another seat and taken out by a
 * thread that has that seat, both by exchange, and nobody loads a mailbox: whoever takes a letter
 * out has the only reference to it.
 */
#ifndef TESTS_STRESS_LETTERS_H
#define TESTS_STRESS_LETTERS_H

#include "tests/stress/stress.h"

#include <time.h>

enum { POST_TRIES = 1000, LAST_LETTERS = 8, PATIENCE_NS = 20000 };

static inline rc_ref write_letter(struct thread *T, struct work *w)
{
    rc_ref text = str_new(T, TEXT, sizeof TEXT - 1);
    rc_ref number = float_new(T, (double)w->maker + FLOAT_BASE);
    rc_ref cargo = tuple_new(T, 2, (rc_ref[]){text, number});
    rc_ref maker = int_new(T, INT_BASE + w->maker);
    w->tally.made += LETTER_OBJECTS;
    return instance_new(T, &letter_type, (rc_ref[]){maker, cargo});
}

/* Inspects a letter that nobody else refers to, and ends it. */
static inline void open_letter(struct thread *T, struct work *w, rc_ref letter)
{
    if (ref_is_null(letter))
        return;
    RC_FRAME(T, f, 4);
    f[0] = rc_move(T, letter);
    CHECK(obj_get(f[0])->type == &letter_type, "a letter is a %s", obj_get(f[0])->type->name);
    f[1] = instance_get(T, f[0], LETTER_MAKER);
    f[2] = instance_get(T, f[0], LETTER_CARGO);
    f[3] = tuple_get(T, f[2], 1);
    int64_t maker = int_value(obj_get(f[1])) - INT_BASE;
    CHECK(float_value(obj_get(f[3])) == (double)maker + FLOAT_BASE,
          "a letter of thread %" PRId64 " carries %g", maker, float_value(obj_get(f[3])));
    if (maker != w->maker)
        w->tally.ended_by_other += LETTER_OBJECTS;
    for (unsigned i = 4; i > 0; i--)
        rc_clear(T, &f[i - 1]);
    RC_LEAVE(T, f);
}

static inline void take_letter(struct thread *T, struct work *w)
{
    uint32_t box = w->seat * BOXES + pick(w, BOXES);
    open_letter(T, w, instance_swap(T, *w->hub, box, RC_NULL_REF));
}

static inline const struct rc_header *letter_in(const struct work *w, uint32_t box)
{
    const struct instance_obj *hub = (const struct instance_obj *)obj_get(*w->hub);
    return rc_peek(&hub->fields[box]);
}

/* An empty box of that seat, or any of its boxes. */
static inline uint32_t find_box(struct work *w, uint32_t seat)
{
    uint32_t first = pick(w, BOXES);
    for (uint32_t i = 0; i < BOXES; i++) {
        uint32_t box = seat * BOXES + (first + i) % BOXES;
        if (letter_in(w, box) == NULL)
            return box;
    }
    return seat * BOXES + first;
}

static inline void let_others_run(struct thread *T)
{
    struct timespec patience = {.tv_nsec = PATIENCE_NS};
    thread_block(T);
    nanosleep(&patience, NULL);
    thread_unblock(T);
}

/* Whether the mail of that box will be read. */
static inline bool has_reader(const struct work *w, uint32_t box)
{
    return (load_relaxed(&w->stress->closed_seats) >> box / BOXES & 1) == 0;
}

/* Posts to another seat; if all its boxes are full, lets the others run and reads its own mail
 * meanwhile. */
static inline void post_letter(struct thread *T, struct work *w)
{
    uint32_t seats = w->stress->seats;
    uint32_t seat = (w->seat + 1 + pick(w, seats - 1)) % seats;
    uint32_t box = find_box(w, seat);
    for (unsigned i = 0; i < POST_TRIES && letter_in(w, box) != NULL && has_reader(w, box); i++) {
        let_others_run(T);
        take_letter(T, w);
        box = find_box(w, seat);
    }
    open_letter(T, w, instance_swap(T, *w->hub, box, write_letter(T, w)));
}

static inline void do_mail(struct thread *T, struct work *w)
{
    if (pick(w, 2) == 0)
        post_letter(T, w);
    else
        take_letter(T, w);
}

/* What a thread does last: it posts letters and, without another safepoint, waits for the last of
 * them to be read, so that others end what it made while it exits. */
static inline void leave_letters(struct thread *T, struct work *w)
{
    uint32_t seat = (w->seat + 1) % w->stress->seats;
    uint32_t box = 0;
    for (unsigned i = 0; i < LAST_LETTERS; i++) {
        box = find_box(w, seat);
        open_letter(T, w, instance_swap(T, *w->hub, box, write_letter(T, w)));
    }
    const struct rc_header *last = letter_in(w, box);
    for (unsigned i = 0; i < POST_TRIES && letter_in(w, box) == last && has_reader(w, box); i++)
        let_others_run(T);
}

#endif
