/* Gathering and writing the description. */
#include "bench/peers/cpython/describe.h"

#include "bench/build_id.h"
#include "bench/gbench.h"
#include "bench/json.h"
#include "bench/peers/cpython/lane.h"
#include "bench/peers/cpython/rows.h"
#include "bench/peers/cpython/team.h"

#include <gnu/libc-version.h>
#include <string.h>

#ifndef REFBENCH_FLAGS
#error "REFBENCH_FLAGS must be the compiler's flags as a string: the build sets it"
#endif

static void write_capabilities(struct json *json)
{
    json_open(json, "capabilities", '{');
    json_bool(json, "serial", true);
    json_bool(json, "borrows", false);
    json_bool(json, "prompt_death", true);
    json_bool(json, "optimistic_readers", false);
    json_number(json, "max_threads", TEAM_MAX);
    json_close(json, '}');
}

static void write_pins(struct json *json)
{
    json_open(json, "pins", '[');
    for (enum pin_policy policy = PIN_NEAR; policy < PIN_POLICIES; policy++)
        json_string(json, NULL, pin_names[policy]);
    json_close(json, ']');
}

static void write_micros(struct json *json)
{
    json_open(json, "micros", '[');
    for (size_t i = 0; i < ROWS; i++)
        if (lane_can_run(rows[i]))
            micro_describe(json, rows[i]);
    json_close(json, ']');
}

static void write_build(struct json *json)
{
    char id[BUILD_ID_LENGTH];
    build_id(id);
#ifdef __clang__
    json_string(json, "compiler", __VERSION__);
#else
    json_string(json, "compiler", "gcc " __VERSION__);
#endif
    json_string(json, "flags", REFBENCH_FLAGS);
    json_string(json, "build", id);
    json_bool(json, "debug", REFBENCH_DEBUG);
    json_bool(json, "tally", false);
}

/* Of the library that is loaded, which need not be that of the headers. */
static void write_libraries(struct json *json)
{
    char version[32];
    const char *text = Py_GetVersion(); /* 3.11.2 (main, ... */
    snprintf(version, sizeof(version), "%.*s", (int)strcspn(text, " "), text);
    json_open(json, "libraries", '{');
    json_string(json, "cpython", version);
    json_string(json, "benchmark", gbench_library());
    json_string(json, "libc", gnu_get_libc_version());
    json_close(json, '}');
}

bool describe(void)
{
    struct json json = {.file = stdout};
    json_open(&json, NULL, '{');
    json_string(&json, "schema", "refbench.describe/1");
    json_string(&json, "name", "cpython");
    json_bool(&json, "peer", true);
    write_capabilities(&json);
    write_pins(&json);
    json_open(&json, "workloads", '[');
    json_close(&json, ']');
    write_micros(&json);
    write_build(&json);
    write_libraries(&json);
    json_close(&json, '}');
    fputc('\n', stdout);
    return fflush(stdout) == 0;
}
