/*
 * The reader of dpkg's status file: any bytes are either refused, at one of their lines and with a reason, or a list of packages
 * whose texts lie within them, whose needs lead to packages of the list, and which, written again field by field, are read as the
 * same list with the same graph.  Versions are in one order: what is compared both ways, and over a third, agrees.
 */
#include "tests/fuzz/fuzz.h"

#include "alloc/base/check.h"
#include "bench/trial/dpkg_relation.h"
#include "bench/trial/dpkg_status.h"
#include "bench/trial/dpkg_version.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

const struct fuzz_sample fuzz_samples[] = {
    FUZZ_SAMPLE("Package: libc6\nStatus: install ok installed\nArchitecture: amd64\n"
                "Multi-Arch: same\nVersion: 2.36-9+deb12u10\nProvides: libc6-x, libcrypt (= 4.4)\n"
                "Depends: libgcc-s1, libcrypt1 (>= 1:4.4.10-10~)\n\n"
                "Package: libgcc-s1\nStatus: install ok installed\nArchitecture: amd64\n"
                "Version: 12.2.0-14\nDepends: gcc-12-base (= 12.2.0-14), libc6 (>= 2.35)\n"),
    FUZZ_SAMPLE("Package: a\nStatus: hold ok installed\nVersion: 1:1.0~rc1-1\nArchitecture: all\n"
                "Depends: b | c (<< 2),\n d:any (>> 0), a\nProvides: c (= 1), d\n"
                "Description: x\n over\n .\n"),
    FUZZ_SAMPLE("Package: d\nStatus: deinstall ok config-files\nConffiles:\n /etc/d 0123\n\n"
                "package: b\nstatus: install ok installed\nversion: 0\narchitecture: i386\n"
                "pre-depends: perl:any, x [amd64]\n"),
    FUZZ_SAMPLE("Package: a\nStatus: install ok installed\nVersion: 1\nArchitecture: amd64\n"
                "Multi-Arch: foreign\nDepends: b (<= 1-1)\n\nPackage: b\nStatus: a b installed\n"
                "Version: 1-1\nArchitecture: i386\nMulti-Arch: allowed\nDepends: b:i386, a:any\n"),
};
const size_t fuzz_sample_count = sizeof(fuzz_samples) / sizeof(fuzz_samples[0]);

enum { VERSIONS_MAX = 12 };

struct text {
    char *bytes;
    size_t length;
    size_t capacity;
};

static void add(struct text *text, struct span span)
{
    CHECK(text->length + span.length <= text->capacity, "more is written than was read");
    if (span.length > 0)
        memcpy(text->bytes + text->length, span.text, span.length);
    text->length += span.length;
}

static void add_word(struct text *text, const char *word)
{
    add(text, (struct span){word, strlen(word)});
}

static void check_within(struct span span, struct span whole)
{
    CHECK(span.length == 0 ||
              (span.text >= whole.text && span.text + span.length <= whole.text + whole.length),
          "a span beyond the %zu bytes", whole.length);
}

static int sign(int order) { return (order > 0) - (order < 0); }

static int compare(struct span a, struct span b)
{
    int order = sign(dpkg_version_compare(a, b));
    CHECK(order == -sign(dpkg_version_compare(b, a)), "%.*s and %.*s both ways", (int)a.length,
          a.text, (int)b.length, b.text);
    return order;
}

static void check_versions(const struct span *versions, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        CHECK(compare(versions[i], versions[i]) == 0, "a version is not as late as itself");
        for (size_t j = 0; j < count; j++)
            for (size_t k = 0; k < count; k++)
                CHECK(compare(versions[i], versions[j]) > 0 ||
                          compare(versions[j], versions[k]) > 0 ||
                          compare(versions[i], versions[k]) <= 0,
                      "versions in no order: %.*s, %.*s, %.*s", (int)versions[i].length,
                      versions[i].text, (int)versions[j].length, versions[j].text,
                      (int)versions[k].length, versions[k].text);
    }
}

static void write_relations(struct text *text, struct span field, struct span whole)
{
    struct dpkg_relations relations = dpkg_relations_of(field);
    struct dpkg_relation relation;
    for (bool first = true; dpkg_relation_next(&relations, &relation); first = false) {
        check_within(relation.name, whole);
        check_within(relation.version, whole);
        CHECK(relation.name.length > 0 && !(first && relation.alternative), "no relation");
        CHECK((relation.how == DPKG_ANY) == (relation.version.length == 0), "half a version");
        if (!first)
            add_word(text, relation.alternative ? "|" : ",");
        add(text, relation.name);
        if (relation.qualifier.length > 0)
            add_word(text, ":");
        add(text, relation.qualifier);
        if (relation.how != DPKG_ANY) {
            add_word(text, "(");
            add_word(text, dpkg_operators[relation.how]);
            add(text, relation.version);
            add_word(text, ")");
        }
    }
    CHECK(relations.reason == NULL, "a relation that could be read is refused");
}

/* A stanza in few bytes: each field without blanks, relations normalised. */
static void write_stanza(struct text *text, const struct dpkg_stanza *stanza, struct span whole)
{
    static const char *const names[DPKG_FIELDS] = {"Package",      "Status",     "Version",
                                                   "Architecture", "Multi-Arch", "Pre-Depends",
                                                   "Depends",      "Provides"};
    for (enum dpkg_field field = 0; field < DPKG_FIELDS; field++) {
        check_within(stanza->fields[field], whole);
        if (stanza->fields[field].length == 0)
            continue;
        add_word(text, names[field]);
        add_word(text, ":");
        if (field >= DPKG_PRE_DEPENDS)
            write_relations(text, stanza->fields[field], whole);
        else
            add(text, stanza->fields[field]);
        add_word(text, "\n");
    }
    add_word(text, "\n");
}

static struct text write_all(const struct dpkg_status *status, struct span whole)
{
    struct text text = {.capacity = 2 * whole.length + 16};
    struct span versions[VERSIONS_MAX];
    text.bytes = malloc(text.capacity);
    CHECK(text.bytes != NULL, "no memory for a text");
    for (uint32_t i = 0; i < status->length; i++) {
        struct dpkg_stanza stanza;
        struct dpkg_problem problem;
        check_within(status->entries[i].text, whole);
        CHECK(dpkg_stanza_read(&stanza, status->entries[i].text, 1, &problem) && stanza.installed,
              "a stanza that could be read is refused");
        write_stanza(&text, &stanza, whole);
        versions[i % VERSIONS_MAX] = stanza.fields[DPKG_VERSION];
    }
    check_versions(versions, status->length < VERSIONS_MAX ? status->length : VERSIONS_MAX);
    return text;
}

static void check_status(const struct dpkg_status *status, struct span whole)
{
    struct dpkg_status again = {0};
    struct dpkg_problem problem;
    CHECK(status->length >= 1, "no package");
    for (uint32_t i = 0; i < status->edges; i++)
        CHECK(status->targets[i] < status->length, "a need that leads nowhere");
    struct text text = write_all(status, whole);
    CHECK(dpkg_status_parse(&again, (struct span){text.bytes, text.length}, 1, &problem),
          "what was written is refused: %zu: %s: %.*s", problem.line, problem.reason,
          (int)text.length, text.bytes);
    CHECK(again.length == status->length && again.edges == status->edges &&
              again.unmet == status->unmet &&
              memcmp(again.first, status->first,
                     ((size_t)status->length + 1) * sizeof(status->first[0])) == 0 &&
              memcmp(again.targets, status->targets, status->edges * sizeof(status->targets[0])) ==
                  0,
          "read again, the graph is another");
    dpkg_status_free(&again);
    free(text.bytes);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct span whole = {(const char *)data, size};
    struct dpkg_status status = {0};
    struct dpkg_problem problem = {0};
    if (dpkg_status_parse(&status, whole, 1, &problem)) {
        check_status(&status, whole);
    } else {
        CHECK(problem.reason != NULL && problem.reason != dpkg_no_memory,
              "refused without a reason");
        CHECK(problem.line >= 1 && problem.line <= size + 1, "%s: at line %zu of %zu bytes",
              problem.reason, problem.line, size);
    }
    dpkg_status_free(&status);
    return 0;
}
