/* Sizes as objects have them, and as their formulas tell. */
#include "runtimes/object/size.h"

#include "runtimes/object/dict.h"
#include "runtimes/object/float.h"
#include "runtimes/object/instance.h"
#include "runtimes/object/int.h"
#include "runtimes/object/list.h"
#include "runtimes/object/set.h"
#include "runtimes/object/str.h"
#include "runtimes/object/table.h"
#include "runtimes/object/tuple.h"
#include "runtimes/object/weakref.h"

#include <stdio.h>

/* --- objects ---------------------------------------------------------------------------------- */

static size_t hash_root_bytes(const struct hash_root *root, size_t entry_size)
{
    const struct hash_table *t = load_relaxed(&root->table);
    return t != NULL ? hash_table_bytes(t, entry_size) : 0;
}

/* Of what the object's table was asked for; 0 if it has none. */
static size_t table_bytes(const struct obj *o)
{
    if (obj_is(o, OBJ_DICT))
        return hash_root_bytes(&((const struct dict_obj *)o)->root, sizeof(struct dict_entry));
    if (obj_is(o, OBJ_SET))
        return hash_root_bytes(&((const struct set_obj *)o)->root, sizeof(struct hash_entry));
    if (!obj_is(o, OBJ_LIST))
        return 0;
    const struct list_table *t = load_relaxed(&((const struct list_obj *)o)->table);
    return t != NULL ? list_table_bytes(t->capacity) : 0;
}

static size_t body_bytes(const struct obj *o)
{
    switch (o->type->kind) {
    case OBJ_INT:
        return sizeof(struct int_obj);
    case OBJ_FLOAT:
        return sizeof(struct float_obj);
    case OBJ_STR:
        return str_bytes(((const struct str_obj *)o)->length);
    case OBJ_TUPLE:
        return tuple_bytes(((const struct tuple_obj *)o)->length);
    case OBJ_LIST:
        return sizeof(struct list_obj);
    case OBJ_DICT:
        return sizeof(struct dict_obj);
    case OBJ_SET:
        return sizeof(struct set_obj);
    case OBJ_INSTANCE:
        return instance_bytes(o->type);
    case OBJ_WEAKREF:
        return sizeof(struct weakref_obj);
    default:
        return sizeof(struct obj);
    }
}

size_t obj_size(const struct obj *o)
{
    const size_t table = table_bytes(o);
    return body_bytes(o) + (table != 0 ? table_size(table) : 0);
}

static bool is_outside_heaps(const struct obj *o)
{
    if (obj_is(o, OBJ_INT))
        return int_is_shared(int_value(o));
    return obj_is(o, OBJ_NONE) || obj_is(o, OBJ_BOOL);
}

size_t obj_block_bytes(const struct obj *o)
{
    if (is_outside_heaps(o))
        return 0;
    const size_t table = table_bytes(o);
    return heap_block_bytes(body_bytes(o)) + (table != 0 ? table_block_bytes(table) : 0);
}

/* --- formulas --------------------------------------------------------------------------------- */

enum {
    OBJECT = sizeof(struct obj),
    CONTAINER = sizeof(struct container),
    LIST_TABLE = TABLE_PREFIX + 8,
    HASH_TABLE = TABLE_PREFIX + 16,
    DICT_ENTRY = 24,
    SET_ENTRY = 16,
};

static size_t two_thirds(size_t slots) { return slots * 2 / 3; }

static size_t index_slots(size_t keys)
{
    size_t slots = 8;
    while (two_thirds(slots) < keys)
        slots *= 2;
    return slots;
}

static size_t index_width(size_t entries)
{
    if (entries <= 128)
        return 1;
    return entries <= 32768 ? 2 : 4;
}

static size_t hash_formula(size_t keys, size_t entry)
{
    const size_t slots = index_slots(keys);
    const size_t entries = two_thirds(slots);
    return keys == 0 ? 0 : HASH_TABLE + entries * entry + slots * index_width(entries);
}

size_t size_formula(enum obj_kind kind, size_t n)
{
    switch (kind) {
    case OBJ_INT:
    case OBJ_FLOAT:
        return OBJECT + 8;
    case OBJ_STR:
        return OBJECT + 13 + n;
    case OBJ_TUPLE:
        return CONTAINER + 8 + 8 * n;
    case OBJ_LIST:
        return CONTAINER + 16 + (n == 0 ? 0 : LIST_TABLE + 8 * n);
    case OBJ_DICT:
        return CONTAINER + 16 + hash_formula(n, DICT_ENTRY);
    case OBJ_SET:
        return CONTAINER + 16 + hash_formula(n, SET_ENTRY);
    case OBJ_INSTANCE:
        return CONTAINER + 8 * n;
    case OBJ_WEAKREF:
        return CONTAINER + 40;
    default:
        return OBJECT;
    }
}

void size_describe(enum obj_kind kind, char text[SIZE_TEXT])
{
    const size_t empty = size_formula(kind, 0);
    const size_t step = size_formula(kind, 2) - size_formula(kind, 1);
    if (kind == OBJ_LIST)
        snprintf(text, SIZE_TEXT, "%zu; %zu + %zu n", empty, empty + LIST_TABLE, step);
    else if (kind == OBJ_DICT || kind == OBJ_SET)
        snprintf(text, SIZE_TEXT, "%zu; %zu + %d e + i", empty, empty + HASH_TABLE,
                 kind == OBJ_DICT ? DICT_ENTRY : SET_ENTRY);
    else if (step == 1)
        snprintf(text, SIZE_TEXT, "%zu + n", empty);
    else if (step != 0)
        snprintf(text, SIZE_TEXT, "%zu + %zu n", empty, step);
    else
        snprintf(text, SIZE_TEXT, "%zu", empty);
}
