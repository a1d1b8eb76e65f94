/* Every workload of workloads.def, in its order. */
#ifndef BENCH_WORKLOADS_ALL_H
#define BENCH_WORKLOADS_ALL_H

#include "bench/workload.h"

#define WORKLOAD(name) extern const struct workload workload_##name;
#include "bench/workloads/workloads.def"
#undef WORKLOAD

static const struct workload *const workloads[] = {
#define WORKLOAD(name) &workload_##name,
#include "bench/workloads/workloads.def"
#undef WORKLOAD
};

enum { WORKLOADS = sizeof(workloads) / sizeof(workloads[0]) };

#endif
