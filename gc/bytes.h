/* Inside of gc/: budgets, and the bytes that have moved up since each generation's last collection. */
#ifndef GC_BYTES_H
#define GC_BYTES_H

#include "gc/gc.h"

/* Once per program: budgets as documented, nothing promoted. */
void bytes_start(void);

/* Bytes promoted into a generation > 0 since its last collection. */
int64_t bytes_promoted(unsigned generation);

/* A generation is over when its bytes reach this. */
int64_t bytes_limit(unsigned generation, bool adaptive);

/* A collection is over but for the garbage, and so many bytes survived.  World stopped. */
void bytes_collected(unsigned generation, uint64_t survivors_bytes);

/* All counts begin at 0, and nothing is known of what lives.  World stopped. */
void bytes_reset(void);

#endif
