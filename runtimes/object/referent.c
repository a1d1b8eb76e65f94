/* What an object refers to. */
#include "runtimes/object/referent.h"

#include "runtimes/object/dict.h"
#include "runtimes/object/instance.h"
#include "runtimes/object/list.h"
#include "runtimes/object/set.h"
#include "runtimes/object/tuple.h"
#include "runtimes/object/weakref.h"

/* The entries of a dict's table, of two slots, or of a set's, of one. */
struct entries {
    struct hash_table *table;
    size_t slots;
};

struct referent_visit {
    void (*visit)(struct rc_header *referent, void *context);
    void *context;
};

static void visit_object(struct rc_header *referent, const struct referent_visit *v)
{
    if (referent != NULL)
        v->visit(referent, v->context);
}

static void each_slot(const rc_slot *slots, size_t length, const struct referent_visit *v)
{
    for (size_t i = 0; i < length; i++)
        visit_object(rc_peek(&slots[i]), v);
}

static void each_item(const struct tuple_obj *tuple, const struct referent_visit *v)
{
    for (size_t i = 0; i < tuple->length; i++)
        visit_object(rc_cpeek(&tuple->items[i]), v);
}

static void each_entry(struct entries entries, const struct referent_visit *v)
{
    const size_t size = offsetof(struct hash_entry, key) + entries.slots * sizeof(rc_slot);
    const uint32_t used = entries.table != NULL ? entries.table->used : 0;
    for (uint32_t i = 0; i < used; i++)
        each_slot(&hash_entry_at(entries.table, i, size)->key, entries.slots, v);
}

static void each_of_list(const struct list_obj *list, const struct referent_visit *v)
{
    const struct list_table *table = load_relaxed(&list->table);
    if (table != NULL)
        each_slot(table->items, load_relaxed(&list->length), v);
}

void referent_each(struct obj *o, void (*visit)(struct rc_header *referent, void *context),
                   void *context)
{
    const struct referent_visit v = {visit, context};
    switch (o->type->kind) {
    case OBJ_INSTANCE:
        each_slot(((struct instance_obj *)o)->fields, o->type->fields, &v);
        break;
    case OBJ_TUPLE:
        each_item((struct tuple_obj *)o, &v);
        break;
    case OBJ_LIST:
        each_of_list((struct list_obj *)o, &v);
        break;
    case OBJ_DICT:
        each_entry((struct entries){load_relaxed(&((struct dict_obj *)o)->root.table), 2}, &v);
        break;
    case OBJ_SET:
        each_entry((struct entries){load_relaxed(&((struct set_obj *)o)->root.table), 1}, &v);
        break;
    case OBJ_WEAKREF:
        each_slot(&((struct weakref_obj *)o)->argument, 1, &v);
        break;
    default:
        break;
    }
}
