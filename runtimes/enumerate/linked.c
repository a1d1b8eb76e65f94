/* The lists of containers, and how they are spliced. */
#include "runtimes/enumerate/linked.h"

#include "alloc/base/check.h"

struct enumerate_links enumerate_lists[GC_GENERATIONS] = {
    {&enumerate_lists[0], &enumerate_lists[0]},
    {&enumerate_lists[1], &enumerate_lists[1]},
    {&enumerate_lists[2], &enumerate_lists[2]},
};

static void splice(struct enumerate_links *to, struct enumerate_links *from)
{
    if (from->next == from)
        return;
    enumerate_link(to->previous, from->next);
    enumerate_link(from->previous, to);
    enumerate_link(from, from);
}

static bool list_is_valid(unsigned generation)
{
    const struct enumerate_links *list = &enumerate_lists[generation];
    bool is_valid = true;
    for (const struct enumerate_links *at = list->next; at != list; at = at->next) {
        const struct container *c =
            (const void *)((const char *)at - offsetof(struct container, links));
        is_valid &= at->next->previous == at;
        is_valid &= !gc_head_is_tracked(&c->gc) || gc_head_generation(&c->gc) >= generation;
    }
    return is_valid;
}

static bool lists_are_valid(void)
{
    bool is_valid = true;
    for (unsigned generation = 0; generation < GC_GENERATIONS; generation++)
        is_valid &= list_is_valid(generation);
    return is_valid;
}

void enumerate_promoted(unsigned oldest)
{
    const unsigned above = oldest + 1 < GC_GENERATIONS ? oldest + 1 : oldest;
    for (unsigned lists = above; lists > 0; lists--)
        splice(&enumerate_lists[above], &enumerate_lists[lists - 1]);
    VALIDATE(lists_are_valid());
}
