/*
 * Looking at what there is: get_objects, referrers and referents give exact sets; saveall keeps what is found.
 *
 * Results are lists; what is expected of them is told as lists, too, without regard to order.
 */
#include "runtimes/object/inspect.h"
#include "tests/conformance/ring.h"
#include "tests/sanitized.h"

/* --- sets -------------------------------------------------------------------------------------------------------------- */

static size_t times_in(struct thread *T, rc_loc list, const struct rc_header *o)
{
    size_t times = 0;
    RC_FRAME(T, f, 1);
    for (size_t i = 0; i < list_length(T, list); i++) {
        f[0] = list_get(T, list, i);
        times += rc_get(f[0]) == o;
        rc_clear(T, &f[0]);
    }
    RC_LEAVE(T, f);
    return times;
}

/* Exactly the objects of `cells`, each once.  The result is gone afterwards, and in nobody's sight. */
static void expect_set(struct thread *T, rc_ref result, size_t n, const rc_loc *cells,
                       const char *what)
{
    RC_FRAME(T, f, 1);
    f[0] = rc_move(T, result);
    EXPECT_EQUAL(list_length(T, f[0]), n, what);
    for (size_t i = 0; i < n; i++)
        EXPECT_EQUAL(times_in(T, f[0], rc_get(cells[i])), 1, what);
    rc_clear(T, &f[0]);
    case_deaths(T);
    RC_LEAVE(T, f);
}

enum { OLD, MIDDLE, YOUNG, CELLS };

/* Three lists, each of another generation. */
static void make_generations(struct thread *T, rc_loc cells[CELLS])
{
    cells[OLD] = rc_move(T, sure_list(T, 2));
    gc_collect(T, 0);
    gc_collect(T, 1);
    cells[MIDDLE] = rc_move(T, sure_list(T, 2));
    gc_collect(T, 0);
    cells[YOUNG] = rc_move(T, sure_list(T, 2));
}

static void expect_objects(struct thread *T, const rc_loc cells[CELLS])
{
    case_deaths(T); /* of lists that were refused memory for their items */
    expect_set(T, sure_exact_objects(T, 0), 1, &cells[YOUNG], "objects of generation 0");
    expect_set(T, sure_exact_objects(T, 1), 1, &cells[MIDDLE], "objects of generation 1");
    expect_set(T, sure_exact_objects(T, 2), 1, &cells[OLD], "objects of generation 2");
    expect_set(T, sure_exact_objects(T, GC_ALL), CELLS, cells, "objects of all generations");
}

/* old = [young, "text"], middle = [young]; young = [] */
static void expect_edges(struct thread *T, const rc_loc cells[CELLS])
{
    RC_FRAME(T, f, 2);
    f[0] = rc_move(T, sure_text(T, "text"));
    sure_append(T, cells[OLD], cell_ref(T, cells[YOUNG]));
    sure_append(T, cells[OLD], cell_ref(T, f[0]));
    sure_append(T, cells[MIDDLE], cell_ref(T, cells[YOUNG]));
    f[1] = rc_dup(T, cells[YOUNG]);
    expect_set(T, sure_referrers(T, 1, &f[1]), 2, cells, "referrers of the young list");
    expect_set(T, sure_referrers(T, 1, &f[0]), 1, &cells[OLD], "referrers of the text");
    expect_set(T, sure_referrers(T, 1, &cells[OLD]), 0, NULL, "referrers of the old list");
    expect_set(T, sure_referents(T, 1, &cells[OLD]), 2, f, "referents of the old list");
    expect_set(T, sure_referents(T, 1, &cells[MIDDLE]), 1, &f[1], "referents of the middle list");
    expect_set(T, sure_referents(T, 1, &cells[YOUNG]), 0, NULL, "referents of the young list");
    rc_clear(T, &f[1]);
    rc_clear(T, &f[0]);
    RC_LEAVE(T, f);
}

void case_referrers_referents_get_objects(struct thread *T)
{
    case_needs_frees();
    gc_enable(false);
    RC_FRAME(T, f, CELLS);
    make_generations(T, f);
    expect_objects(T, f);
    expect_edges(T, f);
    expect_objects(T, f);
    for (int i = 0; i < CELLS; i++)
        rc_clear(T, &f[i]);
    EXPECT_EQUAL(case_objects(T), 0, "objects left");
    RC_LEAVE(T, f);
}

/* --- saveall ------------------------------------------------------------------------------------------------------------ */

enum { RING = 3 };

static size_t saved(struct thread *T)
{
    RC_FRAME(T, f, 1);
    f[0] = inspect_garbage(T);
    const size_t length = loc_is_null(f[0]) ? 0 : list_length(T, f[0]);
    rc_clear(T, &f[0]);
    RC_LEAVE(T, f);
    return length;
}

/* The saved are whole: each refers to the one before it in the ring. */
static void expect_ring_saved(struct thread *T)
{
    RC_FRAME(T, f, 3);
    f[0] = inspect_garbage(T);
    for (size_t i = 0; i < RING; i++) {
        f[1] = list_get(T, f[0], i);
        f[2] = instance_get(T, f[1], BOX_LEFT);
        EXPECT(!loc_is_null(f[2]), "a box that is saved to hold what it held");
        EXPECT_EQUAL(times_in(T, f[0], rc_get(f[2])), 1, "places of its neighbour among the saved");
        rc_clear(T, &f[2]);
        rc_clear(T, &f[1]);
    }
    rc_clear(T, &f[0]);
    RC_LEAVE(T, f);
}

static void forget_the_saved(struct thread *T)
{
    RC_FRAME(T, f, 1);
    f[0] = inspect_garbage(T);
    for (rc_ref last = list_pop(T, f[0]); last.p != NULL; last = list_pop(T, f[0]))
        rc_release(T, last);
    rc_clear(T, &f[0]);
    RC_LEAVE(T, f);
}

void case_saveall(struct thread *T)
{
    case_needs_frees();
    gc_enable(false);
    gc_set_debug(GC_SAVEALL);
    leave_ring(T, RING);
    EXPECT_EQUAL(case_collect(T), RING, "containers that were found");
    EXPECT_EQUAL(saved(T), RING, "containers that were saved");
    expect_ring_saved(T);
    EXPECT_EQUAL(case_collect(T), 0, "containers found while the list holds them");
    EXPECT_EQUAL(saved(T), RING, "containers that are saved still");
    gc_set_debug(0);
    forget_the_saved(T);
    EXPECT_EQUAL(case_collect(T), RING, "containers that end when they are saved no more");
    EXPECT_EQUAL(saved(T), 0, "containers that are saved in the end");
}

/* --- beside a collection -------------------------------------------------------------------------------------------------- */

enum { THREADS = 4, HELD = 50, LOOKS = 300 };

struct watched {
    rc_slot held;
    _Atomic unsigned left; /* of those who look */
    _Atomic uint64_t made; /* containers of rings, by the one who collects */
};

/* What the shared list holds is there, each once; garbage may be or not.  Looks until there were collections, too. */
static void look(struct thread *T, struct watched *w)
{
    RC_FRAME(T, f, 3);
    f[0] = rc_load(T, NULL, &w->held);
    for (unsigned i = 0; i < ROUNDS(LOOKS) || load_relaxed(&w->made) == 0; i++) {
        f[1] = rc_move(T, sure_objects(T, GC_ALL));
        EXPECT(!loc_is_null(f[1]), "memory for a list of objects");
        f[2] = list_get(T, f[0], i % HELD);
        EXPECT_EQUAL(times_in(T, f[1], rc_get(f[2])), 1,
                     "places of a held box in the list of objects");
        EXPECT_EQUAL(times_in(T, f[1], rc_get(f[1])), 0, "places of the list in itself");
        rc_clear(T, &f[2]);
        rc_clear(T, &f[1]);
        thread_safepoint(T);
    }
    rc_clear(T, &f[0]);
    RC_LEAVE(T, f);
    fetch_sub_relaxed(&w->left, 1);
}

static void look_or_collect(struct thread *T, unsigned index, void *context)
{
    struct watched *w = context;
    if (index != 0) {
        look(T, w);
        return;
    }
    for (unsigned i = 0; load_relaxed(&w->left) > 0; i++) {
        leave_ring(T, RING);
        gc_collect(T, i % GC_GENERATIONS);
        fetch_add_relaxed(&w->made, RING);
        thread_safepoint(T);
    }
}

void case_get_objects_during_collection(struct thread *T)
{
    struct watched w = {.left = THREADS - 1};
    RC_FRAME(T, f, 1);
    gc_enable(false);
    f[0] = rc_move(T, sure_list(T, HELD));
    for (int64_t i = 0; i < HELD; i++)
        sure_append(T, f[0], numbered_box(T, i));
    rc_init_slot(T, &w.held, cell_own(T, &f[0]));
    RC_LEAVE(T, f);
    case_threads(T, THREADS, look_or_collect, &w);
    rc_store(T, NULL, &w.held, RC_NULL_REF);
    expect_all_collected(T, load_relaxed(&w.made));
}
