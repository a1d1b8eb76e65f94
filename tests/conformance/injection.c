/* The allocation that fails, counted by alloc/failure.h. */
#include "tests/conformance/injection.h"

#include "alloc/failure.h"
#include "bench/exit_status.h"
#include "gc/gc.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

static uint64_t asked; /* 0: none */
static _Atomic bool is_over;

bool injection_parse(const char *number)
{
    char *end;
    errno = 0;
    asked = strtoull(number, &end, 10);
    return errno == 0 && *number >= '0' && *number <= '9' && *end == '\0' && asked > 0;
}

void injection_begin(void) { failure_at(asked); }

bool injection_is_on(void) { return asked != 0; }

bool injection_has_come(void) { return asked != 0 && !failure_is_pending(); }

void injection_excuse_nothing(void) { store_relaxed(&is_over, true); }

bool injection_excuses(void)
{
    uint64_t kept = 0;
    for (unsigned i = 0; i < GC_GENERATIONS; i++)
        kept += gc_statistics(i).uncollectable;
    return !load_relaxed(&is_over) && injection_has_come() && kept != 0;
}

int injection_end(const char *name)
{
    if (asked == 0 || injection_has_come())
        return EXIT_DONE;
    fprintf(stderr, "there is no allocation %" PRIu64 ": %s makes %" PRIu64 "\n", asked, name,
            asked - load_relaxed(&failure_countdown.left));
    return EXIT_NOTHING_MATCHED;
}
