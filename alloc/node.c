/* The nodes of the machine that we run on. */
#include "alloc/node.h"

#include "alloc/base/topology.h"

struct node_source node_source = {.count = 1};

static unsigned here(void) { return topology_node_here(topology_machine()); }

static bool prefer(void *start, size_t size, unsigned node)
{
    return topology_prefer(topology_machine(), start, size, node);
}

void node_start(void)
{
    unsigned count = topology_nodes(topology_machine());
    if (count > 1 && count <= NODE_MAX)
        node_source = (struct node_source){count, here, prefer};
}
