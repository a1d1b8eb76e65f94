/*
 * The kernel of an operating system, simulated, freed by hand: bench/trial/kernel.h says what it is.
 *
 * A kernel owns its tasks and their table, a task its state and the packets in its queue, a state the packets that are in its
 * fields: a packet is in one queue at a time, or in the hands of who runs.  Numbers are in boxes; those that a packet, or two
 * fields, have in common are small ones, which are nobody's.
 */
#ifndef MANUAL_KERNEL_H
#define MANUAL_KERNEL_H

#include "bench/manual/number.h"

enum { IDLE, WORKER, HANDLER_A, HANDLER_B, DEVICE_A, DEVICE_B, TASKS };
enum { KIND_DEVICE, KIND_WORK };
enum { TEXT = 4 }; /* letters of a packet */

struct kernel;
struct task;
struct packet;

struct text {
    size_t length;
    struct number *letters[TEXT];
};

struct packet {
    struct packet *link;
    struct number *ident;
    struct number *kind;
    struct number *datum;
    struct text *data;
};

/* What a task does in its turn, given a packet or NULL; the task that is to run next. */
typedef struct task *task_run(struct kernel *kernel, struct task *self, struct packet *packet);

struct idle {
    struct number *control;
    struct number *count;
};

struct worker {
    struct number *destination;
    struct number *count;
};

struct handler {
    struct packet *work;
    struct packet *device;
};

struct device {
    struct packet *pending;
};

struct task {
    struct task *link;
    struct number *ident;
    struct number *priority;
    struct packet *queue;
    bool pending;
    bool waiting;
    bool holding;
    task_run *run;
    union { /* which one, `run` knows */
        struct idle *idle;
        struct worker *worker;
        struct handler *handler;
        struct device *device;
        void *any;
    } state;
};

struct table {
    size_t length;
    struct task *tasks[TASKS];
};

struct kernel {
    struct task *first;
    struct table *table;
    struct number *queued;
    struct number *held;
    bool failed; /* for want of memory */
};

/* A kernel whose idle task runs `count` times; NULL if there is no memory. */
struct kernel *kernel_new(int64_t count);
void kernel_free(struct kernel *kernel);

/* Lets its tasks run until none can. */
void kernel_run(struct kernel *kernel);

task_run kernel_run_idle, kernel_run_worker, kernel_run_handler, kernel_run_device;

/* field = value */
static inline void kernel_set(struct kernel *kernel, struct number **field, int64_t value)
{
    if (!number_set(field, value))
        kernel->failed = true;
}

#endif
