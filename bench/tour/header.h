/*
 * The counting header of an object, as bytes and as the fields that its strategy says they are.
 *
 * A strategy may define RC_HEADER_FIELDS, a string that names the fields of its struct rc_header from the lowest address
 * and the lowest bit on: "name:bits name:bits ...", an s behind the bits of a number that has a sign, 64 bits at most.
 * Where it does not, the header has bytes and no fields.
 */
#ifndef BENCH_TOUR_HEADER_H
#define BENCH_TOUR_HEADER_H

#include "bench/json.h"
#include "runtimes/rc/rc.h"

#ifndef RC_HEADER_FIELDS
#define RC_HEADER_FIELDS ""
#endif

/* Writes {"bytes": "in the order of memory", "fields": [{"name", "bits", "value"}]}.  Nobody may change it meanwhile. */
void header_write(struct json *json, const char *key, const struct rc_header *header);

/* How many bits the fields have together. */
size_t header_field_bits(void);

#endif
