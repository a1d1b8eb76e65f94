/*
 * What the operating system says of this process: memory it could still get, how often it was interrupted.
 */
#ifndef BENCH_TRIAL_PROCESS_H
#define BENCH_TRIAL_PROCESS_H

#include <stddef.h>
#include <stdint.h>

/* Bytes that the process may still take: the least of what the machine has free, what its memory group allows (cgroup v2)
 * and what its address space limit leaves. */
size_t process_available_bytes(void);

/* From now on allocations fail where the process would take more than nine tenths of that, instead of the system ending whom
 * it likes; and then no more. */
void process_limit_begin(void);
void process_limit_end(void);

/* Highest resident memory, bytes, since process_forget_peak; where the system cannot forget, since the start. */
size_t process_peak_bytes(void);
void process_forget_peak(void);

/* Resident memory now, bytes. */
size_t process_resident_bytes(void);

/* How often any thread lost its core before it wanted to. */
uint64_t process_involuntary_switches(void);

#endif
