/* Heaps of threads, and blocks without a size. */
#include "alloc/general.h"

#include "alloc/base/fault.h"
#include "alloc/base/lock.h"
#include "alloc/base/os.h"
#include "alloc/base/refusal.h"

#include <pthread.h>

enum { ALIGNMENT = 16 };

struct thread_heap {
    struct heap heap;
    struct thread_heap *next; /* if its thread has gone */
};

static struct lock registry = LOCK_INIT; /* guards what follows */
static struct thread_heap *orphans;
static pthread_key_t exit_key; /* made once */
static bool has_exit_key;

static _Thread_local struct heap *own;

/* --- making, leaving, adopting ------------------------------------------------------------------------------------- */

/* At the thread's exit.  Destructors that run later may make `own` anew; then this one runs again, if there is another round
 * of them (alloc/general.h). */
static void leave(void *left)
{
    struct thread_heap *heap = left;
    own = NULL;
    heap_flush(&heap->heap);
    if (FAULT(forget_orphan))
        return;
    lock_acquire(&registry);
    heap->next = orphans;
    orphans = heap;
    lock_release(&registry);
}

/* If the system has no key to give, the next attempt may find one. */
static bool make_exit_key(void)
{
    lock_acquire(&registry);
    if (!has_exit_key)
        has_exit_key = !refusal_is_due() && pthread_key_create(&exit_key, leave) == 0;
    bool made = has_exit_key;
    lock_release(&registry);
    return made;
}

static struct thread_heap *take_orphan(void)
{
    lock_acquire(&registry);
    struct thread_heap *heap = orphans;
    if (heap != NULL)
        orphans = heap->next;
    lock_release(&registry);
    return heap;
}

/* With the lock held, so that a thread that begins meanwhile finds them all. */
static void flush_orphans(void)
{
    lock_acquire(&registry);
    for (struct thread_heap *heap = orphans; heap != NULL; heap = heap->next)
        heap_flush(&heap->heap);
    lock_release(&registry);
}

static size_t mapped_bytes(void)
{
    const size_t page = os_page_bytes();
    return (sizeof(struct thread_heap) + page - 1) / page * page;
}

static struct thread_heap *make_heap(void)
{
    struct thread_heap *heap = os_map(mapped_bytes(), os_page_bytes());
    if (heap != NULL)
        heap_init(&heap->heap);
    return heap;
}

/* Makes sure that the heap is left when the thread exits. */
static bool will_leave(struct thread_heap *heap)
{
    return make_exit_key() && !refusal_is_due() && pthread_setspecific(exit_key, heap) == 0;
}

static __attribute__((noinline)) struct heap *attach(void)
{
    struct thread_heap *heap = take_orphan();
    if (heap == NULL)
        heap = make_heap();
    if (heap == NULL)
        return NULL;
    if (!will_leave(heap)) {
        leave(heap);
        return NULL;
    }
    heap_settle(&heap->heap);
    own = &heap->heap;
    return own;
}

struct heap *general_heap(void) { return likely(own != NULL) ? own : attach(); }

void general_flush(void)
{
    if (own != NULL)
        heap_flush(own);
    flush_orphans();
}

/* --- blocks -------------------------------------------------------------------------------------------------------- */

static size_t round_up(size_t size)
{
    const size_t least_one = size + (size == 0);
    if (REFBENCH_DEBUG && zone_bytes != 0) /* blocks with zones are aligned as they are */
        return least_one;
    return (least_one + ALIGNMENT - 1) & ~(size_t)(ALIGNMENT - 1);
}

/* Large, or the thread's first. */
static __attribute__((noinline)) void *alloc_rarely(size_t size)
{
    struct heap *heap = general_heap();
    if (heap == NULL || size > SIZE_MAX - ALIGNMENT)
        return NULL;
    return heap_alloc(heap, BLOCK_DATA, 0, round_up(size));
}

void *general_alloc(size_t size)
{
    struct heap *heap = own;
    if (unlikely(heap == NULL || size > BLOCK_MAX))
        return alloc_rarely(size);
    return heap_alloc(heap, BLOCK_DATA, 0, round_up(size));
}

size_t general_usable(const void *block)
{
    if (REFBENCH_DEBUG && arena_is_mapped(block))
        return guard_asked(block);
    return arena_is_mapped(block) ? arena_pool(block)->bytes
                                  : large_of((void *)(uintptr_t)block)->size;
}

static inline void free_own(struct heap *heap, struct pool *pool, void *block)
{
    if (REFBENCH_DEBUG) {
        guard_free(heap, BLOCK_DATA, 0, zone_unpad(pool->bytes), block);
        quarantine_put(heap, pool, block);
        return;
    }
    heap_put(heap, 0, block);
}

/* The caller has no heap, and needs none. */
static __attribute__((noinline)) void free_foreign(struct pool *pool, void *block)
{
    if (REFBENCH_DEBUG)
        guard_free(NULL, BLOCK_DATA, 0, zone_unpad(pool->bytes), block);
    heap_free_slow(NULL, pool, block);
}

static __attribute__((noinline)) void free_large(void *block)
{
    if (block == NULL)
        return;
    if (REFBENCH_DEBUG)
        guard_find_large(own, block);
    heap_free_large(own, BLOCK_DATA, 0, large_of(block)->size, block);
}

void general_free(void *block)
{
    if (unlikely(!arena_is_mapped(block))) {
        free_large(block);
        return;
    }
    struct heap *heap = own;
    struct pool *pool = arena_pool(block);
    if (unlikely(heap == NULL))
        free_foreign(pool, block);
    else
        free_own(heap, pool, block);
}

/* --- fork ---------------------------------------------------------------------------------------------------------- */

void general_hold(void) { lock_acquire(&registry); }

void general_resume(void) { lock_release(&registry); }
