/*
 * Reading hwloc's tree once into a table, and sorting that.
 *
 * Both orders are sorts by a tuple.  With `within` the number of a group among its siblings,
 *   near    (thread, package, node, cache, core)
 *   spread  (thread, core within cache, cache within node, node within package, package)
 * so that what comes last changes fastest.
 */
#include "alloc/base/topology.h"

#include "alloc/base/check.h"

#include <errno.h>
#include <hwloc.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { LEVELS = 5 }; /* of the tuples that are sorted by */

/* A processor, and its groups' places among their siblings. */
struct place {
    struct processor processor;
    unsigned core_within;
    unsigned cache_within;
    unsigned node_within;
};

struct topology {
    hwloc_topology_t hwloc;
    unsigned processors;
    unsigned nodes;
    struct place *places;          /* in the order of the topology */
    const struct processor **near; /* the same in both orders */
    const struct processor **spread;
    hwloc_obj_t *node_objects;  /* by the number of the node */
    hwloc_obj_t *cache_objects; /* by the number of the cache; NULL where there is none */
};

static void *zeroed(size_t count, size_t size)
{
    void *memory = calloc(count, size);
    CHECK(memory != NULL, "no memory for the topology");
    return memory;
}

/* --- reading the tree ------------------------------------------------------------------------------------------------ */

static hwloc_obj_t ancestor(const struct topology *t, hwloc_obj_t unit, hwloc_obj_type_t type)
{
    return hwloc_get_ancestor_obj_by_type(t->hwloc, type, unit);
}

/* The outermost cache above a unit that is no wider than its node; NULL if none is told of. */
static hwloc_obj_t outermost_cache(hwloc_obj_t unit, hwloc_obj_t node)
{
    hwloc_obj_t found = NULL;
    for (hwloc_obj_t up = unit->parent; up != NULL; up = up->parent)
        if (hwloc_obj_type_is_dcache(up->type) && hwloc_bitmap_isincluded(up->cpuset, node->cpuset))
            found = up;
    return found;
}

/* The first node, in the order of the topology, that a unit is local to. */
static hwloc_obj_t node_of(const struct topology *t, hwloc_obj_t unit)
{
    hwloc_obj_t node = NULL;
    while ((node = hwloc_get_next_obj_by_type(t->hwloc, HWLOC_OBJ_NUMANODE, node)) != NULL)
        if (hwloc_bitmap_isincluded(unit->cpuset, node->cpuset))
            return node;
    return hwloc_get_obj_by_type(t->hwloc, HWLOC_OBJ_NUMANODE, 0);
}

/* What a unit belongs to; groups the machine does not tell of are NULL. */
struct groups {
    hwloc_obj_t package;
    hwloc_obj_t node;
    hwloc_obj_t cache;
    hwloc_obj_t core;
};

static struct groups groups_of(const struct topology *t, hwloc_obj_t unit)
{
    hwloc_obj_t node = node_of(t, unit);
    hwloc_obj_t core = ancestor(t, unit, HWLOC_OBJ_CORE);
    return (struct groups){
        .package = ancestor(t, unit, HWLOC_OBJ_PACKAGE),
        .node = node,
        .cache = outermost_cache(unit, node),
        .core = core != NULL ? core : unit,
    };
}

/* Numbers the groups of a unit, given the unit before it and its groups: units come in the order of the topology, in which
 * the units of a group follow one another. */
static struct place place_after(const struct place *last, const struct groups *before,
                                const struct groups *now)
{
    struct place place = *last;
    struct processor *p = &place.processor;
    bool package = now->package != before->package;
    bool node = package || now->node != before->node;
    bool cache = node || now->cache != before->cache;
    bool core = cache || now->core != before->core;
    p->package += package;
    p->node += now->node != before->node;
    p->cache += cache;
    p->core += core;
    p->thread = core ? 0 : p->thread + 1;
    place.node_within = package ? 0 : place.node_within + node;
    place.cache_within = node ? 0 : place.cache_within + cache;
    place.core_within = cache ? 0 : place.core_within + core;
    return place;
}

static void read_places(struct topology *t)
{
    struct groups before = {0};
    for (unsigned i = 0; i < t->processors; i++) {
        hwloc_obj_t unit = hwloc_get_obj_by_type(t->hwloc, HWLOC_OBJ_PU, i);
        struct groups now = groups_of(t, unit);
        struct place *place = &t->places[i];
        if (i > 0)
            *place = place_after(&t->places[i - 1], &before, &now);
        place->processor.number = unit->os_index;
        t->node_objects[place->processor.node] = now.node;
        t->cache_objects[place->processor.cache] = now.cache;
        before = now;
    }
    t->nodes = t->places[t->processors - 1].processor.node + 1;
}

/* --- the orders ------------------------------------------------------------------------------------------------------ */

static int compare(const unsigned *a, const unsigned *b)
{
    for (unsigned i = 0; i < LEVELS; i++)
        if (a[i] != b[i])
            return a[i] < b[i] ? -1 : 1;
    return 0;
}

static int compare_near(const void *a, const void *b)
{
    const struct processor *x = *(const struct processor *const *)a;
    const struct processor *y = *(const struct processor *const *)b;
    const unsigned left[LEVELS] = {x->thread, x->package, x->node, x->cache, x->core};
    const unsigned right[LEVELS] = {y->thread, y->package, y->node, y->cache, y->core};
    return compare(left, right);
}

static int compare_spread(const void *a, const void *b)
{
    const struct place *x = *(const struct place *const *)a; /* a place begins with its processor */
    const struct place *y = *(const struct place *const *)b;
    const unsigned left[LEVELS] = {x->processor.thread, x->core_within, x->cache_within,
                                   x->node_within, x->processor.package};
    const unsigned right[LEVELS] = {y->processor.thread, y->core_within, y->cache_within,
                                    y->node_within, y->processor.package};
    return compare(left, right);
}

static const struct processor **sorted(const struct topology *t,
                                       int (*order)(const void *, const void *))
{
    const struct processor **processors = zeroed(t->processors, sizeof *processors);
    for (unsigned i = 0; i < t->processors; i++)
        processors[i] = &t->places[i].processor;
    qsort(processors, t->processors, sizeof *processors, order);
    return processors;
}

/* --- loading --------------------------------------------------------------------------------------------------------- */

static struct topology *begin(void)
{
    struct topology *t = zeroed(1, sizeof *t);
    CHECK(hwloc_topology_init(&t->hwloc) == 0, "hwloc_topology_init: %s", strerror(errno));
    return t;
}

static struct topology *finish(struct topology *t)
{
    int units = hwloc_get_nbobjs_by_type(t->hwloc, HWLOC_OBJ_PU);
    CHECK(units > 0, "hwloc found no processor");
    t->processors = (unsigned)units;
    t->places = zeroed(t->processors, sizeof *t->places);
    t->node_objects = zeroed(t->processors, sizeof(hwloc_obj_t));
    t->cache_objects = zeroed(t->processors, sizeof(hwloc_obj_t));
    read_places(t);
    t->near = sorted(t, compare_near);
    t->spread = sorted(t, compare_spread);
    return t;
}

static struct topology *machine;
static pthread_once_t machine_once = PTHREAD_ONCE_INIT;

static void load_machine(void)
{
    struct topology *t = begin();
    /* The binding can only be asked of this system, which hwloc is told, since it may have been given another. */
    hwloc_topology_set_flags(t->hwloc, HWLOC_TOPOLOGY_FLAG_RESTRICT_TO_CPUBINDING |
                                           HWLOC_TOPOLOGY_FLAG_IS_THISSYSTEM);
    CHECK(hwloc_topology_load(t->hwloc) == 0, "hwloc_topology_load: %s", strerror(errno));
    machine = finish(t);
}

const struct topology *topology_machine(void)
{
    pthread_once(&machine_once, load_machine);
    return machine;
}

struct topology *topology_synthetic(const char *description, const char *allowed)
{
    struct topology *t = begin();
    CHECK(hwloc_topology_set_synthetic(t->hwloc, description) == 0, "no description: %s",
          description);
    CHECK(hwloc_topology_load(t->hwloc) == 0, "hwloc_topology_load: %s", strerror(errno));
    if (allowed == NULL)
        return finish(t);
    hwloc_bitmap_t set = hwloc_bitmap_alloc();
    CHECK(set != NULL, "no memory for the topology");
    CHECK(hwloc_bitmap_list_sscanf(set, allowed) == 0, "no list of processors: %s", allowed);
    CHECK(hwloc_topology_restrict(t->hwloc, set, 0) == 0, "none of %s in %s", allowed, description);
    hwloc_bitmap_free(set);
    return finish(t);
}

void topology_destroy(struct topology *t)
{
    free(t->spread);
    free(t->near);
    free(t->cache_objects);
    free(t->node_objects);
    free(t->places);
    hwloc_topology_destroy(t->hwloc);
    free(t);
}

/* --- asking ---------------------------------------------------------------------------------------------------------- */

bool topology_is_real(const struct topology *t) { return hwloc_topology_is_thissystem(t->hwloc); }

unsigned topology_processors(const struct topology *t) { return t->processors; }

const struct processor *topology_processor(const struct topology *t, unsigned index)
{
    return &t->places[index].processor;
}

const struct processor *topology_near(const struct topology *t, unsigned index)
{
    return t->near[index];
}

const struct processor *topology_spread(const struct topology *t, unsigned index)
{
    return t->spread[index];
}

unsigned topology_nodes(const struct topology *t) { return t->nodes; }

uint64_t topology_node_bytes(const struct topology *t, unsigned node)
{
    return t->node_objects[node]->attr->numanode.local_memory;
}

unsigned topology_node_number(const struct topology *t, unsigned node)
{
    return t->node_objects[node]->os_index;
}

unsigned topology_cache_level(const struct topology *t, unsigned cache)
{
    const struct hwloc_obj *object = t->cache_objects[cache];
    return object == NULL ? 0 : object->attr->cache.depth;
}

uint64_t topology_cache_bytes(const struct topology *t, unsigned cache)
{
    const struct hwloc_obj *object = t->cache_objects[cache];
    return object == NULL ? 0 : object->attr->cache.size;
}

void topology_library(char version[32])
{
    unsigned v = hwloc_get_api_version();
    snprintf(version, 32, "%u.%u.%u (interface)", v >> 16, v >> 8 & 0xff, v & 0xff);
}

/* --- binding --------------------------------------------------------------------------------------------------------- */

bool topology_bind(const struct topology *t, const struct processor *processor)
{
    hwloc_bitmap_t set = hwloc_bitmap_alloc();
    if (set == NULL)
        return false;
    bool ok = topology_is_real(t) && hwloc_bitmap_only(set, processor->number) == 0 &&
              hwloc_set_cpubind(t->hwloc, set, HWLOC_CPUBIND_THREAD) == 0;
    hwloc_bitmap_free(set);
    return ok;
}

void topology_unbind(const struct topology *t)
{
    if (topology_is_real(t))
        hwloc_set_cpubind(t->hwloc, hwloc_topology_get_topology_cpuset(t->hwloc),
                          HWLOC_CPUBIND_THREAD);
}

static unsigned node_of_number(const struct topology *t, int number)
{
    for (unsigned i = 0; i < t->processors; i++)
        if ((int)t->places[i].processor.number == number)
            return t->places[i].processor.node;
    return 0;
}

unsigned topology_node_here(const struct topology *t)
{
    hwloc_bitmap_t set = hwloc_bitmap_alloc();
    if (set == NULL)
        return 0;
    bool known = topology_is_real(t) &&
                 hwloc_get_last_cpu_location(t->hwloc, set, HWLOC_CPUBIND_THREAD) == 0;
    unsigned node = known ? node_of_number(t, hwloc_bitmap_first(set)) : 0;
    hwloc_bitmap_free(set);
    return node;
}

/* BIND without STRICT is what the kernel calls preferred: elsewhere if the node is full. */
bool topology_prefer(const struct topology *t, void *start, size_t size, unsigned node)
{
    return topology_is_real(t) &&
           hwloc_set_area_membind(t->hwloc, start, size, t->node_objects[node]->nodeset,
                                  HWLOC_MEMBIND_BIND, HWLOC_MEMBIND_BYNODESET) == 0;
}
