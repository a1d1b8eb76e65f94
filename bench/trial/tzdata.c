/* Cutting the file into records; the timelines of all subjects as one sorted array, and their transitions as another. */
#include "bench/trial/tzdata.h"

#include "bench/trial/file.h"
#include "bench/trial/input.h"

#include <stdio.h>
#include <stdlib.h>

enum { PROBLEM = 256, CHANGES_MAX = 1 << 20 };

static const char no_memory[] = "no memory";

static struct span take_line(struct span *text)
{
    size_t end = span_find(*text, '\n');
    struct span line = span_until(*text, end);
    *text = span_from(*text, end < text->length ? end + 1 : end);
    return line;
}

static bool refuse(struct tzdata_problem *problem, size_t line, const char *reason)
{
    *problem = (struct tzdata_problem){reason, line};
    return false;
}

/* --- changes ------------------------------------------------------------------------------------ */

static int limited(int year)
{
    if (year < TZDATA_YEAR_MIN)
        return TZDATA_YEAR_MIN;
    return year < TZDATA_YEAR_MAX ? year : TZDATA_YEAR_MAX;
}

static void note_rule(const struct tzdata_line *line, struct tzdata_change *change)
{
    *change = (struct tzdata_change){
        'R', line->name, limited(line->first), limited(line->last), line->day, ""};
    snprintf(change->state, sizeof(change->state), "%.*s/%.*s", (int)line->save.length,
             line->save.text, (int)line->letters.length, line->letters.text);
}

/* What a zone's clocks showed since the line before. */
static void note_era(const struct tzdata_reader *reader, const struct tzdata_line *line,
                     struct tzdata_change *change)
{
    const struct tzdata_line *before = &reader->before;
    bool first = before->kind == TZDATA_NOTHING;
    int year = first ? TZDATA_YEAR_MIN : limited(before->end_year);
    struct tzdata_day day = {1, 1, 0, TZDATA_THE_DAY};
    *change = (struct tzdata_change){'Z', reader->name, year, year, first ? day : before->end, ""};
    snprintf(change->state, sizeof(change->state), "%.*s", (int)line->format.length,
             line->format.text);
}

/* Tells of a line of the record; of a link there is nothing to tell. */
static bool note_line(struct tzdata_reader *reader, const struct tzdata_line *line,
                      struct tzdata_change *change)
{
    if (line->kind == TZDATA_RULE)
        note_rule(line, change);
    if (line->kind == TZDATA_ZONE)
        reader->name = line->name;
    if (line->kind == TZDATA_ZONE || line->kind == TZDATA_MORE) {
        note_era(reader, line, change);
        reader->before = *line;
    }
    return line->kind != TZDATA_LINK;
}

bool tzdata_reader_next(struct tzdata_reader *reader, struct tzdata_change *change,
                        const char **reason)
{
    *reason = NULL;
    while (reader->rest.length > 0) {
        struct tzdata_line line;
        reader->line++;
        *reason = tzdata_line_read(&line, take_line(&reader->rest));
        if (*reason == NULL && line.kind == TZDATA_MORE && !reader->before.ends)
            *reason = "a line that continues no zone";
        if (*reason != NULL)
            return false;
        if (line.kind != TZDATA_NOTHING && note_line(reader, &line, change))
            return true;
    }
    if (reader->before.ends)
        *reason = "a zone that ends, but is not continued";
    return false;
}

/* --- records ------------------------------------------------------------------------------------ */

static bool add_record(struct tzdata *tzdata, struct span text, size_t line)
{
    if (tzdata->length == tzdata->capacity) {
        uint32_t capacity = tzdata->capacity == 0 ? 1024 : 2 * tzdata->capacity;
        struct tzdata_record *records =
            realloc(tzdata->records, (size_t)capacity * sizeof(records[0]));
        if (records == NULL)
            return false;
        tzdata->records = records;
        tzdata->capacity = capacity;
    }
    tzdata->records[tzdata->length++] = (struct tzdata_record){text, line};
    return true;
}

/* What a line is for the records: a beginning, a part of the one before, or nothing. */
static enum tzdata_kind kind_of(struct span line)
{
    line = span_trim(line);
    if (line.length == 0 || line.text[0] == '#')
        return TZDATA_NOTHING;
    bool more = (line.text[0] >= '0' && line.text[0] <= '9') || line.text[0] == '-';
    return more ? TZDATA_MORE : TZDATA_ZONE;
}

static bool cut(struct tzdata *tzdata, struct span text, struct tzdata_problem *problem)
{
    for (size_t number = 1; text.length > 0; number++) {
        struct span line = take_line(&text);
        enum tzdata_kind kind = kind_of(line);
        if (kind == TZDATA_MORE && tzdata->length == 0)
            return refuse(problem, number, "a line that continues no zone");
        if (kind == TZDATA_ZONE && !add_record(tzdata, line, number))
            return refuse(problem, number, no_memory);
        if (kind == TZDATA_MORE) {
            struct span *record = &tzdata->records[tzdata->length - 1].text;
            record->length = (size_t)(line.text - record->text) + line.length;
        }
    }
    return tzdata->length > 0 || refuse(problem, 1, "there is no rule and no zone in it");
}

/* --- timelines ---------------------------------------------------------------------------------- */

/* What a change became: numbers in the place of its texts, in their order. */
struct numbered {
    struct tzdata_change change;
    uint32_t subject;
    uint32_t state;
};

struct event {
    uint32_t subject;
    uint32_t date;
    uint32_t state;
};

struct analysis {
    struct tzdata *tzdata;
    struct numbered *changes;
    struct numbered **order; /* the same, sorted by one thing or another */
    size_t length;
    size_t capacity;
    const char **states; /* their texts, by number */
    struct event *events;
    uint64_t *pairs; /* of states: the one before and, in the lower half, the one after */
    size_t pair_count;
};

static bool add_change(struct analysis *analysis, const struct tzdata_change *change)
{
    if (analysis->length == analysis->capacity) {
        size_t capacity = analysis->capacity == 0 ? 1024 : 2 * analysis->capacity;
        struct numbered *changes = realloc(analysis->changes, capacity * sizeof(changes[0]));
        if (changes == NULL)
            return false;
        analysis->changes = changes;
        analysis->capacity = capacity;
    }
    analysis->changes[analysis->length++] = (struct numbered){*change, 0, 0};
    analysis->tzdata->changes += (uint64_t)(change->last - change->first) + 1;
    return true;
}

/* Reads all records, and then forgets those beyond the part that is asked for. */
static bool read_changes(struct analysis *analysis, unsigned divisor,
                         struct tzdata_problem *problem)
{
    struct tzdata *tzdata = analysis->tzdata;
    uint32_t part = (tzdata->length + divisor - 1) / divisor;
    for (uint32_t i = 0; i < tzdata->length; i++) {
        const struct tzdata_record *record = &tzdata->records[i];
        struct tzdata_reader reader = tzdata_reader_of(record->text);
        struct tzdata_change change;
        const char *reason;
        while (tzdata_reader_next(&reader, &change, &reason))
            if (i < part && !add_change(analysis, &change))
                return refuse(problem, record->line, no_memory);
        if (reason != NULL)
            return refuse(problem, record->line + reader.line - 1, reason);
        if (tzdata->changes > CHANGES_MAX)
            return refuse(problem, record->line, "more than a million changes up to here");
    }
    tzdata->length = part;
    return analysis->length > 0 || refuse(problem, 1, "there is no rule and no zone in it");
}

static int compare_subjects(const void *a, const void *b)
{
    const struct tzdata_change *left = &(*(struct numbered *const *)a)->change;
    const struct tzdata_change *right = &(*(struct numbered *const *)b)->change;
    return left->kind != right->kind ? left->kind - right->kind
                                     : span_compare(left->name, right->name);
}

static int compare_states(const void *a, const void *b)
{
    return strcmp((*(struct numbered *const *)a)->change.state,
                  (*(struct numbered *const *)b)->change.state);
}

static void number_subjects(struct analysis *analysis)
{
    struct tzdata *tzdata = analysis->tzdata;
    qsort(analysis->order, analysis->length, sizeof(analysis->order[0]), compare_subjects);
    for (size_t i = 0; i < analysis->length; i++) {
        struct numbered *numbered = analysis->order[i];
        if (i == 0 || compare_subjects(&analysis->order[i - 1], &analysis->order[i]) != 0)
            tzdata->subjects[tzdata->subject_count++] =
                (struct tzdata_subject){numbered->change.kind, numbered->change.name};
        numbered->subject = tzdata->subject_count - 1;
    }
}

static void number_states(struct analysis *analysis)
{
    uint32_t count = 0;
    qsort(analysis->order, analysis->length, sizeof(analysis->order[0]), compare_states);
    for (size_t i = 0; i < analysis->length; i++) {
        if (i == 0 || compare_states(&analysis->order[i - 1], &analysis->order[i]) != 0)
            analysis->states[count++] = analysis->order[i]->change.state;
        analysis->order[i]->state = count - 1;
    }
}

static int compare_events(const void *a, const void *b)
{
    const struct event *left = a;
    const struct event *right = b;
    if (left->subject != right->subject)
        return left->subject < right->subject ? -1 : 1;
    if (left->date != right->date)
        return left->date < right->date ? -1 : 1;
    return (left->state > right->state) - (left->state < right->state);
}

static int compare_pairs(const void *a, const void *b)
{
    uint64_t left = *(const uint64_t *)a;
    uint64_t right = *(const uint64_t *)b;
    return (left > right) - (left < right);
}

static void make_timelines(struct analysis *analysis)
{
    size_t length = 0;
    for (size_t i = 0; i < analysis->length; i++) {
        const struct numbered *numbered = &analysis->changes[i];
        for (int year = numbered->change.first; year <= numbered->change.last; year++)
            analysis->events[length++] = (struct event){
                numbered->subject, tzdata_date(year, &numbered->change.day), numbered->state};
    }
    qsort(analysis->events, length, sizeof(analysis->events[0]), compare_events);
    for (size_t i = 1; i < length; i++)
        if (analysis->events[i].subject == analysis->events[i - 1].subject)
            analysis->pairs[analysis->pair_count++] =
                (uint64_t)analysis->events[i - 1].state << 32 | analysis->events[i].state;
    qsort(analysis->pairs, analysis->pair_count, sizeof(analysis->pairs[0]), compare_pairs);
}

/* --- transitions -------------------------------------------------------------------------------- */

/* Lets a transition into the list of the most frequent ones; it comes after those as frequent that are there. */
static void rank(const struct analysis *analysis, uint64_t pair, uint64_t count)
{
    struct tzdata *tzdata = analysis->tzdata;
    unsigned at = tzdata->top_length;
    while (at > 0 && tzdata->top[at - 1].count < count)
        at--;
    if (at == TZDATA_TOP)
        return;
    unsigned moved = tzdata->top_length - at;
    if (tzdata->top_length == TZDATA_TOP)
        moved--;
    else
        tzdata->top_length++;
    memmove(&tzdata->top[at + 1], &tzdata->top[at], moved * sizeof(tzdata->top[0]));
    tzdata->top[at].count = count;
    snprintf(tzdata->top[at].text, sizeof(tzdata->top[at].text), "%s > %s",
             analysis->states[pair >> 32], analysis->states[(uint32_t)pair]);
}

static void count_transitions(const struct analysis *analysis)
{
    for (size_t begin = 0; begin < analysis->pair_count;) {
        size_t end = begin;
        while (end < analysis->pair_count && analysis->pairs[end] == analysis->pairs[begin])
            end++;
        analysis->tzdata->transitions++;
        rank(analysis, analysis->pairs[begin], end - begin);
        begin = end;
    }
}

static bool reserve(struct analysis *analysis)
{
    struct tzdata *tzdata = analysis->tzdata;
    tzdata->subjects = calloc(analysis->length, sizeof(tzdata->subjects[0]));
    analysis->order = calloc(analysis->length, sizeof(analysis->order[0]));
    analysis->states = calloc(analysis->length, sizeof(analysis->states[0]));
    analysis->events = calloc(tzdata->changes, sizeof(analysis->events[0]));
    analysis->pairs = calloc(tzdata->changes, sizeof(analysis->pairs[0]));
    if (tzdata->subjects == NULL || analysis->order == NULL || analysis->states == NULL ||
        analysis->events == NULL || analysis->pairs == NULL)
        return false;
    for (size_t i = 0; i < analysis->length; i++)
        analysis->order[i] = &analysis->changes[i];
    return true;
}

static bool analyse(struct analysis *analysis, unsigned divisor, struct tzdata_problem *problem)
{
    if (!read_changes(analysis, divisor, problem))
        return false;
    if (!reserve(analysis))
        return refuse(problem, 1, no_memory);
    number_subjects(analysis);
    number_states(analysis);
    make_timelines(analysis);
    count_transitions(analysis);
    return true;
}

bool tzdata_parse(struct tzdata *tzdata, struct span text, unsigned divisor,
                  struct tzdata_problem *problem)
{
    struct analysis analysis = {.tzdata = tzdata};
    bool ok = cut(tzdata, text, problem) && analyse(&analysis, divisor, problem);
    free(analysis.changes);
    free(analysis.order);
    free(analysis.states);
    free(analysis.events);
    free(analysis.pairs);
    return ok;
}

bool tzdata_read(struct tzdata *tzdata, const char *path, unsigned divisor, char problem[256])
{
    size_t length;
    tzdata->text = file_read(path, &length);
    if (tzdata->text == NULL) {
        input_problem(INPUT_TZDATA, path, problem, PROBLEM);
        return false;
    }
    struct tzdata_problem found;
    if (tzdata_parse(tzdata, (struct span){tzdata->text, length}, divisor, &found))
        return true;
    snprintf(problem, PROBLEM, "%.80s:%zu: %s (%s)", path, found.line, found.reason,
             inputs[INPUT_TZDATA].remedy);
    return false;
}

void tzdata_free(struct tzdata *tzdata)
{
    free(tzdata->text);
    free(tzdata->records);
    free(tzdata->subjects);
    *tzdata = (struct tzdata){0};
}
