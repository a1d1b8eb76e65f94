/* The stores of each atomic object, and who has seen them. */
#include "tests/model/explore/visible.h"

#include "tests/model/explore/image.h"
#include "tests/model/explore/report.h"

#include <stdatomic.h>
#include <stddef.h>
#include <string.h>

enum { HISTORY = 16, LOCATIONS = 8192 };

struct visible_store {
    uint64_t value;
    struct clock released; /* what an acquire that reads it learns */
    struct clock seen;     /* when each thread first wrote or read it, or a newer one */
};

struct location {
    const void *object;
    unsigned schedule; /* the record is of this one; else it is empty */
    unsigned count;
    struct visible_store stores[HISTORY]; /* oldest first */
};

static struct {
    struct location locations[LOCATIONS];
    struct clock clocks[COROUTINES];
    unsigned schedule;
} * visible;

void visible_init(void) { visible = image_keep(sizeof *visible); }

void visible_begin(void)
{
    visible->schedule++;
    memset(visible->clocks, 0, sizeof visible->clocks);
    for (unsigned i = 0; i < COROUTINES; i++)
        visible->clocks[i].time[i] = 1;
}

struct clock *visible_clock(unsigned thread) { return &visible->clocks[thread]; }

/* --- memory: always the newest store ------------------------------------------------------------------------------ */

static uint64_t peek(const struct op *op)
{
    uint64_t value = 0;
    memcpy(&value, op->object, op->size); /* the least significant byte comes first */
    return value;
}

static void poke(const struct op *op, uint64_t value) { memcpy(op->object, &value, op->size); }

_Static_assert(__BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__, "peek and poke");

static uint64_t truncated(const struct op *op, uint64_t value)
{
    return op->size == 8 ? value : value & ((UINT64_C(1) << 8 * op->size) - 1);
}

/* What the operation makes of a value; only asked of one that writes. */
static uint64_t applied(const struct op *op, uint64_t value)
{
    switch (op->kind) {
    case OP_ADD:
        return truncated(op, value + op->operand);
    case OP_SUBTRACT:
        return truncated(op, value - op->operand);
    case OP_AND:
        return value & op->operand;
    case OP_OR:
        return value | op->operand;
    default:
        return truncated(op, op->operand);
    }
}

bool visible_writes(const struct op *op, uint64_t found)
{
    if (op->kind == OP_CAS)
        return found == op->expected;
    return op->kind >= OP_STORE && op->kind <= OP_OR;
}

struct visible_outcome visible_perform_alone(const struct op *op)
{
    uint64_t before = peek(op);
    uint64_t after = visible_writes(op, before) ? applied(op, before) : before;
    if (visible_writes(op, before))
        poke(op, after);
    return (struct visible_outcome){before, after};
}

/* --- records ------------------------------------------------------------------------------------------------------ */

static struct location *slot_of(const void *object)
{
    size_t i = (size_t)((uintptr_t)object * UINT64_C(0x9E3779B97F4A7C15) >> 51);
    for (unsigned tries = 0; tries < LOCATIONS; tries++, i = (i + 1) % LOCATIONS) {
        struct location *location = &visible->locations[i];
        if (location->schedule != visible->schedule || location->object == object)
            return location;
    }
    report_failure("more than %d atomic objects", LOCATIONS);
}

_Static_assert(LOCATIONS == 1 << (64 - 51), "as many as the hash has values");

/* The object's record.  Of one that was written to otherwise since (initialised) all threads know the value. */
static struct location *location_of(const struct op *op)
{
    struct location *location = slot_of(op->object);
    if (location->schedule != visible->schedule ||
        location->stores[location->count - 1].value != peek(op)) {
        location->object = op->object;
        location->schedule = visible->schedule;
        location->count = 1;
        location->stores[0] = (struct visible_store){.value = peek(op)};
    }
    return location;
}

static void add_store(struct location *location, struct visible_store store)
{
    if (location->count == HISTORY)
        memmove(location->stores, location->stores + 1,
                --location->count * sizeof location->stores[0]);
    location->stores[location->count++] = store;
}

/* --- operations --------------------------------------------------------------------------------------------------- */

static bool acquires(int order)
{
    return order == memory_order_acquire || order == memory_order_acq_rel ||
           order == memory_order_seq_cst;
}

static bool releases(int order)
{
    return order == memory_order_release || order == memory_order_acq_rel ||
           order == memory_order_seq_cst;
}

/* How many stores, from the newest on, coherence lets the thread read. */
static unsigned readable(const struct location *location, const struct clock *clock)
{
    unsigned n = 1;
    while (n < location->count &&
           !clock_knows_any(clock, &location->stores[location->count - n].seen))
        n++;
    return n;
}

unsigned visible_choices(unsigned thread, const struct op *op)
{
    if (op->kind != OP_LOAD && op->kind != OP_CAS)
        return 1;
    const struct location *location = location_of(op);
    unsigned n = readable(location, visible_clock(thread));
    for (unsigned i = 1; op->kind == OP_CAS && i < n; i++)
        if (location->stores[location->count - 1 - i].value == op->expected)
            n = i; /* older ones are left to loads */
    return n;
}

static void see(struct clock *seen, unsigned thread, uint32_t time)
{
    if (seen->time[thread] == 0)
        seen->time[thread] = time;
}

static struct visible_outcome read_from(unsigned thread, int order, struct visible_store *store)
{
    struct clock *clock = visible_clock(thread);
    see(&store->seen, thread, clock->time[thread]);
    if (acquires(order))
        clock_join(clock, &store->released);
    return (struct visible_outcome){store->value, store->value};
}

static struct visible_outcome write_after(unsigned thread, const struct op *op,
                                          struct location *location)
{
    struct clock *clock = visible_clock(thread);
    struct visible_store *newest = &location->stores[location->count - 1];
    struct visible_store store = {.value = applied(op, newest->value)};
    if (op->kind != OP_STORE) {
        read_from(thread, op->order, newest);
        store.released = newest->released;
    }
    if (releases(op->order))
        clock_join(&store.released, clock);
    see(&store.seen, thread, clock->time[thread]);
    struct visible_outcome outcome = {newest->value, store.value};
    poke(op, store.value);
    add_store(location, store);
    return outcome;
}

/* Every thread has seen the newest store of every object. */
static void raise_barrier(void)
{
    for (unsigned i = 0; i < LOCATIONS; i++) {
        struct location *location = &visible->locations[i];
        if (location->schedule != visible->schedule)
            continue;
        struct clock *seen = &location->stores[location->count - 1].seen;
        for (unsigned thread = 0; thread < COROUTINES; thread++)
            see(seen, thread, visible_clock(thread)->time[thread]);
    }
}

struct visible_outcome visible_perform(unsigned thread, const struct op *op, unsigned choice)
{
    if (op->kind == OP_BARRIER)
        raise_barrier();
    if (op->object == NULL)
        return (struct visible_outcome){0, 0};
    if (op_only_waits(op))
        return (struct visible_outcome){peek(op), peek(op)};
    struct location *location = location_of(op);
    struct visible_store *store = &location->stores[location->count - 1 - choice];
    if (choice == 0 && visible_writes(op, store->value))
        return write_after(thread, op, location);
    return read_from(thread, op->kind == OP_CAS ? op->failure_order : op->order, store);
}

void visible_tick(unsigned thread) { visible_clock(thread)->time[thread]++; }
