/* Making and freeing a kernel, and letting its tasks run. */
#include "bench/manual/kernel.h"

/* Lets a task run, with the first packet of its queue if it has waited for one. */
static struct task *run_task(struct kernel *kernel, struct task *task)
{
    struct packet *packet = NULL;
    if (task->pending && task->waiting) {
        packet = task->queue;
        task->queue = packet->link;
        packet->link = NULL; /* who holds it now does not own the others */
        task->pending = task->queue != NULL;
        task->waiting = false;
    }
    return task->run(kernel, task, packet);
}

static bool is_stopped(const struct task *task)
{
    return task->holding || (!task->pending && task->waiting);
}

void kernel_run(struct kernel *kernel)
{
    struct task *task = kernel->first;
    while (!kernel->failed && task != NULL)
        task = is_stopped(task) ? task->link : run_task(kernel, task);
}

/* --- freeing ------------------------------------------------------------------------------------ */

static void free_queue(struct packet *queue)
{
    while (queue != NULL) {
        struct packet *packet = queue;
        queue = packet->link;
        memory_free(packet->data); /* numbers of packets are small */
        memory_free(packet);
    }
}

static void free_state(struct task *task)
{
    if (task->state.any == NULL)
        return;
    if (task->run == kernel_run_idle) {
        number_free(task->state.idle->control);
        number_free(task->state.idle->count);
    } else if (task->run == kernel_run_handler) {
        free_queue(task->state.handler->work);
        free_queue(task->state.handler->device);
    } else if (task->run == kernel_run_device) {
        free_queue(task->state.device->pending);
    }
    memory_free(task->state.any);
}

static void free_task(struct task *task)
{
    free_queue(task->queue);
    free_state(task);
    number_free(task->priority);
    memory_free(task);
}

void kernel_free(struct kernel *kernel)
{
    if (kernel == NULL)
        return;
    while (kernel->first != NULL) {
        struct task *task = kernel->first;
        kernel->first = task->link;
        free_task(task);
    }
    memory_free(kernel->table);
    number_free(kernel->queued);
    number_free(kernel->held);
    memory_free(kernel);
}

/* --- making ------------------------------------------------------------------------------------- */

static struct text *make_text(void)
{
    struct text *text = memory_alloc(sizeof(*text));
    if (text != NULL) {
        text->length = TEXT;
        for (size_t i = 0; i < TEXT; i++)
            text->letters[i] = number_new(0);
    }
    return text;
}

/* In front of `link`; NULL if there is no memory. */
static struct packet *make_packet(struct packet *link, int64_t ident, int64_t kind)
{
    struct packet *packet = memory_alloc(sizeof(*packet));
    struct text *data = make_text();
    if (packet == NULL || data == NULL) {
        memory_free(packet);
        memory_free(data);
        return NULL;
    }
    *packet = (struct packet){link, number_new(ident), number_new(kind), number_new(0), data};
    return packet;
}

/* False if there is no memory: then the queue is as long as it could be made. */
static bool make_queue(struct packet **queue, unsigned length, int64_t ident, int64_t kind)
{
    while (length-- > 0) {
        struct packet *packet = make_packet(*queue, ident, kind);
        if (packet == NULL)
            return false;
        *queue = packet;
    }
    return true;
}

/* The first packets of a task. */
static bool make_first_queue(struct task *task, int64_t ident)
{
    switch (ident) {
    case WORKER:
        return make_queue(&task->queue, 2, IDLE, KIND_WORK);
    case HANDLER_A:
        return make_queue(&task->queue, 3, DEVICE_A, KIND_DEVICE);
    case HANDLER_B:
        return make_queue(&task->queue, 3, DEVICE_B, KIND_DEVICE);
    default:
        return true;
    }
}

static struct idle *make_idle(int64_t count)
{
    struct idle *idle = memory_alloc(sizeof(*idle));
    if (idle != NULL)
        *idle = (struct idle){number_new(1), number_new(count)};
    if (idle != NULL && idle->count == NULL) {
        memory_free(idle);
        return NULL;
    }
    return idle;
}

static struct worker *make_worker(void)
{
    struct worker *worker = memory_alloc(sizeof(*worker));
    if (worker != NULL)
        *worker = (struct worker){number_new(HANDLER_A), number_new(0)};
    return worker;
}

static struct handler *make_handler(void)
{
    struct handler *handler = memory_alloc(sizeof(*handler));
    if (handler != NULL)
        *handler = (struct handler){NULL, NULL};
    return handler;
}

static struct device *make_device(void)
{
    struct device *device = memory_alloc(sizeof(*device));
    if (device != NULL)
        *device = (struct device){NULL};
    return device;
}

static bool make_state(struct task *task, int64_t ident, int64_t count)
{
    static task_run *const runs[TASKS] = {kernel_run_idle,    kernel_run_worker, kernel_run_handler,
                                          kernel_run_handler, kernel_run_device, kernel_run_device};
    task->run = runs[ident];
    if (task->run == kernel_run_idle)
        task->state.idle = make_idle(count);
    else if (task->run == kernel_run_worker)
        task->state.worker = make_worker();
    else if (task->run == kernel_run_handler)
        task->state.handler = make_handler();
    else
        task->state.device = make_device();
    return task->state.any != NULL;
}

/* At the head of the kernel's, and in its table. */
static bool add_task(struct kernel *kernel, int64_t ident, int64_t count)
{
    static const int64_t priorities[TASKS] = {0, 1000, 2000, 3000, 4000, 5000};
    struct task *task = memory_alloc(sizeof(*task));
    if (task == NULL)
        return false;
    bool waits = ident != IDLE;
    *task = (struct task){.link = kernel->first,
                          .ident = number_new(ident),
                          .priority = number_new(priorities[ident]),
                          .pending = waits && ident < DEVICE_A,
                          .waiting = waits};
    kernel->first = task;
    kernel->table->tasks[kernel->table->length++] = task;
    bool ok = make_first_queue(task, ident);
    return make_state(task, ident, count) && ok && task->priority != NULL;
}

struct kernel *kernel_new(int64_t count)
{
    struct kernel *kernel = memory_alloc(sizeof(*kernel));
    if (kernel == NULL)
        return NULL;
    *kernel = (struct kernel){.table = memory_alloc(sizeof(*kernel->table)),
                              .queued = number_new(0),
                              .held = number_new(0)};
    bool ok = kernel->table != NULL;
    if (ok)
        kernel->table->length = 0;
    for (int64_t ident = IDLE; ok && ident < TASKS; ident++)
        ok = add_task(kernel, ident, count);
    if (ok)
        return kernel;
    kernel_free(kernel);
    return NULL;
}
