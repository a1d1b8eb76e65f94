/*
 * Holds a strategy to the contract's types: a mistyped operation fails to compile here, by name.
 * (A missing one already failed in rc.h, by name too.)
 */
#ifndef RUNTIMES_RC_CONTRACT_H
#define RUNTIMES_RC_CONTRACT_H

#define RC_REQUIRE(verb, result, ...)                                                              \
    _Static_assert(_Generic(&strategy_##verb, result(*)(__VA_ARGS__) : 1, default : 0),            \
                   "strategy_" #verb " must be: " #result " strategy_" #verb "(" #__VA_ARGS__ ")")

RC_REQUIRE(init, void, struct thread *, struct rc_header *);
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
RC_REQUIRE(peek, struct rc_header *, const rc_slot *);
RC_REQUIRE(take, rc_ref, struct thread *, rc_slot *);
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

_Static_assert(sizeof(RC_NAME) > 1, "a strategy defines RC_NAME, its name as a string");
enum {
    RC_CAPABILITIES_DEFINED =
        RC_SERIAL + RC_BORROWS + RC_PROMPT_DEATH + RC_OPTIMISTIC_READERS + RC_MAX_THREADS
};

#endif
