/*
 * refbench-<runtime>-debug: runs one case of conformance in this process, or lists them.
 */
#include "alloc/base/fault.h"
#include "bench/capabilities.h"
#include "bench/exit_status.h"
#include "bench/json.h"
#include "tests/conformance/case.h"
#include "tests/conformance/injection.h"
#include "tests/fuzz/model/fuzz.h"
#include "tests/sanitized.h"

#include <stdio.h>
#include <string.h>

static const char help[] =
    "usage: %s --case=NAME [--fault=NAME] [--fail-allocation=N] | --fuzz=STEPS [--fault=NAME] | "
    "--cases\n"
    "Holds the runtime " RC_NAME " to one named case of what every runtime must do.\n"
    "\n"
    "  --case=NAME    run this case\n"
    "  --fault=NAME   break the runtime first: a fault of alloc/base/faults.def\n"
    "  --fail-allocation=N\n"
    "                 the n-th allocation fails: the case goes on, or says that it is out of "
    "memory\n"
    "  --cases        list all cases in JSON instead\n" FUZZ_USAGE "  --help         this\n"
    "\n"
    "exit: 0 the runtime does what the case says, 2 refused (flags, memory), 3 there is no such "
    "case\n"
    "      or allocation, 4 it does not, 77 it does not promise to\n";

struct options {
    const struct conformance_case *chosen;
    bool list;
    bool help;
};

static int refuse(const char *problem, const char *what)
{
    fprintf(stderr, RC_NAME "-debug: %s%.100s\n", problem, what);
    return EXIT_REFUSED;
}

static int list_cases(void)
{
    struct json json = {.file = stdout};
    json_open(&json, NULL, '{');
    json_string(&json, "schema", "refbench.cases/1");
    json_string(&json, "runtime", RC_NAME);
    capabilities_write(&json);
    json_bool(&json, "sanitized", SANITIZED);
    json_open(&json, "cases", '[');
    for (const struct conformance_case *c = cases; c->name != NULL; c++) {
        json_open(&json, NULL, '{');
        json_string(&json, "name", c->name);
        json_string(&json, "group", c->group);
        json_number(&json, "seconds", c->seconds);
        json_string(&json, "says", c->says);
        json_close(&json, '}');
    }
    json_close(&json, ']');
    json_close(&json, '}');
    return puts("") == EOF || fflush(stdout) != 0
               ? refuse("the list of cases could not be written", "")
               : EXIT_DONE;
}

/* Nothing may be left of a case. */
static void expect_nothing(struct runtime_census left)
{
    EXPECT(left.objects + left.blocks + left.pools + left.arenas + left.threads == 0,
           "nothing is left at the end (there are %zu objects, %zu blocks, %zu pools, %zu arenas, "
           "%zu threads)",
           left.objects, left.blocks, left.pools, left.arenas, left.threads);
}

static int run(const struct conformance_case *chosen)
{
    case_bind_children();
    injection_begin();
    struct thread *T = runtime_start();
    if (T == NULL)
        return refuse("not enough memory to start", "");
    chosen->run(T);
    injection_excuse_nothing();
    expect_nothing(runtime_stop(T));
    if (case_after_stop != NULL)
        case_after_stop();
    return injection_end(chosen->name);
}

/* The exit status if the argument cannot be served. */
static int parse(struct options *options, const char *argument)
{
    int status;
    if (fuzz_takes(argument, &status))
        return status;
    const bool asks_cases = strcmp(argument, "--cases") == 0;
    const bool asks_help = strcmp(argument, "--help") == 0 || strcmp(argument, "-h") == 0;
    options->list |= asks_cases;
    options->help |= asks_help;
    if (asks_cases || asks_help)
        return EXIT_DONE;
    if (strncmp(argument, "--fault=", 8) == 0)
        return fault_seed(argument + 8) ? EXIT_DONE
                                        : refuse("there is no such fault: ", argument + 8);
    if (strncmp(argument, "--fail-allocation=", 18) == 0)
        return injection_parse(argument + 18) ? EXIT_DONE
                                              : refuse("no number from 1 on: ", argument + 18);
    if (strncmp(argument, "--case=", 7) != 0)
        return refuse("unknown flag, see --help: ", argument);
    options->chosen = case_find(argument + 7);
    if (options->chosen != NULL)
        return EXIT_DONE;
    refuse("there is no such case, see --cases: ", argument + 7);
    return EXIT_NOTHING_MATCHED;
}

int main(int argc, char **argv)
{
    struct options options = {0};
    for (int i = 1; i < argc; i++) {
        int status = parse(&options, argv[i]);
        if (status != EXIT_DONE)
            return status;
    }
    if (options.list)
        return list_cases();
    if (fuzz_is_asked() && !options.help)
        return fuzz_run();
    if (options.chosen != NULL && !options.help)
        return run(options.chosen);
    return printf(help, argv[0]) < 0 ? EXIT_REFUSED : EXIT_DONE;
}
