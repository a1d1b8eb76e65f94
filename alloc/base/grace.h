/*
 * Grace periods: when may memory that a reader may still look at be reused for something else?
 *
 * Idea: a *reader* (one per attached thread) promises to hold no unprotected pointer when it passes a quiescent state
 * (grace_quiescent, called from its safepoint) and while it is offline (blocked, parked, not attached).  A *grace
 * period* begins when somebody asks for one: every reader online at that moment owes one quiescent state; the period
 * ends when the last debt is paid.  What was unlinked before a period began is out of every reader's sight when it
 * ends.  Nothing is polled: a beginning period raises each debtor's `request` word, which its safepoint reads anyway, so
 * the fast path of a reader costs nothing.
 *
 * Ordering: one mutex orders everything.  A debtor's earlier accesses come before it takes the mutex to pay; who
 * sees the period completed took the mutex later.
 * Invariant: owing = number of readers with `owes`; a period runs exactly when begun = completed + 1; else they are equal.
 * Source: quiescent-state-based reclamation as in liburcu's QSBR flavour (Desnoyers et al., TPDS 2012); asking by
 * request word is the ragged handshake of on-the-fly collectors (Doligez and Leroy, POPL 1993).
 */
#ifndef ALLOC_BASE_GRACE_H
#define ALLOC_BASE_GRACE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* One per thread that may look at memory others retire.  Zero-initialised, then grace_online. */
struct grace_reader {
    const void *thread;        /* that went online */
    _Atomic uint32_t *request; /* raised by a beginning period */
    uint32_t request_bit;      /* ... with this bit; */
    uint32_t told_bit;         /* with this one by the end of the period that it awaits */
    uint64_t awaits;           /* that ticket, or 0 */
    bool owes;
    bool online;
    struct grace_reader *next;
    struct grace_reader **link;
};

/* The reader may from now on hold unprotected pointers.  `request` and `bit` must be set before.  Thread-safe. */
void grace_online(struct grace_reader *reader);

/* The reader holds no unprotected pointer and will not, until grace_online; pays its debt. */
void grace_offline(struct grace_reader *reader);

/* The reader holds no unprotected pointer at this moment; pays its debt. */
void grace_quiescent(struct grace_reader *reader);

/* Every reader is parked or quiescent right now (the world is stopped): what has been retired so far is out of sight.
 * Completes the running period, if any, and one more. */
void grace_all_quiescent(void);

/* The period after which memory unlinked just now may be reused; compare with grace_is_over. */
uint64_t grace_ticket(void);

/* The last period that has begun, as the calling thread knows: at least the last one that it has paid, or found begun when it
 * went online. */
uint64_t grace_begun(void);

/* Whether the period of that ticket has completed. */
bool grace_is_over(uint64_t ticket);

/* Makes sure that the period of that ticket is under way or follows the running one; never waits. */
void grace_request(uint64_t ticket);

/* Raises the reader's request word with its `told_bit` when the period of that ticket has completed; at once if it has, but not
 * before the reader is online.  Of several tickets the first counts.  Thread-safe. */
void grace_tell(struct grace_reader *reader, uint64_t ticket);

/* Blocks until the period of that ticket has completed.  The caller must be offline. */
void grace_wait(uint64_t ticket);

bool grace_is_valid(void);

/* So many bytes were taken from the system.  Each GRACE_STEP of them is a reason to end what waits for periods, however few
 * objects that are: a period is asked for, grace_steps is one more, and every reader is asked for a quiescent state, be it that
 * it owes one or not, for there it may look. */
enum { GRACE_STEP = 4 * 1024 * 1024 };
void grace_took(size_t bytes);
uint64_t grace_steps(void);

/* Around a fork (alloc/fork.h): keeps everything here as it is until either of the next two. */
void grace_hold(void);

/* In the parent. */
void grace_resume(void);

/* In the child, whose only thread is the caller: the readers of all others are offline, their debts paid. */
void grace_resume_alone(void);

#endif
