/* Writing the topology as JSON. */
#include "bench/describe_topology.h"

#include "bench/trial/pin.h"

static void write_processors(struct json *json, const struct topology *topology)
{
    json_open(json, "processors", '[');
    for (unsigned i = 0; i < topology_processors(topology); i++) {
        const struct processor *processor = topology_processor(topology, i);
        json_open(json, NULL, '{');
        json_number(json, "number", processor->number);
        json_number(json, "core", processor->core);
        json_number(json, "thread", processor->thread);
        json_number(json, "cache", processor->cache);
        json_number(json, "node", processor->node);
        json_number(json, "package", processor->package);
        json_close(json, '}');
    }
    json_close(json, ']');
}

/* The operating system's numbers of the processors, as they are given to the threads of a team. */
static void write_order(struct json *json, const struct topology *topology, enum pin_policy policy)
{
    json_open(json, pin_names[policy], '[');
    for (unsigned i = 0; i < topology_processors(topology); i++)
        json_number(json, NULL, pin_processor(topology, policy, i)->number);
    json_close(json, ']');
}

static void write_nodes(struct json *json, const struct topology *topology)
{
    json_open(json, "nodes", '[');
    for (unsigned node = 0; node < topology_nodes(topology); node++) {
        json_open(json, NULL, '{');
        json_number(json, "number", topology_node_number(topology, node));
        json_number(json, "bytes", topology_node_bytes(topology, node));
        json_close(json, '}');
    }
    json_close(json, ']');
}

static unsigned last_cache(const struct topology *topology)
{
    return topology_processor(topology, topology_processors(topology) - 1)->cache;
}

static void write_caches(struct json *json, const struct topology *topology)
{
    json_open(json, "caches", '[');
    for (unsigned cache = 0; cache <= last_cache(topology); cache++) {
        json_open(json, NULL, '{');
        json_number(json, "level", topology_cache_level(topology, cache));
        json_number(json, "bytes", topology_cache_bytes(topology, cache));
        json_close(json, '}');
    }
    json_close(json, ']');
}

void describe_topology(struct json *json)
{
    const struct topology *machine = topology_machine();
    json_open(json, "topology", '{');
    json_bool(json, "real", topology_is_real(machine));
    write_processors(json, machine);
    write_caches(json, machine);
    write_nodes(json, machine);
    write_order(json, machine, PIN_NEAR);
    write_order(json, machine, PIN_SPREAD);
    json_close(json, '}');
    json_open(json, "pins", '[');
    for (enum pin_policy policy = PIN_NEAR; policy < PIN_POLICIES; policy++)
        json_string(json, NULL, pin_names[policy]);
    json_close(json, ']');
}
