/* Members of three kinds that are linked, unlinked and read by their fields, whatever they are. */
#include "bench/trial/circle.h"

#include "bench/trial/cell.h"
#include "runtimes/object/dict.h"
#include "runtimes/object/instance.h"
#include "runtimes/object/int.h"
#include "runtimes/object/list.h"
#include "runtimes/object/none.h"
#include "runtimes/object/str.h"

static const char *const link_fields[] = {"next", "back", "value"};
static const struct type link_type = INSTANCE_TYPE("Link", link_fields);

enum kind { KIND_INSTANCE, KIND_LIST, KIND_DICT, KINDS };

rc_ref circle_name(struct thread *T, enum circle_field field)
{
    return str_new(T, link_fields[field], strlen(link_fields[field]));
}

static enum kind kind_of_member(uint64_t r, unsigned i)
{
    return mix_below(mix64(r * CIRCLE_MAX + i), KINDS);
}

static enum kind kind_of(rc_loc member)
{
    const struct obj *o = obj_get(member);
    if (obj_is(o, OBJ_INSTANCE))
        return KIND_INSTANCE;
    return obj_is(o, OBJ_LIST) ? KIND_LIST : KIND_DICT;
}

/* member.field = target; both are arguments. */
static bool set_field(const struct circle_hand *hand, rc_loc member, enum circle_field field,
                      rc_loc target)
{
    struct thread *T = hand->T;
    RC_FRAME(T, f, 2);
    enum { MEMBER, TARGET };
    f[MEMBER] = member;
    f[TARGET] = target;
    thread_safepoint(T);
    bool ok = true;
    rc_ref ref = rc_own(T, cell_take(&f[TARGET]));
    switch (kind_of(f[MEMBER])) {
    case KIND_INSTANCE:
        instance_set(T, f[MEMBER], field, ref);
        break;
    case KIND_LIST:
        ok = list_set(T, f[MEMBER], field, ref);
        break;
    default:
        ok = dict_set(T, f[MEMBER], hand->names[field], ref);
    }
    cells_drop(T, f, 2);
    RC_LEAVE(T, f);
    return ok;
}

/* member.field; `member` is an argument.  For a cell of the caller. */
static rc_ref get_field(const struct circle_hand *hand, rc_loc member, enum circle_field field)
{
    struct thread *T = hand->T;
    RC_FRAME(T, f, 2);
    enum { MEMBER, FOUND };
    f[MEMBER] = member;
    thread_safepoint(T);
    switch (kind_of(f[MEMBER])) {
    case KIND_INSTANCE:
        f[FOUND] = instance_get(T, f[MEMBER], field);
        break;
    case KIND_LIST:
        f[FOUND] = list_get(T, f[MEMBER], field);
        break;
    default:
        f[FOUND] = dict_get(T, f[MEMBER], hand->names[field]);
    }
    rc_ref found = rc_own(T, cell_take(&f[FOUND]));
    cells_drop(T, f, 2);
    RC_LEAVE(T, f);
    return found;
}

/* [None, None, value] */
static rc_ref make_list(struct thread *T, rc_ref value)
{
    RC_FRAME(T, f, 1);
    f[0] = rc_move(T, list_new(T, CIRCLE_FIELDS));
    bool ok = !loc_is_null(f[0]);
    for (enum circle_field field = CIRCLE_NEXT; ok && field < CIRCLE_VALUE; field++)
        ok = list_append(T, f[0], none_ref(T));
    if (ok)
        ok = list_append(T, f[0], value);
    else
        rc_release(T, value);
    rc_ref list = ok ? rc_own(T, cell_take(&f[0])) : RC_NULL_REF;
    cells_drop(T, f, 1);
    RC_LEAVE(T, f);
    return list;
}

/* {"next": None, "back": None, "value": value} */
static rc_ref make_dict(const struct circle_hand *hand, rc_ref value)
{
    struct thread *T = hand->T;
    RC_FRAME(T, f, 1);
    f[0] = rc_move(T, dict_new(T));
    bool ok = !loc_is_null(f[0]);
    for (enum circle_field field = CIRCLE_NEXT; ok && field < CIRCLE_VALUE; field++)
        ok = dict_set(T, f[0], hand->names[field], none_ref(T));
    if (ok)
        ok = dict_set(T, f[0], hand->names[CIRCLE_VALUE], value);
    else
        rc_release(T, value);
    rc_ref dict = ok ? rc_own(T, cell_take(&f[0])) : RC_NULL_REF;
    cells_drop(T, f, 1);
    RC_LEAVE(T, f);
    return dict;
}

static rc_ref make_member(const struct circle_hand *hand, enum kind kind, int64_t number)
{
    struct thread *T = hand->T;
    thread_safepoint(T);
    rc_ref value = int_new(T, number);
    if (ref_is_null(value))
        return RC_NULL_REF;
    if (kind == KIND_LIST)
        return make_list(T, value);
    if (kind == KIND_DICT)
        return make_dict(hand, value);
    return instance_new(T, &link_type, (rc_ref[]){none_ref(T), none_ref(T), value});
}

/* a.next = b; b.back = a; both are arguments. */
static bool link_up(const struct circle_hand *hand, rc_loc a, rc_loc b)
{
    struct thread *T = hand->T;
    RC_FRAME(T, f, 2);
    f[0] = a;
    f[1] = b;
    thread_safepoint(T);
    bool ok = set_field(hand, rc_dup(T, f[0]), CIRCLE_NEXT, rc_dup(T, f[1])) &&
              set_field(hand, rc_dup(T, f[1]), CIRCLE_BACK, rc_dup(T, f[0]));
    cells_drop(T, f, 2);
    RC_LEAVE(T, f);
    return ok;
}

rc_ref circle_new(const struct circle_hand *hand, uint64_t r, unsigned begin, unsigned end)
{
    struct thread *T = hand->T;
    RC_FRAME(T, f, 3);
    enum { FIRST, LAST, MADE };
    thread_safepoint(T);
    f[FIRST] = rc_move(T, make_member(hand, kind_of_member(r, begin), circle_number(r, begin)));
    bool ok = !loc_is_null(f[FIRST]);
    f[LAST] = rc_dup(T, f[FIRST]);
    for (unsigned i = begin + 1; ok && i < end; i++) {
        thread_safepoint(T);
        f[MADE] = rc_move(T, make_member(hand, kind_of_member(r, i), circle_number(r, i)));
        ok = !loc_is_null(f[MADE]) && link_up(hand, rc_dup(T, f[LAST]), rc_dup(T, f[MADE]));
        cell_set(T, &f[LAST], cell_take(&f[MADE]));
    }
    ok = ok && link_up(hand, rc_dup(T, f[LAST]), rc_dup(T, f[FIRST]));
    rc_ref first = ok ? rc_own(T, cell_take(&f[FIRST])) : RC_NULL_REF;
    cells_drop(T, f, 3);
    RC_LEAVE(T, f);
    return first;
}

bool circle_join(const struct circle_hand *hand, rc_loc a, rc_loc b)
{
    struct thread *T = hand->T;
    RC_FRAME(T, f, 4);
    enum { A, B, LAST_OF_A, LAST_OF_B };
    f[A] = a;
    f[B] = b;
    thread_safepoint(T);
    f[LAST_OF_A] = rc_move(T, get_field(hand, rc_dup(T, f[A]), CIRCLE_BACK));
    f[LAST_OF_B] = rc_move(T, get_field(hand, rc_dup(T, f[B]), CIRCLE_BACK));
    bool ok = link_up(hand, cell_take(&f[LAST_OF_A]), rc_dup(T, f[B])) &&
              link_up(hand, cell_take(&f[LAST_OF_B]), rc_dup(T, f[A]));
    cells_drop(T, f, 4);
    RC_LEAVE(T, f);
    return ok;
}

unsigned circle_walk(const struct circle_hand *hand, rc_loc circle, uint64_t *sum)
{
    struct thread *T = hand->T;
    RC_FRAME(T, f, 3);
    enum { FIRST, MEMBER, NUMBER };
    f[FIRST] = circle;
    f[MEMBER] = rc_dup(T, f[FIRST]);
    unsigned length = 0;
    do {
        thread_safepoint(T);
        f[NUMBER] = rc_move(T, get_field(hand, rc_dup(T, f[MEMBER]), CIRCLE_VALUE));
        *sum += mix64((uint64_t)int_value(obj_get(f[NUMBER])));
        length++;
        rc_drop(T, cell_take(&f[NUMBER]));
        cell_set(T, &f[MEMBER], rc_move(T, get_field(hand, rc_dup(T, f[MEMBER]), CIRCLE_NEXT)));
    } while (rc_get(f[MEMBER]) != rc_get(f[FIRST]));
    cells_drop(T, f, 3);
    RC_LEAVE(T, f);
    return length;
}
