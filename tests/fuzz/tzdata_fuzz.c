/*
 * The reader of the time zone database: any bytes are either refused, at one of their lines and with a reason, or records whose
 * texts lie within them, with changes on days that there are, and which, written again with a rule for each year, have the same
 * transitions, as often.
 */
#include "tests/fuzz/fuzz.h"

#include "alloc/base/check.h"
#include "bench/trial/tzdata.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

const struct fuzz_sample fuzz_samples[] = {
    FUZZ_SAMPLE("# version 2025b\nR d 1916 o - Jun 14 23s 1 S\nR d 1916 1919 - O Su>=1 23s 0 -\n"
                "R d 1990 ma - Mar lastSu 2:00u 1:00d S\nR d 1990 ma - S Su<=27 1w 0 -\n"),
    FUZZ_SAMPLE("Z Africa/Abidjan -0:16:8 - LMT 1912\n0 - GMT\nL Africa/Abidjan Africa/Accra\n"),
    FUZZ_SAMPLE(
        "Rule SA 1942 1943 - Sep Sun>=15 2:00 1:00 -\n\nZone Europe/Rome 0:49:56 - LMT 1866 "
        "Dec 12 # so\n0:49:56 - RMT 1893 O 31 23u\n1 I CE%sT 1943 S 10\n# x\n1 - CET\n"),
    FUZZ_SAMPLE("R a 1 9999 - F 29 -2:30 -1 X/Y\nR a 2037 2037 - D Sa>=31 24 0 +\nZ b 999:59:59 1 "
                "%z 1800 Ja Su<=1\n- - +00/+01\n"),
};
const size_t fuzz_sample_count = sizeof(fuzz_samples) / sizeof(fuzz_samples[0]);

enum { LINE_MAX_BYTES = 512, WRITTEN_MAX = 4096 /* changes; above, records are only read */ };

static void check_date(uint32_t date)
{
    uint32_t year = date / 10000;
    uint32_t month = date / 100 % 100;
    uint32_t day = date % 100;
    CHECK(year >= TZDATA_YEAR_MIN - 1 && year <= TZDATA_YEAR_MAX + 1 && month >= 1 && month <= 12 &&
              day >= 1 && day <= 31,
          "on day %u", date);
}

struct text {
    char *bytes;
    size_t length;
    size_t capacity;
    bool strays; /* a day is in a year that is not kept as it is */
};

/* A change of one year: of rules a line, of a zone the end of the line before and its own up to its end. */
static void write_change(struct text *text, const struct tzdata_change *change, uint32_t date,
                         bool first)
{
    static const char *const months[] = {"Ja",  "F",  "Mar", "Ap", "May", "Jun",
                                         "Jul", "Au", "S",   "O",  "N",   "D"};
    char *at = text->bytes + text->length;
    size_t room = text->capacity - text->length;
    const char *month = months[date / 100 % 100 - 1];
    size_t slash = strcspn(change->state, "/");
    int written = 0;
    if (change->kind == 'R')
        written = snprintf(at, room, "R %.*s %u o - %s %u 0 %.*s %s\n", (int)change->name.length,
                           change->name.text, date / 10000, month, date % 100, (int)slash,
                           change->state, change->state + slash + 1);
    else if (first)
        written = snprintf(at, room, "Z %.*s 0 - %s", (int)change->name.length, change->name.text,
                           change->state);
    else
        written =
            snprintf(at, room, " %u %s %u\n0 - %s", date / 10000, month, date % 100, change->state);
    CHECK(written > 0 && (size_t)written < room, "a line too long");
    text->length += (size_t)written;
    text->strays |= date / 10000 < TZDATA_YEAR_MIN || date / 10000 > TZDATA_YEAR_MAX;
}

/* Every change of a record, written if there is a text to write to; how many there are. */
static uint64_t visit_record(struct span record, struct text *text)
{
    struct tzdata_reader reader = tzdata_reader_of(record);
    struct tzdata_change change;
    const char *reason;
    uint64_t changes = 0;
    while (tzdata_reader_next(&reader, &change, &reason))
        for (int year = change.first; year <= change.last; year++, changes++) {
            uint32_t date = tzdata_date(year, &change.day);
            check_date(date);
            if (text != NULL)
                write_change(text, &change, date, changes == 0);
        }
    CHECK(reason == NULL, "a record that could be read is refused: %s", reason);
    if (text != NULL)
        text->bytes[text->length++] = '\n';
    return changes;
}

static uint64_t visit(const struct tzdata *tzdata, struct span whole, struct text *text)
{
    uint64_t changes = 0;
    for (uint32_t i = 0; i < tzdata->length; i++) {
        struct span record = tzdata->records[i].text;
        CHECK(record.text >= whole.text && record.text + record.length <= whole.text + whole.length,
              "a record beyond the %zu bytes", whole.length);
        changes += visit_record(record, text);
    }
    return changes;
}

static void check_same(const struct tzdata *a, const struct tzdata *b)
{
    CHECK(a->changes == b->changes && a->subject_count == b->subject_count,
          "read again, there are %ju changes of %u subjects", (uintmax_t)b->changes,
          b->subject_count);
    CHECK(a->transitions == b->transitions && a->top_length == b->top_length,
          "read again, there are %ju kinds of transitions", (uintmax_t)b->transitions);
    for (unsigned i = 0; i < a->top_length; i++)
        CHECK(a->top[i].count == b->top[i].count && strcmp(a->top[i].text, b->top[i].text) == 0,
              "read again, %s is %s", a->top[i].text, b->top[i].text);
}

static void check_again(const struct tzdata *tzdata, struct span whole)
{
    struct tzdata again = {0};
    struct tzdata_problem problem;
    struct text text = {.capacity =
                            (size_t)(tzdata->changes + tzdata->length + 1) * LINE_MAX_BYTES};
    text.bytes = malloc(text.capacity);
    CHECK(text.bytes != NULL, "no memory for a text");
    visit(tzdata, whole, &text);
    if (!text.strays) {
        CHECK(tzdata_parse(&again, (struct span){text.bytes, text.length}, 1, &problem),
              "what was written is refused: %zu: %s: %.*s", problem.line, problem.reason,
              (int)text.length, text.bytes);
        check_same(tzdata, &again);
    }
    tzdata_free(&again);
    free(text.bytes);
}

static void check_top(const struct tzdata *tzdata)
{
    uint64_t sum = 0;
    for (unsigned i = 0; i < tzdata->top_length; i++) {
        const struct tzdata_count *count = &tzdata->top[i];
        CHECK(count->count > 0, "a transition that there is not");
        CHECK(i == 0 || count[-1].count > count->count ||
                  (count[-1].count == count->count && strcmp(count[-1].text, count->text) < 0),
              "%s after %s", count->text, count[-1].text);
        sum += count->count;
    }
    uint64_t all = tzdata->changes - tzdata->subject_count;
    CHECK(tzdata->transitions > TZDATA_TOP ? sum < all : sum == all, "%ju of %ju transitions",
          (uintmax_t)sum, (uintmax_t)all);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct span whole = {(const char *)data, size};
    struct tzdata tzdata = {0};
    struct tzdata_problem problem = {0};
    if (tzdata_parse(&tzdata, whole, 1, &problem)) {
        CHECK(visit(&tzdata, whole, NULL) == tzdata.changes, "changes are missing");
        check_top(&tzdata);
        if (tzdata.changes <= WRITTEN_MAX)
            check_again(&tzdata, whole);
    } else {
        CHECK(problem.reason != NULL && strcmp(problem.reason, "no memory") != 0,
              "refused without a reason");
        CHECK(problem.line >= 1 && problem.line <= size + 1, "%s: at line %zu of %zu bytes",
              problem.reason, problem.line, size);
    }
    tzdata_free(&tzdata);
    return 0;
}
