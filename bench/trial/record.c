/* Records from the line that they stand in to the total that they are part of. */
#include "bench/trial/record.h"

#include "bench/trial/field.h"
#include "bench/trial/mix.h"
#include "runtimes/object/dict.h"
#include "runtimes/object/list.h"
#include "runtimes/object/str.h"

#include <stdio.h>

enum { VALUE_DIGITS = 5, LINE_MAX = 16 + RECORD_VALUES_MAX * (VALUE_DIGITS + 1) };

static const char *const record_fields[] = {"number", "key", "values"};
static const struct type record_type = INSTANCE_TYPE("Record", record_fields);
enum { RECORD_NUMBER, RECORD_KEY, RECORD_VALUES };

static const char *const result_fields[] = {"key", "total"};
static const struct type result_type = INSTANCE_TYPE("Result", result_fields);
enum { RESULT_KEY, RESULT_TOTAL };

/* --- lines -------------------------------------------------------------------------------------- */

static unsigned key_of_line(const struct record_form *form, uint64_t line)
{
    return mix_below(mix64(~line), form->keys);
}

static unsigned value_of_line(uint64_t line, unsigned i)
{
    return 10000 + mix_below(mix64(line * RECORD_VALUES_MAX + i), 90000);
}

static uint64_t weight_of_record(uint64_t number) { return number % 7 + 1; }

rc_ref record_line(struct thread *T, const struct record_form *form, uint64_t line)
{
    char text[LINE_MAX];
    int length = snprintf(text, sizeof(text), "key-%05u", key_of_line(form, line));
    for (unsigned i = 0; i < form->values; i++)
        length += snprintf(text + length, sizeof(text) - (size_t)length, "%c%05u",
                           i == 0 ? ';' : ',', value_of_line(line, i));
    return str_new(T, text, (size_t)length);
}

/* --- records ------------------------------------------------------------------------------------ */

/* The numbers behind ';' of a line, an argument; null if there is no memory. */
static rc_ref parse_values(struct thread *T, rc_loc line, size_t begin)
{
    RC_FRAME(T, f, 2);
    f[0] = line;
    thread_safepoint(T);
    f[1] = rc_move(T, list_new(T, 0));
    bool ok = !loc_is_null(f[1]);
    int64_t value = 0;
    for (size_t i = begin; ok && i <= str_length(obj_get(f[0])); i++) {
        thread_safepoint(T);
        char c = str_text(obj_get(f[0]))[i]; /* the last is NUL */
        if (c >= '0' && c <= '9') {
            value = value * 10 + (c - '0');
            continue;
        }
        rc_ref number = int_new(T, value);
        ok = !ref_is_null(number) && list_append(T, f[1], number);
        value = 0;
    }
    rc_ref values = ok ? rc_own(T, cell_take(&f[1])) : RC_NULL_REF;
    cells_drop(T, f, 2);
    RC_LEAVE(T, f);
    return values;
}

rc_ref record_parse(struct thread *T, rc_loc line, uint64_t number)
{
    RC_FRAME(T, f, 1);
    f[0] = line;
    thread_safepoint(T);
    const char *text = str_text(obj_get(f[0]));
    const size_t key = strcspn(text, ";");
    rc_ref fields[] = {int_new(T, (int64_t)number), str_new(T, text, key),
                       parse_values(T, rc_dup(T, f[0]), key + 1)};
    rc_ref record = instance_from(T, &record_type, fields);
    cells_drop(T, f, 1);
    RC_LEAVE(T, f);
    return record;
}

/* The sum of a record's values, an argument, weighed by its number. */
static int64_t weigh_values(struct thread *T, rc_loc values, uint64_t number)
{
    RC_FRAME(T, f, 2);
    f[0] = values;
    int64_t sum = 0;
    for (size_t i = 0; i < list_length(T, f[0]); i++) {
        thread_safepoint(T);
        f[1] = list_get(T, f[0], i);
        sum += int_value(obj_get(f[1]));
        rc_drop(T, cell_take(&f[1]));
    }
    cells_drop(T, f, 2);
    RC_LEAVE(T, f);
    return sum * (int64_t)weight_of_record(number);
}

rc_ref record_result(struct thread *T, rc_loc record)
{
    RC_FRAME(T, f, 3);
    enum { RECORD, NUMBER, KEY };
    f[RECORD] = record;
    thread_safepoint(T);
    f[NUMBER] = instance_get(T, f[RECORD], RECORD_NUMBER);
    int64_t total = weigh_values(T, instance_get(T, f[RECORD], RECORD_VALUES),
                                 (uint64_t)int_value(obj_get(f[NUMBER])));
    f[KEY] = instance_get(T, f[RECORD], RECORD_KEY);
    rc_ref fields[] = {rc_own(T, cell_take(&f[KEY])), int_new(T, total)};
    rc_ref result = instance_from(T, &result_type, fields);
    cells_drop(T, f, 3);
    RC_LEAVE(T, f);
    return result;
}

/* totals[key] += total; the latter two are arguments.  False if there is no memory. */
static bool add_total(struct thread *T, rc_loc totals, rc_loc key, rc_loc total)
{
    RC_FRAME(T, f, 3);
    enum { KEY, TOTAL, OLD };
    f[KEY] = key;
    f[TOTAL] = total;
    thread_safepoint(T);
    f[OLD] = dict_get(T, totals, f[KEY]);
    if (!loc_is_null(f[OLD]))
        cell_set(T, &f[TOTAL], rc_move(T, int_add(T, f[OLD], f[TOTAL])));
    bool ok =
        !loc_is_null(f[TOTAL]) && dict_set(T, totals, f[KEY], rc_own(T, cell_take(&f[TOTAL])));
    cells_drop(T, f, 3);
    RC_LEAVE(T, f);
    return ok;
}

bool record_add(struct thread *T, rc_loc totals, rc_loc result)
{
    RC_FRAME(T, f, 1);
    f[0] = result;
    thread_safepoint(T);
    bool ok = !loc_is_null(totals) && add_total(T, totals, instance_get(T, f[0], RESULT_KEY),
                                                instance_get(T, f[0], RESULT_TOTAL));
    cells_drop(T, f, 1);
    RC_LEAVE(T, f);
    return ok;
}

/* --- totals ------------------------------------------------------------------------------------- */

static uint64_t weight_of_key(const char *key, size_t length) { return mix_text(key, length) | 1; }

uint64_t record_sum(struct thread *T, rc_loc totals)
{
    RC_FRAME(T, f, 2);
    uint64_t sum = 0;
    size_t position = 0;
    while (dict_next(T, totals, &position, &f[0], &f[1])) {
        thread_safepoint(T);
        const struct obj *key = obj_get(f[0]);
        sum += weight_of_key(str_text(key), str_length(key)) * (uint64_t)int_value(obj_get(f[1]));
        cells_drop(T, f, 2);
    }
    RC_LEAVE(T, f);
    return sum;
}

uint64_t record_expected(const struct record_form *form, uint64_t line, uint64_t number)
{
    uint64_t total = 0;
    for (unsigned i = 0; i < form->values; i++)
        total += value_of_line(line, i);
    char key[16];
    int length = snprintf(key, sizeof(key), "key-%05u", key_of_line(form, line));
    return weight_of_key(key, (size_t)length) * total * weight_of_record(number);
}
