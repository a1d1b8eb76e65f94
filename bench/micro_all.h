/* Every micro benchmark of micros.def, in its order. */
#ifndef BENCH_MICRO_ALL_H
#define BENCH_MICRO_ALL_H

#include "bench/micro.h"

#define MICRO(identifier) extern const struct micro micro_##identifier;
#include "bench/micros.def"
#undef MICRO

static const struct micro *const micros[] = {
#define MICRO(identifier) &micro_##identifier,
#include "bench/micros.def"
#undef MICRO
};

enum { MICROS = sizeof(micros) / sizeof(micros[0]) };

#endif
