/* Reading the files, cutting them into lines, resolving the pointers. */
#include "bench/trial/wordnet.h"

#include "bench/trial/file.h"
#include "bench/trial/input.h"

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { PROBLEM = 256 };

static const char *const file_names[WORDNET_PARTS] = {"data.noun", "data.verb", "data.adj",
                                                      "data.adv"};

struct reader {
    struct wordnet *wordnet;
    const char *folder;
    unsigned divisor;
    char *problem;
    struct wordnet_line line; /* the last that was read */
};

static bool fail(const struct reader *reader, enum wordnet_part part, uint32_t line,
                 const char *reason)
{
    snprintf(reader->problem, PROBLEM, "%.100s/%s:%u: %s (%s)", reader->folder, file_names[part],
             line, reason, inputs[INPUT_WORDNET].remedy);
    return false;
}

static enum wordnet_part part_of(uint64_t key) { return (enum wordnet_part)(key >> 32); }

/* --- lines -------------------------------------------------------------------------------------- */

static bool reserve_entry(struct wordnet *wordnet)
{
    if (wordnet->length < wordnet->capacity)
        return true;
    uint32_t capacity = wordnet->capacity == 0 ? 1024 : 2 * wordnet->capacity;
    struct wordnet_entry *entries =
        realloc(wordnet->entries, capacity * sizeof(wordnet->entries[0]));
    if (entries != NULL)
        wordnet->entries = entries;
    uint32_t *first = realloc(wordnet->first, (capacity + 1) * sizeof(wordnet->first[0]));
    if (first != NULL)
        wordnet->first = first;
    if (entries == NULL || first == NULL)
        return false;
    wordnet->capacity = capacity;
    return true;
}

static bool reserve_edges(struct wordnet *wordnet, uint32_t more)
{
    if (wordnet->edges + more <= wordnet->edge_capacity)
        return true;
    uint32_t capacity = 2 * wordnet->edge_capacity + more + 4096;
    uint64_t *keys = realloc(wordnet->keys, capacity * sizeof(wordnet->keys[0]));
    if (keys == NULL)
        return false;
    wordnet->keys = keys;
    wordnet->edge_capacity = capacity;
    return true;
}

static bool add_entry(struct reader *reader, const struct wordnet_entry *entry)
{
    struct wordnet *wordnet = reader->wordnet;
    const struct wordnet_line *line = &reader->line;
    const char *reason = wordnet_line_read(&reader->line, entry->text, entry->length);
    if (reason == NULL && line->key != entry->key)
        reason = "its offset or its part of speech does not fit its place";
    if (reason == NULL && (!reserve_entry(wordnet) || !reserve_edges(wordnet, line->pointer_count)))
        reason = "no memory";
    if (reason != NULL)
        return fail(reader, part_of(entry->key), entry->line, reason);
    wordnet->entries[wordnet->length] = *entry;
    wordnet->first[wordnet->length++] = wordnet->edges;
    wordnet->first[wordnet->length] = wordnet->edges + line->pointer_count;
    memcpy(wordnet->keys + wordnet->edges, line->pointers,
           line->pointer_count * sizeof(line->pointers[0]));
    wordnet->edges += line->pointer_count;
    return true;
}

/* Where the line ends that begins at `at`: at its newline, or at the end of the text. */
static size_t end_of_line(const char *text, size_t length, size_t at)
{
    const char *newline = memchr(text + at, '\n', length - at);
    return newline != NULL ? (size_t)(newline - text) : length;
}

static bool is_licence(const char *text, size_t length, size_t at)
{
    return length - at >= 2 && text[at] == ' ' && text[at + 1] == ' ';
}

/* All lines that begin before `stop`, but those of the licence. */
static bool add_lines(struct reader *reader, enum wordnet_part part, size_t length, size_t stop)
{
    const char *text = reader->wordnet->texts[part];
    uint32_t number = 1;
    for (size_t at = 0; at < stop; number++) {
        size_t end = end_of_line(text, length, at);
        struct wordnet_entry entry = {wordnet_key(part, (uint32_t)at), text + at,
                                      (uint32_t)(end - at), number};
        if (!is_licence(text, length, at) && !add_entry(reader, &entry))
            return false;
        at = end + 1;
    }
    return true;
}

/* How many bytes of a text to read: a part of those after the licence, but something. */
static size_t part_to_read(const struct reader *reader, const char *text, size_t length)
{
    size_t licence = 0;
    while (licence < length && is_licence(text, length, licence)) {
        size_t end = end_of_line(text, length, licence);
        licence = end < length ? end + 1 : length;
    }
    return licence + (length - licence + reader->divisor - 1) / reader->divisor;
}

static bool add_file(struct reader *reader, enum wordnet_part part)
{
    char path[PATH_MAX];
    snprintf(path, sizeof(path), "%s/%s", reader->folder, file_names[part]);
    size_t length;
    char *text = file_read(path, &length);
    reader->wordnet->texts[part] = text;
    if (text == NULL) {
        input_problem(INPUT_WORDNET, path, reader->problem, PROBLEM);
        return false;
    }
    if (length > UINT32_MAX)
        return fail(reader, part, 1, "larger than 4 GiB");
    uint32_t before = reader->wordnet->length;
    if (!add_lines(reader, part, length, part_to_read(reader, text, length)))
        return false;
    return reader->wordnet->length > before || fail(reader, part, 1, "there is no synset in it");
}

/* --- pointers ----------------------------------------------------------------------------------- */

static int compare_keys(const void *a, const void *b)
{
    uint64_t left = ((const struct wordnet_entry *)a)->key;
    uint64_t right = ((const struct wordnet_entry *)b)->key;
    return (left > right) - (left < right);
}

static const struct wordnet_entry *find(const struct wordnet *wordnet, uint64_t key)
{
    struct wordnet_entry wanted = {.key = key};
    return bsearch(&wanted, wordnet->entries, wordnet->length, sizeof(wanted), compare_keys);
}

/* Resolves the pointers of entry `i`, whose first ones are from `begin` on and go to `edges` on. */
static bool resolve_entry(struct reader *reader, uint32_t i, uint32_t begin, uint32_t *edges)
{
    struct wordnet *wordnet = reader->wordnet;
    const struct wordnet_entry *entry = &wordnet->entries[i];
    uint32_t end = wordnet->first[i + 1];
    wordnet->first[i] = *edges;
    for (uint32_t edge = begin; edge < end; edge++) {
        const struct wordnet_entry *target = find(wordnet, wordnet->keys[edge]);
        if (target != NULL)
            wordnet->targets[(*edges)++] = (uint32_t)(target - wordnet->entries);
        else if (reader->divisor == 1)
            return fail(reader, part_of(entry->key), entry->line, "a pointer to no synset");
    }
    return true;
}

static bool resolve(struct reader *reader)
{
    struct wordnet *wordnet = reader->wordnet;
    wordnet->targets = calloc((size_t)wordnet->edges + 1, sizeof(wordnet->targets[0]));
    if (wordnet->targets == NULL)
        return fail(reader, WORDNET_NOUN, 1, "no memory");
    uint32_t edges = 0;
    uint32_t begin = 0;
    for (uint32_t i = 0; i < wordnet->length; i++) {
        uint32_t next = wordnet->first[i + 1];
        if (!resolve_entry(reader, i, begin, &edges))
            return false;
        begin = next;
    }
    wordnet->first[wordnet->length] = edges;
    wordnet->edges = edges;
    free(wordnet->keys);
    wordnet->keys = NULL;
    return true;
}

bool wordnet_read(struct wordnet *wordnet, const char *path, unsigned divisor, char problem[256])
{
    struct reader *reader = calloc(1, sizeof(*reader));
    if (reader == NULL) {
        snprintf(problem, PROBLEM, "no memory for reading %.100s", path);
        return false;
    }
    reader->wordnet = wordnet;
    reader->folder = path;
    reader->divisor = divisor;
    reader->problem = problem;
    bool ok = true;
    for (enum wordnet_part part = 0; ok && part < WORDNET_PARTS; part++)
        ok = add_file(reader, part);
    ok = ok && resolve(reader);
    free(reader);
    return ok;
}

void wordnet_free(struct wordnet *wordnet)
{
    for (enum wordnet_part part = 0; part < WORDNET_PARTS; part++)
        free(wordnet->texts[part]);
    free(wordnet->entries);
    free(wordnet->first);
    free(wordnet->keys);
    free(wordnet->targets);
    *wordnet = (struct wordnet){0};
}
