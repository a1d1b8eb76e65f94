/* What is left for the end of the runtime, which must leave nothing: main.c looks. */
#include "runtimes/object/weakref.h"
#include "tests/conformance/ring.h"

#include <pthread.h>

static void leave_nest(struct thread *T, unsigned depth)
{
    RC_FRAME(T, f, 1);
    f[0] = rc_move(T, sure_list(T, 0));
    for (unsigned i = 0; i < depth; i++) {
        rc_ref inner = cell_own(T, &f[0]);
        f[0] = rc_move(T, sure_tuple(T, 1, &inner));
    }
    rc_clear(T, &f[0]);
    RC_LEAVE(T, f);
}

/* A dict in a cycle, with an interned key, a large list and a weak reference to itself. */
static void leave_dict(struct thread *T)
{
    enum { ITEMS = 2000 };
    RC_FRAME(T, f, 3);
    f[0] = rc_move(T, sure_dict(T));
    f[1] = rc_move(T, sure_intern(T, "key", 3));
    f[2] = rc_move(T, sure_list(T, 0));
    sure_append(T, f[2], cell_ref(T, f[0]));
    sure_append(T, f[2], sure_weakref(T, f[0], NULL, RC_NULL_REF));
    for (int i = 0; i < ITEMS; i++)
        sure_append(T, f[2], sure_int(T, 1000 + i));
    sure_entry(T, f[0], f[1], cell_own(T, &f[2]));
    rc_clear(T, &f[1]);
    rc_clear(T, &f[0]);
    RC_LEAVE(T, f);
}

static void leave_everything(struct thread *T)
{
    enum { RING = 1000, DEPTH = 1000 };
    leave_ring(T, RING);
    leave_dict(T);
    leave_nest(T, DEPTH);
}

static void leave_in_thread(struct thread *T, unsigned index, void *context)
{
    (void)index, (void)context;
    leave_everything(T);
}

/* --- a thread that owes something when it exits ------------------------------------------------------------------- */

enum { DEBTS = 100 };

struct debtor {
    rc_slot boxes[DEBTS];
    pthread_barrier_t gate;
};

static void pass(struct thread *T, struct debtor *debtor)
{
    thread_block(T);
    pthread_barrier_wait(&debtor->gate);
    thread_unblock(T);
}

/* Its last references are dropped by the other thread, while it is at rest; then it exits at once. */
static void make_and_exit(struct thread *T, struct debtor *debtor)
{
    for (int i = 0; i < DEBTS; i++)
        rc_init_slot(T, &debtor->boxes[i], numbered_box(T, 1000 + i));
    pass(T, debtor);
    pass(T, debtor);
}

static void drop_all(struct thread *T, struct debtor *debtor)
{
    pass(T, debtor);
    for (int i = 0; i < DEBTS; i++)
        rc_store(T, NULL, &debtor->boxes[i], RC_NULL_REF);
    pass(T, debtor);
}

static void owe(struct thread *T, unsigned index, void *context)
{
    if (index == 0)
        make_and_exit(T, context);
    else
        drop_all(T, context);
}

static void exit_with_debts(struct thread *T)
{
    struct debtor debtor;
    CHECK(pthread_barrier_init(&debtor.gate, NULL, 2) == 0, "pthread_barrier_init");
    case_threads(T, 2, owe, &debtor);
    pthread_barrier_destroy(&debtor.gate);
}

void case_shutdown_leaves_zero(struct thread *T)
{
    gc_enable(false);
    leave_everything(T);
    if (case_has_threads(3)) {
        case_threads(T, 3, leave_in_thread, NULL);
        exit_with_debts(T);
    }
    EXPECT(runtime_census().objects > 3000, "garbage that the end of the runtime finds");
}
