/*
 * The JSON parser: any bytes are either refused, at a place within them and with a reason, or a value that can be written,
 * parsed again to an equal one, and written again to the same bytes.  Nothing is left after the runtime has stopped.
 */
#include "tests/fuzz/fuzz.h"

#include "alloc/base/check.h"
#include "bench/trial/cell.h"
#include "bench/trial/json_parser.h"
#include "bench/trial/json_value.h"
#include "bench/trial/json_writer.h"
#include "runtimes/runtime.h"

#include <string.h>

const struct fuzz_sample fuzz_samples[] = {
    FUZZ_SAMPLE(
        "{\"3166-1\": [{\"alpha_2\": \"AW\", \"name\": \"Aruba\", \"numeric\": 533},\n"
        "  {\"alpha_2\": \"AX\", \"name\": \"\xc3\x85land Islands\", \"numeric\": 248}]}\n"),
    FUZZ_SAMPLE("[0, -1, 9223372036854775807, -9223372036854775808, 18446744073709551616]"),
    FUZZ_SAMPLE("[0.5, -0.0, 1e3, 1E-3, 2.5e+10, 1.7976931348623157e308, 5e-324]"),
    FUZZ_SAMPLE(
        "[\"\\ud83c\\udde6\", \"\\u00e9\\n\\t\\\"\\\\\\/\", \"\xf0\x9f\x87\xa6\", \"\\u0000\"]"),
    FUZZ_SAMPLE("{\"a\": {\"b\": {\"c\": [[[[null, true, false]]]]}}, \"a\": [], \"\": {}}"),
    FUZZ_SAMPLE("[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]"),
};
const size_t fuzz_sample_count = sizeof(fuzz_samples) / sizeof(fuzz_samples[0]);

static void check_problem(const struct json_problem *problem, size_t size)
{
    CHECK(problem->reason != NULL, "refused without a reason");
    CHECK(problem->reason != json_no_memory, "refused for memory");
    CHECK(problem->place.line >= 1 && problem->place.line <= size + 1 &&
              problem->place.column >= 1 && problem->place.column <= size + 1,
          "%s: at line %zu, column %zu of %zu bytes", problem->reason, problem->place.line,
          problem->place.column, size);
}

static void write(struct thread *T, struct json_writer *writer, rc_loc value)
{
    CHECK(json_writer_write(T, writer, value), "what was parsed could not be written");
}

/* `value` is borrowed. */
static void check_round_trip(struct thread *T, rc_loc value)
{
    RC_FRAME(T, f, 1);
    struct json_writer once = {0};
    struct json_writer twice = {0};
    struct json_problem problem;
    write(T, &once, value);
    f[0] = rc_move(T, json_parser_parse(T, once.text, once.length, &problem));
    CHECK(rc_get(f[0]) != NULL, "what was written cannot be parsed: %s", problem.reason);
    CHECK(json_value_equals(T, value, f[0]), "what was written is another value: %.*s",
          (int)once.length, once.text);
    write(T, &twice, f[0]);
    CHECK(once.length == twice.length && memcmp(once.text, twice.text, once.length) == 0,
          "written differently: %.*s, %.*s", (int)once.length, once.text, (int)twice.length,
          twice.text);
    json_writer_free(&once);
    json_writer_free(&twice);
    cells_drop(T, f, 1);
    RC_LEAVE(T, f);
}

static void check_text(struct thread *T, const char *text, size_t size)
{
    RC_FRAME(T, f, 1);
    struct json_problem problem = {0};
    f[0] = rc_move(T, json_parser_parse(T, text, size, &problem));
    if (rc_get(f[0]) != NULL)
        check_round_trip(T, f[0]);
    else
        check_problem(&problem, size);
    cells_drop(T, f, 1);
    RC_LEAVE(T, f);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct thread *T = runtime_start();
    CHECK(T != NULL, "no memory for a runtime");
    check_text(T, (const char *)data, size);
    struct runtime_census left = runtime_stop(T);
    CHECK(left.objects + left.blocks + left.pools + left.arenas + left.threads == 0,
          "left: %zu objects, %zu blocks", left.objects, left.blocks);
    return 0;
}
