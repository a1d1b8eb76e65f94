/*
 * Tables: the memory behind lists, dicts and sets, which is replaced as they grow.
 *
 * With late readers (RC_OPTIMISTIC_READERS) a table in use is read without a lock.  Its writer publishes a new one with
 * release and retires the old one, which stays as it was until no reader can be looking at it; the reader finds the
 * table with acquire, takes what it wants, and looks again whether that table is still the container's: if so, what it
 * took was there.  The readers' side is told in list.h and hash_table.h; this is the memory.
 *
 * Every function takes the bytes that the table was asked for, and tells the collector, which may go by bytes.
 */
#ifndef RUNTIMES_OBJECT_TABLE_H
#define RUNTIMES_OBJECT_TABLE_H

#include "alloc/base/fault.h"
#include "runtimes/object/object.h"

enum { TABLE_PREFIX = RC_OPTIMISTIC_READERS ? sizeof(struct retired) : 0 };

static inline struct retired *table_block(void *table)
{
    return (struct retired *)(void *)((char *)table - TABLE_PREFIX);
}

/* What a table takes: with what lies in front of it, and as a block. */
static inline size_t table_size(size_t bytes) { return bytes + TABLE_PREFIX; }
static inline size_t table_block_bytes(size_t bytes) { return heap_block_bytes(table_size(bytes)); }

/* NULL if there is no memory. */
static inline void *table_alloc(struct thread *T, size_t bytes)
{
    char *block = heap_alloc(thread_heap(T), BLOCK_DATA, 0, table_size(bytes));
    if (unlikely(block == NULL))
        return NULL;
    gc_did_grow(&T->gc, table_block_bytes(bytes));
    rc_tally_table(table_size(bytes));
    return block + TABLE_PREFIX;
}

/* Frees a table that nobody else can see: of a dead container, or never published. */
static inline void table_free(struct thread *T, size_t bytes, void *table)
{
    gc_did_shrink(&T->gc, table_block_bytes(bytes));
    heap_free(thread_heap(T), BLOCK_DATA, 0, table_size(bytes), table_block(table));
}

/* Gives up a table of a living container, which has another one now. */
static inline void table_retire(struct thread *T, size_t bytes, void *table)
{
    if (FAULT(retire_at_once)) {
        table_free(T, bytes, table);
        return;
    }
    if (!RC_OPTIMISTIC_READERS) {
        table_free(T, bytes, table);
        return;
    }
    gc_did_shrink(&T->gc, table_block_bytes(bytes));
    retire(thread_heap(T), table_block(table), table_size(bytes));
}

#endif
