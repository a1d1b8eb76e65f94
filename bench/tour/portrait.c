/* Looking at objects without changing what is looked at. */
#include "bench/tour/portrait.h"

#include "bench/tour/header.h"
#include "bench/tour/text.h"
#include "runtimes/object/dict.h"
#include "runtimes/object/float.h"
#include "runtimes/object/instance.h"
#include "runtimes/object/int.h"
#include "runtimes/object/list.h"
#include "runtimes/object/none.h"
#include "runtimes/object/str.h"
#include "runtimes/object/tuple.h"

/* --- references to it -------------------------------------------------------------------------------- */

struct root_count {
    const struct rc_header *object;
    size_t references;
};

static void count_root(struct rc_header *object, void *context)
{
    struct root_count *count = context;
    count->references += object == count->object;
}

size_t portrait_references(struct thread *T, const struct obj *o)
{
    struct root_count count = {.object = &o->rc};
    world_stop(T);
    rc_settle(T);
    rc_each_uncounted_root(T, count_root, &count);
    count.references += rc_count(&o->rc);
    world_start(T);
    return count.references;
}

/* --- what it holds ----------------------------------------------------------------------------------- */

static void write_held(struct json *json, const struct rc_header *held)
{
    if (held != NULL)
        text_address(json, NULL, held);
}

static void write_list(struct json *json, const struct list_obj *l)
{
    const struct list_table *t = load_relaxed(&l->table);
    for (size_t i = 0; i < load_relaxed(&l->length); i++)
        write_held(json, rc_peek(&t->items[i]));
}

static void write_tuple(struct json *json, const struct tuple_obj *t)
{
    for (size_t i = 0; i < t->length; i++)
        write_held(json, rc_cpeek(&t->items[i]));
}

static void write_instance(struct json *json, const struct instance_obj *o)
{
    for (uint32_t i = 0; i < o->container.obj.type->fields; i++)
        write_held(json, rc_peek(&o->fields[i]));
}

static void write_holds(struct json *json, const struct obj *o)
{
    json_open(json, "holds", '[');
    if (obj_is(o, OBJ_LIST))
        write_list(json, (const struct list_obj *)o);
    else if (obj_is(o, OBJ_TUPLE))
        write_tuple(json, (const struct tuple_obj *)o);
    else if (obj_is(o, OBJ_INSTANCE))
        write_instance(json, (const struct instance_obj *)o);
    json_close(json, ']');
}

/* --- itself ------------------------------------------------------------------------------------------ */

static void write_value(struct json *json, const struct obj *o)
{
    char text[64] = "";
    if (obj_is(o, OBJ_INT))
        snprintf(text, sizeof text, "%" PRId64, int_value(o));
    else if (obj_is(o, OBJ_FLOAT))
        snprintf(text, sizeof text, "%g", float_value(o));
    else if (obj_is(o, OBJ_STR))
        snprintf(text, sizeof text, "'%.56s'", str_text(o));
    else if (obj_is(o, OBJ_NONE))
        snprintf(text, sizeof text, "None");
    json_string(json, "value", text);
}

static void write_container(struct json *json, const struct container *c)
{
    if (obj_is(&c->obj, OBJ_LIST))
        text_address(json, "table", load_relaxed(&((const struct list_obj *)c)->table));
    text_word(json, "word", load_relaxed(&c->gc.word));
    json_number(json, "generation", gc_head_generation(&c->gc));
    json_bool(json, "tracked", gc_head_is_tracked(&c->gc));
}

void portrait_write(struct thread *T, struct json *json, const char *key, const struct obj *o)
{
    json_open(json, key, '{');
    json_string(json, "type", o->type->name);
    write_value(json, o);
    text_address(json, "address", o);
    text_address(json, "type_address", o->type);
    json_number(json, "references", portrait_references(T, o));
    header_write(json, "header", &o->rc);
    json_number(json, "bytes", obj_size(o));
    if (obj_is_container(o))
        write_container(json, (const struct container *)o);
    write_holds(json, o);
    json_close(json, '}');
}
