/*
 * The portrait of an object: what it is, where it is, its header, how many refer to it and to whom it refers.
 */
#ifndef BENCH_TOUR_PORTRAIT_H
#define BENCH_TOUR_PORTRAIT_H

#include "bench/json.h"
#include "runtimes/object/object.h"

/* All references to an object that lives, though nobody in sight may refer to it: obj_refcount without a cell. */
size_t portrait_references(struct thread *T, const struct obj *o);

/* Writes {"type", "value", "address", "type_address", "header", "references", "bytes", "holds": [addresses]}, of a
 * container {"table", "word", "generation", "tracked"} too.  No other thread may run object code. */
void portrait_write(struct thread *T, struct json *json, const char *key, const struct obj *o);

#endif
