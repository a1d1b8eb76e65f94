/* Pages and the clock. */
#include "alloc/base/os.h"

#include "alloc/base/refusal.h"

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

/* --- what the system refuses --------------------------------------------------------------------------------------- */

static void need_refusals(void)
{
    if (!REFBENCH_DEBUG)
        skip();
}

static void check_blank(const char *pages)
{
    for (size_t i = 0; i < MEGABYTE; i++)
        assert_int_equal(pages[i], 0);
}

static char *map_and_fill(void)
{
    char *pages = os_map(MEGABYTE, MEGABYTE);
    assert_non_null(pages);
    memset(pages, 0xAB, MEGABYTE);
    return pages;
}

static void end_without_kept_pages(void)
{
    os_trim();
    assert_int_equal(os_kept_bytes(), 0);
}

static void what_is_not_unmapped_is_given_out_again(void **state)
{
    (void)state;
    need_refusals();
    char *pages = map_and_fill();
    refusal_at(1);
    os_unmap(pages, MEGABYTE);
    assert_int_equal(os_kept_bytes(), MEGABYTE);
    assert_in_range(os_resident_bytes(pages, MEGABYTE), 0, MEGABYTE / 2);
    assert_ptr_equal(os_map(MEGABYTE, MEGABYTE), pages);
    assert_int_equal(os_kept_bytes(), 0);
    check_blank(pages);
    os_unmap(pages, MEGABYTE);
    end_without_kept_pages();
}

/* Of locked pages the kernel does not take the memory either. */
static void what_is_not_even_discarded_is_blank_too(void **state)
{
    (void)state;
    need_refusals();
    char *pages = map_and_fill();
    if (mlock(pages, MEGABYTE) != 0) {
        os_unmap(pages, MEGABYTE);
        skip();
    }
    refusal_at(1);
    os_unmap(pages, MEGABYTE);
    assert_int_equal(os_kept_bytes(), MEGABYTE);
    assert_ptr_equal(os_map(MEGABYTE, MEGABYTE), pages);
    check_blank(pages);
    os_unmap(pages, MEGABYTE);
    end_without_kept_pages();
}

static void what_is_kept_goes_with_the_next_that_is_unmapped(void **state)
{
    (void)state;
    need_refusals();
    char *first = map_and_fill();
    char *second = map_and_fill();
    refusal_at(1);
    os_unmap(first, MEGABYTE);
    assert_int_equal(os_kept_bytes(), MEGABYTE);
    os_unmap(second, MEGABYTE);
    assert_int_equal(os_kept_bytes(), 0);
    unsigned char resident[MEGABYTE / 4096];
    assert_int_equal(mincore(first, MEGABYTE, resident), -1);
}

/* An end of a mapping that cannot be cut off is kept, and the rest is used. */
static void ends_that_are_not_cut_off_are_kept(void **state)
{
    (void)state;
    need_refusals();
    refusal_at(2);
    char *pages = map_and_fill();
    assert_false(refusal_is_pending());
    assert_in_range(os_kept_bytes(), 1, MEGABYTE);
    os_unmap(pages, MEGABYTE);
    end_without_kept_pages();
}

static void a_refused_discard_changes_nothing(void **state)
{
    (void)state;
    need_refusals();
    char *pages = map_and_fill();
    refusal_at(1);
    assert_false(os_discard(pages, MEGABYTE));
    assert_int_equal(pages[MEGABYTE - 1], (char)0xAB);
    assert_true(os_discard(pages, MEGABYTE));
    check_blank(pages);
    os_unmap(pages, MEGABYTE);
    end_without_kept_pages();
}

/* --- time ----------------------------------------------------------------------------------------------------------- */

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
        cmocka_unit_test(what_is_not_unmapped_is_given_out_again),
        cmocka_unit_test(what_is_not_even_discarded_is_blank_too),
        cmocka_unit_test(what_is_kept_goes_with_the_next_that_is_unmapped),
        cmocka_unit_test(ends_that_are_not_cut_off_are_kept),
        cmocka_unit_test(a_refused_discard_changes_nothing),
        cmocka_unit_test(clocks_go_forward),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
