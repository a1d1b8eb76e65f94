/*
 * Every touch of an object changes its count, so every touch must be safe.
 *
 * First the header of one object, at moments when this thread and another one hold references to it: what each strategy
 * writes there.  Then two threads that take and end references at full speed, after which the count must be exact; and,
 * for comparison, a word that two threads change without any protection, as a count would be.
 */
#include "bench/tour/header.h"
#include "bench/tour/tour.h"
#include "runtimes/object/list.h"
#include "runtimes/object/none.h"

#include <errno.h>
#include <pthread.h>
#include <string.h>

enum { HELD = 2, PAIRS = 200000, PLAIN_STEPS = 1000000, PLAIN_ROUNDS = 20, WORKERS = 2 };

/* What the threads of a statement share. */
struct stage {
    rc_slot slot;              /* the object */
    pthread_barrier_t barrier; /* of two */
    _Atomic uint64_t plain;    /* a word that nothing protects */
};

static void check(int error, const char *what)
{
    CHECK(error == 0, "%s: %s", what, strerror(error));
}

static void meet(struct stage *stage)
{
    int error = pthread_barrier_wait(&stage->barrier);
    check(error == PTHREAD_BARRIER_SERIAL_THREAD ? 0 : error, "pthread_barrier_wait");
}

static void meet_attached(struct thread *T, struct stage *stage)
{
    thread_block(T);
    meet(stage);
    thread_unblock(T);
}

static void join(struct tour *tour, pthread_t thread)
{
    thread_block(tour->T);
    check(pthread_join(thread, NULL), "pthread_join");
    thread_unblock(tour->T);
}

/* --- moments ----------------------------------------------------------------------------------------- */

/* Takes references, waits until they were looked at, ends them, and waits again. */
static void hold(struct thread *T, struct stage *stage)
{
    RC_FRAME(T, f, HELD);
    for (int i = 0; i < HELD; i++)
        f[i] = rc_load(T, NULL, &stage->slot);
    meet_attached(T, stage);
    meet_attached(T, stage);
    cells_drop(T, f, HELD);
    RC_LEAVE(T, f);
    meet_attached(T, stage);
    meet_attached(T, stage);
}

static void *holder(void *argument)
{
    struct stage *stage = argument;
    struct thread *T = thread_attach();
    tour_check_memory(T != NULL);
    hold(T, stage);
    thread_detach(T);
    return NULL;
}

static void note(struct tour *tour, const char *moment, size_t expected, rc_loc loc)
{
    size_t seen = obj_refcount(tour->T, loc);
    char what[CLAIM_TEXT];
    snprintf(what, sizeof what, "references: %s", moment);
    claim_equal(&tour->claims, what, expected, seen);
    json_open(&tour->json, NULL, '{');
    json_string(&tour->json, "moment", moment);
    json_number(&tour->json, "references", seen);
    header_write(&tour->json, "header", &obj_get(loc)->rc);
    json_close(&tour->json, '}');
}

/* While another thread takes references from the slot of the stage, which is one itself. */
static void show_another(struct tour *tour, struct stage *stage, rc_loc object)
{
    struct thread *T = tour->T;
    pthread_t other;
    check(pthread_create(&other, NULL, holder, stage), "pthread_create");
    meet_attached(T, stage);
    note(tour, "another thread holds it twice", 3 + HELD, object);
    meet_attached(T, stage);
    meet_attached(T, stage);
    note(tour, "that thread has ended both", 3, object);
    meet_attached(T, stage);
    join(tour, other);
}

static void show_moments(struct tour *tour, struct stage *stage, rc_loc *f)
{
    struct thread *T = tour->T;
    note(tour, "x = []", 1, f[0]);
    f[1] = rc_dup(T, f[0]);
    note(tour, "y = x", 2, f[0]);
    rc_store(T, NULL, &stage->slot, tour_ref(tour, f[0]));
    note(tour, "a global holds it too", 3, f[0]);
    if (RC_MAX_THREADS > 1)
        show_another(tour, stage, f[0]);
    rc_store(T, NULL, &stage->slot, RC_NULL_REF);
    rc_clear(T, &f[1]);
    note(tour, "only x is left", 1, f[0]);
}

/* None is immortal: its header is the same whatever refers to it. */
static void show_immortal(struct tour *tour)
{
    struct thread *T = tour->T;
    RC_FRAME(T, f, 2);
    struct rc_header before;
    memcpy((void *)&before, (const void *)&none_object.rc, sizeof before);
    f[0] = rc_move(T, none_ref(T));
    f[1] = rc_dup(T, f[0]);
    header_write(&tour->json, "immortal", &none_object.rc);
    claim_true(&tour->claims, "the header of None, immortal, is never written",
               memcmp((const void *)&before, (const void *)&none_object.rc, sizeof before) == 0);
    cells_drop(T, f, 2);
    RC_LEAVE(T, f);
}

/* --- at full speed ----------------------------------------------------------------------------------- */

static void *take_and_end(void *argument)
{
    struct stage *stage = argument;
    struct thread *T = thread_attach();
    tour_check_memory(T != NULL);
    RC_FRAME(T, f, 2);
    f[0] = rc_load(T, NULL, &stage->slot);
    meet_attached(T, stage);
    for (int i = 0; i < PAIRS; i++) {
        thread_safepoint(T);
        f[1] = rc_dup(T, f[0]);
        rc_clear(T, &f[1]);
    }
    cells_drop(T, f, 2);
    RC_LEAVE(T, f);
    thread_detach(T);
    return NULL;
}

/* A count without protection: read, add, write. */
static void *add_plainly(void *argument)
{
    struct stage *stage = argument;
    meet(stage);
    for (int i = 0; i < PLAIN_STEPS; i++)
        store_relaxed(&stage->plain, load_relaxed(&stage->plain) + 1);
    return NULL;
}

static void run_both(struct tour *tour, struct stage *stage, void *(*work)(void *))
{
    pthread_t workers[WORKERS];
    for (int i = 0; i < WORKERS; i++)
        check(pthread_create(&workers[i], NULL, work, stage), "pthread_create");
    for (int i = 0; i < WORKERS; i++)
        join(tour, workers[i]);
}

/* Until a change was lost, which takes two processors, or for so many rounds. */
static void show_plain(struct tour *tour, struct stage *stage)
{
    const uint64_t steps = (uint64_t)WORKERS * PLAIN_STEPS;
    uint64_t seen = steps;
    for (int round = 0; round < PLAIN_ROUNDS && seen == steps; round++) {
        store_relaxed(&stage->plain, 0);
        run_both(tour, stage, add_plainly);
        seen = load_relaxed(&stage->plain);
    }
    json_number(&tour->json, "plain_steps", steps);
    json_number(&tour->json, "plain_seen", seen);
}

/* Where so many can be attached. */
static void show_race(struct tour *tour, struct stage *stage, rc_loc object)
{
    if (RC_MAX_THREADS < 3) {
        json_number(&tour->json, "pairs", 0);
        return;
    }
    rc_store(tour->T, NULL, &stage->slot, tour_ref(tour, object));
    run_both(tour, stage, take_and_end);
    rc_store(tour->T, NULL, &stage->slot, RC_NULL_REF);
    json_number(&tour->json, "pairs", (uint64_t)WORKERS * PAIRS);
    claim_equal(&tour->claims, "references after two threads took and ended 200000 each", 1,
                obj_refcount(tour->T, object));
}

void tour_threads(struct tour *tour)
{
    struct thread *T = tour->T;
    struct stage stage;
    RC_FRAME(T, f, 2);
    memset((void *)&stage, 0, sizeof stage);
    check(pthread_barrier_init(&stage.barrier, NULL, 2), "pthread_barrier_init");
    f[0] = tour_cell(tour, list_new(T, 0));
    json_open(&tour->json, "moments", '[');
    show_moments(tour, &stage, f);
    json_close(&tour->json, ']');
    show_immortal(tour);
    show_race(tour, &stage, f[0]);
    show_plain(tour, &stage);
    check(pthread_barrier_destroy(&stage.barrier), "pthread_barrier_destroy");
    cells_drop(T, f, 2);
    RC_LEAVE(T, f);
}
