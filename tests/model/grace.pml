/*
 * Grace periods (alloc/base/grace.h): tickets, debts, and what may be freed when.
 *
 * Modelled: two readers, two writers.  Each writer has a slot of its own with one object in it; it
 * unlinks the object, takes a ticket, requests the period, and frees the object once that period is
 * over.  Readers look at any slot, keep the bare pointer for a while, use it, pass quiescent states
 * only with no pointer in hand, and go offline and online again.
 *
 * Abstracted: what grace.c does under its mutex is one step; request words are not modelled: a
 * reader may pay at any quiescent state, and does before it ends.  Spin knows no weak memory; here
 * the mutex orders everything.
 *
 * Checked: no reader uses a freed object; owing = readers with a debt; every period ends, so every
 * writer gets done.
 *
 * fault period_too_early: a ticket names the running period, which may have begun before the object
 * was unlinked
 * fault debt_forgotten: a reader that goes offline takes its debt with it
 * fault offline_too_late: a reader that goes offline pays first, and the period which that begins
 * waits for it
 * fault online_reader_missed: a beginning period overlooks a reader
 */
#define READERS 2
#define WRITERS 2
#define LOOKS 2
#define NONE 2

bool linked[WRITERS] = true;
bool freed[WRITERS];

byte begun;
byte completed;
byte wanted;
byte owing;
bool owes[READERS];
bool online[READERS];

#ifdef FAULT_online_reader_missed
#define MISSED(reader) (reader == 1)
#else
#define MISSED(reader) false
#endif

#define RUNNING (begun == completed + 1)

inline begin_period() {
    begun++;
    reader_i = 0;
    do
    :: reader_i < READERS ->
        if
        :: online[reader_i] && !MISSED(reader_i) -> owes[reader_i] = true; owing++
        :: else
        fi;
        reader_i++
    :: else -> break
    od;
    reader_i = 0
}

/* Ends the running period if nobody owes, and begins the next if it is wanted; with no reader
 * online it ends at once. */
inline advance() {
    do
    :: RUNNING && owing == 0 -> completed = begun
    :: !RUNNING && wanted > completed -> begin_period()
    :: else -> break
    od
}

inline pay(r) {
    if
    :: owes[r] -> owes[r] = false; owing--; advance()
    :: else
    fi
}

#ifdef FAULT_debt_forgotten
#define GO_OFFLINE(r) online[r] = false
#elif defined(FAULT_offline_too_late)
#define GO_OFFLINE(r) pay(r); online[r] = false
#else
#define GO_OFFLINE(r) online[r] = false; pay(r)
#endif

active [READERS] proctype reader() {
    byte reader_i = 0;
    byte seen = NONE;
    byte looks = 0;
    online[_pid] = true;
    do
    :: looks < LOOKS ->
        looks++;
        if
        :: linked[0] -> seen = 0
        :: linked[1] -> seen = 1
        :: seen = NONE
        fi;
        if
        :: seen != NONE -> assert(!freed[seen])
        :: else
        fi;
        seen = NONE;
        if
        :: true -> atomic { pay(_pid) }
        :: true ->
            atomic { GO_OFFLINE(_pid) }
            online[_pid] = true
        :: true
        fi
    :: looks == LOOKS -> break
    od;
    atomic { GO_OFFLINE(_pid) }
}

active [WRITERS] proctype writer() {
    byte reader_i = 0;
    byte me = _pid - READERS;
    byte ticket;
    linked[me] = false;
#ifdef FAULT_period_too_early
    ticket = completed + 1;
#else
    ticket = (RUNNING -> completed + 2 : completed + 1);
#endif
    atomic {
        wanted = (ticket > wanted -> ticket : wanted);
        advance()
    }
    completed >= ticket;
    freed[me] = true
}

active proctype invariant() {
    assert(owing == owes[0] + owes[1] && (begun == completed || RUNNING))
}
