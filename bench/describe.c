/* Gathering and writing the description. */
#include "bench/describe.h"

#include "bench/build_id.h"
#include "bench/capabilities.h"
#include "bench/describe_topology.h"
#include "bench/gbench.h"
#include "bench/json.h"
#include "bench/lanes.h"
#include "bench/micro_all.h"
#include "bench/sample.h"
#include "bench/workloads/all.h"
#include "runtimes/object/size.h"

#include <gnu/libc-version.h>
#include <stdio.h>
#include <string.h>

#ifndef REFBENCH_FLAGS
#error "REFBENCH_FLAGS must be the compiler's flags as a string: the build sets it"
#endif

/* --- sizes -------------------------------------------------------------------------------------------------------- */

static bool write_sample(struct thread *T, struct json *json, const struct sample *sample)
{
    RC_FRAME(T, f, 1);
    f[0] = rc_move(T, sample->make(T));
    bool ok = !loc_is_null(f[0]);
    if (ok) {
        char formula[SIZE_TEXT];
        size_describe(obj_get(f[0])->type->kind, formula);
        json_open(json, NULL, '{');
        json_string(json, "name", sample->name);
        json_string(json, "literal", sample->literal);
        json_number(json, "object_bytes", obj_size(obj_get(f[0])));
        json_number(json, "block_bytes", obj_block_bytes(obj_get(f[0])));
        json_string(json, "formula", formula); /* told in runtimes/object/size.h */
        json_close(json, '}');
    }
    cells_drop(T, f, 1);
    RC_LEAVE(T, f);
    return ok;
}

static bool write_types(struct thread *T, struct json *json)
{
    bool ok = true;
    json_open(json, "types", '[');
    for (size_t i = 0; ok && i < SAMPLES; i++)
        ok = write_sample(T, json, &samples[i]);
    json_close(json, ']');
    return ok;
}

/* --- the rest ----------------------------------------------------------------------------------------------------- */

static void write_collector(struct json *json)
{
    json_string(json, "gc_policy", gc_policy_names[gc_policy()]);
    json_string(json, "containers_found_by", ENUMERATE_NAME);
    json_open(json, "thresholds", '[');
    for (unsigned i = 0; i < GC_GENERATIONS; i++)
        json_number(json, NULL, gc_threshold(i));
    json_close(json, ']');
    json_open(json, "budgets", '[');
    for (unsigned i = 0; i < GC_GENERATIONS; i++)
        json_number(json, NULL, gc_budget(i));
    json_close(json, ']');
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

static void write_setting(struct json *json, const struct setting *setting, uint64_t value)
{
    json_open(json, NULL, '{');
    json_string(json, "name", setting->name);
    json_string(json, "summary", setting->summary);
    json_number(json, "value", value);
    json_number(json, "standard", setting->standard);
    json_number(json, "least", setting->least);
    json_number(json, "most", setting->most);
    json_open(json, "words", '[');
    for (uint64_t i = 0; setting->words != NULL && i <= setting->most; i++)
        json_string(json, NULL, setting->words[i]);
    json_close(json, ']');
    json_close(json, '}');
}

static void write_settings(struct json *json, const struct workload *workload,
                           const uint64_t *values)
{
    json_open(json, "settings", '[');
    for (size_t i = 0; i < settings_length(workload->settings); i++)
        write_setting(json, &workload->settings[i], values[i]);
    json_close(json, ']');
}

/* The files that the workload reads; of an input that is missing, its path. */
static void write_inputs(struct json *json, const struct workload *workload,
                         const struct options *options)
{
    json_open(json, "inputs", '[');
    for (enum input_kind kind = 0; kind < INPUT_KINDS; kind++) {
        if ((workload->inputs & 1U << kind) == 0)
            continue;
        struct input_files files;
        if (!input_list(options->paths[kind], &files))
            json_string(json, NULL, options->paths[kind]);
        for (size_t i = 0; i < files.length; i++)
            json_string(json, NULL, files.paths[i]);
        input_list_free(&files);
    }
    json_close(json, ']');
}

static void write_text(struct json *json, const char *key, const char *text)
{
    if (text != NULL)
        json_string(json, key, text);
    else
        json_null(json, key);
}

static void write_workloads(struct json *json, const struct options *options)
{
    json_open(json, "workloads", '[');
    for (size_t i = 0; i < WORKLOADS; i++) {
        json_open(json, NULL, '{');
        json_string(json, "name", workloads[i]->name);
        json_string(json, "summary", workloads[i]->summary);
        write_words(json, "tags", workloads[i]->tags);
        write_words(json, "suites", workloads[i]->suites);
        write_text(json, "reason", workloads[i]->reason);
        write_text(json, "source", workloads[i]->source);
        write_settings(json, workloads[i], options->settings[i]);
        write_inputs(json, workloads[i], options);
        json_bool(json, "heap", workloads[i]->heap);
        json_bool(json, "control", workloads[i]->control);
        json_bool(json, "paced", workloads[i]->paced);
        json_bool(json, "noise", workloads[i]->noise);
        json_number(json, "bytes", workloads[i]->bytes);
        json_close(json, '}');
    }
    json_close(json, ']');
}

static void write_micros(struct json *json)
{
    json_open(json, "micros", '[');
    for (size_t i = 0; i < MICROS; i++)
        if (lanes_can_run(micros[i]))
            micro_describe(json, micros[i]);
    json_close(json, ']');
}

static void write_build(struct json *json)
{
    char id[BUILD_ID_LENGTH];
    struct rc_tally total;
    build_id(id);
#ifdef __clang__
    json_string(json, "compiler", __VERSION__);
#else
    json_string(json, "compiler", "gcc " __VERSION__);
#endif
    json_string(json, "flags", REFBENCH_FLAGS);
    json_string(json, "build", id);
    json_bool(json, "debug", REFBENCH_DEBUG);
    json_bool(json, "tally", rc_tally_total(&total));
}

static void write_libraries(struct json *json)
{
    char hwloc[32];
    topology_library(hwloc);
    json_open(json, "libraries", '{');
    json_string(json, "benchmark", gbench_library());
    json_string(json, "hwloc", hwloc);
    json_string(json, "libc", gnu_get_libc_version());
    json_close(json, '}');
}

bool describe(struct thread *T, const struct options *options)
{
    struct json json = {.file = stdout};
    json_open(&json, NULL, '{');
    json_string(&json, "schema", "refbench.describe/1");
    json_string(&json, "name", RC_NAME);
    capabilities_write(&json);
    json_number(&json, "header_bytes", sizeof(struct rc_header));
    json_number(&json, "object_header_bytes", sizeof(struct obj));
    json_number(&json, "container_header_bytes", sizeof(struct container));
    write_collector(&json);
    bool ok = write_types(T, &json);
    write_workloads(&json, options);
    write_micros(&json);
    describe_topology(&json);
    json_bool(&json, "keeps_pauses", true);
    json_bool(&json, "keeps_memory", RC_MAX_THREADS > 1); /* snapshots take a thread of their own */
    json_bool(&json, "keeps_profile", RC_PROFILES);
    write_build(&json);
    write_libraries(&json);
    json_close(&json, '}');
    fputc('\n', stdout);
    return fflush(stdout) == 0 && ok;
}
