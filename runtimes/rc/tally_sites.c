/*
 * Sites: a table with open addressing and linear probing, whose places hold numbers; it is never more than half full.  The latest
 * one is tried first: objects that are made one after another are often made at one site.  When there is no room for more, a type
 * has one site without calls.
 */
#include "runtimes/rc/tally.h"

#if RC_TALLY == 2
#include "runtimes/rc/tally_sites.h"

#include <string.h>

enum { PLACES = 2 * PROFILE_SITES };

static struct {
    struct profile_site known[PROFILE_SITES];
    struct profile_site told[PROFILE_SITES];
    struct profile_type types[PROFILE_TYPES];
    uint16_t places[PLACES]; /* 0: free */
    unsigned length;
    unsigned length_told;
    unsigned types_told;
    unsigned latest;
} sites = {.known = {{.objects.name = "(others)"}}, .length = 1};

const char *const profile_kinds[PROFILE_KINDS] = {"owner", "foreign", "immortal"};
const char *const profile_places[PROFILE_PLACES] = {"stack", "read",    "found", "constant",
                                                    "owned", "written", "ended", "named"};
const char *const profile_blocks[PROFILE_BLOCKS] = {"object", "container", "table"};
const char *const profile_reaches[PROFILE_REACHES] = {"visited", "held"};

static bool is_at(const struct profile_site *site, const char *name,
                  const uintptr_t calls[PROFILE_CALLS])
{
    return site->objects.name == name && memcmp(site->calls, calls, sizeof(site->calls)) == 0;
}

static unsigned hash(const char *name, const uintptr_t calls[PROFILE_CALLS])
{
    uint64_t mixed = (uintptr_t)name;
    for (unsigned i = 0; i < PROFILE_CALLS; i++)
        mixed = (mixed ^ calls[i]) * UINT64_C(0x9e3779b97f4a7c15);
    return (unsigned)(mixed >> 32);
}

/* The place of its number, or a free one. */
static uint16_t *place_of(const char *name, const uintptr_t calls[PROFILE_CALLS])
{
    unsigned i = hash(name, calls) % PLACES;
    while (sites.places[i] != 0 && !is_at(&sites.known[sites.places[i]], name, calls))
        i = (i + 1) % PLACES;
    return &sites.places[i];
}

static const uintptr_t nowhere[PROFILE_CALLS];

static unsigned add(const char *name, const uintptr_t calls[PROFILE_CALLS])
{
    if (sites.length == PROFILE_SITES)
        return 0;
    struct profile_site *site = &sites.known[sites.length];
    site->objects.name = name;
    memcpy(site->calls, calls, sizeof(site->calls));
    return sites.length++;
}

/* The last ones are kept for types without a place. */
static bool is_full(void) { return sites.length >= PROFILE_SITES - PROFILE_TYPES; }

unsigned tally_site_number(const char *name, const uintptr_t calls[PROFILE_CALLS])
{
    if (is_at(&sites.known[sites.latest], name, calls))
        return sites.latest;
    uint16_t *place = place_of(name, calls);
    if (*place == 0 && is_full() && calls != nowhere)
        return tally_site_number(name, nowhere);
    if (*place == 0)
        *place = (uint16_t)add(name, calls);
    return sites.latest = *place;
}

struct profile_type *tally_site(unsigned number) { return &sites.known[number].objects; }

void tally_sites_forget(void)
{
    for (unsigned i = 0; i < sites.length; i++)
        sites.known[i].objects = (struct profile_type){.name = sites.known[i].objects.name};
}

struct profile_site *tally_sites_tell(void)
{
    memcpy(sites.told, sites.known, sizeof(sites.told));
    sites.length_told = sites.length;
    return sites.told;
}

/* --- types ------------------------------------------------------------------------------------------ */

/* The one of that name; the first one if there is no room for it. */
static struct profile_type *type_of(const char *name)
{
    for (unsigned i = 0; i < sites.types_told; i++)
        if (strcmp(sites.types[i].name, name) == 0)
            return &sites.types[i];
    if (sites.types_told == PROFILE_TYPES)
        return &sites.types[0];
    sites.types[sites.types_told] = (struct profile_type){.name = name};
    return &sites.types[sites.types_told++];
}

static void add_to(struct profile_type *type, const struct profile_type *objects)
{
    if (objects->made != 0)
        type->block = objects->block;
    type->made += objects->made;
    type->bytes += objects->bytes;
    type->died += objects->died;
    type->seen += objects->seen;
    type->shared += objects->shared;
    for (unsigned kind = 0; kind < PROFILE_KINDS; kind++)
        type->operations[kind] += objects->operations[kind];
    if (objects->most > type->most)
        type->most = objects->most;
    type->moved += objects->moved;
    type->mixed += objects->mixed;
}

void tally_types_sum(void)
{
    sites.types_told = 0;
    for (unsigned i = 0; i < sites.length_told; i++)
        add_to(type_of(sites.told[i].objects.name), &sites.told[i].objects);
}

const struct profile_type *rc_profile_types(size_t *count)
{
    *count = sites.types_told;
    return sites.types;
}

const struct profile_site *rc_profile_sites(size_t *count)
{
    *count = sites.length_told;
    return sites.told;
}
#else
typedef int profile_sites_none; /* ISO C wants a declaration in every file */
#endif
