/*
 * Edits a document of JSON, a dict, as a program would that knows its records.
 *
 * A *record* is a dict in a list that is a member of the document.  Of each record
 *
 *   "name" is renamed to "label"; "order" is its place among all of the document; records whose name has a comma are left out;
 *   the rest is sorted by code; "summary" of the document says how many records there were, what share of them is kept, how
 *   many of each type there are, and whether all are kept.
 *
 * What of a list is no record comes first, in its order.
 */
#ifndef BENCH_TRIAL_JSON_EDITOR_H
#define BENCH_TRIAL_JSON_EDITOR_H

#include "runtimes/thread.h"

enum { JSON_EDITOR_NAMES = 13 };

/* Its thread and its constants; and two counts, which go up: who begins a document sets them to 0. */
struct json_editor {
    struct thread *T;
    const rc_loc *names; /* cells with what json_editor_names has */
    size_t records;
    size_t kept; /* of these */
};

/* The tuple of all keys that it names; null if there is no memory. */
rc_ref json_editor_names(struct thread *T);

/* Edits a document, an argument.  False if there is no memory: then part of it is edited. */
bool json_editor_edit(struct json_editor *editor, rc_loc document);

#endif
