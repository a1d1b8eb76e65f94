/* Orders and nodes on machines that hwloc makes up, and binding on the one that runs this. */
#include "alloc/base/topology.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cmocka.h>

typedef const struct processor *order(const struct topology *topology, unsigned index);

/* The numbers in an order, as "0 2 1 3". */
static const char *numbers(const struct topology *t, order *next)
{
    static char text[512];
    size_t length = 0;
    text[0] = '\0';
    for (unsigned i = 0; i < topology_processors(t); i++)
        length += (size_t)snprintf(text + length, sizeof(text) - length, i == 0 ? "%u" : " %u",
                                   next(t, i)->number);
    return text;
}

/* Expects the first processors of both orders. */
static void expect_orders(const char *description, const char *allowed, const char *near,
                          const char *spread)
{
    struct topology *t = topology_synthetic(description, allowed);
    assert_string_equal(numbers(t, topology_near), near);
    assert_string_equal(numbers(t, topology_spread), spread);
    topology_destroy(t);
}

static void cores_come_before_their_second_threads(void **state)
{
    (void)state;
    expect_orders("pack:1 core:4 pu:2", NULL, "0 2 4 6 1 3 5 7", "0 2 4 6 1 3 5 7");
}

static void packages_take_turns_when_spread(void **state)
{
    (void)state;
    expect_orders("pack:2 numa:1 l3:1 core:3 pu:1", NULL, "0 1 2 3 4 5", "0 3 1 4 2 5");
}

static void spread_takes_packages_then_caches_then_cores(void **state)
{
    (void)state;
    expect_orders("pack:2 numa:1 l3:2 core:4 pu:2", NULL,
                  "0 2 4 6 8 10 12 14 16 18 20 22 24 26 28 30 "
                  "1 3 5 7 9 11 13 15 17 19 21 23 25 27 29 31",
                  "0 16 8 24 2 18 10 26 4 20 12 28 6 22 14 30 "
                  "1 17 9 25 3 19 11 27 5 21 13 29 7 23 15 31");
}

static void spread_takes_nodes_before_caches(void **state)
{
    (void)state;
    expect_orders("pack:1 numa:4 l3:2 core:2 pu:1", NULL, "0 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15",
                  "0 4 8 12 2 6 10 14 1 5 9 13 3 7 11 15");
}

static void one_core(void **state)
{
    (void)state;
    expect_orders("core:1 pu:1", NULL, "0", "0");
    expect_orders("core:1 pu:2", NULL, "0 1", "0 1");
}

/* Of the first package a core and a half, of the second one cache. */
static void restrictions_may_be_uneven(void **state)
{
    (void)state;
    expect_orders("pack:2 numa:1 l3:2 core:2 pu:2", "0-1,3,12-15", "0 3 12 14 1 13 15",
                  "0 12 3 14 1 13 15");
    struct topology *t = topology_synthetic("pack:2 numa:1 l3:2 core:2 pu:2", "0-1,3,12-15");
    const struct processor *half = topology_processor(t, 2);
    assert_int_equal(half->number, 3);
    assert_int_equal(half->thread, 0); /* the first that is left of its core */
    assert_int_equal(half->core, 1);
    topology_destroy(t);
}

static void groups_are_numbered_over_the_machine(void **state)
{
    (void)state;
    struct topology *t = topology_synthetic("pack:2 numa:2 l3:2 core:2 pu:2", NULL);
    assert_int_equal(topology_processors(t), 32);
    for (unsigned i = 0; i < 32; i++) {
        const struct processor *p = topology_processor(t, i);
        assert_int_equal(p->number, i);
        assert_int_equal(p->thread, i % 2);
        assert_int_equal(p->core, i / 2);
        assert_int_equal(p->cache, i / 4);
        assert_int_equal(p->node, i / 8);
        assert_int_equal(p->package, i / 16);
    }
    topology_destroy(t);
}

static void nodes_tell_their_memory(void **state)
{
    (void)state;
    struct topology *t = topology_synthetic("numa:4(memory=4096) core:2 pu:1", "2-7");
    assert_int_equal(topology_nodes(t), 3);
    for (unsigned node = 0; node < 3; node++) {
        assert_int_equal(topology_node_number(t, node), node + 1);
        assert_int_equal(topology_node_bytes(t, node), 4096);
    }
    topology_destroy(t);
}

static void caches_tell_their_size(void **state)
{
    (void)state;
    struct topology *t =
        topology_synthetic("pack:1 l3:2(size=8MB) l2:2(size=1MB) core:1 pu:1", NULL);
    for (unsigned cache = 0; cache < 2; cache++) {
        assert_int_equal(topology_cache_level(t, cache), 3);
        assert_int_equal(topology_cache_bytes(t, cache), 8000000);
    }
    topology_destroy(t);
    t = topology_synthetic("pack:1 core:2 pu:1", NULL);
    assert_int_equal(topology_cache_level(t, 0) + topology_cache_bytes(t, 0), 0);
    assert_int_equal(topology_processor(t, 1)->cache, 0); /* none told of: one */
    topology_destroy(t);
}

static void nothing_is_bound_on_a_machine_that_is_made_up(void **state)
{
    (void)state;
    char page[4096];
    struct topology *t = topology_synthetic("numa:2 core:1 pu:1", NULL);
    assert_false(topology_is_real(t));
    assert_false(topology_bind(t, topology_processor(t, 0)));
    assert_false(topology_prefer(t, page, sizeof page, 1));
    assert_int_equal(topology_node_here(t), 0);
    topology_destroy(t);
}

static unsigned processor_here(void)
{
    unsigned number = 0;
    assert_int_equal(syscall(SYS_getcpu, &number, NULL, NULL), 0);
    return number;
}

/* On how many processors the calling thread may run. */
static unsigned processors_allowed(void)
{
    uint64_t set[128] = {0};
    assert_true(syscall(SYS_sched_getaffinity, 0, sizeof set, set) > 0);
    unsigned count = 0;
    for (unsigned i = 0; i < 128; i++)
        count += (unsigned)__builtin_popcountll(set[i]);
    return count;
}

static void threads_run_where_they_are_bound(void **state)
{
    (void)state;
    const struct topology *machine = topology_machine();
    if (!topology_is_real(machine))
        skip();
    for (unsigned i = 0; i < topology_processors(machine); i++) {
        const struct processor *p = topology_near(machine, i);
        assert_true(topology_bind(machine, p));
        assert_int_equal(processor_here(), p->number);
        assert_int_equal(processors_allowed(), 1);
        assert_int_equal(topology_node_here(machine), p->node);
    }
    topology_unbind(machine);
    assert_int_equal(processors_allowed(), topology_processors(machine));
}

static void the_machine_is_loaded_once(void **state)
{
    (void)state;
    assert_ptr_equal(topology_machine(), topology_machine());
    assert_true(topology_nodes(topology_machine()) >= 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(cores_come_before_their_second_threads),
        cmocka_unit_test(packages_take_turns_when_spread),
        cmocka_unit_test(spread_takes_packages_then_caches_then_cores),
        cmocka_unit_test(spread_takes_nodes_before_caches),
        cmocka_unit_test(one_core),
        cmocka_unit_test(restrictions_may_be_uneven),
        cmocka_unit_test(groups_are_numbered_over_the_machine),
        cmocka_unit_test(nodes_tell_their_memory),
        cmocka_unit_test(caches_tell_their_size),
        cmocka_unit_test(nothing_is_bound_on_a_machine_that_is_made_up),
        cmocka_unit_test(threads_run_where_they_are_bound),
        cmocka_unit_test(the_machine_is_loaded_once),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
