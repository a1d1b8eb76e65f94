/* Recursion over lists and dicts, to a bounded depth. */
#include "bench/trial/json_writer.h"

#include "bench/trial/cell.h"
#include "bench/trial/json_parser.h"
#include "runtimes/object/dict.h"
#include "runtimes/object/float.h"
#include "runtimes/object/int.h"
#include "runtimes/object/list.h"
#include "runtimes/object/none.h"
#include "runtimes/object/str.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

struct task {
    struct thread *T;
    struct json_writer *writer;
    unsigned depth;
};

static bool write_value(struct task *task, rc_loc value);

void json_writer_clear(struct json_writer *writer) { writer->length = 0; }

void json_writer_free(struct json_writer *writer)
{
    free(writer->text);
    *writer = (struct json_writer){0};
}

static bool grow(struct json_writer *writer, size_t more)
{
    size_t capacity = 2 * writer->capacity + more + 256;
    char *longer = realloc(writer->text, capacity);
    if (longer == NULL)
        return false;
    writer->text = longer;
    writer->capacity = capacity;
    return true;
}

static bool put(struct json_writer *writer, const char *text, size_t length)
{
    if (writer->capacity - writer->length <= length && !grow(writer, length))
        return false;
    memcpy(writer->text + writer->length, text, length);
    writer->length += length;
    return true;
}

static bool put_char(struct json_writer *writer, char c) { return put(writer, &c, 1); }

static bool put_literal(struct json_writer *writer, const char *literal)
{
    return put(writer, literal, strlen(literal));
}

/* --- scalars ------------------------------------------------------------------------------------ */

static bool put_escaped(struct json_writer *writer, char c)
{
    static const char characters[] = "\"\\\b\f\n\r\t";
    static const char names[] = "\"\\bfnrt";
    const char *found = c != '\0' ? strchr(characters, c) : NULL;
    char escape[8];
    if (found != NULL)
        snprintf(escape, sizeof(escape), "\\%c", names[found - characters]);
    else
        snprintf(escape, sizeof(escape), "\\u%04x", (unsigned)(unsigned char)c);
    return put_literal(writer, escape);
}

static bool is_plain(char c) { return (unsigned char)c >= 0x20 && c != '"' && c != '\\'; }

static bool write_str(struct json_writer *writer, const struct obj *str)
{
    const char *text = str_text(str);
    size_t length = str_length(str);
    bool ok = put_char(writer, '"');
    for (size_t at = 0; ok && at < length;) {
        size_t end = at;
        while (end < length && is_plain(text[end]))
            end++;
        ok = put(writer, text + at, end - at) && (end == length || put_escaped(writer, text[end]));
        at = end + 1;
    }
    return ok && put_char(writer, '"');
}

static bool write_int(struct json_writer *writer, int64_t value)
{
    char digits[32];
    snprintf(digits, sizeof(digits), "%" PRId64, value);
    return put_literal(writer, digits);
}

/* The fewest digits, of 15 to 17, that read back as the same number. */
static bool write_float(struct json_writer *writer, double value)
{
    if (!isfinite(value))
        return false;
    char digits[48];
    int precision = 15;
    do
        snprintf(digits, sizeof(digits), "%.*g", precision, value);
    while (strtod(digits, NULL) != value && ++precision <= 17);
    bool looks_like_int = strpbrk(digits, ".e") == NULL;
    return put_literal(writer, digits) && (!looks_like_int || put_literal(writer, ".0"));
}

static bool write_scalar(struct json_writer *writer, const struct obj *scalar)
{
    switch (scalar->type->kind) {
    case OBJ_NONE:
        return put_literal(writer, "null");
    case OBJ_BOOL:
        return put_literal(writer, bool_value(scalar) ? "true" : "false");
    case OBJ_INT:
        return write_int(writer, int_value(scalar));
    case OBJ_FLOAT:
        return write_float(writer, float_value(scalar));
    case OBJ_STR:
        return write_str(writer, scalar);
    default:
        return false;
    }
}

/* --- lists and dicts ---------------------------------------------------------------------------- */

/* `list` is an argument. */
static bool write_list(struct task *task, rc_loc list)
{
    struct thread *T = task->T;
    RC_FRAME(T, f, 2);
    enum { LIST, ITEM };
    f[LIST] = list;
    bool ok = put_char(task->writer, '[');
    for (size_t i = 0; ok && i < list_length(T, f[LIST]); i++) {
        thread_safepoint(T);
        f[ITEM] = list_get(T, f[LIST], i);
        ok = !loc_is_null(f[ITEM]) && (i == 0 || put_char(task->writer, ',')) &&
             write_value(task, cell_take(&f[ITEM]));
        rc_drop(T, cell_take(&f[ITEM]));
    }
    cells_drop(T, f, 2);
    RC_LEAVE(T, f);
    return ok && put_char(task->writer, ']');
}

/* "key": value; the value is an argument. */
static bool write_member(struct task *task, rc_loc key, rc_loc value)
{
    struct thread *T = task->T;
    RC_FRAME(T, f, 1);
    f[0] = value;
    bool ok = obj_is(obj_get(key), OBJ_STR) && write_str(task->writer, obj_get(key)) &&
              put_char(task->writer, ':') && write_value(task, cell_take(&f[0]));
    cells_drop(T, f, 1);
    RC_LEAVE(T, f);
    return ok;
}

/* `dict` is an argument. */
static bool write_dict(struct task *task, rc_loc dict)
{
    struct thread *T = task->T;
    RC_FRAME(T, f, 3);
    enum { DICT, KEY, VALUE };
    f[DICT] = dict;
    bool ok = put_char(task->writer, '{');
    bool first = true;
    for (size_t at = 0; ok && dict_next(T, f[DICT], &at, &f[KEY], &f[VALUE]); first = false) {
        thread_safepoint(T);
        ok = (first || put_char(task->writer, ',')) &&
             write_member(task, f[KEY], cell_take(&f[VALUE]));
        cells_drop(T, &f[KEY], 2);
    }
    cells_drop(T, f, 3);
    RC_LEAVE(T, f);
    return ok && put_char(task->writer, '}');
}

/* `value` is an argument. */
static bool write_value(struct task *task, rc_loc value)
{
    struct thread *T = task->T;
    RC_FRAME(T, f, 1);
    f[0] = value;
    thread_safepoint(T);
    bool ok = task->depth < JSON_DEPTH_MAX || !obj_is_container(obj_get(f[0]));
    task->depth++;
    if (ok && obj_is(obj_get(f[0]), OBJ_LIST))
        ok = write_list(task, cell_take(&f[0]));
    else if (ok && obj_is(obj_get(f[0]), OBJ_DICT))
        ok = write_dict(task, cell_take(&f[0]));
    else if (ok)
        ok = write_scalar(task->writer, obj_get(f[0]));
    task->depth--;
    cells_drop(T, f, 1);
    RC_LEAVE(T, f);
    return ok;
}

bool json_writer_write(struct thread *T, struct json_writer *writer, rc_loc value)
{
    struct task task = {T, writer, 0};
    RC_FRAME(T, f, 1);
    f[0] = rc_dup(T, value);
    bool ok = write_value(&task, cell_take(&f[0]));
    RC_LEAVE(T, f);
    return ok;
}
