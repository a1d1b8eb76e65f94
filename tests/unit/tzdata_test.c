/* The time zone database: what a line says, on which day a rule falls, which damage is found and where, and which transitions a
 * small file has. */
#include "bench/trial/input.h"
#include "bench/trial/tzdata.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

static struct span span_of(const char *text) { return (struct span){text, strlen(text)}; }

static void assert_span(struct span span, const char *text)
{
    if (!span_is(span, text))
        fail_msg("expected %s, found %.*s", text, (int)span.length, span.text);
}

static void lines_are_read(void **state)
{
    (void)state;
    struct tzdata_line line;
    assert_null(tzdata_line_read(&line, span_of("R d 1916 o - O Su>=1 23s 1 S # so it was")));
    assert_int_equal(line.kind, TZDATA_RULE);
    assert_span(line.name, "d");
    assert_int_equal(line.first, 1916);
    assert_int_equal(line.last, 1916);
    assert_int_equal(line.day.month, 10);
    assert_span(line.save, "1");
    assert_span(line.letters, "S");
    assert_null(tzdata_line_read(&line, span_of("Rule X 1980 max - Mar lastSun 1:00u -1:00 -")));
    assert_int_equal(line.last, 9999);
    assert_int_equal(line.day.choice, TZDATA_LAST);
    assert_null(tzdata_line_read(&line, span_of("Z Europe/Rome 0:49:56 - LMT 1866 D 12")));
    assert_int_equal(line.kind, TZDATA_ZONE);
    assert_span(line.name, "Europe/Rome");
    assert_span(line.format, "LMT");
    assert_true(line.ends);
    assert_int_equal(line.end_year, 1866);
    assert_int_equal(tzdata_date(line.end_year, &line.end), 18661212);
    assert_null(tzdata_line_read(&line, span_of("1 I CE%sT")));
    assert_int_equal(line.kind, TZDATA_MORE);
    assert_false(line.ends);
    assert_null(tzdata_line_read(&line, span_of("L Europe/Rome Europe/Vatican")));
    assert_int_equal(line.kind, TZDATA_LINK);
    assert_null(tzdata_line_read(&line, span_of(" \t# nothing")));
    assert_int_equal(line.kind, TZDATA_NOTHING);
}

static const struct bad_line {
    const char *text;
    const char *reason;
} bad_lines[] = {
    {"X a b", "a keyword other than Rule, Zone and Link"},
    {"Rulers a", "a keyword other than Rule, Zone and Link"},
    {"R", "a rule without a name"},
    {"R a", "no year"},
    {"R a 19x6 o - O 1 0 0 -", "a year that is no number of up to four digits"},
    {"R a 19160 o - O 1 0 0 -", "a year that is no number of up to four digits"},
    {"R a 1916 m - O 1 0 0 -", "a last year that is no number, only or maximum"},
    {"R a 1916 1915 - O 1 0 0 -", "a last year before the first"},
    {"R a 1916 o x O 1 0 0 -", "a type of years other than -"},
    {"R a 1916 o - Ju 1 0 0 -", "a word that is no month, or more than one"},
    {"R a 1916 o - O 32 0 0 -", "a day that is no number, last weekday, or weekday with >= or <="},
    {"R a 1916 o - O S>=1 0 0 -",
     "a day that is no number, last weekday, or weekday with >= or <="},
    {"R a 1916 o - O Su=1 0 0 -",
     "a day that is no number, last weekday, or weekday with >= or <="},
    {"R a 1916 o - O lastT 0 0 -", "a last weekday that is none, or more than one"},
    {"R a 1916 o - O 1 1:60 0 -", "a time that is not of the form -H:MM:SS"},
    {"R a 1916 o - O 1 1:2:3:4 0 -", "a time that is not of the form -H:MM:SS"},
    {"R a 1916 o - O 1 1: 0 -", "a time that is not of the form -H:MM:SS"},
    {"R a 1916 o - O 1 0 1u -", "a time that is not of the form -H:MM:SS"},
    {"R a 1916 o - O 1 0 0", "a rule without letters"},
    {"R a 1916 o - O 1 0 0 - x", "more words than a line of its kind has"},
    {"Z", "a zone without a name"},
    {"Z a 0 -", "no format"},
    {"Z a 0 - X 1900 Ja 1 0 x", "more words than a line of its kind has"},
    {"L a", "a link without a name"},
    {"Z \x01 0 - X", "a character that cannot be seen in a word"},
    {"L a b1234567890123456789012345678901234567890123456789012345678901234",
     "a word of more than 64 characters"},
};

static void damaged_lines_are_refused(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof bad_lines / sizeof bad_lines[0]; i++) {
        struct tzdata_line line;
        size_t length = strlen(bad_lines[i].text);
        char *exact = malloc(length);
        assert_non_null(exact);
        memcpy(exact, bad_lines[i].text, length);
        const char *reason = tzdata_line_read(&line, (struct span){exact, length});
        free(exact);
        if (reason == NULL || strcmp(reason, bad_lines[i].reason) != 0)
            fail_msg("%s, expected: %s, found: %s", bad_lines[i].text, bad_lines[i].reason,
                     reason != NULL ? reason : "nothing wrong");
    }
}

static const struct day {
    const char *on; /* month and day of a rule */
    int year;
    uint32_t date;
} days[] = {
    {"Mar 26", 1995, 19950326},   {"Mar lastSu", 2026, 20260329}, {"O lastSu", 2037, 20371025},
    {"F lastTh", 2024, 20240229}, {"N Su>=1", 2026, 20261101},    {"N Su>=2", 2026, 20261108},
    {"Ap F<=1", 2005, 20050401},  {"Ap F<=1", 2013, 20130329},    {"Ja Su<=1", 2000, 19991226},
    {"D Su>=31", 2001, 20020106}, {"F Su>=29", 2024, 20240303},   {"Au M>=15", 1800, 18000818},
    {"F 29", 1923, 19230229},
};

static void rules_fall_on_days(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof days / sizeof days[0]; i++) {
        char text[64];
        struct tzdata_line line;
        snprintf(text, sizeof text, "R x %d o - %s 0 0 -", days[i].year, days[i].on);
        assert_null(tzdata_line_read(&line, span_of(text)));
        if (tzdata_date(days[i].year, &line.day) != days[i].date)
            fail_msg("%s of %d: expected %u, found %u", days[i].on, days[i].year, days[i].date,
                     tzdata_date(days[i].year, &line.day));
    }
}

static const char small[] = "# version x\n"
                            "R a 1990 1992 - Mar lastSu 2 1 S\n"
                            "R a 1990 1991 - O lastSu 3 0 -\n"
                            "\n"
                            "R a 1992 o - S 27 3 0 -\n"
                            "Z A/B 0:30 - LMT 1890\n"
                            "# between\n"
                            "1 a C%sT 1995 Ap\n"
                            "1 - CET\n"
                            "L A/B B\n"
                            "Z C 0:45 - LMT 1891\n"
                            "1 - CET\n";

static void transitions_are_counted(void **state)
{
    (void)state;
    struct tzdata tzdata = {0};
    struct tzdata_problem problem;
    if (!tzdata_parse(&tzdata, span_of(small), 1, &problem))
        fail_msg("line %zu: %s", problem.line, problem.reason);
    assert_int_equal(tzdata.length, 6);
    assert_int_equal(tzdata.records[2].line, 5);
    assert_int_equal(tzdata.subject_count, 3);
    assert_int_equal(tzdata.changes, 6 + 3 + 2);
    assert_int_equal(tzdata.transitions, 5);
    static const struct tzdata_count top[] = {
        {"1/S > 0/-", 3}, {"0/- > 1/S", 2}, {"C%sT > CET", 1}, {"LMT > C%sT", 1}, {"LMT > CET", 1}};
    assert_int_equal(tzdata.top_length, 5);
    for (size_t i = 0; i < 5; i++) {
        assert_string_equal(tzdata.top[i].text, top[i].text);
        assert_int_equal(tzdata.top[i].count, top[i].count);
    }
    tzdata_free(&tzdata);
    assert_true(tzdata_parse(&tzdata, span_of(small), 3, &problem));
    assert_int_equal(tzdata.length, 2);
    assert_int_equal(tzdata.changes, 5);
    tzdata_free(&tzdata);
}

static const struct bad_file {
    const char *text;
    size_t line;
    const char *reason;
} bad_files[] = {
    {"", 1, "there is no rule and no zone in it"},
    {"# only a comment\n\n", 1, "there is no rule and no zone in it"},
    {"L a b\n", 1, "there is no rule and no zone in it"},
    {"\n1 - CET\n", 2, "a line that continues no zone"},
    {"L a b\n1 - CET\n", 2, "a line that continues no zone"},
    {"Z a 0 - LMT\n\n1 - CET\n", 3, "a line that continues no zone"},
    {"Z a 0 - LMT 1890\nZ b 0 - LMT\n", 1, "a zone that ends, but is not continued"},
    {"Z a 0 - LMT 1890\n#\n1 - CET 18x0\n2 - EET\n", 3,
     "a year that is no number of up to four digits"},
    {"Package: a\n", 1, "a keyword other than Rule, Zone and Link"},
};

static void damaged_files_are_refused(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof bad_files / sizeof bad_files[0]; i++) {
        struct tzdata tzdata = {0};
        struct tzdata_problem problem = {"nothing wrong", 0};
        bool ok = tzdata_parse(&tzdata, span_of(bad_files[i].text), 1, &problem);
        tzdata_free(&tzdata);
        if (ok || problem.line != bad_files[i].line ||
            strcmp(problem.reason, bad_files[i].reason) != 0)
            fail_msg("%s, expected: %zu: %s, found: %zu: %s", bad_files[i].text, bad_files[i].line,
                     bad_files[i].reason, problem.line, problem.reason);
    }
}

static void too_many_changes_are_refused(void **state)
{
    (void)state;
    enum { LINES = 5000 };
    static const char rule[] = "R a 1 ma - Ja 1 0 0 -\n";
    char *text = malloc(LINES * (sizeof rule - 1));
    assert_non_null(text);
    for (size_t i = 0; i < LINES; i++)
        memcpy(text + i * (sizeof rule - 1), rule, sizeof rule - 1);
    struct tzdata tzdata = {0};
    struct tzdata_problem problem;
    assert_false(
        tzdata_parse(&tzdata, (struct span){text, LINES * (sizeof rule - 1)}, 1, &problem));
    assert_string_equal(problem.reason, "more than a million changes up to here");
    tzdata_free(&tzdata);
    free(text);
}

static void problems_name_file_line_and_remedy(void **state)
{
    (void)state;
    char path[] = "/tmp/refbench-tzdata-XXXXXX";
    int descriptor = mkstemp(path);
    assert_true(descriptor >= 0);
    FILE *file = fdopen(descriptor, "w");
    assert_non_null(file);
    fputs("L a b\nL a\n", file);
    fclose(file);
    struct tzdata tzdata = {0};
    char problem[256];
    char expected[256];
    assert_false(tzdata_read(&tzdata, path, 1, problem));
    snprintf(expected, sizeof expected, "%s:2: a link without a name (%s)", path,
             inputs[INPUT_TZDATA].remedy);
    assert_string_equal(problem, expected);
    tzdata_free(&tzdata);
    unlink(path);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(lines_are_read),
        cmocka_unit_test(damaged_lines_are_refused),
        cmocka_unit_test(rules_fall_on_days),
        cmocka_unit_test(transitions_are_counted),
        cmocka_unit_test(damaged_files_are_refused),
        cmocka_unit_test(too_many_changes_are_refused),
        cmocka_unit_test(problems_name_file_line_and_remedy),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
