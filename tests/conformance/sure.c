/* Makers of objects that are asked a second time. */
#include "tests/conformance/sure.h"

#include "alloc/failure.h"
#include "runtimes/object/dict.h"
#include "runtimes/object/float.h"
#include "runtimes/object/inspect.h"
#include "runtimes/object/int.h"
#include "runtimes/object/list.h"
#include "runtimes/object/set.h"
#include "runtimes/object/str.h"
#include "runtimes/object/tuple.h"
#include "tests/conformance/case.h"
#include "tests/conformance/injection.h"

#include <stdlib.h>
#include <string.h>

/* --- what consumes nothing ---------------------------------------------------------------------------------------- */

/* Whether the first attempt was refused: then on purpose. */
static bool again(bool refused)
{
    EXPECT(!refused || injection_has_come(), "memory for an object");
    return refused;
}

static rc_ref made(rc_ref ref)
{
    EXPECT(!ref_is_null(ref), "memory for an object at the second attempt");
    return ref;
}

rc_ref sure_int(struct thread *T, int64_t value)
{
    rc_ref ref = int_new(T, value);
    return again(ref_is_null(ref)) ? made(int_new(T, value)) : ref;
}

rc_ref sure_sum(struct thread *T, rc_loc a, rc_loc b)
{
    rc_ref ref = int_add(T, a, b);
    return again(ref_is_null(ref)) ? made(int_add(T, a, b)) : ref;
}

rc_ref sure_float(struct thread *T, double value)
{
    rc_ref ref = float_new(T, value);
    return again(ref_is_null(ref)) ? made(float_new(T, value)) : ref;
}

rc_ref sure_str(struct thread *T, const char *text, size_t length)
{
    rc_ref ref = str_new(T, text, length);
    return again(ref_is_null(ref)) ? made(str_new(T, text, length)) : ref;
}

rc_ref sure_text(struct thread *T, const char *text) { return sure_str(T, text, strlen(text)); }

rc_ref sure_concat(struct thread *T, rc_loc a, rc_loc b)
{
    rc_ref ref = str_concat(T, a, b);
    return again(ref_is_null(ref)) ? made(str_concat(T, a, b)) : ref;
}

rc_ref sure_intern(struct thread *T, const char *text, size_t length)
{
    rc_ref ref = str_intern(T, text, length);
    return again(ref_is_null(ref)) ? made(str_intern(T, text, length)) : ref;
}

rc_ref sure_list(struct thread *T, size_t capacity)
{
    rc_ref ref = list_new(T, capacity);
    return again(ref_is_null(ref)) ? made(list_new(T, capacity)) : ref;
}

rc_ref sure_dict(struct thread *T)
{
    rc_ref ref = dict_new(T);
    return again(ref_is_null(ref)) ? made(dict_new(T)) : ref;
}

rc_ref sure_set(struct thread *T)
{
    rc_ref ref = set_new(T);
    return again(ref_is_null(ref)) ? made(set_new(T)) : ref;
}

rc_ref sure_container(struct thread *T, const struct type *type, size_t size)
{
    rc_ref ref = container_new(T, type, size);
    return again(ref_is_null(ref)) ? made(container_new(T, type, size)) : ref;
}

rc_ref sure_objects(struct thread *T, int generation)
{
    rc_ref ref = inspect_objects(T, generation);
    return again(ref_is_null(ref)) ? made(inspect_objects(T, generation)) : ref;
}

rc_ref sure_exact_objects(struct thread *T, int generation)
{
    rc_ref ref = inspect_objects(T, generation);
    if (!again(ref_is_null(ref)))
        return ref;
    case_deaths(T);
    return made(inspect_objects(T, generation));
}

rc_ref sure_referrers(struct thread *T, size_t length, const rc_loc *targets)
{
    rc_ref ref = inspect_referrers(T, length, targets);
    return again(ref_is_null(ref)) ? made(inspect_referrers(T, length, targets)) : ref;
}

rc_ref sure_referents(struct thread *T, size_t length, const rc_loc *sources)
{
    rc_ref ref = inspect_referents(T, length, sources);
    return again(ref_is_null(ref)) ? made(inspect_referents(T, length, sources)) : ref;
}

void sure_member(struct thread *T, rc_loc set, rc_loc key)
{
    if (again(!set_add(T, set, key)))
        EXPECT(set_add(T, set, key), "memory for a member at the second attempt");
}

struct thread *sure_thread(void)
{
    struct thread *T = thread_attach();
    if (again(T == NULL))
        T = thread_attach();
    EXPECT(T != NULL, "a thread to attach");
    return T;
}

/* --- what consumes references ------------------------------------------------------------------------------------- */

/* As many references again, for a second attempt; NULL where nothing can be refused any more. */
static rc_ref *spares_of(struct thread *T, size_t length, const rc_ref *refs)
{
    if (likely(!failure_is_pending()))
        return NULL;
    rc_ref *spares = calloc(length + 1, sizeof *spares);
    CHECK(spares != NULL, "no memory for spare references");
    RC_FRAME(T, f, 1);
    for (size_t i = 0; i < length; i++) {
        f[0] = rc_move(T, refs[i]);
        spares[i] = rc_own(T, rc_dup(T, f[0]));
        (void)rc_own(T, f[0]); /* it is refs[i] again */
        f[0] = RC_NULL_LOC;
    }
    RC_LEAVE(T, f);
    return spares;
}

/* Whether the spares are to be consumed now: the first attempt was refused. */
static bool again_with(bool refused, const rc_ref *spares)
{
    EXPECT(!again(refused) || spares != NULL, "no second refusal");
    return refused;
}

static void end_spares(struct thread *T, size_t length, rc_ref *spares, bool consumed)
{
    for (size_t i = 0; spares != NULL && !consumed && i < length; i++)
        rc_release(T, spares[i]);
    free(spares);
}

rc_ref sure_tuple(struct thread *T, size_t length, const rc_ref *items)
{
    rc_ref *spares = spares_of(T, length, items);
    rc_ref ref = tuple_new(T, length, items);
    const bool refused = again_with(ref_is_null(ref), spares);
    if (refused)
        ref = made(tuple_new(T, length, spares));
    end_spares(T, length, spares, refused);
    return ref;
}

rc_ref sure_list_from(struct thread *T, size_t length, const rc_ref *items)
{
    rc_ref *spares = spares_of(T, length, items);
    rc_ref ref = list_new_from(T, length, items);
    const bool refused = again_with(ref_is_null(ref), spares);
    if (refused)
        ref = made(list_new_from(T, length, spares));
    end_spares(T, length, spares, refused);
    return ref;
}

rc_ref sure_instance(struct thread *T, const struct type *type, const rc_ref *values)
{
    rc_ref *spares = spares_of(T, type->fields, values);
    rc_ref ref = instance_new(T, type, values);
    const bool refused = again_with(ref_is_null(ref), spares);
    if (refused)
        ref = made(instance_new(T, type, spares));
    end_spares(T, type->fields, spares, refused);
    return ref;
}

rc_ref sure_weakref(struct thread *T, rc_loc target, weakref_callback *callback, rc_ref argument)
{
    rc_ref *spare = spares_of(T, 1, &argument);
    rc_ref ref = weakref_new(T, target, callback, argument);
    const bool refused = again_with(ref_is_null(ref), spare);
    if (refused)
        ref = made(weakref_new(T, target, callback, *spare));
    end_spares(T, 1, spare, refused);
    return ref;
}

void sure_append(struct thread *T, rc_loc list, rc_ref item)
{
    rc_ref *spare = spares_of(T, 1, &item);
    const bool refused = again_with(!list_append(T, list, item), spare);
    if (refused)
        EXPECT(list_append(T, list, *spare), "memory for an item at the second attempt");
    end_spares(T, 1, spare, refused);
}

void sure_entry(struct thread *T, rc_loc dict, rc_loc key, rc_ref value)
{
    rc_ref *spare = spares_of(T, 1, &value);
    const bool refused = again_with(!dict_set(T, dict, key, value), spare);
    if (refused)
        EXPECT(dict_set(T, dict, key, *spare), "memory for an entry at the second attempt");
    end_spares(T, 1, spare, refused);
}
