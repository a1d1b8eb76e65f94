/* Scanning: white space, literals, numbers, strings. */
#include "bench/trial/json_scanner.h"

#include "bench/trial/utf8.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

const char json_no_memory[] = "no memory";

enum {
    SURROGATE_HIGH = 0xd800,
    SURROGATE_LOW = 0xdc00,
    SURROGATE_END = 0xe000,
};

void json_scanner_init(struct json_scanner *scanner, const char *text, size_t length)
{
    *scanner = (struct json_scanner){.text = text, .length = length};
}

void json_scanner_fini(struct json_scanner *scanner) { free(scanner->scratch); }

enum json_token json_scanner_fail(struct json_scanner *scanner, size_t at, const char *reason)
{
    if (scanner->reason == NULL) {
        scanner->reason = reason;
        scanner->bad_at = at;
    }
    return JSON_BAD;
}

struct json_place json_scanner_place(const struct json_scanner *scanner, size_t at)
{
    struct json_place place = {1, 1};
    for (size_t i = 0; i < at && i < scanner->length; i++) {
        if (scanner->text[i] == '\n')
            place = (struct json_place){place.line + 1, 1};
        else if (!utf8_is_continuation(scanner->text[i]))
            place.column++;
    }
    return place;
}

/* The byte at `at`; NUL beyond the end, which is no part of any token. */
static char peek(const struct json_scanner *scanner, size_t at)
{
    if (at >= scanner->length)
        return '\0';
    return scanner->text[at];
}

static bool is_digit(char c) { return c >= '0' && c <= '9'; }

/* --- scratch ------------------------------------------------------------------------------------ */

static bool scratch_reserve(struct json_scanner *scanner, size_t more)
{
    size_t needed = scanner->scratch_length + more;
    if (needed <= scanner->scratch_capacity)
        return true;
    size_t capacity = needed < 64 ? 64 : 2 * needed;
    char *longer = realloc(scanner->scratch, capacity);
    if (longer == NULL)
        return false;
    scanner->scratch = longer;
    scanner->scratch_capacity = capacity;
    return true;
}

static bool scratch_append(struct json_scanner *scanner, const char *text, size_t length)
{
    if (!scratch_reserve(scanner, length + 1)) {
        json_scanner_fail(scanner, scanner->begin, json_no_memory);
        return false;
    }
    memcpy(scanner->scratch + scanner->scratch_length, text, length);
    scanner->scratch_length += length;
    scanner->scratch[scanner->scratch_length] = '\0';
    return true;
}

/* --- strings ------------------------------------------------------------------------------------ */

/* The first byte from `at` on that does not stand for itself in a string. */
static size_t skip_plain(const struct json_scanner *scanner, size_t at)
{
    while (at < scanner->length) {
        unsigned char c = (unsigned char)scanner->text[at];
        if (c < 0x20 || c == '"' || c == '\\')
            break;
        size_t length = c < 0x80 ? 1 : utf8_sequence(scanner->text + at, scanner->length - at);
        if (length == 0)
            break;
        at += length;
    }
    return at;
}

static int hex_digit(char c)
{
    if (is_digit(c))
        return c - '0';
    if (c >= 'a' && c <= 'f')
        return c - 'a' + 10;
    return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

/* The number that four hexadecimal digits at `at` name; -1 if they are none. */
static int32_t hex_quad(const struct json_scanner *scanner, size_t at)
{
    int32_t code = 0;
    for (size_t i = 0; i < 4; i++) {
        int digit = hex_digit(peek(scanner, at + i));
        if (digit < 0)
            return -1;
        code = code << 4 | digit;
    }
    return code;
}

static bool is_between(int32_t code, int32_t from, int32_t end)
{
    return code >= from && code < end;
}

/* The code point of the \u escape at *at, which is moved behind it, and behind the second half of a pair; -1 if it is
 * bad. */
static int32_t scan_code_point(struct json_scanner *scanner, size_t *at)
{
    int32_t code = hex_quad(scanner, *at + 2);
    if (code < 0) {
        json_scanner_fail(scanner, *at, "\\u without four hexadecimal digits");
        return -1;
    }
    size_t next = *at + 6;
    if (is_between(code, SURROGATE_HIGH, SURROGATE_LOW)) {
        int32_t low = peek(scanner, next) == '\\' && peek(scanner, next + 1) == 'u'
                          ? hex_quad(scanner, next + 2)
                          : -1;
        next += 6;
        if (is_between(low, SURROGATE_LOW, SURROGATE_END))
            code = 0x10000 + ((code - SURROGATE_HIGH) << 10) + (low - SURROGATE_LOW);
    }
    if (is_between(code, SURROGATE_HIGH, SURROGATE_END)) {
        json_scanner_fail(scanner, *at, "half of a surrogate pair");
        return -1;
    }
    *at = next;
    return code;
}

/* What a backslash and `c` stand for; NUL if for nothing. */
static char simple_escape(char c)
{
    static const char names[] = "\"\\/bfnrt";
    static const char meanings[] = "\"\\/\b\f\n\r\t";
    const char *found = c != '\0' ? strchr(names, c) : NULL;
    if (found == NULL)
        return '\0';
    return meanings[found - names];
}

/* Appends what the escape at *at stands for and moves *at behind it. */
static bool scan_escape(struct json_scanner *scanner, size_t *at)
{
    char buffer[UTF8_MAX];
    if (peek(scanner, *at + 1) == 'u') {
        int32_t code = scan_code_point(scanner, at);
        size_t length = code >= 0 ? utf8_write(buffer, (uint32_t)code) : 0;
        return length > 0 && scratch_append(scanner, buffer, length);
    }
    buffer[0] = simple_escape(peek(scanner, *at + 1));
    if (buffer[0] == '\0') {
        json_scanner_fail(scanner, *at, "an escape that JSON does not have");
        return false;
    }
    *at += 2;
    return scratch_append(scanner, buffer, 1);
}

/* Why a string cannot go on at `at`. */
static enum json_token fail_in_string(struct json_scanner *scanner, size_t at)
{
    if (at == scanner->length)
        return json_scanner_fail(scanner, scanner->begin, "a string without an end");
    return json_scanner_fail(scanner, at,
                             (unsigned char)scanner->text[at] < 0x20
                                 ? "a control character in a string"
                                 : "bytes that are not UTF-8");
}

/* Runs of plain bytes and escapes by turns; without an escape, the string is where it is in the text. */
static enum json_token scan_string(struct json_scanner *scanner)
{
    scanner->scratch_length = 0;
    size_t run = scanner->begin + 1;
    size_t at = skip_plain(scanner, run);
    bool escaped = false;
    for (; peek(scanner, at) == '\\'; at = skip_plain(scanner, run)) {
        escaped = true;
        if (!scratch_append(scanner, scanner->text + run, at - run) || !scan_escape(scanner, &at))
            return JSON_BAD;
        run = at;
    }
    if (peek(scanner, at) != '"')
        return fail_in_string(scanner, at);
    if (escaped && !scratch_append(scanner, scanner->text + run, at - run))
        return JSON_BAD;
    scanner->string = escaped ? scanner->scratch : scanner->text + run;
    scanner->string_length = escaped ? scanner->scratch_length : at - run;
    scanner->at = at + 1;
    return JSON_STRING;
}

/* --- numbers ------------------------------------------------------------------------------------ */

static size_t skip_digits(const struct json_scanner *scanner, size_t at)
{
    while (is_digit(peek(scanner, at)))
        at++;
    return at;
}

/* Digits, at least one; false, and noted, if there is none. */
static bool expect_digits(struct json_scanner *scanner, size_t *at)
{
    size_t end = skip_digits(scanner, *at);
    if (end == *at)
        json_scanner_fail(scanner, *at, "expected a digit");
    bool ok = end > *at;
    *at = end;
    return ok;
}

/* The whole part from `at` to `end` as an int; false if 64 bits are not enough. */
static bool read_int(struct json_scanner *scanner, size_t at, size_t end)
{
    bool negative = scanner->text[scanner->begin] == '-';
    int64_t value = 0;
    for (; at < end; at++) {
        int digit = scanner->text[at] - '0';
        if (__builtin_mul_overflow(value, 10, &value) ||
            __builtin_add_overflow(value, negative ? -digit : digit, &value))
            return false;
    }
    scanner->integer = value;
    return true;
}

static enum json_token read_float(struct json_scanner *scanner)
{
    scanner->scratch_length = 0;
    if (!scratch_append(scanner, scanner->text + scanner->begin, scanner->at - scanner->begin))
        return JSON_BAD;
    scanner->number = strtod(scanner->scratch, NULL);
    if (isinf(scanner->number))
        return json_scanner_fail(scanner, scanner->begin, "a number too large for a float");
    return JSON_FLOAT;
}

/* The fraction and the exponent at *at, if there are such. */
static bool scan_rest_of_float(struct json_scanner *scanner, size_t *at)
{
    if (peek(scanner, *at) == '.') {
        ++*at;
        if (!expect_digits(scanner, at))
            return false;
    }
    if (peek(scanner, *at) == 'e' || peek(scanner, *at) == 'E') {
        ++*at;
        if (peek(scanner, *at) == '+' || peek(scanner, *at) == '-')
            ++*at;
        return expect_digits(scanner, at);
    }
    return true;
}

static enum json_token scan_number(struct json_scanner *scanner)
{
    size_t whole = scanner->begin + (scanner->text[scanner->begin] == '-');
    size_t whole_end = whole;
    if (!expect_digits(scanner, &whole_end))
        return JSON_BAD;
    if (scanner->text[whole] == '0' && whole_end > whole + 1)
        return json_scanner_fail(scanner, whole, "a number that begins with 0");
    scanner->at = whole_end;
    if (!scan_rest_of_float(scanner, &scanner->at))
        return JSON_BAD;
    if (scanner->at == whole_end && read_int(scanner, whole, whole_end))
        return JSON_INT;
    return read_float(scanner);
}

/* --- all tokens --------------------------------------------------------------------------------- */

static enum json_token scan_literal(struct json_scanner *scanner, const char *literal,
                                    enum json_token token)
{
    size_t length = strlen(literal);
    if (scanner->length - scanner->begin < length ||
        memcmp(scanner->text + scanner->begin, literal, length) != 0)
        return json_scanner_fail(scanner, scanner->begin, "a word other than true, false and null");
    scanner->at = scanner->begin + length;
    return token;
}

static bool is_space(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; }

static enum json_token fail_at_byte(struct json_scanner *scanner)
{
    static const char mark[] = "\xef\xbb\xbf";
    size_t left = scanner->length - scanner->begin;
    bool is_mark = scanner->begin == 0 && left >= 3 && memcmp(scanner->text, mark, 3) == 0;
    return json_scanner_fail(scanner, scanner->begin,
                             is_mark ? "a byte order mark" : "a byte that begins no token");
}

enum json_token json_scanner_next(struct json_scanner *scanner)
{
    if (scanner->reason != NULL)
        return JSON_BAD;
    while (scanner->at < scanner->length && is_space(scanner->text[scanner->at]))
        scanner->at++;
    scanner->begin = scanner->at;
    if (scanner->at == scanner->length)
        return JSON_END;
    char c = scanner->text[scanner->begin];
    switch (c) {
    case '{':
    case '}':
    case '[':
    case ']':
    case ':':
    case ',':
        scanner->at++;
        return (enum json_token)c;
    case '"':
        return scan_string(scanner);
    case 't':
        return scan_literal(scanner, "true", JSON_TRUE);
    case 'f':
        return scan_literal(scanner, "false", JSON_FALSE);
    case 'n':
        return scan_literal(scanner, "null", JSON_NULL);
    default:
        return c == '-' || is_digit(c) ? scan_number(scanner) : fail_at_byte(scanner);
    }
}
