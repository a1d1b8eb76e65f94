/*
 * Ledger: debug builds write down which large blocks are in use, and which were given back last.
 *
 * Idea: whether an address is a large block cannot be asked of the memory there, which may not be mapped or may be
 * somebody else's.  So it is asked of a table apart from the blocks.  A block that was given back stays written down
 * until its address is handed out again or LEDGER_FREED others have been given back since: a second free is known by it.
 *
 * Lock: its own; nothing nests inside.
 * Invariant: an address is written down once at most;  freed = the entries that are not in use <= LEDGER_FREED
 */
#ifndef ALLOC_LEDGER_H
#define ALLOC_LEDGER_H

#include "alloc/block.h"

#include <stdbool.h>
#include <stddef.h>

enum { LEDGER_FREED = 256 };

struct heap;

struct ledger_entry {
    const void *block; /* NULL: nothing was found */
    size_t size;
    enum block_kind kind;
    bool in_use;
    const struct heap *by; /* who allocated it, or who gave it back */
    const struct heap *owner;
};

/* Writes down a new block; false if there is no memory for that. */
bool ledger_enter(const struct ledger_entry *entry);

/* Marks it as given back.  Returns what was written down before. */
struct ledger_entry ledger_leave(const void *block, const struct heap *by);

/* What is written down of a block. */
struct ledger_entry ledger_at(const void *block);

/* What is written down of the block that the address lies in; one in use before all others. */
struct ledger_entry ledger_find(const void *address);

/* Around a fork: the lock, which is the last to be taken (alloc/fork.h). */
void ledger_hold(void);
void ledger_resume(void);

/* Calls back for each block in use.  No heap may be in use meanwhile. */
void ledger_each(void (*visit)(const struct ledger_entry *entry));

#endif
