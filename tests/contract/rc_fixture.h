/*
 * What the tests of the counting contract share: exact counts, boxes, workers, a gate.
 *
 * Every test runs on every strategy.  A loc is in a frame cell before the next safepoint, and a
 * cell whose loc is gone is overwritten: the tests keep the rules of rc.h, or a strategy that
 * borrows would be blamed for them.
 */
#ifndef TESTS_CONTRACT_RC_FIXTURE_H
#define TESTS_CONTRACT_RC_FIXTURE_H

#include "tests/contract/object_fixture.h"
#include "tests/sanitized.h"

#include <string.h>

/* --- a container with two fields -------------------------------------------------------------- */

static const char *const box_fields[] = {"left", "right"};
static const struct type box_type = INSTANCE_TYPE("Box", box_fields);
enum { BOX_LEFT, BOX_RIGHT };

static inline rc_ref box_new(struct thread *T, rc_ref left, rc_ref right)
{
    rc_ref box = instance_new(T, &box_type, (rc_ref[]){left, right});
    CHECK(box.p != NULL, "no memory for a box"); /* workers cannot fail a test otherwise */
    return box;
}

static inline struct instance_obj *box_of(rc_loc box)
{
    CHECK(obj_get(box)->type == &box_type, "a box is a %s", obj_get(box)->type->name);
    return (struct instance_obj *)obj_get(box);
}

/* A box whose left field is the number. */
static inline rc_ref numbered_box(struct thread *T, int64_t number)
{
    return box_new(T, int_new(T, number), RC_NULL_REF);
}

static inline int64_t box_number(struct thread *T, rc_loc box)
{
    RC_FRAME(T, f, 1);
    f[0] = instance_get(T, box, BOX_LEFT);
    int64_t number = int_value(obj_get(f[0]));
    rc_clear(T, &f[0]);
    RC_LEAVE(T, f);
    return number;
}

/* --- exact counts ----------------------------------------------------------------------------- */

struct root_count {
    const struct rc_header *object;
    size_t roots;
};

static inline void count_root(struct rc_header *object, void *context)
{
    struct root_count *count = context;
    count->roots += object == count->object;
}

/* All references to an object that lives, cells included: what getrefcount would show. */
static inline size_t references_to(struct thread *T, const struct rc_header *object)
{
    struct root_count count = {object, 0};
    world_stop(T);
    rc_settle(T);
    rc_each_uncounted_root(T, count_root, &count);
    size_t all = rc_count(object) + count.roots;
    world_start(T);
    return all;
}

static inline size_t references(struct thread *T, rc_loc loc)
{
    return references_to(T, rc_get(loc));
}

static inline void assert_held(struct thread *T, rc_loc loc, size_t expected)
{
    if (RC_FREES)
        assert_int_equal(references(T, loc), expected);
}

/* --- workers ---------------------------------------------------------------------------------- */

enum { WORKERS = 4 }; /* more than the cores of a small machine */

struct worker {
    void (*work)(struct thread *T, struct worker *self);
    void *context;
    unsigned index;
    pthread_t thread;
};

static inline void *worker_run(void *argument)
{
    struct worker *self = argument;
    struct thread *T = thread_attach();
    CHECK(T != NULL, "worker %u cannot attach", self->index);
    self->work(T, self);
    thread_detach(T);
    return NULL;
}

static inline void worker_start(struct worker *worker)
{
    assert_int_equal(pthread_create(&worker->thread, NULL, worker_run, worker), 0);
}

/* Waits for the worker to exit. */
static inline void worker_join(struct thread *T, const struct worker *worker)
{
    thread_block(T);
    int error = pthread_join(worker->thread, NULL);
    thread_unblock(T);
    assert_int_equal(error, 0);
}

/* Runs `work` in `n` threads at a time and waits for them. */
static inline void workers_run(struct thread *T, struct worker *workers, unsigned n,
                               void (*work)(struct thread *T, struct worker *self), void *context)
{
    for (unsigned i = 0; i < n; i++) {
        workers[i] = (struct worker){.work = work, .context = context, .index = i};
        worker_start(&workers[i]);
    }
    for (unsigned i = 0; i < n; i++)
        worker_join(T, &workers[i]);
}

/* --- a gate that opens when all have come ----------------------------------------------------- */

static inline void gate_pass(struct thread *T, pthread_barrier_t *gate)
{
    thread_block(T);
    int error = pthread_barrier_wait(gate);
    thread_unblock(T);
    CHECK(error == 0 || error == PTHREAD_BARRIER_SERIAL_THREAD, "pthread_barrier_wait: %s",
          strerror(error));
}

#endif
