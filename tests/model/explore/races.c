/* The last accesses to each eight bytes. */
#include "tests/model/explore/races.h"

#include "tests/model/explore/image.h"
#include "tests/model/explore/report.h"
#include "tests/model/explore/visible.h"

#include <stdint.h>

enum { WORD = 8, WORDS = 1 << 16, KEPT = 8 };

struct past {
    uint32_t time;
    uint8_t bytes; /* which of the word's, one bit each; 0: no access */
    uint8_t thread;
    uint8_t access;
    const void *place;
};

struct word {
    uintptr_t number;
    unsigned schedule;
    unsigned next; /* the one to forget */
    struct past pasts[KEPT];
};

static struct {
    struct word words[WORDS];
    struct word *used[WORDS]; /* in this schedule */
    unsigned count;
    unsigned schedule;
} * races;

void races_init(void) { races = image_keep(sizeof *races); }

void races_begin(void)
{
    races->schedule++;
    races->count = 0;
}

static struct word *word_of(uintptr_t number)
{
    size_t i = (size_t)(number * UINT64_C(0x9E3779B97F4A7C15) >> 48);
    for (unsigned tries = 0; tries < WORDS; tries++, i = (i + 1) % WORDS) {
        struct word *word = &races->words[i];
        if (word->schedule == races->schedule && word->number == number)
            return word;
        if (word->schedule != races->schedule) {
            *word = (struct word){.number = number, .schedule = races->schedule};
            races->used[races->count++] = word;
            return word;
        }
    }
    report_failure("more than %d words are shared", WORDS);
}

_Static_assert(WORDS == 1 << (64 - 48), "as many as the hash has values");

static bool conflict(const struct past *a, const struct past *b)
{
    return (a->bytes & b->bytes) != 0 && a->thread != b->thread &&
           ((a->access | b->access) & ACCESS_WRITE) != 0 &&
           (a->access & b->access & ACCESS_ATOMIC) == 0;
}

static void check(struct word *word, const struct past *now)
{
    const struct clock *clock = visible_clock(now->thread);
    for (unsigned i = 0; i < KEPT; i++) {
        const struct past *past = &word->pasts[i];
        if (conflict(past, now) && past->time > clock->time[past->thread])
            report_race((const void *)(word->number * WORD), past->thread, past->place, now->place);
    }
}

/* In the place of the same thread's access to the same bytes, or of the oldest. */
static void keep(struct word *word, const struct past *now)
{
    for (unsigned i = 0; i < KEPT; i++) {
        struct past *past = &word->pasts[i];
        bool covers = past->bytes == now->bytes && past->access == now->access;
        if (past->bytes == 0 || (past->thread == now->thread && covers)) {
            *past = *now;
            return;
        }
    }
    word->pasts[word->next++ % KEPT] = *now;
}

void races_check(unsigned thread, const void *address, size_t size, unsigned access,
                 const void *place)
{
    uintptr_t begin = (uintptr_t)address, end = begin + size;
    while (begin < end) {
        uintptr_t number = begin / WORD, word_end = (number + 1) * WORD;
        uintptr_t stop = end < word_end ? end : word_end;
        unsigned bytes = ((1U << (stop - begin)) - 1) << begin % WORD;
        struct past now = {.time = visible_clock(thread)->time[thread],
                           .bytes = (uint8_t)bytes,
                           .thread = (uint8_t)thread,
                           .access = (uint8_t)access,
                           .place = place};
        struct word *word = word_of(number);
        check(word, &now);
        keep(word, &now);
        begin = stop;
    }
}

void races_check_all(unsigned thread, const void *address, size_t size, const void *place)
{
    struct past now = {.time = visible_clock(thread)->time[thread],
                       .bytes = UINT8_MAX,
                       .thread = (uint8_t)thread,
                       .access = ACCESS_WRITE,
                       .place = place};
    for (unsigned i = 0; i < races->count; i++)
        if (races->used[i]->number * WORD - (uintptr_t)address < size)
            check(races->used[i], &now);
}
