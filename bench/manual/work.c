/* Judging results. */
#include "bench/manual/work.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>

void work_wrong(struct work_run *run, const char *format, ...)
{
    size_t room = fetch_add_relaxed(&run->wrong, 1) == 0 ? sizeof(run->problem) : 0;
    va_list arguments;
    va_start(arguments, format);
    /* NOLINTNEXTLINE(clang-analyzer-valist.Uninitialized): it is begun above */
    vsnprintf(run->problem, room, format, arguments);
    va_end(arguments);
}

void work_close(struct work_run *run, uint64_t results)
{
    uint64_t right = load_relaxed(&run->right);
    if (load_relaxed(&run->wrong) == 0 && !work_failed(run) && right != results)
        snprintf(run->problem, sizeof(run->problem),
                 "%" PRIu64 " results were expected, %" PRIu64 " came out", results, right);
}
