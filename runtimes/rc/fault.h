/*
 * Seeded faults: a protocol with one step left out, which the tests must catch (tests/stress/faults.def).
 *
 * `FAULT(name)` is false, and gone from the code, unless the build sets SEEDED_FAULT=FAULT_<name>.
 */
#ifndef RUNTIMES_RC_FAULT_H
#define RUNTIMES_RC_FAULT_H

enum rc_fault {
    FAULT_none,
    FAULT_skip_exit_drain,   /* biased: a thread ends without merging what was queued to it */
    FAULT_skip_merge,        /* biased: the owner takes its queue and forgets it */
    FAULT_skip_orphan_merge, /* biased: who finds the owner gone does not merge */
    FAULT_skip_recheck, /* atomic, biased: a slot is not looked at again after a try-increment */
    FAULT_revive_dead,  /* atomic: a try-increment may raise a count from zero */
    FAULT_unasked_death, /* biased: the owner's last local reference ends the object, whatever others hold */
};

#ifndef SEEDED_FAULT
#define SEEDED_FAULT FAULT_none
#endif

#define FAULT(name) (SEEDED_FAULT == FAULT_##name)

#endif
