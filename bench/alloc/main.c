/*
 * refbench-alloc-<variant>: measures one allocator, one test in a process.
 *
 * The main thread is pinned, and nothing but the test and the writing of its line comes after.
 */
#include "bench/alloc/families.h"
#include "bench/alloc/report.h"
#include "bench/alloc/sizes.h"
#include "bench/exit_status.h"
#include "bench/trial/pin.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define DEFAULT_SECONDS 0.05
#define MOST_SECONDS 60.0

static const char help[] =
    "usage: %s --test=NAME [--seconds=S]\n"
    "Measures an allocator, " ALLOC_NAME ", and writes one line of JSON.\n"
    "\n"
    "  --test=NAME      the test to run; --describe has their names\n"
    "  --seconds=S      how long to measure (default 0.05), in five trials\n"
    "  --describe       tell about this program in JSON instead\n"
    "  --help           this\n"
    "\n"
    "exit: 0 done, 2 refused (flags), 3 there is no such test, 4 the run failed\n";

struct options {
    bool help;
    bool describe;
    const char *test;
    double seconds;
};

static int refuse(int status, const char *problem, const char *what)
{
    fprintf(stderr, "alloc-" ALLOC_NAME ": %s%.100s: see --help\n", problem, what);
    return status;
}

/* What follows `flag` in the argument, or NULL. */
static const char *value_of(const char *argument, const char *flag)
{
    size_t length = strlen(flag);
    return strncmp(argument, flag, length) == 0 ? argument + length : NULL;
}

static bool parse_seconds(const char *value, double *seconds)
{
    char *end;
    *seconds = strtod(value, &end);
    return *value != '\0' && *end == '\0' && *seconds > 0 && *seconds <= MOST_SECONDS;
}

static bool parse_argument(struct options *options, const char *argument)
{
    const char *test = value_of(argument, "--test=");
    const char *seconds = value_of(argument, "--seconds=");
    if (test != NULL)
        return *(options->test = test) != '\0';
    if (seconds != NULL)
        return parse_seconds(seconds, &options->seconds);
    if (strcmp(argument, "--describe") == 0)
        return options->describe = true;
    if (strcmp(argument, "--help") == 0 || strcmp(argument, "-h") == 0)
        return options->help = true;
    return false;
}

static const struct outcome nothing = {
    .ns = NAN,
    .share = NAN,
    .overhead_ns = NAN,
    .control_ns = NAN,
    .single_ns = NAN,
    .control_single_ns = NAN,
    .gain = NAN,
};

static bool perform(const struct test *test, double seconds)
{
    struct run run = {.seconds = seconds / SERIES_TRIALS, .outcome = nothing};
    pin_here(PIN_NEAR, 0);
    sizes_draw();
    run.thread = alloc_begin();
    if (run.thread == NULL)
        return false;
    test->perform(test, &run);
    alloc_end(run.thread);
    return report_run(test, &run);
}

static int serve(const struct options *options)
{
    if (options->describe)
        return report_program() ? EXIT_DONE
                                : refuse(EXIT_REFUSED, "the description could not be written", "");
    const struct test *test = families_find(options->test);
    if (test == NULL)
        return refuse(EXIT_NOTHING_MATCHED, "there is no test ", options->test);
    return perform(test, options->seconds)
               ? EXIT_DONE
               : refuse(EXIT_TRIALS_FAILED, "no memory, or no place to write to: ", options->test);
}

int main(int argc, char **argv)
{
    struct options options = {.seconds = DEFAULT_SECONDS};
    for (int i = 1; i < argc; i++)
        if (!parse_argument(&options, argv[i]))
            return refuse(EXIT_REFUSED, "unknown flag or bad value ", argv[i]);
    if (options.help) {
        printf(help, argv[0]);
        return EXIT_DONE;
    }
    if (!options.describe && options.test == NULL)
        return refuse(EXIT_REFUSED, "give --test=NAME", "");
    if (!alloc_start())
        return refuse(EXIT_REFUSED, "the allocator does not start", "");
    int status = serve(&options);
    alloc_stop();
    return status;
}
