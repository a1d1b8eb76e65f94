/* Making and ending the shelf. */
#include "bench/shelf.h"

#include "runtimes/object/none.h"

#include <stdlib.h>

static const char *const box_fields[] = {"item"};
static const struct type box_type = INSTANCE_TYPE("Box", box_fields);

rc_ref box_new(struct thread *T, rc_ref item)
{
    return instance_new(T, &box_type, (rc_ref[]){item});
}

void shelf_free(struct thread *T, void *context)
{
    struct shelf *shelf = context;
    rc_store(T, NULL, &shelf->outer, RC_NULL_REF);
    free(shelf);
}

void *shelf_new(struct thread *T)
{
    struct shelf *shelf = malloc(sizeof(*shelf));
    if (shelf == NULL)
        return NULL;
    rc_ref inner = box_new(T, none_ref(T));
    rc_ref outer = ref_is_null(inner) ? RC_NULL_REF : box_new(T, inner);
    rc_init_slot(T, &shelf->outer, outer);
    if (!ref_is_null(outer))
        return shelf;
    free(shelf);
    return NULL;
}
