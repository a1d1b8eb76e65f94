/* The list, searched from where the last one was found: the types of objects that are made one after another are few. */
#include "runtimes/rc/tally.h"

#if RC_TALLY == 2
#include "runtimes/rc/tally_types.h"

#include <string.h>

static struct {
    struct profile_type known[PROFILE_TYPES];
    struct profile_type told[PROFILE_TYPES];
    unsigned length;
    unsigned length_told;
    unsigned latest;
} types = {.known = {{.name = "(others)"}}, .length = 1};

const char *const profile_kinds[PROFILE_KINDS] = {"owner", "foreign", "immortal"};
const char *const profile_places[PROFILE_PLACES] = {"stack", "read",    "found", "constant",
                                                    "owned", "written", "ended", "named"};
const char *const profile_blocks[PROFILE_BLOCKS] = {"object", "container", "table"};

unsigned tally_type_number(const char *name)
{
    if (types.known[types.latest].name == name)
        return types.latest;
    for (unsigned i = 1; i < types.length; i++)
        if (strcmp(types.known[i].name, name) == 0)
            return types.latest = i;
    if (types.length == PROFILE_TYPES)
        return 0;
    types.known[types.length].name = name;
    return types.latest = types.length++;
}

struct profile_type *tally_type(unsigned number) { return &types.known[number]; }

void tally_types_forget(void)
{
    for (unsigned i = 0; i < types.length; i++)
        types.known[i] = (struct profile_type){.name = types.known[i].name};
}

struct profile_type *tally_types_tell(void)
{
    memcpy(types.told, types.known, sizeof(types.told));
    types.length_told = types.length;
    return types.told;
}

const struct profile_type *rc_profile_types(size_t *count)
{
    *count = types.length_told;
    return types.told;
}
#else
typedef int profile_types_none; /* ISO C wants a declaration in every file */
#endif
