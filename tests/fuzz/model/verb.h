/*
 * Verbs: what a step does, to the runtime and to the model.
 *
 * A verb is given a turn: the thread that runs, its cells, and the operands.  It chooses what its operands mean among what
 * there is (the first register, from the operand on, that holds an object of the kind it needs), and does nothing where there is
 * nothing such.  Then it says what it does, does it, and does the same to the model.
 *
 * References of a thread are in the registers of its frame; two cells more are its hands, empty between steps.
 */
#ifndef TESTS_FUZZ_MODEL_VERB_H
#define TESTS_FUZZ_MODEL_VERB_H

#include "runtimes/thread.h"
#include "tests/fuzz/model/graph.h"
#include "tests/fuzz/model/problem.h"
#include "tests/fuzz/model/script.h"

enum { HAND = REGISTERS, OTHER_HAND, CELLS };

enum verb {
#define VERB(name, weight) VERB_##name,
#include "tests/fuzz/model/verbs.def"
#undef VERB
    VERBS,
    VERB_FIRST_OPTIONAL = VERB_weakref,
};

struct turn {
    struct thread *T;
    rc_loc *cells;
    unsigned seat;
    struct step step;
    bool leaves; /* the thread is to detach after this */
};

#define VERB(name, weight) void verb_##name(struct turn *turn);
#include "tests/fuzz/model/verbs.def"
#undef VERB

/* Slots outside of every object: what all threads see, and what finalizers bring back, by node. */
extern rc_slot verb_globals[GLOBALS];
extern rc_slot verb_saved[NODES];

/* Does the step. */
void verb_do(struct turn *turn);

/* --- for verbs ------------------------------------------------------------------------------------------------------ */

static inline unsigned turn_register(unsigned operand) { return operand % REGISTERS; }

static inline node_id turn_id(const struct turn *turn, unsigned r)
{
    return graph.registers[turn->seat][r];
}

static inline struct node *turn_node(const struct turn *turn, unsigned r)
{
    return node_at(turn_id(turn, r));
}

/* The first register from that one on with an object of a kind; of OBJ_KINDS: with any container.  -1 if there is none. */
int turn_find(const struct turn *turn, unsigned operand, enum obj_kind kind);

/* Whether there is room for more objects. */
bool turn_has_room(void);

/* A second reference to what a register holds, None if it is empty. */
rc_ref turn_ref(const struct turn *turn, unsigned r);
node_id turn_value(const struct turn *turn, unsigned r);

/* A reference is now what the register holds; what it held ends. */
void turn_keep(struct turn *turn, unsigned r, rc_loc loc, node_id id);

/* The node of a new object, which refers to nothing yet. */
node_id turn_new(struct turn *turn, rc_ref ref);

/* What was read must be this node. */
void turn_keep_found(struct turn *turn, unsigned r, rc_loc loc, node_id expected);

/* Puts a key into the other hand, an atom or what a register holds; its node.  And lets go of it. */
node_id turn_hold_key(struct turn *turn, unsigned operand);
void turn_let_go(struct turn *turn);

#endif
