/* A strategy outside of the tree: gil under another name. */
#ifndef OUTSIDE_COUNTS_H
#define OUTSIDE_COUNTS_H

#include "runtimes/rc/gil.h"

#undef RC_NAME
#define RC_NAME "outside"

#endif
