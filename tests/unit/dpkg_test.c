/* dpkg's status file: how versions are ordered, what a relation says and what meets it, which damage is found and where, and what
 * the graph of a small file is like. */
#include "bench/trial/dpkg_relation.h"
#include "bench/trial/dpkg_status.h"
#include "bench/trial/dpkg_version.h"
#include "bench/trial/input.h"

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

/* Each is earlier than the next: the Policy's own examples among them. */
static const char *const ascending[] = {
    "~~",
    "~~a",
    "~",
    "",
    "1~rc1",
    "1~rc2-1",
    "1-0~1",
    "1",
    "1-1",
    "1-1+b1",
    "1-1.1",
    "1-2",
    "1-10",
    "1a",
    "1.0~a",
    "1.0",
    "1.0.1",
    "1.2",
    "1.10-1",
    "1.10-1-1",
    "2.36-9+deb12u9",
    "2.36-9+deb12u10",
    "3",
    "3+",
    "20110101",
    "1:0",
    "1:0.1-1",
    "2:0",
    "10:0",
};

static void versions_are_ordered(void **state)
{
    (void)state;
    const size_t count = sizeof ascending / sizeof ascending[0];
    for (size_t i = 0; i < count; i++)
        for (size_t j = 0; j < count; j++) {
            int order = dpkg_version_compare(span_of(ascending[i]), span_of(ascending[j]));
            if ((order > 0) - (order < 0) != (i > j) - (i < j))
                fail_msg("\"%s\" and \"%s\": %d", ascending[i], ascending[j], order);
        }
    static const char *const equals[][2] = {
        {"1.0", "1.00"}, {"0:1", "1"}, {"1-0", "1"}, {"1.0-01", "1.0-1"}, {"007:1", "7:1"}};
    for (size_t i = 0; i < sizeof equals / sizeof equals[0]; i++)
        assert_int_equal(dpkg_version_compare(span_of(equals[i][0]), span_of(equals[i][1])), 0);
}

static void assert_span(struct span span, const char *text)
{
    if (!span_is(span, text))
        fail_msg("expected %s, found %.*s", text, (int)span.length, span.text);
}

static void relations_are_read(void **state)
{
    (void)state;
    struct dpkg_relations relations =
        dpkg_relations_of(span_of("gpgv|gpgv2 ( >= 2.1~ ) ,\n python3:any(<<3.12),c++-x:arm64"));
    struct dpkg_relation relation;
    assert_true(dpkg_relation_next(&relations, &relation));
    assert_span(relation.name, "gpgv");
    assert_int_equal(relation.how, DPKG_ANY);
    assert_false(relation.alternative);
    assert_true(dpkg_relation_next(&relations, &relation));
    assert_span(relation.name, "gpgv2");
    assert_int_equal(relation.how, DPKG_LATER_EQUAL);
    assert_span(relation.version, "2.1~");
    assert_true(relation.alternative);
    assert_true(dpkg_relation_next(&relations, &relation));
    assert_span(relation.name, "python3");
    assert_span(relation.qualifier, "any");
    assert_int_equal(relation.how, DPKG_EARLIER);
    assert_false(relation.alternative);
    assert_true(dpkg_relation_next(&relations, &relation));
    assert_span(relation.name, "c++-x");
    assert_span(relation.qualifier, "arm64");
    assert_false(dpkg_relation_next(&relations, &relation));
    assert_null(relations.reason);
}

static const struct bad_relation {
    const char *text;
    const char *reason;
} bad_relations[] = {
    {"a,,b", "a relation without a name"},
    {"a |", "a relation without a name"},
    {", a", "a relation without a name"},
    {"a b", "more after a relation than a version"},
    {"a:", "no architecture after a colon"},
    {"a (1)", "an operator other than <<, <=, =, >= and >>"},
    {"a (>= )", "no version after an operator"},
    {"a (>= 1", "a version without its closing parenthesis"},
    {"a (= 1) x", "more after a relation than a version"},
    {"a [amd64]", "more after a relation than a version"},
};

static void damaged_relations_are_refused(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof bad_relations / sizeof bad_relations[0]; i++) {
        struct dpkg_relations relations = dpkg_relations_of(span_of(bad_relations[i].text));
        struct dpkg_relation relation;
        while (dpkg_relation_next(&relations, &relation))
            continue;
        if (relations.reason == NULL || strcmp(relations.reason, bad_relations[i].reason) != 0)
            fail_msg("%s, expected: %s, found: %s", bad_relations[i].text, bad_relations[i].reason,
                     relations.reason != NULL ? relations.reason : "nothing wrong");
    }
}

static const struct meeting {
    const char *relation;
    const char *architecture; /* of who needs it */
    const char *offer[3];     /* version, architecture, Multi-Arch */
    bool met;
} meetings[] = {
    {"a", "amd64", {"1", "amd64", ""}, true},
    {"a", "amd64", {"", "amd64", ""}, true}, /* provided without a version */
    {"a (>= 1)", "amd64", {"", "amd64", ""}, false},
    {"a (>= 1)", "amd64", {"1", "amd64", ""}, true},
    {"a (>> 1)", "amd64", {"1", "amd64", ""}, false},
    {"a (>> 1)", "amd64", {"1.0.1", "amd64", ""}, true},
    {"a (<< 1)", "amd64", {"1~rc1", "amd64", ""}, true},
    {"a (<< 1)", "amd64", {"1", "amd64", ""}, false},
    {"a (<= 1)", "amd64", {"1", "amd64", ""}, true},
    {"a (<= 1)", "amd64", {"1-1", "amd64", ""}, false},
    {"a (= 1)", "amd64", {"1.0", "amd64", ""}, false},
    {"a (= 1.0)", "amd64", {"1.00", "amd64", ""}, true},
    {"a", "amd64", {"1", "i386", ""}, false},
    {"a", "amd64", {"1", "i386", "same"}, false},
    {"a", "amd64", {"1", "i386", "allowed"}, false},
    {"a", "amd64", {"1", "i386", "foreign"}, true},
    {"a", "amd64", {"1", "all", ""}, true},
    {"a", "all", {"1", "i386", ""}, true},
    {"a:any", "amd64", {"1", "i386", "allowed"}, true},
    {"a:any", "amd64", {"1", "amd64", ""}, false},
    {"a:i386", "amd64", {"1", "i386", ""}, true},
    {"a:i386", "i386", {"1", "amd64", ""}, false},
};

static void relations_are_met(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof meetings / sizeof meetings[0]; i++) {
        const struct meeting *m = &meetings[i];
        struct dpkg_relations relations = dpkg_relations_of(span_of(m->relation));
        struct dpkg_relation relation;
        assert_true(dpkg_relation_next(&relations, &relation));
        struct dpkg_offer offer = {span_of(m->offer[0]), span_of(m->offer[1]),
                                   span_of(m->offer[2])};
        if (dpkg_relation_is_met(&relation, span_of(m->architecture), &offer) != m->met)
            fail_msg("%s of %s with %s %s %s: expected %s", m->relation, m->architecture,
                     m->offer[0], m->offer[1], m->offer[2], m->met ? "met" : "unmet");
    }
}

/* a needs b and something, which c provides; b needs a again; c is alone; d needs nothing that is there, and was removed. */
static const char small[] = "Package: a\n"
                            "Status: install ok installed\n"
                            "Version: 1\n"
                            "Architecture: amd64\n"
                            "pre-depends: b (>= 2)\n"
                            "Depends: nothing | something (<< 3),\n"
                            "\tb, nowhere\n"
                            "Description: folded\n"
                            " over\n"
                            " .\n"
                            "\n"
                            "\n"
                            "Package: b\n"
                            "Status: hold ok installed\n"
                            "Version: 1:0\n"
                            "Architecture: amd64\n"
                            "Depends: a\n"
                            "\n"
                            "Package: d\n"
                            "Status: deinstall ok config-files\n"
                            "\n"
                            "Package: c\n"
                            "Status: install ok installed\n"
                            "Version: 5\n"
                            "Architecture: all\n"
                            "Provides: something (= 2.9), else\n";

static void graph_is_that_of_the_needs(void **state)
{
    (void)state;
    struct dpkg_status status = {0};
    struct dpkg_problem problem;
    if (!dpkg_status_parse(&status, span_of(small), 1, &problem))
        fail_msg("line %zu: %s", problem.line, problem.reason);
    assert_int_equal(status.length, 3);
    assert_int_equal(status.entries[1].line, 13);
    assert_int_equal(status.entries[2].line, 22);
    assert_int_equal(status.unmet, 1);
    static const uint32_t first[] = {0, 3, 4, 4};
    static const uint32_t targets[] = {1, 2, 1, 0};
    assert_memory_equal(status.first, first, sizeof first);
    assert_memory_equal(status.targets, targets, sizeof targets);
    struct graph graph = dpkg_status_graph(&status);
    uint64_t sum;
    assert_true(graph_sum_within(&graph, 1, UINT32_MAX, &sum));
    assert_int_equal(sum, 3 + 3 + 1);
    dpkg_status_free(&status);
}

static const struct bad_file {
    const char *text;
    size_t line;
    const char *reason;
} bad_files[] = {
    {"", 1, "no package in it is installed"},
    {"\n\n", 1, "no package in it is installed"},
    {"Package: a\nStatus: deinstall ok config-files\n", 1, "no package in it is installed"},
    {"#!/bin/sh\n", 1, "a line that is no field"},
    {"Package: a\nno field\n", 2, "a line that is no field"},
    {" folded\n", 1, "a folded line without a field before it"},
    {"\n\nStatus: install ok installed\n", 3, "a stanza without the field Package"},
    {"Package: a\n", 1, "a stanza without the field Status"},
    {"Package: a\nStatus: install ok installed\n", 1,
     "an installed package without a version or an architecture"},
    {"Package: a\nPackage: b\n", 2, "a field for the second time"},
    {"Package:\nStatus: x\n", 1, "a field without a value"},
    {"Package: a\nDepends: b,\n c,\n\td (>=)\n", 4, "no version after an operator"},
    {"Package: a\nProvides: b c\n", 2, "more after a relation than a version"},
};

/* In a block of its own of that size, so that a sanitizer sees a look beyond the end. */
static bool parse_exactly(const char *text, struct dpkg_problem *problem)
{
    struct dpkg_status status = {0};
    size_t length = strlen(text);
    char *exact = malloc(length);
    if (length > 0)
        memcpy(exact, text, length);
    bool ok = dpkg_status_parse(&status, (struct span){exact, length}, 1, problem);
    dpkg_status_free(&status);
    free(exact);
    return ok;
}

static void damaged_files_are_refused(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof bad_files / sizeof bad_files[0]; i++) {
        struct dpkg_problem problem = {"nothing wrong", 0};
        if (parse_exactly(bad_files[i].text, &problem) || problem.line != bad_files[i].line ||
            strcmp(problem.reason, bad_files[i].reason) != 0)
            fail_msg("%s, expected: %zu: %s, found: %zu: %s", bad_files[i].text, bad_files[i].line,
                     bad_files[i].reason, problem.line, problem.reason);
    }
}

static void problems_name_file_line_and_remedy(void **state)
{
    (void)state;
    char path[] = "/tmp/refbench-status-XXXXXX";
    int descriptor = mkstemp(path);
    assert_true(descriptor >= 0);
    FILE *file = fdopen(descriptor, "w");
    assert_non_null(file);
    fputs("Package: a\n\nStatus\n", file);
    fclose(file);
    struct dpkg_status status = {0};
    char problem[256];
    char expected[256];
    assert_false(dpkg_status_read(&status, path, 1, problem));
    snprintf(expected, sizeof expected, "%s:1: a stanza without the field Status (%s)", path,
             inputs[INPUT_DPKG_STATUS].remedy);
    assert_string_equal(problem, expected);
    dpkg_status_free(&status);
    unlink(path);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(versions_are_ordered),
        cmocka_unit_test(relations_are_read),
        cmocka_unit_test(damaged_relations_are_refused),
        cmocka_unit_test(relations_are_met),
        cmocka_unit_test(graph_is_that_of_the_needs),
        cmocka_unit_test(damaged_files_are_refused),
        cmocka_unit_test(problems_name_file_line_and_remedy),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
