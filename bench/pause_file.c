/* Opening, one line, closing. */
#include "bench/pause_file.h"

#include "bench/json.h"

bool pause_file_check(const char *path)
{
    FILE *file = fopen(path, "a");
    return file != NULL && fclose(file) == 0;
}

static void write_buckets(struct json *json, const struct histogram *histogram)
{
    json_open(json, "buckets", '[');
    for (size_t i = 0; i < HISTOGRAM_BUCKETS; i++) {
        if (histogram->counts[i] == 0)
            continue;
        json_open(json, NULL, '[');
        json_number(json, NULL, histogram_low(i));
        json_number(json, NULL, histogram->counts[i]);
        json_close(json, ']');
    }
    json_close(json, ']');
}

static void write_figures(struct json *json, const struct pause_figures *figures)
{
    json_number(json, "count", figures->count);
    json_fraction(json, "p50_us", figures->p50_us);
    json_fraction(json, "p90_us", figures->p90_us);
    json_fraction(json, "p99_us", figures->p99_us);
    json_fraction(json, "p999_us", figures->p999_us);
    json_fraction(json, "max_us", figures->max_us);
    json_fraction(json, "total_us", figures->total_us);
}

static void write_object(struct json *json, const char *key, const struct pause_figures *figures)
{
    json_open(json, key, '{');
    write_figures(json, figures);
    json_close(json, '}');
}

static void write_generations(struct json *json, const struct pause_summary *summary)
{
    json_open(json, "generation", '[');
    for (unsigned i = 0; i < GC_GENERATIONS; i++)
        write_object(json, NULL, &summary->collecting[i]);
    json_close(json, ']');
}

static void write_phases(struct json *json, const struct pause_summary *summary)
{
    json_open(json, "phase", '{');
    for (enum phase phase = 0; phase < PHASES; phase++)
        write_object(json, phase_names[phase], &summary->phases[phase]);
    json_close(json, '}');
    write_object(json, "stopped", &summary->stopped);
}

static void write_weighed(struct json *json, const struct pause_summary *summary)
{
    json_open(json, "weighed", '{');
    json_fraction(json, "us", summary->weighed_us);
    json_fraction(json, "cpu_us", summary->cpu_us);
    json_number(json, "switches", summary->switches);
    json_close(json, '}');
}

static void write_thread(struct json *json, const struct pauses_of_thread *thread)
{
    json_open(json, NULL, '{');
    write_figures(json, &thread->figures);
    json_fraction(json, "share", thread->left.lost);
    json_open(json, "mmu", '{');
    for (unsigned i = 0; i < PAUSES_WINDOWS; i++)
        json_fraction(json, pauses_windows[i].name, thread->left.least[i]);
    json_close(json, '}');
    json_close(json, '}');
}

static void write_threads(struct json *json, const struct pauses *pauses)
{
    json_open(json, "thread", '[');
    for (unsigned i = 0; i < pauses->threads; i++)
        write_thread(json, &pauses->each[i]);
    json_close(json, ']');
}

static void write_line(FILE *file, const struct pause_trial *trial)
{
    const struct pauses *pauses = trial->pauses;
    struct json json = {.file = file};
    json_open(&json, NULL, '{');
    json_string(&json, "schema", "refbench.pauses/1");
    json_string(&json, "name", trial->name);
    json_number(&json, "count", pauses->histogram.total);
    json_number(&json, "lost", pauses->summary.lost);
    json_number(&json, "max_ns", pauses->histogram.most);
    write_buckets(&json, &pauses->histogram);
    write_generations(&json, &pauses->summary);
    write_phases(&json, &pauses->summary);
    write_weighed(&json, &pauses->summary);
    write_threads(&json, pauses);
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
