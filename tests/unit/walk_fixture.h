/* What the tests of the walk share: one heap, and what a walk finds there. */
#ifndef TESTS_UNIT_WALK_FIXTURE_H
#define TESTS_UNIT_WALK_FIXTURE_H

#include "tests/unit/blocks.h"

#include "alloc/walk.h"

#include <stdlib.h>

static struct heap heap;

/* What a walk found, in its order. */
enum { MOST = 40000 };
static struct found {
    size_t length;
    void *blocks[MOST];
} found;

static inline void note(void *block, void *context)
{
    struct found *into = context;
    assert_true(into->length < MOST);
    into->blocks[into->length++] = block;
}

static inline size_t walk(enum walk_set set)
{
    found.length = 0;
    walk_containers(set, COLLECTOR, note, &found);
    return found.length;
}

static inline bool is_found(const void *block)
{
    for (size_t i = 0; i < found.length; i++)
        if (found.blocks[i] == block)
            return true;
    return false;
}

static inline bool walk_finds(enum walk_set set, const void *block)
{
    walk(set);
    return is_found(block);
}

static inline void *new_container(size_t size)
{
    void *block = take_block(&heap, BLOCK_CONTAINER, size);
    assert_non_null(block);
    set_collector_word(block, 3);
    return block;
}

static inline int begin(void **state)
{
    (void)state;
    heap_init(&heap);
    return 0;
}

static inline int end(void **state)
{
    (void)state;
    heap_flush(&heap);
    assert_int_equal(walk(WALK_ALL), 0);
    assert_nothing_left();
    return 0;
}

#endif
