/*
 * Misuse: the words in which debug builds report what a program did wrong to a block.
 *
 * A report names the block with its kind and the size that was asked for, the pool that it lies in, its class, the heap that
 * owns the pool, and the heap that allocated the block, or gave it back.  Heaps are named by their address.
 *
 * Everything here is cold: the guard (alloc/guard.h) has found that something is wrong.
 */
#ifndef ALLOC_MISUSE_H
#define ALLOC_MISUSE_H

#include "alloc/block.h"
#include "alloc/ledger.h"

#include <stdbool.h>

struct pool;

enum { MISUSE_TEXT = 256 };

/* Describes a block of a pool, in use or not; and a large one. */
void misuse_describe(char *text, const void *block, bool in_use);
void misuse_describe_large(char *text, const struct ledger_entry *large);

/* The heap was asked to take back something that is no block in use, of whatever size it was said to be. */
_Noreturn void misuse_free(const struct heap *heap, const void *address);

/* A block in use is freed as what it is not. */
_Noreturn void misuse_mismatch(enum block_kind kind, size_t link, size_t size, const void *block);
_Noreturn void misuse_mismatch_large(const struct ledger_entry *large, enum block_kind kind,
                                     size_t size);

/* Header or collector's word are not zero in a block that is being allocated, freed, or is free; in_use: it is being freed. */
_Noreturn void misuse_header(const void *block, bool in_use, const char *when);
_Noreturn void misuse_header_large(const struct ledger_entry *large, const char *when);

/* So many bytes beyond the end of a block in use were written to; 0: the whole red zone, so that it is not known how many. */
_Noreturn void misuse_overrun(const void *block, size_t beyond);
_Noreturn void misuse_overrun_large(const struct ledger_entry *large, size_t beyond);

/* A free block was written to, at that byte. */
_Noreturn void misuse_late_write(const void *block, size_t at);

#endif
