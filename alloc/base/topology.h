/*
 * The machine as hwloc tells of it: which processors this process may use, and what lies close to what.
 *
 * A processor is what runs one thread: a core, or one of its hardware threads.  Groups nest:
 *
 *   package > node > cache > core > processor
 *
 * A node is a NUMA node, memory that all processors of the group are equally near to; a cache is the outermost that a core
 * shares with others.  Groups have numbers from 0 in the order of the topology, over the whole machine; where the machine
 * tells of no caches, all of a node count as one.
 *
 * Two orders tell where the threads of a team go:
 *   near    groups are filled one after another, so that those who share a cache or a node come first
 *   spread  packages take turns, in a package its nodes, in a node its caches, in a cache its cores
 * In both a core's second hardware thread comes only after every core has its first: two threads of one core share its
 * execution units, which would be measured instead of what they do together.
 *
 * Only processors that the process may use count (cgroup, taskset), as it was when the topology was loaded.  hwloc is used
 * here and nowhere else.  Its variable HWLOC_SYNTHETIC shows another machine, on which nothing can be bound.
 *
 * Thread-safety: a topology does not change once it is loaded.
 */
#ifndef ALLOC_BASE_TOPOLOGY_H
#define ALLOC_BASE_TOPOLOGY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct topology;

struct processor {
    unsigned number; /* the operating system's */
    unsigned core;
    unsigned cache;
    unsigned node;
    unsigned package;
    unsigned thread; /* which one of its core's: 0 is the first */
};

/* This machine, loaded when first asked for, for the life of the process. */
const struct topology *topology_machine(void);

/* A machine that is described as hwloc describes synthetic ones, such as "pack:2 numa:1 l3:2 core:4 pu:2".  `allowed`, a list
 * of processors such as "0-3,6", leaves only these; NULL leaves all. */
struct topology *topology_synthetic(const char *description, const char *allowed);
void topology_destroy(struct topology *topology); /* not for topology_machine() */

/* Whether it is the machine that we run on. */
bool topology_is_real(const struct topology *topology);

/* The processors in the order of the topology. */
unsigned topology_processors(const struct topology *topology);
const struct processor *topology_processor(const struct topology *topology, unsigned index);

/* The processors in the orders above. */
const struct processor *topology_near(const struct topology *topology, unsigned index);
const struct processor *topology_spread(const struct topology *topology, unsigned index);

/* How many nodes the processors belong to, and the bytes of memory of one; 0 is "not told". */
unsigned topology_nodes(const struct topology *topology);
uint64_t topology_node_bytes(const struct topology *topology, unsigned node);

/* The operating system's number of a node. */
unsigned topology_node_number(const struct topology *topology, unsigned node);

/* Level and bytes of a cache as above; 0 is "not told". */
unsigned topology_cache_level(const struct topology *topology, unsigned cache);
uint64_t topology_cache_bytes(const struct topology *topology, unsigned cache);

/* Binds the calling thread to a processor.  False if the system does not let it. */
bool topology_bind(const struct topology *topology, const struct processor *processor);

/* Lets the calling thread run on every processor. */
void topology_unbind(const struct topology *topology);

/* The node that the calling thread runs on now; 0 if that is not known. */
unsigned topology_node_here(const struct topology *topology);

/* Memory that is first touched from now on is to come from the node, or from elsewhere if that has none left.  False if the
 * system cannot be told. */
bool topology_prefer(const struct topology *topology, void *start, size_t size, unsigned node);

/* The version of hwloc, as in 2.9.0. */
void topology_library(char version[32]);

#endif
