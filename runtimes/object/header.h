/* What every object begins with, and what is said of its type. */
#ifndef RUNTIMES_OBJECT_HEADER_H
#define RUNTIMES_OBJECT_HEADER_H

#include "runtimes/rc/rc.h"

enum obj_kind {
    OBJ_NONE,
    OBJ_BOOL,
    OBJ_INT,
    OBJ_FLOAT,
    OBJ_STR,
    OBJ_TUPLE,
    OBJ_LIST,
    OBJ_DICT,
    OBJ_SET,
    OBJ_INSTANCE,
    OBJ_WEAKREF,
    OBJ_KINDS
};

struct type {
    const char *name;
    enum obj_kind kind;
    uint32_t fields;                /* INSTANCE: how many */
    const char *const *field_names; /* INSTANCE */
    bool (*finalize)(struct thread *T,
                     rc_loc self); /* INSTANCE: the finalizer (finalize.h), or NULL */
};

struct obj {
    struct rc_header rc;
    const struct type *type;
};

#endif
