/* Comparing, keeping, writing. */
#include "bench/tour/claim.h"

#include "alloc/base/check.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

/* The next one, with its texts still to come. */
static struct claim *claim_add(struct claims *claims, const char *what, bool ok)
{
    CHECK(claims->length < CLAIMS, "a statement has more than %d claims", CLAIMS);
    struct claim *claim = &claims->list[claims->length++];
    snprintf(claim->what, sizeof claim->what, "%s", what);
    claim->ok = ok;
    claims->failed += !ok;
    return claim;
}

void claim_equal(struct claims *claims, const char *what, uint64_t expected, uint64_t seen)
{
    struct claim *claim = claim_add(claims, what, seen == expected);
    snprintf(claim->expected, sizeof claim->expected, "%" PRIu64, expected);
    snprintf(claim->seen, sizeof claim->seen, "%" PRIu64, seen);
}

void claim_at_least(struct claims *claims, const char *what, uint64_t least, uint64_t seen)
{
    struct claim *claim = claim_add(claims, what, seen >= least);
    snprintf(claim->expected, sizeof claim->expected, "at least %" PRIu64, least);
    snprintf(claim->seen, sizeof claim->seen, "%" PRIu64, seen);
}

void claim_at_most(struct claims *claims, const char *what, uint64_t most, uint64_t seen)
{
    struct claim *claim = claim_add(claims, what, seen <= most);
    snprintf(claim->expected, sizeof claim->expected, "at most %" PRIu64, most);
    snprintf(claim->seen, sizeof claim->seen, "%" PRIu64, seen);
}

void claim_text(struct claims *claims, const char *what, const char *expected, const char *seen)
{
    struct claim *claim = claim_add(claims, what, strcmp(seen, expected) == 0);
    snprintf(claim->expected, sizeof claim->expected, "%s", expected);
    snprintf(claim->seen, sizeof claim->seen, "%s", seen);
}

void claim_true(struct claims *claims, const char *what, bool seen)
{
    claim_text(claims, what, "yes", seen ? "yes" : "no");
}

void claim_same(struct claims *claims, const char *what, const void *expected, const void *seen)
{
    struct claim *claim = claim_add(claims, what, seen == expected);
    snprintf(claim->expected, sizeof claim->expected, "%p", expected);
    snprintf(claim->seen, sizeof claim->seen, "%p", seen);
}

void claim_other(struct claims *claims, const char *what, const void *than, const void *seen)
{
    struct claim *claim = claim_add(claims, what, seen != than);
    snprintf(claim->expected, sizeof claim->expected, "not %p", than);
    snprintf(claim->seen, sizeof claim->seen, "%p", seen);
}

static void write_claim(struct json *json, const struct claim *claim)
{
    json_open(json, NULL, '{');
    json_string(json, "what", claim->what);
    json_string(json, "expected", claim->expected);
    json_string(json, "seen", claim->seen);
    json_bool(json, "ok", claim->ok);
    json_close(json, '}');
}

void claim_write_all(struct claims *claims, struct json *json)
{
    json_open(json, "checks", '[');
    for (unsigned i = 0; i < claims->length; i++)
        write_claim(json, &claims->list[i]);
    json_close(json, ']');
    claims->length = 0;
}
