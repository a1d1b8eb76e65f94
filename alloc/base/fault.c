/* Which fault is seeded. */
#include "alloc/base/fault.h"

#include <stdlib.h>
#include <string.h>

enum fault fault_seeded = FAULT_none;

static const char *const names[] = {
#define SEED(name, runtime, tool, what) [FAULT_##name] = #name,
#include "alloc/base/faults.def"
#undef SEED
};

bool fault_seed(const char *name)
{
    for (enum fault fault = FAULT_none + 1; fault < sizeof names / sizeof *names; fault++) {
        if (REFBENCH_FAULTS && strcmp(name, names[fault]) == 0) {
            fault_seeded = fault;
            return true;
        }
    }
    return false;
}

__attribute__((constructor)) static void seed_from_environment(void)
{
    const char *name = REFBENCH_FAULTS ? getenv("REFBENCH_FAULT") : NULL;
    CHECK(name == NULL || fault_seed(name), "REFBENCH_FAULT=%s: there is no such fault", name);
}
