/* The limit that keeps a runtime which frees nothing from taking all the memory of a machine. */
#include "bench/trial/process.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/mman.h>
#include <sys/resource.h>

#include <cmocka.h>

static rlim_t address_space(void)
{
    struct rlimit limit;
    assert_int_equal(getrlimit(RLIMIT_AS, &limit), 0);
    return limit.rlim_cur;
}

static bool can_map(size_t bytes)
{
    void *pages = mmap(NULL, bytes, PROT_READ | PROT_WRITE,
                       MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    return pages != MAP_FAILED && munmap(pages, bytes) == 0;
}

static void is_in_force_until_its_end(void **state)
{
    (void)state;
    const rlim_t before = address_space();
    const size_t available = process_available_bytes();
    process_limit_begin();
    assert_true(address_space() < before);
    assert_true(process_available_bytes() <= available);
    assert_true(can_map(1 << 20));
    assert_false(can_map(2 * available));
    process_limit_end();
    assert_true(address_space() == before);
}

static void a_lower_one_stays(void **state)
{
    (void)state;
    struct rlimit before;
    assert_int_equal(getrlimit(RLIMIT_AS, &before), 0);
    process_limit_begin(); /* some limit that is met */
    const rlim_t lower = address_space() - (1 << 20);
    process_limit_end();
    struct rlimit limit = {lower, before.rlim_max};
    assert_int_equal(setrlimit(RLIMIT_AS, &limit), 0);
    process_limit_begin();
    assert_true(address_space() <= lower);
    process_limit_end();
    assert_true(address_space() == lower);
    assert_int_equal(setrlimit(RLIMIT_AS, &before), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(is_in_force_until_its_end),
        cmocka_unit_test(a_lower_one_stays),
    };
    return cmocka_run_group_tests_name("process", tests, NULL, NULL);
}
