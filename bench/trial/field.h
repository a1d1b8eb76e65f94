/*
 * Fields of instances: short words for what a compiler would emit to read a number out of a field, or to put one in.
 *
 * Each takes a borrowed instance, as the functions of runtimes/object do.  A read loads the field into a cell, looks at the
 * value and drops the reference; a write makes a new number.
 */
#ifndef BENCH_TRIAL_FIELD_H
#define BENCH_TRIAL_FIELD_H

#include "bench/trial/cell.h"
#include "runtimes/object/instance.h"
#include "runtimes/object/int.h"
#include "runtimes/object/none.h"

static inline int64_t field_int(struct thread *T, rc_loc instance, uint32_t field)
{
    RC_FRAME(T, f, 1);
    f[0] = instance_get(T, instance, field);
    int64_t value = int_value(obj_get(f[0]));
    rc_drop(T, cell_take(&f[0]));
    RC_LEAVE(T, f);
    return value;
}

/* False, and the field as it was, if there is no memory. */
static inline bool field_set_int(struct thread *T, rc_loc instance, uint32_t field, int64_t value)
{
    rc_ref number = int_new(T, value);
    if (ref_is_null(number))
        return false;
    instance_set(T, instance, field, number);
    return true;
}

static inline bool field_bool(struct thread *T, rc_loc instance, uint32_t field)
{
    RC_FRAME(T, f, 1);
    f[0] = instance_get(T, instance, field);
    bool value = bool_value(obj_get(f[0]));
    rc_drop(T, cell_take(&f[0]));
    RC_LEAVE(T, f);
    return value;
}

static inline void field_set_bool(struct thread *T, rc_loc instance, uint32_t field, bool value)
{
    instance_set(T, instance, field, bool_ref(T, value));
}

static inline bool loc_is_none(rc_loc loc) { return obj_is_none(obj_get(loc)); }

/* As instance_new, of fields of which some may be null: then there is no memory, and null is returned. */
static inline rc_ref instance_from(struct thread *T, const struct type *type, const rc_ref *fields)
{
    bool ok = true;
    for (uint32_t i = 0; i < type->fields; i++)
        ok = ok && !ref_is_null(fields[i]);
    return ok ? instance_new(T, type, fields) : obj_refuse(T, type->fields, fields);
}

/* to.field = from.other */
static inline void field_copy(struct thread *T, rc_loc to, uint32_t field, rc_loc from,
                              uint32_t other)
{
    RC_FRAME(T, f, 1);
    f[0] = instance_get(T, from, other);
    instance_set(T, to, field, rc_own(T, cell_take(&f[0])));
    RC_LEAVE(T, f);
}

/* Overwrites a cell with what a field holds. */
static inline void cell_load(struct thread *T, rc_loc *cell, rc_loc instance, uint32_t field)
{
    cell_set(T, cell, instance_get(T, instance, field));
}

#endif
