/* Dicts: against a naive model, order, removal, keys of all kinds, counts and sizes. */
#include "tests/contract/object_dict_ints.h"

static void empty_has_nothing(void **state)
{
    struct thread *T = *state;
    RC_FRAME(T, f, 2);
    size_t position = 0;
    int64_t key = 0;
    int64_t value = 0;
    f[0] = rc_move(T, dict_new(T));
    assert_int_equal(dict_length(T, f[0]), 0);
    assert_int_equal(get_int(T, f[0], 1), -1);
    assert_false(delete_int(T, f[0], 1));
    assert_false(next_ints(T, f[0], &position, &key, &value));
    cell_drop(T, &f[0]);
    RC_LEAVE(T, f);
}

static void sets_gets_and_replaces(void **state)
{
    needs_frees();
    struct thread *T = *state;
    RC_FRAME(T, f, 1);
    f[0] = rc_move(T, dict_new(T));
    assert_true(set_int(T, f[0], 1000, 1));
    assert_true(set_int(T, f[0], 2000, 2000));
    assert_true(set_int(T, f[0], 1000, 3000));
    assert_int_equal(dict_length(T, f[0]), 2);
    assert_int_equal(get_int(T, f[0], 1000), 3000);
    assert_int_equal(get_int(T, f[0], 2000), 2000);
    assert_int_equal(get_int(T, f[0], 3000), -1);
    assert_int_equal(live_objects(T), 5); /* the dict, two keys, two values */
    cell_drop(T, &f[0]);
    assert_int_equal(live_objects(T), 0);
    RC_LEAVE(T, f);
}

/* --- a naive model: arrays in order of insertion ---------------------------------------------- */

enum { MODEL = 600 };

struct model {
    size_t length;
    int64_t keys[MODEL];
    int64_t values[MODEL];
};

static size_t model_find(const struct model *m, int64_t key)
{
    size_t i = 0;
    while (i < m->length && m->keys[i] != key)
        i++;
    return i;
}

static void model_set(struct model *m, int64_t key, int64_t value)
{
    size_t i = model_find(m, key);
    m->length += i == m->length;
    m->keys[i] = key;
    m->values[i] = value;
}

static bool model_delete(struct model *m, int64_t key)
{
    size_t i = model_find(m, key);
    if (i == m->length)
        return false;
    m->length--;
    memmove(&m->keys[i], &m->keys[i + 1], (m->length - i) * sizeof m->keys[0]);
    memmove(&m->values[i], &m->values[i + 1], (m->length - i) * sizeof m->values[0]);
    return true;
}

static void assert_same_in_order(struct thread *T, rc_loc dict, const struct model *m)
{
    size_t position = 0;
    size_t i = 0;
    int64_t key = 0;
    int64_t value = 0;
    assert_int_equal(dict_length(T, dict), m->length);
    for (; next_ints(T, dict, &position, &key, &value); i++) {
        assert_int_equal(key, m->keys[i]);
        assert_int_equal(value, m->values[i]);
    }
    assert_int_equal(i, m->length);
}

/* `bias` of 256 operations insert. */
static void random_operation(struct thread *T, rc_loc dict, struct model *m, uint64_t *seed,
                             unsigned bias)
{
    const uint64_t dice = random_next(seed);
    const int64_t key = (int64_t)(dice >> 32) % MODEL * 1000;
    if ((dice & 255) < bias) {
        const int64_t value = (int64_t)(dice >> 16 & 0xffff);
        assert_true(set_int(T, dict, key, value));
        model_set(m, key, value);
    } else {
        assert_int_equal(delete_int(T, dict, key), model_delete(m, key));
    }
    const int64_t other = (int64_t)(random_next(seed) % MODEL) * 1000;
    const size_t found = model_find(m, other);
    assert_int_equal(get_int(T, dict, other), found < m->length ? m->values[found] : -1);
}

static void agrees_with_a_naive_model(void **state)
{
    needs_frees();
    struct thread *T = *state;
    static const unsigned biases[] = {200, 128, 60, 240, 20, 128};
    struct model *m = test_calloc(1, sizeof *m);
    uint64_t seed = 20240229;
    RC_FRAME(T, f, 1);
    f[0] = rc_move(T, dict_new(T));
    for (size_t phase = 0; phase < sizeof biases / sizeof biases[0]; phase++) {
        for (int i = 0; i < 2000; i++) {
            random_operation(T, f[0], m, &seed, biases[phase]);
            if (i % 100 == 0)
                assert_same_in_order(T, f[0], m);
        }
    }
    assert_same_in_order(T, f[0], m);
    cell_drop(T, &f[0]);
    test_free(m);
    assert_int_equal(live_objects(T), 0);
    RC_LEAVE(T, f);
}

/* --- order and size --------------------------------------------------------------------------- */

static void a_key_inserted_again_comes_last(void **state)
{
    struct thread *T = *state;
    static const int64_t expected[] = {3000, 5000, 1000};
    size_t position = 0;
    int64_t key = 0;
    int64_t value = 0;
    RC_FRAME(T, f, 1);
    f[0] = rc_move(T, dict_new(T));
    set_int(T, f[0], 1000, 0);
    set_int(T, f[0], 3000, 0);
    set_int(T, f[0], 5000, 0);
    assert_true(delete_int(T, f[0], 1000));
    assert_false(delete_int(T, f[0], 1000));
    set_int(T, f[0], 3000, 1); /* replacing keeps the place */
    set_int(T, f[0], 1000, 2);
    for (int i = 0; i < 3; i++) {
        assert_true(next_ints(T, f[0], &position, &key, &value));
        assert_int_equal(key, expected[i]);
    }
    assert_false(next_ints(T, f[0], &position, &key, &value));
    cell_drop(T, &f[0]);
    RC_LEAVE(T, f);
}

static void grows_and_empties(void **state)
{
    needs_frees();
    struct thread *T = *state;
    enum { KEYS = 100000 };
    RC_FRAME(T, f, 1);
    f[0] = rc_move(T, dict_new(T));
    for (int64_t i = 0; i < KEYS; i++)
        assert_true(set_int(T, f[0], i * 7, i));
    assert_int_equal(dict_length(T, f[0]), KEYS);
    for (int64_t i = 0; i < KEYS; i++)
        assert_int_equal(get_int(T, f[0], i * 7), i);
    assert_int_equal(get_int(T, f[0], 1), -1);
    for (int64_t i = 0; i < KEYS; i++)
        assert_true(delete_int(T, f[0], i * 7));
    assert_int_equal(dict_length(T, f[0]), 0);
    assert_int_equal(live_objects(T), 1);
    assert_true(set_int(T, f[0], 1, 1000));
    assert_int_equal(get_int(T, f[0], 1), 1000);
    cell_drop(T, &f[0]);
    RC_LEAVE(T, f);
}

/* A queue of keys: its table must not grow with the number of keys that have passed through. */
static void churn_keeps_the_table_small(void **state)
{
    struct thread *T = *state;
    RC_FRAME(T, f, 1);
    f[0] = rc_move(T, dict_new(T));
    for (int64_t i = 0; i < 20000; i++) {
        assert_true(set_int(T, f[0], i, i));
        if (i >= 10)
            assert_true(delete_int(T, f[0], i - 10));
        assert_int_equal(get_int(T, f[0], i), i);
    }
    assert_int_equal(dict_length(T, f[0]), 10);
    assert_in_range(obj_size(obj_get(f[0])), 0,
                    sizeof(struct dict_obj) + 64 * sizeof(struct dict_entry));
    cell_drop(T, &f[0]);
    RC_LEAVE(T, f);
}

static void walk_survives_removals(void **state)
{
    struct thread *T = *state;
    size_t position = 0;
    int64_t seen = 0;
    int64_t key = 0;
    int64_t value = 0;
    RC_FRAME(T, f, 1);
    f[0] = rc_move(T, dict_new(T));
    for (int64_t i = 0; i < 1000; i++)
        set_int(T, f[0], i, i);
    while (next_ints(T, f[0], &position, &key, &value)) {
        assert_int_equal(key, seen);
        delete_int(T, f[0], key);
        delete_int(T, f[0], key + 1);
        seen += 2;
    }
    assert_int_equal(seen, 1000);
    assert_int_equal(dict_length(T, f[0]), 0);
    cell_drop(T, &f[0]);
    RC_LEAVE(T, f);
}

/* --- keys ------------------------------------------------------------------------------------- */

/* Sets dict[key] and tells how many keys there are then. */
static size_t length_with(struct thread *T, rc_loc dict, rc_ref key)
{
    RC_FRAME(T, f, 2);
    f[0] = rc_move(T, key);
    assert_true(dict_set(T, dict, f[0], text_ref(T, "value")));
    f[1] = dict_get(T, dict, f[0]);
    assert_false(loc_is_null(f[1]));
    cell_drop(T, &f[1]);
    cell_drop(T, &f[0]);
    RC_LEAVE(T, f);
    return dict_length(T, dict);
}

static rc_ref pair_key(struct thread *T, int64_t first, const char *second)
{
    return tuple_new(T, 2, (rc_ref[]){int_new(T, first), text_ref(T, second)});
}

static void keys_of_every_kind(void **state)
{
    needs_frees();
    struct thread *T = *state;
    RC_FRAME(T, f, 1);
    f[0] = rc_move(T, dict_new(T));
    assert_int_equal(length_with(T, f[0], text_ref(T, "1")), 1);
    assert_int_equal(length_with(T, f[0], text_ref(T, "1")), 1);
    assert_int_equal(length_with(T, f[0], str_intern(T, "1", 1)), 1);
    assert_int_equal(length_with(T, f[0], int_new(T, 1)), 2);
    assert_int_equal(length_with(T, f[0], float_new(T, 1.0)), 2);
    assert_int_equal(length_with(T, f[0], bool_ref(T, true)), 2);
    assert_int_equal(length_with(T, f[0], none_ref(T)), 3);
    assert_int_equal(length_with(T, f[0], float_new(T, 1.5)), 4);
    assert_int_equal(length_with(T, f[0], pair_key(T, 1, "x")), 5);
    assert_int_equal(length_with(T, f[0], pair_key(T, 1, "x")), 5);
    assert_int_equal(length_with(T, f[0], pair_key(T, 1, "y")), 6);
    assert_int_equal(length_with(T, f[0], list_new(T, 0)), 7); /* by identity */
    assert_int_equal(length_with(T, f[0], list_new(T, 0)), 8);
    cell_drop(T, &f[0]);
    assert_int_equal(live_objects(T), 0);
    RC_LEAVE(T, f);
}

/* A fraction has the hash of the int that its bits make: equal hashes, all 64 bits of them, of
 * unequal keys. */
static void colliding_keys_stay_apart(void **state)
{
    struct thread *T = *state;
    const double value = 0.1;
    int64_t bits;
    memcpy(&bits, &value, sizeof bits);
    RC_FRAME(T, f, 3);
    f[0] = rc_move(T, dict_new(T));
    f[1] = rc_move(T, int_new(T, bits));
    f[2] = rc_move(T, float_new(T, value));
    assert_int_equal(obj_hash(obj_get(f[1])), obj_hash(obj_get(f[2])));
    assert_true(dict_set(T, f[0], f[1], none_ref(T)));
    assert_true(loc_is_null(dict_get(T, f[0], f[2])));
    assert_true(dict_set(T, f[0], f[2], none_ref(T)));
    assert_int_equal(dict_length(T, f[0]), 2);
    assert_true(dict_delete(T, f[0], f[1]));
    rc_loc found = dict_get(T, f[0], f[2]);
    assert_true(obj_is_none(obj_get(found)));
    rc_drop(T, found);
    for (int i = 0; i < 3; i++)
        cell_drop(T, &f[i]);
    RC_LEAVE(T, f);
}

static void setdefault_sets_once(void **state)
{
    needs_frees();
    struct thread *T = *state;
    RC_FRAME(T, f, 3);
    f[0] = rc_move(T, dict_new(T));
    f[1] = rc_move(T, text_ref(T, "key"));
    f[2] = dict_setdefault(T, f[0], f[1], int_new(T, 1000));
    assert_int_equal(int_value(obj_get(f[2])), 1000);
    cell_drop(T, &f[2]);
    f[2] = dict_setdefault(T, f[0], f[1], int_new(T, 2000));
    assert_int_equal(int_value(obj_get(f[2])), 1000);
    cell_drop(T, &f[2]);
    assert_int_equal(dict_length(T, f[0]), 1);
    assert_int_equal(live_objects(T), 3);
    cell_drop(T, &f[1]);
    cell_drop(T, &f[0]);
    RC_LEAVE(T, f);
}

static void counts_what_it_holds(void **state)
{
    needs_frees();
    struct thread *T = *state;
    if (RC_BORROWS)
        skip();
    RC_FRAME(T, f, 3);
    f[0] = rc_move(T, dict_new(T));
    f[1] = rc_move(T, text_ref(T, "key"));
    f[2] = rc_move(T, text_ref(T, "value"));
    assert_true(dict_set(T, f[0], f[1], cell_ref(T, f[2])));
    assert_int_equal(count_of(T, f[1]), 2);
    assert_int_equal(count_of(T, f[2]), 2);
    assert_true(dict_set(T, f[0], f[1], cell_ref(T, f[2]))); /* the key is kept, not taken again */
    assert_int_equal(count_of(T, f[1]), 2);
    assert_int_equal(count_of(T, f[2]), 2);
    for (int64_t i = 0; i < 1000; i++)
        set_int(T, f[0], i, i); /* growing counts nothing */
    assert_int_equal(count_of(T, f[1]), 2);
    assert_true(dict_delete(T, f[0], f[1]));
    assert_int_equal(count_of(T, f[1]), 1);
    assert_int_equal(count_of(T, f[2]), 1);
    for (int i = 0; i < 3; i++)
        cell_drop(T, &f[i]);
    RC_LEAVE(T, f);
}

static void size_is_head_and_table(void **state)
{
    struct thread *T = *state;
    RC_FRAME(T, f, 1);
    f[0] = rc_move(T, dict_new(T));
    const size_t head = obj_size(obj_get(f[0]));
    assert_int_equal(head, sizeof(struct dict_obj));
    assert_in_range(head, 0, 56 + sizeof(struct rc_header)); /* 64 with a header of 8 */
    set_int(T, f[0], 1, 1);                                  /* 8 slots of a byte, 5 entries */
    const size_t first =
        head + TABLE_PREFIX + sizeof(struct hash_table) + 5 * sizeof(struct dict_entry) + 8;
    assert_int_equal(obj_size(obj_get(f[0])), first);
    for (int i = 2; i <= 5; i++)
        set_int(T, f[0], i, i);
    assert_int_equal(obj_size(obj_get(f[0])), first);
    set_int(T, f[0], 6, 6); /* 16 slots, 10 entries */
    assert_int_equal(obj_size(obj_get(f[0])), head + TABLE_PREFIX + sizeof(struct hash_table) +
                                                  10 * sizeof(struct dict_entry) + 16);
    const size_t table = obj_size(obj_get(f[0])) - head;
    assert_int_equal(obj_block_bytes(obj_get(f[0])),
                     heap_block_bytes(head) + heap_block_bytes(table));
    cell_drop(T, &f[0]);
    RC_LEAVE(T, f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        OBJECT_TEST(empty_has_nothing),         OBJECT_TEST(sets_gets_and_replaces),
        OBJECT_TEST(agrees_with_a_naive_model), OBJECT_TEST(a_key_inserted_again_comes_last),
        OBJECT_TEST(grows_and_empties),         OBJECT_TEST(churn_keeps_the_table_small),
        OBJECT_TEST(walk_survives_removals),    OBJECT_TEST(keys_of_every_kind),
        OBJECT_TEST(colliding_keys_stay_apart), OBJECT_TEST(setdefault_sets_once),
        OBJECT_TEST(counts_what_it_holds),      OBJECT_TEST(size_is_head_and_table),
    };
    return cmocka_run_group_tests_name("object_dict " RC_NAME, tests, NULL, NULL);
}
