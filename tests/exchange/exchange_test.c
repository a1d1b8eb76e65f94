/*
 * Random exchange of blocks among threads that allocate, hand over, free and exit, for long.
 *
 * usage: test-exchange [--seed=N] [--operations=N | --full] [--late-readers]
 *
 * An operation makes a block, of any size and kind, puts it into a slot that all threads share or into a pocket, and gives back
 * what was there; or it moves blocks between slot and pocket.  Most blocks are given back by another thread than made them, at
 * every state of their pool, many by a thread that adopted their maker's heap or while nobody has it.  Contents are verified
 * before a block is given back; now and then all threads stand still for an inventory; in the end nothing may be left.
 *
 * --late-readers   threads also look at objects and tables that may be gone (tests/exchange/reader.h)
 * --full           the long form: LONGER times as many operations
 *
 * The first line of output tells how to repeat the run, and so does the last one if a check fails.  Threads race, so the same
 * seed does not give the same run, only the same work.
 */
#include "alloc/waiting.h"
#include "tests/exchange/inventory.h"
#include "tests/exchange/reader.h"
#include "tests/sanitized.h"

#include <getopt.h>
#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

enum { OPERATIONS = SANITIZED ? 1500000 : 3000000, LONGER = 200, SEED = 20261122 };

static struct exchange world = {.seed = SEED, .operations = OPERATIONS};

/* --- operations ----------------------------------------------------------------------------------------------------- */

static void hand_over(struct seat *seat) { end_item(seat, put_into_slot(seat, make_item(seat))); }

static void take_away(struct seat *seat) { end_item(seat, put_into_slot(seat, 0)); }

static void keep(struct seat *seat)
{
    uint64_t *place = any_pocket(seat);
    end_item(seat, *place);
    *place = make_item(seat);
}

static void swap(struct seat *seat)
{
    uint64_t *place = any_pocket(seat);
    *place = put_into_slot(seat, *place);
}

static void empty_pocket(struct seat *seat)
{
    for (unsigned i = 0; i < POCKET; i++) {
        end_item(seat, seat->pocket[i]);
        seat->pocket[i] = 0;
    }
}

typedef void operation(struct seat *seat);
static operation *const operations[] = {hand_over, hand_over, hand_over, take_away,
                                        keep,      keep,      swap,      swap};

static void operate(struct seat *seat)
{
    operations[pick(seat, sizeof operations / sizeof *operations)](seat);
    if (pick(seat, EMPTY_EVERY) == 0)
        empty_pocket(seat);
    if (pick(seat, SEND_EVERY) == 0)
        heap_send(general_heap());
    if (pick(seat, FLUSH_EVERY) == 0)
        general_flush();
    if (pick(seat, TRIM_EVERY) == 0)
        heap_trim(general_heap());
    seat->tally.operations++;
}

/* --- a thread's life ------------------------------------------------------------------------------------------------ */

static bool is_due(const struct seat *seat, uint64_t every)
{
    return seat->tally.operations % every == 0;
}

/* Waits for all threads at seats; with them standing still one takes the inventory if it is time. */
static void meet(struct seat *seat)
{
    struct exchange *x = seat->exchange;
    const bool is_inventory = is_due(seat, INVENTORY_EVERY);
    CHECK(!is_inventory || heap_is_valid(general_heap()), "a heap is broken");
    int turn = pthread_barrier_wait(&x->all);
    if (!is_inventory)
        return;
    if (turn == PTHREAD_BARRIER_SERIAL_THREAD)
        take_inventory(x);
    pthread_barrier_wait(&x->all);
}

static void step(struct seat *seat)
{
    operate(seat);
    seat->left--;
    if (is_due(seat, MEET_EVERY))
        meet(seat);
}

static void live(struct seat *seat, uint64_t steps)
{
    for (uint64_t i = 0; i < steps; i++)
        step(seat);
}

static void live_reading(struct seat *seat, uint64_t steps)
{
    struct reader reader;
    reader_begin(&reader);
    for (uint64_t i = 0; i < steps; i++) {
        step(seat);
        reader_look(&reader, seat);
        reader_safepoint(&reader, seat);
    }
    reader_end(&reader);
}

static uint64_t pick_life(struct seat *seat)
{
    uint64_t life = 1 + pick(seat, 1U << pick(seat, LONGEST_LIFE_LOG + 1));
    return life < seat->left ? life : seat->left;
}

/* Heaps are adopted: there are never more of them than there were threads at once. */
static void note_heap(struct exchange *x)
{
    struct heap *heap = general_heap();
    for (unsigned i = 0; i < SEATS; i++) {
        struct heap *noted = NULL;
        if (cas_acq_rel(&x->heaps[i], &noted, heap) || noted == heap)
            return;
    }
    CHECK(false, "there are more than %d heaps", SEATS);
}

static void *run_thread(void *argument)
{
    struct seat *seat = argument;
    if (seat->exchange->late_readers)
        live_reading(seat, pick_life(seat));
    else
        live(seat, pick_life(seat));
    note_heap(seat->exchange);
    seat->tally.threads++;
    return NULL;
}

/* Fills one seat with one thread after another. */
static void *run_seat(void *argument)
{
    struct seat *seat = argument;
    while (seat->left != 0) {
        pthread_t thread;
        CHECK(pthread_create(&thread, NULL, run_thread, seat) == 0, "no thread");
        CHECK(pthread_join(thread, NULL) == 0, "a thread is lost");
    }
    return NULL;
}

/* --- all seats ------------------------------------------------------------------------------------------------------ */

/* Runs `work` on a thread for each seat, all at once, and waits for the end of the last. */
static void run_all(struct exchange *x, void *(*work)(void *))
{
    pthread_t threads[SEATS];
    for (unsigned i = 0; i < SEATS; i++)
        CHECK(pthread_create(&threads[i], NULL, work, &x->seats[i]) == 0, "no thread");
    for (unsigned i = 0; i < SEATS; i++)
        CHECK(pthread_join(threads[i], NULL) == 0, "a thread is lost");
}

static void open_seats(struct exchange *x)
{
    CHECK(pthread_barrier_init(&x->all, NULL, SEATS) == 0, "no barrier");
    for (unsigned i = 0; i < SEATS; i++) {
        x->seats[i].exchange = x;
        x->seats[i].random = mix64(x->seed + i) | 1;
        x->seats[i].left = x->operations / SEATS;
    }
}

/* Ends what its seat and the slots before it still hold. */
static void *clear_seat(void *argument)
{
    struct seat *seat = argument;
    struct exchange *x = seat->exchange;
    empty_pocket(seat);
    for (unsigned i = (unsigned)(seat - x->seats); i < SLOTS; i += SEATS)
        end_item(seat, xchg_acq_rel(&x->slots[i], 0)); /* (E1) */
    return NULL;
}

/* Of as many threads at once as there ever were, each has one of the heaps there are. */
static void *clear_heap(void *argument)
{
    struct seat *seat = argument;
    CHECK(general_heap() != NULL, "no memory for a heap");
    pthread_barrier_wait(&seat->exchange->all);
    general_flush();
    return NULL;
}

/* Twice: retired tables are sealed, then freed. */
static void clear_out(struct exchange *x)
{
    run_all(x, clear_seat);
    for (unsigned i = 0; i < 2; i++) {
        run_all(x, clear_heap);
        grace_all_quiescent();
    }
    run_all(x, clear_heap);
    grace_all_quiescent();
    heap_reclaim();
    CHECK(pthread_barrier_destroy(&x->all) == 0, "somebody stands still for ever");
}

/* --- the test ------------------------------------------------------------------------------------------------------- */

static void expect_nothing_left(void)
{
    struct heap_census left = heap_census();
    for (unsigned kind = 0; kind < BLOCK_KINDS; kind++)
        CHECK(left.live[kind] == 0, "leaked %zu blocks of kind %u", left.live[kind], kind);
    CHECK(left.live_bytes == 0, "leaked %zu bytes", left.live_bytes);
    CHECK(left.large == 0, "leaked %zu large blocks", left.large);
    CHECK(left.pools == 0, "leaked %zu pools", left.pools);
    CHECK(left.waiting == 0 && waiting_is_empty(), "%zu pools and blocks wait for ever",
          left.waiting);
    CHECK(left.arenas == 0, "leaked %zu arenas", left.arenas);
}

static struct tally total(const struct exchange *x)
{
    struct tally sum = {0};
    for (unsigned i = 0; i < SEATS; i++) {
        const struct tally *t = &x->seats[i].tally;
        sum.operations += t->operations;
        sum.made += t->made;
        sum.threads += t->threads;
        sum.looked += t->looked;
    }
    return sum;
}

static void expect_much_exchange(const struct exchange *x)
{
    struct tally t = total(x);
    uint64_t foreign = heap_census().foreign_frees;
    printf("%" PRIu64 " threads made %" PRIu64 " blocks; %" PRIu64
           " were freed by another heap than their own; %" PRIu64 " inventories; %" PRIu64
           " late looks\n",
           t.threads, t.made, foreign, x->inventories, t.looked);
    CHECK(t.operations == x->operations / SEATS * SEATS, "%" PRIu64 " operations", t.operations);
    CHECK(foreign * 5 >= t.made, "less than a fifth of all blocks was freed by others");
    CHECK(x->inventories == x->operations / SEATS / INVENTORY_EVERY, "%" PRIu64 " inventories",
          x->inventories);
}

static char again[512];

static void tell_again(const char *program, const struct exchange *x)
{
    snprintf(again, sizeof again, "again: %s --seed=%" PRIu64 " --operations=%" PRIu64 "%s\n",
             program, x->seed, x->operations, x->late_readers ? " --late-readers" : "");
    printf("exchange; %s", again);
    fflush(stdout);
}

static void tell_failed(int signal)
{
    ssize_t told = write(STDERR_FILENO, again, strlen(again));
    _exit(told < 0 ? 1 : 128 + signal);
}

static uint64_t number_of(const char *text)
{
    char *end;
    uint64_t value = strtoull(text, &end, 10);
    CHECK(*text != '\0' && *end == '\0', "'%s' is no number", text);
    return value;
}

static void read_arguments(struct exchange *x, int argc, char **argv)
{
    static const struct option options[] = {{"seed", required_argument, NULL, 's'},
                                            {"operations", required_argument, NULL, 'o'},
                                            {"full", no_argument, NULL, 'f'},
                                            {"late-readers", no_argument, NULL, 'l'},
                                            {0}};
    int option;
    while ((option = getopt_long(argc, argv, "", options, NULL)) != -1) {
        CHECK(option != '?', "see the head of tests/exchange/exchange_test.c");
        if (option == 's')
            x->seed = number_of(optarg);
        else if (option == 'o')
            x->operations = number_of(optarg);
        else if (option == 'f')
            x->operations *= LONGER;
        else
            x->late_readers = true;
    }
}

int main(int argc, char **argv)
{
    read_arguments(&world, argc, argv);
    tell_again(argv[0], &world);
    signal(SIGABRT, tell_failed);
    heap_set_late_readers(world.late_readers);
    open_seats(&world);
    run_all(&world, run_seat);
    clear_out(&world);
    expect_nothing_left();
    expect_much_exchange(&world);
    return 0;
}
