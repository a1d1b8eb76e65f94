/*
 * The slot load of `atomic` (runtimes/rc/atomic.h): try-increment and second look, against store,
 * free, reuse and unmap.
 *
 * Modelled: one slot, two blocks of memory, two readers that load the slot and drop what they got,
 * one writer.  The writer replaces what is in the slot, drops the old reference, and makes new
 * objects in whatever block is free; some it stores in the slot, some it keeps to itself.  At the
 * end it empties the slot and gives both blocks back to the system after a grace period.  Every
 * access to a slot or a count is a step of its own; a compare-and-swap loop whose new value depends
 * on nothing but the old one is one step, which is exact.
 *
 * Abstracted: contents of objects; the grace period (grace.pml) is "each reader was once outside of
 * a load since". Spin knows no weak memory: steps are sequentially consistent.  Why acquire and
 * release suffice is told in atomic.h.
 *
 * Checked: a reader never gets an object that was not in the slot; an object dies once, with no
 * reference left; no count of unmapped memory is touched; nothing leaks; nobody waits for ever.
 *
 * fault no_recheck: the reader does not look at the slot again
 * fault increment_from_zero: a dead object's count may be raised
 * fault no_grace: memory is unmapped at once
 */
#define NONE 2
#define READERS 2
#define ROUNDS 3

byte slot = NONE;
byte count[2];
bool alive[2];     /* from init to death */
bool published[2]; /* this object was stored in the slot */
bool unmapped[2];
bool loading[READERS];

inline die(o) {
    assert(alive[o] && count[o] == 0);
    alive[o] = false;
    published[o] = false
}

inline drop(o) {
    atomic {
        assert(!unmapped[o] && count[o] > 0);
        count[o]--;
        last = count[o] == 0
    }
    if
    :: last -> atomic { die(o) }
    :: else
    fi
}

/* got = true: the object seen has one reference more. */
inline try_increment(o) {
    atomic {
        assert(!unmapped[o]);
#ifdef FAULT_increment_from_zero
        count[o]++;
        got = true
#else
        got = count[o] > 0;
        if
        :: got -> count[o]++
        :: else
        fi
#endif
    }
}

active [READERS] proctype reader() {
    byte seen = NONE;
    byte loads = 0;
    bool got;
    bool last;
    do
    :: loads < ROUNDS -> atomic {
            loads++;
            loading[_pid] = true
        }
again:
        seen = slot;
        if
        :: seen == NONE -> goto end_of_load
        :: else
        fi;
        try_increment(seen);
        if
        :: !got -> goto again
        :: else
        fi;
#ifndef FAULT_no_recheck
        if
        :: slot != seen -> drop(seen); goto again
        :: else
        fi;
#endif
        assert(alive[seen] && published[seen]);
        loading[_pid] = false;
        assert(alive[seen] && published[seen]);
        drop(seen);
end_of_load:
        loading[_pid] = false;
        seen = NONE
    :: break
    od
}

inline make(o) {
    atomic {
        assert(!alive[o] && !published[o]);
        alive[o] = true
    }
    count[o] = 1
}

inline exchange(new) {
    atomic {
        if
        :: new != NONE -> published[new] = true
        :: else
        fi;
        old = slot;
        slot = new
    }
    if
    :: old != NONE -> drop(old)
    :: else
    fi
}

active proctype writer() {
    byte round = 0;
    byte mine;
    byte old;
    byte i = 0;
    bool last;
    do
    :: round < ROUNDS ->
        round++;
        if
        :: !alive[0] -> mine = 0
        :: !alive[1] -> mine = 1
        fi;
        make(mine);
        if
        :: exchange(mine)
        :: drop(mine) /* kept to itself */
        fi;
        mine = 0
    :: break
    od;
    exchange(NONE);
    old = 0;
    !alive[0] && !alive[1];
#ifndef FAULT_no_grace
    do
    :: i < READERS -> !loading[i]; i++
    :: else -> break
    od;
#endif
    atomic {
        unmapped[0] = true;
        unmapped[1] = true
    }
}
