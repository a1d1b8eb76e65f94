/*
 * The end of all heaps at once, whatever is in them: for a runtime that frees nothing until it stops.
 *
 * Idea: what nobody uses any more need not be freed block by block.  Arenas are unmapped whole; of large blocks each is
 * malloc's own, so they are found in their shards (alloc/large.h).
 *
 * Source: regions (Tofte, Talpin 1997), of which this is the largest there can be.
 */
#ifndef ALLOC_END_H
#define ALLOC_END_H

/* Gives back every block of every heap, in use, free or waiting for a grace period.  No heap is in use, nor is one from before
 * ever used again: it is made anew by heap_init. */
void heap_end_all(void);

#endif
