/*
 * The text of the benchmarks of objects, which is compiled twice: with operations that are inlined (micro_object.c) and
 * with operations that are called (micro_call.c).
 *
 * Whoever includes it defines
 *   OP(verb)         the operation: op_<verb> or call_<verb>
 *   ROW(identifier)  the struct micro to define
 *   PATH             what its name begins with
 *   GROUP(own)       its group, where `own` is that of what it does
 *   NOTE             what its summary ends with
 */
#include "bench/micro.h"
#include "bench/stock.h"
#include "bench/workload.h"
#include "runtimes/object/object.h"

/* Multiples of STOCK_KEYS; a dict's batch is so long that taking references to its keys before does not count. */
enum { BATCH = 4000, DICT_BATCH = 64000 };

/* --- an object made and dropped ----------------------------------------------------------------------------------- */

static const char *const node_fields[] = {"a", "b", "c"};
static const struct type node_type = INSTANCE_TYPE("Node", node_fields);

enum { MADE, A, B, C, KEY_A, KEY_B, KEY_C, CELLS };

/* Makes an object in f[MADE] of what is in the other cells; false if there is no memory. */
typedef bool make(struct thread *T, rc_loc *f, uint64_t i);

static inline bool make_float(struct thread *T, rc_loc *f, uint64_t i)
{
    f[MADE] = OP(float)(T, (double)i);
    return !loc_is_null(f[MADE]);
}

static inline bool make_str10(struct thread *T, rc_loc *f, uint64_t i)
{
    static const char text[] = "what ten bytes cost to count";
    f[MADE] = OP(str)(T, &text[i % 16], 10);
    return !loc_is_null(f[MADE]);
}

static inline bool make_tuple3(struct thread *T, rc_loc *f, uint64_t i)
{
    (void)i;
    f[MADE] = OP(tuple_3)(T, f[A], f[B], f[C]);
    return !loc_is_null(f[MADE]);
}

static inline bool make_node3(struct thread *T, rc_loc *f, uint64_t i)
{
    (void)i;
    f[MADE] = OP(instance_3)(T, &node_type, f[A], f[B], f[C]);
    return !loc_is_null(f[MADE]);
}

static inline bool make_list3(struct thread *T, rc_loc *f, uint64_t i)
{
    (void)i;
    f[MADE] = OP(list_3)(T, f[A], f[B], f[C]);
    return !loc_is_null(f[MADE]);
}

static inline bool make_dict0(struct thread *T, rc_loc *f, uint64_t i)
{
    (void)i;
    f[MADE] = OP(dict)(T);
    return !loc_is_null(f[MADE]);
}

static inline bool make_dict3(struct thread *T, rc_loc *f, uint64_t i)
{
    (void)i;
    f[MADE] = OP(dict)(T);
    return !loc_is_null(f[MADE]) && OP(dict_set)(T, f[MADE], f[KEY_A], f[A]) &&
           OP(dict_set)(T, f[MADE], f[KEY_B], f[B]) && OP(dict_set)(T, f[MADE], f[KEY_C], f[C]);
}

/* Inlined, and `make_one` into it: a loop for each kind of object, with its cells in registers. */
static inline __attribute__((always_inline)) bool
make_and_drop(struct thread *T, uint64_t iterations, struct stock *stock, make *make_one)
{
    RC_FRAME(T, f, CELLS);
    f[A] = rc_load(T, NULL, &stock->items[0]);
    f[B] = rc_load(T, NULL, &stock->items[1]);
    f[C] = rc_load(T, NULL, &stock->items[2]);
    f[KEY_A] = rc_load(T, NULL, &stock->keys[0]);
    f[KEY_B] = rc_load(T, NULL, &stock->keys[1]);
    f[KEY_C] = rc_load(T, NULL, &stock->keys[2]);
    bool ok = true;
    for (uint64_t i = 0; ok && i < iterations; i++) {
        ok = make_one(T, f, i);
        f[MADE].w = hide(f[MADE].w);
        OP(drop)(T, cell_take(&f[MADE]));
    }
    rc_drop(T, cell_take(&f[A]));
    rc_drop(T, cell_take(&f[B]));
    rc_drop(T, cell_take(&f[C]));
    rc_drop(T, cell_take(&f[KEY_A]));
    rc_drop(T, cell_take(&f[KEY_B]));
    rc_drop(T, cell_take(&f[KEY_C]));
    RC_LEAVE(T, f);
    return ok;
}

#define ALLOC(what, text)                                                                          \
    static bool alloc_##what(struct thread *T, uint64_t iterations, void *context)                 \
    {                                                                                              \
        return make_and_drop(T, iterations, context, make_##what);                                 \
    }                                                                                              \
    const struct micro ROW(alloc_free_##what) = {                                                  \
        .name = PATH "alloc_free/" #what,                                                          \
        .group = GROUP(MICRO_ALLOC),                                                               \
        .summary = text NOTE,                                                                      \
        .threads = 1,                                                                              \
        .batch = BATCH,                                                                            \
        .setup = stock_new,                                                                        \
        .body = alloc_##what,                                                                      \
        .teardown = stock_free,                                                                    \
    };
#include "bench/micro_alloc.def"
#undef ALLOC

/* --- lists -------------------------------------------------------------------------------------------------------- */

/* One list for each batch: making, growing and ending it are part of the price. */
static bool list_append_body(struct thread *T, uint64_t iterations, void *context)
{
    struct stock *stock = context;
    RC_FRAME(T, f, 2);
    f[1] = rc_load(T, NULL, &stock->items[0]);
    f[0] = OP(list)(T);
    bool ok = !loc_is_null(f[0]);
    for (uint64_t i = 0; ok && i < iterations; i++) {
        ok = OP(list_append)(T, f[0], f[1]);
        f[0].w = hide(f[0].w);
    }
    OP(drop)(T, cell_take(&f[0]));
    rc_drop(T, cell_take(&f[1]));
    RC_LEAVE(T, f);
    return ok;
}

const struct micro ROW(list_append) = {
    .name = PATH "list_append",
    .group = GROUP(MICRO_CONTAINER),
    .summary = "an object appended to a list that grows to 1000" NOTE,
    .threads = 1,
    .batch = STOCK_KEYS,
    .setup = stock_new,
    .body = list_append_body,
    .teardown = stock_free,
};

/* --- dicts -------------------------------------------------------------------------------------------------------- */

/* Loads, and drops, as many as a compiler has constants. */
static inline void load_keys(struct thread *T, rc_loc *keys, struct stock *stock)
{
    for (unsigned i = 0; i < STOCK_KEYS; i++)
        keys[i] = rc_load(T, NULL, &stock->keys[i]);
}

static bool dict_get_body(struct thread *T, uint64_t iterations, void *context)
{
    struct stock *stock = context;
    RC_FRAME(T, keys, STOCK_KEYS);
    RC_FRAME(T, f, 2);
    load_keys(T, keys, stock);
    f[0] = rc_load(T, NULL, &stock->dict);
    for (uint64_t i = 0, key = 0; i < iterations; i++) {
        f[1] = OP(dict_get)(T, f[0], keys[key]);
        f[1].w = hide(f[1].w);
        OP(drop)(T, cell_take(&f[1]));
        key = key + 1 < STOCK_KEYS ? key + 1 : 0;
    }
    rc_drop(T, cell_take(&f[0]));
    cells_drop(T, keys, STOCK_KEYS);
    RC_LEAVE(T, f);
    RC_LEAVE(T, keys);
    return true;
}

static bool dict_set_body(struct thread *T, uint64_t iterations, void *context)
{
    struct stock *stock = context;
    RC_FRAME(T, keys, STOCK_KEYS);
    RC_FRAME(T, f, 2);
    load_keys(T, keys, stock);
    f[0] = rc_load(T, NULL, &stock->dict);
    f[1] = rc_load(T, NULL, &stock->items[0]);
    bool ok = true;
    for (uint64_t i = 0, key = 0; ok && i < iterations; i++) {
        ok = OP(dict_set)(T, f[0], keys[key], f[1]);
        f[0].w = hide(f[0].w);
        key = key + 1 < STOCK_KEYS ? key + 1 : 0;
    }
    rc_drop(T, cell_take(&f[0]));
    rc_drop(T, cell_take(&f[1]));
    cells_drop(T, keys, STOCK_KEYS);
    RC_LEAVE(T, f);
    RC_LEAVE(T, keys);
    return ok;
}

/* `count` keys into a new dict. */
static inline bool insert_keys(struct thread *T, const rc_loc *keys, rc_loc value, uint64_t count)
{
    RC_FRAME(T, f, 1);
    f[0] = OP(dict)(T);
    bool ok = !loc_is_null(f[0]);
    for (uint64_t i = 0; ok && i < count; i++) {
        ok = OP(dict_set)(T, f[0], keys[i], value);
        f[0].w = hide(f[0].w);
    }
    OP(drop)(T, cell_take(&f[0]));
    RC_LEAVE(T, f);
    return ok;
}

/* One dict for each thousand: making, growing and ending it are part of the price. */
static bool dict_insert_body(struct thread *T, uint64_t iterations, void *context)
{
    struct stock *stock = context;
    RC_FRAME(T, keys, STOCK_KEYS);
    RC_FRAME(T, f, 1);
    load_keys(T, keys, stock);
    f[0] = rc_load(T, NULL, &stock->items[0]);
    bool ok = true;
    for (uint64_t left = iterations; ok && left > 0;) {
        uint64_t count = left < STOCK_KEYS ? left : STOCK_KEYS;
        ok = insert_keys(T, keys, f[0], count);
        left -= count;
    }
    rc_drop(T, cell_take(&f[0]));
    cells_drop(T, keys, STOCK_KEYS);
    RC_LEAVE(T, f);
    RC_LEAVE(T, keys);
    return ok;
}

const struct micro ROW(dict_get) = {
    .name = PATH "dict_get",
    .group = GROUP(MICRO_CONTAINER),
    .summary = "the value of a key, of 1000 by turns" NOTE,
    .threads = 1,
    .batch = DICT_BATCH,
    .setup = stock_new,
    .body = dict_get_body,
    .teardown = stock_free,
};

const struct micro ROW(dict_set) = {
    .name = PATH "dict_set",
    .group = GROUP(MICRO_CONTAINER),
    .summary = "another value for a key, of 1000 by turns" NOTE,
    .threads = 1,
    .batch = DICT_BATCH,
    .setup = stock_new,
    .body = dict_set_body,
    .teardown = stock_free,
};

const struct micro ROW(dict_insert) = {
    .name = PATH "dict_insert",
    .group = GROUP(MICRO_CONTAINER),
    .summary = "a new key into a dict that grows to 1000" NOTE,
    .threads = 1,
    .batch = DICT_BATCH,
    .setup = stock_new,
    .body = dict_insert_body,
    .teardown = stock_free,
};
