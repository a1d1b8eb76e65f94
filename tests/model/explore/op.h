/*
 * Operations: what one step of a model's thread does to one object that threads share.
 */
#ifndef TESTS_MODEL_EXPLORE_OP_H
#define TESTS_MODEL_EXPLORE_OP_H

#include <stdbool.h>
#include <stdint.h>

enum op_kind {
    OP_RESUME,  /* goes on after a sleep; touches nothing */
    OP_TIMEOUT, /* the same, since nobody woke it in time */
    OP_YIELD,   /* lets others go on first; touches nothing */
    OP_LOAD,
    OP_AWAIT, /* can run when `ready` says so of the object */
    OP_STORE,
    OP_EXCHANGE,
    OP_ADD,
    OP_SUBTRACT,
    OP_AND,
    OP_OR,
    OP_CAS,
    OP_BARRIER, /* of all threads at once: what has been written is what will be read */
    OP_SLEEP,   /* futex: sleeps if the word is as expected */
    OP_WAKE,    /* futex: wakes at most `operand` sleepers */
};

struct op {
    enum op_kind kind;
    int order;         /* memory_order_... */
    int failure_order; /* of a CAS that finds something else */
    unsigned size;     /* in bytes */
    void *object;
    uint64_t operand;
    uint64_t expected;
    uint64_t deadline; /* of OP_SLEEP, on the machine's clock; 0: none */
    bool (*ready)(const void *object);
    const void *place; /* in the code */
};

/* Whether it leaves everything as it is. */
static inline bool op_only_reads(const struct op *op) { return op->kind <= OP_AWAIT; }

/* Whether it is no access to the object, but a wait of some kind. */
static inline bool op_only_waits(const struct op *op)
{
    return op->kind <= OP_YIELD || op->kind == OP_AWAIT || op->kind >= OP_SLEEP;
}

/* Whether two operations of different threads that follow one another lead to the same in either order. */
static inline bool op_commutes(const struct op *a, const struct op *b)
{
    if (a->kind == OP_BARRIER || b->kind == OP_BARRIER)
        return op_only_waits(a) || op_only_waits(b);
    return a->object != b->object || (op_only_reads(a) && op_only_reads(b));
}

#endif
