/*
 * How much memory of this process is resident, as the kernel tells: /proc/self/statm now, VmHWM of /proc/self/status at its peak.
 *
 * Reading allocates nothing.  The peak counts from the start of the process, or from the last resident_forget_peak, where
 * the kernel allows that (/proc/self/clear_refs).
 */
#ifndef BENCH_ALLOC_RESIDENT_H
#define BENCH_ALLOC_RESIDENT_H

#include <stdint.h>

uint64_t resident_bytes(void);
uint64_t resident_peak_bytes(void);
void resident_forget_peak(void);

#endif
