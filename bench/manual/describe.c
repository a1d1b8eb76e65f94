/* Gathering and writing the description. */
#include "bench/manual/describe.h"

#include "bench/build_id.h"
#include "bench/describe_topology.h"
#include "bench/gbench.h"
#include "bench/json.h"
#include "bench/manual/memory.h"
#include "bench/manual/team.h"
#include "bench/manual/works.h"

#include <gnu/libc-version.h>
#include <string.h>

#ifndef REFBENCH_FLAGS
#error "REFBENCH_FLAGS must be the compiler's flags as a string: the build sets it"
#endif

static void write_capabilities(struct json *json)
{
    json_open(json, "capabilities", '{');
    json_bool(json, "counts", false);
    json_bool(json, "frees", true);
    json_bool(json, "serial", false);
    json_bool(json, "borrows", false);
    json_bool(json, "prompt_death", true);
    json_bool(json, "optimistic_readers", false);
    json_number(json, "max_threads", TEAM_MAX);
    json_close(json, '}');
}

/* The words of `text`, which are separated by commas; NULL has none. */
static void write_words(struct json *json, const char *key, const char *text)
{
    json_open(json, key, '[');
    while (text != NULL && *text != '\0') {
        char word[64];
        size_t length = strcspn(text, ",");
        snprintf(word, sizeof(word), "%.*s", (int)length, text);
        json_string(json, NULL, word);
        text += length + (text[length] == ',');
    }
    json_close(json, ']');
}

static void write_none(struct json *json, const char *key)
{
    json_open(json, key, '[');
    json_close(json, ']');
}

static void write_work(struct json *json, const struct work *work)
{
    json_open(json, NULL, '{');
    json_string(json, "name", work->name);
    json_string(json, "summary", work->summary);
    write_words(json, "tags", work->tags);
    write_words(json, "suites", work->suites);
    json_null(json, "reason");
    json_string(json, "source", work->source);
    write_none(json, "settings");
    write_none(json, "inputs");
    json_bool(json, "heap", false);
    json_bool(json, "control", false);
    json_bool(json, "noise", false);
    json_number(json, "bytes", work->bytes);
    json_close(json, '}');
}

static void write_works(struct json *json)
{
    json_open(json, "workloads", '[');
    for (size_t i = 0; i < WORKS; i++)
        write_work(json, works[i]);
    json_close(json, ']');
    write_none(json, "micros");
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

static void write_libraries(struct json *json)
{
    json_open(json, "libraries", '{');
    json_string(json, "benchmark", gbench_library());
    json_string(json, "libc", gnu_get_libc_version());
    json_close(json, '}');
}

bool describe(void)
{
    struct json json = {.file = stdout};
    json_open(&json, NULL, '{');
    json_string(&json, "schema", "refbench.describe/1");
    json_string(&json, "name", MEMORY_NAME);
    json_bool(&json, "manual", true);
    write_capabilities(&json);
    describe_topology(&json);
    write_works(&json);
    write_build(&json);
    write_libraries(&json);
    json_close(&json, '}');
    fputc('\n', stdout);
    return fflush(stdout) == 0;
}
