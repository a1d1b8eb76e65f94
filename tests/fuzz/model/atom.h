/*
 * Atoms: ints, floats and texts, each told by a number of the model's.
 *
 * An int is its number; a float is half more than it; a text names it, and is the longer the greater it is.
 */
#ifndef TESTS_FUZZ_MODEL_ATOM_H
#define TESTS_FUZZ_MODEL_ATOM_H

#include "tests/fuzz/model/verb.h"

/* Whether the atom at that node's address is what the model says. */
bool atom_is_intact(const struct node *node);

/* A text that is interned; the same number gives the same object as long as that is alive. */
rc_ref atom_interned(struct thread *T, int64_t number);

/* Makes an atom of a number below 256, the caller's, with a reference to be put into a cell at once; sets its node. */
rc_ref atom_new(struct turn *turn, unsigned number, node_id *id);

/* The node of one that atom_interned returned. */
node_id atom_interned_node(struct turn *turn, rc_ref ref, int64_t number);

/* The atom in a cell, as a key. */
node_id atom_hold(struct turn *turn, rc_loc *cell, unsigned number);

#endif
