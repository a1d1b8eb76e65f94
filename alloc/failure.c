/* The countdown of failure.h. */
#include "alloc/failure.h"

struct countdown failure_countdown;

void failure_at(uint64_t n) { countdown_start(&failure_countdown, n); }
