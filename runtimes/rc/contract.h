/*
 * Holds a strategy to the contract: what is missing or has the wrong type fails to compile here, by name.
 *
 * contract.c does so before anything else is compiled with the strategy; cmake/contract.py reads the lists below to say in
 * words what the compiler found.
 */
#ifndef RUNTIMES_RC_CONTRACT_H
#define RUNTIMES_RC_CONTRACT_H

#define RC_REQUIRE(verb, result, ...)                                                              \
    _Static_assert(_Generic(&strategy_##verb, result(*)(__VA_ARGS__) : 1, default : 0),            \
                   "strategy_" #verb " must be: " #result " strategy_" #verb "(" #__VA_ARGS__ ")")

RC_REQUIRE(init, void, struct thread *, struct rc_header *);
RC_REQUIRE(init_leaf, void, struct thread *, struct rc_header *);
RC_REQUIRE(immortalize, void, struct thread *, struct rc_header *);
RC_REQUIRE(is_unique, bool, struct thread *, struct rc_header *);
RC_REQUIRE(lock, void, struct thread *, struct rc_header *);
RC_REQUIRE(unlock, void, struct thread *, struct rc_header *);
RC_REQUIRE(get, struct rc_header *, rc_loc);
RC_REQUIRE(dup, rc_loc, struct thread *, rc_loc);
RC_REQUIRE(drop, void, struct thread *, rc_loc);
RC_REQUIRE(own, rc_ref, struct thread *, rc_loc);
RC_REQUIRE(move, rc_loc, struct thread *, rc_ref);
RC_REQUIRE(release, void, struct thread *, rc_ref);
RC_REQUIRE(allow_upgrade, void, struct thread *, struct rc_header *);
RC_REQUIRE(upgrade, rc_loc, struct thread *, struct rc_header *);
RC_REQUIRE(init_slot, void, struct thread *, rc_slot *, rc_ref);
RC_REQUIRE(load, rc_loc, struct thread *, struct rc_header *, rc_slot *);
RC_REQUIRE(try_load, bool, struct thread *, rc_slot *, rc_loc *);
RC_REQUIRE(load_locked, rc_loc, struct thread *, struct rc_header *, rc_slot *);
RC_REQUIRE(xchg, rc_ref, struct thread *, struct rc_header *, rc_slot *, rc_ref);
RC_REQUIRE(xchg_locked, rc_ref, struct thread *, struct rc_header *, rc_slot *, rc_ref);
RC_REQUIRE(replace, rc_former, struct thread *, struct rc_header *, rc_slot *, rc_ref);
RC_REQUIRE(replace_locked, rc_former, struct thread *, struct rc_header *, rc_slot *, rc_ref);
RC_REQUIRE(end, void, struct thread *, rc_former);
RC_REQUIRE(peek, struct rc_header *, const rc_slot *);
RC_REQUIRE(take, rc_ref, struct thread *, rc_slot *);
RC_REQUIRE(end_held, void, struct thread *, rc_ref);
RC_REQUIRE(init_cslot, void, struct thread *, rc_cslot *, rc_ref);
RC_REQUIRE(cload, rc_loc, struct thread *, struct rc_header *, rc_cslot *);
RC_REQUIRE(cpeek, struct rc_header *, const rc_cslot *);
RC_REQUIRE(ctake, rc_ref, struct thread *, rc_cslot *);
RC_REQUIRE(start, void, void);
RC_REQUIRE(stop, void, void);
RC_REQUIRE(attach, void, struct thread *);
RC_REQUIRE(detach, void, struct thread *);
RC_REQUIRE(enter, void, struct thread *);
RC_REQUIRE(leave, void, struct thread *);
RC_REQUIRE(before_pause, void, struct thread *);
RC_REQUIRE(on_safepoint, bool, struct thread *);
RC_REQUIRE(flush, void, struct thread *);
RC_REQUIRE(before_fork, void, struct thread *);
RC_REQUIRE(after_fork, void, struct thread *);
RC_REQUIRE(after_fork_in_child, void, struct thread *);
RC_REQUIRE(settle, void, struct thread *);
RC_REQUIRE(count, size_t, const struct rc_header *);
RC_REQUIRE(each_uncounted_root, void, struct thread *, void (*)(struct rc_header *, void *),
           void *);
RC_REQUIRE(hold, rc_ref, struct thread *, struct rc_header *);

_Static_assert(sizeof(struct rc_header) > 0 && sizeof(struct rc_thread) > 0, "both have members");
_Static_assert(sizeof(rc_slot) >= sizeof(void *), "a slot has room for a reference");
_Static_assert(sizeof(rc_cslot) >= sizeof(void *), "a constant slot has room for a reference");
#ifndef RC_FRAME
#error "RC_FRAME and RC_LEAVE are missing: include runtimes/rc/eager.h or frame_linked.h"
#endif
#ifndef RC_NAME
#error "RC_NAME is missing: #define RC_NAME, the name of the strategy as a string"
#else
_Static_assert(sizeof(RC_NAME) > 1, "RC_NAME must be the name of the strategy as a string");
#endif

/* Those that are here have a reader. */
enum {
    RC_CAPABILITIES_DEFINED =
        RC_SERIAL + RC_BORROWS + RC_FREES + RC_PROMPT_DEATH + RC_OPTIMISTIC_READERS + RC_MAX_THREADS
};
_Static_assert(RC_FREES || !RC_PROMPT_DEATH,
               "RC_PROMPT_DEATH: nothing dies at once where RC_FREES is 0");
_Static_assert(RC_MAX_THREADS >= 1, "RC_MAX_THREADS must be at least 1: the thread that starts");

#define RC_DIGITS(number) #number
#define RC_REQUIRE_CONTRACT(number)                                                                \
    _Static_assert(RC_CONTRACT == (number),                                                        \
                   "RC_CONTRACT must be " RC_DIGITS(                                               \
                       number) ", the contract of this refbench: see what has changed in "         \
                               "docs/extending.md, then say RC_CONTRACT = " RC_DIGITS(number))
RC_REQUIRE_CONTRACT(RC_CONTRACT_NUMBER);

#endif
