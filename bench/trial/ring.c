/* Putting in, taking out, waiting. */
#include "bench/trial/ring.h"

#include "alloc/base/futex.h"
#include "bench/trial/places.h"
#include "runtimes/object/list.h"
#include "runtimes/object/none.h"

enum {
    SLEEPER = 1, /* somebody sleeps on the count */
    ONE = 2,     /* what a count is raised by */

    /* Under a global lock nobody can change a count as long as the waiter runs. */
    SPINS = RC_SERIAL ? 0 : 256,
};

static uint32_t count_of(uint32_t word) { return word / ONE; }

rc_ref ring_places(struct thread *T) { return places_new(T, RING_PLACES); }

/* Raises a count, which only the caller does, to that of `word`, its last value, and one. */
static void raise_count(_Atomic uint32_t *count, uint32_t word)
{
    uint32_t before = xchg_release(count, (word & ~(uint32_t)SLEEPER) + ONE); /* (R1) (R3) */
    if ((before & SLEEPER) != 0)
        futex_wake(count, 1);
}

bool ring_can_send(const struct ring *ring)
{
    uint32_t sent = load_relaxed(&ring->sent);
    uint32_t received = load_acquire(&ring->received); /* (R4) */
    return ((count_of(sent) - count_of(received)) & (UINT32_MAX / ONE)) != RING_PLACES;
}

bool ring_can_receive(const struct ring *ring)
{
    uint32_t received = load_relaxed(&ring->received);
    return count_of(load_acquire(&ring->sent)) != count_of(received); /* (R2) */
}

bool ring_send(struct thread *T, struct ring *ring, rc_loc places, rc_ref object)
{
    uint32_t sent = load_relaxed(&ring->sent);
    if (!ring_can_send(ring))
        return false;
    list_set(T, places, count_of(sent) % RING_PLACES, object);
    raise_count(&ring->sent, sent);
    return true;
}

rc_ref ring_receive(struct thread *T, struct ring *ring, rc_loc places)
{
    uint32_t received = load_relaxed(&ring->received);
    if (!ring_can_receive(ring))
        return RC_NULL_REF;
    RC_FRAME(T, f, 1);
    f[0] = list_get(T, places, count_of(received) % RING_PLACES);
    list_set(T, places, count_of(received) % RING_PLACES, none_ref(T));
    raise_count(&ring->received, received);
    rc_ref object = rc_own(T, cell_take(&f[0]));
    RC_LEAVE(T, f);
    return object;
}

/* Sleeps while `count` is `waiting`, but for its bit. */
static void sleep_while(struct thread *T, _Atomic uint32_t *count, uint32_t waiting)
{
    uint32_t word = load_relaxed(count);
    thread_block(T);
    while (count_of(word) == waiting) {
        if ((word & SLEEPER) != 0 || cas_weak_relaxed(count, &word, word | SLEEPER))
            futex_wait(count, word | SLEEPER);
        word = load_relaxed(count);
    }
    thread_unblock(T);
}

/* Returns when `count` is not `waiting` any more. */
static void await_change(struct thread *T, _Atomic uint32_t *count, uint32_t waiting)
{
    for (unsigned left = SPINS; left > 0; left--) {
        if (count_of(load_relaxed(count)) != waiting)
            return;
        thread_safepoint(T);
        cpu_relax();
    }
    sleep_while(T, count, waiting);
}

void ring_await_object(struct thread *T, struct ring *ring)
{
    await_change(T, &ring->sent, count_of(load_relaxed(&ring->received)));
}

void ring_await_place(struct thread *T, struct ring *ring)
{
    uint32_t full = count_of(load_relaxed(&ring->sent)) - RING_PLACES;
    await_change(T, &ring->received, full & (UINT32_MAX / ONE));
}
