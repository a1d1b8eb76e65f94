/* One object in a few lines. */
#include "runtimes/dump.h"

#include "gc/head.h"
#include "runtimes/object/referent.h"

#include <stdio.h>
#include <stdlib.h>

enum { DUMP_CHILDREN = 8 };

static bool is_dead(const struct obj *o)
{
    const unsigned char *bytes = (const unsigned char *)&o->rc;
    for (size_t i = 0; i < sizeof o->rc; i++)
        if (bytes[i] != 0)
            return false;
    return true;
}

static void dump_line(const struct obj *o)
{
    fprintf(stderr, "%s at %p: %zu references\n", o->type->name, (const void *)o, rc_count(&o->rc));
}

static void dump_header(const struct obj *o)
{
    const unsigned char *bytes = (const unsigned char *)&o->rc;
    fprintf(stderr, "  header    ");
    for (size_t i = 0; i < sizeof o->rc; i++)
        fprintf(stderr, " %02x", bytes[i]);
    fputc('\n', stderr);
}

static void dump_head(const struct gc_head *head)
{
    static const struct {
        uint64_t bit;
        const char *name;
    } flags[] = {
        {GC_TRACKED, "tracked"}, {GC_CANDIDATE, "candidate"},    {GC_REACHABLE, "reachable"},
        {GC_DYING, "dying"},     {GC_FINALIZED, "finalized"},    {GC_FROZEN, "frozen"},
        {GC_GARBAGE, "garbage"}, {GC_WEAK, "weakly referenced"},
    };
    fprintf(stderr, "  collector  generation %u", gc_head_generation(head));
    for (size_t i = 0; i < sizeof flags / sizeof flags[0]; i++)
        if (gc_head_has(head, flags[i].bit))
            fprintf(stderr, ", %s", flags[i].name);
    fputc('\n', stderr);
}

static void count_child(struct rc_header *child, void *context)
{
    (void)child;
    size_t *children = context;
    ++*children;
}

static void dump_child(struct rc_header *child, void *context)
{
    size_t *left = context;
    if (*left == 0)
        return;
    --*left;
    fprintf(stderr, "             ");
    dump_line(obj_of(child));
}

static void dump_container(struct container *c)
{
    size_t children = 0;
    size_t left = DUMP_CHILDREN;
    dump_head(&c->gc);
    referent_each(&c->obj, count_child, &children);
    fprintf(stderr, "  holds      %zu references\n", children);
    referent_each(&c->obj, dump_child, &left);
}

void dump_object(struct obj *o)
{
    if (is_dead(o)) {
        fprintf(stderr, "dead object at %p\n", (void *)o);
        dump_header(o);
        return;
    }
    dump_line(o);
    dump_header(o);
    if (obj_is_container(o))
        dump_container((struct container *)o);
}

_Noreturn void dump_count_too_small(struct obj *o)
{
    fprintf(stderr, "%s at %p: its count, %zu, is less than the references to it\n",
            is_dead(o) ? "dead object" : o->type->name, (void *)o, rc_count(&o->rc));
    dump_object(o);
    abort();
}

_Noreturn void rc_count_too_small(const struct rc_header *object)
{
    dump_count_too_small(obj_of((struct rc_header *)(uintptr_t)object));
}
