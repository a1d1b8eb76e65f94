/*
 * What all kinds of objects have: equality, hash, a number of references.
 *
 * Numbers are compared and hashed in a common form: an integer if the value is one and fits, else a
 * double.  So 2^53 + 1 is not equal to the double next to it, as in Python, and equal numbers hash
 * alike whatever their types.
 */
#include "runtimes/object/object.h"

#include "runtimes/object/float.h"
#include "runtimes/object/hash.h"
#include "runtimes/object/int.h"
#include "runtimes/object/none.h"
#include "runtimes/object/str.h"
#include "runtimes/object/tuple.h"

struct number {
    bool is_number;
    bool is_int;
    int64_t as_int;
    double as_double;
};

static struct number number_from_int(int64_t value)
{
    return (struct number){.is_number = true, .is_int = true, .as_int = value};
}

static struct number number_from_double(double value)
{
    if (value >= -0x1p63 && value < 0x1p63 && (double)(int64_t)value == value)
        return number_from_int((int64_t)value);
    return (struct number){.is_number = true, .as_double = value};
}

static struct number number_of(const struct obj *o)
{
    switch (o->type->kind) {
    case OBJ_BOOL:
        return number_from_int(bool_value(o));
    case OBJ_INT:
        return number_from_int(int_value(o));
    case OBJ_FLOAT:
        return number_from_double(float_value(o));
    default:
        return (struct number){.is_number = false};
    }
}

static bool number_equals(struct number a, struct number b)
{
    if (!a.is_number || !b.is_number || a.is_int != b.is_int)
        return false;
    return a.is_int ? a.as_int == b.as_int : a.as_double == b.as_double;
}

static uint64_t number_hash(struct number n)
{
    int64_t bits = n.as_int;
    if (!n.is_int)
        memcpy(&bits, &n.as_double, sizeof bits);
    return hash_int(bits);
}

static bool str_equals(const struct str_obj *a, const struct str_obj *b)
{
    return a->length == b->length && memcmp(a->text, b->text, a->length) == 0;
}

static inline const struct obj *tuple_item(const struct tuple_obj *t, size_t index)
{
    return (const struct obj *)rc_cpeek(&t->items[index]);
}

static bool tuple_equals(const struct tuple_obj *a, const struct tuple_obj *b)
{
    if (a->length != b->length)
        return false;
    for (size_t i = 0; i < a->length; i++)
        if (!obj_equals(tuple_item(a, i), tuple_item(b, i)))
            return false;
    return true;
}

static uint64_t tuple_hash(const struct tuple_obj *t)
{
    uint64_t hash = t->length;
    for (size_t i = 0; i < t->length; i++)
        hash = hash_combine(hash, obj_hash(tuple_item(t, i)));
    return hash;
}

rc_ref obj_refuse(struct thread *T, size_t length, const rc_ref *refs)
{
    for (size_t i = 0; i < length; i++)
        rc_release(T, refs[i]);
    return RC_NULL_REF;
}

bool obj_equals(const struct obj *a, const struct obj *b)
{
    if (a == b)
        return true;
    if (obj_is(a, OBJ_STR))
        return obj_is(b, OBJ_STR) &&
               str_equals((const struct str_obj *)a, (const struct str_obj *)b);
    if (obj_is(a, OBJ_TUPLE))
        return obj_is(b, OBJ_TUPLE) &&
               tuple_equals((const struct tuple_obj *)a, (const struct tuple_obj *)b);
    return number_equals(number_of(a), number_of(b));
}

uint64_t obj_hash(const struct obj *o)
{
    switch (o->type->kind) {
    case OBJ_BOOL:
    case OBJ_INT:
    case OBJ_FLOAT:
        return number_hash(number_of(o));
    case OBJ_STR:
        return str_hash(o);
    case OBJ_TUPLE:
        return tuple_hash((const struct tuple_obj *)o);
    case OBJ_NONE:
        return HASH_SQRT3;
    default:
        return hash_combine(HASH_PHI, (uintptr_t)o);
    }
}

/* --- references ------------------------------------------------------------------------------- */

struct reference_count {
    const struct rc_header *object;
    size_t references;
};

static void count_reference(struct rc_header *object, void *context)
{
    struct reference_count *count = context;
    count->references += object == count->object;
}

size_t obj_refcount(struct thread *T, rc_loc loc)
{
    struct reference_count count = {.object = rc_get(loc)};
    world_stop(T);
    rc_settle(T);
    rc_each_uncounted_root(T, count_reference, &count);
    count.references += rc_count(count.object);
    world_start(T);
    return count.references;
}
