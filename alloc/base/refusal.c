/* The countdown of refusal.h. */
#include "alloc/base/refusal.h"

struct countdown refusal_countdown;

void refusal_at(uint64_t n) { countdown_start(&refusal_countdown, n); }
