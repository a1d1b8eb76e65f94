/*
 * Giving blocks back to another thread's pool (alloc/pool.h, heap.c): the remote word, pending
 * pools, release.
 *
 * Modelled: an owner with two pools, and two other threads.  In each pool each of the three has one
 * block, which it frees when it likes.  The remote word (a list with its length), the owner's stack
 * of pending pools and the links in that stack are separate: each access is a step of its own.  The
 * owner drains its stack whenever there is something on it, and releases a pool whose last block
 * has come back.
 *
 * Abstracted: a list of blocks is its length, since a push needs only the head that its
 * compare-and-swap confirms, and the list is taken whole.  A released pool is never used again, so
 * that any touch of it shows. Spin knows no weak memory: the argument for orders (P1), (P2), (H1),
 * (H2) is in pool.h and heap.h.
 *
 * Checked: nobody touches a released pool; no more blocks come back than were used; every pool is
 * released in the end.
 *
 * fault pending_afterwards: a block is published first, then the pool is made pending if it is not
 * yet
 * fault next_read_late: the owner reads the link to the next pending pool after it has taken the
 * pool's list
 * fault take_in_two_steps: the owner reads the remote word, then clears it
 */
#define POOLS 2
#define THREADS 3
#define OWNER 0
#define NONE 2

byte used[POOLS] = THREADS;
byte remote[POOLS];
byte next_pending[POOLS] = NONE;
byte pending = NONE;
bool released[POOLS];
#ifdef FAULT_pending_afterwards
bool is_pending[POOLS];
#endif

#define TOUCH(pool) assert(!released[pool])

inline push_pending(pool) {
    do
    :: seen = pending;
       atomic { TOUCH(pool); next_pending[pool] = seen }
       if
       :: atomic { pending == seen -> pending = pool } break
       :: atomic { pending != seen -> skip }
       fi
    od
}

inline free_remote(pool) {
#ifdef FAULT_pending_afterwards
    atomic { TOUCH(pool); remote[pool]++ }
    atomic { TOUCH(pool); first = !is_pending[pool]; is_pending[pool] = true }
#else
    atomic { TOUCH(pool); first = remote[pool] == 0; remote[pool]++ }
#endif
    if
    :: first -> push_pending(pool)
    :: else
    fi;
    atomic { first = false; seen = NONE }
}

inline release_if_empty(pool) {
    if
    :: used[pool] == 0 -> atomic { TOUCH(pool); assert(remote[pool] == 0); released[pool] = true }
    :: else
    fi
}

inline take_remote(pool) {
#ifdef FAULT_pending_afterwards
    atomic { TOUCH(pool); is_pending[pool] = false }
#endif
#ifdef FAULT_take_in_two_steps
    atomic { TOUCH(pool); taken = remote[pool] }
    atomic { TOUCH(pool); remote[pool] = 0 }
#else
    atomic { TOUCH(pool); taken = remote[pool]; remote[pool] = 0 }
#endif
    atomic { assert(taken <= used[pool]); used[pool] = used[pool] - taken; taken = 0 }
    release_if_empty(pool)
}

inline drain() {
    atomic { pool = pending; pending = NONE }
    do
    :: pool != NONE ->
#ifdef FAULT_next_read_late
        drained = pool;
        take_remote(drained);
        next = next_pending[pool];
#else
        atomic { TOUCH(pool); next = next_pending[pool] }
        take_remote(pool);
#endif
        atomic { pool = next; next = NONE }
    :: else -> break
    od
}

active proctype owner() {
    byte pool = NONE;
    byte next = NONE;
    byte taken = 0;
    bool mine[POOLS] = true;
#ifdef FAULT_next_read_late
    byte drained;
#endif
    do
    :: mine[0] -> mine[0] = false; used[0]--; release_if_empty(0)
    :: mine[1] -> mine[1] = false; used[1]--; release_if_empty(1)
    :: pending != NONE -> drain()
    :: released[0] && released[1] -> break
    od
}

active [THREADS - 1] proctype other() {
    byte seen = NONE;
    bool first = false;
    bool mine[POOLS] = true;
    do
    :: mine[0] -> mine[0] = false; free_remote(0)
    :: mine[1] -> mine[1] = false; free_remote(1)
    :: !mine[0] && !mine[1] -> break
    od
}
