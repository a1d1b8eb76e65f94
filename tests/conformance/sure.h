/*
 * What cases are made of, for sure: the makers of objects, asked again where memory was refused once on purpose.
 *
 * A case has memory: where there is none, it ends here.  Only an injection (injection.h) refuses a single request; what the
 * first attempt consumed was a spare, so the second finds the world as it was, or a case that counts references says so.
 */
#ifndef TESTS_CONFORMANCE_SURE_H
#define TESTS_CONFORMANCE_SURE_H

#include "runtimes/object/instance.h"
#include "runtimes/object/weakref.h"

/* As the functions of the contract; those that consume references do. */
rc_ref sure_int(struct thread *T, int64_t value);
rc_ref sure_sum(struct thread *T, rc_loc a, rc_loc b);
rc_ref sure_float(struct thread *T, double value);
rc_ref sure_str(struct thread *T, const char *text, size_t length);
rc_ref sure_text(struct thread *T, const char *text);
rc_ref sure_concat(struct thread *T, rc_loc a, rc_loc b);
rc_ref sure_intern(struct thread *T, const char *text, size_t length);
rc_ref sure_list(struct thread *T, size_t capacity);
rc_ref sure_dict(struct thread *T);
rc_ref sure_set(struct thread *T);
rc_ref sure_container(struct thread *T, const struct type *type, size_t size);
rc_ref sure_tuple(struct thread *T, size_t length, const rc_ref *items);
rc_ref sure_list_from(struct thread *T, size_t length, const rc_ref *items);
rc_ref sure_instance(struct thread *T, const struct type *type, const rc_ref *values);
rc_ref sure_weakref(struct thread *T, rc_loc target, weakref_callback *callback, rc_ref argument);

void sure_append(struct thread *T, rc_loc list, rc_ref item);
void sure_entry(struct thread *T, rc_loc dict, rc_loc key, rc_ref value);
void sure_member(struct thread *T, rc_loc set, rc_loc key);

rc_ref sure_objects(struct thread *T, int generation);
/* Without the list that a refusal left half made, which is an object until it has died.  No other thread runs. */
rc_ref sure_exact_objects(struct thread *T, int generation);
rc_ref sure_referrers(struct thread *T, size_t length, const rc_loc *targets);
rc_ref sure_referents(struct thread *T, size_t length, const rc_loc *sources);

/* The calling thread attaches. */
struct thread *sure_thread(void);

#endif
