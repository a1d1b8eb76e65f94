/* gil under another name, for the program whose containers are enumerated by lists (runtimes/enumerate/linked.h). */
#ifndef RUNTIMES_RC_GIL_LINKED_H
#define RUNTIMES_RC_GIL_LINKED_H

#include "runtimes/rc/gil.h"

#undef RC_NAME
#define RC_NAME "gil_linked"

#endif
