/*
 * What tests of a single heap share: the heap, made before each test; valid, flushed and without anything left after it.
 */
#ifndef TESTS_UNIT_ONE_HEAP_H
#define TESTS_UNIT_ONE_HEAP_H

#include "tests/unit/blocks.h"

static struct heap heap;

static int begin(void **state)
{
    (void)state;
    heap_init(&heap);
    return 0;
}

static int end(void **state)
{
    (void)state;
    assert_true(heap_is_valid(&heap));
    heap_flush(&heap);
    assert_nothing_left();
    return 0;
}

#endif
