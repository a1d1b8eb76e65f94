/*
 * What is hot: the objects that every call of a program touches, its module, its names, its code.
 *
 *   (module, names, list, function, value)
 *
 *   module      a dict of values by name
 *   names       a tuple of the names
 *   list        of the values
 *   function    whose code is a tuple of constants
 *   value       one more
 *
 * Item i of each, and under name i in the module, is HOT_BASE + i.  The objects are of the heap, or immortal (immortal.h) in
 * places that whoever wants them so has for them.
 */
#ifndef BENCH_TRIAL_HOT_H
#define BENCH_TRIAL_HOT_H

#include "bench/trial/immortal.h"

enum {
    HOT_ITEMS = IMMORTAL_ITEMS,
    HOT_BASE = 1000, /* beyond the ints that are always immortal */
};

enum hot { HOT_MODULE, HOT_NAMES, HOT_LIST, HOT_FUNCTION, HOT_VALUE, HOT_LENGTH };

/* The fields of the function. */
enum { HOT_FUNCTION_NAME, HOT_FUNCTION_CODE };

/* Where the immortal ones lie. */
struct hot_places {
    _Alignas(64) struct dict_obj module;
    struct immortal_tuple names;
    struct immortal_str name[HOT_ITEMS + 1]; /* the last is the function's */
    struct list_obj list;
    struct immortal_instance function;
    struct immortal_tuple code;
    struct int_obj numbers[HOT_ITEMS];
    struct int_obj constants[HOT_ITEMS];
    struct int_obj value;
};

/* The tuple of all, of the heap if there are no places (NULL); it is itself of the heap.  Null if there is no memory. */
rc_ref hot_new(struct thread *T, struct hot_places *p);

/* Empties the places, used or not, when nobody reads them any more. */
void hot_clear(struct thread *T, struct hot_places *places);

#endif
