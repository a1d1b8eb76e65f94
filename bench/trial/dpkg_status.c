/* Reading all stanzas, then resolving what they need by a sorted array of what they offer. */
#include "bench/trial/dpkg_status.h"

#include "bench/trial/dpkg_relation.h"
#include "bench/trial/file.h"
#include "bench/trial/input.h"

#include <stdio.h>
#include <stdlib.h>

enum { PROBLEM = 256 };

const char dpkg_no_memory[] = "no memory";

/* Something with a name that a package is or provides. */
struct named {
    struct span name;
    struct dpkg_offer offer;
    uint32_t package;
};

struct resolver {
    struct dpkg_status *status;
    struct dpkg_stanza *stanzas; /* of the entries */
    struct named *offers;        /* by name, and then by package */
    size_t length;
    size_t capacity;
};

static bool refuse(struct dpkg_problem *problem, size_t line, const char *reason)
{
    *problem = (struct dpkg_problem){reason, line};
    return false;
}

/* --- stanzas ------------------------------------------------------------------------------------ */

static bool add_entry(struct dpkg_status *status, struct span text, size_t line)
{
    if (status->length == status->capacity) {
        uint32_t capacity = status->capacity == 0 ? 256 : 2 * status->capacity;
        struct dpkg_entry *entries =
            realloc(status->entries, (size_t)capacity * sizeof(entries[0]));
        if (entries == NULL)
            return false;
        status->entries = entries;
        status->capacity = capacity;
    }
    status->entries[status->length++] = (struct dpkg_entry){text, line};
    return true;
}

/* Every stanza can be read; those of installed packages are kept. */
static bool read_stanzas(struct dpkg_status *status, struct span text, struct dpkg_problem *problem)
{
    struct dpkg_stanza stanza;
    struct span part;
    size_t line = 1;
    size_t begin = 1;
    while (dpkg_stanza_next(&text, &line, &part, &begin)) {
        if (!dpkg_stanza_read(&stanza, part, begin, problem))
            return false;
        if (stanza.installed && !add_entry(status, part, begin))
            return refuse(problem, begin, dpkg_no_memory);
    }
    return status->length > 0 || refuse(problem, 1, "no package in it is installed");
}

/* --- offers ------------------------------------------------------------------------------------- */

static bool add_offer(struct resolver *resolver, const struct named *offer)
{
    if (resolver->length == resolver->capacity) {
        size_t capacity = resolver->capacity == 0 ? 1024 : 2 * resolver->capacity;
        struct named *offers = realloc(resolver->offers, capacity * sizeof(offers[0]));
        if (offers == NULL)
            return false;
        resolver->offers = offers;
        resolver->capacity = capacity;
    }
    resolver->offers[resolver->length++] = *offer;
    return true;
}

static bool add_offers_of(struct resolver *resolver, uint32_t package)
{
    const struct span *fields = resolver->stanzas[package].fields;
    struct named named = {
        fields[DPKG_PACKAGE],
        {fields[DPKG_VERSION], fields[DPKG_ARCHITECTURE], fields[DPKG_MULTI_ARCH]},
        package};
    bool ok = add_offer(resolver, &named);
    struct dpkg_relations provides = dpkg_relations_of(fields[DPKG_PROVIDES]);
    struct dpkg_relation relation;
    while (ok && dpkg_relation_next(&provides, &relation)) {
        named.name = relation.name;
        named.offer.version = relation.version;
        ok = add_offer(resolver, &named);
    }
    return ok;
}

static int compare_offers(const void *a, const void *b)
{
    const struct named *left = a;
    const struct named *right = b;
    int order = span_compare(left->name, right->name);
    return order != 0 ? order : (left->package > right->package) - (left->package < right->package);
}

/* The first offer of that name, or where it would be. */
static size_t find_offers(const struct resolver *resolver, struct span name)
{
    size_t low = 0;
    size_t high = resolver->length;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (span_compare(resolver->offers[middle].name, name) < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

/* --- needs -------------------------------------------------------------------------------------- */

/* The package that meets the relation; the number of packages if none does. */
static uint32_t resolve(const struct resolver *resolver, const struct dpkg_relation *relation,
                        struct span architecture)
{
    for (size_t i = find_offers(resolver, relation->name);
         i < resolver->length && span_equals(resolver->offers[i].name, relation->name); i++)
        if (dpkg_relation_is_met(relation, architecture, &resolver->offers[i].offer))
            return resolver->offers[i].package;
    return resolver->status->length;
}

static bool add_edge(struct dpkg_status *status, uint32_t target)
{
    if (target == status->length) {
        status->unmet++;
        return true;
    }
    if (status->edges == status->edge_capacity) {
        uint32_t capacity = status->edge_capacity == 0 ? 4096 : 2 * status->edge_capacity;
        uint32_t *targets = realloc(status->targets, (size_t)capacity * sizeof(targets[0]));
        if (targets == NULL)
            return false;
        status->targets = targets;
        status->edge_capacity = capacity;
    }
    status->targets[status->edges++] = target;
    return true;
}

static bool add_edges_of(struct resolver *resolver, uint32_t package, enum dpkg_field field)
{
    const struct span *fields = resolver->stanzas[package].fields;
    struct dpkg_relations needs = dpkg_relations_of(fields[field]);
    struct dpkg_relation relation;
    const uint32_t none = resolver->status->length;
    uint32_t found = none;
    bool any = false;
    bool ok = true;
    while (ok && dpkg_relation_next(&needs, &relation)) {
        if (any && !relation.alternative) {
            ok = add_edge(resolver->status, found);
            found = none;
        }
        any = true;
        if (found == none)
            found = resolve(resolver, &relation, fields[DPKG_ARCHITECTURE]);
    }
    return ok && (!any || add_edge(resolver->status, found));
}

static bool add_all_offers(struct resolver *resolver)
{
    const struct dpkg_status *status = resolver->status;
    struct dpkg_problem problem;
    bool ok = true;
    for (uint32_t i = 0; ok && i < status->length; i++)
        ok = dpkg_stanza_read(&resolver->stanzas[i], status->entries[i].text, 1, &problem) &&
             add_offers_of(resolver, i);
    if (ok)
        qsort(resolver->offers, resolver->length, sizeof(resolver->offers[0]), compare_offers);
    return ok;
}

static bool add_all_edges(struct resolver *resolver)
{
    struct dpkg_status *status = resolver->status;
    bool ok = true;
    for (uint32_t i = 0; ok && i < status->length; i++) {
        ok = add_edges_of(resolver, i, DPKG_PRE_DEPENDS) && add_edges_of(resolver, i, DPKG_DEPENDS);
        status->first[i + 1] = status->edges;
    }
    return ok;
}

static bool resolve_all(struct dpkg_status *status)
{
    struct resolver resolver = {.status = status};
    status->first = calloc((size_t)status->length + 1, sizeof(status->first[0]));
    status->targets = calloc(1, sizeof(status->targets[0]));
    status->edge_capacity = 1;
    resolver.stanzas = calloc(status->length, sizeof(resolver.stanzas[0]));
    bool ok = status->first != NULL && status->targets != NULL && resolver.stanzas != NULL &&
              add_all_offers(&resolver) && add_all_edges(&resolver);
    free(resolver.stanzas);
    free(resolver.offers);
    return ok;
}

bool dpkg_status_parse(struct dpkg_status *status, struct span text, unsigned divisor,
                       struct dpkg_problem *problem)
{
    if (!read_stanzas(status, text, problem))
        return false;
    status->length = (status->length + divisor - 1) / divisor;
    return resolve_all(status) || refuse(problem, 1, dpkg_no_memory);
}

bool dpkg_status_read(struct dpkg_status *status, const char *path, unsigned divisor,
                      char problem[256])
{
    size_t length;
    status->text = file_read(path, &length);
    if (status->text == NULL) {
        input_problem(INPUT_DPKG_STATUS, path, problem, PROBLEM);
        return false;
    }
    struct dpkg_problem found;
    if (dpkg_status_parse(status, (struct span){status->text, length}, divisor, &found))
        return true;
    snprintf(problem, PROBLEM, "%.80s:%zu: %s (%s)", path, found.line, found.reason,
             inputs[INPUT_DPKG_STATUS].remedy);
    return false;
}

void dpkg_status_free(struct dpkg_status *status)
{
    free(status->text);
    free(status->entries);
    free(status->first);
    free(status->targets);
    *status = (struct dpkg_status){0};
}
