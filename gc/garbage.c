/*
 * From unreachable to ended.
 *
 * What empties a container releases what it held, and with the last such reference it dies as any
 * object does; the hold keeps it until its own turn.
 *
 * While it is linked nobody else comes to the garbage: it was unreachable while nobody ran, and
 * only the collecting thread has its list.  A finalizer may show it to others.  Therefore it is
 * listed before the first one runs: from then on its payloads are free for a second search, and the
 * collecting thread changes no word of it but with the world stopped.
 * It is not tracked, so no later collection looks at it.
 */
#include "gc/garbage.h"

#include "alloc/base/check.h"
#include "gc/client.h"
#include "gc/unreachable.h"

bool garbage_condemn(struct thread *T, const struct garbage *garbage)
{
    bool has_finalizers = false;
    for (struct gc_head *head = garbage->first; head != NULL; head = gc_head_link(head))
        has_finalizers |= gc_client_condemn(T, head);
    return has_finalizers;
}

/* The next in the list; the container is no longer linked. */
static struct gc_head *garbage_unlink(struct gc_head *head)
{
    struct gc_head *next = gc_head_link(head);
    fetch_and_relaxed(&head->word, GC_FLAGS);
    return next;
}

bool garbage_list(struct garbage *garbage)
{
    struct gc_head **members = gc_client_allocate(garbage->unreachable * sizeof *members);
    if (members == NULL)
        return false;
    struct gc_head *head = garbage->first;
    for (size_t i = 0; i < garbage->unreachable; i++) {
        members[i] = head;
        head = garbage_unlink(head);
    }
    ASSERT(head == NULL);
    garbage->first = NULL;
    garbage->members = members;
    return true;
}

void garbage_keep(struct thread *T, struct garbage *garbage)
{
    struct gc_head *head = garbage->first;
    while (head != NULL) {
        struct gc_head *next = gc_head_link(head);
        unreachable_keep(head, garbage->generation);
        gc_client_drop(T, head);
        head = next;
    }
    garbage->first = NULL;
    garbage->kept = garbage->unreachable;
    garbage->unreachable = 0;
}

void garbage_finalize(struct thread *T, const struct garbage *garbage)
{
    for (size_t i = 0; i < garbage->unreachable; i++)
        gc_client_finalize(T, garbage->members[i]);
}

void garbage_find_again(struct thread *T, struct garbage *garbage)
{
    size_t before = garbage->unreachable;
    garbage->unreachable = unreachable_find_again(T, garbage->generation, garbage->members, before);
    garbage->resurrected = before - garbage->unreachable;
    for (size_t i = 0; i < garbage->unreachable; i++)
        gc_client_condemn(T, garbage->members[i]);
}

/* The link is read first: it goes when the container does. */
static void garbage_clear_linked(struct thread *T, struct gc_head *head)
{
    while (head != NULL) {
        struct gc_head *next = gc_head_link(head);
        gc_client_clear(T, head);
        gc_client_drop(T, head);
        head = next;
    }
}

static void garbage_clear_listed(struct thread *T, const struct garbage *garbage)
{
    size_t length = garbage->unreachable + garbage->resurrected;
    for (size_t i = 0; i < garbage->unreachable; i++) {
        gc_client_clear(T, garbage->members[i]);
        gc_client_drop(T, garbage->members[i]);
    }
    for (size_t i = garbage->unreachable; i < length; i++)
        gc_client_drop(T, garbage->members[i]);
    gc_client_free(garbage->members);
}

void garbage_clear(struct thread *T, struct garbage *garbage)
{
    if (garbage->members == NULL)
        garbage_clear_linked(T, garbage->first);
    else
        garbage_clear_listed(T, garbage);
    *garbage = (struct garbage){0};
}
