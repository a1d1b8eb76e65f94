/* Marking in several passes: what is on the stack is in no other place. */
#include "tests/gc/fake_client.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

enum { MANY = 4000, FEW = 20, OLDEST = GC_GENERATIONS - 1 };

static int begin(void **state)
{
    (void)state;
    fake_start(MANY + FEW + 5);
    return 0;
}

static int end(void **state)
{
    (void)state;
    fake_stop();
    return 0;
}

/*
 * In memory: hidden, leaf, few, many, hub, near, root; the root refers to the many and, last, to the hub, so that the first
 * pass finds its stack full and leaves the hub to the second.  There the cursor is past leaf and few, and near waits in
 * the queue, when the hub is marked from: it puts leaf on the stack, then near, then few.  If near went there while it waits,
 * marking from it would cut off what lies below, which is leaf, and hidden would be lost.
 */
static void what_waits_is_not_pushed(void **state)
{
    (void)state;
    struct fake_node *hidden = fake_new();
    struct fake_node *leaf = fake_new();
    struct fake_node *few[FEW];
    struct fake_node *many[MANY];
    fake_link(leaf, hidden);
    for (size_t i = 0; i < FEW; i++)
        few[i] = fake_new();
    for (size_t i = 0; i < MANY; i++)
        many[i] = fake_new();
    struct fake_node *hub = fake_new();
    struct fake_node *near = fake_new();
    struct fake_node *root = fake_new();
    fake_link(hub, leaf);
    fake_link(hub, near);
    for (size_t i = 0; i < FEW; i++)
        fake_link(hub, few[i]);
    for (size_t i = 0; i < MANY; i++)
        fake_link(root, many[i]);
    fake_link(root, hub);
    for (struct fake_node *node = fake_heap.nodes; node != root; node++)
        fake_release(node);
    assert_int_equal(gc_collect(fake_heap.T, OLDEST), 0);
    assert_int_equal(fake_heap.live, MANY + FEW + 5);
    for (const struct fake_node *node = fake_heap.nodes; node <= root; node++)
        assert_false(gc_head_has(&node->head, GC_CANDIDATE | GC_REACHABLE | GC_PASSED));
    fake_release(root);
    assert_int_equal(fake_heap.live, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(what_waits_is_not_pushed, begin, end),
    };
    return FAKE_RUN_BOTH("passes", tests);
}
