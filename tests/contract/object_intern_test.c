/*
 * Interning by one thread: one object for a text as long as anybody refers to it, and nothing of it
 * afterwards.
 */
#include "tests/contract/rc_fixture.h"

#include "alloc/failure.h"
#include "runtimes/object/hash.h"

#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

static rc_ref intern_of(struct thread *T, const char *text)
{
    return str_intern(T, text, strlen(text));
}

static rc_ref intern_number(struct thread *T, int number)
{
    char text[32];
    int length = snprintf(text, sizeof text, "text number %d", number);
    return str_intern(T, text, (size_t)length);
}

static size_t live_blocks(struct thread *T)
{
    runtime_settle(T);
    return runtime_census().blocks;
}

static void has_the_hash_of_its_text(void **state)
{
    struct thread *T = *state;
    RC_FRAME(T, f, 2);
    f[0] = rc_move(T, intern_of(T, "abc"));
    f[1] = rc_move(T, text_ref(T, "abc"));
    assert_int_equal(obj_hash(obj_get(f[0])), obj_hash(obj_get(f[1])));
    assert_true(obj_equals(obj_get(f[0]), obj_get(f[1])));
    assert_ptr_not_equal(rc_get(f[0]), rc_get(f[1]));
    cell_drop(T, &f[0]);
    cell_drop(T, &f[1]);
    RC_LEAVE(T, f);
}

static void dies_with_its_last_reference(void **state)
{
    needs_frees();
    struct thread *T = *state;
    const size_t before = live_blocks(T);
    for (int i = 0; i < 10; i++) {
        RC_FRAME(T, f, 1);
        f[0] = rc_move(T, intern_of(T, "again and again"));
        assert_string_equal(str_text(obj_get(f[0])), "again and again");
        assert_int_equal(references(T, f[0]), 1);
        assert_int_equal(live_objects(T), 1);
        cell_drop(T, &f[0]);
        assert_int_equal(live_objects(T), 0);
        RC_LEAVE(T, f);
    }
    assert_int_equal(live_blocks(T), before);
}

/* Its memory goes to others meanwhile, so it cannot be the old object that is found. */
static void is_made_anew_after_its_death(void **state)
{
    needs_frees();
    struct thread *T = *state;
    enum { OTHERS = 100 };
    rc_ref others[OTHERS];
    rc_release(T, intern_of(T, "phoenix"));
    assert_int_equal(live_objects(T), 0);
    for (int i = 0; i < OTHERS; i++)
        others[i] = text_ref(T, "raven..");
    RC_FRAME(T, f, 1);
    f[0] = rc_move(T, intern_of(T, "phoenix"));
    assert_string_equal(str_text(obj_get(f[0])), "phoenix");
    for (int i = 0; i < OTHERS; i++) {
        assert_ptr_not_equal(others[i].p, rc_get(f[0]));
        rc_release(T, others[i]);
    }
    cell_drop(T, &f[0]);
    assert_int_equal(live_objects(T), 0);
    RC_LEAVE(T, f);
}

static void texts_that_differ_in_anything_are_distinct(void **state)
{
    needs_frees();
    struct thread *T = *state;
    static const struct {
        const char *text;
        size_t length;
    } texts[] = {{"", 0},     {"\0", 1},  {"\0\0", 2}, {"a", 1},   {"a\0", 2},   {"a\0b", 3},
                 {"a\0c", 3}, {"abc", 3}, {"abcd", 4}, {"Abc", 3}, {"a\0bc", 4}, {"a\0b\0", 4}};
    enum { TEXTS = sizeof texts / sizeof texts[0] };
    rc_ref refs[TEXTS];
    for (int i = 0; i < TEXTS; i++)
        refs[i] = str_intern(T, texts[i].text, texts[i].length);
    for (int i = 0; i < TEXTS; i++) {
        assert_int_equal(str_length(obj_of(refs[i].p)), texts[i].length);
        assert_memory_equal(str_text(obj_of(refs[i].p)), texts[i].text, texts[i].length + 1);
        for (int j = 0; j < i; j++)
            assert_ptr_not_equal(refs[i].p, refs[j].p);
        rc_ref again = str_intern(T, texts[i].text, texts[i].length);
        assert_ptr_equal(again.p, refs[i].p);
        rc_release(T, again);
    }
    assert_int_equal(live_objects(T), TEXTS);
    for (int i = 0; i < TEXTS; i++)
        rc_release(T, refs[i]);
    assert_int_equal(live_objects(T), 0);
}

/* A first word equal to what the hash has become by then makes the next word not count: see hash.h. */
static void texts_of_one_hash_are_distinct(void **state)
{
    needs_frees();
    struct thread *T = *state;
    enum { LENGTH = 32, TEXTS = 50 };
    const uint64_t blind = hash_mix(LENGTH ^ HASH_PHI, HASH_SQRT3);
    char text[LENGTH] = {0};
    rc_ref refs[TEXTS];
    memcpy(text, &blind, sizeof blind);
    for (int round = 0; round < 2; round++) {
        for (int i = 0; i < TEXTS; i++) {
            text[8] = (char)i;
            rc_ref ref = str_intern(T, text, LENGTH);
            assert_memory_equal(str_text(obj_of(ref.p)), text, LENGTH);
            if (round == 0)
                refs[i] = ref;
            else
                rc_release(T, ref);
            assert_ptr_equal(ref.p, refs[i].p);
            assert_int_equal(str_hash(obj_of(ref.p)), str_hash(obj_of(refs[0].p)));
        }
        assert_int_equal(live_objects(T), TEXTS);
    }
    for (int i = 0; i < TEXTS; i++)
        rc_release(T, refs[i]);
    assert_int_equal(live_objects(T), 0);
}

static void large_texts(void **state)
{
    needs_frees();
    struct thread *T = *state;
    enum { LARGEST = 1 << 20 };
    char *text = malloc(LARGEST);
    assert_non_null(text);
    memset(text, 'x', LARGEST);
    RC_FRAME(T, f, 2);
    for (size_t length = 400; length <= LARGEST; length += length / 2) {
        f[0] = rc_move(T, str_intern(T, text, length));
        f[1] = rc_move(T, str_intern(T, text, length));
        assert_ptr_equal(rc_get(f[0]), rc_get(f[1]));
        assert_int_equal(str_length(obj_get(f[0])), length);
        cell_drop(T, &f[0]);
        cell_drop(T, &f[1]);
        assert_int_equal(live_objects(T), 0);
    }
    RC_LEAVE(T, f);
    free(text);
}

static void too_long_is_null(void **state)
{
    struct thread *T = *state;
    assert_true(ref_is_null(str_intern(T, "", (size_t)STR_MAX + 1)));
    assert_true(ref_is_null(str_intern(T, "", SIZE_MAX)));
}

/* Up, down to a tenth, up again, down: each text is found at every size of the index. */
enum { MANY = SANITIZED ? 20000 : 100000 };

static void intern_range(struct thread *T, rc_ref *refs, int from, int to)
{
    for (int i = from; i < to; i++) {
        refs[i] = intern_number(T, i);
        assert_false(ref_is_null(refs[i]));
    }
}

static void release_range(struct thread *T, const rc_ref *refs, int from, int to)
{
    for (int i = from; i < to; i++)
        rc_release(T, refs[i]);
}

static void assert_found(struct thread *T, const rc_ref *refs, int from, int to)
{
    for (int i = from; i < to; i++) {
        rc_ref ref = intern_number(T, i);
        assert_ptr_equal(ref.p, refs[i].p);
        rc_release(T, ref);
    }
}

static void many_texts_come_and_go(void **state)
{
    needs_frees();
    struct thread *T = *state;
    const size_t before = live_blocks(T);
    rc_ref *refs = calloc(MANY, sizeof *refs);
    assert_non_null(refs);
    intern_range(T, refs, 0, MANY);
    assert_int_equal(live_objects(T), MANY);
    assert_found(T, refs, 0, MANY);
    release_range(T, refs, MANY / 10, MANY);
    assert_int_equal(live_objects(T), MANY / 10);
    assert_found(T, refs, 0, MANY / 10);
    intern_range(T, refs, MANY / 10, MANY);
    assert_found(T, refs, 0, MANY);
    release_range(T, refs, 0, MANY);
    assert_int_equal(live_objects(T), 0);
    assert_int_equal(live_blocks(T), before);
    free(refs);
}

/* What dead texts hold back for readers is bounded, though nothing settles. */
static void nodes_of_the_dead_come_back(void **state)
{
    needs_frees();
    struct thread *T = *state;
    const size_t before = live_blocks(T);
    for (int i = 0; i < 20000; i++) {
        rc_release(T, intern_number(T, i));
        thread_safepoint(T);
    }
    assert_in_range(runtime_census().blocks, before, before + 2500);
    assert_int_equal(live_blocks(T), before);
}

/* A leak is told by the census, like that of any other object.  In a child, as the heap keeps it. */
static void a_leaked_string_is_left_for_the_census(void **state)
{
    needs_frees();
    (void)state;
    int status;
    const pid_t child = fork();
    if (child == 0) {
        struct thread *T = runtime_start();
        rc_ref leaked = T != NULL ? intern_of(T, "leaked") : RC_NULL_REF;
        struct runtime_census left = T != NULL ? runtime_stop(T) : (struct runtime_census){0};
        _exit(!ref_is_null(leaked) && left.objects == 1 && left.blocks == 1 ? 0 : 1);
    }
    assert_true(child > 0);
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_true(WIFEXITED(status));
    assert_int_equal(WEXITSTATUS(status), 0);
}

static void without_memory_is_null(void **state)
{
    needs_frees();
    struct thread *T = *state;
    if (!REFBENCH_DEBUG)
        skip();
    const size_t before = live_blocks(T);
    uint64_t failures = 0;
    rc_ref ref;
    for (bool pending = false; !pending; failures += !pending) {
        failure_at(failures + 1);
        ref = intern_of(T, "costly");
        pending = failure_is_pending();
        failure_at(0);
        assert_int_equal(ref_is_null(ref), !pending);
        if (!pending)
            assert_int_equal(live_blocks(T), before);
    }
    assert_int_equal(failures, 2); /* the str and its node */
    failure_at(1);
    rc_ref again = intern_of(T, "costly"); /* needs none */
    assert_true(failure_is_pending());
    failure_at(0);
    assert_ptr_equal(again.p, ref.p);
    rc_release(T, again);
    rc_release(T, ref);
    assert_int_equal(live_blocks(T), before);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        OBJECT_TEST(has_the_hash_of_its_text),
        OBJECT_TEST(dies_with_its_last_reference),
        OBJECT_TEST(is_made_anew_after_its_death),
        OBJECT_TEST(texts_that_differ_in_anything_are_distinct),
        OBJECT_TEST(texts_of_one_hash_are_distinct),
        OBJECT_TEST(large_texts),
        OBJECT_TEST(too_long_is_null),
        OBJECT_TEST(many_texts_come_and_go),
        OBJECT_TEST(nodes_of_the_dead_come_back),
        cmocka_unit_test(a_leaked_string_is_left_for_the_census),
        OBJECT_TEST(without_memory_is_null),
    };
    return cmocka_run_group_tests_name("object_intern " RC_NAME, tests, NULL, NULL);
}
