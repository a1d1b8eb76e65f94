/*
 * The tour: the memory model of the runtime, told in statements, each with evidence taken from this running program.
 *
 * A statement makes objects, looks at them (addresses, counts, header words, pools, generations), and writes what it saw as
 * `evidence`; what must be so is a claim (bench/tour/claim.h), compared with what was seen.  Nothing in it knows a figure
 * in advance that the runtime could tell, and nothing is timed for comparison: what counting costs is measured by the
 * benchmarks.
 *
 * Written as JSON, refbench.tour/1:
 *   {"schema", "runtime", "debug", "statements": [{"number", "name", "states", "evidence": {...},
 *    "checks": [{"what", "expected", "seen", "ok"}]}]}
 * Addresses and header bytes are strings, since a number of JSON need not have 64 bits.
 *
 * The driver draws it (bench/refbench tour).  A statement begins with no garbage, the collector's counts at zero, and one
 * thread attached; it ends with everything gone that it made.
 */
#ifndef BENCH_TOUR_TOUR_H
#define BENCH_TOUR_TOUR_H

#include "bench/json.h"
#include "bench/tour/claim.h"
#include "bench/trial/cell.h"
#include "runtimes/runtime.h"

struct tour {
    struct thread *T;
    struct json json;
    struct claims claims; /* of the statement that is being shown */
};

enum tour_outcome { TOUR_HOLDS, TOUR_FAILS, TOUR_UNWRITTEN };

/* Shows every statement on standard output.  Whether all claims hold, one does not, or the disk is full. */
enum tour_outcome tour_run(struct thread *T);

#define STATEMENT(name, states) void tour_##name(struct tour *tour);
#include "bench/tour/statements.def"
#undef STATEMENT

/* What was just made, for a slot or a cell; the program ends here, refused, if there was no memory for it. */
rc_ref tour_need(rc_ref ref);
rc_loc tour_cell(struct tour *tour, rc_ref ref);
void tour_check_memory(bool there_was_enough);

/* One more owned reference to what a cell refers to. */
static inline rc_ref tour_ref(struct tour *tour, rc_loc loc)
{
    return rc_own(tour->T, rc_dup(tour->T, loc));
}

/* Ends the stack reference in a cell, and what that is the last reference of, even where deaths wait. */
void tour_end(struct tour *tour, rc_loc *cell);

/* How many objects live now, deaths that are due behind them. */
size_t tour_objects(struct tour *tour);

/* Whatever is deferred is applied, what can be collected is, all counts of the collector are zero. */
void tour_settle(struct tour *tour);

#endif
