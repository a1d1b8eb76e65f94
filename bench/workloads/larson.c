/*
 * larson: a server whose objects outlive the thread that made them.
 *
 * A table is a list of blocks, instances with a number and a text of random size.  To replace a block is to make a new one, read
 * the old one and put the new one in its place.  A round replaces so many blocks, anywhere in a table; after each round a table
 * passes on to the next thread, so most of what a thread ends at first was made by the one before, and with it goes back to that
 * one's memory.  In the paper a new thread takes over the table of one that ends.
 * Stresses: ends of objects that others made: for an allocator memory that must find its way home, for a strategy with owners
 * counts that are not its own.  With one thread everything is its own: what the difference is worth.
 * Parameters: tables, their slots, rounds, and the sizes of texts.
 *
 * Which block goes where depends on its number alone.  Round r of table t is thread (t + r) % threads's.  Who is ahead sleeps
 * until its table comes; nobody waits in a circle, since round r waits for nothing but round r - 1.
 * Ordering: (R1) `rounds` is raised with release after a round, (R2) whoever does the next acquires it.
 * Validation: teardown does the same on plain numbers: all blocks that went, and all that are left.
 * Source: P. Larson, M. Krishnan, "Memory Allocation for Long-Running Server Applications", ISMM 1998.
 */
#include "alloc/base/futex.h"
#include "bench/trial/mix.h"
#include "bench/workload.h"
#include "runtimes/object/instance.h"
#include "runtimes/object/int.h"
#include "runtimes/object/list.h"
#include "runtimes/object/str.h"
#include "runtimes/object/tuple.h"

#include <inttypes.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { BLOCKS = 1500000, TABLES_MOST = 64, LETTERS = 26 };

enum { SET_TABLES, SET_SLOTS, SET_ROUNDS, SET_SMALLEST, SET_SPREAD };
static const struct setting larson_settings[] = {
    {"tables", "that go from thread to thread", 8, 1, TABLES_MOST, NULL},
    {"slots", "of a table", 1000, 1, 20000, NULL},
    {"rounds", "after each of which a table passes on", 50, 1, 1000, NULL},
    {"smallest", "text of a block, in bytes", 10, 1, 4000, NULL},
    {"spread", "that the largest text has more, in bytes", 490, 0, 8000, NULL},
    {0},
};

static const char *const block_fields[] = {"number", "text"};
static const struct type block_type = INSTANCE_TYPE("Block", block_fields);
enum { NUMBER, TEXT };

/* Of a table. */
struct turn {
    _Alignas(64) _Atomic uint32_t rounds; /* that are over */
    uint64_t ended;                       /* what its blocks that went came to */
};

static size_t slots_of(const struct workload_run *run)
{
    return (run->settings[SET_SLOTS] + run->divisor - 1) / run->divisor;
}

/* The first block of a turn; turn round * tables + table is that round of that table. */
static uint64_t begin_of(const struct workload_run *run, uint64_t turn)
{
    return run->operations * turn / (run->settings[SET_ROUNDS] * run->settings[SET_TABLES]);
}

/* The numbers of those that are there at first are behind all others. */
static uint64_t first_number(const struct workload_run *run, uint64_t table, uint64_t slot)
{
    return run->operations + table * slots_of(run) + slot;
}

static uint32_t slot_of(const struct workload_run *run, uint64_t number)
{
    return mix_below(mix64(number), (uint32_t)slots_of(run));
}

static size_t size_of(const struct workload_run *run, uint64_t number)
{
    return run->settings[SET_SMALLEST] +
           mix_below(mix64(~number), (uint32_t)run->settings[SET_SPREAD] + 1);
}

static char letter_of(uint64_t number) { return (char)('a' + number % LETTERS); }

/* What a block comes to. */
static uint64_t weigh(uint64_t number, size_t size, char letter)
{
    return mix64(number) * size + (unsigned char)letter;
}

static uint64_t expected_weight(const struct workload_run *run, uint64_t number)
{
    return weigh(number, size_of(run, number), letter_of(number));
}

/* --- blocks ------------------------------------------------------------------------------------- */

/* Null if there is no memory. */
static rc_ref make_block(struct thread *T, const struct workload_run *run, uint64_t number)
{
    thread_safepoint(T);
    size_t size = size_of(run, number);
    rc_ref fields[] = {int_new(T, (int64_t)number), str_new_uninitialised(T, size)};
    if (ref_is_null(fields[NUMBER]) || ref_is_null(fields[TEXT]))
        return obj_refuse(T, block_type.fields, fields);
    memset(str_buffer(fields[TEXT]), letter_of(number), size);
    return instance_new(T, &block_type, fields);
}

/* `block` is an argument. */
static uint64_t read_block(struct thread *T, rc_loc block)
{
    RC_FRAME(T, f, 3);
    enum { BLOCK, NUMBER_HERE, TEXT_HERE };
    f[BLOCK] = block;
    thread_safepoint(T);
    f[NUMBER_HERE] = instance_get(T, f[BLOCK], NUMBER);
    f[TEXT_HERE] = instance_get(T, f[BLOCK], TEXT);
    size_t size = str_length(obj_get(f[TEXT_HERE]));
    uint64_t weight = weigh((uint64_t)int_value(obj_get(f[NUMBER_HERE])), size,
                            str_text(obj_get(f[TEXT_HERE]))[size - 1]);
    cells_drop(T, f, 3);
    RC_LEAVE(T, f);
    return weight;
}

/* Puts block `number` in its place in a table, an argument; what the one before came to. */
static uint64_t replace(struct thread *T, struct workload_run *run, rc_loc table, uint64_t number)
{
    RC_FRAME(T, f, 2);
    enum { TABLE, FORMER };
    f[TABLE] = table;
    thread_safepoint(T);
    uint32_t slot = slot_of(run, number);
    rc_ref block = make_block(T, run, number);
    f[FORMER] = list_get(T, f[TABLE], slot);
    uint64_t weight = read_block(T, cell_take(&f[FORMER]));
    if (ref_is_null(block) || !list_set(T, f[TABLE], slot, block))
        workload_out_of_memory(run);
    cells_drop(T, f, 2);
    RC_LEAVE(T, f);
    return weight;
}

/* --- rounds ------------------------------------------------------------------------------------- */

static void await_round(struct thread *T, struct turn *turn, uint32_t round)
{
    uint32_t over;
    while ((over = load_acquire(&turn->rounds)) < round) { /* (R2) */
        thread_block(T);
        futex_wait(&turn->rounds, over);
        thread_unblock(T);
    }
}

static void pass_on(struct turn *turn)
{
    fetch_add_release(&turn->rounds, 1); /* (R1) */
    futex_wake(&turn->rounds, INT_MAX);
}

/* A round of a table; `tables` is an argument. */
static void do_round(struct thread *T, struct workload_run *run, rc_loc tables, uint32_t round,
                     uint32_t table)
{
    RC_FRAME(T, f, 2);
    enum { TABLES, TABLE };
    struct turn *turn = (struct turn *)run->input + table;
    f[TABLES] = tables;
    thread_safepoint(T);
    await_round(T, turn, round);
    f[TABLE] = tuple_get(T, f[TABLES], table);
    const uint64_t end = begin_of(run, round * run->settings[SET_TABLES] + table + 1);
    uint64_t i = begin_of(run, round * run->settings[SET_TABLES] + table);
    for (; i < end && !workload_failed(run); i++) {
        thread_safepoint(T);
        turn->ended += replace(T, run, rc_dup(T, f[TABLE]), i);
    }
    cells_drop(T, f, 2);
    RC_LEAVE(T, f);
    pass_on(turn);
}

/* What went is counted with its table: no checksum here. */
static uint64_t larson_work(struct thread *T, struct workload_run *run, unsigned index)
{
    RC_FRAME(T, f, 1);
    f[0] = rc_load(T, NULL, &run->root);
    for (uint32_t round = 0; round < run->settings[SET_ROUNDS]; round++) {
        for (uint32_t table = 0; table < run->settings[SET_TABLES]; table++) {
            thread_safepoint(T);
            if ((table + round) % run->threads == index)
                do_round(T, run, rc_dup(T, f[0]), round, table);
        }
    }
    cells_drop(T, f, 1);
    RC_LEAVE(T, f);
    return 0;
}

/* --- tables ------------------------------------------------------------------------------------- */

/* Null if there is no memory. */
static rc_ref make_table(struct thread *T, const struct workload_run *run, uint64_t table)
{
    RC_FRAME(T, f, 1);
    f[0] = rc_move(T, list_new(T, slots_of(run)));
    bool ok = !loc_is_null(f[0]);
    for (uint64_t slot = 0; ok && slot < slots_of(run); slot++) {
        rc_ref block = make_block(T, run, first_number(run, table, slot));
        ok = !ref_is_null(block) && list_append(T, f[0], block);
    }
    rc_ref list = ok ? rc_own(T, cell_take(&f[0])) : RC_NULL_REF;
    cells_drop(T, f, 1);
    RC_LEAVE(T, f);
    return list;
}

static rc_ref make_tables(struct thread *T, const struct workload_run *run)
{
    rc_ref tables[TABLES_MOST];
    for (uint64_t i = 0; i < run->settings[SET_TABLES]; i++) {
        tables[i] = make_table(T, run, i);
        if (ref_is_null(tables[i]))
            return obj_refuse(T, i, tables);
    }
    return tuple_new(T, run->settings[SET_TABLES], tables);
}

static bool larson_setup(struct thread *T, struct workload_run *run)
{
    run->operations = BLOCKS / run->divisor;
    size_t bytes = run->settings[SET_TABLES] * sizeof(struct turn);
    run->input = aligned_alloc(_Alignof(struct turn), bytes);
    if (run->input != NULL)
        memset(run->input, 0, bytes);
    rc_store(T, NULL, &run->root, make_tables(T, run));
    bool ok = run->input != NULL && rc_peek(&run->root) != NULL;
    if (!ok)
        snprintf(run->problem, sizeof(run->problem), "no memory for tables of %zu blocks",
                 slots_of(run));
    return ok;
}

/* --- what should have come out ------------------------------------------------------------------ */

/* The numbers of the blocks that are in a table at the end; *ended is what those that went come to. */
static uint64_t *expected_table(const struct workload_run *run, uint64_t table, uint64_t *ended)
{
    uint64_t tables = run->settings[SET_TABLES];
    uint64_t *numbers = calloc(slots_of(run), sizeof(numbers[0]));
    for (uint64_t slot = 0; numbers != NULL && slot < slots_of(run); slot++)
        numbers[slot] = first_number(run, table, slot);
    *ended = 0;
    for (uint64_t turn = table; numbers != NULL && turn < run->settings[SET_ROUNDS] * tables;
         turn += tables) {
        for (uint64_t i = begin_of(run, turn); i < begin_of(run, turn + 1); i++) {
            *ended += expected_weight(run, numbers[slot_of(run, i)]);
            numbers[slot_of(run, i)] = i;
        }
    }
    return numbers;
}

/* Compares a table, an argument, with the blocks that should be in it; what they come to. */
static uint64_t check_table(struct thread *T, struct workload_run *run, rc_loc table,
                            const uint64_t *numbers)
{
    RC_FRAME(T, f, 2);
    enum { TABLE, BLOCK };
    f[TABLE] = table;
    uint64_t sum = 0;
    for (size_t slot = 0; slot < slots_of(run); slot++) {
        f[BLOCK] = list_get(T, f[TABLE], slot);
        uint64_t weight = read_block(T, cell_take(&f[BLOCK]));
        if (weight != expected_weight(run, numbers[slot]))
            snprintf(run->problem, sizeof(run->problem), "slot %zu: another block than %" PRIu64,
                     slot, numbers[slot]);
        sum += weight * (slot | 1);
    }
    cells_drop(T, f, 2);
    RC_LEAVE(T, f);
    return sum;
}

static uint64_t check_tables(struct thread *T, struct workload_run *run)
{
    RC_FRAME(T, f, 1);
    const struct turn *turns = run->input;
    f[0] = rc_load(T, NULL, &run->root);
    uint64_t sum = 0;
    for (uint64_t i = 0; i < run->settings[SET_TABLES] && !workload_failed(run); i++) {
        uint64_t ended;
        uint64_t *numbers = expected_table(run, i, &ended);
        if (numbers == NULL)
            workload_out_of_memory(run);
        else
            sum += turns[i].ended + check_table(T, run, tuple_get(T, f[0], i), numbers);
        if (numbers != NULL && turns[i].ended != ended)
            snprintf(run->problem, sizeof(run->problem),
                     "table %" PRIu64 ": blocks that went come to %#" PRIx64 ", not %#" PRIx64, i,
                     turns[i].ended, ended);
        free(numbers);
    }
    cells_drop(T, f, 1);
    RC_LEAVE(T, f);
    return sum;
}

static uint64_t larson_teardown(struct thread *T, struct workload_run *run)
{
    uint64_t sum = 0;
    if (run->problem[0] == '\0' && !workload_failed(run))
        sum = check_tables(T, run);
    rc_store(T, NULL, &run->root, RC_NULL_REF);
    free(run->input);
    run->input = NULL;
    return sum;
}

const struct workload workload_larson = {
    .name = "larson",
    .summary = "replaces objects of random size in tables that go from thread to thread",
    .tags = "classic,server,sharing",
    .source = "Larson, Krishnan, ISMM 1998",
    .settings = larson_settings,
    .bytes = 64 << 20,
    .setup = larson_setup,
    .work = larson_work,
    .teardown = larson_teardown,
};
