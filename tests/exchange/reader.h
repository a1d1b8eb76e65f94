/*
 * Late readers: threads that look at items which others may have ended meanwhile.
 *
 * A reader remembers items that it has seen in slots until its next quiescent state.  Until then an object's header is what
 * its maker wrote, or another maker of an object of the same class there, or zero; and a table is what it was.
 */
#ifndef TESTS_EXCHANGE_READER_H
#define TESTS_EXCHANGE_READER_H

#include "alloc/base/grace.h"
#include "tests/exchange/exchange.h"

enum { REMEMBERED = 16, PATIENCE = 64 /* operations, on average, before it pays */ };

struct reader {
    struct grace_reader grace;
    _Atomic uint32_t asked;
    uint64_t seen[REMEMBERED];
};

static inline void reader_begin(struct reader *reader)
{
    *reader = (struct reader){.grace.request_bit = 1};
    reader->grace.request = &reader->asked;
    grace_online(&reader->grace);
}

static inline void reader_end(struct reader *reader) { grace_offline(&reader->grace); }

static inline void check_remembered(struct item p, uint64_t seed)
{
    uint64_t header = item_header(p.block, seed);
    if (p.way == WAY_TABLE) {
        item_check_word(p, item_word(p, header, WORD), WORD);
        return;
    }
    uint64_t found = load_relaxed(object_header(p.block));
    CHECK(found == 0 || found == header, "a reader sees the header %#zx of the %s block %p",
          (size_t)found, way_names[p.way], (void *)p.block);
}

/* Looks at one that it remembers, and remembers another one instead. */
static inline void reader_look(struct reader *reader, struct seat *seat)
{
    uint64_t *memory = &reader->seen[pick(seat, REMEMBERED)];
    if (*memory != 0)
        check_remembered(item_unpack(*memory), seat->exchange->seed);
    uint64_t word = load_acquire(&seat->exchange->slots[pick(seat, SLOTS)]); /* (E2) */
    enum item_way way = item_unpack(word).way;
    *memory = way == WAY_DATA || way == WAY_GENERAL ? 0 : word;
    seat->tally.looked++;
}

static inline void reader_pay(struct reader *reader)
{
    store_relaxed(&reader->asked, 0);
    memset(reader->seen, 0, sizeof reader->seen);
    grace_quiescent(&reader->grace);
    retire_reclaim(general_heap());
    heap_reclaim();
}

static inline void reader_safepoint(struct reader *reader, struct seat *seat)
{
    if (load_relaxed(&reader->asked) != 0 && pick(seat, PATIENCE) == 0)
        reader_pay(reader);
}

#endif
