/*
 * handoff: objects that are made in one thread die in another.
 *
 * Thread i makes messages and sends them through a ring (bench/trial/ring.h) to thread i + 1, and the last one to the first.
 * So every thread both makes and ends objects, whatever their number; one alone sends to itself, by turns.  A message is an
 * instance with its number, a text and a list of numbers; who receives it reads all of it and drops it.
 *
 * A thread goes on with whatever it can do: send, or receive.  It waits only if its outgoing ring is full and the incoming one
 * empty, and then for the incoming one, unless everything has come.  They never all sleep: the last to fall asleep has just
 * seen its outgoing ring full, so the thread at its other end has been woken.
 * Out of memory: None is sent instead, so that everybody gets the number of objects it waits for.
 */
#include "bench/trial/mix.h"
#include "bench/trial/ring.h"
#include "bench/workload.h"
#include "runtimes/object/instance.h"
#include "runtimes/object/int.h"
#include "runtimes/object/list.h"
#include "runtimes/object/none.h"
#include "runtimes/object/str.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

enum { MESSAGES = 2000000, NUMBERS_MAX = 3 };

static const char *const message_fields[] = {"number", "text", "numbers"};
static const struct type message_type = INSTANCE_TYPE("Message", message_fields);
enum { NUMBER, TEXT, NUMBERS };

struct exchange {
    _Atomic uint64_t received; /* messages, by all threads */
    struct ring ring[];
};

/* Messages [begin, end) are made by thread `index`. */
static uint64_t begin_of(const struct workload_run *run, unsigned index)
{
    return (uint64_t)(MESSAGES / run->divisor) * index / run->threads;
}

static uint64_t count_of(const struct workload_run *run, unsigned index)
{
    return begin_of(run, index + 1) - begin_of(run, index);
}

/* --- messages ----------------------------------------------------------------------------------- */

/* "message " and the lowest eight hexadecimal digits of the number */
static rc_ref make_text(struct thread *T, uint64_t number)
{
    char text[] = "message 00000000";
    for (size_t i = 0; i < 8; i++, number >>= 4)
        text[sizeof(text) - 2 - i] = "0123456789abcdef"[number & 15];
    return str_new(T, text, sizeof(text) - 1);
}

static rc_ref make_numbers(struct thread *T, uint64_t number)
{
    RC_FRAME(T, f, 1);
    unsigned length = mix_below(mix64(number), NUMBERS_MAX + 1);
    thread_safepoint(T);
    f[0] = rc_move(T, list_new(T, length));
    bool ok = !loc_is_null(f[0]);
    for (unsigned i = 0; ok && i < length; i++) {
        thread_safepoint(T);
        rc_ref item = int_new(T, (int64_t)(mix64(number + i) >> 32));
        ok = !ref_is_null(item) && list_append(T, f[0], item);
    }
    rc_ref numbers = ok ? rc_own(T, cell_take(&f[0])) : RC_NULL_REF;
    cells_drop(T, f, 1);
    RC_LEAVE(T, f);
    return numbers;
}

/* Null if there is no memory. */
static rc_ref make_message(struct thread *T, uint64_t number)
{
    thread_safepoint(T);
    rc_ref fields[] = {int_new(T, (int64_t)number), make_text(T, number), make_numbers(T, number)};
    bool ok = true;
    for (unsigned i = 0; i < message_type.fields; i++)
        ok = ok && !ref_is_null(fields[i]);
    if (ok)
        return instance_new(T, &message_type, fields);
    for (unsigned i = 0; i < message_type.fields; i++)
        rc_release(T, fields[i]);
    return RC_NULL_REF;
}

/* All that a message, an argument, says. */
static uint64_t read_message(struct thread *T, rc_loc message)
{
    RC_FRAME(T, f, 3);
    enum { MESSAGE, FIELD, ITEM };
    f[MESSAGE] = message;
    thread_safepoint(T);
    f[FIELD] = instance_get(T, f[MESSAGE], NUMBER);
    uint64_t sum = mix64((uint64_t)int_value(obj_get(f[FIELD])));
    cell_set(T, &f[FIELD], instance_get(T, f[MESSAGE], TEXT));
    sum = mix64(sum ^ mix_text(str_text(obj_get(f[FIELD])), str_length(obj_get(f[FIELD]))));
    cell_set(T, &f[FIELD], instance_get(T, f[MESSAGE], NUMBERS));
    for (size_t i = 0; i < list_length(T, f[FIELD]); i++) {
        thread_safepoint(T);
        f[ITEM] = list_get(T, f[FIELD], i);
        sum = mix64(sum ^ (uint64_t)int_value(obj_get(f[ITEM])));
        rc_drop(T, cell_take(&f[ITEM]));
    }
    cells_drop(T, f, 3);
    RC_LEAVE(T, f);
    return sum;
}

/* --- exchange ----------------------------------------------------------------------------------- */

/* Where a thread stands. */
struct partner {
    struct thread *T;
    struct workload_run *run;
    struct ring *out;
    struct ring *in;
    const rc_loc *places; /* cells: of `out`, of `in` */
    rc_loc *unsent;       /* a cell: the next message, if it is made */
    uint64_t number;      /* of the next message */
    uint64_t to_send;
    uint64_t to_receive;
    uint64_t received; /* messages, not None */
    uint64_t sum;
};

/* The next message, or None if there is no memory. */
static rc_ref next_message(struct partner *partner)
{
    struct thread *T = partner->T;
    if (workload_failed(partner->run))
        return none_ref(T);
    rc_ref message = make_message(T, partner->number);
    if (!ref_is_null(message))
        return message;
    workload_out_of_memory(partner->run);
    return none_ref(T);
}

/* Whether there was a message to send and a place for it. */
static bool send_one(struct partner *partner)
{
    struct thread *T = partner->T;
    thread_safepoint(T);
    if (partner->to_send == 0)
        return false;
    if (loc_is_null(*partner->unsent))
        *partner->unsent = rc_move(T, next_message(partner));
    rc_ref message = rc_own(T, cell_take(partner->unsent));
    if (!ring_send(T, partner->out, partner->places[0], message)) {
        *partner->unsent = rc_move(T, message);
        return false;
    }
    partner->number++;
    partner->to_send--;
    return true;
}

/* Whether there was something to receive. */
static bool receive_one(struct partner *partner)
{
    struct thread *T = partner->T;
    thread_safepoint(T);
    rc_ref object = ring_receive(T, partner->in, partner->places[1]);
    if (ref_is_null(object))
        return false;
    RC_FRAME(T, f, 1);
    f[0] = rc_move(T, object);
    partner->to_receive--;
    if (!obj_is_none(obj_get(f[0]))) {
        partner->received++;
        partner->sum += read_message(T, cell_take(&f[0]));
    }
    cells_drop(T, f, 1);
    RC_LEAVE(T, f);
    return true;
}

static void take_part(struct partner *partner)
{
    while (partner->to_send > 0 || partner->to_receive > 0) {
        thread_safepoint(partner->T);
        bool sent = send_one(partner);
        bool received = receive_one(partner);
        if (sent || received)
            continue;
        if (partner->to_receive > 0)
            ring_await_object(partner->T, partner->in);
        else if (partner->to_send > 0)
            ring_await_place(partner->T, partner->out);
    }
}

static uint64_t handoff_work(struct thread *T, struct workload_run *run, unsigned index)
{
    RC_FRAME(T, f, 4);
    enum { OUT, IN, UNSENT, ROOT };
    struct exchange *exchange = run->input;
    unsigned before = (index + run->threads - 1) % run->threads;
    f[ROOT] = rc_load(T, NULL, &run->root);
    f[OUT] = list_get(T, f[ROOT], index);
    f[IN] = list_get(T, f[ROOT], before);
    rc_drop(T, cell_take(&f[ROOT]));
    struct partner partner = {
        .T = T,
        .run = run,
        .out = &exchange->ring[index],
        .in = &exchange->ring[before],
        .places = &f[OUT],
        .unsent = &f[UNSENT],
        .number = begin_of(run, index),
        .to_send = count_of(run, index),
        .to_receive = count_of(run, before),
    };
    take_part(&partner);
    fetch_add_relaxed(&exchange->received, partner.received);
    cells_drop(T, f, 4);
    RC_LEAVE(T, f);
    return partner.sum;
}

/* --- the workload ------------------------------------------------------------------------------- */

/* A list of the places of `rings` rings. */
static rc_ref make_rings(struct thread *T, unsigned rings)
{
    RC_FRAME(T, f, 1);
    f[0] = rc_move(T, list_new(T, rings));
    bool ok = !loc_is_null(f[0]);
    for (unsigned i = 0; ok && i < rings; i++) {
        rc_ref places = ring_places(T);
        ok = !ref_is_null(places) && list_append(T, f[0], places);
    }
    rc_ref list = ok ? rc_own(T, cell_take(&f[0])) : RC_NULL_REF;
    cells_drop(T, f, 1);
    RC_LEAVE(T, f);
    return list;
}

static struct exchange *make_exchange(unsigned rings)
{
    size_t bytes = sizeof(struct exchange) + rings * sizeof(struct ring);
    struct exchange *exchange = aligned_alloc(_Alignof(struct exchange), bytes);
    if (exchange != NULL)
        memset(exchange, 0, bytes);
    return exchange;
}

static bool handoff_setup(struct thread *T, struct workload_run *run)
{
    run->input = make_exchange(run->threads);
    rc_store(T, NULL, &run->root, make_rings(T, run->threads));
    bool ok = run->input != NULL && rc_peek(&run->root) != NULL;
    run->operations = MESSAGES / run->divisor;
    if (!ok)
        snprintf(run->problem, sizeof(run->problem), "no memory for %u rings of %d places",
                 run->threads, RING_PLACES);
    return ok;
}

static uint64_t handoff_teardown(struct thread *T, struct workload_run *run)
{
    struct exchange *exchange = run->input;
    rc_store(T, NULL, &run->root, RC_NULL_REF);
    uint64_t received = exchange != NULL ? load_relaxed(&exchange->received) : 0;
    if (run->problem[0] == '\0' && !workload_failed(run) && received != run->operations)
        snprintf(run->problem, sizeof(run->problem),
                 "%" PRIu64 " messages were sent, %" PRIu64 " received", run->operations, received);
    free(exchange);
    run->input = NULL;
    return 0;
}

const struct workload workload_handoff = {
    .name = "handoff",
    .summary = "sends messages round a ring of threads: who receives one ends it",
    .tags = "sharing",
    .bytes = 64 << 20,
    .setup = handoff_setup,
    .work = handoff_work,
    .teardown = handoff_teardown,
};
