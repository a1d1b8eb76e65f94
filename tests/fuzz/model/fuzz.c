/* The command line, and what is told at the end. */
#include "tests/fuzz/model/fuzz.h"

#include "bench/exit_status.h"
#include "bench/json.h"
#include "runtimes/rc/rc.h"
#include "tests/fuzz/model/attempt.h"

#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { SCRIPT_STEPS = 200 };

static struct {
    uint64_t steps;
    uint64_t seed;
    uint64_t seconds;
    struct script script;
    const char *path; /* of scripts */
    bool asked;
    bool is_given; /* the script */
    bool minimize;
    bool json;
} options = {.seed = 1};

/* --- arguments ------------------------------------------------------------------------------------------------------ */

static int refuse(const char *problem_text, const char *what)
{
    fprintf(stderr, RC_NAME "-debug: %s%.100s\n", problem_text, what);
    return EXIT_REFUSED;
}

static int take_number(const char *text, uint64_t *number)
{
    char *end;
    errno = 0;
    *number = strtoull(text, &end, 10);
    if (errno != 0 || *end != '\0' || *text < '0' || *text > '9')
        return refuse("this is no number: ", text);
    return EXIT_DONE;
}

static int take_path(const char *path)
{
    if (access(path, R_OK) != 0)
        return refuse("cannot be read: ", path);
    options.path = path;
    options.asked = true;
    return EXIT_DONE;
}

static int take_bytes(const char *hex)
{
    static uint8_t bytes[sizeof options.script.bytes];
    size_t size = 0;
    for (const char *at = hex; *at != '\0' && size < sizeof bytes; at += 2) {
        const char digits[] = {at[0], at[1], '\0'};
        char *end;
        bytes[size++] = (uint8_t)strtoul(digits, &end, 16);
        if (end != digits + 2 || !isxdigit((unsigned char)at[0]))
            return refuse("these are no bytes: ", hex);
    }
    script_set(&options.script, bytes, size);
    options.is_given = options.asked = true;
    return EXIT_DONE;
}

static int take_steps(const char *text)
{
    options.asked = true;
    return take_number(text, &options.steps);
}

static int take_seed(const char *text) { return take_number(text, &options.seed); }
static int take_seconds(const char *text) { return take_number(text, &options.seconds); }

bool fuzz_takes(const char *argument, int *status)
{
    static const struct {
        const char *flag;
        int (*take)(const char *value);
    } flags[] = {
        {"--fuzz=", take_steps},      {"--fuzz-file=", take_path}, {"--fuzz-bytes=", take_bytes},
        {"--seconds=", take_seconds}, {"--seed=", take_seed},
    };
    *status = EXIT_DONE;
    for (size_t i = 0; i < sizeof flags / sizeof *flags; i++) {
        const size_t length = strlen(flags[i].flag);
        if (strncmp(argument, flags[i].flag, length) == 0) {
            *status = flags[i].take(argument + length);
            return true;
        }
    }
    const bool json = strcmp(argument, "--json") == 0;
    const bool minimize = strcmp(argument, "--fuzz-minimize") == 0;
    options.json |= json;
    options.minimize |= minimize;
    return json || minimize;
}

bool fuzz_is_asked(void) { return options.asked; }

/* --- what came of it ------------------------------------------------------------------------------------------------ */

/* How to do it again: a random script by its seed, another one, or a shorter one, by its bytes. */
static void write_again(FILE *file)
{
    const struct script *script = &problem->script;
    fprintf(file, "refbench-" RC_NAME "-debug ");
    if (!options.minimize && problem->file[0] != '\0') {
        fprintf(file, "--fuzz-file=%s", problem->file);
        return;
    }
    if (!options.minimize && !options.is_given) {
        fprintf(file, "--fuzz=%zu --seed=%ju", script->steps, (uintmax_t)problem->seed);
        return;
    }
    fprintf(file, "--fuzz-bytes=");
    for (size_t i = 0; i < script->steps * SCRIPT_STEP; i++)
        fprintf(file, "%02x", script->bytes[i]);
}

static void again_as_json(struct json *json)
{
    char *text = NULL;
    size_t length;
    FILE *file = open_memstream(&text, &length);
    CHECK(file != NULL, "open_memstream: %s", strerror(errno));
    write_again(file);
    fclose(file);
    json_string(json, "again", text);
    free(text);
}

/* The seat of a step, and what it did; at the end there is no seat. */
static void each_line(void (*tell)(const char *line, void *context), void *context)
{
    char text[PROBLEM_LINE + 32];
    for (size_t i = 0; i <= problem->step; i++) {
        if (problem->lines[i][0] == '\0')
            continue;
        const bool last = i == problem->script.steps;
        if (last)
            snprintf(text, sizeof text, "%zu: %s", i, problem->lines[i]);
        else
            snprintf(text, sizeof text, "%zu: t%u: %s", i, script_step(&problem->script, i).seat,
                     problem->lines[i]);
        tell(text, context);
    }
}

static void tell_line(const char *line, void *context) { fprintf(context, "  %s\n", line); }

static void tell_json_line(const char *line, void *context) { json_string(context, NULL, line); }

static void tell_tally(struct json *json)
{
    const struct problem_tally *t = &problem->tally;
    json_number(json, "scripts", t->scripts);
    json_number(json, "steps", t->steps);
    json_number(json, "objects", t->objects);
    json_number(json, "threads", t->threads);
    json_number(json, "collections", t->collections);
    json_number(json, "unreachable", t->unreachable);
    json_number(json, "resurrected", t->resurrected);
    json_number(json, "finalizers", t->finalizers);
    json_number(json, "callbacks", t->callbacks);
}

static void tell_as_json(bool failed)
{
    struct json json = {.file = stdout};
    json_open(&json, NULL, '{');
    json_string(&json, "schema", "refbench.fuzz/1");
    json_string(&json, "runtime", RC_NAME);
    json_number(&json, "seed", options.seed);
    json_string(&json, "verdict", failed ? "fail" : "pass");
    tell_tally(&json);
    if (failed) {
        json_string(&json, "message", problem->text);
        again_as_json(&json);
        json_open(&json, "operations", '[');
        each_line(tell_json_line, &json);
        json_close(&json, ']');
    }
    json_close(&json, '}');
    puts("");
}

static void tell(bool failed)
{
    const struct problem_tally *t = &problem->tally;
    if (!failed) {
        printf(RC_NAME ": %ju steps of %ju scripts from seed %ju: %ju objects, %ju threads, %ju "
                       "collections of %ju unreachable, %ju resurrected, %ju finalizers, %ju "
                       "callbacks\n",
               (uintmax_t)t->steps, (uintmax_t)t->scripts, (uintmax_t)options.seed,
               (uintmax_t)t->objects, (uintmax_t)t->threads, (uintmax_t)t->collections,
               (uintmax_t)t->unreachable, (uintmax_t)t->resurrected, (uintmax_t)t->finalizers,
               (uintmax_t)t->callbacks);
        return;
    }
    each_line(tell_line, stderr);
    fprintf(stderr, "%s\nagain: ", problem->text);
    write_again(stderr);
    fputs("\n", stderr);
}

/* What was asked for, in turn, until something is wrong. */
static bool find_problem(void)
{
    const struct attempt_range range = {options.seed, options.steps, SCRIPT_STEPS, options.seconds};
    return (options.is_given && attempt_given(&options.script)) ||
           (options.path != NULL && attempt_files(options.path)) ||
           (options.steps != 0 && attempt_random(&range));
}

int fuzz_run(void)
{
    attempt_start();
    const bool failed = find_problem();
    if (failed && options.minimize)
        attempt_minimize();
    if (options.json)
        tell_as_json(failed);
    else
        tell(failed);
    return failed ? EXIT_TRIALS_FAILED : EXIT_DONE;
}
