/* A cursor that takes one word after another. */
#include "bench/trial/dpkg_relation.h"

#include "bench/trial/dpkg_version.h"

const char *const dpkg_operators[DPKG_OPERATORS] = {"", "<<", "<=", "=", ">=", ">>"};

static void skip_blanks(struct dpkg_relations *relations)
{
    while (relations->rest.length > 0 && span_is_blank(relations->rest.text[0]))
        relations->rest = span_from(relations->rest, 1);
}

static bool is_next(const struct dpkg_relations *relations, char c)
{
    return relations->rest.length > 0 && relations->rest.text[0] == c;
}

/* Takes `c` and the blanks after it, if it is next. */
static bool take(struct dpkg_relations *relations, char c)
{
    if (!is_next(relations, c))
        return false;
    relations->rest = span_from(relations->rest, 1);
    skip_blanks(relations);
    return true;
}

static bool refuse(struct dpkg_relations *relations, const char *reason)
{
    relations->reason = reason;
    return false;
}

static bool is_word(char c, const char *others)
{
    return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') ||
           (c != '\0' && strchr(others, c) != NULL);
}

/* Takes letters, digits and `others`, at least one, and the blanks after them. */
static bool take_word(struct dpkg_relations *relations, const char *others, struct span *word,
                      const char *reason)
{
    size_t end = 0;
    while (end < relations->rest.length && is_word(relations->rest.text[end], others))
        end++;
    *word = span_until(relations->rest, end);
    if (end == 0)
        return refuse(relations, reason);
    relations->rest = span_from(relations->rest, end);
    skip_blanks(relations);
    return true;
}

static bool take_operator(struct dpkg_relations *relations, enum dpkg_operator *how)
{
    for (enum dpkg_operator o = DPKG_EARLIER; o < DPKG_OPERATORS; o++) {
        size_t length = strlen(dpkg_operators[o]);
        if (relations->rest.length >= length &&
            memcmp(relations->rest.text, dpkg_operators[o], length) == 0) {
            *how = o;
            relations->rest = span_from(relations->rest, length);
            skip_blanks(relations);
            return true;
        }
    }
    return refuse(relations, "an operator other than <<, <=, =, >= and >>");
}

static bool take_version(struct dpkg_relations *relations, struct dpkg_relation *relation)
{
    return take_operator(relations, &relation->how) &&
           take_word(relations, ".+-~:", &relation->version, "no version after an operator") &&
           (take(relations, ')') || refuse(relations, "a version without its closing parenthesis"));
}

/* After a relation: a comma, a bar, or the end. */
static bool is_separated(const struct dpkg_relations *relations)
{
    return relations->rest.length == 0 || is_next(relations, ',') || is_next(relations, '|');
}

bool dpkg_relation_next(struct dpkg_relations *relations, struct dpkg_relation *relation)
{
    bool first = relations->rest.text == relations->field.text;
    *relation = (struct dpkg_relation){.how = DPKG_ANY};
    skip_blanks(relations);
    if (relations->reason != NULL || relations->rest.length == 0)
        return false;
    relation->alternative = !first && take(relations, '|');
    if (!first && !relation->alternative && !take(relations, ','))
        return refuse(relations, "neither a comma nor a bar between two relations");
    if (!take_word(relations, "+-.", &relation->name, "a relation without a name"))
        return false;
    if (take(relations, ':') &&
        !take_word(relations, "-", &relation->qualifier, "no architecture after a colon"))
        return false;
    if (take(relations, '(') && !take_version(relations, relation))
        return false;
    return is_separated(relations) || refuse(relations, "more after a relation than a version");
}

static bool fits(const struct dpkg_relation *relation, struct span architecture,
                 const struct dpkg_offer *offer)
{
    if (span_is(offer->multi_arch, "foreign"))
        return true;
    if (span_is(relation->qualifier, "any"))
        return span_is(offer->multi_arch, "allowed");
    struct span wanted = relation->qualifier.length > 0 ? relation->qualifier : architecture;
    return span_is(wanted, "all") || span_is(offer->architecture, "all") ||
           span_equals(wanted, offer->architecture);
}

static bool is_in_time(const struct dpkg_relation *relation, struct span version)
{
    int order = dpkg_version_compare(version, relation->version);
    switch (relation->how) {
    case DPKG_EARLIER:
        return order < 0;
    case DPKG_EARLIER_EQUAL:
        return order <= 0;
    case DPKG_EQUAL:
        return order == 0;
    case DPKG_LATER_EQUAL:
        return order >= 0;
    default:
        return order > 0;
    }
}

bool dpkg_relation_is_met(const struct dpkg_relation *relation, struct span architecture,
                          const struct dpkg_offer *offer)
{
    bool version = relation->how == DPKG_ANY ||
                   (offer->version.length > 0 && is_in_time(relation, offer->version));
    return version && fits(relation, architecture, offer);
}
