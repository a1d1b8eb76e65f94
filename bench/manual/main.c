/*
 * refbench-manual, refbench-manual_pools: workloads whose memory is freed by hand, in C, to compare counting with.
 *
 * One program for each allocator (memory.h); to the driver each is one runtime more, measured where it is named.
 */
#include "bench/exit_status.h"
#include "bench/gbench.h"
#include "bench/manual/describe.h"
#include "bench/manual/lane.h"
#include "bench/manual/memory.h"
#include "bench/manual/number.h"

#include <stdio.h>
#include <stdlib.h>

static const char help[] =
    "usage: %s [FLAG]...\n"
    "Runs workloads whose memory is freed by hand, and reports them.\n"
    "\n"
    "  --benchmark_filter=REGEX     only those whose name matches; -REGEX: all others\n"
    "  --benchmark_list_tests       list their names instead\n"
    "  --benchmark_format=FORMAT    console (default), json or csv, on standard output\n"
    "  --benchmark_...              whatever else Google Benchmark knows\n"
    "\n"
    "  --threads=N,N                how many each is run with (default: 1)\n"
    "  --pin=near|spread|none       threads on cores next to one another (default), far apart, or "
    "anywhere\n"
    "  --collector=on|off           there is none: all the same\n"
    "  --describe                   tell about this program in JSON instead\n"
    "  --help                       this\n"
    "\n"
    "exit: 0 done, 2 refused (flags), 3 nothing matched the filter, 4 a trial failed\n";

static int refuse(const char *problem)
{
    fprintf(stderr, MEMORY_NAME ": %s\n", problem);
    return EXIT_REFUSED;
}

/* The library found a value that it cannot use. */
static void refuse_library_flag(void)
{
    exit(refuse("a --benchmark_... flag has a value that Google Benchmark cannot use: see --help"));
}

static int refuse_flag(const char *what, const char *flag)
{
    fprintf(stderr, MEMORY_NAME ": %s %.100s: see --help\n", what, flag);
    return EXIT_REFUSED;
}

static int measure(const struct options *options)
{
    gbench_context("runtime", MEMORY_NAME);
    number_start();
    lane_register(options);
    struct gbench_outcome outcome = gbench_run();
    if (outcome.matched == 0)
        return EXIT_NOTHING_MATCHED;
    return outcome.failed > 0 ? EXIT_TRIALS_FAILED : EXIT_DONE;
}

int main(int argc, char **argv)
{
    static struct options options;
    if (!options_take(&options, &argc, argv))
        return refuse_flag("a flag has a value that it cannot have:", argv[1]);
    if (options.help) {
        printf(help, argv[0]);
        return EXIT_DONE;
    }
    gbench_flags(&argc, argv, refuse_library_flag);
    if (argc > 1)
        return refuse_flag("unknown flag", argv[1]);
    if (!gbench_filter_is_valid())
        return refuse("--benchmark_filter is no valid regular expression");
    if (options.describe)
        return describe() ? EXIT_DONE : refuse("the description could not be written");
    return measure(&options);
}
