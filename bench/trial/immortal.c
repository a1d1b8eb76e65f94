/* Making objects in places of static memory. */
#include "bench/trial/immortal.h"

static rc_ref begin(struct thread *T, struct obj *o, const struct type *type)
{
    o->type = type;
    obj_immortalize(T, o);
    return obj_immortal(T, o);
}

rc_ref immortal_int(struct thread *T, struct int_obj *place, int64_t value)
{
    place->value = value;
    return begin(T, &place->obj, &int_type);
}

rc_ref immortal_str(struct thread *T, struct immortal_str *place, const char *text, size_t length)
{
    CHECK(length < IMMORTAL_TEXT, "an immortal text of %zu bytes", length);
    struct str_obj *s = (struct str_obj *)(void *)place->room;
    store_relaxed(&s->hash, 0);
    s->length = (uint32_t)length & STR_LENGTH;
    s->interned = 0;
    memcpy(s->text, text, length);
    s->text[length] = '\0';
    return begin(T, &s->obj, &str_type);
}

rc_ref immortal_tuple(struct thread *T, struct immortal_tuple *place, size_t length,
                      const rc_ref *items)
{
    CHECK(length <= IMMORTAL_ITEMS, "an immortal tuple of %zu items", length);
    struct tuple_obj *t = (struct tuple_obj *)(void *)place->room;
    t->length = length;
    for (size_t i = 0; i < length; i++)
        rc_init_cslot(T, &t->items[i], items[i]);
    return begin(T, &t->container.obj, &tuple_type);
}

rc_ref immortal_instance(struct thread *T, struct immortal_instance *place, const struct type *type,
                         const rc_ref *values)
{
    CHECK(type->fields <= IMMORTAL_ITEMS, "an immortal instance of %u fields", type->fields);
    struct instance_obj *o = (struct instance_obj *)(void *)place->room;
    for (uint32_t i = 0; i < type->fields; i++)
        rc_init_slot(T, &o->fields[i], values[i]);
    return begin(T, &o->container.obj, type);
}

rc_ref immortal_list(struct thread *T, struct list_obj *place)
{
    store_relaxed(&place->table, NULL);
    store_relaxed(&place->length, 0);
    return begin(T, &place->container.obj, &list_type);
}

rc_ref immortal_dict(struct thread *T, struct dict_obj *place)
{
    hash_init(&place->root);
    return begin(T, &place->container.obj, &dict_type);
}

void immortal_clear_list(struct thread *T, struct list_obj *place)
{
    if (place->container.obj.type == &list_type)
        list_clear(T, place);
}

void immortal_clear_dict(struct thread *T, struct dict_obj *place)
{
    if (place->container.obj.type == &dict_type)
        dict_clear(T, place);
}
