/*
 * Dump: an object as a person reads it, on stderr, for builds with assertions that have found something wrong with it.
 *
 *     list at 0x7f1f10004060: 2 references
 *       header     02 00 00 00 00 00 00 00
 *       collector  generation 0, tracked
 *       holds      3 references
 *                  list at 0x7f1f10004060: 2 references
 *                  ...
 *
 * Trusts the object itself and what it refers to.  Of a dead object, whose header is all zeros, nothing else has a meaning,
 * and nothing else is shown.
 */
#ifndef RUNTIMES_DUMP_H
#define RUNTIMES_DUMP_H

#include "runtimes/object/object.h"

void dump_object(struct obj *o);

/* Says that the object's count is less than the references that there are, dumps it and aborts. */
_Noreturn void dump_count_too_small(struct obj *o);

#endif
