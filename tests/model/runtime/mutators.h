/*
 * What models of the object layer have in common: threads of the real runtime (runtimes/thread.c) that make, share and end
 * objects.
 *
 * They attach before the schedule begins and detach after it, so that it is about objects only; at its end each rests.  There is no collector,
 * and no collection is ever due; nor an index of strings, unless the model has its source.
 */
#ifndef TESTS_MODEL_RUNTIME_MUTATORS_H
#define TESTS_MODEL_RUNTIME_MUTATORS_H

#include "tests/model/explore/explore.h"
#include "tests/model/explore/machine.h"

#include "alloc/base/index.h"
#include "runtimes/object/object.h"
#include "runtimes/thread.h"
#include "tests/model/runtime/patience.h"

/* --- in place of gc/ and alloc/base/index.c -------------------------------------------------------------------------- */

void gc_attach(struct gc_thread *gc)
{
    gc->low = INT64_MIN;
    store_relaxed(&gc->high, INT64_MAX);
}

void gc_detach(struct gc_thread *gc) { (void)gc; }
void pause_record(struct pause_log *log, struct pause pause) { (void)log, (void)pause; }
void pause_fini(struct pause_log *log) { (void)log; }
__attribute__((weak)) void index_attach(void) {}
__attribute__((weak)) void index_detach(void) {}

/* --- beginning and end ----------------------------------------------------------------------------------------------- */

static struct thread *mutators[COROUTINES];

/* In setup. */
static void mutators_attach(unsigned count)
{
    heap_set_late_readers(RC_OPTIMISTIC_READERS);
    world_init();
    for (unsigned i = 0; i < count; i++) {
        mutators[i] = thread_attach();
        EXPECT(mutators[i] != NULL);
    }
}

/* In setup: leaves one block of that size in the thread's heap that can be had, so that the next ones are those that are freed.  It
 * is a size of which a refill thinks one free block in a pool worth taking. */
enum { MUTATORS_FILLERS = 32 };
static void *mutators_fillers[COROUTINES][MUTATORS_FILLERS];

static inline void mutators_fill(unsigned self, size_t size)
{
    struct heap *heap = thread_heap(mutators[self]);
    const struct heap_bin *bin = &heap->bins[BLOCK_OBJECT][block_class(size)];
    unsigned filled = 0;
    do {
        EXPECT(filled < MUTATORS_FILLERS);
        mutators_fillers[self][filled++] = heap_alloc(heap, BLOCK_OBJECT, OBJ_LINK, size);
    } while (bin->free == NULL || block_next(bin->free, OBJ_LINK) != NULL);
}

static inline void mutators_empty(unsigned self, size_t size)
{
    for (unsigned i = 0; i < MUTATORS_FILLERS && mutators_fillers[self][i] != NULL; i++)
        heap_free(thread_heap(mutators[self]), BLOCK_OBJECT, OBJ_LINK, size,
                  mutators_fillers[self][i]);
}

/* In finish: what was retired or waits for readers goes, and then nothing may be left.  A list of retired tables is sealed, freed
 * and gone at three looks. */
static void mutators_end(void)
{
    for (unsigned i = 0; i < COROUTINES && mutators[i] != NULL; i++) {
        thread_unblock(mutators[i]);
        thread_detach(mutators[i]);
    }
    for (unsigned i = 0; i < 3; i++) {
        world_flush_gone_heaps();
        grace_all_quiescent();
        heap_reclaim();
    }
    world_fini();
    EXPECT(machine_mapped_bytes() == 0);
}

#endif
