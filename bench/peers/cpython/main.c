/*
 * refbench-cpython: the same single operations on CPython, through its C interface.
 *
 * A peer: it has micro benchmarks under the names that the runtimes' own programs use, and no workloads.  CPython is
 * started isolated from the environment and without its library of modules, which no benchmark needs.
 */
#include "bench/exit_status.h"
#include "bench/gbench.h"
#include "bench/peers/cpython/describe.h"
#include "bench/peers/cpython/lane.h"
#include "bench/peers/cpython/node.h"
#include "bench/peers/cpython/team.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char help[] =
    "usage: %s [FLAG]...\n"
    "Runs micro benchmarks of CPython's objects through its C interface, and reports them.\n"
    "\n"
    "  --benchmark_filter=REGEX     only those whose name matches; -REGEX: all others\n"
    "  --benchmark_list_tests       list their names instead\n"
    "  --benchmark_format=FORMAT    console (default), json or csv, on standard output\n"
    "  --benchmark_...              whatever else Google Benchmark knows\n"
    "\n"
    "  --pin=near|spread|none       threads on cores next to one another (default), far apart, or "
    "anywhere\n"
    "  --describe                   tell about this program in JSON instead\n"
    "  --help                       this\n"
    "\n"
    "exit: 0 done, 2 refused (flags, memory), 3 nothing matched the filter, 4 a run failed\n";

static int refuse(const char *problem)
{
    fprintf(stderr, "cpython: %s\n", problem);
    return EXIT_REFUSED;
}

/* The library found a value that it cannot use. */
static void refuse_library_flag(void)
{
    exit(refuse("a --benchmark_... flag has a value that Google Benchmark cannot use: see --help"));
}

static bool start_python(void)
{
    PyConfig config;
    PyConfig_InitIsolatedConfig(&config);
    config.site_import = 0;
    config.install_signal_handlers = 0;
    PyStatus status = Py_InitializeFromConfig(&config);
    PyConfig_Clear(&config);
    return !PyStatus_Exception(status) && node_start();
}

static int measure(void)
{
    struct thread T = {NULL};
    gbench_context("runtime", "cpython");
    gbench_context("version", Py_GetVersion());
    lane_register(&T);
    struct gbench_outcome outcome = gbench_run();
    if (outcome.matched == 0)
        return EXIT_NOTHING_MATCHED;
    return outcome.failed > 0 ? EXIT_TRIALS_FAILED : EXIT_DONE;
}

static int run(bool describes, enum pin_policy pin)
{
    if (describes)
        return describe() ? EXIT_DONE : refuse("the description could not be written");
    team_start(pin);
    if (!start_python())
        return refuse("CPython did not start");
    int status = measure();
    return Py_FinalizeEx() == 0 ? status : EXIT_TRIALS_FAILED;
}

/* Whether `flag` is there, which is taken out. */
static bool take_flag(int *argc, char **argv, const char *flag)
{
    int left = 1;
    for (int i = 1; i < *argc; i++)
        if (strcmp(argv[i], flag) != 0)
            argv[left++] = argv[i];
    bool found = left < *argc;
    argv[left] = NULL;
    *argc = left;
    return found;
}

/* The policy that a flag --pin= asks for, taken out; near without one. */
static enum pin_policy take_pin(int *argc, char **argv)
{
    enum pin_policy found = PIN_NEAR;
    for (enum pin_policy policy = PIN_NEAR; policy < PIN_POLICIES; policy++) {
        char flag[32];
        snprintf(flag, sizeof(flag), "--pin=%s", pin_names[policy]);
        if (take_flag(argc, argv, flag))
            found = policy;
    }
    return found;
}

int main(int argc, char **argv)
{
    if (take_flag(&argc, argv, "--help") || take_flag(&argc, argv, "-h")) {
        printf(help, argv[0]);
        return EXIT_DONE;
    }
    bool describes = take_flag(&argc, argv, "--describe");
    enum pin_policy pin = take_pin(&argc, argv);
    gbench_flags(&argc, argv, refuse_library_flag);
    if (argc > 1) {
        fprintf(stderr, "cpython: unknown flag %.100s: see --help\n", argv[1]);
        return EXIT_REFUSED;
    }
    if (!gbench_filter_is_valid())
        return refuse("--benchmark_filter is no valid regular expression");
    return run(describes, pin);
}
