/* How each is made. */
#include "bench/sample.h"

#include "bench/trial/cell.h"
#include "runtimes/object/dict.h"
#include "runtimes/object/float.h"
#include "runtimes/object/instance.h"
#include "runtimes/object/int.h"
#include "runtimes/object/list.h"
#include "runtimes/object/none.h"
#include "runtimes/object/set.h"
#include "runtimes/object/str.h"
#include "runtimes/object/tuple.h"
#include "runtimes/object/weakref.h"

static const char *const point_fields[] = {"x", "y"};
static const struct type point_type = INSTANCE_TYPE("Point", point_fields);

static rc_ref make_none(struct thread *T) { return none_ref(T); }
static rc_ref make_bool(struct thread *T) { return bool_ref(T, true); }
static rc_ref make_int(struct thread *T) { return int_new(T, INT64_C(1) << 40); }
static rc_ref make_float(struct thread *T) { return float_new(T, 0.5); }
static rc_ref make_str(struct thread *T) { return str_new(T, "", 0); }
static rc_ref make_str_10(struct thread *T) { return str_new(T, "references", 10); }
static rc_ref make_tuple(struct thread *T) { return tuple_new(T, 0, NULL); }
static rc_ref make_list(struct thread *T) { return list_new(T, 0); }
static rc_ref make_dict(struct thread *T) { return dict_new(T); }
static rc_ref make_set(struct thread *T) { return set_new(T); }

static rc_ref make_tuple_3(struct thread *T)
{
    return tuple_new(T, 3, (rc_ref[]){none_ref(T), none_ref(T), none_ref(T)});
}

static rc_ref make_instance_2(struct thread *T)
{
    return instance_new(T, &point_type, (rc_ref[]){none_ref(T), none_ref(T)});
}

static rc_ref make_list_3(struct thread *T)
{
    RC_FRAME(T, f, 1);
    f[0] = rc_move(T, list_new(T, 3));
    bool ok = !loc_is_null(f[0]);
    for (int i = 0; ok && i < 3; i++)
        ok = list_append(T, f[0], none_ref(T));
    rc_ref list = ok ? rc_own(T, cell_take(&f[0])) : RC_NULL_REF;
    cells_drop(T, f, 1);
    RC_LEAVE(T, f);
    return list;
}

static rc_ref make_dict_3(struct thread *T)
{
    RC_FRAME(T, f, 2);
    f[0] = rc_move(T, dict_new(T));
    bool ok = !loc_is_null(f[0]);
    for (int64_t i = 0; ok && i < 3; i++) {
        cell_set(T, &f[1], rc_move(T, int_new(T, i)));
        ok = !loc_is_null(f[1]) && dict_set(T, f[0], f[1], none_ref(T));
    }
    rc_ref dict = ok ? rc_own(T, cell_take(&f[0])) : RC_NULL_REF;
    cells_drop(T, f, 2);
    RC_LEAVE(T, f);
    return dict;
}

static rc_ref make_set_9(struct thread *T)
{
    RC_FRAME(T, f, 2);
    f[0] = rc_move(T, set_new(T));
    bool ok = !loc_is_null(f[0]);
    for (int64_t i = 0; ok && i < 9; i++) {
        cell_set(T, &f[1], rc_move(T, int_new(T, i)));
        ok = !loc_is_null(f[1]) && set_add(T, f[0], f[1]);
    }
    rc_ref set = ok ? rc_own(T, cell_take(&f[0])) : RC_NULL_REF;
    cells_drop(T, f, 2);
    RC_LEAVE(T, f);
    return set;
}

static rc_ref make_weakref(struct thread *T)
{
    RC_FRAME(T, f, 1);
    f[0] = rc_move(T, make_list(T));
    rc_ref weakref = loc_is_null(f[0]) ? RC_NULL_REF : weakref_new(T, f[0], NULL, RC_NULL_REF);
    cells_drop(T, f, 1);
    RC_LEAVE(T, f);
    return weakref;
}

const struct sample samples[SAMPLES] = {
    {"none", "None", make_none},
    {"bool", "True", make_bool},
    {"int", "1 << 40", make_int},
    {"float", "0.5", make_float},
    {"str", "''", make_str},
    {"str_10", "'references'", make_str_10},
    {"tuple", "()", make_tuple},
    {"tuple_3", "(None, None, None)", make_tuple_3},
    {"list", "[]", make_list},
    {"list_3", "[None, None, None]", make_list_3},
    {"dict", "{}", make_dict},
    {"dict_3", "{0: None, 1: None, 2: None}", make_dict_3},
    {"set", "set()", make_set},
    {"set_9", "{0, 1, 2, 3, 4, 5, 6, 7, 8}", make_set_9},
    {"instance_2", "Point(None, None)", make_instance_2},
    {"weakref", "weakref([])", make_weakref},
};
