/* Every micro benchmark of rows.def, in its order. */
#ifndef PEERS_CPYTHON_ROWS_H
#define PEERS_CPYTHON_ROWS_H

#include "bench/micro.h"

#define MICRO(identifier) extern const struct micro micro_##identifier;
#include "bench/peers/cpython/rows.def"
#undef MICRO

static const struct micro *const rows[] = {
#define MICRO(identifier) &micro_##identifier,
#include "bench/peers/cpython/rows.def"
#undef MICRO
};

enum { ROWS = sizeof(rows) / sizeof(rows[0]) };

#endif
