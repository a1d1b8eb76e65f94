/*
 * The machine, as a part of what a program says of itself (bench/describe.h): the processors it may use with their groups
 * (alloc/base/topology.h), both orders of pinning, the nodes' memory and the caches' sizes.
 */
#ifndef BENCH_DESCRIBE_TOPOLOGY_H
#define BENCH_DESCRIBE_TOPOLOGY_H

#include "bench/json.h"

/* Writes the members `topology` and `pins`. */
void describe_topology(struct json *json);

#endif
