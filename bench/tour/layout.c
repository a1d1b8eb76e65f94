/*
 * Every object begins with a reference count and a pointer to its type; every type extends that header.
 *
 * Four objects, read from memory word by word.
 */
#include "bench/tour/header.h"
#include "bench/tour/text.h"
#include "bench/tour/tour.h"
#include "runtimes/object/float.h"
#include "runtimes/object/int.h"
#include "runtimes/object/list.h"
#include "runtimes/object/str.h"

#include <string.h>

enum { WORD = 8, OBJECTS = 4, PARTS = 3 };

/* What lies where behind the header. */
struct shape {
    const char *title;
    const struct type *type;
    size_t bytes;
    struct part {
        size_t offset;
        const char *name;
    } parts[PARTS];
};

static const struct shape shapes[OBJECTS] = {
    {"int 1000",
     &int_type,
     sizeof(struct int_obj),
     {{offsetof(struct int_obj, value), "value 1000"}}},
    {"float 2.5",
     &float_type,
     sizeof(struct float_obj),
     {{offsetof(struct float_obj, value), "2.5 as a double"}}},
    {"str 'abc'",
     &str_type,
     offsetof(struct str_obj, text) + sizeof("abc"),
     {{offsetof(struct str_obj, hash), "hash, 0: not yet"},
      {offsetof(struct str_obj, hash) + WORD, "length 3, text abc"}}},
    {"list [1000]",
     &list_type,
     sizeof(struct list_obj),
     {{offsetof(struct container, gc), "collector's word"},
      {offsetof(struct list_obj, table), "table of items"},
      {offsetof(struct list_obj, length), "length 1"}}},
};

static const char *part_at(const struct shape *shape, size_t offset)
{
    if (offset < sizeof(struct rc_header))
        return "count";
    if (offset == offsetof(struct obj, type))
        return "type";
    for (size_t i = 0; i < PARTS; i++)
        if (shape->parts[i].offset == offset)
            return shape->parts[i].name;
    return "";
}

static uint64_t word_at(const struct obj *o, size_t offset)
{
    uint64_t word;
    memcpy(&word, (const char *)(const void *)o + offset, sizeof word);
    return word;
}

static void write_word(struct json *json, const struct obj *o, size_t offset, const char *part)
{
    json_open(json, NULL, '{');
    json_number(json, "offset", offset);
    text_word(json, "word", word_at(o, offset));
    json_string(json, "part", part);
    json_close(json, '}');
}

static void write_words(struct json *json, const struct obj *o, const struct shape *shape)
{
    json_open(json, "words", '[');
    for (size_t offset = 0; offset < shape->bytes; offset += WORD)
        write_word(json, o, offset, part_at(shape, offset));
    json_close(json, ']');
}

static void write_object(struct json *json, const struct obj *o, const struct shape *shape)
{
    json_open(json, NULL, '{');
    json_string(json, "title", shape->title);
    json_string(json, "type", o->type->name);
    text_address(json, "address", o);
    header_write(json, "header", &o->rc);
    write_words(json, o, shape);
    json_close(json, '}');
}

static void claim_type(struct claims *claims, const struct obj *o, const struct shape *shape)
{
    char what[CLAIM_TEXT];
    snprintf(what, sizeof what, "%s: behind its count, the address of type %s", shape->title,
             shape->type->name);
    const void *word = (const void *)(uintptr_t)word_at(o, sizeof(struct rc_header));
    claim_same(claims, what, shape->type, word);
}

static void show_header(struct tour *tour)
{
    json_number(&tour->json, "header_bytes", sizeof(struct rc_header));
    json_number(&tour->json, "object_bytes", sizeof(struct obj));
    json_number(&tour->json, "container_bytes", sizeof(struct container));
    if (header_field_bits() != 0)
        claim_equal(&tour->claims, "bits of the header that have a name",
                    8 * sizeof(struct rc_header), header_field_bits());
}

void tour_layout(struct tour *tour)
{
    struct thread *T = tour->T;
    RC_FRAME(T, f, OBJECTS);
    show_header(tour);
    f[0] = tour_cell(tour, int_new(T, 1000));
    f[1] = tour_cell(tour, float_new(T, 2.5));
    f[2] = tour_cell(tour, str_new(T, "abc", 3));
    f[3] = tour_cell(tour, list_new_from(T, 1, (rc_ref[]){tour_ref(tour, f[0])}));
    json_open(&tour->json, "objects", '[');
    for (int i = 0; i < OBJECTS; i++) {
        write_object(&tour->json, obj_get(f[i]), &shapes[i]);
        claim_type(&tour->claims, obj_get(f[i]), &shapes[i]);
    }
    json_close(&tour->json, ']');
    claim_equal(&tour->claims, "references to the int: a name and the list", 2,
                obj_refcount(T, f[0]));
    claim_equal(&tour->claims, "the int's third part, read from memory", 1000,
                word_at(obj_get(f[0]), sizeof(struct obj)));
    cells_drop(T, f, OBJECTS);
    RC_LEAVE(T, f);
}
