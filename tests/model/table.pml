/*
 * Reading an item of a list, dict or set without a lock (runtimes/object/list.h, hash_table.h) under
 * `atomic`: find the table, try-increment what its slot names, look again at slot and table; against
 * replacement of the table, store, free and reuse.
 *
 * Modelled: a container with one item, two blocks of memory for its tables, two for objects, two
 * readers, one writer.  The writer moves the item to another table and retires the old one, which
 * keeps what it held; or replaces the item and drops the old one, in whose memory it then makes
 * objects that it keeps to itself.  A retired table is freed after a grace period, and may become
 * the next one.
 *
 * Abstracted: as in atomic.pml.  Locks: there is one writer.
 *
 * Checked: a reader never gets an object that was not in the container, or none while there is one,
 * and never looks at a table that was freed; an object dies once; nothing leaks; nobody waits for ever.
 *
 * fault no_second_look: the reader does not look whether the table is still the container's
 * fault no_grace: a replaced table is freed at once
 * fault publish_early: the new table is the container's before it holds what the old one held
 */
#define NONE 2
#define READERS 2
#define ROUNDS 3
#define LOADS 2

byte table = 0;
byte item[2] = NONE;
bool freed[2];
bool retired[2];
byte count[2];
bool alive[2];
bool published[2]; /* this object was in the container */
bool loading[READERS];
bool emptied; /* or about to be */

inline drop(o) {
    atomic {
        assert(count[o] > 0);
        count[o]--;
        if
        :: count[o] == 0 ->
            assert(alive[o]);
            alive[o] = false;
            published[o] = false
        :: else
        fi
    }
}

inline try_increment(o) {
    atomic {
        got = count[o] > 0;
        if
        :: got -> count[o]++
        :: else
        fi
    }
}

inline look(t) {
    atomic {
        assert(!freed[t]);
        now = item[t]
    }
}

proctype reader(byte me) {
    byte t;
    byte now;
    byte seen;
    byte loads = 0;
    bool got;
    do
    :: loads < LOADS -> atomic {
            loads++;
            loading[me] = true
        }
again:
        t = table;
        look(t);
        seen = now;
        if
        :: seen == NONE -> assert(emptied); goto end_of_load
        :: else
        fi;
        try_increment(seen);
        if
        :: !got -> goto again
        :: else
        fi;
        look(t);
        if
        :: now != seen -> drop(seen); goto again
        :: else
        fi;
#ifndef FAULT_no_second_look
        if
        :: table != t -> drop(seen); goto again
        :: else
        fi;
#endif
        assert(alive[seen] && published[seen]);
        loading[me] = false;
        drop(seen);
end_of_load:
        loading[me] = false;
        atomic {
            t = 0;
            now = 0;
            seen = 0
        }
    :: else -> break
    od
}

inline make() {
    atomic {
        if
        :: !alive[0] -> mine = 0
        :: !alive[1] -> mine = 1
        fi;
        assert(!published[mine]);
        alive[mine] = true
    }
    count[mine] = 1
}

inline exchange(new) {
    atomic {
        if
        :: new != NONE -> published[new] = true
        :: else
        fi;
        old = item[table];
        item[table] = new
    }
    if
    :: old != NONE -> drop(old)
    :: else
    fi
}

inline replace_table() {
    !retired[1 - table];
    atomic {
        freed[1 - table] = false;
        item[1 - table] = NONE
    }
#ifdef FAULT_publish_early
    table = 1 - table;
    item[table] = item[1 - table];
#else
    item[1 - table] = item[table];
    table = 1 - table;
#endif
#ifdef FAULT_no_grace
    freed[1 - table] = true
#else
    retired[1 - table] = true
#endif
}

proctype writer() {
    byte round = 0;
    byte mine;
    byte old;
    do
    :: round < ROUNDS ->
        round++;
        if
        :: make(); exchange(mine)
        :: make(); drop(mine) /* kept to itself */
        :: replace_table()
        fi;
        mine = 0
    :: else -> break
    od;
    emptied = true;
    exchange(NONE);
    old = 0;
    !alive[0] && !alive[1]
}

/* Readers that were inside of a load when a table was retired are waited for one after the other. */
proctype reclaimer() {
    byte i = 0;
end:
    do
    :: retired[0] || retired[1] ->
        i = 0;
        do
        :: i < READERS -> !loading[i]; i++
        :: else -> break
        od;
        atomic {
            if
            :: retired[0] -> freed[0] = true; retired[0] = false
            :: else -> freed[1] = true; retired[1] = false
            fi
        }
    od
}

init {
    atomic {
        item[0] = 0;
        count[0] = 1;
        alive[0] = true;
        published[0] = true;
        freed[1] = true;
        run reader(0);
        run reader(1);
        run writer();
        run reclaimer()
    }
}
