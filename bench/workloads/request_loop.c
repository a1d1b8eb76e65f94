/*
 * request_loop: a server answers request after request, each of which leaves cyclic garbage, beside a large live heap.
 *
 * A request is an instance with a list of parts, which refer back to it, and a response, which does, too; it refers to its
 * session, one of the many that are the live heap, and its parts take their values from there.  Most requests are dropped as
 * soon as they are answered; one in `keep` stays with its session until another one takes its place, and so dies old.
 * Stresses: the collector, whose pauses are the slow requests: latencies are noted (bench/trial/latency.h).  Read those that
 * are metered: a request that would have come during a pause has waited, too.
 * Parameters: how large the live heap is, how many parts a request has, and how many requests survive.
 * What request r is like depends on r alone; requests are dealt to threads in turn.
 * Validation: the sum of all answers is compared with one from plain numbers, and all requests have a latency.
 * Source: the request loops of DaCapo Chopin and their metered latency: S. Blackburn et al., "Rethinking Java Performance
 * Analysis", ASPLOS 2025.
 */
#include "alloc/base/os.h"
#include "bench/trial/garbage.h"
#include "bench/trial/latency.h"
#include "bench/trial/mix.h"
#include "bench/workload.h"
#include "runtimes/object/instance.h"
#include "runtimes/object/int.h"
#include "runtimes/object/list.h"
#include "runtimes/object/none.h"
#include "runtimes/object/str.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

enum {
    REQUESTS = 32000,
    SESSIONS_PER_MIB = 2600, /* of about 400 bytes, their numbers included */
    NUMBERS = 8,             /* of a session */
    DIGITS = 16,
};

enum { SET_LIVE, SET_PARTS, SET_KEEP };
static const struct setting request_loop_settings[] = {
    {"live", "heap beside the requests, in MiB, about", 64, 0, 1024, NULL},
    {"parts", "of a request: it leaves three containers more as garbage", 64, 1, 256, NULL},
    {"keep", "one request in so many survives its answer", 8, 1, 1000, NULL},
    {0},
};

static const char *const session_fields[] = {"id", "numbers", "last"};
static const struct type session_type = INSTANCE_TYPE("Session", session_fields);
enum { SESSION_ID, SESSION_NUMBERS, SESSION_LAST };

static const char *const request_fields[] = {"session", "parts", "response"};
static const struct type request_type = INSTANCE_TYPE("Request", request_fields);
enum { REQUEST_SESSION, REQUEST_PARTS, REQUEST_RESPONSE };

static const char *const part_fields[] = {"request", "value"};
static const struct type part_type = INSTANCE_TYPE("Part", part_fields);
enum { PART_REQUEST, PART_VALUE };

static const char *const response_fields[] = {"request", "text"};
static const struct type response_type = INSTANCE_TYPE("Response", response_fields);
enum { RESPONSE_REQUEST, RESPONSE_TEXT };

struct server {
    struct garbage *garbage;
    _Atomic uint64_t answers; /* their sum */
};

static uint64_t sessions_of(const struct workload_run *run)
{
    return run->settings[SET_LIVE] * SESSIONS_PER_MIB / run->divisor + 1;
}

static uint64_t session_of(const struct workload_run *run, uint64_t request)
{
    return mix_below(mix64(request), (uint32_t)sessions_of(run));
}

static uint64_t number_of(uint64_t session, uint64_t i)
{
    return mix64(session * NUMBERS + i) >> 32;
}

/* --- making a request --------------------------------------------------------------------------- */

/* Part(request, session.numbers[i % NUMBERS]); `request` and `numbers` are arguments.  Null if there is no memory. */
static rc_ref make_part(struct thread *T, rc_loc request, rc_loc numbers, uint64_t i)
{
    RC_FRAME(T, f, 3);
    enum { REQUEST, TAKEN_FROM, VALUE };
    f[REQUEST] = request;
    f[TAKEN_FROM] = numbers;
    thread_safepoint(T);
    f[VALUE] = list_get(T, f[TAKEN_FROM], i % NUMBERS);
    rc_ref fields[] = {rc_own(T, cell_take(&f[REQUEST])), rc_own(T, cell_take(&f[VALUE]))};
    rc_ref part = instance_new(T, &part_type, fields);
    cells_drop(T, f, 3);
    RC_LEAVE(T, f);
    return part;
}

/* request.parts.append(Part(...)), as many as are wanted; `request` is an argument. */
static bool add_parts(struct thread *T, rc_loc request, uint64_t length)
{
    RC_FRAME(T, f, 4);
    enum { REQUEST, SESSION, TAKEN_FROM, PARTS };
    f[REQUEST] = request;
    thread_safepoint(T);
    f[SESSION] = instance_get(T, f[REQUEST], REQUEST_SESSION);
    f[TAKEN_FROM] = instance_get(T, f[SESSION], SESSION_NUMBERS);
    f[PARTS] = instance_get(T, f[REQUEST], REQUEST_PARTS);
    bool ok = true;
    for (uint64_t i = 0; ok && i < length; i++) {
        thread_safepoint(T);
        rc_ref part = make_part(T, rc_dup(T, f[REQUEST]), rc_dup(T, f[TAKEN_FROM]), i);
        ok = !ref_is_null(part) && list_append(T, f[PARTS], part);
    }
    cells_drop(T, f, 4);
    RC_LEAVE(T, f);
    return ok;
}

/* A request to a session, an argument; null if there is no memory. */
static rc_ref make_request(struct thread *T, rc_loc session, uint64_t parts)
{
    RC_FRAME(T, f, 2);
    enum { SESSION, REQUEST };
    f[SESSION] = session;
    thread_safepoint(T);
    rc_ref list = list_new(T, 0);
    if (!ref_is_null(list))
        f[REQUEST] = rc_move(
            T, instance_new(T, &request_type,
                            (rc_ref[]){rc_own(T, cell_take(&f[SESSION])), list, none_ref(T)}));
    bool ok = !loc_is_null(f[REQUEST]) && add_parts(T, rc_dup(T, f[REQUEST]), parts);
    rc_ref request = ok ? rc_own(T, cell_take(&f[REQUEST])) : RC_NULL_REF;
    cells_drop(T, f, 2);
    RC_LEAVE(T, f);
    return request;
}

/* --- answering it ------------------------------------------------------------------------------- */

/* The value of a part, an argument, if it belongs to `request`. */
static uint64_t read_part(struct thread *T, rc_loc part, rc_loc request)
{
    RC_FRAME(T, f, 4);
    enum { PART, REQUEST, OWNER, VALUE };
    f[PART] = part;
    f[REQUEST] = request;
    thread_safepoint(T);
    f[OWNER] = instance_get(T, f[PART], PART_REQUEST);
    f[VALUE] = instance_get(T, f[PART], PART_VALUE);
    uint64_t value = (uint64_t)int_value(obj_get(f[VALUE]));
    if (obj_get(f[OWNER]) != obj_get(f[REQUEST]))
        value = 0;
    cells_drop(T, f, 4);
    RC_LEAVE(T, f);
    return value;
}

/* What its parts come to, each weighed by its place; `request` is an argument. */
static uint64_t add_up(struct thread *T, rc_loc request)
{
    RC_FRAME(T, f, 3);
    enum { REQUEST, PARTS, PART };
    f[REQUEST] = request;
    thread_safepoint(T);
    f[PARTS] = instance_get(T, f[REQUEST], REQUEST_PARTS);
    uint64_t sum = 0;
    for (size_t i = 0; i < list_length(T, f[PARTS]); i++) {
        thread_safepoint(T);
        f[PART] = list_get(T, f[PARTS], i);
        sum += (i + 1) * read_part(T, cell_take(&f[PART]), rc_dup(T, f[REQUEST]));
    }
    cells_drop(T, f, 3);
    RC_LEAVE(T, f);
    return sum;
}

/* request.response = Response(request, hex(answer)); `request` is an argument. */
static bool respond(struct thread *T, rc_loc request, uint64_t answer)
{
    RC_FRAME(T, f, 1);
    f[0] = request;
    thread_safepoint(T);
    char text[DIGITS + 1];
    snprintf(text, sizeof(text), "%0*" PRIx64, DIGITS, answer);
    rc_ref fields[] = {rc_own(T, rc_dup(T, f[0])), str_new(T, text, DIGITS)};
    rc_ref response = ref_is_null(fields[RESPONSE_TEXT])
                          ? obj_refuse(T, response_type.fields, fields)
                          : instance_new(T, &response_type, fields);
    bool ok = !ref_is_null(response);
    if (ok)
        instance_set(T, f[0], REQUEST_RESPONSE, response);
    cells_drop(T, f, 1);
    RC_LEAVE(T, f);
    return ok;
}

/* int(request.response.text, 16), as whoever asked reads it; `request` is an argument. */
static uint64_t read_response(struct thread *T, rc_loc request)
{
    RC_FRAME(T, f, 3);
    enum { REQUEST, RESPONSE, TEXT };
    f[REQUEST] = request;
    thread_safepoint(T);
    f[RESPONSE] = instance_get(T, f[REQUEST], REQUEST_RESPONSE);
    f[TEXT] = instance_get(T, f[RESPONSE], RESPONSE_TEXT);
    uint64_t answer = strtoull(str_text(obj_get(f[TEXT])), NULL, 16);
    cells_drop(T, f, 3);
    RC_LEAVE(T, f);
    return answer;
}

/* session.last = request, both arguments; whether there was another one, which is garbage now. */
static bool keep(struct thread *T, rc_loc session, rc_loc request)
{
    RC_FRAME(T, f, 3);
    enum { SESSION, REQUEST, FORMER };
    f[SESSION] = session;
    f[REQUEST] = request;
    thread_safepoint(T);
    rc_ref former = instance_swap(T, f[SESSION], SESSION_LAST, rc_own(T, cell_take(&f[REQUEST])));
    f[FORMER] = rc_move(T, former);
    bool replaced = !obj_is_none(obj_get(f[FORMER]));
    cells_drop(T, f, 3);
    RC_LEAVE(T, f);
    return replaced;
}

/* Makes a request to a session, an argument, answers and keeps or drops it.  `number` becomes the answer; false if there is
 * no memory.  `garbage` says whether there is a request more that is garbage. */
static bool handle(struct thread *T, rc_loc session, const struct workload_run *run,
                   uint64_t *number, bool *garbage)
{
    RC_FRAME(T, f, 2);
    enum { SESSION, REQUEST };
    f[SESSION] = session;
    thread_safepoint(T);
    f[REQUEST] = rc_move(T, make_request(T, rc_dup(T, f[SESSION]), run->settings[SET_PARTS]));
    bool ok = !loc_is_null(f[REQUEST]);
    uint64_t sum = ok ? add_up(T, rc_dup(T, f[REQUEST])) : 0;
    ok = ok && respond(T, rc_dup(T, f[REQUEST]), sum);
    *garbage = true;
    if (ok && *number % run->settings[SET_KEEP] == 0)
        *garbage = keep(T, rc_dup(T, f[SESSION]), rc_dup(T, f[REQUEST]));
    if (ok)
        *number = read_response(T, rc_dup(T, f[REQUEST]));
    cells_drop(T, f, 2);
    RC_LEAVE(T, f);
    return ok;
}

/* Answers request r, from when it has come to when everything of it is dropped; `sessions` is an argument. */
static uint64_t serve(struct thread *T, struct workload_run *run, unsigned index, rc_loc sessions,
                      uint64_t r)
{
    RC_FRAME(T, f, 2);
    enum { SESSIONS, SESSION };
    struct server *server = run->input;
    f[SESSIONS] = sessions;
    thread_safepoint(T);
    uint64_t begin_ns = os_clock_ns();
    uint64_t answer = r;
    bool garbage;
    f[SESSION] = list_get(T, f[SESSIONS], session_of(run, r));
    bool ok = handle(T, cell_take(&f[SESSION]), run, &answer, &garbage);
    latency_note(run->latency, index, begin_ns, os_clock_ns());
    if (garbage)
        garbage_drop(server->garbage, index, run->settings[SET_PARTS] + 3);
    if (!ok)
        workload_out_of_memory(run);
    cells_drop(T, f, 2);
    RC_LEAVE(T, f);
    return answer;
}

static uint64_t request_loop_work(struct thread *T, struct workload_run *run, unsigned index)
{
    RC_FRAME(T, f, 1);
    struct server *server = run->input;
    f[0] = rc_load(T, NULL, &run->root);
    uint64_t sum = 0;
    for (uint64_t r = index; r < run->operations && !workload_failed(run); r += run->threads) {
        thread_safepoint(T);
        sum += (r | 1) * serve(T, run, index, rc_dup(T, f[0]), r);
    }
    fetch_add_relaxed(&server->answers, sum);
    cells_drop(T, f, 1);
    RC_LEAVE(T, f);
    return sum;
}

/* --- the live heap ------------------------------------------------------------------------------ */

/* [number, ...]; null if there is no memory. */
static rc_ref make_numbers(struct thread *T, uint64_t session)
{
    rc_ref numbers[NUMBERS];
    for (size_t i = 0; i < NUMBERS; i++) {
        numbers[i] = int_new(T, (int64_t)number_of(session, i));
        if (ref_is_null(numbers[i]))
            return obj_refuse(T, i, numbers);
    }
    return list_new_from(T, NUMBERS, numbers);
}

static rc_ref make_session(struct thread *T, uint64_t session)
{
    rc_ref fields[] = {int_new(T, (int64_t)session), make_numbers(T, session), none_ref(T)};
    if (ref_is_null(fields[SESSION_ID]) || ref_is_null(fields[SESSION_NUMBERS]))
        return obj_refuse(T, session_type.fields, fields);
    return instance_new(T, &session_type, fields);
}

/* A list of all sessions; null if there is no memory. */
static rc_ref make_sessions(struct thread *T, uint64_t length)
{
    RC_FRAME(T, f, 1);
    f[0] = rc_move(T, list_new(T, length));
    bool ok = !loc_is_null(f[0]);
    for (uint64_t i = 0; ok && i < length; i++) {
        rc_ref session = make_session(T, i);
        ok = !ref_is_null(session) && list_append(T, f[0], session);
    }
    rc_ref sessions = ok ? rc_own(T, cell_take(&f[0])) : RC_NULL_REF;
    cells_drop(T, f, 1);
    RC_LEAVE(T, f);
    return sessions;
}

static bool request_loop_setup(struct thread *T, struct workload_run *run)
{
    run->operations = REQUESTS / run->divisor;
    struct server *server = calloc(1, sizeof(*server));
    run->input = server;
    if (server != NULL)
        server->garbage = garbage_create(run->threads);
    run->latency = latency_create(run->threads, run->operations / run->threads + 1);
    rc_store(T, NULL, &run->root, make_sessions(T, sessions_of(run)));
    bool ok = server != NULL && server->garbage != NULL && run->latency != NULL &&
              rc_peek(&run->root) != NULL;
    if (!ok)
        snprintf(run->problem, sizeof(run->problem), "no memory for a live heap of %" PRIu64 " MiB",
                 run->settings[SET_LIVE]);
    return ok;
}

/* --- what should have come out ------------------------------------------------------------------ */

static uint64_t expected_answer(const struct workload_run *run, uint64_t r)
{
    uint64_t sum = 0;
    for (uint64_t i = 0; i < run->settings[SET_PARTS]; i++)
        sum += (i + 1) * number_of(session_of(run, r), i % NUMBERS);
    return sum;
}

static void check_answers(struct workload_run *run)
{
    const struct server *server = run->input;
    uint64_t expected = 0;
    for (uint64_t r = 0; r < run->operations; r++)
        expected += (r | 1) * expected_answer(run, r);
    uint64_t found = load_relaxed(&server->answers);
    uint64_t noted = latency_summarise(run->latency).simple.count;
    if (found != expected)
        snprintf(run->problem, sizeof(run->problem),
                 "answers: expected the sum %#" PRIx64 ", found %#" PRIx64, expected, found);
    else if (noted != run->operations)
        snprintf(run->problem, sizeof(run->problem), "%" PRIu64 " requests, %" PRIu64 " latencies",
                 run->operations, noted);
}

static uint64_t request_loop_teardown(struct thread *T, struct workload_run *run)
{
    struct server *server = run->input;
    if (run->problem[0] == '\0' && !workload_failed(run)) {
        check_answers(run);
        run->peak_garbage = garbage_peak(server->garbage);
    }
    rc_store(T, NULL, &run->root, RC_NULL_REF);
    if (server != NULL)
        garbage_destroy(server->garbage);
    free(server);
    run->input = NULL;
    return 0;
}

const struct workload workload_request_loop = {
    .name = "request_loop",
    .summary = "answers requests that leave cyclic garbage beside a live heap, and tells latencies",
    .tags = "server,cycles",
    .suites = "headline",
    .reason = "latency of requests beside a large live heap and cyclic garbage: whom pauses delay",
    .source = "request loops of DaCapo Chopin, ASPLOS 2025",
    .settings = request_loop_settings,
    .heap = true,
    .bytes = 256 << 20,
    .setup = request_loop_setup,
    .work = request_loop_work,
    .teardown = request_loop_teardown,
};
