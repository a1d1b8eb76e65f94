/*
 * A model of several programs, which differ in what one of their threads does.
 *
 *   --program=NAME [--replay=SCHEDULE | --bound=PREEMPTIONS,OLD_READS]     only that one
 *
 * What is printed of a failure begins with the program's name.
 */
#ifndef TESTS_MODEL_COUNTING_PROGRAMS_H
#define TESTS_MODEL_COUNTING_PROGRAMS_H

#include "tests/model/explore/explore.h"

#include <stdio.h>

static inline uint64_t program_explore(const struct model *program)
{
    printf("program %s\n", program->name);
    uint64_t schedules = explore_search(program, (struct bound){0, 0});
    for (unsigned i = 0; i < EXPLORE_BOUNDS && program->bounds[i].preemptions != 0; i++)
        schedules += explore_search(program, program->bounds[i]);
    return schedules;
}

static inline int programs_explore(int argc, char **argv, const struct model *programs,
                                   unsigned count)
{
    uint64_t schedules = 0;
    const char *name = argc > 1 && strncmp(argv[1], "--program=", 10) == 0 ? argv[1] + 10 : NULL;
    for (unsigned i = 0; i < count; i++) {
        if (name != NULL && strcmp(name, programs[i].name) == 0)
            return explore(argc - 1, argv + 1, &programs[i]);
        if (name == NULL)
            schedules += program_explore(&programs[i]);
    }
    if (name != NULL)
        return 2;
    printf("%llu schedules (%u programs)\n", (unsigned long long)schedules, count);
    return 0;
}

#endif
