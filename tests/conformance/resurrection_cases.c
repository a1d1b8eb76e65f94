/* Cases 18 to 24: finalizers run once, see everything as it was, and what they bring back lives on. */
#include "tests/conformance/finalizer.h"

/* --- once, and intact --------------------------------------------------------------------------------------------- */

void case_F_once(struct thread *T)
{
    case_needs_frees();
    RC_FRAME(T, f, 2);
    f[0] = rc_move(T, node_new(T, &noting_type, RC_NULL_REF, RC_NULL_REF));
    f[1] = rc_dup(T, f[0]);
    rc_clear(T, &f[0]);
    EXPECT_OBJECTS(T, 1);
    EXPECT_RUNS(0);
    rc_clear(T, &f[1]);
    EXPECT_OBJECTS(T, 0);
    EXPECT_RUNS(1);
    rc_release(T, node_ring(T, &noting_type, 3, NULL));
    EXPECT_OBJECTS(T, 3);
    EXPECT_RUNS(1);
    EXPECT_COLLECTED(T, 3);
    EXPECT_OBJECTS(T, 0);
    EXPECT_COLLECTED(T, 0);
    EXPECT_RUNS(4);
    RC_LEAVE(T, f);
}

enum { PEERS = 5 };

/* The whole ring is there, also those of it whose finalizers have run. */
static bool look_at_peers(struct thread *T, rc_loc self)
{
    RC_FRAME(T, f, 2);
    f[0] = rc_dup(T, self);
    for (int i = 0; i < PEERS; i++) {
        EXPECT(!loc_is_null(f[0]), "the link of a peer (%d away)", i);
        EXPECT(node_says(T, f[0], NODE_CARGO, "cargo"), "the cargo of a peer (%d away)", i);
        f[1] = instance_get(T, f[0], NODE_LINK);
        rc_clear(T, &f[0]);
        f[0] = rc_move(T, cell_own(T, &f[1]));
    }
    EXPECT(rc_get(f[0]) == rc_get(self), "a ring of the peers");
    rc_clear(T, &f[0]);
    RC_LEAVE(T, f);
    return note(T, self);
}

static const struct type looking_type = NODE_TYPE_FINALIZED("Looking", look_at_peers);

void case_F_sees_peers_intact(struct thread *T)
{
    case_needs_frees();
    rc_release(T, node_ring(T, &looking_type, PEERS, "cargo"));
    EXPECT_COLLECTED(T, PEERS);
    EXPECT_RUNS(PEERS);
    EXPECT_OBJECTS(T, 0);
}

/* --- brought back ------------------------------------------------------------------------------------------------- */

/* What was saved has its cargo and so many references. */
static void expect_saved(struct thread *T, size_t references)
{
    RC_FRAME(T, f, 1);
    f[0] = rc_load(T, NULL, &seen.saved);
    EXPECT(node_says(T, f[0], NODE_CARGO, "cargo"), "what was brought back has its cargo");
    EXPECT_EQUAL(obj_refcount(T, f[0]), references + 1, "references to it, one of them a cell's");
    rc_clear(T, &f[0]);
    RC_LEAVE(T, f);
}

/* A death by counting: the first one leaves it alive, the second one ends it. */
static void resurrect_from_counting(struct thread *T)
{
    rc_release(T, node_new(T, &saving_type, RC_NULL_REF, sure_text(T, "cargo")));
    EXPECT_OBJECTS(T, 2);
    EXPECT_RUNS(1);
    EXPECT_COLLECTED(T, 0);
    expect_saved(T, 1);
    drop_saved(T);
    EXPECT_OBJECTS(T, 0);
    EXPECT_RUNS(1);
}

/* The same of a cycle; the collector finds it again, and looks for its finalizer in vain. */
static void resurrect_from_collection(struct thread *T)
{
    rc_release(T, node_loop(T, &saving_type, sure_text(T, "cargo")));
    EXPECT_COLLECTED(T, 0);
    EXPECT_RUNS(2);
    EXPECT_COLLECTED(T, 0);
    expect_saved(T, 2);
    drop_saved(T);
    EXPECT_OBJECTS(T, 2);
    EXPECT_COLLECTED(T, 1);
    EXPECT_OBJECTS(T, 0);
    EXPECT_RUNS(2);
}

/* It died by counting first, and is found by a collection in the end. */
static void resurrect_and_tie(struct thread *T)
{
    RC_FRAME(T, f, 1);
    rc_release(T, node_new(T, &saving_type, RC_NULL_REF, sure_text(T, "cargo")));
    case_deaths(T);
    EXPECT_RUNS(3);
    f[0] = rc_load(T, NULL, &seen.saved);
    instance_set(T, f[0], NODE_LINK, cell_ref(T, f[0]));
    rc_clear(T, &f[0]);
    drop_saved(T);
    EXPECT_OBJECTS(T, 2);
    EXPECT_COLLECTED(T, 1);
    EXPECT_OBJECTS(T, 0);
    EXPECT_RUNS(3);
    RC_LEAVE(T, f);
}

void case_F_resurrect(struct thread *T)
{
    case_needs_frees();
    resurrect_from_counting(T);
    resurrect_from_collection(T);
    resurrect_and_tie(T);
}

/* The cargo is garbage as well: a list that holds itself and a text. */
void case_F_resurrect_transitive(struct thread *T)
{
    case_needs_frees();
    RC_FRAME(T, f, 3);
    f[1] = rc_move(T, sure_list(T, 0));
    sure_append(T, f[1], cell_ref(T, f[1]));
    sure_append(T, f[1], sure_text(T, "deep"));
    rc_release(T, node_loop(T, &saving_type, cell_own(T, &f[1])));
    EXPECT_COLLECTED(T, 0);
    EXPECT_RUNS(1);
    EXPECT_OBJECTS(T, 3);
    f[0] = rc_load(T, NULL, &seen.saved);
    f[1] = instance_get(T, f[0], NODE_CARGO);
    EXPECT_EQUAL(list_length(T, f[1]), 2, "length of the list that was brought along");
    EXPECT_EQUAL(obj_refcount(T, f[1]), 3, "references to it");
    f[2] = list_get(T, f[1], 0);
    EXPECT(rc_get(f[2]) == rc_get(f[1]), "it holds itself");
    rc_clear(T, &f[2]);
    f[2] = list_get(T, f[1], 1);
    EXPECT(strcmp(str_text(obj_get(f[2])), "deep") == 0, "and its text");
    for (int i = 0; i < 3; i++)
        rc_clear(T, &f[i]);
    drop_saved(T);
    EXPECT_COLLECTED(T, 2);
    EXPECT_OBJECTS(T, 0);
    EXPECT_RUNS(1);
    RC_LEAVE(T, f);
}

void case_F_resurrect_one_of_101(struct thread *T)
{
    case_needs_frees();
    for (int i = 0; i < 100; i++) {
        rc_release(T, node_loop(T, &noting_type, RC_NULL_REF));
        if (i == 50)
            rc_release(T, node_loop(T, &saving_type, RC_NULL_REF));
    }
    EXPECT_OBJECTS(T, 101);
    EXPECT_COLLECTED(T, 100);
    EXPECT_RUNS(101);
    EXPECT_OBJECTS(T, 1);
    drop_saved(T);
    EXPECT_COLLECTED(T, 1);
    EXPECT_OBJECTS(T, 0);
    EXPECT_RUNS(101);
}

/* When its finalizer has run, counting alone would end it. */
void case_F_breaks_own_cycle(struct thread *T)
{
    case_needs_frees();
    rc_release(T, node_loop(T, &unlinking_type, sure_text(T, "cargo")));
    rc_release(T, node_ring(T, &unlinking_type, 4, "cargo"));
    EXPECT_OBJECTS(T, 10);
    EXPECT_COLLECTED(T, 5);
    EXPECT_RUNS(5);
    EXPECT_OBJECTS(T, 0);
    EXPECT_COLLECTED(T, 0);
    EXPECT_EQUAL(gc_statistics(CASE_FULL).collected, 5, "containers that collections ended");
}

/* --- a chain ------------------------------------------------------------------------------------------------------ */

enum { CHAIN = 9, FIRST_SAVED = 3, SECOND_SAVED = 6, FINALIZERS = 6 };

static rc_slot saved_second;

static bool save_second(struct thread *T, rc_loc self)
{
    rc_store(T, NULL, &saved_second, cell_ref(T, self));
    return note(T, self);
}

static const struct type second_saving_type = NODE_TYPE_FINALIZED("SecondSaving", save_second);

/* Two bring themselves back; of the others every second has a finalizer. */
static const struct type *chain_type(int position)
{
    if (position == FIRST_SAVED)
        return &saving_type;
    if (position == SECOND_SAVED)
        return &second_saving_type;
    return position % 2 == 0 ? &noting_type : &plain_type;
}

/* Loops, each of which refers to the next as its cargo, as well; nothing else refers to any of them. */
static void leave_chain(struct thread *T)
{
    RC_FRAME(T, f, 1);
    for (int i = CHAIN - 1; i >= 0; i--)
        f[0] = rc_move(T, node_loop(T, chain_type(i), cell_own(T, &f[0])));
    rc_clear(T, &f[0]);
    RC_LEAVE(T, f);
}

/* From the first that was saved on all are as they were made. */
static void expect_rest_of_chain(struct thread *T)
{
    RC_FRAME(T, f, 2);
    f[0] = rc_load(T, NULL, &seen.saved);
    for (int i = FIRST_SAVED; i < CHAIN; i++) {
        EXPECT(!loc_is_null(f[0]), "member %d of the chain", i);
        EXPECT(obj_get(f[0])->type == chain_type(i), "a %s as member %d, not a %s",
               chain_type(i)->name, i, obj_get(f[0])->type->name);
        EXPECT_EQUAL(node_ring_length(T, f[0]), 1, "nodes of a member's own loop");
        f[1] = instance_get(T, f[0], NODE_CARGO);
        rc_clear(T, &f[0]);
        f[0] = rc_move(T, cell_own(T, &f[1]));
    }
    EXPECT(loc_is_null(f[0]), "the chain ends with its last member");
    RC_LEAVE(T, f);
}

void case_F_chain_mixed(struct thread *T)
{
    case_needs_frees();
    leave_chain(T);
    EXPECT_OBJECTS(T, CHAIN);
    EXPECT_COLLECTED(T, FIRST_SAVED);
    EXPECT_OBJECTS(T, CHAIN - FIRST_SAVED);
    EXPECT_RUNS(FINALIZERS);
    EXPECT_EQUAL(gc_statistics(CASE_FULL).resurrected, CHAIN - FIRST_SAVED,
                 "containers resurrected");
    expect_rest_of_chain(T);
    EXPECT_COLLECTED(T, 0);
    drop_saved(T);
    EXPECT_COLLECTED(T, SECOND_SAVED - FIRST_SAVED);
    EXPECT_OBJECTS(T, CHAIN - SECOND_SAVED);
    rc_store(T, NULL, &saved_second, RC_NULL_REF);
    EXPECT_COLLECTED(T, CHAIN - SECOND_SAVED);
    EXPECT_OBJECTS(T, 0);
    EXPECT_RUNS(FINALIZERS);
}
