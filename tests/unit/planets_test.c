/* The planets' energies are those that the n-body benchmark publishes. */
#include "bench/trial/planets.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

static void expect_energy(unsigned steps, const char *expected)
{
    struct planet planets[PLANETS];
    planets_init(planets);
    for (unsigned i = 0; i < steps; i++)
        planets_advance(planets, 0.01);
    char text[32];
    snprintf(text, sizeof(text), "%.9f", planets_energy(planets));
    assert_string_equal(text, expected);
}

static void test_published_energies(void **state)
{
    (void)state;
    expect_energy(0, "-0.169075164");
    expect_energy(1000, "-0.169087605");
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_published_energies)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
