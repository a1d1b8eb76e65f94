/*
 * Instances: objects with named fields, by number at run time, as a compiler resolves them.
 *
 *     static const char *const node_fields[] = {"left", "right"};
 *     static const struct type node_type = INSTANCE_TYPE("Node", node_fields);
 *     enum { NODE_LEFT, NODE_RIGHT };
 *
 * Bytes: a container header + 8 for each field (size.h).
 */
#ifndef RUNTIMES_OBJECT_INSTANCE_H
#define RUNTIMES_OBJECT_INSTANCE_H

#include "runtimes/object/object.h"

struct instance_obj {
    struct container container;
    rc_slot fields[];
};

#define INSTANCE_TYPE(type_name, names)                                                            \
    {                                                                                              \
        .name = (type_name), .kind = OBJ_INSTANCE, .fields = sizeof(names) / sizeof(names)[0],     \
        .field_names = (names)                                                                     \
    }

/* The same with a finalizer (finalize.h). */
#define INSTANCE_TYPE_FINALIZED(type_name, names, finalizer)                                       \
    {                                                                                              \
        .name = (type_name), .kind = OBJ_INSTANCE, .fields = sizeof(names) / sizeof(names)[0],     \
        .field_names = (names), .finalize = (finalizer)                                            \
    }

static inline size_t instance_bytes(const struct type *type)
{
    return sizeof(struct instance_obj) + type->fields * sizeof(rc_slot);
}

static inline struct instance_obj *instance_of(rc_loc instance, uint32_t field)
{
    struct instance_obj *o = (struct instance_obj *)obj_get(instance);
    ASSERT(obj_is(&o->container.obj, OBJ_INSTANCE) && field < o->container.obj.type->fields);
    (void)field;
    return o;
}

/* A new instance whose fields are `values[0..type->fields)`, consumed.  `type` must outlive it and
 * be a constant for speed: it is inlined. */
static inline rc_ref instance_new(struct thread *T, const struct type *type, const rc_ref *values)
{
    rc_ref ref = container_new(T, type, instance_bytes(type));
    if (unlikely(ref_is_null(ref)))
        return obj_refuse(T, type->fields, values);
    struct instance_obj *o = (struct instance_obj *)obj_of(ref.p);
    for (uint32_t i = 0; i < type->fields; i++)
        rc_init_slot(T, &o->fields[i], values[i]);
    container_ready(&o->container);
    return ref;
}

/* Reads, and replaces, field number `field`. */
static inline rc_loc instance_get(struct thread *T, rc_loc instance, uint32_t field)
{
    struct instance_obj *o = instance_of(instance, field);
    return rc_load(T, &o->container.obj.rc, &o->fields[field]);
}

static inline void instance_set(struct thread *T, rc_loc instance, uint32_t field, rc_ref value)
{
    struct instance_obj *o = instance_of(instance, field);
    rc_store(T, &o->container.obj.rc, &o->fields[field], value);
}

/* As instance_set, returning what the field held. */
static inline rc_ref instance_swap(struct thread *T, rc_loc instance, uint32_t field, rc_ref value)
{
    struct instance_obj *o = instance_of(instance, field);
    return rc_xchg(T, &o->container.obj.rc, &o->fields[field], value);
}

/* Nulls all fields: of an instance that lives on, and of a dead one. */
static inline void instance_clear(struct thread *T, struct instance_obj *o)
{
    for (uint32_t i = 0; i < o->container.obj.type->fields; i++)
        rc_store(T, &o->container.obj.rc, &o->fields[i], RC_NULL_REF);
}

static inline void instance_fini(struct thread *T, struct instance_obj *o)
{
    const uint32_t fields = o->container.obj.type->fields;
    for (uint32_t i = 0; i < fields; i++)
        rc_end_slot(T, &o->fields[i]);
}

#endif
