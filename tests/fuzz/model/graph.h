/*
 * The model: what there should be, as simply as it can be said.
 *
 * A node for each object ever made, numbered from 1; 0 is null.  It knows its referents in the order of its slots, and where
 * it really is.  Nothing is counted: references are found by looking at all nodes and roots each time they are needed.
 *
 *   alive     the object may exist.  Made so, and ended by graph_end or when its address is found to be another's
 *   certain   the object exists: what is left if everything to which nobody refers is taken away, again and again
 *
 * What is alive and not certain has lost its last reference, but a strategy may end it later: it may be queued to its owner
 * or wait for a grace period.  Cyclic garbage is certain until a collection.
 *
 *   private   no other thread than the one that made it has ever been able to reach it: where death is prompt, such an
 *             object dies at once
 *
 * Roots are the registers of each seat, the globals and whatever finalizers saved; where nothing is freed, all there is.
 */
#ifndef TESTS_FUZZ_MODEL_GRAPH_H
#define TESTS_FUZZ_MODEL_GRAPH_H

#include "runtimes/object/header.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
    SEATS = RC_MAX_THREADS < 3 ? RC_MAX_THREADS : 3, /* threads at a time */
    REGISTERS = 6,
    GLOBALS = 4,
    NODES = 4096, /* made in one script */
};

typedef uint16_t node_id;

struct node {
    enum obj_kind kind;
    const struct type *type;
    const struct rc_header *address;
    bool alive;
    bool certain;
    bool reached;   /* of the last graph_reach */
    bool lost;      /* not reached when a collection of this step began that nobody foretold */
    bool condemned; /* found unreachable by the collection that runs */
    bool pardoned;  /* the same, but brought back since */
    bool immortal;
    bool interned;
    bool shared; /* not private */
    bool saved;  /* a root: its finalizer has brought it back */
    bool finalized;
    bool frozen;
    uint8_t generation;
    uint8_t maker;     /* the seat */
    size_t references; /* of the last graph_count */
    int64_t value;     /* of an int, a float, a str */
    node_id *slots;
    size_t length;
    size_t room;

    /* of weak references */
    node_id target; /* 0: null */
    bool calls;     /* has a callback */
    bool called;
    bool owed;   /* its target has ended: the callback should have run */
    bool silent; /* or it must not any more: it was garbage itself */
};

struct graph {
    struct node nodes[NODES];
    size_t used; /* nodes[1..used) */
    node_id live[NODES];
    size_t living; /* how many are alive; immortal ones are not in `live` */
    node_id registers[SEATS][REGISTERS];
    node_id globals[GLOBALS];
};

extern struct graph graph;

void graph_reset(void);

static inline struct node *node_at(size_t id) { return &graph.nodes[id]; }

/* A new object at that address, where nobody is alive. */
node_id graph_add(const struct rc_header *address, unsigned seat);

/* The node of an immortal object, made if there is none. */
node_id graph_immortal(const struct rc_header *address);

/* Who is alive at that address; 0 if nobody is. */
node_id graph_find(const struct rc_header *address);

/* Slots of a node. */
void node_append(struct node *node, node_id referent);
void node_remove(struct node *node, size_t index, size_t length);

/* Equal as values, as keys of dicts and sets are compared. */
bool graph_equals(node_id a, node_id b);

/* Sets `reached` of what roots reach. */
void graph_reach(void);

/* And of what one more node reaches. */
void graph_reach_also(node_id id);

/* What roots do not reach now is lost; and nothing is, for the next step. */
void graph_lose(void);
void graph_forget_lost(void);

/* Sets `references`: from roots and from what is alive. */
void graph_count(void);

/* Ends what nobody refers to, and what only that referred to: all of it, or what is private.  Whose finalizer is due
 * must not be among it. */
void graph_end(bool all);

/* Sets `certain`. */
void graph_be_certain(void);

/* Marks as shared what is reached from globals or from another thread than its maker. */
void graph_share(void);

/* All that the seat made is shared: its thread ends. */
void graph_share_all(unsigned seat);

/* The object does not exist any more. */
void graph_die(node_id id);

/* The weak references to a node become null.  What is garbage itself is called back no more; the callbacks of the others
 * are owed, unless they have run. */
void graph_null_weak(node_id target);

/* How many objects on heaps are alive, and certain. */
size_t graph_living(void);
size_t graph_certain(void);

#endif
