/* Describing micro benchmarks. */
#include "bench/micro.h"

#include "bench/json.h"

void micro_describe(struct json *json, const struct micro *micro)
{
    json_open(json, NULL, '{');
    json_string(json, "name", micro->name);
    json_string(json, "group", micro->group);
    json_string(json, "summary", micro->summary);
    json_bool(json, "large", micro->large);
    json_close(json, '}');
}
