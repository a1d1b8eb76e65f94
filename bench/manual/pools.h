/* Memory of the project's own allocator, by its general interface. */
#ifndef MANUAL_POOLS_H
#define MANUAL_POOLS_H

#include "alloc/general.h"

#define MEMORY_NAME "manual_pools"

static inline void *memory_alloc(size_t size) { return general_alloc(size); }
static inline void memory_free(void *block) { general_free(block); }

#endif
