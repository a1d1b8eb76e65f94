/*
 * What the strategy of this program is capable of, as JSON: its constants in runtimes/rc/rc.h, by their names.
 */
#ifndef BENCH_CAPABILITIES_H
#define BENCH_CAPABILITIES_H

#include "bench/json.h"
#include "runtimes/rc/rc.h"

static inline void capabilities_write(struct json *json)
{
    json_open(json, "capabilities", '{');
    json_bool(json, "serial", RC_SERIAL);
    json_bool(json, "borrows", RC_BORROWS);
    json_bool(json, "frees", RC_FREES);
    json_bool(json, "prompt_death", RC_PROMPT_DEATH);
    json_bool(json, "optimistic_readers", RC_OPTIMISTIC_READERS);
    json_number(json, "max_threads", RC_MAX_THREADS);
    json_close(json, '}');
}

#endif
