/*
 * json: parses real JSON files, edits what is in them as a program would, and writes it as text again.
 *
 * The files are lists of countries, languages, scripts and currencies, and their schemas.  What is done to their records, by
 * bench/trial/json_editor.h: a key gets another name and another a number, some records are left out, the rest is sorted, and a
 * summary says how many there were of each type.
 *
 * Every document is read REPETITIONS times, the largest first; a reading belongs to the thread whose turn it is, counted
 * over all readings of all documents.
 *
 * It judges itself: as many records are edited as the files have, by their braces; all readings of a document write the same text;
 * and that text, made once more, is read as a value equal to the one that was written, with as many records as were kept.
 * A file that is no JSON is refused, with its line and column.
 */
#include "bench/trial/json_editor.h"
#include "bench/trial/json_file.h"
#include "bench/trial/json_parser.h"
#include "bench/trial/json_value.h"
#include "bench/trial/json_writer.h"
#include "bench/trial/mix.h"
#include "bench/trial/pack.h"
#include "bench/workload.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

enum { REPETITIONS = 12 };

struct shelf {
    struct json_files files;
    uint64_t *hashes; /* of the texts that each reading wrote; written by whose turn it is */
    _Atomic uint64_t records; /* how many records were edited */
};

/* The document, parsed and edited; the writer has its text.  Null if there is no memory. */
static rc_ref make_document(struct json_editor *editor, const struct json_file *file,
                            struct json_writer *writer)
{
    struct thread *T = editor->T;
    RC_FRAME(T, f, 1);
    struct json_problem problem;
    thread_safepoint(T);
    editor->records = 0;
    editor->kept = 0;
    f[0] = rc_move(T, json_parser_parse(T, file->text, file->length, &problem));
    bool ok = !loc_is_null(f[0]);
    if (ok && obj_is(obj_get(f[0]), OBJ_DICT))
        ok = json_editor_edit(editor, rc_dup(T, f[0]));
    json_writer_clear(writer);
    ok = ok && json_writer_write(T, writer, f[0]);
    rc_ref document = ok ? rc_own(T, cell_take(&f[0])) : RC_NULL_REF;
    cells_drop(T, f, 1);
    RC_LEAVE(T, f);
    return document;
}

/* Parses, edits and writes; the writer has the result.  False if there is no memory. */
static bool process(struct json_editor *editor, const struct json_file *file,
                    struct json_writer *writer)
{
    rc_ref document = make_document(editor, file, writer);
    bool ok = !ref_is_null(document);
    rc_release(editor->T, document);
    return ok;
}

/* --- the workload ------------------------------------------------------------------------------- */

static uint64_t read_share(struct json_editor *editor, struct workload_run *run, unsigned index)
{
    struct shelf *shelf = run->input;
    struct json_writer writer = {0};
    uint64_t sum = 0;
    size_t readings = shelf->files.length * REPETITIONS;
    for (size_t reading = index; reading < readings && !workload_failed(run);
         reading += run->threads) {
        const struct json_file *file = &shelf->files.items[reading / REPETITIONS];
        if (process(editor, file, &writer)) {
            shelf->hashes[reading] = mix_text(writer.text, writer.length);
            sum += shelf->hashes[reading] * (2 * reading + 1);
        } else {
            workload_out_of_memory(run);
        }
        fetch_add_relaxed(&shelf->records, editor->records);
    }
    json_writer_free(&writer);
    return sum;
}

static uint64_t json_work(struct thread *T, struct workload_run *run, unsigned index)
{
    RC_FRAME(T, f, JSON_EDITOR_NAMES);
    struct json_editor editor = {.T = T, .names = f};
    pack_load(T, &run->root, f, JSON_EDITOR_NAMES);
    uint64_t sum = read_share(&editor, run, index);
    cells_drop(T, f, JSON_EDITOR_NAMES);
    RC_LEAVE(T, f);
    return sum;
}

static bool json_setup(struct thread *T, struct workload_run *run)
{
    struct shelf *shelf = calloc(1, sizeof(*shelf));
    run->input = shelf;
    rc_store(T, NULL, &run->root, json_editor_names(T));
    if (shelf == NULL || rc_peek(&run->root) == NULL) {
        snprintf(run->problem, sizeof(run->problem), "no memory for the input");
        return false;
    }
    struct json_source source = {INPUT_ISO_CODES, run->paths[INPUT_ISO_CODES], run->divisor};
    if (!json_file_read_all(T, &shelf->files, &source, run->problem))
        return false;
    run->operations = REPETITIONS * json_file_records(&shelf->files);
    shelf->hashes = calloc(shelf->files.length * REPETITIONS, sizeof(shelf->hashes[0]));
    if (shelf->hashes == NULL)
        snprintf(run->problem, sizeof(run->problem), "no memory for the input");
    return shelf->hashes != NULL;
}

/* Whether the writer's text is read as the document, an argument.  False, too, if there is no memory, which is noted. */
static bool reads_back(struct thread *T, struct workload_run *run, rc_loc document,
                       const struct json_writer *writer)
{
    RC_FRAME(T, f, 2);
    struct json_problem problem = {.reason = NULL};
    f[0] = document;
    f[1] = rc_move(T, json_parser_parse(T, writer->text, writer->length, &problem));
    if (problem.reason == json_no_memory)
        workload_out_of_memory(run);
    bool equal = !loc_is_null(f[1]) && json_value_equals(T, f[0], f[1]);
    cells_drop(T, f, 2);
    RC_LEAVE(T, f);
    return equal;
}

/* NULL, or what is wrong with what was written of a file. */
static const char *judge(struct json_editor *editor, struct workload_run *run, size_t file,
                         struct json_writer *writer)
{
    const struct shelf *shelf = run->input;
    const uint64_t *hashes = shelf->hashes + file * REPETITIONS;
    RC_FRAME(editor->T, f, 1);
    f[0] = rc_move(editor->T, make_document(editor, &shelf->files.items[file], writer));
    if (loc_is_null(f[0])) {
        workload_out_of_memory(run);
        RC_LEAVE(editor->T, f);
        return NULL;
    }
    const struct json_file written = {.text = writer->text, .length = writer->length};
    uint64_t hash = mix_text(writer->text, writer->length);
    bool same = true;
    for (size_t i = 0; i < REPETITIONS; i++)
        same = same && hashes[i] == hash;
    const char *reason = NULL;
    if (!reads_back(editor->T, run, cell_take(&f[0]), writer))
        reason = "what was written is read as another value";
    else if (json_file_count(&written) != editor->kept)
        reason = "what was written has not the records that were kept";
    else if (!same)
        reason = "not all readings wrote the same";
    RC_LEAVE(editor->T, f);
    return reason;
}

static void check_files(struct thread *T, struct workload_run *run)
{
    const struct shelf *shelf = run->input;
    RC_FRAME(T, f, JSON_EDITOR_NAMES);
    struct json_editor editor = {.T = T, .names = f};
    struct json_writer writer = {0};
    pack_load(T, &run->root, f, JSON_EDITOR_NAMES);
    for (size_t i = 0; i < shelf->files.length && run->problem[0] == '\0'; i++) {
        const char *reason = judge(&editor, run, i, &writer);
        if (reason != NULL)
            snprintf(run->problem, sizeof(run->problem), "of file %zu, by size, %s", i + 1, reason);
    }
    json_writer_free(&writer);
    cells_drop(T, f, JSON_EDITOR_NAMES);
    RC_LEAVE(T, f);
}

static void check(struct thread *T, struct workload_run *run, uint64_t records)
{
    if (run->problem[0] != '\0' || workload_failed(run))
        return;
    if (records != run->operations)
        snprintf(run->problem, sizeof(run->problem),
                 "%" PRIu64 " records were edited, but there are %" PRIu64 " in the files", records,
                 run->operations);
    else
        check_files(T, run);
}

static uint64_t json_teardown(struct thread *T, struct workload_run *run)
{
    struct shelf *shelf = run->input;
    if (shelf != NULL) {
        check(T, run, load_relaxed(&shelf->records));
        json_file_free_all(&shelf->files);
        free(shelf->hashes);
    }
    rc_store(T, NULL, &run->root, RC_NULL_REF);
    free(shelf);
    run->input = NULL;
    return 0;
}

const struct workload workload_json = {
    .name = "json",
    .summary = "parses the JSON files of iso-codes, edits their records and writes them as text",
    .tags = "real-input",
    .source = "RFC 8259; Debian's iso-codes",
    .suites = "fast,headline",
    .reason = "real documents, read, changed and written: many small containers, each one thread's",
    .inputs = 1U << INPUT_ISO_CODES,
    .bytes = 64 << 20,
    .setup = json_setup,
    .work = json_work,
    .teardown = json_teardown,
};
