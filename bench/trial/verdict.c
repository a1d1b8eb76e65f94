/* Judging results. */
#include "bench/trial/verdict.h"

#include "alloc/base/atomics.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

bool verdict_create(struct workload_run *run, size_t known)
{
    run->input = calloc(1, sizeof(struct verdict) + known * sizeof(int64_t));
    if (run->input == NULL)
        snprintf(run->problem, sizeof(run->problem), "no memory to keep a verdict");
    return run->input != NULL;
}

void verdict_right(struct workload_run *run, uint64_t results)
{
    struct verdict *verdict = run->input;
    fetch_add_relaxed(&verdict->right, results);
}

/* How many bytes the text of a wrong result may have: that of the first is kept, of the others nothing. */
static size_t room_of_wrong(struct verdict *verdict)
{
    return fetch_add_relaxed(&verdict->wrong, 1) == 0 ? sizeof(verdict->first) : 0;
}

void verdict_wrong(struct workload_run *run, const char *format, ...)
{
    struct verdict *verdict = run->input;
    size_t room = room_of_wrong(verdict);
    va_list arguments;
    va_start(arguments, format);
    /* NOLINTNEXTLINE(clang-analyzer-valist.Uninitialized): it is begun above */
    vsnprintf(verdict->first, room, format, arguments);
    va_end(arguments);
}

void verdict_judge(struct workload_run *run, bool right, const char *format, ...)
{
    if (right) {
        verdict_right(run, 1);
        return;
    }
    struct verdict *verdict = run->input;
    size_t room = room_of_wrong(verdict);
    va_list arguments;
    va_start(arguments, format);
    /* NOLINTNEXTLINE(clang-analyzer-valist.Uninitialized): it is begun above */
    vsnprintf(verdict->first, room, format, arguments);
    va_end(arguments);
}

void verdict_close(struct workload_run *run, uint64_t results)
{
    struct verdict *verdict = run->input;
    run->input = NULL;
    if (verdict == NULL)
        return;
    uint64_t right = load_relaxed(&verdict->right);
    uint64_t wrong = load_relaxed(&verdict->wrong);
    if (run->problem[0] == '\0' && !workload_failed(run)) {
        if (wrong > 0)
            snprintf(run->problem, sizeof(run->problem), "%s (%" PRIu64 " of %" PRIu64 " wrong)",
                     verdict->first, wrong, right + wrong);
        else if (right != results)
            snprintf(run->problem, sizeof(run->problem),
                     "%" PRIu64 " results were expected, %" PRIu64 " came out", results, right);
    }
    free(verdict);
}
