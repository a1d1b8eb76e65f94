/*
 * The counts of `biased` (runtimes/rc/biased.h, biased.c): owner's count, shared count, queue,
 * merge, exit.
 *
 * Modelled: one object, its owner and two others.  References are tokens: a thread that has one may
 * take another, hand one to another thread, or end one, in any order, a bounded number of times.
 * The owner polls safepoints and exits when it likes.  The owner's word, the shared word and the
 * queue are separate: each access is a step of its own.
 *
 * Abstracted: a compare-and-swap loop whose new value depends on nothing but the old one is one
 * step, which is exact; so is what happens under the queue's lock.  Ids are not reused.  Slots are
 * atomic.pml's matter. Spin knows no weak memory: the argument for orders (B1)-(B9) is in biased.h.
 *
 * Checked: the object dies once, with no reference left; nobody touches it afterwards; when all
 * threads are gone it is dead.
 *
 * fault no_exit_drain: the owner closes its queue and forgets what is in it
 * fault exit_drains_first: the owner drains, then closes the queue without looking again
 * fault skip_merge: the owner takes its queue and forgets it
 * fault late_owner_write: the owner clears its word after it has published MERGED
 * fault unasked_death: the owner's last local reference ends the object, whatever others hold
 * fault no_kept_reference: a decrement that queues the object is counted as well
 * fault abandoned: who finds the owner gone does not merge
 */
#define OWNER 0
#define NOBODY 3
#define THREADS 3
#define TAKES 4
#define HANDS 4

#define PLAIN 0
#define QUEUED 2
#define MERGED 3

/* owned */
byte owner = OWNER;
byte owned = 2;
/* shared */
short count = 0;
byte state = PLAIN;

byte refs[THREADS] = {1, 1, 0}; /* references that each thread has */
bool present[THREADS] = true;
byte takes;
byte hands;
byte queue; /* how often the object is in the owner's queue */
bool queue_open = true;
bool dead;
byte gone; /* threads */

#define TOUCH assert(!dead)

inline die() {
    assert(!dead && refs[0] + refs[1] + refs[2] == 0);
    dead = true
}

inline merge() {
    atomic { TOUCH; owners = owned }
    atomic { TOUCH; owner = NOBODY; owned = 0 }
    atomic { TOUCH; count = count + owners; state = MERGED; owners = 0 }
}

/* As biased_decrement_shared and hand_to_owner. */
inline decrement_shared() {
    do
    :: atomic {
           TOUCH;
           if
           :: state == PLAIN && count == 0 ->
               state = QUEUED;
#ifdef FAULT_no_kept_reference
               count--
#endif
           :: else ->
               count--;
               if
               :: state == MERGED && count == 0 -> die()
               :: else
               fi;
               break
           fi
       }
       atomic { TOUCH; had_owner = owner != NOBODY }
       if
       :: atomic { had_owner && queue_open -> queue++; assert(queue == 1) } break
       :: had_owner && !queue_open ->
#ifndef FAULT_abandoned
           merge()
#endif
       :: !had_owner
       fi;
       had_owner = false
    od;
    had_owner = false
}

#define DISOWN atomic { TOUCH; owner = NOBODY; owned = 0 }

/* As biased_owned_zero: the owner's count was 1 and its reference is gone. */
inline owned_zero() {
    atomic { TOUCH; unshared = state == PLAIN && count == 0 }
#ifdef FAULT_unasked_death
    unshared = true;
#endif
#ifndef FAULT_late_owner_write
    DISOWN
#endif
    if
    :: unshared -> atomic { die() }
    :: else -> atomic {
            TOUCH;
            state = MERGED;
            if
            :: count == 0 -> die()
            :: else
            fi
        }
    fi;
#ifdef FAULT_late_owner_write
    if
    :: !unshared -> DISOWN
    :: else
    fi;
#endif
    unshared = false
}

/* The thread's token is gone; now its count goes. */
inline end_reference() {
    refs[_pid]--;
    if
    :: owner == _pid && owned == 1 -> owned_zero()
    :: owner == _pid && owned > 1 -> atomic { TOUCH; owned-- }
    :: owner != _pid -> decrement_shared()
    fi
}

inline take_reference() {
    takes++;
    TOUCH;
    if
    :: owner == _pid -> owned++
    :: else -> count++
    fi;
    refs[_pid]++
}

/* To whoever is still there. */
inline hand_reference() {
    hands++;
    refs[_pid]--;
    if
    :: present[0] -> refs[0]++
    :: present[1] -> refs[1]++
    :: present[2] -> refs[2]++
    fi
}

#define HAS_ONE (refs[_pid] > 0)

inline drain() {
    do
    :: atomic { queue > 0 -> queue-- }
#ifndef FAULT_skip_merge
       merge();
       decrement_shared()
#endif
    :: queue == 0 -> break
    od
}

inline close_queue() {
#if defined(FAULT_exit_drains_first)
    drain();
    queue_open = false
#elif defined(FAULT_no_exit_drain)
    queue_open = false
#else
    do
    :: atomic { queue == 0 -> queue_open = false } break
    :: queue > 0 -> drain()
    od
#endif
}

active [THREADS] proctype thread() {
    byte owners = 0;
    bool had_owner = false;
    bool unshared = false;
    do
    :: atomic { HAS_ONE && takes < TAKES -> take_reference() }
    :: atomic { HAS_ONE && hands < HANDS -> hand_reference() }
    :: HAS_ONE -> end_reference()
    :: _pid == OWNER && queue > 0 -> drain()
    :: atomic { !HAS_ONE -> present[_pid] = false } break
    od;
    if
    :: _pid == OWNER -> close_queue()
    :: else
    fi;
    atomic {
        gone++;
        assert(gone < THREADS || dead)
    }
}
