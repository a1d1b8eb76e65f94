/* Memory of the C library. */
#ifndef MANUAL_MALLOC_H
#define MANUAL_MALLOC_H

#include <stdlib.h>

#define MEMORY_NAME "manual"

static inline void *memory_alloc(size_t size) { return malloc(size); }

static inline void memory_free(void *block)
{
    free(block); /* NOLINT(clang-analyzer-unix.Malloc): it takes shared numbers for freed ones */
}

#endif
