/*
 * What an object takes is a formula, a constant and so many bytes for each item, and depends on the header.
 *
 * The classic figures are those of classic CPython on 64-bit machines, as its sys.getsizeof gave them: the collector's words
 * included.
 */
#include "bench/sample.h"
#include "bench/tour/tour.h"
#include "runtimes/object/dict.h"
#include "runtimes/object/instance.h"
#include "runtimes/object/list.h"
#include "runtimes/object/set.h"
#include "runtimes/object/size.h"
#include "runtimes/object/str.h"
#include "runtimes/object/tuple.h"

#include <string.h>

static const struct classic {
    const char *sample;
    unsigned bytes;
    const char *formula;
} classics[] = {
    {"none", 16, "16"},         {"bool", 24, "24"},          {"int", 24, "24"},
    {"float", 24, "24"},        {"str", 37, "37 + n"},       {"str_10", 47, "37 + n"},
    {"tuple", 56, "56 + 8 n"},  {"tuple_3", 80, "56 + 8 n"}, {"list", 72, "72 + 8 n"},
    {"list_3", 96, "72 + 8 n"}, {"dict", 280, "280"},        {"dict_3", 280, "280"},
    {"set", 224, "224"},        {"set_9", 736, "736"},
};

static const struct classic *classic_of(const struct sample *sample)
{
    for (size_t i = 0; i < sizeof(classics) / sizeof(classics[0]); i++)
        if (strcmp(classics[i].sample, sample->name) == 0)
            return &classics[i];
    return NULL;
}

/* How many items, keys, bytes of text or fields it has. */
static size_t length_of(struct thread *T, rc_loc loc)
{
    const struct obj *o = obj_get(loc);
    switch (o->type->kind) {
    case OBJ_STR:
        return str_length(o);
    case OBJ_TUPLE:
        return tuple_length(o);
    case OBJ_LIST:
        return list_length(T, loc);
    case OBJ_DICT:
        return dict_length(T, loc);
    case OBJ_SET:
        return set_length(T, loc);
    case OBJ_INSTANCE:
        return o->type->fields;
    default:
        return 0;
    }
}

/* The first object that breaks a rule, if one does. */
struct breach {
    const char *formula; /* its size is not what its formula says */
    const char *classic; /* it is larger than the classic one */
};

static void write_sample(struct json *json, const struct sample *sample, const struct obj *o)
{
    const struct classic *classic = classic_of(sample);
    char formula[SIZE_TEXT];
    size_describe(o->type->kind, formula);
    json_open(json, NULL, '{');
    json_string(json, "name", sample->name);
    json_string(json, "literal", sample->literal);
    json_number(json, "bytes", obj_size(o));
    json_number(json, "block_bytes", obj_block_bytes(o));
    json_string(json, "formula", formula);
    if (classic != NULL) {
        json_number(json, "classic_bytes", classic->bytes);
        json_string(json, "classic_formula", classic->formula);
    }
    json_close(json, '}');
}

static void show_sample(struct tour *tour, const struct sample *sample, struct breach *breach)
{
    RC_FRAME(tour->T, f, 1);
    f[0] = tour_cell(tour, sample->make(tour->T));
    const struct obj *o = obj_get(f[0]);
    const struct classic *classic = classic_of(sample);
    write_sample(&tour->json, sample, o);
    if (obj_size(o) != size_formula(o->type->kind, length_of(tour->T, f[0])))
        breach->formula = sample->literal;
    if (classic != NULL && obj_size(o) > classic->bytes)
        breach->classic = sample->literal;
    cells_drop(tour->T, f, 1);
    RC_LEAVE(tour->T, f);
}

void tour_sizes(struct tour *tour)
{
    struct breach breach = {"none", "none"};
    json_number(&tour->json, "header_bytes", sizeof(struct rc_header));
    json_open(&tour->json, "samples", '[');
    for (size_t i = 0; i < SAMPLES; i++)
        show_sample(tour, &samples[i], &breach);
    json_close(&tour->json, ']');
    claim_text(&tour->claims, "objects whose size is not what its formula says", "none",
               breach.formula);
    if (sizeof(struct rc_header) == sizeof(uint64_t))
        claim_text(&tour->claims,
                   "objects larger than the classic ones, with a header of as many bytes", "none",
                   breach.classic);
}
