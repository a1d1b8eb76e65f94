/* The side table of weak references, and their callbacks. */
#include "runtimes/object/weakref.h"

#include "alloc/base/fault.h"
#include "alloc/base/lock.h"
#include "runtimes/object/hash.h"

const struct type weakref_type = {.name = "weakref", .kind = OBJ_WEAKREF};

enum { STRIPE_BITS = 6, FEW = 4, LINE = 64 };

/* Chains of weak references, by their targets' addresses; a power of two of them. */
struct chains {
    struct weakref_obj **first;
    size_t length;
};

struct stripe {
    _Alignas(LINE) struct lock
        lock;           /* guards all of it, and the targets and links of what is on its chains */
    size_t weakrefs;    /* how many are on its chains */
    struct chains many; /* of length 0: the few below */
    struct weakref_obj *few[FEW];
};

static struct stripe stripes[1 << STRIPE_BITS];

/* Fibonacci hashing, Knuth 6.4: the top bits choose the stripe, others the chain. */
static uint64_t address_hash(const struct container *target)
{
    return (uint64_t)(uintptr_t)target * HASH_PHI;
}

static struct stripe *stripe_of(const struct container *target)
{
    return &stripes[address_hash(target) >> (64 - STRIPE_BITS)];
}

/* --- chains, inside the lock of their stripe ---------------------------------------------------------------------- */

static struct chains chains_of(struct stripe *stripe)
{
    if (stripe->many.length != 0)
        return stripe->many;
    return (struct chains){stripe->few, FEW};
}

static struct weakref_obj **chain_of(struct chains chains, const struct container *target)
{
    return &chains.first[(address_hash(target) >> (32 - STRIPE_BITS)) & (chains.length - 1)];
}

static void chain_push(struct weakref_obj **chain, struct weakref_obj *w)
{
    w->next = *chain;
    w->link = chain;
    if (w->next != NULL)
        w->next->link = &w->next;
    *chain = w;
}

static void chain_remove(struct weakref_obj *w)
{
    *w->link = w->next;
    if (w->next != NULL)
        w->next->link = w->link;
}

static void chains_move(struct chains to, struct chains from)
{
    for (size_t i = 0; i < from.length; i++)
        while (from.first[i] != NULL) {
            struct weakref_obj *w = from.first[i];
            chain_remove(w);
            chain_push(chain_of(to, load_relaxed(&w->target)), w);
        }
}

static void add_locked(struct stripe *stripe, struct weakref_obj *w, struct container *target)
{
    chain_push(chain_of(chains_of(stripe), target), w);
    store_relaxed(&w->target, target);
    stripe->weakrefs++;
}

static void remove_locked(struct stripe *stripe, struct weakref_obj *w)
{
    chain_remove(w);
    stripe->weakrefs--;
}

/* --- tables of chains --------------------------------------------------------------------------------------------- */

static struct chains chains_new(struct thread *T, size_t length)
{
    const size_t bytes = length * sizeof(struct weakref_obj *);
    struct weakref_obj **first = heap_alloc(thread_heap(T), BLOCK_DATA, 0, bytes);
    if (first == NULL)
        return (struct chains){NULL, 0};
    memset((void *)first, 0, bytes);
    return (struct chains){first, length};
}

static void chains_free(struct thread *T, struct chains chains)
{
    if (chains.length != 0)
        heap_free(thread_heap(T), BLOCK_DATA, 0, chains.length * sizeof(struct weakref_obj *),
                  (void *)chains.first);
}

/* Returns the chains that the stripe does not use any more: the shorter ones. */
static struct chains replace_locked(struct stripe *stripe, struct chains more)
{
    struct chains before = stripe->many;
    if (more.length <= chains_of(stripe).length)
        return more;
    chains_move(more, chains_of(stripe));
    stripe->many = more;
    return before;
}

/* How many chains there should be, or 0 if there are enough. */
static size_t chains_wanted_locked(struct stripe *stripe)
{
    const size_t length = chains_of(stripe).length;
    return stripe->weakrefs > length ? length * 2 : 0;
}

/* The many chains of a stripe that needs them no more, to be freed after the lock. */
static struct chains take_unused_locked(struct stripe *stripe)
{
    struct chains unused = {NULL, 0};
    if (stripe->weakrefs == 0) {
        unused = stripe->many;
        stripe->many = (struct chains){NULL, 0};
    }
    return unused;
}

/* Unless there is no memory. */
static void grow(struct thread *T, struct stripe *stripe, size_t length)
{
    struct chains more = chains_new(T, length);
    lock_acquire(&stripe->lock);
    struct chains unused = replace_locked(stripe, more);
    lock_release(&stripe->lock);
    chains_free(T, unused);
}

/* --- weak references ------------------------------------------------------------------------------------------------ */

/* Both are the caller's. */
static void name_target(struct thread *T, struct weakref_obj *w, struct container *target)
{
    struct stripe *stripe = stripe_of(target);
    rc_allow_upgrade(T, &target->obj.rc);
    if (w->callback != NULL)
        rc_allow_upgrade(T, &w->container.obj.rc);
    gc_head_set_weak(&target->gc);
    lock_acquire(&stripe->lock);
    add_locked(stripe, w, target);
    const size_t wanted = chains_wanted_locked(stripe);
    lock_release(&stripe->lock);
    if (unlikely(wanted != 0))
        grow(T, stripe, wanted);
}

rc_ref weakref_new(struct thread *T, rc_loc target, weakref_callback *callback, rc_ref argument)
{
    ASSERT(obj_is_container(obj_get(target)));
    rc_ref ref = container_new(T, &weakref_type, sizeof(struct weakref_obj));
    if (unlikely(ref_is_null(ref))) {
        rc_release(T, argument);
        return RC_NULL_REF;
    }
    struct weakref_obj *w = (struct weakref_obj *)obj_of(ref.p);
    w->callback = callback;
    rc_init_slot(T, &w->argument, argument);
    name_target(T, w, (struct container *)obj_get(target));
    container_ready(&w->container);
    return ref;
}

rc_loc weakref_get(struct thread *T, rc_loc weakref)
{
    struct weakref_obj *w = weakref_of(weakref);
    struct container *target = load_relaxed(&w->target);
    rc_loc loc = RC_NULL_LOC;
    if (target == NULL)
        return loc;
    struct stripe *stripe = stripe_of(target);
    if (!FAULT(unlocked_upgrade))
        lock_acquire(&stripe->lock);
    if (likely(load_relaxed(&w->target) == target) || FAULT(stale_target))
        loc = rc_upgrade(T, &target->obj.rc);
    if (!FAULT(unlocked_upgrade))
        lock_release(&stripe->lock);
    return loc;
}

/* --- ends ----------------------------------------------------------------------------------------------------------- */

/* Queues the callback of a weak reference that is on no chain any more, if it is alive and no garbage.  The queue owns a
 * reference to it. */
static void queue_callback(struct thread *T, struct weakref_obj *w)
{
    const bool mute = w->callback == NULL || gc_head_is_garbage(&w->container.gc);
    if (mute && !(FAULT(callback_of_garbage) && w->callback != NULL))
        return;
    rc_loc held = rc_upgrade(T, &w->container.obj.rc);
    if (loc_is_null(held) && !FAULT(callback_of_dead))
        return;
    rc_own(T, held);
    w->next = T->callbacks;
    T->callbacks = w;
}

static void end_locked(struct thread *T, struct stripe *stripe, struct weakref_obj *w)
{
    remove_locked(stripe, w);
    queue_callback(T, w);
    store_release(&w->target, NULL); /* (W1) */
}

void weakref_end_all(struct thread *T, struct container *target)
{
    struct stripe *stripe = stripe_of(target);
    struct weakref_obj *next;
    lock_acquire(&stripe->lock);
    for (struct weakref_obj *w = *chain_of(chains_of(stripe), target); w != NULL; w = next) {
        next = w->next;
        if (load_relaxed(&w->target) == target && !FAULT(keep_weak))
            end_locked(T, stripe, w);
    }
    struct chains unused = take_unused_locked(stripe);
    lock_release(&stripe->lock);
    gc_head_unset_weak(&target->gc);
    chains_free(T, unused);
}

static void call_back(struct thread *T, struct weakref_obj *w)
{
    RC_FRAME(T, f, 1);
    f[0] = rc_move(T, (rc_ref){&w->container.obj.rc});
    w->callback(T, f[0]);
    rc_clear(T, &f[0]);
    RC_LEAVE(T, f);
}

void weakref_call_back(struct thread *T)
{
    while (T->callbacks != NULL) {
        struct weakref_obj *w = T->callbacks;
        T->callbacks = w->next;
        call_back(T, w);
    }
}

/* The weak reference is dead, or garbage: it becomes null without a call. */
static void forget(struct thread *T, struct weakref_obj *w)
{
    struct container *target = load_acquire(&w->target); /* (W2) */
    if (target == NULL)
        return;
    struct stripe *stripe = stripe_of(target);
    struct chains unused = {NULL, 0};
    lock_acquire(&stripe->lock);
    if (load_relaxed(&w->target) == target) {
        remove_locked(stripe, w);
        store_relaxed(&w->target, NULL);
        unused = take_unused_locked(stripe);
    }
    lock_release(&stripe->lock);
    chains_free(T, unused);
}

void weakref_clear(struct thread *T, struct weakref_obj *w)
{
    forget(T, w);
    rc_store(T, &w->container.obj.rc, &w->argument, RC_NULL_REF);
}

void weakref_fini(struct thread *T, struct weakref_obj *w)
{
    forget(T, w);
    rc_end_slot(T, &w->argument);
}

void weakref_forget_all(void)
{
    for (size_t i = 0; i < sizeof stripes / sizeof stripes[0]; i++)
        stripes[i] = (struct stripe){.lock = LOCK_INIT};
}
