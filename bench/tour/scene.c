/* The members of a scene. */
#include "bench/tour/scene.h"

#include "bench/tour/portrait.h"
#include "bench/tour/text.h"

static void write_name(struct json *json, const struct scene_name *name)
{
    json_open(json, NULL, '{');
    json_string(json, "name", name->name);
    text_address(json, "cell", name->cell);
    text_address(json, "holds", rc_get(*name->cell));
    json_close(json, '}');
}

void scene_write(struct tour *tour, const struct scene *scene)
{
    struct json *json = &tour->json;
    json_open(json, NULL, '{');
    json_string(json, "code", scene->code);
    json_open(json, "names", '[');
    for (size_t i = 0; i < SCENE_NAMES && scene->names[i].name != NULL; i++)
        if (!loc_is_null(*scene->names[i].cell))
            write_name(json, &scene->names[i]);
    json_close(json, ']');
    json_open(json, "objects", '[');
    for (size_t i = 0; i < SCENE_OBJECTS && scene->objects[i] != NULL; i++)
        portrait_write(tour->T, json, NULL, scene->objects[i]);
    json_close(json, ']');
    json_close(json, '}');
}
