/* Every test that this program has: those of families.def, and the variant's own, as far as the allocator can run them. */
#ifndef BENCH_ALLOC_FAMILIES_H
#define BENCH_ALLOC_FAMILIES_H

#include "bench/alloc/test.h"

#define FAMILY(name) extern const struct family family_##name;
#include "bench/alloc/families.def"
#undef FAMILY

/* Calls back for each test, in order, until `visit` returns false. */
void families_each(bool (*visit)(const struct family *family, const struct test *test,
                                 void *context),
                   void *context);

/* The test of that name, or NULL. */
const struct test *families_find(const char *name);

#endif
