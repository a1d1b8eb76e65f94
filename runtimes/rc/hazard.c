/*
 * The slow half of hazard.h: retiring, scans, settling.
 *
 * A scan looks at all that its thread has retired.  What it finds dead is out of the list, and all of it is dead, before any is destroyed:
 * so a weak reference that ends with its target calls nobody back, and code of users that runs then finds the list in order if it
 * retires others or scans.  Who settles, with the world stopped, takes items out and leaves NULL in their place.
 *
 * What a scan finds has finalizers, and whoever ends a reference need not expect those of others: he may be where no code of users
 * may run, as in a section of the index of interned strings.  So a thread with enough to scan for asks itself for a safepoint.
 * While it ends an object anyway it scans at once, for a death inside of a death is only listed (rc_died), and the garbage stays bounded
 * where much dies together.
 */
#include RC_STRATEGY_HEADER

#include <stdlib.h>

/* Of retired objects between two scans; where schedules are explored, each is scanned for. */
enum { BATCH = spins(256), BATCH_ALONE = spins(64) };

/* Guards the list of threads and the orphans.  Taken inside the lock of thread records. */
static struct lock registry = LOCK_INIT;
static struct rc_thread *threads;
static struct hazard_list orphans;
static _Atomic size_t
    orphan_count; /* written under the lock; a stale look is repaired by the next */

/* --- what is announced ---------------------------------------------------------------------------------------------- */

static void see_words(struct hazard_list *seen, const struct rc_thread *thread)
{
    for (unsigned i = 0; i < HAZARD_WORDS; i++) {
        struct rc_header *o = load_acquire(&thread->announced[i]); /* (H5) */
        if (o != NULL)
            hazard_list_push(seen, o);
    }
}

static void see_all_locked(struct hazard_list *seen)
{
    seen->length = 0;
    for (const struct rc_thread *thread = threads; thread != NULL; thread = thread->next)
        see_words(seen, thread);
    hazard_list_sort(seen);
}

/* Everything that is announced.  A thread that is alone has done all that matters itself; others that attach meanwhile get to
 * know of it by the lock. */
static void see_announced(struct rc_thread *self)
{
    lock_acquire(&registry);
    const bool alone = threads == self && self->next == NULL;
    if (!alone && !FAULT(unfenced_scan)) {
        lock_release(&registry);
        barrier_heavy(); /* (H9) */
        lock_acquire(&registry);
    }
    see_all_locked(&self->seen);
    lock_release(&registry);
    self->batch = alone ? BATCH_ALONE : BATCH;
}

/* --- scans ---------------------------------------------------------------------------------------------------------- */

/* False if the object is retired no more, since its count is not zero. */
static bool prepare(struct rc_header *o)
{
    uint32_t word = load_relaxed(&o->word);
    uint32_t next;
    do {
        next = word & ~HAZARD_TOUCHED;
        if (word >= HAZARD_ONE)
            next &= ~HAZARD_RETIRED;
    } while (next != word && !cas_weak_release(&o->word, &word, next)); /* (H6) */
    return next < HAZARD_ONE;
}

static void prepare_all(struct hazard_list *retired)
{
    size_t kept = 0;
    for (size_t i = 0; i < retired->length; i++) {
        struct rc_header *o = retired->items[i];
        if (o != NULL && prepare(o))
            retired->items[kept++] = o;
    }
    retired->length = kept;
}

/* What is announced comes first; returns how far that goes. */
static size_t divide(const struct hazard_list *retired, const struct hazard_list *seen)
{
    size_t first = 0;
    for (size_t i = 0; i < retired->length; i++) {
        struct rc_header *o = retired->items[i];
        if (!hazard_list_has(seen, o) || FAULT(blind_scan))
            continue;
        retired->items[i] = retired->items[first];
        retired->items[first++] = o;
    }
    return first;
}

/* Nobody had it announced.  False if it was raised meanwhile. */
static bool end(struct rc_header *o)
{
    uint32_t word = HAZARD_MARKED | HAZARD_RETIRED;
    return cas_acquire(&o->word, &word, 0); /* (H7) */
}

/* What is dead goes to `dead`.  Returns how far the items go that stay. */
static size_t end_all(struct rc_thread *self, size_t from)
{
    size_t kept = from;
    for (size_t i = from; i < self->retired.length; i++) {
        struct rc_header *o = self->retired.items[i];
        if (end(o))
            hazard_list_push(&self->dead, o);
        else
            self->retired.items[kept++] = o;
    }
    return kept;
}

static void scan(struct thread *T)
{
    struct rc_thread *self = rc_self(T);
    self->fresh = 0;
    self->dead.length = 0;
    prepare_all(&self->retired);
    if (self->retired.length == 0)
        return;
    see_announced(self);
    size_t announced = divide(&self->retired, &self->seen);
    self->retired.length = end_all(self, announced);
    self->ending++;
    rc_died_together(T, self->dead.items, self->dead.length);
    self->ending--;
}

static void adopt_orphans(struct rc_thread *self)
{
    if (likely(load_relaxed(&orphan_count) == 0))
        return;
    lock_acquire(&registry);
    hazard_list_move(&orphans, &self->retired);
    store_relaxed(&orphan_count, 0);
    lock_release(&registry);
}

/* Ends all that nobody has announced, and what that leaves without references. */
static void reclaim(struct thread *T)
{
    adopt_orphans(rc_self(T));
    do
        scan(T);
    while (rc_self(T)->fresh != 0);
}

static void retire(struct thread *T, struct rc_header *o)
{
    struct rc_thread *self = rc_self(T);
    hazard_list_push(&self->retired, o);
    if (likely(++self->fresh < self->batch))
        return;
    if (self->ending != 0 || FAULT(scan_anywhere))
        reclaim(T);
    else if (self->fresh == self->batch)
        rc_ask(self);
}

void hazard_died(struct thread *T, struct rc_header *o)
{
    rc_self(T)->ending++;
    rc_died(T, o);
    rc_self(T)->ending--;
}

/* --- counts --------------------------------------------------------------------------------------------------------- */

/* The others may end or raise it meanwhile. */
void hazard_end_last(struct thread *T, struct rc_header *o)
{
    uint32_t word = load_relaxed(&o->word);
    uint32_t next;
    do {
        next = word - HAZARD_ONE;
        if (next < HAZARD_ONE)
            next |= HAZARD_RETIRED;
    } while (!cas_weak_release(&o->word, &word, next)); /* (H6) */
    if (next < HAZARD_ONE && (word & HAZARD_RETIRED) == 0)
        retire(T, o);
}

/* Another may have raised and ended it meanwhile, and retired it, so there may even be a new object in its place, of which
 * the same holds: who sets RETIRED has it in his list. */
void hazard_end_none(struct thread *T, struct rc_header *o, uint32_t word)
{
    if (word == 0) {
        (void)load_acquire(&o->word); /* (H7) */
        hazard_died(T, o);
        return;
    }
    while ((word & ~HAZARD_TOUCHED) == HAZARD_MARKED)
        if (cas_weak_relaxed(&o->word, &word, word | HAZARD_RETIRED)) {
            retire(T, o);
            return;
        }
}

/* --- threads -------------------------------------------------------------------------------------------------------- */

void strategy_start(void) { barrier_start(); }

void strategy_stop(void)
{
    CHECK(threads == NULL && orphans.length == 0, "the last thread left retired objects behind");
    hazard_list_fini(&orphans);
}

void strategy_attach(struct thread *T)
{
    struct rc_thread *self = rc_self(T);
    *self = (struct rc_thread){.free = HAZARD_ALL, .batch = BATCH_ALONE};
    lock_acquire(&registry);
    self->next = threads;
    threads = self;
    lock_release(&registry);
}

static void forget_thread(const struct rc_thread *self)
{
    struct rc_thread **link = &threads;
    while (*link != self)
        link = &(*link)->next;
    *link = self->next;
}

/* Ends what has been kept since counts were settled. */
static void end_kept(struct thread *T)
{
    struct hazard_list *kept = &rc_self(T)->kept;
    while (kept->length != 0)
        hazard_decrement(T, kept->items[--kept->length]);
}

/* False for the last thread if it still has something to do: nobody else would. */
static bool leave_others(struct rc_thread *self)
{
    lock_acquire(&registry);
    bool last = threads == self && self->next == NULL;
    bool done =
        self->kept.length == 0 && (!last || (self->retired.length == 0 && orphans.length == 0));
    if (done) {
        forget_thread(self);
        hazard_list_move(&self->retired, &orphans);
        store_relaxed(&orphan_count, orphans.length);
    }
    lock_release(&registry);
    return done;
}

static void fini_lists(struct rc_thread *self)
{
    hazard_list_fini(&self->retired);
    hazard_list_fini(&self->seen);
    hazard_list_fini(&self->dead);
    hazard_list_fini(&self->kept);
}

void strategy_detach(struct thread *T)
{
    struct rc_thread *self = rc_self(T);
    ASSERT(self->free == HAZARD_ALL);
    do {
        end_kept(T);
        reclaim(T);
    } while (!leave_others(self));
    fini_lists(self);
}

bool strategy_on_safepoint(struct thread *T)
{
    end_kept(T);
    reclaim(T);
    return false;
}

void strategy_flush(struct thread *T) { strategy_on_safepoint(T); }

/* --- forks ---------------------------------------------------------------------------------------------------------- */

void strategy_before_fork(struct thread *T)
{
    (void)T;
    lock_acquire(&registry);
}

void strategy_after_fork(struct thread *T)
{
    (void)T;
    lock_release(&registry);
}

/* How many locs the word protects. */
static uint64_t locs_of(const struct rc_thread *thread, unsigned i)
{
    return load_relaxed(&thread->announced[i]) == NULL ? 0 : (uint64_t)thread->more[i] + 1;
}

/* What the frames of another thread held stays; what it has retired is T's. */
static void bury(struct rc_thread *self, struct rc_thread *other)
{
    for (unsigned i = 1; i < HAZARD_WORDS; i++)
        for (uint64_t locs = locs_of(other, i); locs > 0; locs--)
            hazard_increment(load_relaxed(&other->announced[i]));
    hazard_list_move(&other->retired, &self->retired);
    fini_lists(other);
}

void strategy_after_fork_in_child(struct thread *T)
{
    struct rc_thread *self = rc_self(T);
    for (struct rc_thread *thread = threads, *next; thread != NULL; thread = next) {
        next = thread->next;
        if (thread != self)
            bury(self, thread);
    }
    threads = self;
    self->next = NULL;
    lock_release(&registry);
    barrier_start();
}

/* --- the collector -------------------------------------------------------------------------------------------------- */

/* The object is retired no more; if its count is zero, it gets a reference that the list of those kept has. */
static void keep(struct hazard_list *kept, struct rc_header *o)
{
    uint32_t word = load_relaxed(&o->word) & ~(HAZARD_RETIRED | HAZARD_TOUCHED);
    if (word < HAZARD_ONE) {
        word += HAZARD_ONE;
        hazard_list_push(kept, o);
    }
    store_relaxed(&o->word, word);
}

/* Takes out what nobody has announced.  What somebody has stays as it is, for his references are uncounted roots. */
static void settle_list(struct rc_thread *self, struct hazard_list *retired)
{
    for (size_t i = 0; i < retired->length; i++) {
        struct rc_header *o = retired->items[i];
        if (o == NULL || hazard_list_has(&self->seen, o))
            continue;
        retired->items[i] = NULL;
        keep(&self->kept, o);
    }
}

/* Ends what another thread keeps since counts were settled before; what is zero then is T's to retire. */
static void end_kept_settling(struct rc_thread *self, struct hazard_list *kept)
{
    for (size_t i = 0; i < kept->length; i++) {
        struct rc_header *o = kept->items[i];
        uint32_t word = load_relaxed(&o->word) - HAZARD_ONE;
        if (word < HAZARD_ONE) {
            word |= HAZARD_RETIRED;
            hazard_list_push(&self->retired, o);
        }
        store_relaxed(&o->word, word);
    }
    kept->length = 0;
}

/* With the world stopped; threads may attach meanwhile, which have retired and announced nothing. */
void strategy_settle(struct thread *T)
{
    struct rc_thread *self = rc_self(T);
    lock_acquire(&registry);
    see_all_locked(&self->seen);
    for (struct rc_thread *thread = threads; thread != NULL; thread = thread->next)
        end_kept_settling(self, &thread->kept);
    for (struct rc_thread *thread = threads; thread != NULL; thread = thread->next)
        settle_list(self, &thread->retired);
    settle_list(self, &orphans);
    lock_release(&registry);
    if (self->kept.length != 0)
        rc_ask(self);
}

void strategy_each_uncounted_root(struct thread *T, void (*visit)(struct rc_header *, void *),
                                  void *context)
{
    (void)T;
    lock_acquire(&registry);
    for (const struct rc_thread *thread = threads; thread != NULL; thread = thread->next)
        for (unsigned i = 1; i < HAZARD_WORDS; i++)
            for (uint64_t locs = locs_of(thread, i); locs > 0; locs--)
                visit(load_relaxed(&thread->announced[i]), context);
    lock_release(&registry);
}
