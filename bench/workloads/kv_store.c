/*
 * kv_store: threads read and update the records of one store, a few of them far more often than the others.
 *
 * The store is a tuple of shards, dicts from key to record; a record is a list of texts, its fields.  Every request brings its
 * key as a new str, as if it had just come in, so that keys are found by value.  A read makes a list of all fields and looks
 * at each; an update makes a new text for one field, with a version one higher.  Keys follow Zipf's law (bench/trial/zipf.h)
 * and are drawn in setup.
 * Stresses: counts of few objects that all threads touch at once, their dicts, lists and texts; with updates the ends of texts
 * that others are reading.
 * Parameters: the mix of reads and updates, the number of shards and records, fields and their size, how steep the law is.
 *
 * A key's updates are all its owner's, in the order of the trace, and its reads anybody's.  So versions at the end do not
 * depend on who ran when; a read counts only what every version of a field says, its tag.
 * Validation: teardown repeats all requests on plain numbers: no update is lost or doubled, every record has its own fields,
 * and all reads together have seen the tags that they should.
 * Source: B. Cooper et al., "Benchmarking Cloud Serving Systems with YCSB", SoCC 2010: core workloads A, B and C.
 */
#include "bench/trial/copy.h"
#include "bench/trial/mix.h"
#include "bench/trial/stamp.h"
#include "bench/trial/zipf.h"
#include "bench/workload.h"
#include "runtimes/object/dict.h"
#include "runtimes/object/list.h"
#include "runtimes/object/str.h"
#include "runtimes/object/tuple.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

enum {
    REQUESTS = 500000,
    HUNDRED = 100,
    KEY_LENGTH = 4 + 16, /* "user" and a number */
    FIELDS_MOST = 32,
    SHARDS_MOST = 64,
};

static const char *const mixes[] = {"a", "b", "c"};
static const uint32_t updates_in_hundred[] = {50, 5, 0};

enum { SET_MIX, SET_SHARDS, SET_RECORDS, SET_FIELDS, SET_SIZE, SET_THETA };
static const struct setting kv_store_settings[] = {
    {"mix", "of requests: a updates 50 %, b 5 %, c nothing", 1, 0, 2, mixes},
    {"shards", "dicts that share the records", 1, 1, SHARDS_MOST, NULL},
    {"records", "in the store", 20000, 100, 200000, NULL},
    {"fields", "of a record", 10, 1, FIELDS_MOST, NULL},
    {"size", "of a field, in bytes", 100, 24, 1000, NULL},
    {"theta", "of Zipf's law, in hundredths; 0: all keys alike", 99, 0, 99, NULL},
    {0},
};

struct store {
    uint32_t *trace; /* the key of each request */
    uint64_t requests;
    uint32_t records;
    uint32_t fields;
    _Atomic uint64_t seen; /* by all reads */
};

/* What a request has at hand. */
struct client {
    struct thread *T;
    struct workload_run *run;
    const struct store *store;
    const rc_loc *shards; /* a cell */
};

static bool is_update(const struct workload_run *run, uint64_t request)
{
    return mix_below(mix64(~request), HUNDRED) < updates_in_hundred[run->settings[SET_MIX]];
}

static uint32_t field_of(const struct store *store, uint64_t request)
{
    return mix_below(mix64(mix64(request)), store->fields);
}

/* --- texts -------------------------------------------------------------------------------------- */

/* What every version of a field begins with. */
static uint32_t tag_of(uint32_t key, uint32_t field)
{
    return (uint32_t)mix64((uint64_t)key * FIELDS_MOST + field);
}

static rc_ref make_text(struct client *client, uint32_t key, uint32_t field, uint32_t version)
{
    size_t size = client->run->settings[SET_SIZE];
    rc_ref text = str_new_uninitialised(client->T, size);
    if (!ref_is_null(text))
        stamp_put(str_buffer(text), size, tag_of(key, field), version);
    return text;
}

static rc_ref make_key(struct thread *T, uint32_t key)
{
    char text[KEY_LENGTH] = "user";
    stamp_put_hex(text + 4, KEY_LENGTH - 4, mix64(key));
    return str_new(T, text, KEY_LENGTH);
}

/* --- requests ----------------------------------------------------------------------------------- */

/* The record of `key`; null if there is none, or no memory, which it notes. */
static rc_ref find_record(struct client *client, uint32_t key)
{
    struct thread *T = client->T;
    RC_FRAME(T, f, 3);
    enum { KEY, SHARD, RECORD };
    thread_safepoint(T);
    f[KEY] = rc_move(T, make_key(T, key));
    if (!loc_is_null(f[KEY])) {
        f[SHARD] = tuple_get(T, *client->shards, key % client->run->settings[SET_SHARDS]);
        f[RECORD] = dict_get(T, f[SHARD], f[KEY]);
    } else {
        workload_out_of_memory(client->run);
    }
    rc_ref record = rc_own(T, cell_take(&f[RECORD]));
    cells_drop(T, f, 3);
    RC_LEAVE(T, f);
    return record;
}

/* All tags of a record, an argument. */
static uint64_t read_tags(struct thread *T, rc_loc record)
{
    RC_FRAME(T, f, 2);
    enum { RECORD, TEXT };
    f[RECORD] = record;
    thread_safepoint(T);
    uint64_t sum = 0;
    for (size_t i = 0; i < list_length(T, f[RECORD]); i++) {
        thread_safepoint(T);
        f[TEXT] = list_get(T, f[RECORD], i);
        sum += mix64(stamp_word(str_text(obj_get(f[TEXT]))));
        rc_drop(T, cell_take(&f[TEXT]));
    }
    cells_drop(T, f, 2);
    RC_LEAVE(T, f);
    return sum;
}

static uint64_t read_record(struct client *client, uint32_t key)
{
    struct thread *T = client->T;
    RC_FRAME(T, f, 2);
    enum { RECORD, COPY };
    thread_safepoint(T);
    uint64_t sum = 0;
    f[RECORD] = rc_move(T, find_record(client, key));
    if (!loc_is_null(f[RECORD]))
        f[COPY] = rc_move(T, copy_list(T, rc_dup(T, f[RECORD])));
    if (!loc_is_null(f[COPY]))
        sum = read_tags(T, rc_dup(T, f[COPY]));
    else
        workload_out_of_memory(client->run);
    cells_drop(T, f, 2);
    RC_LEAVE(T, f);
    return sum;
}

/* record[field] = a text whose version is one higher */
static void update_record(struct client *client, uint32_t key, uint32_t field)
{
    struct thread *T = client->T;
    RC_FRAME(T, f, 2);
    enum { RECORD, TEXT };
    thread_safepoint(T);
    f[RECORD] = rc_move(T, find_record(client, key));
    bool ok = !loc_is_null(f[RECORD]);
    if (ok) {
        f[TEXT] = list_get(T, f[RECORD], field);
        uint32_t version = stamp_version(str_text(obj_get(f[TEXT])));
        rc_ref text = make_text(client, key, field, version + 1);
        ok = !ref_is_null(text) && list_set(T, f[RECORD], field, text);
    }
    if (!ok)
        workload_out_of_memory(client->run);
    cells_drop(T, f, 2);
    RC_LEAVE(T, f);
}

static uint64_t kv_store_work(struct thread *T, struct workload_run *run, unsigned index)
{
    RC_FRAME(T, f, 1);
    struct store *store = run->input;
    struct client client = {T, run, store, f};
    f[0] = rc_load(T, NULL, &run->root);
    uint64_t sum = 0;
    for (uint64_t i = 0; i < store->requests && !workload_failed(run); i++) {
        thread_safepoint(T);
        uint32_t key = store->trace[i];
        bool update = is_update(run, i);
        if (update && key % run->threads == index)
            update_record(&client, key, field_of(store, i));
        else if (!update && i % run->threads == index)
            sum += read_record(&client, key);
    }
    fetch_add_relaxed(&store->seen, sum);
    cells_drop(T, f, 1);
    RC_LEAVE(T, f);
    return sum;
}

/* --- the store ---------------------------------------------------------------------------------- */

/* A tuple of empty dicts; null if there is no memory. */
static rc_ref make_shards(struct thread *T, size_t length)
{
    rc_ref shards[SHARDS_MOST];
    for (size_t i = 0; i < length; i++) {
        shards[i] = dict_new(T);
        if (ref_is_null(shards[i]))
            return obj_refuse(T, i, shards);
    }
    return tuple_new(T, length, shards);
}

/* Null if there is no memory. */
static rc_ref make_record(struct client *client, uint32_t key)
{
    struct thread *T = client->T;
    RC_FRAME(T, f, 1);
    f[0] = rc_move(T, list_new(T, client->store->fields));
    bool ok = !loc_is_null(f[0]);
    for (uint32_t field = 0; ok && field < client->store->fields; field++) {
        rc_ref text = make_text(client, key, field, 0);
        ok = !ref_is_null(text) && list_append(T, f[0], text);
    }
    rc_ref record = ok ? rc_own(T, cell_take(&f[0])) : RC_NULL_REF;
    cells_drop(T, f, 1);
    RC_LEAVE(T, f);
    return record;
}

/* shards[key % length][str(key)] = make_record(key) */
static bool add_record(struct client *client, uint32_t key)
{
    struct thread *T = client->T;
    RC_FRAME(T, f, 2);
    enum { KEY, SHARD };
    f[KEY] = rc_move(T, make_key(T, key));
    bool ok = !loc_is_null(f[KEY]);
    if (ok) {
        f[SHARD] = tuple_get(T, *client->shards, key % client->run->settings[SET_SHARDS]);
        rc_ref record = make_record(client, key);
        ok = !ref_is_null(record) && dict_set(T, f[SHARD], f[KEY], record);
    }
    cells_drop(T, f, 2);
    RC_LEAVE(T, f);
    return ok;
}

static bool fill_shards(struct thread *T, struct workload_run *run)
{
    RC_FRAME(T, f, 1);
    const struct store *store = run->input;
    struct client client = {T, run, store, f};
    f[0] = rc_load(T, NULL, &run->root);
    bool ok = !loc_is_null(f[0]);
    for (uint32_t key = 0; ok && key < store->records; key++)
        ok = add_record(&client, key);
    cells_drop(T, f, 1);
    RC_LEAVE(T, f);
    return ok;
}

static struct store *make_store(const struct workload_run *run)
{
    struct store *store = calloc(1, sizeof(*store));
    if (store == NULL)
        return NULL;
    store->requests = REQUESTS / run->divisor;
    store->records = (uint32_t)((run->settings[SET_RECORDS] + run->divisor - 1) / run->divisor);
    store->fields = (uint32_t)run->settings[SET_FIELDS];
    struct zipf zipf = zipf_create(store->records, (double)run->settings[SET_THETA] / HUNDRED);
    store->trace = zipf_trace(&zipf, 0, store->requests);
    return store;
}

static bool kv_store_setup(struct thread *T, struct workload_run *run)
{
    struct store *store = make_store(run);
    run->input = store;
    run->operations = REQUESTS / run->divisor;
    rc_store(T, NULL, &run->root, make_shards(T, run->settings[SET_SHARDS]));
    bool ok = store != NULL && store->trace != NULL && fill_shards(T, run);
    if (!ok)
        snprintf(run->problem, sizeof(run->problem), "no memory for %" PRIu64 " records",
                 run->settings[SET_RECORDS]);
    return ok;
}

/* --- what should have come out ------------------------------------------------------------------ */

/* What all requests do to plain numbers. */
struct expected {
    uint32_t *versions; /* of all fields of all records; NULL if there is no memory */
    uint64_t seen;
};

static struct expected expect(const struct workload_run *run, const struct store *store)
{
    struct expected expected = {calloc((size_t)store->records * store->fields, sizeof(uint32_t)),
                                0};
    for (uint64_t i = 0; expected.versions != NULL && i < store->requests; i++) {
        uint32_t key = store->trace[i];
        if (is_update(run, i))
            expected.versions[key * store->fields + field_of(store, i)]++;
        for (uint32_t field = 0; !is_update(run, i) && field < store->fields; field++)
            expected.seen += mix64(stamp_word_of(tag_of(key, field)));
    }
    return expected;
}

/* Compares the fields of a record, an argument, with what they should be. */
static uint64_t check_record(struct client *client, rc_loc record, uint32_t key,
                             const uint32_t *versions)
{
    struct thread *T = client->T;
    RC_FRAME(T, f, 2);
    enum { RECORD, TEXT };
    f[RECORD] = record;
    uint64_t sum = 0;
    for (uint32_t field = 0; field < client->store->fields; field++) {
        f[TEXT] = list_get(T, f[RECORD], field);
        const char *text = str_text(obj_get(f[TEXT]));
        uint32_t version = stamp_version(text);
        if (stamp_tag(text) != tag_of(key, field) || version != versions[field])
            snprintf(client->run->problem, sizeof(client->run->problem),
                     "record %u, field %u: expected %08x in version %u, found %.8s in version %u",
                     key, field, tag_of(key, field), versions[field], text, version);
        sum += mix64((uint64_t)tag_of(key, field) << 32 | version);
        rc_drop(T, cell_take(&f[TEXT]));
    }
    cells_drop(T, f, 2);
    RC_LEAVE(T, f);
    return sum;
}

static uint64_t check_store(struct thread *T, struct workload_run *run,
                            const struct expected *expected)
{
    RC_FRAME(T, f, 2);
    enum { SHARDS, RECORD };
    const struct store *store = run->input;
    struct client client = {T, run, store, &f[SHARDS]};
    f[SHARDS] = rc_load(T, NULL, &run->root);
    uint64_t sum = 0;
    for (uint32_t key = 0; key < store->records && !workload_failed(run); key++) {
        f[RECORD] = rc_move(T, find_record(&client, key));
        if (loc_is_null(f[RECORD]))
            snprintf(run->problem, sizeof(run->problem), "record %u is gone", key);
        else
            sum += check_record(&client, cell_take(&f[RECORD]), key,
                                expected->versions + (size_t)key * store->fields);
    }
    if (load_relaxed(&store->seen) != expected->seen)
        snprintf(run->problem, sizeof(run->problem),
                 "all reads: expected the sum %#" PRIx64 " of tags, found %#" PRIx64,
                 expected->seen, load_relaxed(&store->seen));
    cells_drop(T, f, 2);
    RC_LEAVE(T, f);
    return sum;
}

static uint64_t kv_store_teardown(struct thread *T, struct workload_run *run)
{
    struct store *store = run->input;
    uint64_t sum = 0;
    if (run->problem[0] == '\0' && !workload_failed(run)) {
        struct expected expected = expect(run, store);
        if (expected.versions != NULL)
            sum = check_store(T, run, &expected);
        else
            workload_out_of_memory(run);
        free(expected.versions);
    }
    rc_store(T, NULL, &run->root, RC_NULL_REF);
    if (store != NULL)
        free(store->trace);
    free(store);
    run->input = NULL;
    return sum;
}

const struct workload workload_kv_store = {
    .name = "kv_store",
    .summary = "reads and updates the records of one store under Zipf's law, as YCSB does",
    .tags = "server,sharing",
    .source = "Cooper et al., YCSB, SoCC 2010",
    .settings = kv_store_settings,
    .bytes = 128 << 20,
    .setup = kv_store_setup,
    .work = kv_store_work,
    .teardown = kv_store_teardown,
};
