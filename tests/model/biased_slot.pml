/*
 * Slots of `biased` (runtimes/rc/biased.h, biased.c): reading with and without a second look,
 * marks, the host's lock.
 *
 * Modelled: one slot, two blocks of memory, three threads.  Each thread loads the slot and drops
 * what it got, makes an object and stores it, makes one that it shares through no slot, empties the
 * slot; now and then it merges what was queued to it, and then it exits.  A last one empties the
 * slot when all others are gone.  Every object is owned by the thread that made it.  Each access to
 * the slot, to an owner's word and to a shared word is a step of its own.
 *
 * Abstracted: a compare-and-swap loop whose new value depends on nothing but the old one is one
 * step, which is exact; so is what happens under a queue's lock.  Memory keeps its type (atomic.pml
 * has the grace period). Spin knows no weak memory: the argument for orders (B1)-(B9) is in
 * biased.h.
 *
 * Checked: a load yields an object that was in the slot and lives; an object dies once, with no
 * reference left; in the end all are dead; nobody waits for ever.
 *
 * fault no_recheck: a foreign reader does not look at the slot again
 * fault plain_zero_raised: a foreign reader may increment a shared word that is plain and zero
 * fault owner_ignores_mark: the owner ends a marked object without a compare-and-swap
 * fault unlocked_store: a slot is written without the lock of its host
 * fault no_second_merge: who finds the owner gone ends its reference without merging
 */
#define THREADS 3
#define LAST 3 /* the thread that comes last */
#define NOBODY 4
#define OPERATIONS(thread) (thread == 0 -> 2 : 1)
#define NONE 2

#define PLAIN 0
#define MARKED 1
#define QUEUED 2
#define MERGED 3

byte slot = 0;
bool host_locked;

/* headers */
byte owner[2] = {0, NOBODY};
byte owned[2] = {1, 0};
short count[2];
byte state[2] = PLAIN;

/* what is true of the objects */
byte refs[2] = {1, 0};
bool alive[2] = {true, false};
bool published[2] = {true, false};

/* queues of the threads: which blocks are in them */
bool queued0[THREADS];
bool queued1[THREADS];
bool gone[THREADS];

#define LOCK_HOST atomic { !host_locked -> host_locked = true }
#define UNLOCK_HOST host_locked = false
#define PLAIN_ZERO(o) (state[o] == PLAIN && count[o] == 0)

inline die(o) {
    atomic {
        assert(alive[o] && refs[o] == 0);
        alive[o] = false;
        published[o] = false;
        count[o] = 0;
        state[o] = PLAIN
    }
}

inline disown(o) { atomic { owner[o] = NOBODY; owned[o] = 0 } }

inline merge(o) {
    owners = owned[o];
    disown(o);
    atomic { count[o] = count[o] + owners; state[o] = MERGED; owners = 0 }
}

/* ending = true while the reference is not yet ended or handed on */
inline decrement_shared(o) {
    ending = true;
    do
    :: ending ->
        atomic {
            if
            :: count[o] == 0 && (state[o] == PLAIN || state[o] == MARKED) -> state[o] = QUEUED
            :: else -> count[o]--; ending = false
            fi;
            last = !ending && state[o] == MERGED && count[o] == 0
        }
        if
        :: last -> die(o)
        :: ending -> hand_to_owner(o)
        :: else
        fi
    :: !ending -> break
    od;
    last = false
}

inline hand_to_owner(o) {
    was_owner = owner[o];
    if
    :: was_owner == NOBODY
    :: atomic {
           was_owner != NOBODY && !gone[was_owner] ->
           if
           :: o == 0 -> assert(!queued0[was_owner]); queued0[was_owner] = true
           :: o == 1 -> assert(!queued1[was_owner]); queued1[was_owner] = true
           fi;
           ending = false
       }
    :: was_owner != NOBODY && gone[was_owner] ->
#ifndef FAULT_no_second_merge
        merge(o)
#endif
    fi;
    was_owner = NOBODY
}

inline owned_zero(o) {
#ifdef FAULT_owner_ignores_mark
    last = count[o] == 0;
#else
    last = PLAIN_ZERO(o);
#endif
    disown(o);
    if
    :: last
    :: else -> atomic { state[o] = MERGED; last = count[o] == 0 }
    fi;
    if
    :: last -> die(o)
    :: else
    fi;
    last = false
}

inline decrement(o) {
    refs[o]--;
    if
    :: owner[o] == _pid && owned[o] == 1 -> owned_zero(o)
    :: owner[o] == _pid && owned[o] > 1 -> owned[o]--
    :: owner[o] != _pid -> decrement_shared(o)
    fi
}

#ifdef FAULT_plain_zero_raised
#define REFUSES(o) (state[o] == MERGED && count[o] == 0)
#else
#define REFUSES(o) (count[o] == 0 && (state[o] == PLAIN || state[o] == MERGED))
#endif

inline load_under_lock() {
    LOCK_HOST;
    seen = slot;
    if
    :: seen == NONE
    :: seen != NONE && owner[seen] == _pid -> atomic { owned[seen]++; refs[seen]++ }
    :: seen != NONE && owner[seen] != _pid -> atomic {
            count[seen]++;
            refs[seen]++;
            state[seen] = (state[seen] == PLAIN -> MARKED : state[seen])
        }
    fi;
    UNLOCK_HOST
}

#ifdef FAULT_no_recheck
#define STILL_THERE true
#else
#define STILL_THERE (slot == seen)
#endif

inline load_foreign() {
    seen = slot;
    if
    :: seen == NONE
    :: atomic { seen != NONE && !REFUSES(seen) -> count[seen]++ }
       if
       :: atomic { STILL_THERE -> refs[seen]++ }
       :: else -> decrement_shared(seen); load_under_lock()
       fi
    :: atomic { seen != NONE && REFUSES(seen) -> skip } load_under_lock()
    fi
}

/* seen = the object, with one reference more, or NONE */
inline load() {
    seen = slot;
    if
    :: seen == NONE
    :: atomic { seen != NONE && owner[seen] == _pid -> owned[seen]++; refs[seen]++ }
    :: seen != NONE && owner[seen] != _pid -> load_foreign()
    fi
}

inline load_and_drop() {
    load();
    if
    :: seen != NONE ->
        assert(alive[seen] && published[seen]);
        decrement(seen)
    :: else
    fi;
    seen = NONE
}

#ifdef FAULT_unlocked_store
#define STORE_LOCK skip
#define STORE_UNLOCK skip
#else
#define STORE_LOCK LOCK_HOST
#define STORE_UNLOCK UNLOCK_HOST
#endif

/* Consumes the reference to `new`. */
inline store(new) {
    STORE_LOCK;
    seen = slot;
    atomic {
        slot = new;
        if
        :: new != NONE -> published[new] = true
        :: else
        fi
    }
    STORE_UNLOCK;
    if
    :: seen != NONE -> decrement(seen)
    :: else
    fi;
    seen = NONE
}

/* mine = a new object, or NONE if there is no memory */
inline make() {
    atomic {
        if
        :: !alive[0] -> mine = 0
        :: alive[0] && !alive[1] -> mine = 1
        :: alive[0] && alive[1] -> mine = NONE
        fi;
        if
        :: mine != NONE -> alive[mine] = true; refs[mine] = 1
        :: else
        fi
    }
    if
    :: mine != NONE -> atomic { owner[mine] = _pid; owned[mine] = 1 }
    :: else
    fi
}

/* What was made never comes into the slot; a thread outside of the model has a reference to it for
 * a while. */
inline share_outside() {
    if
    :: mine != NONE ->
        atomic { count[mine]++; refs[mine]++ }
        refs[mine]--;
        decrement_shared(mine);
        decrement(mine)
    :: else
    fi
}

inline drain() {
    do
    :: atomic { queued0[_pid] -> queued0[_pid] = false } merge(0); decrement_shared(0)
    :: atomic { queued1[_pid] -> queued1[_pid] = false } merge(1); decrement_shared(1)
    :: atomic { !queued0[_pid] && !queued1[_pid] -> break }
    od
}

#define LOCALS                                                                                     \
    byte seen = NONE;                                                                              \
    byte mine = NONE;                                                                              \
    byte owners = 0;                                                                               \
    byte was_owner = NOBODY;                                                                       \
    bool last = false;                                                                             \
    bool ending = false

active [THREADS] proctype thread() {
    LOCALS;
    byte operations = 0;
    do
    :: operations < OPERATIONS(_pid) ->
        operations++;
        drain();
        if
        :: load_and_drop()
        :: make(); store(mine); mine = NONE
        :: make(); share_outside(); mine = NONE
        :: store(NONE)
        fi
    :: operations == OPERATIONS(_pid) -> break
    od;
    do
    :: atomic { !queued0[_pid] && !queued1[_pid] -> gone[_pid] = true } break
    :: queued0[_pid] || queued1[_pid] -> drain()
    od
}

active proctype last_thread() {
    LOCALS;
    gone[0] && gone[1] && gone[2];
    store(mine);
    assert(!alive[0] && !alive[1])
}
