/*
 * Interned strings that die with their last reference (runtimes/object/intern.h): find, upgrade and
 * second look, against last drop, removal from the index and reuse of the memory for another object.
 *
 * Modelled: one text, two blocks of memory for objects, three nodes, two threads.  A thread interns
 * the text, checks what it got and drops it, or makes and drops an object that the index does not
 * know.  Interning looks at each node of the index that was not looked at; the first that names a
 * living string of the text is taken.  If there is none, a new string is made, and added as soon as
 * no node stands in the index that was not looked at since; or given up.  A dying string marks its
 * node, removes it, and only then frees its block.
 *
 * Abstracted: adding is one step if nothing is left to look at, which is what liburcu's table does
 * for nodes of one hash.  A removed node is reused when every thread was once outside of a section
 * since, which is what a grace period of liburcu is.  Memory keeps its type: a dead object's count
 * is zero.  Spin knows no weak memory: steps are sequentially consistent.  Why acquire and release
 * suffice is told in index.h.
 *
 * Checked: what a thread gets is alive and of the text; there are never two living strings of it; an
 * object dies once, a node is removed once; nothing is left; nobody waits for ever.
 *
 * fault no_second_look: what was upgraded is taken without looking at the node again
 * fault free_before_remove: a dying string frees its block before it marks and removes its node
 * fault increment_from_zero: a dead string may be upgraded
 * fault no_grace: a removed node is reused at once
 */
#define NONE 7
#define BLOCKS 2
#define NODES 3
#define THREADS 2
#define ROUNDS 2

byte count[BLOCKS];    /* the header */
bool used[BLOCKS];     /* not free */
bool interned[BLOCKS]; /* a string of the text, made to be interned; else another object */

byte named[NODES] = NONE; /* the block; NONE once it is marked */
bool standing[NODES];     /* in the index */
bool taken[NODES];        /* not free, and not retired */
byte readers[NODES];      /* of a retired node: who may still look at it, a bit each */

bool inside[THREADS]; /* a section */
byte living;          /* strings in the index that have a reference */
byte done;

inline section_begin() {
    inside[_pid] = true;
    looked = 0
}

inline section_end() {
    d_step {
        inside[_pid] = false;
        n = 0;
        do
        :: n < NODES -> readers[n] = readers[n] & ~(1 << _pid); n++
        :: else -> break
        od;
        looked = 0;
        n = 0
    }
}

inline new_object(o, is_interned) {
    atomic {
        if
        :: !used[0] -> o = 0
        :: !used[1] -> o = 1
        fi;
        assert(count[o] == 0);
        used[o] = true;
        interned[o] = is_interned
    }
    count[o] = 1
}

inline new_node(k) {
    atomic {
        if
        :: !taken[0] && readers[0] == 0 -> k = 0
        :: !taken[1] && readers[1] == 0 -> k = 1
        :: !taken[2] && readers[2] == 0 -> k = 2
        fi;
        taken[k] = true;
        assert(!standing[k])
    }
}

inline mark_node_of(o) {
    d_step {
        n = 0;
        do
        :: n < NODES && !(standing[n] && named[n] == o) -> n++
        :: else -> break
        od;
        assert(n < NODES);
        named[n] = NONE
    }
}

inline retire_node() {
    d_step {
        assert(standing[n] && taken[n]);
        standing[n] = false;
        taken[n] = false;
#ifndef FAULT_no_grace
        readers[n] = inside[0] | (inside[1] << 1);
#endif
        n = 0
    }
}

inline die(o) {
#ifdef FAULT_free_before_remove
    was_interned = interned[o];
    used[o] = false;
    if
    :: was_interned -> mark_node_of(o); retire_node()
    :: else
    fi;
    was_interned = false
#else
    if
    :: interned[o] -> mark_node_of(o); retire_node()
    :: else
    fi;
    used[o] = false
#endif
}

inline drop(o) {
    d_step {
        assert(used[o] && count[o] > 0);
        count[o]--;
        last = count[o] == 0;
        living = living - (last && interned[o])
    }
    if
    :: last -> last = false; die(o)
    :: else
    fi
}

/* got = the string that the node names, with one reference more, if it lives and the node still names it. */
inline look_at(k) {
    seen = named[k];
    if
    :: seen == NONE -> upgraded = false
    :: else -> d_step {
#ifdef FAULT_increment_from_zero
            upgraded = true;
#else
            upgraded = count[seen] > 0;
#endif
            count[seen] = count[seen] + upgraded
        }
    fi;
    if
    :: !upgraded
#ifdef FAULT_no_second_look
    :: upgraded -> got = seen
#else
    :: upgraded ->
        if
        :: named[k] == seen -> got = seen
        :: else -> drop(seen)
        fi
#endif
    fi;
    upgraded = false;
    seen = NONE
}

#define UNSEEN(k) (standing[k] && !(looked & (1 << k)))
#define NEXT (UNSEEN(0) -> 0 : (UNSEEN(1) -> 1 : (UNSEEN(2) -> 2 : NONE)))

inline find() {
    section_begin();
    do
    :: got == NONE -> atomic { at = NEXT; looked = looked | (at == NONE -> 0 : 1 << at) }
        if
        :: at != NONE -> look_at(at)
        :: else -> break
        fi
    :: else -> break
    od;
    section_end()
}

inline add() {
    section_begin();
    do
    :: got == NONE -> atomic {
            at = NEXT;
            if
            :: at != NONE -> looked = looked | (1 << at)
            :: else ->
                standing[node] = true;
                living++;
                assert(living == 1);
                got = mine
            fi
        }
        if
        :: at != NONE -> look_at(at)
        :: else -> break
        fi
    :: else -> break
    od;
    section_end()
}

inline give_up() {
    interned[mine] = false;
    drop(mine);
    d_step { named[node] = NONE; taken[node] = false }
}

inline intern() {
    find();
    if
    :: got == NONE ->
        new_object(mine, true);
        new_node(node);
        named[node] = mine;
        add();
        if
        :: got == mine && at == NONE
        :: else -> give_up()
        fi;
        d_step { mine = NONE; node = NONE }
    :: else
    fi;
    d_step { at = NONE; assert(used[got] && count[got] > 0 && interned[got]) }
    drop(got);
    got = NONE
}

inline make_another() {
    new_object(got, false);
    drop(got);
    got = NONE
}

active [THREADS] proctype thread() {
    byte round, n, looked;
    byte got = NONE, seen = NONE, mine = NONE, node = NONE, at = NONE;
    bool upgraded, last;
#ifdef FAULT_free_before_remove
    bool was_interned;
#endif
    do
    :: round < ROUNDS ->
        round++;
        if
        :: intern()
        :: make_another()
        fi
    :: else -> break
    od;
    done++
}

active proctype afterwards() {
    done == THREADS -> assert(living == 0 && !used[0] && !used[1] && !standing[0] && !standing[1] && !standing[2]);
    assert(!taken[0] && !taken[1] && !taken[2])
}
