/*
 * A parser of JSON: text becomes objects.
 *
 *   {} dict   [] list   "" str   int and float as the scanner tells them apart   true, false bool   null None
 *
 * Keys are interned: the same key twice is one object.  Of a key that occurs twice in a dict the last value counts.  No
 * more than JSON_DEPTH_MAX dicts and lists lie within one another, since the parser and everything that walks its result
 * recurses.
 */
#ifndef BENCH_TRIAL_JSON_PARSER_H
#define BENCH_TRIAL_JSON_PARSER_H

#include "bench/trial/json_scanner.h"
#include "runtimes/thread.h"

enum { JSON_DEPTH_MAX = 1000 };

struct json_problem {
    struct json_place place;
    const char *reason; /* json_no_memory, or what is wrong with the text */
};

/* The value of a text; null, with `problem` filled in, if it is not JSON or there is no memory. */
rc_ref json_parser_parse(struct thread *T, const char *text, size_t length,
                         struct json_problem *problem);

#endif
