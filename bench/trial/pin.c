/* Choosing processors, and binding threads to them. */
#include "bench/trial/pin.h"

const char *const pin_names[PIN_POLICIES] = {"near", "spread", "none"};

const struct processor *pin_processor(const struct topology *topology, enum pin_policy policy,
                                      unsigned index)
{
    unsigned place = index % topology_processors(topology);
    if (policy == PIN_NONE)
        return NULL;
    return policy == PIN_NEAR ? topology_near(topology, place) : topology_spread(topology, place);
}

bool pin_here(enum pin_policy policy, unsigned index)
{
    const struct topology *machine = topology_machine();
    const struct processor *processor = pin_processor(machine, policy, index);
    return processor == NULL || topology_bind(machine, processor);
}

void pin_undo(enum pin_policy policy)
{
    if (policy != PIN_NONE)
        topology_unbind(topology_machine());
}
