/* Settings: what is read, what is refused and in which words, and what a name shows. */
#include "bench/trial/setting.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static const char *const mixes[] = {"a", "b", "c", NULL};
static const struct setting settings[] = {
    {"mix", "of YCSB", 1, 0, 2, mixes},
    {"keys", "how many", 1000, 10, 100000, NULL},
    {0},
};

static void assert_refused(const char *text, const char *expected)
{
    uint64_t values[SETTINGS_MAX];
    char problem[128];
    settings_reset(settings, values);
    assert_false(setting_parse(settings, text, values, problem, sizeof(problem)));
    assert_string_equal(problem, expected);
    assert_int_equal(values[0], 1);
    assert_int_equal(values[1], 1000);
}

static void defaults_are_not_shown(void **state)
{
    (void)state;
    uint64_t values[SETTINGS_MAX];
    char name[64] = "workload/kv";
    settings_reset(settings, values);
    settings_print(settings, values, name, sizeof(name));
    assert_string_equal(name, "workload/kv");
}

static void what_is_set_is_shown_in_its_words(void **state)
{
    (void)state;
    uint64_t values[SETTINGS_MAX];
    char problem[128];
    char name[64] = "workload/kv";
    settings_reset(settings, values);
    assert_true(setting_parse(settings, "keys=10", values, problem, sizeof(problem)));
    assert_true(setting_parse(settings, "mix=c", values, problem, sizeof(problem)));
    settings_print(settings, values, name, sizeof(name));
    assert_string_equal(name, "workload/kv/mix:c/keys:10");
}

static void what_cannot_be_is_refused(void **state)
{
    (void)state;
    assert_refused("mix=d", "mix=d: give one of a, b, c");
    assert_refused("mix=1", "mix=1: give one of a, b, c");
    assert_refused("keys=9", "keys=9: give a number from 10 to 100000");
    assert_refused("keys=100001", "keys=100001: give a number from 10 to 100000");
    assert_refused("keys=", "keys=: give a number from 10 to 100000");
    assert_refused("keys=-20", "keys=-20: give a number from 10 to 100000");
    assert_refused("keys=20x", "keys=20x: give a number from 10 to 100000");
    assert_refused("keys=99999999999999999999999",
                   "keys=99999999999999999999999: give a number from 10 to 100000");
    assert_refused("key=20", "key=20: give NAME=VALUE with a name of mix, keys");
    assert_refused("keys", "keys: give NAME=VALUE with a name of mix, keys");
}

static void a_name_without_room_is_cut(void **state)
{
    (void)state;
    uint64_t values[SETTINGS_MAX] = {0, 20};
    char name[8] = "kv";
    settings_print(settings, values, name, sizeof(name));
    assert_string_equal(name, "kv/mix:");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(defaults_are_not_shown),
        cmocka_unit_test(what_is_set_is_shown_in_its_words),
        cmocka_unit_test(what_cannot_be_is_refused),
        cmocka_unit_test(a_name_without_room_is_cut),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
