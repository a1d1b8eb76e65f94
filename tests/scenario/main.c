/*
 * refbench-<runtime>-explore: runs scenarios in many schedules, or lists them.
 */
#include "alloc/base/fault.h"
#include "bench/exit_status.h"
#include "bench/json.h"
#include "tests/model/explore/image.h"
#include "tests/scenario/scenario.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

static const char help[] =
    "usage: %s --scenario=NAME [--runs=N | --seconds=S] [--seed=N] | --scenarios | --all\n"
    "Explores the runtime " RC_NAME ": what a few threads do to the same objects, in many orders.\n"
    "\n"
    "  --scenario=NAME    run this scenario, in random schedules with priorities (PCT)\n"
    "  --runs=N           so many (default: 2000)\n"
    "  --seconds=S        or as many as there is time for\n"
    "  --seed=N           of the random schedules (default: 1)\n"
    "  --exhaustive=P,R   instead, every schedule of at most P preemptions (or all) and R loads "
    "that\n"
    "                     return an older value; --seconds may cut it short\n"
    "  --replay=SCHEDULE  instead, that one schedule, and its steps\n"
    "  --fault=NAME       break the runtime first: a fault of alloc/base/faults.def\n"
    "  --all              run all scenarios, one after the other\n"
    "  --scenarios        list all scenarios in JSON instead\n"
    "  --help             this\n"
    "\n"
    "Prints a verdict in JSON, a line for each scenario; the steps of a failure go to stderr.\n"
    "exit: 0 no schedule failed, 2 refused (flags), 3 there is no such scenario, 4 one failed,\n"
    "      77 the runtime cannot have so many threads, or frees nothing\n";

enum { DEFAULT_RUNS = 2000, SKIPPED = 77, FIELD = 64 };

static struct options {
    const struct scenario *chosen;
    const char *fault;
    const char *replay;
    const char *exhaustive;
    struct bound bound;
    uint64_t runs;
    double seconds;
    uint64_t seed;
    bool all;
    bool list;
    bool help;
} options = {.seed = 1};

/* What is under way; looked at after a failure.  Not among the variables that each schedule begins with. */
static struct progress {
    const struct scenario *scenario;
    struct explored before;
    double begin;
    uint64_t run;
} * progress;

static int refuse(const char *problem, const char *what)
{
    fprintf(stderr, RC_NAME "-explore: %s%.100s\n", problem, what);
    return EXIT_REFUSED;
}

/* --- verdicts ----------------------------------------------------------------------------------------------------- */

static void begin_verdict(struct json *json, const char *verdict)
{
    const struct explored now = explore_so_far();
    json_open(json, NULL, '{');
    json_string(json, "schema", "refbench.scenario/1");
    json_string(json, "runtime", RC_NAME);
    json_string(json, "scenario", progress->scenario->name);
    json_string(json, "verdict", verdict);
    json_string(json, "search", options.exhaustive != NULL ? "exhaustive" : "random");
    json_number(json, "schedules", now.schedules - progress->before.schedules);
    json_number(json, "steps", now.steps - progress->before.steps);
    json_fraction(json, "seconds", explore_seconds() - progress->begin);
}

static void end_verdict(struct json *json)
{
    json_close(json, '}');
    puts("");
    fflush(stdout);
}

static void tell_success(bool complete)
{
    struct json json = {.file = stdout};
    begin_verdict(&json, "pass");
    if (options.exhaustive != NULL) {
        json_string(&json, "bound", options.exhaustive);
        json_bool(&json, "complete", complete);
    } else {
        json_number(&json, "seed", options.seed);
    }
    end_verdict(&json);
}

/* The command that repeats the schedule. */
static void describe_repeat(char *text, size_t size)
{
    char program[256] = "";
    if (readlink("/proc/self/exe", program, sizeof program - 1) < 0)
        program[0] = '\0';
    snprintf(text, size, "%s --scenario=%s%s%s --replay=%s", program, progress->scenario->name,
             options.fault != NULL ? " --fault=" : "", options.fault != NULL ? options.fault : "",
             report_schedule());
}

static void tell_failure(const char *message)
{
    static char repeat[REPORT_STEPS * 4 + 512];
    struct json json = {.file = stdout};
    (void)explore_look();
    describe_repeat(repeat, sizeof repeat);
    fprintf(stderr, "repeat: %s\n", repeat);
    begin_verdict(&json, "fail");
    json_string(&json, "error", message);
    json_number(&json, "failed_after", report_steps());
    if (options.exhaustive == NULL && options.replay == NULL) {
        json_number(&json, "seed", options.seed);
        json_number(&json, "run", progress->run);
    }
    json_string(&json, "repeat", repeat);
    end_verdict(&json);
    _exit(EXIT_TRIALS_FAILED);
}

/* --- searches ----------------------------------------------------------------------------------------------------- */

static bool is_enough(void)
{
    if (options.seconds > 0)
        return explore_seconds() - progress->begin >= options.seconds;
    return options.runs != 0 && progress->run >= options.runs;
}

static bool one_more(void)
{
    progress->run++;
    return is_enough();
}

/* Seeds that follow one another make schedules that have nothing in common. */
static void run_at_random(void)
{
    do
        explore_at_random(options.seed * UINT64_C(0xD1342543DE82EF95) + progress->run);
    while (!one_more());
}

static void run(const struct scenario *scenario)
{
    if (progress == NULL)
        progress = image_keep(sizeof *progress);
    scenario_choose(scenario);
    *progress = (struct progress){scenario, explore_so_far(), explore_seconds(), 0};
    report_to(stderr, tell_failure);
    bool complete = false;
    if (options.replay != NULL) {
        explore_again(options.replay);
        report_table(stderr);
    } else if (options.exhaustive != NULL) {
        complete = explore_within(options.bound, one_more);
    } else {
        run_at_random();
    }
    tell_success(complete);
    image_restore();
}

/* Why the runtime cannot run it, or NULL.  Main is a thread, too. */
static const char *obstacle(const struct scenario *scenario)
{
    if (scenario_threads(scenario) + 1 > RC_MAX_THREADS)
        return "so many threads cannot be attached";
    return scenario->script->ends && !RC_FREES ? "nothing is freed" : NULL;
}

static int run_all(void)
{
    for (const struct scenario *s = scenarios; s->name != NULL; s++)
        if (obstacle(s) == NULL)
            run(s);
    return EXIT_DONE;
}

static int run_chosen(void)
{
    const char *why = obstacle(options.chosen);
    if (why != NULL) {
        fprintf(stderr, "skipped: %s\n", why);
        return SKIPPED;
    }
    run(options.chosen);
    return EXIT_DONE;
}

/* --- the command line --------------------------------------------------------------------------------------------- */

static int list_scenarios(void)
{
    struct json json = {.file = stdout};
    json_open(&json, NULL, '{');
    json_string(&json, "schema", "refbench.scenarios/1");
    json_string(&json, "runtime", RC_NAME);
    json_open(&json, "scenarios", '[');
    for (const struct scenario *s = scenarios; s->name != NULL; s++) {
        json_open(&json, NULL, '{');
        json_string(&json, "name", s->name);
        json_string(&json, "group", s->group);
        json_number(&json, "threads", scenario_threads(s));
        json_string(&json, "says", s->says);
        json_close(&json, '}');
    }
    json_close(&json, ']');
    json_close(&json, '}');
    return puts("") == EOF || fflush(stdout) != 0
               ? refuse("the list of scenarios could not be written", "")
               : EXIT_DONE;
}

/* The value of `--name=value`; NULL if it is another flag. */
static const char *value_of(const char *argument, const char *name)
{
    const size_t length = strlen(name);
    return strncmp(argument, name, length) == 0 && argument[length] == '=' ? argument + length + 1
                                                                           : NULL;
}

static bool read_number(const char *text, uint64_t *number)
{
    char *end;
    *number = strtoull(text, &end, 10);
    return *text >= '0' && *text <= '9' && *end == '\0';
}

static bool read_seconds(const char *text, double *seconds)
{
    char *end;
    *seconds = strtod(text, &end);
    return end != text && *end == '\0' && *seconds > 0;
}

static bool parse_switch(const char *argument)
{
    const struct {
        const char *name;
        bool *is_on;
    } switches[] = {{"--all", &options.all},
                    {"--scenarios", &options.list},
                    {"--help", &options.help},
                    {"-h", &options.help}};
    for (size_t i = 0; i < sizeof switches / sizeof *switches; i++)
        if (strcmp(argument, switches[i].name) == 0)
            return *switches[i].is_on = true;
    return false;
}

static bool parse_value(const char *argument)
{
    const char *value;
    if ((value = value_of(argument, "--runs")) != NULL)
        return read_number(value, &options.runs) && options.runs > 0;
    if ((value = value_of(argument, "--seconds")) != NULL)
        return read_seconds(value, &options.seconds);
    if ((value = value_of(argument, "--seed")) != NULL)
        return read_number(value, &options.seed);
    if ((value = value_of(argument, "--replay")) != NULL)
        return (options.replay = value) != NULL;
    if ((value = value_of(argument, "--exhaustive")) != NULL)
        return explore_read_bound(options.exhaustive = value, &options.bound);
    return false;
}

/* The exit status if the argument cannot be served. */
static int parse(const char *argument)
{
    const char *fault = value_of(argument, "--fault");
    if (fault != NULL)
        return fault_seed(options.fault = fault) ? EXIT_DONE
                                                 : refuse("there is no such fault: ", fault);
    const char *name = value_of(argument, "--scenario");
    if (name == NULL)
        return parse_switch(argument) || parse_value(argument)
                   ? EXIT_DONE
                   : refuse("unknown flag or value, see --help: ", argument);
    options.chosen = scenario_find(name);
    if (options.chosen != NULL)
        return EXIT_DONE;
    refuse("there is no such scenario, see --scenarios: ", name);
    return EXIT_NOTHING_MATCHED;
}

int main(int argc, char **argv)
{
    for (int i = 1; i < argc; i++) {
        int status = parse(argv[i]);
        if (status != EXIT_DONE)
            return status;
    }
    if (options.runs == 0 && options.seconds <= 0 && options.exhaustive == NULL)
        options.runs = DEFAULT_RUNS;
    if (options.list)
        return list_scenarios();
    if (options.all && !options.help)
        return run_all();
    if (options.chosen != NULL && !options.help)
        return run_chosen();
    return printf(help, argv[0]) < 0 ? EXIT_REFUSED : EXIT_DONE;
}
