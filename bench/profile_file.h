/*
 * The file that profiles are kept in: a line of JSON for each trial, refbench.profile/1.
 *
 *   name          of the benchmark, its operations and its checksum: those of the trial that was seen
 *   made, died, seen, shared, writes, old_writes, locks, moved, mixed    as in runtimes/rc/profile.h
 *   increments    place -> kind -> how many
 *   decrements    the same
 *   kept          kind -> references taken on the stack and then stored
 *   allocations   block -> count, bytes, and sizes: [most bytes, how many] of the classes of 16 bytes that have any; the last
 *                 class has no end, and null for its most bytes
 *   types         of each type with anything to tell: name, block, made, bytes, died, seen, shared, owner, foreign, immortal, most,
 *                 moved, mixed
 *   sites         the same of each type and place of the program where it is made, and calls: the addresses in the program's file to
 *                 which the calls return that lead there, the innermost first
 */
#ifndef BENCH_PROFILE_FILE_H
#define BENCH_PROFILE_FILE_H

#include "bench/trial/trial.h"

#include <stdbool.h>

/* Whether the file can be written to. */
bool profile_file_check(const char *path);

/* Appends the line of a trial of that name.  False if it could not be written, or nothing was seen. */
bool profile_file_append(const char *path, const char *name, const struct trial_result *result);

#endif
