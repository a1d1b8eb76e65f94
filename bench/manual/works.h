/* Every workload of works.def, in its order. */
#ifndef MANUAL_WORKS_H
#define MANUAL_WORKS_H

#include "bench/manual/work.h"

#define WORK(name) extern const struct work work_##name;
#include "bench/manual/works.def"
#undef WORK

static const struct work *const works[] = {
#define WORK(name) &work_##name,
#include "bench/manual/works.def"
#undef WORK
};

enum { WORKS = sizeof(works) / sizeof(works[0]) };

#endif
