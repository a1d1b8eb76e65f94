/* Strings: text, hash, and that a change makes a new object. */
#include "tests/contract/object_fixture.h"

#include "runtimes/object/hash.h"

static void holds_any_bytes(void **state)
{
    struct thread *T = *state;
    static const char text[] = "a\0b";
    RC_FRAME(T, f, 2);
    f[0] = rc_move(T, str_new(T, text, 3));
    f[1] = rc_move(T, str_new(T, "", 0));
    assert_int_equal(str_length(obj_get(f[0])), 3);
    assert_memory_equal(str_text(obj_get(f[0])), text, sizeof text);
    assert_int_equal(str_length(obj_get(f[1])), 0);
    assert_string_equal(str_text(obj_get(f[1])), "");
    cell_drop(T, &f[0]);
    cell_drop(T, &f[1]);
    RC_LEAVE(T, f);
}

static void holds_texts_of_every_length(void **state)
{
    struct thread *T = *state;
    char text[2000];
    RC_FRAME(T, f, 1);
    for (size_t length = 0; length < sizeof text; length += 1 + length / 7) {
        memset(text, (int)('a' + length % 26), length);
        f[0] = rc_move(T, str_new(T, text, length));
        assert_int_equal(str_length(obj_get(f[0])), length);
        assert_memory_equal(str_text(obj_get(f[0])), text, length);
        assert_int_equal(str_text(obj_get(f[0]))[length], '\0');
        cell_drop(T, &f[0]);
    }
    RC_LEAVE(T, f);
}

static void too_long_is_null(void **state)
{
    struct thread *T = *state;
    assert_true(ref_is_null(str_new_uninitialised(T, (size_t)STR_MAX + 1)));
    assert_true(ref_is_null(str_new_uninitialised(T, SIZE_MAX)));
}

static void equal_texts_are_equal(void **state)
{
    struct thread *T = *state;
    RC_FRAME(T, f, 3);
    f[0] = rc_move(T, text_ref(T, "abc"));
    f[1] = rc_move(T, text_ref(T, "abc"));
    f[2] = rc_move(T, text_ref(T, "abd"));
    assert_ptr_not_equal(rc_get(f[0]), rc_get(f[1]));
    assert_true(obj_equals(obj_get(f[0]), obj_get(f[1])));
    assert_int_equal(obj_hash(obj_get(f[0])), obj_hash(obj_get(f[1])));
    assert_false(obj_equals(obj_get(f[0]), obj_get(f[2])));
    assert_int_not_equal(obj_hash(obj_get(f[0])), obj_hash(obj_get(f[2])));
    for (int i = 0; i < 3; i++)
        cell_drop(T, &f[i]);
    RC_LEAVE(T, f);
}

/* Checksums of several runtimes are compared, so a hash must not depend on the runtime, the run or
 * an address. */
static void hash_is_the_same_everywhere(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        uint64_t hash;
    } known[] = {
        {"", UINT64_C(0x5753fd6a9950a90b)},
        {"abc", UINT64_C(0x9f3ac8cf68b09b9e)},
        {"the quick brown fox jumps", UINT64_C(0x6c82e0ed937df5e8)},
    };
    for (size_t i = 0; i < sizeof known / sizeof known[0]; i++)
        assert_int_equal(hash_bytes(known[i].text, strlen(known[i].text)), known[i].hash);
    assert_int_equal(hash_int(-1), UINT64_C(0xc4a7f2b6b9dc91d4));
}

/* Every byte counts, wherever it stands in a text of whatever length. */
static void hash_depends_on_every_byte(void **state)
{
    (void)state;
    char text[70] = {0};
    for (size_t length = 1; length < sizeof text; length++) {
        const uint64_t hash = hash_bytes(text, length);
        assert_int_not_equal(hash, hash_bytes(text, length - 1));
        for (size_t i = 0; i < length; i++) {
            text[i] = 1;
            if (hash_bytes(text, length) == hash)
                fail_msg("byte %zu of %zu makes no difference", i, length);
            text[i] = 0;
        }
    }
}

/* 2^16 keys in 2^16 buckets by their low bits leave 1/e of the buckets empty if the hash is random.
 */
static unsigned empty_buckets(uint64_t (*hash)(unsigned key))
{
    static bool taken[1 << 16];
    unsigned empty = 1 << 16;
    memset(taken, 0, sizeof taken);
    for (unsigned key = 0; key < 1 << 16; key++) {
        bool *bucket = &taken[hash(key) & 0xffff];
        empty -= !*bucket;
        *bucket = true;
    }
    return empty;
}

static uint64_t hash_of_sequential_int(unsigned key) { return hash_int(key); }
static uint64_t hash_of_round_int(unsigned key) { return hash_int((int64_t)key << 20); }

static uint64_t hash_of_numbered_text(unsigned key)
{
    char text[16];
    int length = snprintf(text, sizeof text, "key%u", key);
    return hash_bytes(text, (size_t)length);
}

static void hash_spreads_over_low_bits(void **state)
{
    (void)state;
    const unsigned most = (1 << 16) * 38 / 100; /* 1/e is 0.368 */
    assert_in_range(empty_buckets(hash_of_sequential_int), 0, most);
    assert_in_range(empty_buckets(hash_of_round_int), 0, most);
    assert_in_range(empty_buckets(hash_of_numbered_text), 0, most);
}

static void size_is_header_and_text(void **state)
{
    struct thread *T = *state;
    RC_FRAME(T, f, 1);
    for (size_t length = 0; length <= 600; length += 50) {
        static const char text[600];
        f[0] = rc_move(T, str_new(T, text, length));
        const size_t size = obj_size(obj_get(f[0]));
        assert_int_equal(size, offsetof(struct str_obj, text) + length + 1);
        assert_in_range(size, 0,
                        29 + sizeof(struct rc_header) +
                            length); /* the classic 37 + n with a header of 8 */
        assert_in_range(obj_block_bytes(obj_get(f[0])), size, size + 4096);
        cell_drop(T, &f[0]);
    }
    RC_LEAVE(T, f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        OBJECT_TEST(holds_any_bytes),
        OBJECT_TEST(holds_texts_of_every_length),
        OBJECT_TEST(too_long_is_null),
        OBJECT_TEST(equal_texts_are_equal),
        cmocka_unit_test(hash_is_the_same_everywhere),
        cmocka_unit_test(hash_depends_on_every_byte),
        cmocka_unit_test(hash_spreads_over_low_bits),
        OBJECT_TEST(size_is_header_and_text),
    };
    return cmocka_run_group_tests_name("object_str " RC_NAME, tests, NULL, NULL);
}
