/*
 * What the calling thread has used of the processor so far.
 *
 * Both are system calls, about half a microsecond each: not for what is as short as that.
 */
#ifndef ALLOC_BASE_USAGE_H
#define ALLOC_BASE_USAGE_H

#include <stdint.h>

struct usage {
    uint64_t cpu_ns;
    uint64_t switches; /* involuntary: how often it lost its core before it wanted to */
};

struct usage usage_of_thread(void);

#endif
