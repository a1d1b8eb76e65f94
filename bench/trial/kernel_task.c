/* What tasks do. */
#include "bench/trial/kernel.h"

#include "runtimes/object/list.h"

enum { LETTERS = 26 };

static void count_up(struct kernel *k, uint32_t field)
{
    kernel_set_int(k, *k->self, field, field_int(k->T, *k->self, field) + 1);
}

/* --- packets ------------------------------------------------------------------------------------------------------ */

/* packet.append_to(queue): the queue with the packet behind; both are arguments. */
static rc_ref append(struct thread *T, rc_loc packet, rc_loc queue)
{
    RC_FRAME(T, f, 4);
    enum { PACKET, QUEUE, LAST, NEXT };
    f[PACKET] = packet;
    f[QUEUE] = queue;
    thread_safepoint(T);
    instance_set(T, f[PACKET], PACKET_LINK, none_ref(T));
    if (loc_is_none(f[QUEUE])) {
        cell_set(T, &f[QUEUE], cell_take(&f[PACKET]));
    } else {
        f[LAST] = rc_dup(T, f[QUEUE]);
        cell_load(T, &f[NEXT], f[LAST], PACKET_LINK);
        while (!loc_is_none(f[NEXT])) {
            thread_safepoint(T);
            cell_set(T, &f[LAST], cell_take(&f[NEXT]));
            cell_load(T, &f[NEXT], f[LAST], PACKET_LINK);
        }
        instance_set(T, f[LAST], PACKET_LINK, rc_own(T, cell_take(&f[PACKET])));
    }
    rc_ref head = rc_own(T, cell_take(&f[QUEUE]));
    cells_drop(T, f, 4);
    RC_LEAVE(T, f);
    return head;
}

/* state.field = packet.append_to(state.field) */
static void append_to_field(struct thread *T, rc_loc packet, rc_loc instance, uint32_t field)
{
    rc_ref queue = append(T, rc_dup(T, packet), instance_get(T, instance, field));
    instance_set(T, instance, field, queue);
}

/* --- what a task may do: each returns the task that is to run next; tasks and packets are arguments ----------------- */

/* kernel.table[ident] */
static rc_loc find_task(struct kernel *k, int64_t ident)
{
    struct thread *T = k->T;
    RC_FRAME(T, f, 2);
    f[0] = instance_get(T, *k->self, KERNEL_TABLE);
    f[1] = list_get(T, f[0], (size_t)ident);
    rc_drop(T, cell_take(&f[0]));
    rc_loc task = cell_take(&f[1]);
    RC_LEAVE(T, f);
    return task;
}

static rc_ref wait(struct kernel *k, rc_loc self)
{
    struct thread *T = k->T;
    RC_FRAME(T, f, 1);
    f[0] = self;
    thread_safepoint(T);
    field_set_bool(T, f[0], TASK_WAITING, true);
    rc_ref next = rc_own(T, cell_take(&f[0]));
    RC_LEAVE(T, f);
    return next;
}

static rc_ref hold(struct kernel *k, rc_loc self)
{
    struct thread *T = k->T;
    RC_FRAME(T, f, 1);
    f[0] = self;
    thread_safepoint(T);
    count_up(k, KERNEL_HELD);
    field_set_bool(T, f[0], TASK_HOLDING, true);
    cell_load(T, &f[0], f[0], TASK_LINK);
    rc_ref next = rc_own(T, cell_take(&f[0]));
    RC_LEAVE(T, f);
    return next;
}

static bool is_before(struct thread *T, rc_loc task, rc_loc other)
{
    return field_int(T, task, TASK_PRIORITY) > field_int(T, other, TASK_PRIORITY);
}

static rc_ref release(struct kernel *k, rc_loc self, int64_t ident)
{
    struct thread *T = k->T;
    RC_FRAME(T, f, 2);
    enum { SELF, TASK };
    f[SELF] = self;
    thread_safepoint(T);
    f[TASK] = find_task(k, ident);
    field_set_bool(T, f[TASK], TASK_HOLDING, false);
    if (!is_before(T, f[TASK], f[SELF]))
        cell_set(T, &f[TASK], cell_take(&f[SELF]));
    rc_ref next = rc_own(T, cell_take(&f[TASK]));
    cells_drop(T, f, 2);
    RC_LEAVE(T, f);
    return next;
}

/* task.add(packet, self) */
static rc_ref add_packet(struct thread *T, rc_loc task, rc_loc packet, rc_loc self)
{
    RC_FRAME(T, f, 4);
    enum { TASK, PACKET, NEXT, QUEUE };
    f[TASK] = task;
    f[PACKET] = packet;
    f[NEXT] = self;
    thread_safepoint(T);
    f[QUEUE] = instance_get(T, f[TASK], TASK_QUEUE);
    if (loc_is_none(f[QUEUE])) {
        instance_set(T, f[TASK], TASK_QUEUE, rc_own(T, cell_take(&f[PACKET])));
        field_set_bool(T, f[TASK], TASK_PENDING, true);
        if (is_before(T, f[TASK], f[NEXT]))
            cell_set(T, &f[NEXT], cell_take(&f[TASK]));
    } else {
        append_to_field(T, f[PACKET], f[TASK], TASK_QUEUE);
    }
    rc_ref next = rc_own(T, cell_take(&f[NEXT]));
    cells_drop(T, f, 4);
    RC_LEAVE(T, f);
    return next;
}

/* Sends a packet to the task that it names, and names the sender in it. */
static rc_ref queue_packet(struct kernel *k, rc_loc self, rc_loc packet)
{
    struct thread *T = k->T;
    RC_FRAME(T, f, 4);
    enum { SELF, PACKET, TASK, IDENT };
    f[SELF] = self;
    f[PACKET] = packet;
    thread_safepoint(T);
    f[TASK] = find_task(k, field_int(T, f[PACKET], PACKET_IDENT));
    count_up(k, KERNEL_QUEUED);
    instance_set(T, f[PACKET], PACKET_LINK, none_ref(T));
    f[IDENT] = instance_get(T, f[SELF], TASK_IDENT);
    instance_set(T, f[PACKET], PACKET_IDENT, rc_own(T, cell_take(&f[IDENT])));
    rc_ref next = add_packet(T, cell_take(&f[TASK]), cell_take(&f[PACKET]), cell_take(&f[SELF]));
    cells_drop(T, f, 4);
    RC_LEAVE(T, f);
    return next;
}

/* --- the four kinds of task: run(self, packet, state), `packet` None if there is none ----------------------------- */

static rc_ref run_device(struct kernel *k, rc_loc self, rc_loc packet, rc_loc state)
{
    struct thread *T = k->T;
    RC_FRAME(T, f, 3);
    enum { SELF, PACKET, STATE };
    f[SELF] = self;
    f[PACKET] = packet;
    f[STATE] = state;
    thread_safepoint(T);
    rc_ref next;
    if (!loc_is_none(f[PACKET])) {
        instance_set(T, f[STATE], DEVICE_PENDING, rc_own(T, cell_take(&f[PACKET])));
        next = hold(k, cell_take(&f[SELF]));
    } else {
        cell_load(T, &f[PACKET], f[STATE], DEVICE_PENDING);
        instance_set(T, f[STATE], DEVICE_PENDING, none_ref(T));
        next = loc_is_none(f[PACKET]) ? wait(k, cell_take(&f[SELF]))
                                      : queue_packet(k, cell_take(&f[SELF]), cell_take(&f[PACKET]));
    }
    cells_drop(T, f, 3);
    RC_LEAVE(T, f);
    return next;
}

/* The next letter of a work packet goes through the device, by a packet of the device's. */
static rc_ref pass_letter(struct kernel *k, rc_loc self, rc_loc work, rc_loc state)
{
    struct thread *T = k->T;
    RC_FRAME(T, f, 5);
    enum { SELF, WORK, STATE, DEVICE, LETTER };
    f[SELF] = self;
    f[WORK] = work;
    f[STATE] = state;
    thread_safepoint(T);
    f[DEVICE] = instance_get(T, f[STATE], HANDLER_DEVICE);
    rc_ref next;
    if (loc_is_none(f[DEVICE])) {
        next = wait(k, cell_take(&f[SELF]));
    } else {
        int64_t count = field_int(T, f[WORK], PACKET_DATUM);
        field_copy(T, f[STATE], HANDLER_DEVICE, f[DEVICE], PACKET_LINK);
        kernel_set_int(k, f[WORK], PACKET_DATUM, count + 1);
        cell_load(T, &f[WORK], f[WORK], PACKET_DATA);
        f[LETTER] = list_get(T, f[WORK], (size_t)count);
        instance_set(T, f[DEVICE], PACKET_DATUM, rc_own(T, cell_take(&f[LETTER])));
        next = queue_packet(k, cell_take(&f[SELF]), cell_take(&f[DEVICE]));
    }
    cells_drop(T, f, 5);
    RC_LEAVE(T, f);
    return next;
}

static rc_ref run_handler(struct kernel *k, rc_loc self, rc_loc packet, rc_loc state)
{
    struct thread *T = k->T;
    RC_FRAME(T, f, 3);
    enum { SELF, PACKET, STATE };
    f[SELF] = self;
    f[PACKET] = packet;
    f[STATE] = state;
    thread_safepoint(T);
    if (!loc_is_none(f[PACKET]))
        append_to_field(T, f[PACKET], f[STATE],
                        field_int(T, f[PACKET], PACKET_KIND) == KIND_WORK ? HANDLER_WORK
                                                                          : HANDLER_DEVICE);
    cell_load(T, &f[PACKET], f[STATE], HANDLER_WORK);
    rc_ref next;
    if (loc_is_none(f[PACKET])) {
        next = wait(k, cell_take(&f[SELF]));
    } else if (field_int(T, f[PACKET], PACKET_DATUM) >= TEXT) {
        field_copy(T, f[STATE], HANDLER_WORK, f[PACKET], PACKET_LINK);
        next = queue_packet(k, cell_take(&f[SELF]), cell_take(&f[PACKET]));
    } else {
        next = pass_letter(k, cell_take(&f[SELF]), cell_take(&f[PACKET]), cell_take(&f[STATE]));
    }
    cells_drop(T, f, 3);
    RC_LEAVE(T, f);
    return next;
}

static rc_ref run_idle(struct kernel *k, rc_loc self, rc_loc packet, rc_loc state)
{
    struct thread *T = k->T;
    RC_FRAME(T, f, 3);
    enum { SELF, PACKET, STATE };
    f[SELF] = self;
    f[PACKET] = packet;
    f[STATE] = state;
    thread_safepoint(T);
    rc_ref next;
    int64_t count = field_int(T, f[STATE], IDLE_COUNT) - 1;
    kernel_set_int(k, f[STATE], IDLE_COUNT, count);
    if (count == 0) {
        next = hold(k, cell_take(&f[SELF]));
    } else {
        int64_t control = field_int(T, f[STATE], IDLE_CONTROL);
        bool even = control % 2 == 0;
        kernel_set_int(k, f[STATE], IDLE_CONTROL, even ? control / 2 : (control / 2) ^ 0xd008);
        next = release(k, cell_take(&f[SELF]), even ? DEVICE_A : DEVICE_B);
    }
    cells_drop(T, f, 3);
    RC_LEAVE(T, f);
    return next;
}

/* The next letters of the alphabet, over and over. */
static void write_text(struct kernel *k, rc_loc packet, rc_loc state)
{
    struct thread *T = k->T;
    RC_FRAME(T, f, 2);
    enum { DATA, STATE };
    f[DATA] = packet;
    f[STATE] = state;
    cell_load(T, &f[DATA], f[DATA], PACKET_DATA);
    for (size_t i = 0; i < TEXT; i++) {
        thread_safepoint(T);
        int64_t count = field_int(T, f[STATE], WORKER_COUNT) % LETTERS + 1;
        kernel_set_int(k, f[STATE], WORKER_COUNT, count);
        list_set(T, f[DATA], i, int_new(T, 'A' + count - 1)); /* a shared int: there is memory */
    }
    cells_drop(T, f, 2);
    RC_LEAVE(T, f);
}

static rc_ref run_worker(struct kernel *k, rc_loc self, rc_loc packet, rc_loc state)
{
    struct thread *T = k->T;
    RC_FRAME(T, f, 3);
    enum { SELF, PACKET, STATE };
    f[SELF] = self;
    f[PACKET] = packet;
    f[STATE] = state;
    thread_safepoint(T);
    rc_ref next;
    if (loc_is_none(f[PACKET])) {
        next = wait(k, cell_take(&f[SELF]));
    } else {
        bool was_a = field_int(T, f[STATE], WORKER_DESTINATION) == HANDLER_A;
        kernel_set_int(k, f[STATE], WORKER_DESTINATION, was_a ? HANDLER_B : HANDLER_A);
        field_copy(T, f[PACKET], PACKET_IDENT, f[STATE], WORKER_DESTINATION);
        kernel_set_int(k, f[PACKET], PACKET_DATUM, 0);
        write_text(k, rc_dup(T, f[PACKET]), rc_dup(T, f[STATE]));
        next = queue_packet(k, cell_take(&f[SELF]), cell_take(&f[PACKET]));
    }
    cells_drop(T, f, 3);
    RC_LEAVE(T, f);
    return next;
}

rc_ref kernel_dispatch(struct kernel *k, rc_loc self, rc_loc packet, rc_loc state)
{
    const struct type *type = obj_get(state)->type;
    if (type == &kernel_device_type)
        return run_device(k, self, packet, state);
    if (type == &kernel_handler_type)
        return run_handler(k, self, packet, state);
    return type == &kernel_idle_type ? run_idle(k, self, packet, state)
                                     : run_worker(k, self, packet, state);
}
