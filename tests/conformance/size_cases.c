/*
 * Sizes: every object takes the bytes that its type's formula says.
 *
 * The formulas are written out once more here, from the prose of runtimes/object/size.h.
 */
#include "runtimes/object/size.h"
#include "runtimes/object/table.h"
#include "runtimes/object/weakref.h"
#include "tests/conformance/ring.h"

enum { O = sizeof(struct obj), C = sizeof(struct container) };

static const size_t lengths[] = {1,  2,  3,  4,  5,  6,  7,   8,    9,
                                 10, 11, 21, 22, 85, 86, 171, 5000, 30000};
enum { LENGTHS = sizeof lengths / sizeof *lengths, FIELDS = 30 };

/* Consumes the object. */
static void expect_size(struct thread *T, rc_ref ref, size_t n, size_t bytes)
{
    RC_FRAME(T, f, 1);
    f[0] = rc_move(T, ref);
    const struct obj *o = obj_get(f[0]);
    EXPECT(obj_size(o) == bytes, "a %s of %zu takes %zu bytes (it takes %zu)", o->type->name, n,
           bytes, obj_size(o));
    EXPECT(size_formula(o->type->kind, n) == bytes,
           "the formula of a %s of %zu gives %zu bytes (it gives %zu)", o->type->name, n, bytes,
           size_formula(o->type->kind, n));
    rc_clear(T, &f[0]);
    RC_LEAVE(T, f);
}

/* --- tables ------------------------------------------------------------------------------------------------------- */

static size_t table_prefix(void) { return table_size(0); }

/* What a dict or set of n keys has besides: its table of entries and index. */
static size_t keys_bytes(size_t n, size_t entry)
{
    size_t slots = 8;
    while (slots * 2 / 3 < n)
        slots *= 2;
    const size_t entries = slots * 2 / 3;
    size_t width = 1;
    if (entries > 128)
        width = entries <= 32768 ? 2 : 4;
    return table_prefix() + 16 + entry * entries + width * slots;
}

static rc_ref list_of_length(struct thread *T, size_t n)
{
    RC_FRAME(T, f, 1);
    f[0] = rc_move(T, sure_list(T, n));
    for (size_t i = 0; i < n; i++)
        sure_append(T, f[0], none_ref(T));
    rc_ref list = cell_own(T, &f[0]);
    RC_LEAVE(T, f);
    return list;
}

static rc_ref set_of_length(struct thread *T, size_t n)
{
    RC_FRAME(T, f, 2);
    f[0] = rc_move(T, sure_set(T));
    for (size_t i = 0; i < n; i++) {
        f[1] = rc_move(T, sure_int(T, (int64_t)i));
        sure_member(T, f[0], f[1]);
        rc_clear(T, &f[1]);
    }
    rc_ref set = cell_own(T, &f[0]);
    RC_LEAVE(T, f);
    return set;
}

static rc_ref dict_of_length(struct thread *T, size_t n)
{
    RC_FRAME(T, f, 2);
    f[0] = rc_move(T, sure_dict(T));
    for (size_t i = 0; i < n; i++) {
        f[1] = rc_move(T, sure_int(T, (int64_t)i));
        sure_entry(T, f[0], f[1], none_ref(T));
        rc_clear(T, &f[1]);
    }
    rc_ref dict = cell_own(T, &f[0]);
    RC_LEAVE(T, f);
    return dict;
}

static rc_ref str_of_length(struct thread *T, size_t n)
{
    rc_ref ref = str_new_uninitialised(T, n);
    if (!ref_is_null(ref))
        memset(str_buffer(ref), 'x', n);
    return ref;
}

/* --- by kind ------------------------------------------------------------------------------------------------------ */

static void empty_ones(struct thread *T)
{
    expect_size(T, none_ref(T), 0, O);
    expect_size(T, bool_ref(T, true), 0, O);
    expect_size(T, sure_int(T, 7), 0, O + 8);
    expect_size(T, sure_int(T, INT64_MAX), 0, O + 8);
    expect_size(T, sure_float(T, 0.5), 0, O + 8);
    expect_size(T, str_of_length(T, 0), 0, O + 13);
    expect_size(T, sure_tuple(T, 0, NULL), 0, C + 8);
    expect_size(T, sure_list(T, 0), 0, C + 16);
    expect_size(T, sure_dict(T), 0, C + 16);
    expect_size(T, sure_set(T), 0, C + 16);
}

static void tuples_and_instances(struct thread *T)
{
    rc_ref nulls[FIELDS] = {RC_NULL_REF};
    for (uint32_t n = 1; n <= FIELDS; n++) {
        struct type type = {.name = "instance", .kind = OBJ_INSTANCE, .fields = n};
        expect_size(T, sure_tuple(T, n, nulls), n, C + 8 + 8 * (size_t)n);
        expect_size(T, sure_instance(T, &type, nulls), n, C + 8 * (size_t)n);
        runtime_settle(T); /* it must not outlive its type */
    }
}

static void weak_reference(struct thread *T)
{
    RC_FRAME(T, f, 1);
    f[0] = rc_move(T, sure_list(T, 0));
    expect_size(T, sure_weakref(T, f[0], NULL, RC_NULL_REF), 0, C + 40);
    rc_clear(T, &f[0]);
    RC_LEAVE(T, f);
}

void case_sizes(struct thread *T)
{
    empty_ones(T);
    tuples_and_instances(T);
    weak_reference(T);
    for (size_t i = 0; i < LENGTHS; i++) {
        const size_t n = lengths[i];
        expect_size(T, str_of_length(T, n), n, O + 13 + n);
        expect_size(T, list_of_length(T, n), n, C + 16 + table_prefix() + 8 + 8 * n);
        expect_size(T, dict_of_length(T, n), n, C + 16 + keys_bytes(n, 24));
        expect_size(T, set_of_length(T, n), n, C + 16 + keys_bytes(n, 16));
    }
}
