/*
 * A file's contents as one text.
 */
#ifndef BENCH_TRIAL_FILE_H
#define BENCH_TRIAL_FILE_H

#include <stddef.h>

/* A new text, NUL-terminated, for the caller to free; NULL with errno set if the file cannot be read. */
char *file_read(const char *path, size_t *length);

#endif
