/*
 * Who is told of collections.
 *
 * Lock: callbacks.lock guards the list; nothing else is taken inside.  Callbacks are called from a
 * copy, without the lock, so they may register and unregister.
 */
#include "gc/callback.h"

#include "alloc/base/lock.h"

#include <string.h>

struct callback {
    gc_callback *function;
    void *context;
};

static struct {
    struct lock lock;
    unsigned length;
    struct callback list[GC_CALLBACKS];
} callbacks;

void callback_start(void) { callbacks.length = 0; }

bool gc_add_callback(gc_callback *callback, void *context)
{
    lock_acquire(&callbacks.lock);
    bool fits = callbacks.length < GC_CALLBACKS;
    if (fits)
        callbacks.list[callbacks.length++] = (struct callback){callback, context};
    lock_release(&callbacks.lock);
    return fits;
}

/* Where it is in the list, which is locked; the list's length if it is not. */
static unsigned callback_find_locked(gc_callback *callback, const void *context)
{
    unsigned i = 0;
    while (i < callbacks.length &&
           (callbacks.list[i].function != callback || callbacks.list[i].context != context))
        i++;
    return i;
}

bool gc_remove_callback(gc_callback *callback, void *context)
{
    lock_acquire(&callbacks.lock);
    unsigned i = callback_find_locked(callback, context);
    bool found = i < callbacks.length;
    if (found) {
        callbacks.length--;
        memmove(&callbacks.list[i], &callbacks.list[i + 1],
                (callbacks.length - i) * sizeof callbacks.list[0]);
    }
    lock_release(&callbacks.lock);
    return found;
}

static unsigned callback_copy(struct callback *list)
{
    lock_acquire(&callbacks.lock);
    unsigned length = callbacks.length;
    memcpy(list, callbacks.list, length * sizeof callbacks.list[0]);
    lock_release(&callbacks.lock);
    return length;
}

void callback_tell(struct thread *T, const struct gc_report *report)
{
    struct callback list[GC_CALLBACKS];
    unsigned length = callback_copy(list);
    for (unsigned i = 0; i < length; i++)
        list[i].function(T, report, list[i].context);
}

void callback_hold(void) { lock_acquire(&callbacks.lock); }

void callback_resume(void) { lock_release(&callbacks.lock); }
