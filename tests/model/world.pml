/*
 * Stopping the world (runtimes/thread.h, thread.c): run, rest, stop, start, and the sleeps between
 * them.
 *
 * Modelled: three threads, each with a record, that attach, touch objects, poll safepoints, block,
 * stop the world, detach, in any order, a bounded number of times.  A record's state word is three
 * bits that change in one step together; the word is re-read wherever thread.c re-reads it.  A
 * futex is exact: it sleeps if the word is still what it was, and whoever changes the word
 * afterwards and wakes ends the sleep.
 *
 * Abstracted: the request word (a thread polls when it likes), spinning before sleeping, the global
 * lock (gil.pml), grace periods (grace.pml).  Spin knows no weak memory: the argument for orders
 * (T1)-(T4) is in thread.h.
 *
 * Checked: nobody touches objects while another has stopped the world; nobody waits for ever.
 *
 * fault run_ignores_stop: a thread at rest begins to run though the world is stopped
 * fault attach_unmarked: a record that is claimed while the world is stopped does not say so
 * fault rest_unreported: a thread that rests during a stop does not tell the stopper
 * fault count_before_mark: the stopper looks whether a thread runs, then marks it, in two steps
 * fault sleep_unchecked: who waits for the start does not look at the word again before it sleeps
 */
#define THREADS 3
#define OPERATIONS 2
#define NOBODY 3

/* state words */
bool running[THREADS];
bool stopped[THREADS];
bool asleep[THREADS];

bool sleeps[THREADS];        /* in the futex of its own state word */
bool stopper_sleeps;         /* in the futex of `awaited` */
short awaited;
bool world_stopped;
bool registry;               /* locked */
byte stopping = NOBODY;      /* who has the mutex */
bool touches[THREADS];

#define LOCK_REGISTRY atomic { !registry -> registry = true }
#define UNLOCK_REGISTRY registry = false

#ifdef FAULT_run_ignores_stop
#define MAY_RUN(t) true
#else
#define MAY_RUN(t) (!stopped[t] && !asleep[t])
#endif

#ifdef FAULT_sleep_unchecked
#define UNCHANGED(t) true
#else
#define UNCHANGED(t) (stopped[t] && asleep[t])
#endif

inline wait_for_start() {
    do
    :: atomic {
           asleep[_pid] = true;
           seen = stopped[_pid]
       }
       if
       :: !seen -> break
       :: else
       fi;
       atomic {
           if
           :: UNCHANGED(_pid) -> sleeps[_pid] = true
           :: else
           fi
       }
       !sleeps[_pid]
    od;
    atomic { asleep[_pid] = false; seen = false }
}

inline go() {
    do
    :: atomic { MAY_RUN(_pid) -> running[_pid] = true } break
    :: atomic { !MAY_RUN(_pid) -> skip } wait_for_start()
    od;
    touches[_pid] = true
}

inline rest() {
    atomic {
        touches[_pid] = false;
        running[_pid] = false;
        seen = stopped[_pid]
    }
    if
    :: seen ->
#ifndef FAULT_rest_unreported
        atomic { awaited--; seen = awaited == 0 }
        if
        :: seen -> stopper_sleeps = false
        :: else
        fi
#endif
    :: else
    fi;
    seen = false
}

inline attach() {
    LOCK_REGISTRY;
#ifdef FAULT_attach_unmarked
    atomic { running[_pid] = false; asleep[_pid] = false; stopped[_pid] = false }
#else
    atomic { running[_pid] = false; asleep[_pid] = false; stopped[_pid] = world_stopped }
#endif
    UNLOCK_REGISTRY;
    go()
}

inline claim_stopping() {
    if
    :: atomic { stopping == NOBODY -> stopping = _pid }
    :: atomic { stopping != NOBODY -> skip }
       rest();
       atomic { stopping == NOBODY -> stopping = _pid }
       go()
    fi
}

inline ask_to_stop(t) {
#ifdef FAULT_count_before_mark
    seen = running[t];
    stopped[t] = true;
    count = count + seen
#else
    atomic { count = count + running[t]; stopped[t] = true }
#endif
}

inline stop_world() {
    claim_stopping();
    LOCK_REGISTRY;
    world_stopped = true;
    do
    :: other < THREADS ->
        if
        :: other != _pid -> ask_to_stop(other)
        :: else
        fi;
        other++
    :: else -> break
    od;
    atomic { UNLOCK_REGISTRY; other = 0; seen = false }
    atomic { awaited = awaited + count; count = 0 }
    do
    :: atomic { awaited == 0 -> break }
    :: atomic { awaited != 0 -> count = awaited }
       atomic {
           if
           :: awaited == count -> stopper_sleeps = true
           :: else
           fi;
           count = 0
       }
       !stopper_sleeps
    od
}

inline let_run(t) {
    atomic { seen = asleep[t]; asleep[t] = false; stopped[t] = false }
    if
    :: seen -> sleeps[t] = false
    :: else
    fi;
    seen = false
}

inline start_world() {
    LOCK_REGISTRY;
    world_stopped = false;
    do
    :: other < THREADS ->
        if
        :: other != _pid -> let_run(other)
        :: else
        fi;
        other++
    :: else -> break
    od;
    atomic { UNLOCK_REGISTRY; other = 0 }
    stopping = NOBODY
}

active [THREADS] proctype thread() {
    bool seen = false;
    byte other = 0;
    short count = 0;
    byte operations = 0;
    attach();
    do
    :: operations < OPERATIONS ->
        operations++;
        if
        :: stopped[_pid] -> rest(); go()  /* at a safepoint */
        :: rest(); go()                   /* around something that blocks */
        :: rest(); attach()                /* one thread ends, another takes over its record */
        :: stop_world();
           assert(touches[0] + touches[1] + touches[2] == 1 && touches[_pid]);
           start_world()
        fi
    :: else -> break
    od;
    rest()
}
