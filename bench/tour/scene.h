/*
 * A scene: names on the stack, objects on the heap, and who refers to whom, at one moment.
 */
#ifndef BENCH_TOUR_SCENE_H
#define BENCH_TOUR_SCENE_H

#include "bench/tour/tour.h"
#include "runtimes/object/object.h"

enum { SCENE_NAMES = 6, SCENE_OBJECTS = 6 };

struct scene {
    const char *code; /* in Python, what led here from the scene before */
    struct scene_name {
        const char *name;
        const rc_loc *cell; /* one that holds nothing is no name: it is left out */
    } names[SCENE_NAMES];
    const struct obj *objects
        [SCENE_OBJECTS]; /* that live, whether or not a name is bound to them; NULL ends them */
};

/* Writes {"code", "names": [{"name", "cell", "holds"}], "objects": [portraits]}. */
void scene_write(struct tour *tour, const struct scene *scene);

#endif
