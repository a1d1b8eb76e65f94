/* Pages and the clock. */
#include "alloc/base/os.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cmocka.h>

enum { MEGABYTE = 1 << 20 };

static void maps_zeroed_and_aligned(void **state)
{
    (void)state;
    for (size_t alignment = (size_t)sysconf(_SC_PAGESIZE); alignment <= 4 * MEGABYTE;
         alignment *= 4) {
        char *pages = os_map(MEGABYTE, alignment);
        assert_non_null(pages);
        assert_int_equal((uintptr_t)pages % alignment, 0);
        for (size_t i = 0; i < MEGABYTE; i++)
            assert_int_equal(pages[i], 0);
        memset(pages, 1, MEGABYTE);
        os_unmap(pages, MEGABYTE);
    }
}

static void unmapped_pages_are_gone(void **state)
{
    (void)state;
    char *pages = os_map(MEGABYTE, MEGABYTE);
    unsigned char resident[MEGABYTE / 4096];
    assert_int_equal(mincore(pages, MEGABYTE, resident), 0);
    os_unmap(pages, MEGABYTE);
    assert_int_equal(mincore(pages, MEGABYTE, resident), -1);
}

static void no_memory_is_null(void **state)
{
    (void)state;
    assert_null(os_map((size_t)1 << 60, MEGABYTE));
}

static void clocks_go_forward(void **state)
{
    (void)state;
    uint64_t wall = os_clock_ns();
    usleep(2000);
    assert_true(os_clock_ns() - wall >= 2000000);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(maps_zeroed_and_aligned),
        cmocka_unit_test(unmapped_pages_are_gone),
        cmocka_unit_test(no_memory_is_null),
        cmocka_unit_test(clocks_go_forward),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
