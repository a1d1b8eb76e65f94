/*
 * Grace periods (alloc/base/grace.h): tickets, debts, and what may be freed when.
 *
 * Real: all of grace.c and its lock, on the machine's futex.
 * Modelled: two readers look at two words, each of which names an object on a page of its own; they use what they find there,
 * pay their debts when they are asked, and go offline and online again.  A writer unlinks the first object, takes its ticket and
 * asks for the period, unlinks the second one while that period runs, looks whether that is over, and waits for the next; each object's page is given back to
 * the system when its period is over.  Another one waits for a period meanwhile, so that two sleep.
 * Abstracted: a taker of the lock spins once before it sleeps.
 *
 * Why the orders suffice: a reader's looks come before it takes the lock to pay, the last debt completes the period under that
 * lock, (G1) releases and (G2) acquires it; so to give the page back comes after every look.  A reader that comes online after
 * the ticket was taken finds the word empty, for it took the lock later.  What raises a request word need not release: who finds
 * the bit takes the lock that the raiser holds.
 *
 * Checked: nobody looks at a page that is given back, or at the same time; the debts are as the invariant says; every period ends, so
 * both writers get done.
 *
 * source alloc/base/lock.c
 * abstract alloc/base/lock.c: SPINS = 40 -> SPINS = 1
 *
 * fault period_too_early: a ticket names the running period, which may have begun before the object was unlinked
 *   alloc/base/grace.c: ticket = begun_locked() + 1; -> ticket = begun_locked();
 * fault debt_forgotten: a reader that goes offline takes its debt with it
 *   alloc/base/grace.c: reader->online = false; -> reader->online = false; if (reader->owes) return;
 * fault offline_too_late: a reader that goes offline pays first, and the period which that begins waits for it
 *   alloc/base/grace.c: unlink_locked(reader); -> { pay_locked(reader); unlink_locked(reader); reader->online = false; return; }
 * fault online_reader_missed: a beginning period overlooks a reader
 *   alloc/base/grace.c: reader->owes = true; -> if (reader->next != NULL) continue; reader->owes = true;
 * fault nobody_is_asked: a beginning period does not raise request words
 *   alloc/base/grace.c: fetch_or_relaxed(reader->request, reader->request_bit); -> ;
 * fault next_period_is_forgotten: the end of a period does not begin the one that is wanted
 *   alloc/base/grace.c: if (grace.wanted <= begun_locked()) -> if (true)
 * fault sleeper_is_not_counted: who waits for a period is not woken
 *   alloc/base/grace.c: grace.sleepers++; -> ;
 * fault one_sleeper_is_woken: of two who wait for a period one sleeps on
 *   alloc/base/grace.c: futex_wake(&grace.turn, INT_MAX); -> futex_wake(&grace.turn, 1);
 * fault turn_is_read_late: who waits looks at what it sleeps on when it has given the lock back
 *   alloc/base/grace.c: futex_wait(&grace.turn, turn); -> futex_wait(&grace.turn, load_relaxed(&grace.turn));
 * fault completing_is_relaxed: (G1) does not release
 *   alloc/base/grace.c: store_release(&grace.completed -> store_relaxed(&grace.completed
 * fault completed_is_relaxed: (G2) does not acquire
 *   alloc/base/grace.c: load_acquire(&grace.completed) -> load_relaxed(&grace.completed)
 */
#include "tests/model/explore/explore.h"
#include "tests/model/explore/machine.h"

#include "alloc/base/grace.c"
#include "alloc/base/os.h"

enum { READERS = 2, OBJECTS = 2, BIT = 4 };

struct object {
    unsigned contents;
};

static _Atomic(struct object *) words[OBJECTS];
static struct grace_reader readers[READERS];
static _Atomic uint32_t requests[READERS];

static void setup(void)
{
    static const char *const names[OBJECTS] = {"first object", "second object"};
    for (unsigned i = 0; i < OBJECTS; i++) {
        struct object *object = os_map(os_page_bytes(), os_page_bytes());
        object->contents = i;
        report_name(object, sizeof *object, names[i]);
        store_relaxed(&words[i], object);
    }
    for (unsigned i = 0; i < READERS; i++) {
        readers[i].request = &requests[i];
        readers[i].request_bit = BIT;
        grace_online(&readers[i]);
    }
}

/* What every one of its objects contains was written before any thread began. */
static void look(unsigned i)
{
    const struct object *object = load_relaxed(&words[i]);
    unsigned found = object != NULL ? object->contents : i;
    EXPECT(found == i);
}

/* As a thread's safepoint does. */
static void poll(unsigned self)
{
    if (load_relaxed(&requests[self]) != 0 && xchg_relaxed(&requests[self], 0) != 0)
        grace_quiescent(&readers[self]);
}

static bool is_asked(const void *request)
{
    return load_relaxed((const _Atomic uint32_t *)request) != 0;
}

static void read_and_pay(void)
{
    look(0);
    explore_await(&requests[0], is_asked);
    poll(0);
    look(1);
    grace_offline(&readers[0]);
}

static void read_and_go(void)
{
    look(1);
    poll(1);
    grace_offline(&readers[1]);
    grace_online(&readers[1]);
    look(0);
    grace_offline(&readers[1]);
}

static void give_back(struct object *object) { os_unmap(object, os_page_bytes()); }

static uint64_t awaited;

static bool may_be_over(const void *completed)
{
    return load_relaxed((const _Atomic uint64_t *)completed) >= awaited;
}

/* Without the lock. */
static void await_end(uint64_t ticket)
{
    awaited = ticket;
    while (!grace_is_over(ticket))
        explore_await(&grace.completed, may_be_over);
}

static void replace_both(void)
{
    struct object *first = load_relaxed(&words[0]);
    struct object *second = load_relaxed(&words[1]);
    store_relaxed(&words[0], NULL);
    uint64_t ticket = grace_ticket();
    grace_request(ticket);
    store_relaxed(&words[1], NULL);
    uint64_t next = grace_ticket();
    await_end(ticket);
    give_back(first);
    grace_wait(next);
    give_back(second);
}

static void wait_for_period(void) { grace_wait(grace_ticket()); }

static void finish(void)
{
    EXPECT(grace_is_valid());
    EXPECT(grace.readers == NULL && grace.sleepers == 0);
    EXPECT(machine_mapped_bytes() == 0);
}

int main(int argc, char **argv)
{
    static const struct model model = {
        .name = "grace",
        .threads = {"first reader", "second reader", "writer", "waiter"},
        .run = {read_and_pay, read_and_go, replace_both, wait_for_period},
        .setup = setup,
        .finish = finish,
        .bounds = {{1, 1}}};
    return explore(argc, argv, &model);
}
