/*
 * The ends of a weak reference and of its target (runtimes/object/weakref.h, weakref.c).
 *
 * Modelled: a target X with one counted reference, a weak reference W to it with a callback and
 * two, the lock of X's stripe.  One thread ends the reference to X; two look through W a bounded
 * number of times, use and end what they got, and end their reference to W.  So either object may
 * die in any thread, both at a time.  Each access is a step of its own.
 *
 * Abstracted: a compare-and-swap loop whose new value depends on nothing but the old one is one
 * step, which is exact.  The chain holds one weak reference.  Finalizers come after all this.  Spin
 * knows no weak memory: the argument for orders (W1) and (W2) is in weakref.h.
 *
 * Checked: nobody touches an object whose memory is gone, and no chain names one; the callback runs
 * at most once, with W alive and null; at the end both are gone.
 *
 * fault no_lock: who looks through a weak reference takes no lock
 * fault no_second_look: who has the lock relies on the target it saw before
 * fault upgrade_dead: who looks through a weak reference revives a dead target
 * fault no_clear: the end of the target does not look for weak references
 * fault callback_of_dead: the end of the target queues a weak reference that is dying
 * fault early_null: the end of the target nulls a weak reference before it has done with it
 * fault unlinks_without_lock: the end of a weak reference takes no lock
 */
#define LOOKS 2
#define LOOKERS 2

byte x_count = 1;
byte w_count = LOOKERS;
bool x_gone;
bool w_gone;
bool target = true; /* W's */
bool linked = true; /* W is on its target's chain */
bool locked;
byte calls;
byte done;

#define TOUCH_X assert(!x_gone)
#define TOUCH_W assert(!w_gone)
#define LOCK atomic { !locked -> locked = true }
#define UNLOCK locked = false
#define NULL_TARGET atomic { TOUCH_W; target = false }

inline upgrade_w() {
    atomic {
        TOUCH_W;
        if
#ifndef FAULT_callback_of_dead
        :: w_count == 0
#endif
        :: else -> w_count++; held = true
        fi
    }
}

/* As weakref_end_all, inside the lock. */
inline end_weakrefs() {
    if
    :: atomic { linked -> TOUCH_W; linked = false }
#ifdef FAULT_early_null
       NULL_TARGET;
       upgrade_w()
#else
       upgrade_w();
       NULL_TARGET
#endif
    :: !linked
    fi
}

inline end_x() {
#ifndef FAULT_no_clear
    LOCK;
    end_weakrefs();
    UNLOCK;
#endif
    atomic { TOUCH_X; x_gone = true }
    if
    :: held ->
        atomic { TOUCH_W; assert(!target && w_count > 0); calls++; assert(calls == 1) }
        held = false;
        drop_w()
    :: else
    fi
}

inline drop_x() {
    atomic { TOUCH_X; x_count--; last = x_count == 0 }
    if
    :: last -> last = false; end_x()
    :: else
    fi
}

/* As forget. */
inline end_w() {
    atomic { TOUCH_W; seen = target }
    if
    :: seen ->
        seen = false;
#ifndef FAULT_unlinks_without_lock
        LOCK;
#endif
        if
        :: atomic { target -> TOUCH_W; linked = false }
           NULL_TARGET
        :: !target
        fi;
#ifndef FAULT_unlinks_without_lock
        UNLOCK
#endif
    :: else
    fi;
    atomic { TOUCH_W; assert(!linked); w_gone = true }
}

inline drop_w() {
    atomic { TOUCH_W; w_count--; last = w_count == 0 }
    if
    :: last -> last = false; end_w()
    :: else
    fi
}

inline upgrade_x() {
    atomic {
        TOUCH_X;
        if
#ifndef FAULT_upgrade_dead
        :: x_count == 0
#endif
        :: else -> x_count++; got = true
        fi
    }
}

/* As weakref_get. */
inline look() {
    atomic { TOUCH_W; seen = target }
    if
    :: seen ->
#ifndef FAULT_no_lock
        LOCK;
#endif
#ifndef FAULT_no_second_look
        atomic { TOUCH_W; seen = target }
#endif
        if
        :: seen -> seen = false; upgrade_x()
        :: else
        fi;
#ifndef FAULT_no_lock
        UNLOCK
#endif
    :: else
    fi
}

inline finish() {
    atomic { done++; assert(done <= LOOKERS || (x_gone && w_gone)) }
}

active proctype dropper() {
    bool last, held, seen;
    drop_x();
    finish()
}

active [LOOKERS] proctype looker() {
    bool last, held, seen, got;
    byte looks;
    do
    :: looks < LOOKS ->
        looks++;
        look();
        if
        :: got -> got = false; drop_x()
        :: else
        fi
    :: break
    od;
    drop_w();
    finish()
}
