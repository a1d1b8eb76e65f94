/*
 * Immortal objects with a place of their own: outside of every heap, as None is.
 *
 * Idea: what never dies need not be counted.  CPython makes its constants, code and interned names so (PEP 683, and those
 * of PEP 703 once threads run); here a workload lays them out in static memory, a place for each, and fills the places
 * before other threads see them.  Each function makes an object in its place, whatever an earlier trial left there, and
 * returns a reference like a constructor's.  What a tuple or an instance is given to hold must be immortal, too, for nobody
 * ends it.
 * The tables of lists and dicts come from the heap: who made them gives them back with immortal_clear_list and _dict.
 *
 * Source: PEP 683, Immortal Objects, Using a Fixed Refcount.
 */
#ifndef BENCH_TRIAL_IMMORTAL_H
#define BENCH_TRIAL_IMMORTAL_H

#include "runtimes/object/dict.h"
#include "runtimes/object/instance.h"
#include "runtimes/object/int.h"
#include "runtimes/object/list.h"
#include "runtimes/object/str.h"
#include "runtimes/object/tuple.h"

/* Places for objects of variable size. */
enum { IMMORTAL_TEXT = 32, IMMORTAL_ITEMS = 16 };

struct immortal_str {
    _Alignas(struct str_obj) unsigned char room[offsetof(struct str_obj, text) + IMMORTAL_TEXT];
};

struct immortal_tuple {
    _Alignas(struct tuple_obj) unsigned char room[sizeof(struct tuple_obj) +
                                                  IMMORTAL_ITEMS * sizeof(rc_cslot)];
};

struct immortal_instance {
    _Alignas(struct instance_obj) unsigned char room[sizeof(struct instance_obj) +
                                                     IMMORTAL_ITEMS * sizeof(rc_slot)];
};

rc_ref immortal_int(struct thread *T, struct int_obj *place, int64_t value);

/* `length` < IMMORTAL_TEXT. */
rc_ref immortal_str(struct thread *T, struct immortal_str *place, const char *text, size_t length);

/* `length` <= IMMORTAL_ITEMS. */
rc_ref immortal_tuple(struct thread *T, struct immortal_tuple *place, size_t length,
                      const rc_ref *items);

/* A type of at most IMMORTAL_ITEMS fields. */
rc_ref immortal_instance(struct thread *T, struct immortal_instance *place, const struct type *type,
                         const rc_ref *values);

/* Empty ones; to be filled with list_append and dict_set. */
rc_ref immortal_list(struct thread *T, struct list_obj *place);
rc_ref immortal_dict(struct thread *T, struct dict_obj *place);

/* Empties a list or dict made so, and one that never was; nobody reads it any more. */
void immortal_clear_list(struct thread *T, struct list_obj *place);
void immortal_clear_dict(struct thread *T, struct dict_obj *place);

#endif
