/*
 * The shared half of refcache.h: giving deltas up, lists of objects under review, ends.
 *
 * A thread has three lists under review.  One is open; one is sealed until its periods are over; the third is ripe, and being
 * looked at.  Lists are in the order in which their objects were found, so that what went first ends first.  Who goes leaves
 * his lists to whoever seals next.
 *
 * A thread asks for the periods one after another as they begin, and for one more: that one tells it that its list is ripe.
 */
#include RC_STRATEGY_HEADER

/* Guards the list of threads and the orphans: lists that nobody seals.  Taken inside the world lock; the grace period's lock is
 * taken inside it. */
static struct lock registry = LOCK_INIT;
static struct rc_thread *threads;
static struct refcache_list orphans;
static _Atomic size_t orphaned; /* both are written under the lock; */
static _Atomic size_t attached; /* a stale look is repaired by the next */

/* --- reviews begin ------------------------------------------------------------------------------------------------- */

/* Whether so much garbage is worth a period. */
static bool is_enough(size_t drops)
{
    return drops >= (load_relaxed(&attached) > 1 ? REFCACHE_DROPS_AMONG : REFCACHE_DROPS);
}

/* Now and then, while a list is sealed already. */
static void ask_if_enough(struct rc_thread *self, size_t drops)
{
    if (drops % REFCACHE_DROPS == 0 && is_enough(drops))
        rc_ask(self);
}

static void put_under_review(struct rc_thread *self, struct rc_header *o)
{
    refcache_push(&self->open, o);
    ask_if_enough(self, self->open.length);
}

/* --- the cache ---------------------------------------------------------------------------------------------------- */

/* The object lives at least until its thread has paused: it was touched since the last time. */
static void give_up(struct rc_thread *self, const struct refcache_way *way, uint64_t now)
{
    struct rc_header *o = way->object;
    uint64_t word = load_relaxed(&o->word);
    uint64_t next;
    do {
        refcache_expect_life(o, word);
        if (refcache_is_immortal(word) || (FAULT(skip_zero) && way->delta == 0))
            return;
        next =
            refcache_with_count(refcache_with_touch(word, now), refcache_count(word) + way->delta);
    } while (next != word && !cas_weak_relaxed(&o->word, &word, next));
    if (refcache_begins_review(word, next))
        put_under_review(self, o);
}

void refcache_replace(struct thread *T, struct refcache_way *way, struct rc_header *o,
                      int64_t delta)
{
    struct rc_thread *self = rc_self(T);
    const size_t number = (size_t)(way - self->ways);
    if (way->object != NULL)
        give_up(self, way, grace_begun());
    self->used[number / 64] |= UINT64_C(1) << number % 64;
    way->object = o;
    way->delta = delta;
    if (delta < 0)
        ask_if_enough(self, ++self->drops);
}

static void give_all_up(struct rc_thread *self)
{
    const uint64_t now = grace_begun();
    for (size_t map = 0; map < REFCACHE_MAPS; map++)
        for (; self->used[map] != 0; self->used[map] &= self->used[map] - 1) {
            struct refcache_way *way =
                &self->ways[map * 64 + (size_t)__builtin_ctzll(self->used[map])];
            give_up(self, way, now);
            way->object = NULL;
        }
}

/* --- ends --------------------------------------------------------------------------------------------------------- */

static bool is_quiet_since(uint64_t word, uint64_t period)
{
    return !refcache_is_touched_since(word, period, grace_begun()) || FAULT(ignore_touches);
}

/* The object is dead, unless somebody upgrades it now. */
static bool claim(struct rc_header *o, uint64_t word)
{
    if ((word & REFCACHE_NAMED) != 0 && !FAULT(claim_named))
        return cas_weak_relaxed(&o->word, &word, 0);
    store_relaxed(&o->word, 0);
    return true;
}

static void die(struct thread *T, struct rc_header *o, uint64_t dead_at)
{
    struct rc_thread *self = rc_self(T);
    const uint64_t outer = self->dead_at;
    self->dead_at = dead_at;
    rc_died(T, o);
    self->dead_at = outer;
}

/* Nobody can have read this reference since before period `dead_at`. */
void refcache_end(struct thread *T, struct rc_header *o)
{
    const uint64_t dead_at = rc_self(T)->dead_at;
    ASSERT(dead_at != 0);
    uint64_t word = load_relaxed(&o->word);
    uint64_t next;
    do {
        refcache_expect_life(o, word);
        if (refcache_is_immortal(word))
            return;
        if (refcache_count(word) == 1 && (word & REFCACHE_REVIEW) == 0 &&
            is_quiet_since(word, dead_at) && claim(o, word)) {
            die(T, o, dead_at);
            return;
        }
        next = refcache_with_count(word, refcache_count(word) - 1);
    } while (!cas_weak_relaxed(&o->word, &word, next));
    if (refcache_begins_review(word, next))
        put_under_review(rc_self(T), o);
}

/* An object whose list is ripe: it dies, is listed again, or has references and is under review no longer. */
static void review(struct thread *T, struct rc_header *o)
{
    const uint64_t dead_at = rc_self(T)->ripe_at;
    uint64_t word = load_relaxed(&o->word);
    for (;;) {
        if (refcache_is_immortal(word))
            return;
        const int32_t count = refcache_count(word);
        if (count == 0 && is_quiet_since(word, dead_at) && claim(o, word)) {
            die(T, o, dead_at);
            return;
        }
        const uint64_t next =
            count > 0 ? word - REFCACHE_REVIEW : refcache_with_touch(word, grace_begun());
        if (cas_weak_relaxed(&o->word, &word, next)) {
            if (count <= 0)
                refcache_push(&rc_self(T)->open, o);
            return;
        }
    }
}

/* --- periods ------------------------------------------------------------------------------------------------------ */

static bool is_ripe(const struct rc_thread *self)
{
    return self->sealed.length != 0 && grace_is_over(self->sealed_at + !FAULT(review_early));
}

/* What gone threads left went before what this one found. */
static void seal(struct rc_thread *self)
{
    lock_acquire(&registry);
    refcache_move(&self->sealed, &orphans);
    store_relaxed(&orphaned, 0);
    lock_release(&registry);
    refcache_move(&self->sealed, &self->open);
    self->sealed_at = grace_ticket();
    self->taken_at = grace_steps();
    self->drops = 0;
}

/* Asks for the next period that the sealed list waits for, or for the one that tells of its end. */
static void ask_for_period(const struct rc_thread *self)
{
    const uint64_t last = self->sealed_at + 2;
    const uint64_t next = grace_ticket();
    grace_request(next < last ? next : last);
}

static bool is_worth_a_period(const struct rc_thread *self)
{
    const size_t length = self->open.length + load_relaxed(&orphaned);
    return length != 0 &&
           (is_enough(length) || is_enough(self->drops) || self->taken_at != grace_steps());
}

static void advance(struct rc_thread *self)
{
    if (self->sealed.length == 0 && is_worth_a_period(self))
        seal(self);
    if (is_ripe(self))
        rc_ask(self);
    else if (self->sealed.length != 0)
        ask_for_period(self);
}

/* The list begins to be looked at.  Whatever is listed as ripe was dead before the last of these periods, if at all. */
static void ripen(struct rc_thread *self, struct refcache_list *list, uint64_t period)
{
    refcache_move(&self->ripe, list);
    if (period > self->ripe_at)
        self->ripe_at = period;
}

/* Ends a reference that a stop of the world took; whether the object is under review from now on, in no list yet. */
static bool end_kept(struct rc_header *o)
{
    uint64_t word = load_relaxed(&o->word);
    uint64_t next;
    do {
        if (refcache_is_immortal(word))
            return false;
        next = refcache_with_count(word, refcache_count(word) - 1);
    } while (!cas_weak_relaxed(&o->word, &word, next));
    return refcache_begins_review(word, next);
}

/* First all references go, then the objects: of two that are dead, neither is upgraded for the other's sake. */
static void ripen_kept(struct rc_thread *self)
{
    struct refcache_list dead = {0};
    while (self->kept.length != 0) {
        struct rc_header *o = refcache_pop(&self->kept);
        if (end_kept(o))
            refcache_push(&dead, o);
    }
    ripen(self, &dead, self->kept_at);
}

/* One at a time: user code runs in between, which may pause, seal, and settle. */
static void look_at_ripe(struct thread *T)
{
    struct rc_thread *self = rc_self(T);
    ripen_kept(self);
    if (is_ripe(self))
        ripen(self, &self->sealed, self->sealed_at);
    while (self->ripe.length != 0)
        review(T, refcache_pop(&self->ripe));
}

void strategy_before_pause(struct thread *T)
{
    give_all_up(rc_self(T));
    advance(rc_self(T));
}

bool strategy_on_safepoint(struct thread *T)
{
    look_at_ripe(T);
    return false;
}

void strategy_flush(struct thread *T)
{
    struct rc_thread *self = rc_self(T);
    look_at_ripe(T);
    give_all_up(self);
    if (self->sealed.length == 0)
        seal(self);
    advance(self);
}

/* --- threads ------------------------------------------------------------------------------------------------------ */

void strategy_stop(void)
{
    CHECK(threads == NULL && orphans.length == 0, "%zu objects are left under review",
          orphans.length);
}

void strategy_attach(struct thread *T)
{
    struct rc_thread *self = rc_self(T);
    self->taken_at = grace_steps();
    lock_acquire(&registry);
    self->next = threads;
    threads = self;
    fetch_add_relaxed(&attached, 1);
    lock_release(&registry);
}

static void forget_thread(const struct rc_thread *self)
{
    struct rc_thread **link = &threads;
    while (*link != self)
        link = &(*link)->next;
    *link = self->next;
    fetch_sub_relaxed(&attached, 1);
}

/* What ends here may run user code, which touches, and settles, again. */
void strategy_detach(struct thread *T)
{
    struct rc_thread *self = rc_self(T);
    while (self->kept.length != 0 || self->ripe.length != 0)
        look_at_ripe(T);
    give_all_up(self);
    lock_acquire(&registry);
    forget_thread(self);
    refcache_move(&orphans, &self->sealed);
    if (!FAULT(lose_reviewed))
        refcache_move(&orphans, &self->open);
    store_relaxed(&orphaned, orphans.length);
    lock_release(&registry);
}

/* --- forks -------------------------------------------------------------------------------------------------------- */

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

/* What others had in their caches and lists was settled. */
void strategy_after_fork_in_child(struct thread *T)
{
    threads = rc_self(T);
    threads->next = NULL;
    store_relaxed(&attached, 1);
    lock_release(&registry);
}

/* --- settling ----------------------------------------------------------------------------------------------------- */

/* The references of a list are ended, but no object.  Nobody else runs. */
static void end_references(const struct refcache_list *kept)
{
    for (const struct refcache_chunk *chunk = kept->first; chunk != NULL; chunk = chunk->next)
        for (uint32_t i = chunk->begin; i < chunk->end; i++) {
            const uint64_t word = load_relaxed(&chunk->objects[i]->word);
            if (!refcache_is_immortal(word))
                store_relaxed(&chunk->objects[i]->word,
                              refcache_with_count(word, refcache_count(word) - 1));
        }
}

/* Nothing is under review any more; `kept` gets a reference to each object that has none. */
static void keep(struct refcache_list *kept, struct refcache_list *list)
{
    while (list->length != 0) {
        struct rc_header *o = refcache_pop(list);
        const uint64_t word = load_relaxed(&o->word) & ~(uint64_t)REFCACHE_REVIEW;
        if (refcache_is_immortal(word))
            continue;
        if (REFBENCH_DEBUG && refcache_count(word) < 0)
            rc_count_too_small(o);
        const bool is_dead = refcache_count(word) == 0 && !FAULT(settle_at_zero);
        store_relaxed(&o->word, is_dead ? refcache_with_one_more(word) : word);
        if (is_dead)
            refcache_push(kept, o);
    }
}

/* The world is stopped: with all caches empty the words are exact.  What is touched from now on is touched in a later
 * period than `kept_at`, and so is not taken for dead. */
void strategy_settle(struct thread *T)
{
    struct rc_thread *self = rc_self(T);
    struct refcache_list reviewed = {0};
    struct refcache_list kept = {0};
    lock_acquire(&registry);
    refcache_move(&reviewed, &orphans);
    store_relaxed(&orphaned, 0);
    for (struct rc_thread *thread = threads; thread != NULL; thread = thread->next) {
        give_all_up(thread);
        refcache_move(&reviewed, &thread->ripe);
        refcache_move(&reviewed, &thread->sealed);
        refcache_move(&reviewed, &thread->open);
        refcache_move(&kept, &thread->kept);
    }
    lock_release(&registry);
    end_references(&kept);
    keep(&self->kept, &kept);
    keep(&self->kept, &reviewed);
    self->kept_at = grace_ticket();
    grace_all_quiescent();
    if (self->kept.length != 0)
        rc_ask(self);
}
