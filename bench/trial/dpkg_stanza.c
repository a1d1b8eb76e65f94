/* Cutting a file into stanzas, and a stanza into fields. */
#include "bench/trial/dpkg_stanza.h"

#include "bench/trial/dpkg_relation.h"

static const char *const names[DPKG_FIELDS] = {
    "package",    "status",      "version", "architecture",
    "multi-arch", "pre-depends", "depends", "provides",
};

/* Takes a line, without its newline. */
static struct span take_line(struct span *text)
{
    size_t end = span_find(*text, '\n');
    struct span line = span_until(*text, end);
    *text = span_from(*text, end < text->length ? end + 1 : end);
    return line;
}

static bool is_empty(struct span line) { return span_trim(line).length == 0; }

bool dpkg_stanza_next(struct span *file, size_t *line, struct span *stanza, size_t *stanza_line)
{
    *stanza = span_until(*file, 0);
    while (file->length > 0) {
        struct span here = *file;
        struct span next = take_line(file);
        (*line)++;
        if (is_empty(next) && stanza->length > 0)
            return true;
        if (is_empty(next))
            continue;
        if (stanza->length == 0) {
            *stanza = here;
            *stanza_line = *line - 1;
        }
        stanza->length = (size_t)(next.text - stanza->text) + next.length;
    }
    return stanza->length > 0;
}

/* DPKG_FIELDS if it is none of those that are named. */
static enum dpkg_field find_field(struct span name)
{
    enum dpkg_field field = 0;
    for (; field < DPKG_FIELDS; field++) {
        size_t at = 0;
        while (at < name.length && names[field][at] != '\0' &&
               span_lower(name.text[at]) == names[field][at])
            at++;
        if (at == name.length && names[field][at] == '\0')
            break;
    }
    return field;
}

static bool is_of_a_name(char c) { return c > ' ' && c <= '~' && c != ':'; }

static bool is_name(struct span name)
{
    for (size_t i = 0; i < name.length; i++)
        if (!is_of_a_name(name.text[i]))
            return false;
    return name.length > 0 && name.text[0] != '-' && name.text[0] != '#';
}

static bool refuse(struct dpkg_problem *problem, size_t line, const char *reason)
{
    *problem = (struct dpkg_problem){reason, line};
    return false;
}

/* Where the value that begins at `value` ends, with the folded lines after it; these are taken from the text. */
static struct span take_folded(struct span value, struct span *text, size_t *line)
{
    while (text->length > 0 && (text->text[0] == ' ' || text->text[0] == '\t')) {
        struct span folded = take_line(text);
        value.length = (size_t)(folded.text - value.text) + folded.length;
        (*line)++;
    }
    return span_trim(value);
}

static size_t lines_before(struct span text, const char *place)
{
    size_t lines = 0;
    for (const char *c = text.text; c < place; c++)
        lines += *c == '\n';
    return lines;
}

/* Every relation of a field can be read; `line` is its first one. */
static bool check_relations(struct span field, size_t line, struct dpkg_problem *problem)
{
    struct dpkg_relations relations = dpkg_relations_of(field);
    struct dpkg_relation relation;
    while (dpkg_relation_next(&relations, &relation))
        continue;
    return relations.reason == NULL ||
           refuse(problem, line + lines_before(field, relations.rest.text), relations.reason);
}

static bool keep_field(struct dpkg_stanza *stanza, enum dpkg_field field, struct span value,
                       size_t line, struct dpkg_problem *problem)
{
    if (stanza->fields[field].length > 0)
        return refuse(problem, line, "a field for the second time");
    if (value.length == 0)
        return refuse(problem, line, "a field without a value");
    stanza->fields[field] = value;
    return field < DPKG_PRE_DEPENDS || check_relations(value, line, problem);
}

static bool read_field(struct dpkg_stanza *stanza, struct span *text, size_t *line,
                       struct dpkg_problem *problem)
{
    size_t begin = *line;
    struct span first = take_line(text);
    size_t colon = span_find(first, ':');
    if (span_is_blank(first.text[0]))
        return refuse(problem, begin, "a folded line without a field before it");
    if (colon == first.length || !is_name(span_until(first, colon)))
        return refuse(problem, begin, "a line that is no field");
    (*line)++;
    struct span value = take_folded(span_from(first, colon + 1), text, line);
    enum dpkg_field field = find_field(span_until(first, colon));
    return field == DPKG_FIELDS || keep_field(stanza, field, value, begin, problem);
}

/* What follows the last blank of a status, whose words are what is wanted, whether all is well, and what there is. */
static bool is_installed(struct span status)
{
    size_t at = status.length;
    while (at > 0 && !span_is_blank(status.text[at - 1]))
        at--;
    return span_is(span_from(status, at), "installed");
}

bool dpkg_stanza_read(struct dpkg_stanza *stanza, struct span text, size_t line,
                      struct dpkg_problem *problem)
{
    *stanza = (struct dpkg_stanza){0};
    size_t begin = line;
    while (text.length > 0)
        if (!read_field(stanza, &text, &line, problem))
            return false;
    if (stanza->fields[DPKG_PACKAGE].length == 0)
        return refuse(problem, begin, "a stanza without the field Package");
    if (stanza->fields[DPKG_STATUS].length == 0)
        return refuse(problem, begin, "a stanza without the field Status");
    stanza->installed = is_installed(stanza->fields[DPKG_STATUS]);
    if (stanza->installed &&
        (stanza->fields[DPKG_VERSION].length == 0 || stanza->fields[DPKG_ARCHITECTURE].length == 0))
        return refuse(problem, begin, "an installed package without a version or an architecture");
    return true;
}
