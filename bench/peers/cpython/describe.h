/* Writes what this program is to standard output, in the schema of bench/describe.h: a peer, which has micros only. */
#ifndef PEERS_CPYTHON_DESCRIBE_H
#define PEERS_CPYTHON_DESCRIBE_H

#include <stdbool.h>

/* False if it could not be written. */
bool describe(void);

#endif
