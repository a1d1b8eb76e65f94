/* Several threads at one dict: nothing lost, nothing twice, nothing torn. */
#include "tests/contract/object_dict_ints.h"

enum { EACH = 10000, ALL = CREW * EACH };

static void insert_mine(struct thread *T, rc_loc shared, unsigned index, struct crew *crew)
{
    for (int64_t i = 0; i < EACH; i++) {
        const int64_t key = i * CREW + index;
        if (!set_int(T, shared, key, key + 1) || get_int(T, shared, key) != key + 1)
            fetch_add_relaxed(&crew->wrong, 1);
        thread_safepoint(T);
    }
}

static void threads_insert_into_one_dict(void **state)
{
    needs_threads(CREW);
    struct thread *T = *state;
    RC_FRAME(T, f, 1);
    f[0] = rc_move(T, dict_new(T));
    struct crew crew = {.work = insert_mine};
    rc_store(T, NULL, &crew.shared, cell_ref(T, f[0]));
    crew_work(T, &crew);
    assert_int_equal(dict_length(T, f[0]), ALL);
    for (int64_t key = 0; key < ALL; key++)
        assert_int_equal(get_int(T, f[0], key), key + 1);
    cell_drop(T, &f[0]);
    RC_LEAVE(T, f);
}

/* Each key gets the value of exactly one thread, which all of them see from then on. */
static void setdefault_mine(struct thread *T, rc_loc shared, unsigned index, struct crew *crew)
{
    for (int64_t key = 0; key < EACH; key++) {
        RC_FRAME(T, f, 2);
        f[0] = rc_move(T, int_new(T, key));
        f[1] = dict_setdefault(T, shared, f[0], int_new(T, 1000 + index));
        const int64_t value = int_value(obj_get(f[1]));
        fetch_add_relaxed(&crew->sum, value == 1000 + (int64_t)index);
        if (get_int(T, shared, key) != value)
            fetch_add_relaxed(&crew->wrong, 1);
        cell_drop(T, &f[1]);
        cell_drop(T, &f[0]);
        RC_LEAVE(T, f);
        thread_safepoint(T);
    }
}

static void threads_set_each_default_once(void **state)
{
    needs_threads(CREW);
    struct thread *T = *state;
    struct crew crew = {.work = setdefault_mine};
    rc_store(T, NULL, &crew.shared, dict_new(T));
    crew_work(T, &crew);
    assert_int_equal(load_relaxed(&crew.sum), EACH);
    assert_live(T, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        OBJECT_TEST(threads_insert_into_one_dict),
        OBJECT_TEST(threads_set_each_default_once),
    };
    return cmocka_run_group_tests_name("object_dict_threads " RC_NAME, tests, NULL, NULL);
}
