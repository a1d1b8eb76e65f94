/* Counting, and the members of the object that snapshot.h tells of. */
#include "bench/snapshot_line.h"

#include "alloc/arena.h"
#include "bench/json.h"
#include "bench/trial/process.h"
#include "runtimes/rc/rc.h"

#include <stdlib.h>
#include <unistd.h>

static const char *const kinds[BLOCK_KINDS] = {"data", "object", "container"};
static const char *const states[CENSUS_STATES] = {"full", "partial", "empty", "waiting"};
static const char *const reasons[] = {"time", "end", "signal"};

/* --- counting ---------------------------------------------------------------------------------------------------------- */

static bool reserve(struct snapshot_line *line, size_t length)
{
    if (length <= line->capacity)
        return true;
    struct census_pool *pools = realloc(line->pools, length * 2 * sizeof *pools);
    if (pools == NULL)
        return false;
    line->pools = pools;
    line->capacity = length * 2;
    return true;
}

bool snapshot_line_count(struct snapshot_line *line)
{
    census_take(&line->census);
    line->resident_bytes = census_resident_bytes();
    line->rss_bytes = process_resident_bytes();
    for (unsigned i = 0; i < GC_GENERATIONS; i++)
        line->collections[i] = gc_statistics(i).collections;
    line->length = line->census.pools;
    if (!reserve(line, line->length))
        return false;
    return census_pools(line->pools, line->capacity) == line->length;
}

void snapshot_line_fini(struct snapshot_line *line) { free(line->pools); }

/* --- writing ----------------------------------------------------------------------------------------------------------- */

static void write_origin(struct json *json, const struct snapshot_line *line)
{
    json_string(json, "runtime", RC_NAME);
    json_number(json, "pid", (uint64_t)getpid());
    json_number(json, "number", line->number);
    json_string(json, "reason", reasons[line->reason]);
    json_string(json, "trial", line->trial);
    json_number(json, "trial_number", line->trial_number);
    json_number(json, "at_ns", line->at_ns);
    json_number(json, "stopped_ns", line->stopped_ns);
    json_number(json, "threads", line->threads);
}

static void write_bytes(struct json *json, const struct snapshot_line *line)
{
    const struct census *census = &line->census;
    json_number(json, "arena_bytes", ARENA_BYTES);
    json_number(json, "pool_bytes", POOL_BYTES);
    json_number(json, "header_bytes", sizeof(struct arena));
    json_number(json, "live_bytes", census_live_bytes(census));
    json_number(json, "committed_bytes", census_committed_bytes(census));
    json_number(json, "resident_bytes", line->resident_bytes);
    json_number(json, "waiting_bytes", census_waiting_bytes(census));
    json_fraction(json, "fragmentation", census_fragmentation(census));
    json_number(json, "rss_bytes", line->rss_bytes);
}

static void write_collections(struct json *json, const struct snapshot_line *line)
{
    json_open(json, "collections", '[');
    for (unsigned i = 0; i < GC_GENERATIONS; i++)
        json_number(json, NULL, line->collections[i]);
    json_close(json, ']');
}

static void write_arenas(struct json *json, const struct census *census)
{
    json_open(json, "arenas", '{');
    json_number(json, "mapped", census->arenas);
    json_number(json, "spare", census->spares);
    json_number(json, "made", census->arenas_made);
    json_number(json, "returned", census->arenas_returned);
    json_close(json, '}');
}

static void write_large(struct json *json, const struct census *census)
{
    json_open(json, "large", '{');
    for (unsigned kind = 0; kind < BLOCK_KINDS; kind++)
        json_number(json, kinds[kind], census->large[kind]);
    json_number(json, "bytes", census->large_bytes);
    json_number(json, "waiting", census->large_waiting);
    json_number(json, "waiting_bytes", census->large_waiting_bytes);
    json_close(json, '}');
}

static void write_class(struct json *json, unsigned kind, const struct census_class *found)
{
    json_open(json, NULL, '{');
    json_string(json, "kind", kinds[kind]);
    json_number(json, "bytes", found->bytes);
    json_number(json, "live", found->blocks.live);
    json_number(json, "free", found->blocks.free);
    json_number(json, "remote", found->blocks.remote);
    json_number(json, "absent", found->blocks.absent);
    json_number(json, "uncarved", found->blocks.uncarved);
    for (unsigned state = 0; state < CENSUS_STATES; state++)
        json_number(json, states[state], found->pools[state]);
    json_close(json, '}');
}

static void write_classes(struct json *json, const struct census *census)
{
    json_open(json, "classes", '[');
    for (unsigned kind = 0; kind < BLOCK_KINDS; kind++)
        for (unsigned i = 0; i < BLOCK_CLASSES; i++)
            if (census->classes[kind][i].bytes != 0)
                write_class(json, kind, &census->classes[kind][i]);
    json_close(json, ']');
}

/* 0 if there is no heap, or they are too many to be told apart. */
static unsigned heap_number(struct snapshot_heaps *seen, const struct heap *heap)
{
    unsigned i = 0;
    while (i < seen->length && seen->heaps[i] != heap)
        i++;
    if (heap == NULL || i == SNAPSHOT_HEAPS)
        return 0;
    if (i == seen->length)
        seen->heaps[seen->length++] = heap;
    return i + 1;
}

static void write_pool(struct json *json, struct snapshot_heaps *heaps,
                       const struct census_pool *pool)
{
    const struct census_blocks *blocks = &pool->blocks;
    const uint64_t row[] = {
        pool->arena,
        pool->slot,
        pool->bytes,
        pool->kind,
        pool->state,
        blocks->live,
        blocks->free,
        blocks->remote,
        blocks->absent,
        blocks->uncarved,
        heap_number(heaps, pool->owner),
    };
    json_open(json, NULL, '[');
    for (size_t i = 0; i < sizeof row / sizeof row[0]; i++)
        json_number(json, NULL, row[i]);
    json_close(json, ']');
}

static void write_pools(struct json *json, struct snapshot_heaps *heaps,
                        const struct snapshot_line *line)
{
    json_open(json, "pools", '[');
    for (size_t i = 0; i < line->length; i++)
        write_pool(json, heaps, &line->pools[i]);
    json_close(json, ']');
}

bool snapshot_line_write(FILE *file, struct snapshot_heaps *heaps, const struct snapshot_line *line)
{
    struct json json = {.file = file};
    json_open(&json, NULL, '{');
    json_string(&json, "schema", "refbench.alloc_snapshot/1");
    write_origin(&json, line);
    write_bytes(&json, line);
    write_collections(&json, line);
    write_arenas(&json, &line->census);
    write_large(&json, &line->census);
    write_classes(&json, &line->census);
    write_pools(&json, heaps, line);
    json_close(&json, '}');
    fputc('\n', file);
    return fflush(file) == 0 && ferror(file) == 0;
}
