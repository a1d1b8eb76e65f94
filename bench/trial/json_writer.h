/*
 * A writer of JSON: objects become text, without white space.
 *
 * What json_parser_parse returns is written so that parsing it again gives an equal value, of the same kinds: floats with
 * as many digits as they need and never as ints, control characters escaped, everything else as it is.
 */
#ifndef BENCH_TRIAL_JSON_WRITER_H
#define BENCH_TRIAL_JSON_WRITER_H

#include "runtimes/thread.h"

/* The text written so far: zero it at first, reuse it at will, and free it at last. */
struct json_writer {
    char *text; /* not NUL-terminated */
    size_t length;
    size_t capacity;
};

void json_writer_clear(struct json_writer *writer);
void json_writer_free(struct json_writer *writer);

/* Appends a value.  False if there is no memory, or if it holds what JSON has no words for: an infinite float, a key that is
 * no str, an object of another kind, more than JSON_DEPTH_MAX lists and dicts within one another. */
bool json_writer_write(struct thread *T, struct json_writer *writer, rc_loc value);

#endif
