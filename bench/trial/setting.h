/*
 * Settings: what may be varied in a workload, each a number with a default.  Some have words for their numbers.
 *
 * A text "name=value" gives one; it is part of the benchmark's name if it is not the default (setting_print).
 */
#ifndef BENCH_TRIAL_SETTING_H
#define BENCH_TRIAL_SETTING_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { SETTINGS_MAX = 6 };

struct setting {
    const char *name;
    const char *summary; /* one line, with its unit */
    uint64_t standard;   /* the default */
    uint64_t least;
    uint64_t most;
    const char *const
        *words; /* NULL, or for each value from 0 to `most` its word; `least` is 0 then */
};

/* How many `settings` has, which may be NULL. */
size_t settings_length(const struct setting *settings);

/* Sets all values to their defaults. */
void settings_reset(const struct setting *settings, uint64_t values[SETTINGS_MAX]);

/* Reads "name=value".  False: `problem` names what is wrong and what is possible, in one line. */
bool setting_parse(const struct setting *settings, const char *text, uint64_t values[SETTINGS_MAX],
                   char *problem, size_t size);

/* Appends "/name:value" for each value that is not the default to the text in `name`. */
void settings_print(const struct setting *settings, const uint64_t values[SETTINGS_MAX], char *name,
                    size_t size);

#endif
