/* Tests of the walk over all containers (alloc/walk.h), which only our heap has. */
#ifndef BENCH_ALLOC_ENUMERATE_H
#define BENCH_ALLOC_ENUMERATE_H

struct family;

extern const struct family family_enumerate;

#endif
