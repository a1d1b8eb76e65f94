/* Making a kernel, and letting its tasks run. */
#include "bench/trial/kernel.h"

#include "runtimes/object/list.h"

static const char *const packet_fields[] = {"link", "ident", "kind", "datum", "data"};
static const char *const task_fields[] = {"link",    "ident",   "priority", "queue",
                                          "pending", "waiting", "holding",  "state"};
static const char *const idle_fields[] = {"control", "count"};
static const char *const worker_fields[] = {"destination", "count"};
static const char *const handler_fields[] = {"work", "device"};
static const char *const device_fields[] = {"pending"};
static const char *const kernel_fields[] = {"first", "table", "queued", "held"};

const struct type kernel_packet_type = INSTANCE_TYPE("Packet", packet_fields);
const struct type kernel_task_type = INSTANCE_TYPE("Task", task_fields);
const struct type kernel_idle_type = INSTANCE_TYPE("IdleState", idle_fields);
const struct type kernel_worker_type = INSTANCE_TYPE("WorkerState", worker_fields);
const struct type kernel_handler_type = INSTANCE_TYPE("HandlerState", handler_fields);
const struct type kernel_device_type = INSTANCE_TYPE("DeviceState", device_fields);
const struct type kernel_type = INSTANCE_TYPE("Kernel", kernel_fields);

/* Lets a task, an argument, run, with the first packet of its queue if it has waited for one. */
static rc_ref run_task(struct kernel *k, rc_loc self)
{
    struct thread *T = k->T;
    RC_FRAME(T, f, 4);
    enum { SELF, PACKET, REST, STATE };
    f[SELF] = self;
    thread_safepoint(T);
    if (field_bool(T, f[SELF], TASK_PENDING) && field_bool(T, f[SELF], TASK_WAITING)) {
        f[PACKET] = instance_get(T, f[SELF], TASK_QUEUE);
        f[REST] = instance_get(T, f[PACKET], PACKET_LINK);
        field_set_bool(T, f[SELF], TASK_PENDING, !loc_is_none(f[REST]));
        field_set_bool(T, f[SELF], TASK_WAITING, false);
        instance_set(T, f[SELF], TASK_QUEUE, rc_own(T, cell_take(&f[REST])));
    } else {
        f[PACKET] = rc_move(T, none_ref(T));
    }
    f[STATE] = instance_get(T, f[SELF], TASK_STATE);
    rc_ref next =
        kernel_dispatch(k, cell_take(&f[SELF]), cell_take(&f[PACKET]), cell_take(&f[STATE]));
    cells_drop(T, f, 4);
    RC_LEAVE(T, f);
    return next;
}

static bool is_stopped(struct thread *T, rc_loc task)
{
    return field_bool(T, task, TASK_HOLDING) ||
           (!field_bool(T, task, TASK_PENDING) && field_bool(T, task, TASK_WAITING));
}

void kernel_run(struct kernel *k)
{
    struct thread *T = k->T;
    RC_FRAME(T, f, 1);
    f[0] = instance_get(T, *k->self, KERNEL_FIRST);
    while (!k->failed && !loc_is_none(f[0])) {
        thread_safepoint(T);
        if (is_stopped(T, f[0]))
            cell_load(T, &f[0], f[0], TASK_LINK);
        else
            f[0] = rc_move(T, run_task(k, cell_take(&f[0])));
    }
    cells_drop(T, f, 1);
    RC_LEAVE(T, f);
}

/* --- setting up --------------------------------------------------------------------------------------------------- */

/* A packet in front of `link`, which is consumed; null if there is no memory, or `link` is. */
static rc_ref make_packet(struct thread *T, rc_ref link, int64_t ident, int64_t kind)
{
    thread_safepoint(T);
    rc_ref data = list_new_from(
        T, TEXT, (rc_ref[]){int_new(T, 0), int_new(T, 0), int_new(T, 0), int_new(T, 0)});
    if (ref_is_null(link) || ref_is_null(data)) {
        rc_release(T, link);
        rc_release(T, data);
        return RC_NULL_REF;
    }
    return instance_new(T, &kernel_packet_type,
                        (rc_ref[]){link, int_new(T, ident), int_new(T, kind), int_new(T, 0), data});
}

static rc_ref make_queue(struct thread *T, unsigned length, int64_t ident, int64_t kind)
{
    rc_ref queue = none_ref(T);
    while (length-- > 0)
        queue = make_packet(T, queue, ident, kind);
    return queue;
}

static rc_ref make_state(struct thread *T, int64_t ident, int64_t count)
{
    switch (ident) {
    case IDLE:
        return instance_new(T, &kernel_idle_type, (rc_ref[]){int_new(T, 1), int_new(T, count)});
    case WORKER:
        return instance_new(T, &kernel_worker_type,
                            (rc_ref[]){int_new(T, HANDLER_A), int_new(T, 0)});
    case HANDLER_A:
    case HANDLER_B:
        return instance_new(T, &kernel_handler_type, (rc_ref[]){none_ref(T), none_ref(T)});
    default:
        return instance_new(T, &kernel_device_type, (rc_ref[]){none_ref(T)});
    }
}

/* The first packets of a task. */
static rc_ref make_first_queue(struct thread *T, int64_t ident)
{
    switch (ident) {
    case WORKER:
        return make_queue(T, 2, IDLE, KIND_WORK);
    case HANDLER_A:
        return make_queue(T, 3, DEVICE_A, KIND_DEVICE);
    case HANDLER_B:
        return make_queue(T, 3, DEVICE_B, KIND_DEVICE);
    default:
        return none_ref(T);
    }
}

/* kernel.table.append(Task(kernel.first, ...)); kernel.first = that task */
static bool add_task(struct kernel *k, int64_t ident, int64_t count)
{
    static const int64_t priorities[TASKS] = {0, 1000, 2000, 3000, 4000, 5000};
    struct thread *T = k->T;
    RC_FRAME(T, f, 2);
    enum { TABLE, TASK };
    thread_safepoint(T);
    bool waits = ident != IDLE;
    bool pending = waits && ident < DEVICE_A;
    rc_ref fields[] = {rc_own(T, instance_get(T, *k->self, KERNEL_FIRST)),
                       int_new(T, ident),
                       int_new(T, priorities[ident]),
                       make_first_queue(T, ident),
                       bool_ref(T, pending),
                       bool_ref(T, waits),
                       bool_ref(T, false),
                       make_state(T, ident, count)};
    f[TASK] = rc_move(T, instance_from(T, &kernel_task_type, fields));
    f[TABLE] = instance_get(T, *k->self, KERNEL_TABLE);
    bool ok = !loc_is_null(f[TASK]) && list_append(T, f[TABLE], rc_own(T, rc_dup(T, f[TASK])));
    if (ok)
        instance_set(T, *k->self, KERNEL_FIRST, rc_own(T, cell_take(&f[TASK])));
    cells_drop(T, f, 2);
    RC_LEAVE(T, f);
    return ok;
}

rc_ref kernel_new(struct thread *T, int64_t count)
{
    RC_FRAME(T, f, 1);
    thread_safepoint(T);
    rc_ref fields[] = {none_ref(T), list_new(T, TASKS), int_new(T, 0), int_new(T, 0)};
    f[0] = rc_move(T, instance_from(T, &kernel_type, fields));
    struct kernel k = {T, &f[0], false};
    bool ok = !loc_is_null(f[0]);
    for (int64_t ident = IDLE; ok && ident < TASKS; ident++)
        ok = add_task(&k, ident, count);
    rc_ref kernel = ok ? rc_own(T, cell_take(&f[0])) : RC_NULL_REF;
    cells_drop(T, f, 1);
    RC_LEAVE(T, f);
    return kernel;
}
