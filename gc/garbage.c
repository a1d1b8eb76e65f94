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
#include "alloc/base/fault.h"
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
    ASSERT(garbage->resurrected == 0);
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

/* The world is stopped when the first of them shows again: who found it could come to the others. */
void garbage_keep(struct thread *T, struct garbage *garbage)
{
    for (struct gc_head *head = garbage->first; head != NULL; head = gc_head_link(head))
        gc_client_drop(T, head); /* ends none: those that refer to it are kept, too */
    gc_client_stop(T);
    for (struct gc_head *head = garbage->first; head != NULL;) {
        struct gc_head *next = gc_head_link(head);
        unreachable_keep(head, garbage->generation);
        head = next;
    }
    gc_client_start(T);
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
    if (FAULT(clear_resurrected))
        garbage->unreachable = before;
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

/* The list, and those on it that were resurrected. */
static void garbage_unlist(struct thread *T, struct garbage *garbage)
{
    for (size_t i = 0; i < garbage->resurrected; i++)
        gc_client_drop(T, garbage->members[garbage->unreachable + i]);
    gc_client_free(garbage->members);
    garbage->members = NULL;
}

static void garbage_clear_listed(struct thread *T, struct garbage *garbage)
{
    for (size_t i = 0; i < garbage->unreachable; i++) {
        gc_client_clear(T, garbage->members[i]);
        gc_client_drop(T, garbage->members[i]);
    }
    garbage_unlist(T, garbage);
}

void garbage_clear(struct thread *T, struct garbage *garbage)
{
    if (garbage->members == NULL)
        garbage_clear_linked(T, garbage->first);
    else
        garbage_clear_listed(T, garbage);
    *garbage = (struct garbage){0};
}

void garbage_save(struct thread *T, struct garbage *garbage)
{
    if (garbage->unreachable == 0)
        return;
    if (garbage->members == NULL && !garbage_list(garbage)) {
        garbage_keep(T, garbage);
        return;
    }
    gc_client_stop(T);
    for (size_t i = 0; i < garbage->unreachable; i++)
        unreachable_keep(garbage->members[i], garbage->generation);
    gc_client_start(T);
    for (size_t i = 0; i < garbage->unreachable; i++)
        garbage->saved += gc_client_save(T, garbage->members[i]);
    garbage_unlist(T, garbage);
    garbage->kept += garbage->unreachable - garbage->saved;
    garbage->unreachable = 0;
}
