/*
 * Seeded faults: a protocol with one step left out, which the tests must catch (tests/stress/faults.def,
 * tests/exchange/faults.def).
 *
 * `FAULT(name)` is false, and gone from the code, unless the build sets SEEDED_FAULT=FAULT_<name>.
 */
#ifndef ALLOC_BASE_FAULT_H
#define ALLOC_BASE_FAULT_H

enum fault {
    FAULT_none,

    /* strategies */
    FAULT_skip_exit_drain,   /* biased: a thread ends without merging what was queued to it */
    FAULT_skip_merge,        /* biased: the owner takes its queue and forgets it */
    FAULT_skip_orphan_merge, /* biased: who finds the owner gone does not merge */
    FAULT_skip_recheck, /* atomic, biased: a slot is not looked at again after a try-increment */
    FAULT_revive_dead,  /* atomic: a try-increment may raise a count from zero */
    FAULT_unasked_death, /* biased: the owner's last local reference ends the object, whatever others hold */

    /* the allocator */
    FAULT_lose_inbox,    /* parcel: a chain takes the place of those that were sent before */
    FAULT_keep_parcels,  /* parcel: what a heap holds for others is not sent when it is flushed */
    FAULT_dry_stays,     /* heap: a pool whose free list was taken stays among the ready ones */
    FAULT_forget_orphan, /* general: a thread exits and nobody can adopt its heap */
};

#ifndef SEEDED_FAULT
#define SEEDED_FAULT FAULT_none
#endif

#define FAULT(name) (SEEDED_FAULT == FAULT_##name)

#endif
