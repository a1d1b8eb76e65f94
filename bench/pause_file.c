/* Opening, one line, closing. */
#include "bench/pause_file.h"

#include "bench/json.h"

bool pause_file_check(const char *path)
{
    FILE *file = fopen(path, "a");
    return file != NULL && fclose(file) == 0;
}

static void write_buckets(struct json *json, const struct histogram *pauses)
{
    json_open(json, "buckets", '[');
    for (size_t i = 0; i < HISTOGRAM_BUCKETS; i++) {
        if (pauses->counts[i] == 0)
            continue;
        json_open(json, NULL, '[');
        json_number(json, NULL, histogram_low(i));
        json_number(json, NULL, pauses->counts[i]);
        json_close(json, ']');
    }
    json_close(json, ']');
}

static void write_line(FILE *file, const struct pause_trial *trial)
{
    struct json json = {.file = file};
    json_open(&json, NULL, '{');
    json_string(&json, "schema", "refbench.pauses/1");
    json_string(&json, "name", trial->name);
    json_number(&json, "count", trial->pauses->total);
    json_number(&json, "lost", trial->lost);
    json_number(&json, "max_ns", trial->pauses->most);
    write_buckets(&json, trial->pauses);
    json_close(&json, '}');
    fputc('\n', file);
}

bool pause_file_append(const char *path, const struct pause_trial *trial)
{
    FILE *file = fopen(path, "a");
    if (file == NULL)
        return false;
    write_line(file, trial);
    bool ok = ferror(file) == 0;
    return fclose(file) == 0 && ok;
}
