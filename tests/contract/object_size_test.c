/*
 * Sizes: what blocks an object takes, its type's formula in words (runtimes/object/size.h), and that under gil no object takes
 * more than in classic CPython or CPython 3.11, whichever is smaller.  The formulas themselves are a case of conformance.
 */
#include "tests/contract/rc_fixture.h"

#include "runtimes/object/set.h"
#include "runtimes/object/size.h"

#include <stdlib.h>

enum { FEW = 10 };

/* A table for each kind: how one of n is made. */
typedef rc_ref maker(struct thread *T, size_t n);

static rc_ref make_str(struct thread *T, size_t n)
{
    rc_ref ref = str_new_uninitialised(T, n);
    assert_false(ref_is_null(ref));
    memset(str_buffer(ref), 'x', n);
    return ref;
}

static rc_ref make_tuple(struct thread *T, size_t n)
{
    rc_ref *items = calloc(n + 1, sizeof *items);
    assert_non_null(items);
    for (size_t i = 0; i < n; i++)
        items[i] = none_ref(T);
    rc_ref tuple = tuple_new(T, n, items);
    free(items);
    return tuple;
}

static rc_ref make_list(struct thread *T, size_t n)
{
    RC_FRAME(T, f, 1);
    f[0] = rc_move(T, list_new(T, n));
    for (size_t i = 0; i < n; i++)
        assert_true(list_append(T, f[0], none_ref(T)));
    rc_ref list = cell_own(T, &f[0]);
    RC_LEAVE(T, f);
    return list;
}

static rc_ref make_dict(struct thread *T, size_t n)
{
    RC_FRAME(T, f, 2);
    f[0] = rc_move(T, dict_new(T));
    for (size_t i = 0; i < n; i++) {
        f[1] = rc_move(T, int_new(T, (int64_t)i));
        assert_true(dict_set(T, f[0], f[1], none_ref(T)));
        rc_clear(T, &f[1]);
    }
    rc_ref dict = cell_own(T, &f[0]);
    RC_LEAVE(T, f);
    return dict;
}

static rc_ref make_set(struct thread *T, size_t n)
{
    RC_FRAME(T, f, 2);
    f[0] = rc_move(T, set_new(T));
    for (size_t i = 0; i < n; i++) {
        f[1] = rc_move(T, int_new(T, (int64_t)i));
        assert_true(set_add(T, f[0], f[1]));
        rc_clear(T, &f[1]);
    }
    rc_ref set = cell_own(T, &f[0]);
    RC_LEAVE(T, f);
    return set;
}

static size_t measure(struct thread *T, rc_ref ref)
{
    RC_FRAME(T, f, 1);
    assert_false(ref_is_null(ref));
    f[0] = rc_move(T, ref);
    const size_t size = obj_size(obj_get(f[0]));
    const size_t block = obj_block_bytes(obj_get(f[0]));
    assert_true(block == 0 || block >= size);
    rc_clear(T, &f[0]);
    RC_LEAVE(T, f);
    return size;
}

/* An object and its table are all that its making takes from the heap. */
static void blocks_are_what_the_heap_gave(void **state)
{
    struct thread *T = *state;
    static const struct {
        maker *make;
        size_t blocks;
    } cases[] = {{make_str, 1}, {make_tuple, 1}, {make_list, 2}, {make_dict, 2}, {make_set, 2}};
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        runtime_settle(T);
        const size_t before = runtime_census().blocks;
        rc_ref object = cases[i].make(T, 5);
        assert_int_equal(runtime_census().blocks - before, cases[i].blocks);
        rc_release(T, object);
    }
}

/* --- in words ------------------------------------------------------------------------------------------------------- */

static void assert_says(enum obj_kind kind, const char *format, size_t a, size_t b)
{
    char said[SIZE_TEXT];
    char expected[SIZE_TEXT];
    snprintf(expected, sizeof expected, format, a, b);
    size_describe(kind, said);
    assert_string_equal(said, expected);
}

static void formulas_in_words(void **state)
{
    (void)state;
    assert_says(OBJ_NONE, "%zu", sizeof(struct obj), 0);
    assert_says(OBJ_STR, "%zu + n", size_formula(OBJ_STR, 0), 0);
    assert_says(OBJ_TUPLE, "%zu + %zu n", size_formula(OBJ_TUPLE, 0), 8);
    assert_says(OBJ_LIST, "%zu; %zu + 8 n", size_formula(OBJ_LIST, 0),
                size_formula(OBJ_LIST, 1) - 8);
    assert_says(OBJ_DICT, "%zu; %zu + 24 e + i", size_formula(OBJ_DICT, 0),
                size_formula(OBJ_DICT, 5) - (size_t)5 * 24 - 8);
    assert_says(OBJ_SET, "%zu; %zu + 16 e + i", size_formula(OBJ_SET, 0),
                size_formula(OBJ_SET, 5) - (size_t)5 * 16 - 8);
    assert_says(OBJ_INSTANCE, "%zu + %zu n", sizeof(struct container), 8);
}

/* --- against CPython ------------------------------------------------------------------------------------------------ */

static void never_above(struct thread *T, rc_ref ref, size_t most)
{
    assert_in_range(measure(T, ref), 1, most);
}

static void not_above_cpython(void **state)
{
    struct thread *T = *state;
    if (sizeof(struct rc_header) > 8 || LINKS > 0)
        skip(); /* the classic header has one word for the count, and ours one for the collector */
    never_above(T, none_ref(T), 16);
    never_above(T, bool_ref(T, true), 24);
    never_above(T, int_new(T, 1 << 20), 24);
    never_above(T, float_new(T, 0.5), 24);
    for (size_t n = 0; n < FEW; n++) {
        never_above(T, make_str(T, n), 37 + n);
        never_above(T, make_tuple(T, n), 40 + 8 * n);
        never_above(T, make_list(T, n), 56 + 8 * n);
    }
    never_above(T, make_dict(T, 0), 64);
    for (size_t n = 1; n <= 5; n++)
        never_above(T, make_dict(T, n), 232);
    never_above(T, make_set(T, 0), 216);
    never_above(T, make_set(T, 9), 728);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        OBJECT_TEST(blocks_are_what_the_heap_gave),
        OBJECT_TEST(formulas_in_words),
        OBJECT_TEST(not_above_cpython),
    };
    return cmocka_run_group_tests_name("object size " RC_NAME, tests, NULL, NULL);
}
