/* The lock of slots that have no host. */
#include RC_STRATEGY_HEADER

struct lock atomic_hostless = LOCK_INIT;
