/* Editing one record, a list of them, and all lists of a document. */
#include "bench/trial/json_editor.h"

#include "bench/trial/cell.h"
#include "bench/trial/counts.h"
#include "bench/trial/pack.h"
#include "bench/trial/sort.h"
#include "runtimes/object/dict.h"
#include "runtimes/object/float.h"
#include "runtimes/object/int.h"
#include "runtimes/object/list.h"
#include "runtimes/object/none.h"
#include "runtimes/object/str.h"
#include "runtimes/object/tuple.h"

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

_Static_assert((int)NAMES == (int)JSON_EDITOR_NAMES, "as many cells as names");

rc_ref json_editor_names(struct thread *T)
{
    rc_ref items[NAMES];
    for (enum name name = 0; name < NAMES; name++)
        items[name] = str_intern(T, names[name], strlen(names[name]));
    return pack_new(T, NAMES, items);
}

/* --- one record --------------------------------------------------------------------------------- */

static bool set_int(struct thread *T, rc_loc dict, rc_loc key, int64_t value)
{
    rc_ref ref = int_new(T, value);
    return !ref_is_null(ref) && dict_set(T, dict, key, ref);
}

/* record["label"] = record.pop("name"); record["order"] = order.  The record is an argument. */
static bool edit_record(const struct json_editor *editor, rc_loc record, size_t order)
{
    struct thread *T = editor->T;
    RC_FRAME(T, f, 2);
    enum { RECORD, VALUE };
    f[RECORD] = record;
    thread_safepoint(T);
    bool ok = true;
    f[VALUE] = dict_get(T, f[RECORD], editor->names[NAME_NAME]);
    if (!loc_is_null(f[VALUE])) {
        rc_ref value = rc_own(T, cell_take(&f[VALUE]));
        ok = dict_set(T, f[RECORD], editor->names[NAME_LABEL], value);
        dict_delete(T, f[RECORD], editor->names[NAME_NAME]);
    }
    ok = ok && set_int(T, f[RECORD], editor->names[NAME_ORDER], (int64_t)order);
    cells_drop(T, f, 2);
    RC_LEAVE(T, f);
    return ok;
}

static bool has_comma(const struct obj *o)
{
    return obj_is(o, OBJ_STR) && memchr(str_text(o), ',', str_length(o)) != NULL;
}

/* Whether the record, an argument, is one to keep. */
static bool is_wanted(const struct json_editor *editor, rc_loc record)
{
    struct thread *T = editor->T;
    RC_FRAME(T, f, 2);
    enum { RECORD, LABEL };
    f[RECORD] = record;
    thread_safepoint(T);
    f[LABEL] = dict_get(T, f[RECORD], editor->names[NAME_LABEL]);
    bool wanted = loc_is_null(f[LABEL]) || !has_comma(obj_get(f[LABEL]));
    cells_drop(T, f, 2);
    RC_LEAVE(T, f);
    return wanted;
}

/* The record's code, the longest it has; None if there is none.  The record is an argument. */
static rc_ref code_of(const struct json_editor *editor, rc_loc record)
{
    struct thread *T = editor->T;
    RC_FRAME(T, f, 2);
    enum { RECORD, CODE };
    f[RECORD] = record;
    thread_safepoint(T);
    for (enum name name = NAME_CODE; loc_is_null(f[CODE]) && name <= NAME_ALPHA_2; name++) {
        thread_safepoint(T);
        f[CODE] = dict_get(T, f[RECORD], editor->names[name]);
    }
    rc_ref code = loc_is_null(f[CODE]) ? none_ref(T) : rc_own(T, cell_take(&f[CODE]));
    cells_drop(T, f, 2);
    RC_LEAVE(T, f);
    return code;
}

/* types[record["type"]] += 1; both are arguments. */
static bool count_type(const struct json_editor *editor, rc_loc types, rc_loc record)
{
    struct thread *T = editor->T;
    RC_FRAME(T, f, 3);
    enum { TYPES, RECORD, TYPE };
    f[TYPES] = types;
    f[RECORD] = record;
    thread_safepoint(T);
    bool ok = true;
    f[TYPE] = dict_get(T, f[RECORD], editor->names[NAME_TYPE]);
    if (!loc_is_null(f[TYPE]) && obj_is(obj_get(f[TYPE]), OBJ_STR))
        ok = counts_add(T, cell_take(&f[TYPES]), cell_take(&f[TYPE]), 1);
    cells_drop(T, f, 3);
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
static bool add_record(struct json_editor *editor, rc_loc pairs, rc_loc types, rc_loc record)
{
    struct thread *T = editor->T;
    bool ok = edit_record(editor, rc_dup(T, record), editor->records++) &&
              count_type(editor, rc_dup(T, types), rc_dup(T, record));
    if (!ok || !is_wanted(editor, rc_dup(T, record)))
        return ok;
    editor->kept++;
    return add_pair(T, pairs, code_of(editor, rc_dup(T, record)), record);
}

/* Pairs of the records to keep, and of whatever else there is; both are borrowed. */
static rc_ref pairs_of(struct json_editor *editor, rc_loc records, rc_loc types)
{
    struct thread *T = editor->T;
    RC_FRAME(T, f, 2);
    enum { PAIRS, RECORD };
    f[PAIRS] = rc_move(T, list_new(T, 0));
    bool ok = !loc_is_null(f[PAIRS]);
    for (size_t i = 0; ok && i < list_length(T, records); i++) {
        thread_safepoint(T);
        f[RECORD] = list_get(T, records, i);
        if (obj_is(obj_get(f[RECORD]), OBJ_DICT))
            ok = add_record(editor, f[PAIRS], types, f[RECORD]);
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
static rc_ref edit_records(struct json_editor *editor, rc_loc records, rc_loc types)
{
    struct thread *T = editor->T;
    RC_FRAME(T, f, 4);
    enum { RECORDS, TYPES, PAIRS, SORTED };
    f[RECORDS] = records;
    f[TYPES] = types;
    thread_safepoint(T);
    rc_ref edited = RC_NULL_REF;
    f[PAIRS] = rc_move(T, pairs_of(editor, f[RECORDS], f[TYPES]));
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
static bool edit_lists(struct json_editor *editor, rc_loc document, rc_loc types)
{
    struct thread *T = editor->T;
    RC_FRAME(T, f, 2);
    enum { KEY, VALUE };
    bool ok = true;
    for (size_t at = 0; ok && dict_next(T, document, &at, &f[KEY], &f[VALUE]);) {
        thread_safepoint(T);
        if (obj_is(obj_get(f[VALUE]), OBJ_LIST)) {
            f[VALUE] = rc_move(T, edit_records(editor, cell_take(&f[VALUE]), rc_dup(T, types)));
            ok = !loc_is_null(f[VALUE]) &&
                 dict_set(T, document, f[KEY], rc_own(T, cell_take(&f[VALUE])));
        }
        cells_drop(T, f, 2);
    }
    RC_LEAVE(T, f);
    return ok;
}

/* {"records": records, "kept": kept / records, "types": types, "complete": kept == records}; `types` is borrowed. */
static rc_ref summary_of(const struct json_editor *editor, rc_loc types)
{
    struct thread *T = editor->T;
    RC_FRAME(T, f, 1);
    f[0] = rc_move(T, dict_new(T));
    bool ok = !loc_is_null(f[0]) &&
              set_int(T, f[0], editor->names[NAME_RECORDS], (int64_t)editor->records);
    rc_ref share = RC_NULL_REF;
    if (ok && editor->records > 0)
        share = float_new(T, (double)editor->kept / (double)editor->records);
    else if (ok)
        share = none_ref(T);
    ok = !ref_is_null(share) && dict_set(T, f[0], editor->names[NAME_KEPT], share) &&
         dict_set(T, f[0], editor->names[NAME_TYPES], rc_own(T, rc_dup(T, types))) &&
         dict_set(T, f[0], editor->names[NAME_COMPLETE],
                  bool_ref(T, editor->kept == editor->records));
    rc_ref summary = ok ? rc_own(T, cell_take(&f[0])) : RC_NULL_REF;
    cells_drop(T, f, 1);
    RC_LEAVE(T, f);
    return summary;
}

bool json_editor_edit(struct json_editor *editor, rc_loc document)
{
    struct thread *T = editor->T;
    RC_FRAME(T, f, 2);
    enum { DOCUMENT, TYPES };
    f[DOCUMENT] = document;
    thread_safepoint(T);
    f[TYPES] = rc_move(T, dict_new(T));
    rc_ref summary = RC_NULL_REF;
    if (!loc_is_null(f[TYPES]) && edit_lists(editor, f[DOCUMENT], f[TYPES]))
        summary = summary_of(editor, f[TYPES]);
    bool ok =
        !ref_is_null(summary) && dict_set(T, f[DOCUMENT], editor->names[NAME_SUMMARY], summary);
    cells_drop(T, f, 2);
    RC_LEAVE(T, f);
    return ok;
}
