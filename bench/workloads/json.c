/*
 * json: parses real JSON files, edits what is in them as a program would, and writes it as text again.
 *
 * The files are lists of countries, languages, scripts and currencies, and their schemas.  A *record* is a dict in a list
 * that is a member of a file's outermost dict.  Of each record
 *
 *   "name" is renamed to "label"; "order" is its place in the list; records whose name has a comma are left out;
 *   the rest is sorted by code; "summary" of the document says how many records there were, how many are left out, how
 *   many of each type there are.
 *
 * Every document is read REPETITIONS times, the largest first; a reading belongs to the thread whose turn it is, counted
 * over all readings of all documents.
 */
#include "bench/trial/json_file.h"
#include "bench/trial/json_parser.h"
#include "bench/trial/json_writer.h"
#include "bench/trial/mix.h"
#include "bench/trial/sort.h"
#include "bench/workload.h"
#include "runtimes/object/dict.h"
#include "runtimes/object/float.h"
#include "runtimes/object/int.h"
#include "runtimes/object/list.h"
#include "runtimes/object/none.h"
#include "runtimes/object/str.h"
#include "runtimes/object/tuple.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

enum { REPETITIONS = 12 };

/* Keys that the program names: its constants. */
enum name {
    NAME_CODE,
    NAME_ALPHA_4,
    NAME_ALPHA_3,
    NAME_ALPHA_2,
    NAME_NAME,
    NAME_LABEL,
    NAME_ORDER,
    NAME_TYPE,
    NAME_SUMMARY,
    NAME_RECORDS,
    NAME_KEPT,
    NAME_TYPES,
    NAME_COMPLETE,
    NAMES
};

static const char *const names[NAMES] = {"code",  "alpha_4", "alpha_3", "alpha_2", "name",
                                         "label", "order",   "type",    "summary", "records",
                                         "kept",  "types",   "complete"};

struct shelf {
    struct json_files files;
    _Atomic uint64_t records; /* how many records were edited */
};

/* What code that edits has at hand: its thread and its constants. */
struct hand {
    struct thread *T;
    const rc_loc *names; /* cells */
    size_t records;      /* of the document at hand */
    size_t kept;         /* of these */
};

/* --- one record --------------------------------------------------------------------------------- */

static bool set_int(struct thread *T, rc_loc dict, rc_loc key, int64_t value)
{
    rc_ref ref = int_new(T, value);
    return !ref_is_null(ref) && dict_set(T, dict, key, ref);
}

/* record["label"] = record.pop("name"); record["order"] = order.  The record is an argument. */
static bool edit_record(const struct hand *hand, rc_loc record, size_t order)
{
    struct thread *T = hand->T;
    RC_FRAME(T, f, 2);
    enum { RECORD, VALUE };
    f[RECORD] = record;
    thread_safepoint(T);
    bool ok = true;
    f[VALUE] = dict_get(T, f[RECORD], hand->names[NAME_NAME]);
    if (!loc_is_null(f[VALUE])) {
        rc_ref value = rc_own(T, cell_take(&f[VALUE]));
        ok = dict_set(T, f[RECORD], hand->names[NAME_LABEL], value);
        dict_delete(T, f[RECORD], hand->names[NAME_NAME]);
    }
    ok = ok && set_int(T, f[RECORD], hand->names[NAME_ORDER], (int64_t)order);
    cells_drop(T, f, 2);
    RC_LEAVE(T, f);
    return ok;
}

static bool has_comma(const struct obj *o)
{
    return obj_is(o, OBJ_STR) && memchr(str_text(o), ',', str_length(o)) != NULL;
}

/* Whether the record, an argument, is one to keep. */
static bool is_wanted(const struct hand *hand, rc_loc record)
{
    struct thread *T = hand->T;
    RC_FRAME(T, f, 2);
    enum { RECORD, LABEL };
    f[RECORD] = record;
    thread_safepoint(T);
    f[LABEL] = dict_get(T, f[RECORD], hand->names[NAME_LABEL]);
    bool wanted = loc_is_null(f[LABEL]) || !has_comma(obj_get(f[LABEL]));
    cells_drop(T, f, 2);
    RC_LEAVE(T, f);
    return wanted;
}

/* The record's code, the longest it has; None if there is none.  The record is an argument. */
static rc_ref code_of(const struct hand *hand, rc_loc record)
{
    struct thread *T = hand->T;
    RC_FRAME(T, f, 2);
    enum { RECORD, CODE };
    f[RECORD] = record;
    thread_safepoint(T);
    for (enum name name = NAME_CODE; loc_is_null(f[CODE]) && name <= NAME_ALPHA_2; name++) {
        thread_safepoint(T);
        f[CODE] = dict_get(T, f[RECORD], hand->names[name]);
    }
    rc_ref code = loc_is_null(f[CODE]) ? none_ref(T) : rc_own(T, cell_take(&f[CODE]));
    cells_drop(T, f, 2);
    RC_LEAVE(T, f);
    return code;
}

/* types[record["type"]] += 1; both are arguments. */
static bool count_type(const struct hand *hand, rc_loc types, rc_loc record)
{
    struct thread *T = hand->T;
    RC_FRAME(T, f, 4);
    enum { TYPES, RECORD, TYPE, COUNT };
    f[TYPES] = types;
    f[RECORD] = record;
    thread_safepoint(T);
    bool ok = true;
    f[TYPE] = dict_get(T, f[RECORD], hand->names[NAME_TYPE]);
    if (!loc_is_null(f[TYPE]) && obj_is(obj_get(f[TYPE]), OBJ_STR)) {
        f[COUNT] = dict_get(T, f[TYPES], f[TYPE]);
        int64_t count = loc_is_null(f[COUNT]) ? 0 : int_value(obj_get(f[COUNT]));
        ok = set_int(T, f[TYPES], f[TYPE], count + 1);
    }
    cells_drop(T, f, 4);
    RC_LEAVE(T, f);
    return ok;
}

/* --- one list of records ------------------------------------------------------------------------ */

/* pairs.append((code, item)); the code is consumed, the others are borrowed. */
static bool add_pair(struct thread *T, rc_loc pairs, rc_ref code, rc_loc item)
{
    rc_ref pair = tuple_new(T, 2, (rc_ref[]){code, rc_own(T, rc_dup(T, item))});
    return !ref_is_null(pair) && list_append(T, pairs, pair);
}

/* Edits a record and adds it to the pairs if it is to keep; all are borrowed. */
static bool add_record(struct hand *hand, rc_loc pairs, rc_loc types, rc_loc record)
{
    struct thread *T = hand->T;
    bool ok = edit_record(hand, rc_dup(T, record), hand->records++) &&
              count_type(hand, rc_dup(T, types), rc_dup(T, record));
    if (!ok || !is_wanted(hand, rc_dup(T, record)))
        return ok;
    hand->kept++;
    return add_pair(T, pairs, code_of(hand, rc_dup(T, record)), record);
}

/* Pairs of the records to keep, and of whatever else there is; both are borrowed. */
static rc_ref pairs_of(struct hand *hand, rc_loc records, rc_loc types)
{
    struct thread *T = hand->T;
    RC_FRAME(T, f, 2);
    enum { PAIRS, RECORD };
    f[PAIRS] = rc_move(T, list_new(T, 0));
    bool ok = !loc_is_null(f[PAIRS]);
    for (size_t i = 0; ok && i < list_length(T, records); i++) {
        thread_safepoint(T);
        f[RECORD] = list_get(T, records, i);
        if (obj_is(obj_get(f[RECORD]), OBJ_DICT))
            ok = add_record(hand, f[PAIRS], types, f[RECORD]);
        else
            ok = add_pair(T, f[PAIRS], none_ref(T), f[RECORD]);
        rc_drop(T, cell_take(&f[RECORD]));
    }
    rc_ref pairs = ok ? rc_own(T, cell_take(&f[PAIRS])) : RC_NULL_REF;
    cells_drop(T, f, 2);
    RC_LEAVE(T, f);
    return pairs;
}

/* [record for code, record in pairs]; `pairs` is borrowed. */
static rc_ref records_of(struct thread *T, rc_loc pairs)
{
    RC_FRAME(T, f, 3);
    enum { RECORDS, PAIR, RECORD };
    f[RECORDS] = rc_move(T, list_new(T, 0));
    bool ok = !loc_is_null(f[RECORDS]);
    for (size_t i = 0; ok && i < list_length(T, pairs); i++) {
        thread_safepoint(T);
        f[PAIR] = list_get(T, pairs, i);
        f[RECORD] = tuple_get(T, f[PAIR], 1);
        rc_drop(T, cell_take(&f[PAIR]));
        ok = list_append(T, f[RECORDS], rc_own(T, cell_take(&f[RECORD])));
    }
    rc_ref records = ok ? rc_own(T, cell_take(&f[RECORDS])) : RC_NULL_REF;
    cells_drop(T, f, 3);
    RC_LEAVE(T, f);
    return records;
}

/* The list that takes the place of `records`; both are arguments. */
static rc_ref edit_records(struct hand *hand, rc_loc records, rc_loc types)
{
    struct thread *T = hand->T;
    RC_FRAME(T, f, 4);
    enum { RECORDS, TYPES, PAIRS, SORTED };
    f[RECORDS] = records;
    f[TYPES] = types;
    thread_safepoint(T);
    rc_ref edited = RC_NULL_REF;
    f[PAIRS] = rc_move(T, pairs_of(hand, f[RECORDS], f[TYPES]));
    if (!loc_is_null(f[PAIRS]))
        f[SORTED] = rc_move(T, sort_tuples(T, cell_take(&f[PAIRS])));
    if (!loc_is_null(f[SORTED]))
        edited = records_of(T, f[SORTED]);
    cells_drop(T, f, 4);
    RC_LEAVE(T, f);
    return edited;
}

/* --- one document ------------------------------------------------------------------------------- */

/* document[key] = edit_records(document[key]) for each list in it; both are borrowed. */
static bool edit_lists(struct hand *hand, rc_loc document, rc_loc types)
{
    struct thread *T = hand->T;
    RC_FRAME(T, f, 2);
    enum { KEY, VALUE };
    bool ok = true;
    for (size_t at = 0; ok && dict_next(T, document, &at, &f[KEY], &f[VALUE]);) {
        thread_safepoint(T);
        if (obj_is(obj_get(f[VALUE]), OBJ_LIST)) {
            f[VALUE] = rc_move(T, edit_records(hand, cell_take(&f[VALUE]), rc_dup(T, types)));
            ok = !loc_is_null(f[VALUE]) &&
                 dict_set(T, document, f[KEY], rc_own(T, cell_take(&f[VALUE])));
        }
        cells_drop(T, f, 2);
    }
    RC_LEAVE(T, f);
    return ok;
}

/* {"records": records, "kept": kept / records, "types": types, "complete": kept == records}; `types` is borrowed. */
static rc_ref summary_of(const struct hand *hand, rc_loc types)
{
    struct thread *T = hand->T;
    RC_FRAME(T, f, 1);
    f[0] = rc_move(T, dict_new(T));
    bool ok =
        !loc_is_null(f[0]) && set_int(T, f[0], hand->names[NAME_RECORDS], (int64_t)hand->records);
    rc_ref share = RC_NULL_REF;
    if (ok && hand->records > 0)
        share = float_new(T, (double)hand->kept / (double)hand->records);
    else if (ok)
        share = none_ref(T);
    ok = !ref_is_null(share) && dict_set(T, f[0], hand->names[NAME_KEPT], share) &&
         dict_set(T, f[0], hand->names[NAME_TYPES], rc_own(T, rc_dup(T, types))) &&
         dict_set(T, f[0], hand->names[NAME_COMPLETE], bool_ref(T, hand->kept == hand->records));
    rc_ref summary = ok ? rc_own(T, cell_take(&f[0])) : RC_NULL_REF;
    cells_drop(T, f, 1);
    RC_LEAVE(T, f);
    return summary;
}

/* `document` is an argument. */
static bool edit_document(struct hand *hand, rc_loc document)
{
    struct thread *T = hand->T;
    RC_FRAME(T, f, 2);
    enum { DOCUMENT, TYPES };
    f[DOCUMENT] = document;
    thread_safepoint(T);
    hand->kept = 0;
    f[TYPES] = rc_move(T, dict_new(T));
    rc_ref summary = RC_NULL_REF;
    if (!loc_is_null(f[TYPES]) && edit_lists(hand, f[DOCUMENT], f[TYPES]))
        summary = summary_of(hand, f[TYPES]);
    bool ok = !ref_is_null(summary) && dict_set(T, f[DOCUMENT], hand->names[NAME_SUMMARY], summary);
    cells_drop(T, f, 2);
    RC_LEAVE(T, f);
    return ok;
}

/* Parses, edits and writes; the writer has the result.  False if there is no memory. */
static bool process(struct hand *hand, const struct json_file *file, struct json_writer *writer)
{
    struct thread *T = hand->T;
    RC_FRAME(T, f, 1);
    struct json_problem problem;
    thread_safepoint(T);
    hand->records = 0;
    f[0] = rc_move(T, json_parser_parse(T, file->text, file->length, &problem));
    bool ok = !loc_is_null(f[0]);
    if (ok && obj_is(obj_get(f[0]), OBJ_DICT))
        ok = edit_document(hand, rc_dup(T, f[0]));
    json_writer_clear(writer);
    ok = ok && json_writer_write(T, writer, f[0]);
    cells_drop(T, f, 1);
    RC_LEAVE(T, f);
    return ok;
}

/* --- the workload ------------------------------------------------------------------------------- */

static uint64_t read_share(struct hand *hand, struct workload_run *run, unsigned index)
{
    struct shelf *shelf = run->input;
    struct json_writer writer = {0};
    uint64_t sum = 0;
    size_t readings = shelf->files.length * REPETITIONS;
    for (size_t reading = index; reading < readings && !workload_failed(run);
         reading += run->threads) {
        const struct json_file *file = &shelf->files.items[reading / REPETITIONS];
        if (process(hand, file, &writer))
            sum += mix_text(writer.text, writer.length) * (2 * reading + 1);
        else
            workload_out_of_memory(run);
        fetch_add_relaxed(&shelf->records, hand->records);
    }
    json_writer_free(&writer);
    return sum;
}

static uint64_t json_work(struct thread *T, struct workload_run *run, unsigned index)
{
    RC_FRAME(T, f, NAMES + 1);
    enum { ROOT = NAMES };
    struct hand hand = {.T = T, .names = f};
    f[ROOT] = rc_load(T, NULL, &run->root);
    for (enum name name = 0; name < NAMES; name++)
        f[name] = tuple_get(T, f[ROOT], name);
    uint64_t sum = read_share(&hand, run, index);
    cells_drop(T, f, NAMES + 1);
    RC_LEAVE(T, f);
    return sum;
}

/* The tuple of all names; null if there is no memory. */
static rc_ref make_names(struct thread *T)
{
    rc_ref items[NAMES];
    bool ok = true;
    for (enum name name = 0; name < NAMES; name++) {
        items[name] = str_intern(T, names[name], strlen(names[name]));
        ok = ok && !ref_is_null(items[name]);
    }
    if (ok)
        return tuple_new(T, NAMES, items);
    for (enum name name = 0; name < NAMES; name++)
        rc_release(T, items[name]);
    return RC_NULL_REF;
}

static bool json_setup(struct thread *T, struct workload_run *run)
{
    struct shelf *shelf = calloc(1, sizeof(*shelf));
    run->input = shelf;
    rc_store(T, NULL, &run->root, make_names(T));
    if (shelf == NULL || rc_peek(&run->root) == NULL) {
        snprintf(run->problem, sizeof(run->problem), "no memory for the input");
        return false;
    }
    struct json_source source = {INPUT_ISO_CODES, run->paths[INPUT_ISO_CODES], run->divisor};
    if (!json_file_read_all(T, &shelf->files, &source, run->problem))
        return false;
    run->operations = REPETITIONS * json_file_records(&shelf->files);
    return true;
}

static void check_records(struct workload_run *run, uint64_t records)
{
    if (run->problem[0] == '\0' && !workload_failed(run) && records != run->operations)
        snprintf(run->problem, sizeof(run->problem),
                 "%" PRIu64 " records were edited, but there are %" PRIu64 " in the files", records,
                 run->operations);
}

static uint64_t json_teardown(struct thread *T, struct workload_run *run)
{
    struct shelf *shelf = run->input;
    rc_store(T, NULL, &run->root, RC_NULL_REF);
    if (shelf != NULL) {
        check_records(run, load_relaxed(&shelf->records));
        json_file_free_all(&shelf->files);
    }
    free(shelf);
    run->input = NULL;
    return 0;
}

const struct workload workload_json = {
    .name = "json",
    .summary = "parses the JSON files of iso-codes, edits their records and writes them as text",
    .tags = "real-input",
    .inputs = 1U << INPUT_ISO_CODES,
    .bytes = 64 << 20,
    .setup = json_setup,
    .work = json_work,
    .teardown = json_teardown,
};
