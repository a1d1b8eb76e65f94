/*
 * Nodes: instances of two fields, and what is tied of them.
 */
#ifndef TESTS_CONFORMANCE_NODE_H
#define TESTS_CONFORMANCE_NODE_H

#include "tests/conformance/case.h"
#include "tests/conformance/cell.h"

static const char *const node_fields[] = {"link", "cargo"};
enum { NODE_LINK, NODE_CARGO };

#define NODE_TYPE(name) INSTANCE_TYPE(name, node_fields)
#define NODE_TYPE_FINALIZED(name, finalizer) INSTANCE_TYPE_FINALIZED(name, node_fields, finalizer)

static inline rc_ref node_new(struct thread *T, const struct type *type, rc_ref link, rc_ref cargo)
{
    return sure_instance(T, type, (rc_ref[]){link, cargo});
}

/* A node that refers to itself. */
static inline rc_ref node_loop(struct thread *T, const struct type *type, rc_ref cargo)
{
    RC_FRAME(T, f, 1);
    f[0] = rc_move(T, node_new(T, type, RC_NULL_REF, cargo));
    instance_set(T, f[0], NODE_LINK, cell_ref(T, f[0]));
    rc_ref loop = cell_own(T, &f[0]);
    RC_LEAVE(T, f);
    return loop;
}

/* One of n nodes that refer to each other in a ring, each with a text of its own as cargo, if there is one. */
static inline rc_ref node_ring(struct thread *T, const struct type *type, size_t n,
                               const char *cargo)
{
    RC_FRAME(T, f, 2);
    for (size_t i = 0; i < n; i++) {
        rc_ref text = cargo != NULL ? sure_text(T, cargo) : RC_NULL_REF;
        f[1] = rc_move(T, node_new(T, type, cell_own(T, &f[1]), text));
        if (i == 0)
            f[0] = rc_dup(T, f[1]);
    }
    instance_set(T, f[0], NODE_LINK, cell_own(T, &f[1]));
    rc_ref first = cell_own(T, &f[0]);
    RC_LEAVE(T, f);
    return first;
}

/* How many nodes a ring has: after that many links one is back. */
static inline size_t node_ring_length(struct thread *T, rc_loc first)
{
    size_t length = 1;
    RC_FRAME(T, f, 2);
    f[0] = instance_get(T, first, NODE_LINK);
    while (rc_get(f[0]) != rc_get(first)) {
        EXPECT(!loc_is_null(f[0]), "a ring that is whole (%zu nodes of it were)", length);
        f[1] = instance_get(T, f[0], NODE_LINK);
        rc_clear(T, &f[0]);
        f[0] = rc_move(T, cell_own(T, &f[1]));
        length++;
    }
    rc_clear(T, &f[0]);
    RC_LEAVE(T, f);
    return length;
}

/* Whether a field is the text. */
static inline bool node_says(struct thread *T, rc_loc node, uint32_t field, const char *text)
{
    RC_FRAME(T, f, 1);
    f[0] = instance_get(T, node, field);
    bool says = !loc_is_null(f[0]) && obj_is(obj_get(f[0]), OBJ_STR) &&
                strcmp(str_text(obj_get(f[0])), text) == 0;
    rc_clear(T, &f[0]);
    RC_LEAVE(T, f);
    return says;
}

/* A tuple that no collection looks at, since its maker never said that it is ready. */
static inline rc_ref node_untraversed(struct thread *T, rc_ref item)
{
    rc_ref ref = sure_container(T, &tuple_type, tuple_bytes(1));
    struct tuple_obj *tuple = (struct tuple_obj *)obj_of(ref.p);
    tuple->length = 1;
    rc_init_cslot(T, &tuple->items[0], item);
    return ref;
}

/* Objects that are alive, and containers that a collection of everything finds. */
#define EXPECT_OBJECTS(T, n) EXPECT_EQUAL(case_objects(T), n, "objects alive")
#define EXPECT_COLLECTED(T, n) EXPECT_EQUAL(case_collect(T), n, "unreachable containers")

#endif
