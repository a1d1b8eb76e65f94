/* Choosing and binding processing units with hwloc. */
#include "bench/trial/pin.h"

#include "alloc/base/check.h"

#include <hwloc.h>
#include <limits.h>
#include <stdlib.h>

const char *const pin_names[PIN_POLICIES] = {"near", "spread", "off"};

struct pin {
    hwloc_topology_t topology;
    unsigned threads;
    hwloc_bitmap_t *units; /* one for each thread; NULL if not pinned */
};

/* Unit number `level` of core number `i`; NULL if the core has fewer. */
static hwloc_obj_t unit_of_core(hwloc_topology_t topology, unsigned i, unsigned level)
{
    hwloc_obj_t core = hwloc_get_obj_by_type(topology, HWLOC_OBJ_CORE, i);
    CHECK(core != NULL, "hwloc has no core %u", i);
    return hwloc_get_obj_inside_cpuset_by_type(topology, core->cpuset, HWLOC_OBJ_PU, level);
}

/* The n-th unit when every core gives its first, then every core its second, and so on; NULL if the machine tells of no
 * cores. */
static hwloc_obj_t near_unit(hwloc_topology_t topology, unsigned n)
{
    int cores = hwloc_get_nbobjs_by_type(topology, HWLOC_OBJ_CORE);
    unsigned last = n;
    for (unsigned level = 0; level <= last; level++) {
        for (int i = 0; i < cores; i++) {
            hwloc_obj_t unit = unit_of_core(topology, (unsigned)i, level);
            if (unit != NULL && n-- == 0)
                return unit;
        }
    }
    return NULL;
}

static hwloc_bitmap_t copy_of(hwloc_const_bitmap_t set)
{
    hwloc_bitmap_t copy = hwloc_bitmap_dup(set);
    CHECK(copy != NULL, "no memory");
    return copy;
}

static void choose_near(struct pin *pin, unsigned available)
{
    for (unsigned i = 0; i < pin->threads; i++) {
        hwloc_obj_t unit = near_unit(pin->topology, i % available);
        if (unit == NULL)
            unit = hwloc_get_obj_by_type(pin->topology, HWLOC_OBJ_PU, i % available);
        CHECK(unit != NULL, "hwloc has no processing unit %u", i % available);
        pin->units[i] = copy_of(unit->cpuset);
    }
}

static void choose_spread(struct pin *pin, unsigned available)
{
    hwloc_obj_t root = hwloc_get_root_obj(pin->topology);
    unsigned distinct = pin->threads < available ? pin->threads : available;
    CHECK(hwloc_distrib(pin->topology, &root, 1, pin->units, distinct, INT_MAX, 0) == 0,
          "hwloc_distrib failed");
    for (unsigned i = 0; i < distinct; i++)
        hwloc_bitmap_singlify(pin->units[i]);
    for (unsigned i = distinct; i < pin->threads; i++)
        pin->units[i] = copy_of(pin->units[i % distinct]);
}

static void choose(struct pin *pin, enum pin_policy policy)
{
    int available = hwloc_get_nbobjs_by_type(pin->topology, HWLOC_OBJ_PU);
    CHECK(available > 0, "hwloc found no processing unit");
    pin->units = calloc(pin->threads, sizeof(hwloc_bitmap_t));
    CHECK(pin->units != NULL, "no memory");
    if (policy == PIN_NEAR)
        choose_near(pin, (unsigned)available);
    else
        choose_spread(pin, (unsigned)available);
}

struct pin *pin_create(enum pin_policy policy, unsigned threads)
{
    struct pin *pin = malloc(sizeof(*pin));
    CHECK(pin != NULL, "no memory");
    *pin = (struct pin){.threads = threads};
    CHECK(hwloc_topology_init(&pin->topology) == 0, "hwloc_topology_init failed");
    hwloc_topology_set_flags(pin->topology, HWLOC_TOPOLOGY_FLAG_RESTRICT_TO_CPUBINDING |
                                                HWLOC_TOPOLOGY_FLAG_IS_THISSYSTEM);
    CHECK(hwloc_topology_load(pin->topology) == 0, "hwloc_topology_load failed");
    if (policy != PIN_OFF)
        choose(pin, policy);
    return pin;
}

void pin_destroy(struct pin *pin)
{
    for (unsigned i = 0; pin->units != NULL && i < pin->threads; i++)
        hwloc_bitmap_free(pin->units[i]);
    free(pin->units);
    hwloc_topology_destroy(pin->topology);
    free(pin);
}

bool pin_here(const struct pin *pin, unsigned index)
{
    return pin->units == NULL ||
           hwloc_set_cpubind(pin->topology, pin->units[index], HWLOC_CPUBIND_THREAD) == 0;
}

void pin_undo(const struct pin *pin)
{
    if (pin->units != NULL)
        hwloc_set_cpubind(pin->topology, hwloc_topology_get_allowed_cpuset(pin->topology),
                          HWLOC_CPUBIND_THREAD);
}

int pin_unit(const struct pin *pin, unsigned index)
{
    return pin->units == NULL ? -1 : hwloc_bitmap_first(pin->units[index]);
}
