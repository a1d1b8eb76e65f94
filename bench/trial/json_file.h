/*
 * JSON files that a workload reads: their texts, checked.
 *
 * Each text is known to be JSON that survives being parsed, written and parsed again, records and all.  Its records, the
 * dicts in lists that are members of the outermost dict, are counted by their braces, without the parser.
 */
#ifndef BENCH_TRIAL_JSON_FILE_H
#define BENCH_TRIAL_JSON_FILE_H

#include "bench/trial/input.h"
#include "runtimes/thread.h"

#include <stdint.h>

struct json_file {
    char *text;
    size_t length;
    size_t records;
};

/* The largest first. */
struct json_files {
    struct json_file *items;
    size_t length;
};

/* A file, or a folder of files whose names end with .json. */
struct json_source {
    enum input_kind kind;
    const char *path;
    unsigned divisor; /* if not 1, every list of an outermost dict is cut to this part of it */
};

/* Fills the empty `files`.  False, and `problem` says why, if one cannot be read or is no JSON, or if there is none. */
bool json_file_read_all(struct thread *T, struct json_files *files,
                        const struct json_source *source, char problem[256]);

void json_file_free_all(struct json_files *files);

/* The records of one text, which is known to be JSON, by its braces. */
size_t json_file_count(const struct json_file *file);

uint64_t json_file_records(const struct json_files *files);

#endif
