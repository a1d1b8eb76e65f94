/* A hash table of entries, and the queue of those that were given back. */
#include "alloc/ledger.h"

#include "alloc/base/lock.h"

#include <stdint.h>
#include <stdlib.h>

enum { BUCKET_BITS = REFBENCH_DEBUG ? 12 : 0, BUCKETS = 1 << BUCKET_BITS };

struct line {
    struct ledger_entry entry;
    struct line *next;
    struct line *younger; /* given back: the one that was next */
};

static struct {
    struct lock lock;
    struct line *buckets[BUCKETS];
    struct line *oldest; /* of those given back */
    struct line **youngest_link;
    size_t freed;
} ledger = {.lock = LOCK_INIT, .youngest_link = &ledger.oldest};

static struct line **bucket_of(const void *block)
{
    uint64_t hash = (uintptr_t)block * UINT64_C(0x9E3779B97F4A7C15); /* Fibonacci, Knuth 6.4 */
    return &ledger.buckets[hash >> 32 & (BUCKETS - 1)];
}

/* Where the line of that very address is linked, or would be. */
static struct line **find_locked(const void *block)
{
    struct line **link = bucket_of(block);
    while (*link != NULL && (*link)->entry.block != block)
        link = &(*link)->next;
    return link;
}

static void strike_freed_locked(struct line **link)
{
    struct line **younger = &ledger.oldest;
    while (*younger != *link)
        younger = &(*younger)->younger;
    struct line *line = *link;
    *younger = line->younger;
    if (*younger == NULL)
        ledger.youngest_link = younger;
    ledger.freed--;
    *link = line->next;
    free(line);
}

bool ledger_enter(const struct ledger_entry *entry)
{
    struct line *line = malloc(sizeof *line);
    if (line == NULL)
        return false;
    lock_acquire(&ledger.lock);
    struct line **former = find_locked(entry->block);
    if (*former != NULL)
        strike_freed_locked(former);
    struct line **head = bucket_of(entry->block);
    *line = (struct line){.entry = *entry, .next = *head};
    *head = line;
    lock_release(&ledger.lock);
    return true;
}

static void queue_freed_locked(struct line *line)
{
    line->younger = NULL;
    *ledger.youngest_link = line;
    ledger.youngest_link = &line->younger;
    if (++ledger.freed > LEDGER_FREED)
        strike_freed_locked(find_locked(ledger.oldest->entry.block));
}

struct ledger_entry ledger_leave(const void *block, const struct heap *by)
{
    struct ledger_entry before = {.block = NULL};
    lock_acquire(&ledger.lock);
    struct line *line = *find_locked(block);
    if (line != NULL)
        before = line->entry;
    if (before.in_use) {
        line->entry.in_use = false;
        line->entry.by = by;
        queue_freed_locked(line);
    }
    lock_release(&ledger.lock);
    return before;
}

struct ledger_entry ledger_at(const void *block)
{
    lock_acquire(&ledger.lock);
    const struct line *line = *find_locked(block);
    struct ledger_entry found = line != NULL ? line->entry : (struct ledger_entry){.block = NULL};
    lock_release(&ledger.lock);
    return found;
}

void ledger_hold(void) { lock_acquire(&ledger.lock); }

void ledger_resume(void) { lock_release(&ledger.lock); }

static bool holds(const struct ledger_entry *entry, const void *address)
{
    return (uintptr_t)address - (uintptr_t)entry->block < entry->size;
}

struct ledger_entry ledger_find(const void *address)
{
    struct ledger_entry found = {.block = NULL};
    lock_acquire(&ledger.lock);
    for (size_t i = 0; i < BUCKETS && !found.in_use; i++)
        for (const struct line *line = ledger.buckets[i]; line != NULL; line = line->next)
            if (!found.in_use && holds(&line->entry, address))
                found = line->entry;
    lock_release(&ledger.lock);
    return found;
}

void ledger_each(void (*visit)(const struct ledger_entry *entry))
{
    lock_acquire(&ledger.lock);
    for (size_t i = 0; i < BUCKETS; i++)
        for (const struct line *line = ledger.buckets[i]; line != NULL; line = line->next)
            if (line->entry.in_use)
                visit(&line->entry);
    lock_release(&ledger.lock);
}
