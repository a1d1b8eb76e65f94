/*
 * The kernel of an operating system, simulated, as objects: what the workload richards runs.
 *
 * A kernel is an instance with the first of its tasks, which are linked from high to low priority; a table of them by number;
 * and two counts.  A task has a queue of packets, linked through themselves, three marks, and a state by whose type it is known
 * what to do when it runs: kernel_dispatch.  In all code of the kernel, tasks, packets and states are arguments.
 */
#ifndef BENCH_TRIAL_KERNEL_H
#define BENCH_TRIAL_KERNEL_H

#include "bench/trial/field.h"

enum { IDLE, WORKER, HANDLER_A, HANDLER_B, DEVICE_A, DEVICE_B, TASKS };
enum { KIND_DEVICE, KIND_WORK };
enum { TEXT = 4 }; /* letters of a packet */

enum { PACKET_LINK, PACKET_IDENT, PACKET_KIND, PACKET_DATUM, PACKET_DATA };

enum {
    TASK_LINK,
    TASK_IDENT,
    TASK_PRIORITY,
    TASK_QUEUE,
    TASK_PENDING,
    TASK_WAITING,
    TASK_HOLDING,
    TASK_STATE
};

enum { IDLE_CONTROL, IDLE_COUNT };
enum { WORKER_DESTINATION, WORKER_COUNT };
enum { HANDLER_WORK, HANDLER_DEVICE };
enum { DEVICE_PENDING };

enum { KERNEL_FIRST, KERNEL_TABLE, KERNEL_QUEUED, KERNEL_HELD };

extern const struct type kernel_packet_type, kernel_task_type, kernel_idle_type, kernel_worker_type,
    kernel_handler_type, kernel_device_type, kernel_type;

/* Code of the kernel: itself in a cell, and whether it ran out of memory. */
struct kernel {
    struct thread *T;
    const rc_loc *self;
    bool failed;
};

/* A kernel whose idle task runs `count` times; null if there is no memory. */
rc_ref kernel_new(struct thread *T, int64_t count);

/* Lets its tasks run until none can. */
void kernel_run(struct kernel *k);

/* What a task does in its turn, given a packet or None: state.run(self, packet).  The task that is to run next. */
rc_ref kernel_dispatch(struct kernel *k, rc_loc self, rc_loc packet, rc_loc state);

/* instance.field = value */
static inline void kernel_set_int(struct kernel *k, rc_loc instance, uint32_t field, int64_t value)
{
    if (!field_set_int(k->T, instance, field, value))
        k->failed = true;
}

#endif
