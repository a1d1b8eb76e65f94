/*
 * The hand-over of the global lock (runtimes/rc/gil.c).
 *
 * Modelled: three threads that take the lock, run, poll a safepoint, and let go: on request or
 * because they block.  Waiters time out at any moment and then ask the holder to let go, if nobody
 * else got the lock during their interval.  Who lets go on request waits until somebody else has
 * had the lock.
 *
 * Abstracted: what gil.c does under its mutex is one step; a condition is a flag for each sleeper,
 * raised by a signal for one of them.  Time is "may happen".  Spin knows no weak memory; here the
 * mutex orders everything.
 *
 * Checked: one thread runs at a time; after a hand-over on request somebody else runs first; nobody
 * waits for ever.
 *
 * fault stale_request: a request outlives the tenure it was made to, and whoever lets go does not
 * look whether anybody waits
 * fault unforced: who was asked to let go does not wait for another thread
 * fault silent_take: who takes the lock does not tell the one who waits for the hand-over
 */
#define THREADS 3
#define NOBODY 3
#define TENURES 2

byte holder = NOBODY;
byte switches;
byte waiters;
bool requested[THREADS];
byte running;
bool awaits_taking[THREADS];    /* asleep on the condition `taken` */
byte must_not_be_next = NOBODY; /* the thread that was made to let go */

#ifdef FAULT_stale_request
#define MUST_HAND_OVER requested[_pid]
#else
#define MUST_HAND_OVER (requested[_pid] && waiters > 0)
#endif

inline wake_one_leaver() {
    if
    :: awaits_taking[0] -> awaits_taking[0] = false
    :: awaits_taking[1] -> awaits_taking[1] = false
    :: awaits_taking[2] -> awaits_taking[2] = false
    :: else
    fi
}

inline take() {
    assert(must_not_be_next != _pid);
    must_not_be_next = NOBODY;
    waiters--;
    holder = _pid;
    switches++;
#ifndef FAULT_stale_request
    requested[_pid] = false;
#endif
#ifndef FAULT_silent_take
    wake_one_leaver();
#endif
    seen = 0
}

inline enter() {
    atomic { waiters++; seen = switches }
    do
    :: atomic { holder == NOBODY -> take() } break
    :: atomic {
           holder != NOBODY && seen == switches && !requested[holder] ->
           requested[holder] = true /* an interval has passed */
       }
    :: atomic { holder != NOBODY && seen != switches -> seen = switches }
    od
}

inline leave() {
    atomic {
        holder = NOBODY;
        seen = switches;
        if
        :: MUST_HAND_OVER -> must_not_be_next = _pid
        :: else
        fi;
#ifndef FAULT_unforced
        do
        :: MUST_HAND_OVER && seen == switches ->
            awaits_taking[_pid] = true;
            !awaits_taking[_pid] /* asleep: others run */
        :: else -> break
        od;
#endif
        seen = 0
    }
}

active [THREADS] proctype thread() {
    byte tenures = 0;
    byte seen = 0;
    do
    :: tenures < TENURES ->
        tenures++;
        enter();
        running++;
        assert(running == 1 && holder == _pid);
        running--;
        leave()
    :: else -> break
    od
}
