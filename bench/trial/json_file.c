/* Reading, checking, cutting and counting. */
#include "bench/trial/json_file.h"

#include "bench/trial/cell.h"
#include "bench/trial/file.h"
#include "bench/trial/json_parser.h"
#include "bench/trial/json_value.h"
#include "bench/trial/json_writer.h"
#include "runtimes/object/dict.h"
#include "runtimes/object/list.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { PROBLEM = 256, SMALL = 64 * 1024 };

/* --- counting records by braces ----------------------------------------------------------------- */

/* The closing quote of the string that begins at `at`. */
static size_t end_of_string(const struct json_file *file, size_t at)
{
    for (at++; at < file->length && file->text[at] != '"'; at++)
        if (file->text[at] == '\\')
            at++;
    return at;
}

/* How many dicts lie directly in a list that lies directly in the outermost dict. */
size_t json_file_count(const struct json_file *file)
{
    size_t records = 0;
    size_t depth = 0;
    char outer[2] = {0}; /* the brackets of the two outermost levels that are open */
    for (size_t at = 0; at < file->length; at++) {
        char c = file->text[at];
        if (c == '"')
            at = end_of_string(file, at);
        else if (c == '}' || c == ']')
            depth--;
        else if (c == '{' || c == '[') {
            records += c == '{' && depth == 2 && outer[0] == '{' && outer[1] == '[';
            if (depth < 2)
                outer[depth] = c;
            depth++;
        }
    }
    return records;
}

/* --- checking ----------------------------------------------------------------------------------- */

struct reader {
    struct thread *T;
    const struct json_source *source;
    const char *path; /* of the file at hand */
    char *problem;
};

static bool fail(const struct reader *reader, const char *reason)
{
    snprintf(reader->problem, PROBLEM, "%.120s: %s (%s)", reader->path, reason,
             inputs[reader->source->kind].remedy);
    return false;
}

static rc_ref parse(const struct reader *reader, const char *text, size_t length)
{
    struct json_problem problem;
    rc_ref value = json_parser_parse(reader->T, text, length, &problem);
    if (ref_is_null(value))
        snprintf(reader->problem, PROBLEM, "%.100s:%zu:%zu: %s (%s)", reader->path,
                 problem.place.line, problem.place.column, problem.reason,
                 inputs[reader->source->kind].remedy);
    return value;
}

/* Leaves the first of the divisor's parts of each list in `document`, which is borrowed. */
static void cut(const struct reader *reader, rc_loc document)
{
    struct thread *T = reader->T;
    RC_FRAME(T, f, 2);
    enum { KEY, VALUE };
    for (size_t at = 0; dict_next(T, document, &at, &f[KEY], &f[VALUE]);) {
        if (obj_is(obj_get(f[VALUE]), OBJ_LIST)) {
            size_t length = list_length(T, f[VALUE]) / reader->source->divisor;
            while (list_length(T, f[VALUE]) > length + 1)
                rc_release(T, list_pop(T, f[VALUE]));
        }
        cells_drop(T, f, 2);
    }
    RC_LEAVE(T, f);
}

/* Whether what was written of `value`, which is borrowed, reads as the same. */
static bool reads_back(const struct reader *reader, rc_loc value, const struct json_writer *writer)
{
    struct thread *T = reader->T;
    RC_FRAME(T, f, 1);
    f[0] = rc_move(T, parse(reader, writer->text, writer->length));
    bool ok = !loc_is_null(f[0]) && (json_value_equals(T, value, f[0]) ||
                                     fail(reader, "is not the same after writing and parsing it"));
    cells_drop(T, f, 1);
    RC_LEAVE(T, f);
    return ok;
}

/* Of a key that is there twice, the first value is lost, and with it maybe records. */
static bool has_all_records(const struct reader *reader, const struct json_writer *writer,
                            const struct json_file *file)
{
    const struct json_file written = {.text = writer->text, .length = writer->length};
    return reader->source->divisor != 1 || json_file_count(&written) == json_file_count(file) ||
           fail(reader, "has a key twice in one object, and with the first value records are lost");
}

/* Writes `value`, borrowed, and takes the result for the file's text if it was cut. */
static bool rewrite(const struct reader *reader, rc_loc value, struct json_file *file)
{
    struct json_writer writer = {0};
    bool ok = json_writer_write(reader->T, &writer, value) || fail(reader, json_no_memory);
    ok = ok && reads_back(reader, value, &writer) && has_all_records(reader, &writer, file);
    if (ok && reader->source->divisor != 1) {
        free(file->text);
        file->text = writer.text;
        file->length = writer.length;
    } else {
        json_writer_free(&writer);
    }
    return ok;
}

static bool check(const struct reader *reader, struct json_file *file)
{
    struct thread *T = reader->T;
    RC_FRAME(T, f, 1);
    f[0] = rc_move(T, parse(reader, file->text, file->length));
    bool ok = !loc_is_null(f[0]);
    if (ok && reader->source->divisor != 1 && obj_is(obj_get(f[0]), OBJ_DICT))
        cut(reader, f[0]);
    ok = ok && rewrite(reader, f[0], file);
    file->records = ok ? json_file_count(file) : 0;
    cells_drop(T, f, 1);
    RC_LEAVE(T, f);
    return ok;
}

/* --- all files ---------------------------------------------------------------------------------- */

static bool has_suffix(const char *path, const char *suffix)
{
    size_t length = strlen(path);
    return length >= strlen(suffix) && strcmp(path + length - strlen(suffix), suffix) == 0;
}

/* A part of the work has small files only, and these cut. */
static bool is_left_out(const struct reader *reader, const struct json_file *file)
{
    return reader->source->divisor != 1 && file->length > SMALL;
}

static bool add_file(const struct reader *reader, struct json_files *files)
{
    struct json_file *file = &files->items[files->length];
    file->text = file_read(reader->path, &file->length);
    if (file->text == NULL) {
        input_problem(reader->source->kind, reader->path, reader->problem, PROBLEM);
        return false;
    }
    if (is_left_out(reader, file)) {
        free(file->text);
        return true;
    }
    files->length++;
    return check(reader, file);
}

static int compare_lengths(const void *a, const void *b)
{
    const struct json_file *left = a;
    const struct json_file *right = b;
    return (left->length < right->length) - (left->length > right->length);
}

bool json_file_read_all(struct thread *T, struct json_files *files,
                        const struct json_source *source, char problem[256])
{
    struct reader reader = {T, source, source->path, problem};
    struct input_files found;
    bool ok = input_list(source->path, &found);
    ok = ok && (files->items = calloc(found.length + 1, sizeof(files->items[0]))) != NULL;
    if (!ok)
        input_problem(source->kind, source->path, problem, PROBLEM);
    for (size_t i = 0; ok && i < found.length; i++) {
        reader.path = found.paths[i];
        if (strcmp(reader.path, source->path) == 0 || has_suffix(reader.path, ".json"))
            ok = add_file(&reader, files);
    }
    input_list_free(&found);
    reader.path = source->path;
    if (ok && files->length == 0)
        ok = fail(&reader, "there is no .json file in it");
    if (ok)
        qsort(files->items, files->length, sizeof(files->items[0]), compare_lengths);
    return ok;
}

void json_file_free_all(struct json_files *files)
{
    for (size_t i = 0; i < files->length; i++)
        free(files->items[i].text);
    free(files->items);
    *files = (struct json_files){0};
}

uint64_t json_file_records(const struct json_files *files)
{
    uint64_t records = 0;
    for (size_t i = 0; i < files->length; i++)
        records += files->items[i].records;
    return records;
}
