/* Exit statuses of programs, as the driver's. */
#ifndef BENCH_EXIT_STATUS_H
#define BENCH_EXIT_STATUS_H

enum exit_status {
    EXIT_DONE = 0,
    EXIT_REFUSED = 2,
    EXIT_NOTHING_MATCHED = 3,
    EXIT_TRIALS_FAILED = 4
};

#endif
