/*
 * A scanner of JSON: bytes become tokens.  It makes no objects.
 *
 * Strict RFC 8259: the text is UTF-8 without a byte order mark, strings have no control characters, \u escapes name code
 * points (surrogates only in pairs), numbers have no superfluous zeros or signs.  A number without fraction and exponent
 * that fits 64 bits is an int, every other one a float; one that no float can hold is refused.
 *
 * The text need not end with a NUL; nothing beyond `length` is looked at.
 */
#ifndef BENCH_TRIAL_JSON_SCANNER_H
#define BENCH_TRIAL_JSON_SCANNER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum json_token {
    JSON_END = 'e', /* of the text */
    JSON_BAD = 'x', /* scanner->reason says why */
    JSON_STRING = 's',
    JSON_INT = 'i',
    JSON_FLOAT = 'f',
    JSON_TRUE = 'T',
    JSON_FALSE = 'F',
    JSON_NULL = 'N',
    JSON_DICT_BEGIN = '{',
    JSON_DICT_END = '}',
    JSON_LIST_BEGIN = '[',
    JSON_LIST_END = ']',
    JSON_COLON = ':',
    JSON_COMMA = ',',
};

/* The reason when the scanner, or who makes objects of its tokens, ran out of memory. */
extern const char json_no_memory[];

struct json_scanner {
    const char *text;
    size_t length;
    size_t at;    /* the first byte after the current token */
    size_t begin; /* the first byte of the current token */

    /* The value of the current token, until the next one. */
    const char *string; /* decoded; not NUL-terminated */
    size_t string_length;
    int64_t integer;
    double number;

    char *scratch; /* for strings with escapes, and for floats */
    size_t scratch_length;
    size_t scratch_capacity;

    const char *reason; /* the first that was found; NULL: all is well */
    size_t bad_at;      /* the byte it was found at */
};

/* Where a reader of the text would look: both count from 1, a column is a character. */
struct json_place {
    size_t line;
    size_t column;
};

void json_scanner_init(struct json_scanner *scanner, const char *text, size_t length);
void json_scanner_fini(struct json_scanner *scanner);

enum json_token json_scanner_next(struct json_scanner *scanner);

/* Notes what is wrong at byte `at`, unless something else was before; returns JSON_BAD. */
enum json_token json_scanner_fail(struct json_scanner *scanner, size_t at, const char *reason);

struct json_place json_scanner_place(const struct json_scanner *scanner, size_t at);

#endif
