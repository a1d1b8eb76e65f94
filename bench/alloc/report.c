/* Writing JSON. */
#include "bench/alloc/report.h"

#include "alloc/base/check.h"
#include "bench/alloc/families.h"
#include "bench/json.h"

#include <math.h>

#ifndef REFBENCH_FLAGS
#error "REFBENCH_FLAGS must be the compiler's flags as a string: the build sets it"
#endif

static bool end_line(struct json *json)
{
    json_close(json, '}');
    fputc('\n', json->file);
    return fflush(json->file) == 0;
}

/* NAN: it means nothing here. */
static void write_real(struct json *json, const char *key, double value)
{
    if (isnan(value))
        json_null(json, key);
    else
        json_fraction(json, key, value);
}

/* `text` may be NULL. */
static void write_text(struct json *json, const char *key, const char *text)
{
    if (text == NULL)
        json_null(json, key);
    else
        json_string(json, key, text);
}

/* --- the program --------------------------------------------------------------------------------------------------- */

static bool write_test(const struct family *family, const struct test *test, void *context)
{
    struct json *json = context;
    json_open(json, NULL, '{');
    json_string(json, "name", test->name);
    json_string(json, "summary", test->summary);
    json_string(json, "family", family->name);
    json_number(json, "threads", test->threads);
    json_string(json, "measures", test->of_memory ? "memory" : "time");
    json_close(json, '}');
    return true;
}

static void write_build(struct json *json)
{
#ifdef __clang__
    json_string(json, "compiler", __VERSION__);
#else
    json_string(json, "compiler", "gcc " __VERSION__);
#endif
    json_string(json, "flags", REFBENCH_FLAGS);
    json_bool(json, "debug", REFBENCH_DEBUG);
}

bool report_program(void)
{
    struct json json = {.file = stdout};
    json_open(&json, NULL, '{');
    json_string(&json, "schema", "refbench.alloc_program/1");
    json_string(&json, "variant", ALLOC_NAME);
    write_text(&json, "library", alloc_library());
    write_build(&json);
    json_bool(&json, "late_readers", false);
    json_open(&json, "tests", '[');
    families_each(write_test, &json);
    json_close(&json, ']');
    return end_line(&json);
}

/* --- a run --------------------------------------------------------------------------------------------------------- */

static void write_times(struct json *json, const struct outcome *outcome)
{
    write_real(json, "ns", outcome->ns);
    json_number(json, "operations", outcome->operations);
    json_open(json, "trials_ns", '[');
    for (unsigned i = 0; outcome->timed && i < SERIES_TRIALS; i++)
        write_real(json, NULL, outcome->trials_ns[i]);
    json_close(json, ']');
    write_real(json, "overhead_ns", outcome->overhead_ns);
    write_real(json, "control_ns", outcome->control_ns);
    write_real(json, "single_ns", outcome->single_ns);
    write_real(json, "control_single_ns", outcome->control_single_ns);
    write_real(json, "gain", outcome->gain);
}

static void write_memory(struct json *json, const struct outcome *outcome)
{
    json_number(json, "rss_bytes", outcome->rss_bytes);
    if (outcome->requested_bytes == 0)
        json_null(json, "requested_bytes");
    else
        json_number(json, "requested_bytes", outcome->requested_bytes);
    write_real(json, "share", outcome->share);
    write_text(json, "trim", outcome->trim);
}

bool report_run(const struct test *test, const struct run *run)
{
    struct json json = {.file = stdout};
    json_open(&json, NULL, '{');
    json_string(&json, "test", test->name);
    json_string(&json, "variant", ALLOC_NAME);
    write_text(&json, "library", alloc_library());
    write_times(&json, &run->outcome);
    write_memory(&json, &run->outcome);
    json_number(&json, "checksum", run->outcome.checksum);
    return end_line(&json);
}
