/*
 * Under memcheck each access that is nobody's to make is reported where it happens, with who allocated or freed the block.
 * The program runs itself under valgrind; where that or its header is not installed, or a sanitizer is at work, nothing is
 * tested.
 */
#include "tests/unit/guard_fixture.h"

#include "alloc/base/poison.h"
#include "tests/sanitized.h"

#include <stdlib.h>

static const char valgrind[] = "/usr/bin/valgrind";

enum { REPORTED = 42 }; /* valgrind's exit status if it reported something */

/* --- run under valgrind -------------------------------------------------------------------------------------------- */

static volatile unsigned char seen;

static void write_beyond(void)
{
    unsigned char *block = take_block(&heap, BLOCK_DATA, 40);
    ((volatile unsigned char *)block)[40] = 1;
}

static void read_late(void)
{
    unsigned char *block = take_block(&heap, BLOCK_OBJECT, 64);
    give_block(&heap, BLOCK_OBJECT, 64, block);
    seen = ((volatile unsigned char *)block)[32];
}

static void read_undefined(void)
{
    const unsigned char *block = take_block(&heap, BLOCK_DATA, 64);
    if (((const volatile unsigned char *)block)[20] == 7)
        seen = 1;
}

static void behave(void)
{
    for (unsigned i = 0; i < 3000; i++) {
        size_t size = SMALLEST + i * 7 % 700;
        unsigned char *block = take_block(&heap, BLOCK_CONTAINER, size);
        seen = block[0];
        memset(block, 0xEE, size);
        give_block(i % 3 == 0 ? &other : &heap, BLOCK_CONTAINER, size, block);
    }
    heap_flush(&other);
    heap_flush(&heap);
    guard_check_all();
}

static const struct {
    const char *name;
    void (*run)(void);
    int status;
    const char *said[2];
} cases[] = {
    {"write_beyond",
     write_beyond,
     REPORTED,
     {"Invalid write of size 1", "0 bytes after a block of size 40 alloc'd"}},
    {"read_late",
     read_late,
     REPORTED,
     {"Invalid read of size 1", "32 bytes inside a block of size 64 free'd"}},
    {"read_undefined", read_undefined, REPORTED, {"uninitialised value", ""}},
    {"behave", behave, 0, {"", ""}},
};

enum { CASES = sizeof cases / sizeof cases[0] };

static int run_case(const char *name)
{
    heap_init(&heap);
    heap_init(&other);
    for (size_t i = 0; i < CASES; i++)
        if (strcmp(cases[i].name, name) == 0)
            cases[i].run();
    return 0;
}

/* --- here ---------------------------------------------------------------------------------------------------------- */

static const char *program;
static const char *chosen;

static void run_under_valgrind(void)
{
    execl(valgrind, valgrind, "-q", "--error-exitcode=42", program, chosen, (char *)NULL);
}

static void memcheck_sees_what_happens(void **state)
{
    (void)state;
#ifndef POISON_BY_MEMCHECK
    skip();
#endif
    if (SANITIZED || access(valgrind, X_OK) != 0)
        skip();
    char said[SAID];
    for (size_t i = 0; i < CASES; i++) {
        chosen = cases[i].name;
        int status = run_child(run_under_valgrind, said);
        for (size_t j = 0; j < 2; j++)
            if (strstr(said, cases[i].said[j]) == NULL)
                fail_msg("%s: expected \"%s\", got \"%s\"", chosen, cases[i].said[j], said);
        assert_true(WIFEXITED(status));
        assert_int_equal(WEXITSTATUS(status), cases[i].status);
    }
}

int main(int count, char **arguments)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(memcheck_sees_what_happens)};
    program = arguments[0];
    return count > 1 ? run_case(arguments[1])
                     : cmocka_run_group_tests_name("memcheck", tests, NULL, NULL);
}
