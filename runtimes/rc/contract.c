/* Holds the strategy to the contract, alone: what it lacks is said here once, not by every file that is compiled with it. */
#include "runtimes/rc/types.h"

#include RC_STRATEGY_HEADER

#include "runtimes/rc/contract.h"
