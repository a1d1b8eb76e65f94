/* Writes what this program is to standard output, in the schema of bench/describe.h: it has workloads only. */
#ifndef MANUAL_DESCRIBE_H
#define MANUAL_DESCRIBE_H

#include <stdbool.h>

/* False if it could not be written. */
bool describe(void);

#endif
