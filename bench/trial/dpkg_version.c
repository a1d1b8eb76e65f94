/* Comparing part by part, run by run. */
#include "bench/trial/dpkg_version.h"

static bool is_digit(char c) { return c >= '0' && c <= '9'; }

static bool is_letter(char c) { return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z'); }

/* The place of a character among those that are no digits; that of the end, or of a digit, is 0. */
static int place_of(struct span part, size_t at)
{
    if (at >= part.length || is_digit(part.text[at]))
        return 0;
    char c = part.text[at];
    if (c == '~')
        return -1;
    return is_letter(c) ? c : (unsigned char)c + 256;
}

static int compare_other_runs(struct span *a, struct span *b)
{
    size_t at = 0;
    int left;
    int right;
    do {
        left = place_of(*a, at);
        right = place_of(*b, at);
        at++;
    } while (left == right && left != 0);
    if (left == right) {
        *a = span_from(*a, at - 1);
        *b = span_from(*b, at - 1);
    }
    return left - right;
}

/* Takes the digits at the beginning, of which zeros in front do not count. */
static struct span take_digits(struct span *part)
{
    size_t end = 0;
    size_t zeros = 0;
    while (end < part->length && is_digit(part->text[end]))
        end++;
    while (zeros < end && part->text[zeros] == '0')
        zeros++;
    struct span digits = span_until(*part, end);
    *part = span_from(*part, end);
    return span_from(digits, zeros);
}

static int compare_numbers(struct span a, struct span b)
{
    if (a.length != b.length)
        return a.length < b.length ? -1 : 1;
    return span_compare(a, b);
}

static int compare_parts(struct span a, struct span b)
{
    int order = 0;
    while (order == 0 && (a.length > 0 || b.length > 0)) {
        order = compare_other_runs(&a, &b);
        if (order == 0) {
            struct span left = take_digits(&a);
            order = compare_numbers(left, take_digits(&b));
        }
    }
    return order;
}

/* Takes the epoch and its colon; empty if there is none. */
static struct span take_epoch(struct span *version)
{
    size_t colon = span_find(*version, ':');
    if (colon == version->length)
        return span_until(*version, 0);
    struct span epoch = span_until(*version, colon);
    *version = span_from(*version, colon + 1);
    return take_digits(&epoch);
}

/* Takes what follows the last hyphen; empty if there is none, which is as much as 0. */
static struct span take_revision(struct span *version)
{
    size_t at = version->length;
    while (at > 0 && version->text[at - 1] != '-')
        at--;
    if (at == 0)
        return span_from(*version, version->length);
    struct span revision = span_from(*version, at);
    *version = span_until(*version, at - 1);
    return revision;
}

int dpkg_version_compare(struct span a, struct span b)
{
    struct span left = take_epoch(&a);
    int order = compare_numbers(left, take_epoch(&b));
    if (order != 0)
        return order;
    left = take_revision(&a);
    struct span right = take_revision(&b);
    order = compare_parts(a, b);
    return order != 0 ? order : compare_parts(left, right);
}
