/* What an object refers to, whatever its kind: for those who look, not for the collector's own walks. */
#ifndef RUNTIMES_OBJECT_REFERENT_H
#define RUNTIMES_OBJECT_REFERENT_H

#include "runtimes/object/object.h"

/* Calls `visit` for each object that `o` refers to, once per reference and in the order of its slots.  What has no slots
 * refers to nothing; a weak reference does to its argument.  Nobody may change `o` meanwhile. */
void referent_each(struct obj *o, void (*visit)(struct rc_header *referent, void *context),
                   void *context);

#endif
