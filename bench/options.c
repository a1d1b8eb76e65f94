/* Reading flags. */
#include "bench/options.h"

#include "runtimes/rc/rc.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { PROBLEM = 256 };

static const char help[] =
    "usage: %s [FLAG]...\n"
    "Runs the workloads and micro benchmarks of one runtime, " RC_NAME ", and reports them.\n"
    "\n"
    "  --benchmark_filter=REGEX     only those whose name matches; -REGEX: all others\n"
    "  --benchmark_list_tests       list their names instead\n"
    "  --benchmark_format=FORMAT    console (default), json or csv, on standard output\n"
    "  --benchmark_out=FILE         a report in FILE too, --benchmark_out_format=FORMAT (default "
    "json)\n"
    "  --benchmark_repetitions=N    run each N times\n"
    "  --benchmark_...              whatever else Google Benchmark knows\n"
    "\n"
    "  --threads=N,N,...            run each workload with so many threads (default 1,2,4)\n"
    "  --pin=near|spread|none       threads on cores next to one another (default), far apart, or "
    "anywhere\n"
    "  --collector=on|off           automatic collection of cyclic garbage (default on)\n"
    "  --thresholds=A,B,C           of the collector's three generations (default 700,10,10)\n"
    "  --gc-policy=POLICY           what makes a collection due: counts (default), bytes or "
    "bytes-adaptive\n"
    "  --budgets=A,B,C              of the three generations under a byte policy, in KiB (default "
    "256,512,10240)\n"
    "  --heap=MIB                   a limit on what the allocator holds, such as 64 or 2.5 (to "
    "the KiB);\n"
    "                               what does not fit even after a collection fails the trial\n"
    "  --set=WORKLOAD.NAME=VALUE    a setting of a workload (--describe lists them); may be given "
    "again\n"
    "  --words=FILE                 a list of words, one on each line (default "
    "/usr/share/dict/words)\n"
    "  --licences=DIR               a folder of texts (default /usr/share/common-licenses)\n"
    "  --iso-codes=DIR              a folder of JSON files (default /usr/share/iso-codes/json)\n"
    "  --wordnet=DIR                a folder of WordNet data (default /usr/share/wordnet)\n"
    "  --dpkg-status=FILE           what dpkg knows of packages (default /var/lib/dpkg/status)\n"
    "  --tzdata=FILE                the time zone database (default "
    "/usr/share/zoneinfo/tzdata.zi)\n"
    "  --handoff                    measure how long a cache line takes between two pinned threads "
    "instead\n"
    "  --pauses=FILE                append the pauses of each trial to FILE, as lines of JSON\n"
    "  --profile=FILE               append what is seen of each trial's objects to FILE, as lines "
    "of JSON\n"
    "                               (only the program refbench-profile looks)\n"
    "  --alloc-snapshots=FILE       append what lies in the allocator's pools to FILE, as lines of "
    "JSON, at\n"
    "                               the end of each trial and on SIGUSR1; each stops all threads\n"
    "  --alloc-every=MS             and every MS milliseconds of a trial\n"
    "  --tour                       show the memory model on the running program, in JSON, "
    "instead\n"
    "  --describe                   tell about this program in JSON instead\n"
    "  --help                       this\n"
    "\n"
    "exit: 0 done, 2 refused (flags, inputs, memory), 3 nothing matched the filter, 4 a run "
    "failed\n";

void options_help(const char *program) { printf(help, program); }

/* Numbers from `least` to `most`, separated by commas; how many, 0 if there is anything else. */
static unsigned parse_numbers(const char *text, unsigned *numbers, unsigned capacity,
                              unsigned least, unsigned most)
{
    unsigned length = 0;
    for (;; text++) {
        if (*text < '0' || *text > '9' || length == capacity)
            return 0;
        char *end;
        errno = 0;
        unsigned long number = strtoul(text, &end, 10);
        if (errno != 0 || number < least || number > most)
            return 0;
        numbers[length++] = (unsigned)number;
        if (*end == '\0')
            return length;
        if (*end != ',')
            return 0;
        text = end;
    }
}

static bool parse_threads(struct options *options, const char *value, char *problem)
{
    options->thread_counts =
        parse_numbers(value, options->threads, OPTIONS_THREAD_COUNTS, 1, RC_MAX_THREADS);
    if (options->thread_counts == 0)
        snprintf(problem, PROBLEM,
                 "--threads=%.100s: give at most %d numbers from 1 to %d, such as 1,2,4", value,
                 OPTIONS_THREAD_COUNTS, RC_MAX_THREADS);
    return options->thread_counts != 0;
}

static bool parse_thresholds(struct options *options, const char *value, char *problem)
{
    unsigned numbers[GC_GENERATIONS];
    options->thresholds_given =
        parse_numbers(value, numbers, GC_GENERATIONS, 0, INT32_MAX - 1) == GC_GENERATIONS;
    for (unsigned i = 0; options->thresholds_given && i < GC_GENERATIONS; i++)
        options->thresholds[i] = numbers[i];
    if (!options->thresholds_given)
        snprintf(problem, PROBLEM, "--thresholds=%.100s: give three numbers, such as 700,10,10",
                 value);
    return options->thresholds_given;
}

static bool parse_budgets(struct options *options, const char *value, char *problem)
{
    unsigned numbers[GC_GENERATIONS];
    options->budgets_given =
        parse_numbers(value, numbers, GC_GENERATIONS, 0, UINT32_MAX) == GC_GENERATIONS;
    for (unsigned i = 0; options->budgets_given && i < GC_GENERATIONS; i++)
        options->budgets[i] = (uint64_t)numbers[i] << 10;
    if (!options->budgets_given)
        snprintf(problem, PROBLEM,
                 "--budgets=%.100s: give three numbers of KiB, such as 256,512,10240", value);
    return options->budgets_given;
}

static bool parse_gc_policy(struct options *options, const char *value, char *problem)
{
    for (enum gc_policy policy = GC_COUNTS; policy < GC_POLICIES; policy++) {
        if (strcmp(value, gc_policy_names[policy]) == 0) {
            options->gc_policy = policy;
            return true;
        }
    }
    snprintf(problem, PROBLEM, "--gc-policy=%.100s: give counts, bytes or bytes-adaptive", value);
    return false;
}

static bool parse_collector(struct options *options, const char *value, char *problem)
{
    options->collector = strcmp(value, "on") == 0;
    bool ok = options->collector || strcmp(value, "off") == 0;
    if (!ok)
        snprintf(problem, PROBLEM, "--collector=%.100s: give on or off", value);
    return ok;
}

static bool parse_pin(struct options *options, const char *value, char *problem)
{
    for (enum pin_policy policy = PIN_NEAR; policy < PIN_POLICIES; policy++) {
        if (strcmp(value, pin_names[policy]) == 0) {
            options->pin = policy;
            return true;
        }
    }
    snprintf(problem, PROBLEM, "--pin=%.100s: give near, spread or none", value);
    return false;
}

static bool parse_path(struct options *options, enum input_kind kind, const char *value,
                       char *problem)
{
    options->paths[kind] = value;
    if (*value == '\0')
        snprintf(problem, PROBLEM, "--%s=: give a path", inputs[kind].flag);
    return *value != '\0';
}

/* The workload whose "name." `text` begins with; WORKLOADS if there is none. */
static size_t find_workload(const char *text)
{
    size_t i = 0;
    for (; i < WORKLOADS; i++) {
        size_t length = strlen(workloads[i]->name);
        if (strncmp(text, workloads[i]->name, length) == 0 && text[length] == '.')
            break;
    }
    return i;
}

static bool parse_set(struct options *options, const char *value, char *problem)
{
    size_t i = find_workload(value);
    if (i == WORKLOADS) {
        snprintf(problem, PROBLEM,
                 "--set=%.100s: give WORKLOAD.NAME=VALUE, with a workload of --describe", value);
        return false;
    }
    char reason[PROBLEM - 64];
    bool ok = setting_parse(workloads[i]->settings, value + strlen(workloads[i]->name) + 1,
                            options->settings[i], reason, sizeof(reason));
    if (!ok)
        snprintf(problem, PROBLEM, "--set of %s: %s", workloads[i]->name, reason);
    return ok;
}

/* Digits, and perhaps a point and digits: in KiB, rounded down; 0 if it is anything else, or above HEAP_MIB_MAX MiB. */
static uint64_t parse_kib(const char *text)
{
    enum { WHOLE = 10, PLACES = 6 };
    const size_t whole = strspn(text, "0123456789");
    const char *point = text + whole;
    const size_t places = *point == '.' ? strspn(point + 1, "0123456789") : 0;
    if (whole == 0 || whole > WHOLE || places > PLACES || (*point == '.' && places == 0) ||
        point[*point == '.' ? places + 1 : 0] != '\0')
        return 0;
    uint64_t mib = 0;
    uint64_t part = 0;
    uint64_t unit = 1;
    for (size_t i = 0; i < whole; i++)
        mib = mib * 10 + (uint64_t)(text[i] - '0');
    for (size_t i = 0; i < places; i++, unit *= 10)
        part = part * 10 + (uint64_t)(point[1 + i] - '0');
    return mib > OPTIONS_HEAP_MIB ? 0 : (mib << 10) + (part << 10) / unit;
}

static bool parse_heap(struct options *options, const char *value, char *problem)
{
    options->heap = (size_t)parse_kib(value) << 10;
    if (options->heap == 0)
        snprintf(problem, PROBLEM, "--heap=%.100s: give MiB, such as 64 or 2.5, at most %d", value,
                 OPTIONS_HEAP_MIB);
    else if (!RC_FREES)
        snprintf(problem, PROBLEM,
                 "--heap: " RC_NAME " frees nothing, so a limit would only end it: choose another "
                 "runtime");
    return options->heap != 0 && RC_FREES;
}

static bool parse_pauses(struct options *options, const char *value, char *problem)
{
    options->pauses = value;
    if (*value == '\0')
        snprintf(problem, PROBLEM, "--pauses=: give a path");
    return *value != '\0';
}

static bool parse_profile(struct options *options, const char *value, char *problem)
{
    options->profile = value;
    bool ok = *value != '\0' && RC_PROFILES;
    if (!RC_PROFILES)
        snprintf(problem, PROBLEM,
                 "--profile: this program looks at no object's life: refbench-profile does");
    else if (!ok)
        snprintf(problem, PROBLEM, "--profile=: give a path");
    return ok;
}

static bool parse_snapshots(struct options *options, const char *value, char *problem)
{
    options->snapshots = value;
    if (*value == '\0')
        snprintf(problem, PROBLEM, "--alloc-snapshots=: give a path");
    return *value != '\0';
}

static bool parse_snapshot_ms(struct options *options, const char *value, char *problem)
{
    bool ok = parse_numbers(value, &options->snapshot_ms, 1, 1, OPTIONS_SNAPSHOT_MS) == 1;
    if (!ok)
        snprintf(problem, PROBLEM, "--alloc-every=%.100s: give milliseconds from 1 to %d", value,
                 OPTIONS_SNAPSHOT_MS);
    return ok;
}

static const struct flag {
    const char *name;
    bool (*parse)(struct options *options, const char *value, char *problem);
} flags[] = {
    {"--threads=", parse_threads},
    {"--pin=", parse_pin},
    {"--collector=", parse_collector},
    {"--thresholds=", parse_thresholds},
    {"--gc-policy=", parse_gc_policy},
    {"--budgets=", parse_budgets},
    {"--pauses=", parse_pauses},
    {"--profile=", parse_profile},
    {"--alloc-snapshots=", parse_snapshots},
    {"--alloc-every=", parse_snapshot_ms},
    {"--set=", parse_set},
    {"--heap=", parse_heap},
};

static const struct flag *find_flag(const char *argument)
{
    for (size_t i = 0; i < sizeof(flags) / sizeof(flags[0]); i++)
        if (strncmp(argument, flags[i].name, strlen(flags[i].name)) == 0)
            return &flags[i];
    return NULL;
}

/* The input whose --<flag>= the argument begins with; INPUT_KINDS if there is none. */
static enum input_kind find_input(const char *argument)
{
    enum input_kind kind = 0;
    for (; kind < INPUT_KINDS; kind++) {
        size_t length = strlen(inputs[kind].flag);
        if (strncmp(argument, "--", 2) == 0 &&
            strncmp(argument + 2, inputs[kind].flag, length) == 0 && argument[length + 2] == '=')
            break;
    }
    return kind;
}

static bool is_for_the_library(const char *argument)
{
    return strncmp(argument, "--benchmark_", 12) == 0;
}

/* Whether `argument` is an own flag and read, or for the library and `kept`. */
static bool parse_argument(struct options *options, const char *argument, bool *kept, char *problem)
{
    const struct flag *flag = find_flag(argument);
    enum input_kind input = find_input(argument);
    *kept = is_for_the_library(argument);
    if (flag != NULL)
        return flag->parse(options, argument + strlen(flag->name), problem);
    if (input != INPUT_KINDS)
        return parse_path(options, input, strchr(argument, '=') + 1, problem);
    if (strcmp(argument, "--help") == 0 || strcmp(argument, "-h") == 0)
        return options->help = true;
    if (strcmp(argument, "--describe") == 0)
        return options->describe = true;
    if (strcmp(argument, "--handoff") == 0)
        return options->handoff = true;
    if (strcmp(argument, "--tour") == 0)
        return options->tour = true;
    if (!*kept)
        snprintf(problem, PROBLEM, "unknown flag %.100s: see --help", argument);
    return *kept;
}

/* As many of 1, 2 and 4 as the strategy can run. */
static void default_threads(struct options *options)
{
    for (unsigned threads = 1; threads <= 4 && threads <= RC_MAX_THREADS; threads *= 2)
        options->threads[options->thread_counts++] = threads;
}

/* The tour shows the collector as it is by default. */
static bool is_changed(const struct options *options)
{
    return !options->collector || options->thresholds_given || options->budgets_given ||
           options->gc_policy != GC_COUNTS;
}

/* Flags that need, or exclude, each other. */
static bool check_together(const struct options *options, char *problem)
{
    bool lacks_file = options->snapshot_ms != 0 && options->snapshots == NULL;
    bool lacks_thread =
        (options->snapshots != NULL || options->snapshot_ms != 0) && RC_MAX_THREADS < 2;
    bool conflicts = options->tour && is_changed(options);
    bool lacks_ends = options->tour && !RC_FREES;
    if (lacks_ends)
        snprintf(problem, PROBLEM,
                 "--tour shows how objects end, and " RC_NAME
                 " frees nothing: choose another runtime");
    else if (lacks_thread)
        snprintf(problem, PROBLEM,
                 "--alloc-snapshots needs a second thread, which " RC_NAME
                 " cannot have: choose another runtime");
    else if (lacks_file)
        snprintf(problem, PROBLEM, "--alloc-every needs --alloc-snapshots=FILE");
    else if (conflicts)
        snprintf(problem, PROBLEM,
                 "--tour shows the collector's defaults: leave out --collector, --thresholds, "
                 "--gc-policy and --budgets");
    return !lacks_file && !lacks_thread && !lacks_ends && !conflicts;
}

bool options_parse(struct options *options, int *argc, char **argv, char problem[256])
{
    *options = (struct options){.collector = true, .pin = PIN_NEAR};
    default_threads(options);
    for (enum input_kind kind = 0; kind < INPUT_KINDS; kind++)
        options->paths[kind] = inputs[kind].path;
    for (size_t i = 0; i < WORKLOADS; i++)
        settings_reset(workloads[i]->settings, options->settings[i]);
    int left = 1;
    for (int i = 1; i < *argc; i++) {
        bool kept;
        if (!parse_argument(options, argv[i], &kept, problem))
            return false;
        if (kept)
            argv[left++] = argv[i];
    }
    argv[left] = NULL;
    *argc = left;
    return check_together(options, problem);
}
