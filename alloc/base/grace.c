/* Grace periods of grace.h: who owes, and which period runs. */
#include "alloc/base/grace.h"

#include "alloc/base/atomics.h"
#include "alloc/base/check.h"
#include "alloc/base/fault.h"
#include "alloc/base/futex.h"
#include "alloc/base/lock.h"

#include <limits.h>
#include <stddef.h>

/* (G1) `completed` is written with release, under the lock that every debtor took to pay; (G2) whoever finds a period
 * completed reads it with acquire.  So all that readers did before they paid comes before what the finder does next.
 * A request bit, relaxed, tells a reader to look here; who has seen it takes the lock that its raiser held, and so finds the debt.
 * (G3) Who is told of the end of a period takes no lock to look: that bit is raised with release, after (G1), and whoever takes the
 * request acquires it.
 * `wanted` is the last period that somebody has asked for: at most the one after the running one. */
static struct {
    struct lock lock;
    struct grace_reader *readers;
    _Atomic uint64_t begun;
    _Atomic uint64_t completed;
    uint64_t wanted;
    unsigned owing;
    unsigned sleepers;
    _Atomic uint64_t taken; /* bytes, ever */
    _Atomic uint32_t turn;  /* changes with every completed period; what sleepers sleep on */
} grace = {.lock = LOCK_INIT};

static _Thread_local char this_thread; /* its address is another in every thread that exists */

static uint64_t begun_locked(void) { return load_relaxed(&grace.begun); }
static bool is_running_locked(void) { return begun_locked() != load_relaxed(&grace.completed); }
static void count_begun_locked(void) { store_relaxed(&grace.begun, begun_locked() + 1); }

/* Everybody online owes one quiescent state. */
static void begin_locked(void)
{
    count_begun_locked();
    for (struct grace_reader *reader = FAULT(forget_debt) ? NULL : grace.readers; reader != NULL;
         reader = reader->next) {
        reader->owes = true;
        grace.owing++;
        fetch_or_relaxed(reader->request, reader->request_bit);
    }
}

static void tell_locked(struct grace_reader *reader)
{
    if (reader->awaits == 0 || !grace_is_over(reader->awaits) || FAULT(untold_end))
        return;
    reader->awaits = 0;
    fetch_or_release(reader->request, reader->told_bit); /* (G3) */
}

static void complete_locked(void)
{
    store_release(&grace.completed, begun_locked()); /* (G1) */
    for (struct grace_reader *reader = grace.readers; reader != NULL; reader = reader->next)
        tell_locked(reader);
    fetch_add_relaxed(&grace.turn, 1);
    if (grace.sleepers != 0)
        futex_wake(&grace.turn, INT_MAX);
}

/* Goes on as far as it can without waiting: to the end of the running period, to the next one if it is wanted. */
static void advance_locked(void)
{
    while (grace.owing == 0) {
        if (is_running_locked())
            complete_locked();
        if (grace.wanted <= begun_locked())
            return;
        begin_locked();
    }
}

static void pay_locked(struct grace_reader *reader)
{
    if (!reader->owes)
        return;
    reader->owes = false;
    grace.owing--;
    advance_locked();
}

static void want_locked(uint64_t ticket)
{
    if (ticket > grace.wanted)
        grace.wanted = ticket;
    advance_locked();
}

static void link_locked(struct grace_reader *reader)
{
    reader->next = grace.readers;
    reader->link = &grace.readers;
    if (reader->next != NULL)
        reader->next->link = &reader->next;
    grace.readers = reader;
}

static void unlink_locked(struct grace_reader *reader)
{
    *reader->link = reader->next;
    if (reader->next != NULL)
        reader->next->link = reader->link;
}

static void withdraw_locked(struct grace_reader *reader)
{
    unlink_locked(reader);
    reader->online = false;
    pay_locked(reader);
}

static bool is_valid_locked(void)
{
    uint64_t completed = load_relaxed(&grace.completed);
    unsigned owing = 0;
    for (const struct grace_reader *reader = grace.readers; reader != NULL; reader = reader->next) {
        if (!reader->online || *reader->link != reader)
            return false;
        owing += reader->owes;
    }
    return owing == grace.owing && begun_locked() - completed == (owing != 0) &&
           grace.wanted <= begun_locked() + 1;
}

static void leave(void)
{
    VALIDATE(is_valid_locked());
    lock_release(&grace.lock);
}

void grace_online(struct grace_reader *reader)
{
    lock_acquire(&grace.lock);
    ASSERT(!reader->online && !reader->owes);
    reader->online = true;
    reader->thread = &this_thread;
    link_locked(reader);
    tell_locked(reader);
    leave();
}

void grace_offline(struct grace_reader *reader)
{
    lock_acquire(&grace.lock);
    ASSERT(reader->online);
    withdraw_locked(reader);
    leave();
}

void grace_quiescent(struct grace_reader *reader)
{
    lock_acquire(&grace.lock);
    pay_locked(reader);
    leave();
}

void grace_all_quiescent(void)
{
    lock_acquire(&grace.lock);
    for (struct grace_reader *reader = grace.readers; reader != NULL; reader = reader->next)
        reader->owes = false;
    grace.owing = 0;
    if (is_running_locked())
        complete_locked();
    count_begun_locked();
    complete_locked();
    leave();
}

uint64_t grace_ticket(void)
{
    lock_acquire(&grace.lock);
    uint64_t ticket = begun_locked() + 1;
    ticket -= FAULT(early_ticket);
    lock_release(&grace.lock);
    return ticket;
}

uint64_t grace_begun(void) { return load_relaxed(&grace.begun); }

bool grace_is_over(uint64_t ticket) { return load_acquire(&grace.completed) >= ticket; /* (G2) */ }

void grace_request(uint64_t ticket)
{
    lock_acquire(&grace.lock);
    ASSERT(ticket <= begun_locked() + 1);
    want_locked(ticket);
    leave();
}

void grace_tell(struct grace_reader *reader, uint64_t ticket)
{
    lock_acquire(&grace.lock);
    if (reader->awaits == 0 || ticket < reader->awaits)
        reader->awaits = ticket;
    if (reader->online)
        tell_locked(reader);
    leave();
}

void grace_wait(uint64_t ticket)
{
    lock_acquire(&grace.lock);
    want_locked(ticket);
    grace.sleepers++;
    while (!grace_is_over(ticket)) {
        uint32_t turn = load_relaxed(&grace.turn);
        lock_release(&grace.lock);
        futex_wait(&grace.turn, turn);
        lock_acquire(&grace.lock);
    }
    grace.sleepers--;
    leave();
}

bool grace_is_valid(void)
{
    lock_acquire(&grace.lock);
    bool valid = is_valid_locked();
    lock_release(&grace.lock);
    return valid;
}

/* --- memory ------------------------------------------------------------------------------------------------------- */

uint64_t grace_steps(void) { return load_relaxed(&grace.taken) / GRACE_STEP; }

static void ask_everybody(void)
{
    lock_acquire(&grace.lock);
    for (struct grace_reader *reader = grace.readers; reader != NULL; reader = reader->next)
        fetch_or_relaxed(reader->request, reader->request_bit);
    want_locked(begun_locked() + 1);
    leave();
}

void grace_took(size_t bytes)
{
    const uint64_t before = fetch_add_relaxed(&grace.taken, bytes);
    if (before / GRACE_STEP != (before + bytes) / GRACE_STEP)
        ask_everybody();
}

/* --- fork ---------------------------------------------------------------------------------------------------------- */

void grace_hold(void) { lock_acquire(&grace.lock); }

void grace_resume(void) { leave(); }

void grace_resume_alone(void)
{
    struct grace_reader *next;
    for (struct grace_reader *reader = grace.readers; reader != NULL; reader = next) {
        next = reader->next;
        if (reader->thread != &this_thread)
            withdraw_locked(reader);
    }
    grace.sleepers = 0;
    leave();
}
