/* What tasks do. */
#include "bench/manual/kernel.h"

enum { LETTERS = 26 };

/* Puts the packet behind a queue. */
static void append(struct packet **queue, struct packet *packet)
{
    packet->link = NULL;
    while (*queue != NULL)
        queue = &(*queue)->link;
    *queue = packet;
}

/* --- what a task may do: each returns the task that is to run next ------------------------------- */

static struct task *wait(struct task *self)
{
    self->waiting = true;
    return self;
}

static struct task *hold(struct kernel *kernel, struct task *self)
{
    kernel_set(kernel, &kernel->held, kernel->held->value + 1);
    self->holding = true;
    return self->link;
}

static bool is_before(const struct task *task, const struct task *other)
{
    return task->priority->value > other->priority->value;
}

static struct task *release(struct kernel *kernel, struct task *self, int64_t ident)
{
    struct task *task = kernel->table->tasks[ident];
    task->holding = false;
    return is_before(task, self) ? task : self;
}

static struct task *add_packet(struct task *task, struct packet *packet, struct task *self)
{
    if (task->queue != NULL) {
        append(&task->queue, packet);
        return self;
    }
    task->queue = packet;
    task->pending = true;
    return is_before(task, self) ? task : self;
}

/* Sends a packet to the task that it names, and names the sender in it. */
static struct task *queue_packet(struct kernel *kernel, struct task *self, struct packet *packet)
{
    struct task *task = kernel->table->tasks[packet->ident->value];
    kernel_set(kernel, &kernel->queued, kernel->queued->value + 1);
    packet->link = NULL;
    packet->ident = self->ident;
    return add_packet(task, packet, self);
}

/* --- the four kinds of task ---------------------------------------------------------------------- */

struct task *kernel_run_device(struct kernel *kernel, struct task *self, struct packet *packet)
{
    struct device *device = self->state.device;
    if (packet != NULL) {
        device->pending = packet;
        return hold(kernel, self);
    }
    packet = device->pending;
    device->pending = NULL;
    return packet == NULL ? wait(self) : queue_packet(kernel, self, packet);
}

/* The next letter of a work packet goes through the device, by a packet of the device's. */
static struct task *pass_letter(struct kernel *kernel, struct task *self, struct packet *work)
{
    struct handler *handler = self->state.handler;
    struct packet *device = handler->device;
    if (device == NULL)
        return wait(self);
    int64_t count = work->datum->value;
    handler->device = device->link;
    kernel_set(kernel, &work->datum, count + 1);
    device->datum = work->data->letters[count];
    return queue_packet(kernel, self, device);
}

struct task *kernel_run_handler(struct kernel *kernel, struct task *self, struct packet *packet)
{
    struct handler *handler = self->state.handler;
    if (packet != NULL)
        append(packet->kind->value == KIND_WORK ? &handler->work : &handler->device, packet);
    struct packet *work = handler->work;
    if (work == NULL)
        return wait(self);
    if (work->datum->value < TEXT)
        return pass_letter(kernel, self, work);
    handler->work = work->link;
    return queue_packet(kernel, self, work);
}

struct task *kernel_run_idle(struct kernel *kernel, struct task *self, struct packet *packet)
{
    (void)packet;
    struct idle *idle = self->state.idle;
    int64_t count = idle->count->value - 1;
    kernel_set(kernel, &idle->count, count);
    if (count == 0)
        return hold(kernel, self);
    int64_t control = idle->control->value;
    bool even = control % 2 == 0;
    kernel_set(kernel, &idle->control, even ? control / 2 : (control / 2) ^ 0xd008);
    return release(kernel, self, even ? DEVICE_A : DEVICE_B);
}

/* The next letters of the alphabet, over and over. */
static void write_text(struct kernel *kernel, struct text *text, struct worker *worker)
{
    for (size_t i = 0; i < TEXT; i++) {
        int64_t count = worker->count->value % LETTERS + 1;
        kernel_set(kernel, &worker->count, count);
        text->letters[i] = number_new('A' + count - 1); /* a shared one: there is memory */
    }
}

struct task *kernel_run_worker(struct kernel *kernel, struct task *self, struct packet *packet)
{
    struct worker *worker = self->state.worker;
    if (packet == NULL)
        return wait(self);
    bool was_a = worker->destination->value == HANDLER_A;
    kernel_set(kernel, &worker->destination, was_a ? HANDLER_B : HANDLER_A);
    packet->ident = worker->destination;
    kernel_set(kernel, &packet->datum, 0);
    write_text(kernel, packet->data, worker);
    return queue_packet(kernel, self, packet);
}
