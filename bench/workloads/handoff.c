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
 *
 * `owner` says what the one does that made a message while another ends it:
 *   polling   it goes on, as told above, and so passes safepoints
 *   blocked   it sleeps: threads 2i and 2i + 1 take turns.  Who has the turn makes a batch, which fits into the ring, with None
 *             behind it for the turn, and then waits, blocked, for the other's first message, which is made when the whole
 *             batch has ended.  Where the end of an object is its owner's business, all of it is left until the owner
 *             comes back.  A thread without a partner sends to itself, by turns.
 *
 * Teardown compares the number of messages that were received, and the sum of what they said, with those sent.
 * Stresses: ends in foreign threads.  Setting: owner.
 */
#include "bench/trial/field.h"
#include "bench/trial/mix.h"
#include "bench/trial/ring.h"
#include "bench/trial/stamp.h"
#include "bench/workload.h"
#include "runtimes/object/instance.h"
#include "runtimes/object/int.h"
#include "runtimes/object/list.h"
#include "runtimes/object/none.h"
#include "runtimes/object/str.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

enum { MESSAGES = 2000000, NUMBERS_MAX = 3, BATCH = RING_PLACES - 1 };

enum owner { POLLING, BLOCKED };
enum { SETTING_OWNER };

static const char *const owner_words[] = {"polling", "blocked"};

static const struct setting handoff_settings[] = {
    {"owner", "what the maker of a message does while another ends it", POLLING, POLLING, BLOCKED,
     owner_words},
    {0},
};

static const char *const message_fields[] = {"number", "text", "numbers"};
static const struct type message_type = INSTANCE_TYPE("Message", message_fields);
enum { NUMBER, TEXT, NUMBERS };

struct exchange {
    _Atomic uint64_t received; /* messages, by all threads */
    _Atomic uint64_t sum;      /* of what they said */
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
    stamp_put_hex(text + sizeof(text) - 1 - STAMP_DIGITS, STAMP_DIGITS, number);
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
    return instance_from(T, &message_type, fields);
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
    uint64_t turns;    /* None */
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
    } else {
        partner->turns++;
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

/* --- by turns --------------------------------------------------------------------------------------- */

/* Who receives from thread `index`, and sends to it. */
static unsigned partner_of(const struct workload_run *run, unsigned index)
{
    const unsigned partner = index ^ 1U;
    return partner < run->threads ? partner : index;
}

/* Sends an object, consumed, for which there is a place. */
static void send_surely(struct partner *partner, rc_ref object)
{
    if (!ring_send(partner->T, partner->out, partner->places[0], object))
        CHECK(false, "a batch of %d messages does not fit into a ring", BATCH);
}

/* A batch, as far as there are messages and memory, and the turn. */
static void send_batch(struct partner *partner)
{
    for (unsigned i = 0; i < BATCH && partner->to_send > 0; i++) {
        thread_safepoint(partner->T);
        rc_ref message = next_message(partner);
        const bool is_turn = obj_is_none(obj_of(message.p)); /* for there is no memory */
        partner->number++;
        partner->to_send--;
        send_surely(partner, message);
        if (is_turn)
            return;
    }
    send_surely(partner, none_ref(partner->T));
}

/* All up to the turn. */
static void receive_batch(struct partner *partner)
{
    const uint64_t end = partner->turns + 1;
    while (partner->turns != end) {
        thread_safepoint(partner->T);
        if (!receive_one(partner))
            ring_await_object(partner->T, partner->in);
    }
}

/* As many turns as the one of both needs that has more to send. */
static void take_turns(struct partner *partner, unsigned index, unsigned other)
{
    const uint64_t mine = count_of(partner->run, index);
    const uint64_t others = count_of(partner->run, other);
    const uint64_t turns = ((mine > others ? mine : others) + BATCH - 1) / BATCH;
    for (uint64_t i = 0; i < turns; i++) {
        thread_safepoint(partner->T);
        if (index <= other)
            send_batch(partner);
        receive_batch(partner);
        if (index > other)
            send_batch(partner);
    }
}

/* --- both ------------------------------------------------------------------------------------------- */

static uint64_t handoff_work(struct thread *T, struct workload_run *run, unsigned index)
{
    RC_FRAME(T, f, 4);
    enum { OUT, IN, UNSENT, ROOT };
    struct exchange *exchange = run->input;
    const bool by_turns = run->settings[SETTING_OWNER] == BLOCKED;
    const unsigned before =
        by_turns ? partner_of(run, index) : (index + run->threads - 1) % run->threads;
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
    if (by_turns)
        take_turns(&partner, index, before);
    else
        take_part(&partner);
    fetch_add_relaxed(&exchange->received, partner.received);
    fetch_add_relaxed(&exchange->sum, partner.sum);
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

/* What the messages say, from their numbers. */
static uint64_t expected_sum(const struct workload_run *run)
{
    uint64_t total = 0;
    for (uint64_t number = 0; number < run->operations; number++) {
        char text[32];
        int length = snprintf(text, sizeof(text), "message %08" PRIx64, number);
        uint64_t sum = mix64(mix64(number) ^ mix_text(text, (size_t)length));
        for (unsigned i = 0; i < mix_below(mix64(number), NUMBERS_MAX + 1); i++)
            sum = mix64(sum ^ mix64(number + i) >> 32);
        total += sum;
    }
    return total;
}

static void validate(struct workload_run *run, const struct exchange *exchange)
{
    const uint64_t received = load_relaxed(&exchange->received);
    const uint64_t sum = load_relaxed(&exchange->sum);
    if (received != run->operations)
        snprintf(run->problem, sizeof(run->problem),
                 "%" PRIu64 " messages were sent, %" PRIu64 " received", run->operations, received);
    else if (sum != expected_sum(run))
        snprintf(run->problem, sizeof(run->problem),
                 "the messages should sum up to %" PRIu64 ", and come to %" PRIu64,
                 expected_sum(run), sum);
}

static uint64_t handoff_teardown(struct thread *T, struct workload_run *run)
{
    struct exchange *exchange = run->input;
    rc_store(T, NULL, &run->root, RC_NULL_REF);
    if (exchange != NULL && run->problem[0] == '\0' && !workload_failed(run))
        validate(run, exchange);
    free(exchange);
    run->input = NULL;
    return 0;
}

const struct workload workload_handoff = {
    .name = "handoff",
    .summary = "sends messages round a ring of threads: who receives one ends it",
    .tags = "sharing",
    .source = "remote ends of owned objects: J. Choi et al., Biased Reference Counting, PACT 2018",
    .settings = handoff_settings,
    .bytes = 64 << 20,
    .setup = handoff_setup,
    .work = handoff_work,
    .teardown = handoff_teardown,
};
