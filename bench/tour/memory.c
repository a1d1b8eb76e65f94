/*
 * Small objects come from block, pool and arena.
 *
 * First one address taken apart.  Then a block that is freed and taken again; then many temporary objects, after which a
 * few survivors, one in each arena, keep all the memory, and give it back when they go.
 */
#include "alloc/arena.h"
#include "alloc/census.h"
#include "bench/tour/place.h"
#include "bench/tour/text.h"
#include "bench/tour/tour.h"
#include "runtimes/object/dict.h"
#include "runtimes/object/float.h"
#include "runtimes/object/list.h"
#include "runtimes/object/none.h"
#include "runtimes/object/str.h"

enum { ROW = 12, COMPANY = 1500, TEMPORARIES = 200000, ARENAS = 64 };

/* --- one address ------------------------------------------------------------------------------------- */

static rc_loc new_list(struct tour *tour) { return tour_cell(tour, list_new(tour->T, 0)); }

static void show_address(struct tour *tour, rc_loc list)
{
    const struct obj *o = obj_get(list);
    const char *blocks = arena_blocks(arena_pool(o));
    json_number(&tour->json, "arena_bytes", ARENA_BYTES);
    json_number(&tour->json, "pool_bytes", POOL_BYTES);
    json_number(&tour->json, "header_bytes", sizeof(struct arena));
    json_number(&tour->json, "block_most", BLOCK_MAX);
    text_address(&tour->json, "address", o);
    json_number(&tour->json, "object_bytes", obj_size(o));
    place_write(&tour->json, "place", o);
    place_write_arena(&tour->json, "arena_map", o);
    place_write_pool(&tour->json, "pool_map", o);
    claim_true(&tour->claims, "its arena is one of the allocator's", place_is_in_arena(o));
    claim_same(&tour->claims, "first block of the pool + number x size", o,
               blocks + (size_t)place_number(o) * obj_block_bytes(o));
}

/* --- a block that is freed --------------------------------------------------------------------------- */

static struct census_blocks blocks_of(const void *block)
{
    static struct census census;
    const struct pool *pool = arena_pool(block);
    census_take(&census);
    return census.classes[pool->kind][pool_class(pool)].blocks;
}

/* How many lists are made until one takes the block; more than `most` if none does. */
static size_t made_until(struct tour *tour, const void *block, size_t most)
{
    RC_FRAME(tour->T, g, 2);
    g[0] = new_list(tour);
    size_t made = rc_get(g[0]) == block;
    for (size_t n = 2; made == 0 && n <= most; n++) {
        g[1] = new_list(tour);
        made = rc_get(g[1]) == block ? n : 0;
        tour_check_memory(list_append(tour->T, g[0], tour_ref(tour, g[1])));
        rc_clear(tour->T, &g[1]);
    }
    place_write_pool(&tour->json, "pool_map_taken", block);
    cells_drop(tour->T, g, 2);
    RC_LEAVE(tour->T, g);
    return made != 0 ? made : most + 1;
}

/* A debug build keeps freed blocks back for a while, to catch who still uses them. */
static void show_reuse(struct tour *tour, rc_loc *row)
{
    const struct rc_header *freed = rc_get(row[ROW - 1]);
    struct census_blocks before = blocks_of(freed);
    tour_end(tour, &row[ROW - 1]);
    struct census_blocks after = blocks_of(freed);
    place_write_pool(&tour->json, "pool_map_freed", freed);
    claim_equal(&tour->claims, "blocks freed by del", 1, before.live - after.live);
    if (REFBENCH_DEBUG)
        return;
    size_t made = made_until(tour, freed, arena_pool(freed)->capacity);
    json_number(&tour->json, "made_until_taken", made);
    claim_at_most(&tour->claims, "lists made until one has that block", arena_pool(freed)->capacity,
                  made);
}

static void show_row(struct tour *tour)
{
    RC_FRAME(tour->T, f, ROW);
    for (int i = 0; i < ROW; i++)
        f[i] = new_list(tour);
    show_address(tour, f[ROW - 1]);
    show_reuse(tour, f);
    cells_drop(tour->T, f, ROW);
    RC_LEAVE(tour->T, f);
}

/* Objects of several kinds and sizes, so that there is something to be seen in the arena. */
static void show_small(struct tour *tour)
{
    RC_FRAME(tour->T, f, 1);
    f[0] = new_list(tour);
    for (size_t i = 0; i < COMPANY; i++) {
        rc_ref text = str_new_uninitialised(tour->T, i % 200);
        memset(str_buffer(tour_need(text)), 'x', i % 200);
        tour_check_memory(list_append(tour->T, f[0], text));
        tour_check_memory(list_append(tour->T, f[0], tour_need(float_new(tour->T, (double)i))));
        tour_check_memory(list_append(tour->T, f[0], tour_need(dict_new(tour->T))));
    }
    show_row(tour);
    cells_drop(tour->T, f, 1);
    RC_LEAVE(tour->T, f);
}

/* --- a block that is no longer small ------------------------------------------------------------------- */

static size_t large_blocks(void)
{
    static struct census census;
    census_take(&census);
    return census.large[BLOCK_OBJECT];
}

/* How many large blocks a str takes whose bytes are so many. */
static size_t system_blocks(struct tour *tour, size_t bytes)
{
    RC_FRAME(tour->T, f, 1);
    size_t before = large_blocks();
    f[0] = tour_cell(tour, str_new_uninitialised(tour->T, bytes - str_bytes(0)));
    memset(str_buffer((rc_ref){rc_get(f[0])}), 'x', bytes - str_bytes(0));
    size_t more = large_blocks() - before;
    cells_drop(tour->T, f, 1);
    RC_LEAVE(tour->T, f);
    return more;
}

static void show_limit(struct tour *tour)
{
    claim_equal(&tour->claims, "blocks of the system for 512 bytes", 0,
                system_blocks(tour, BLOCK_MAX));
    claim_equal(&tour->claims, "blocks of the system for 513 bytes", 1,
                system_blocks(tour, BLOCK_MAX + 1));
}

/* --- many temporary objects ---------------------------------------------------------------------------- */

static size_t note_arenas(struct tour *tour, const char *moment)
{
    static struct census census;
    census_take(&census);
    json_open(&tour->json, NULL, '{');
    json_string(&tour->json, "moment", moment);
    json_number(&tour->json, "objects", tour_objects(tour));
    json_number(&tour->json, "pools", census.pools);
    json_number(&tour->json, "arenas", census.arenas);
    json_number(&tour->json, "spares", census.spares);
    json_number(&tour->json, "returned", census.arenas_returned);
    json_number(&tour->json, "live_bytes", census_live_bytes(&census) - census.large_bytes);
    json_number(&tour->json, "resident_bytes", census_resident_bytes());
    json_close(&tour->json, '}');
    return census.arenas;
}

static void make_temporaries(struct tour *tour, rc_loc list)
{
    for (int i = 0; i < TEMPORARIES; i++)
        tour_check_memory(list_append(tour->T, list, tour_need(float_new(tour->T, i))));
}

struct arenas_seen {
    const struct arena *list[ARENAS];
    size_t length;
};

/* Whether the arena is a new one, and not one too many. */
static bool see(struct arenas_seen *seen, const struct arena *arena)
{
    for (size_t i = 0; i < seen->length; i++)
        if (seen->list[i] == arena)
            return false;
    if (seen->length == ARENAS)
        return false;
    seen->list[seen->length++] = arena;
    return true;
}

/* Ends all but the first float of each arena; returns how many are left. */
static size_t thin_out(struct tour *tour, rc_loc list)
{
    struct arenas_seen seen = {.length = 0};
    for (size_t i = 0; i < TEMPORARIES; i++) {
        RC_FRAME(tour->T, g, 1);
        g[0] = list_get(tour->T, list, i);
        bool is_first = see(&seen, arena_of(rc_get(g[0])));
        rc_clear(tour->T, &g[0]);
        RC_LEAVE(tour->T, g);
        if (!is_first)
            (void)list_set(tour->T, list, i, none_ref(tour->T));
    }
    return seen.length;
}

/* Whatever waits for late readers has waited. */
static size_t note_settled(struct tour *tour, const char *moment)
{
    runtime_settle(tour->T);
    return note_arenas(tour, moment);
}

static void show_temporaries(struct tour *tour)
{
    RC_FRAME(tour->T, f, 1);
    f[0] = tour_cell(tour, list_new(tour->T, TEMPORARIES));
    size_t before = note_settled(tour, "before");
    make_temporaries(tour, f[0]);
    size_t most = note_arenas(tour, "200000 floats made");
    size_t survivors = thin_out(tour, f[0]);
    size_t pinned = note_settled(tour, "all gone but one in each arena");
    cells_drop(tour->T, f, 1);
    RC_LEAVE(tour->T, f);
    size_t after = note_settled(tour, "these gone too");
    claim_at_least(&tour->claims, "arenas at the most", before + 3, most);
    claim_at_least(&tour->claims, "arenas kept by the survivors", survivors, pinned);
    claim_at_most(&tour->claims, "arenas afterwards", before + 1, after);
}

void tour_memory(struct tour *tour)
{
    show_small(tour);
    show_limit(tour);
    json_open(&tour->json, "moments", '[');
    show_temporaries(tour);
    json_close(&tour->json, ']');
}
