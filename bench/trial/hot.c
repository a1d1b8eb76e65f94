/* Making what is hot, of the heap or in places of its own: where there are none, `p` and what is taken of it are NULL. */
#include "bench/trial/hot.h"

#include "bench/trial/field.h"
#include "bench/trial/pack.h"

static const char *const function_fields[] = {"name", "code"};
static const struct type function_type = INSTANCE_TYPE("Function", function_fields);

static rc_ref make_int(struct thread *T, struct int_obj *place, int64_t value)
{
    return place != NULL ? immortal_int(T, place, value) : int_new(T, value);
}

static rc_ref make_name(struct thread *T, struct hot_places *p, unsigned i)
{
    char text[] = "name_00";
    text[5] = (char)('0' + i / 10);
    text[6] = (char)('0' + i % 10);
    if (p != NULL)
        return immortal_str(T, &p->name[i], text, sizeof(text) - 1);
    return str_new(T, text, sizeof(text) - 1);
}

static rc_ref make_tuple(struct thread *T, struct immortal_tuple *place,
                         const rc_ref items[HOT_ITEMS])
{
    return place != NULL ? immortal_tuple(T, place, HOT_ITEMS, items)
                         : pack_new(T, HOT_ITEMS, items);
}

static rc_ref make_names(struct thread *T, struct hot_places *p)
{
    rc_ref names[HOT_ITEMS];
    for (unsigned i = 0; i < HOT_ITEMS; i++)
        names[i] = make_name(T, p, i);
    return make_tuple(T, p != NULL ? &p->names : NULL, names);
}

/* (HOT_BASE, HOT_BASE + 1, ...) */
static rc_ref make_code(struct thread *T, struct hot_places *p)
{
    rc_ref constants[HOT_ITEMS];
    for (unsigned i = 0; i < HOT_ITEMS; i++)
        constants[i] = make_int(T, p != NULL ? &p->constants[i] : NULL, HOT_BASE + (int64_t)i);
    return make_tuple(T, p != NULL ? &p->code : NULL, constants);
}

static rc_ref make_function(struct thread *T, struct hot_places *p)
{
    rc_ref fields[] = {make_name(T, p, HOT_ITEMS), make_code(T, p)};
    return p != NULL ? immortal_instance(T, &p->function, &function_type, fields)
                     : instance_from(T, &function_type, fields);
}

/* Puts value i into the list, and under its name into the module; both are cells of `hot`. */
static bool fill_in(struct thread *T, struct hot_places *p, const rc_loc *hot, unsigned i)
{
    RC_FRAME(T, f, 2);
    f[0] = tuple_get(T, hot[HOT_NAMES], i);
    f[1] = rc_move(T, make_int(T, p != NULL ? &p->numbers[i] : NULL, HOT_BASE + (int64_t)i));
    bool ok = !loc_is_null(f[1]) && list_append(T, hot[HOT_LIST], rc_own(T, rc_dup(T, f[1]))) &&
              dict_set(T, hot[HOT_MODULE], f[0], rc_own(T, cell_take(&f[1])));
    cells_drop(T, f, 2);
    RC_LEAVE(T, f);
    return ok;
}

static bool make_parts(struct thread *T, struct hot_places *p, rc_loc *hot)
{
    hot[HOT_MODULE] = rc_move(T, p != NULL ? immortal_dict(T, &p->module) : dict_new(T));
    hot[HOT_NAMES] = rc_move(T, make_names(T, p));
    hot[HOT_LIST] = rc_move(T, p != NULL ? immortal_list(T, &p->list) : list_new(T, HOT_ITEMS));
    hot[HOT_FUNCTION] = rc_move(T, make_function(T, p));
    hot[HOT_VALUE] = rc_move(T, make_int(T, p != NULL ? &p->value : NULL, HOT_BASE));
    bool ok = true;
    for (size_t i = 0; i < HOT_LENGTH; i++)
        ok = ok && !loc_is_null(hot[i]);
    for (unsigned i = 0; ok && i < HOT_ITEMS; i++)
        ok = fill_in(T, p, hot, i);
    return ok;
}

rc_ref hot_new(struct thread *T, struct hot_places *p)
{
    RC_FRAME(T, f, HOT_LENGTH);
    rc_ref tuple = RC_NULL_REF;
    if (make_parts(T, p, f)) {
        rc_ref parts[HOT_LENGTH];
        for (size_t i = 0; i < HOT_LENGTH; i++)
            parts[i] = rc_own(T, cell_take(&f[i]));
        tuple = tuple_new(T, HOT_LENGTH, parts);
    }
    cells_drop(T, f, HOT_LENGTH);
    RC_LEAVE(T, f);
    return tuple;
}

void hot_clear(struct thread *T, struct hot_places *places)
{
    immortal_clear_list(T, &places->list);
    immortal_clear_dict(T, &places->module);
}
