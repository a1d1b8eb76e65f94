/* Rows of line numbers; 0 is no line. */
#include "runtimes/rc/rc.h"

#if RC_TALLY == 2
#include "runtimes/rc/tally_cache.h"

#include <string.h>

enum { LINE = 64, NEAR_WAYS = 8, LAST_WAYS = 16, CACHES = PROFILE_LEVELS - 1 };
enum {
    FIRST_SETS = (32 << 10) / LINE / NEAR_WAYS,
    SECOND_SETS = (1 << 20) / LINE / NEAR_WAYS,
    THIRD_SETS = (32 << 20) / LINE / LAST_WAYS,
};

static uintptr_t first[FIRST_SETS * NEAR_WAYS];
static uintptr_t second[SECOND_SETS * NEAR_WAYS];
static uintptr_t third[THIRD_SETS * LAST_WAYS];

static const struct {
    uintptr_t *lines;
    unsigned sets; /* a power of two */
    unsigned ways;
} caches[CACHES] = {
    {first, FIRST_SETS, NEAR_WAYS},
    {second, SECOND_SETS, NEAR_WAYS},
    {third, THIRD_SETS, LAST_WAYS},
};

/* Whether the row has the line, which becomes its first. */
static bool use(uintptr_t *row, unsigned ways, uintptr_t line)
{
    unsigned way = 0;
    while (way + 1 < ways && row[way] != line)
        way++;
    const bool found = row[way] == line;
    memmove(row + 1, row, way * sizeof(row[0]));
    row[0] = line;
    return found;
}

enum profile_level tally_cache_touch(const void *address)
{
    const uintptr_t line = (uintptr_t)address / LINE;
    unsigned level = 0;
    while (level < CACHES) {
        const unsigned ways = caches[level].ways;
        uintptr_t *row = caches[level].lines + (line & (caches[level].sets - 1)) * ways;
        if (use(row, ways, line))
            break;
        level++;
    }
    return (enum profile_level)level;
}
#else
typedef int tally_cache_none; /* ISO C wants a declaration in every file */
#endif
