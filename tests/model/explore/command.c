/* The command line of a model: its searches one after the other, or one of them, or one schedule. */
#include "tests/model/explore/explore.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static bool is_last(struct bound bound) { return bound.preemptions == 0 && bound.old_reads == 0; }

static void run_searches(const struct bound *bounds)
{
    explore_within((struct bound){0, 0}, NULL);
    for (unsigned i = 0; i < EXPLORE_BOUNDS && !is_last(bounds[i]); i++)
        explore_within(bounds[i], NULL);
}

static void print_bounds(const struct bound *bounds)
{
    for (unsigned i = 0; i < EXPLORE_BOUNDS && !is_last(bounds[i]); i++) {
        printf(i == 0 ? "" : " ");
        if (bounds[i].preemptions == EXPLORE_ALL)
            printf("all,%u", bounds[i].old_reads);
        else
            printf("%u,%u", bounds[i].preemptions, bounds[i].old_reads);
    }
}

static void print_result(const struct bound *bounds, double seconds)
{
    struct explored all = explore_so_far();
    printf("%llu schedules (bounds ", (unsigned long long)all.schedules);
    print_bounds(bounds);
    printf("), %llu steps, %.1f s\n", (unsigned long long)all.steps, seconds);
}

static int replay(const char *schedule)
{
    explore_again(schedule);
    report_table(stdout);
    printf("no error\n");
    return 0;
}

bool explore_read_bound(const char *text, struct bound *bound)
{
    char preemptions[8];
    /* NOLINTNEXTLINE(cert-err34-c) */
    if (sscanf(text, "%7[0-9a-z],%u", preemptions, &bound->old_reads) != 2)
        return false;
    bound->preemptions =
        strcmp(preemptions, "all") == 0 ? EXPLORE_ALL : (unsigned)strtoul(preemptions, NULL, 10);
    return true;
}

int explore(int argc, char **argv, const struct model *model)
{
    struct bound only[EXPLORE_BOUNDS] = {{0, 0}};
    bool one_search = argc == 2 && strncmp(argv[1], "--bound=", 8) == 0 &&
                      explore_read_bound(argv[1] + 8, &only[0]);
    bool is_replay = argc == 2 && strncmp(argv[1], "--replay=", 9) == 0;
    if (argc > 1 && !one_search && !is_replay) {
        fprintf(stderr, "usage: %s [--replay=SCHEDULE | --bound=PREEMPTIONS,OLD_READS]\n", argv[0]);
        return 2;
    }
    explore_prepare(model);
    if (is_replay)
        return replay(argv[1] + 9);
    double begin = explore_seconds();
    const struct bound *bounds = one_search ? only : model->bounds;
    run_searches(bounds);
    print_result(bounds, explore_seconds() - begin);
    return 0;
}
