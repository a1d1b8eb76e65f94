/*
 * Spans: parts of a text that somebody else keeps.
 */
#ifndef BENCH_TRIAL_SPAN_H
#define BENCH_TRIAL_SPAN_H

#include <stdbool.h>
#include <stddef.h>
#include <string.h>

struct span {
    const char *text;
    size_t length;
};

static inline bool span_is(struct span span, const char *word)
{
    size_t length = strlen(word);
    return span.length == length && memcmp(span.text, word, length) == 0;
}

static inline bool span_equals(struct span a, struct span b)
{
    return a.length == b.length && (a.length == 0 || memcmp(a.text, b.text, a.length) == 0);
}

/* Bytewise; a part of a text comes before all of it. */
static inline int span_compare(struct span a, struct span b)
{
    size_t shorter = a.length < b.length ? a.length : b.length;
    int order = shorter == 0 ? 0 : memcmp(a.text, b.text, shorter);
    return order != 0 ? order : (a.length > b.length) - (a.length < b.length);
}

/* What of `text` begins at `at`. */
static inline struct span span_from(struct span span, size_t at)
{
    return (struct span){span.text + at, span.length - at};
}

static inline struct span span_until(struct span span, size_t end)
{
    return (struct span){span.text, end};
}

/* Where `c` is first; the length if it is nowhere. */
static inline size_t span_find(struct span span, char c)
{
    const char *found = span.length == 0 ? NULL : memchr(span.text, c, span.length);
    return found == NULL ? span.length : (size_t)(found - span.text);
}

/* Of a letter of ASCII the small one; any other character is itself. */
static inline int span_lower(char c) { return c >= 'A' && c <= 'Z' ? c + ('a' - 'A') : c; }

static inline bool span_is_blank(char c) { return c == ' ' || c == '\t' || c == '\n'; }

/* Without white space at its ends. */
static inline struct span span_trim(struct span span)
{
    while (span.length > 0 && span_is_blank(span.text[0]))
        span = span_from(span, 1);
    while (span.length > 0 && span_is_blank(span.text[span.length - 1]))
        span.length--;
    return span;
}

#endif
