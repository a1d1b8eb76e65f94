/* Opening, one line, closing. */
#include "bench/profile_file.h"

#include "bench/json.h"

bool profile_file_check(const char *path)
{
    FILE *file = fopen(path, "a");
    return file != NULL && fclose(file) == 0;
}

#if RC_TALLY == 2
static void write_kinds(struct json *json, const uint64_t counts[PROFILE_KINDS])
{
    for (unsigned kind = 0; kind < PROFILE_KINDS; kind++)
        json_number(json, profile_kinds[kind], counts[kind]);
}

static void write_places(struct json *json, const char *key,
                         const uint64_t counts[PROFILE_PLACES][PROFILE_KINDS])
{
    json_open(json, key, '{');
    for (unsigned place = 0; place < PROFILE_PLACES; place++) {
        json_open(json, profile_places[place], '{');
        write_kinds(json, counts[place]);
        json_close(json, '}');
    }
    json_close(json, '}');
}

static void write_levels(struct json *json, const struct rc_profile *profile)
{
    json_open(json, "levels", '{');
    for (unsigned reach = 0; reach < PROFILE_REACHES; reach++) {
        json_open(json, profile_reaches[reach], '[');
        for (unsigned level = 0; level < PROFILE_LEVELS; level++)
            json_number(json, NULL, profile->levels[reach][level]);
        json_close(json, ']');
    }
    json_close(json, '}');
}

static void write_sizes(struct json *json, const struct profile_allocations *allocations)
{
    json_open(json, "sizes", '[');
    for (unsigned i = 0; i < PROFILE_SIZES; i++) {
        if (allocations->sizes[i] == 0)
            continue;
        json_open(json, NULL, '[');
        if (i + 1 < PROFILE_SIZES)
            json_number(json, NULL, UINT64_C(16) * (i + 1));
        else
            json_null(json, NULL);
        json_number(json, NULL, allocations->sizes[i]);
        json_close(json, ']');
    }
    json_close(json, ']');
}

static void write_allocations(struct json *json, const struct rc_profile *profile)
{
    json_open(json, "allocations", '{');
    for (unsigned block = 0; block < PROFILE_BLOCKS; block++) {
        json_open(json, profile_blocks[block], '{');
        json_number(json, "count", profile->blocks[block].count);
        json_number(json, "bytes", profile->blocks[block].bytes);
        write_sizes(json, &profile->blocks[block]);
        json_close(json, '}');
    }
    json_close(json, '}');
}

static void write_objects(struct json *json, const struct profile_type *type)
{
    json_string(json, "name", type->name);
    json_string(json, "block", profile_blocks[type->block]);
    json_number(json, "made", type->made);
    json_number(json, "bytes", type->bytes);
    json_number(json, "died", type->died);
    json_number(json, "seen", type->seen);
    json_number(json, "shared", type->shared);
    write_kinds(json, type->operations);
    json_number(json, "most", type->most);
    json_number(json, "moved", type->moved);
    json_fraction(json, "mixed", type->mixed);
}

static bool is_told(const struct profile_type *type)
{
    uint64_t sum = type->made + type->died;
    for (unsigned kind = 0; kind < PROFILE_KINDS; kind++)
        sum += type->operations[kind];
    return sum > 0;
}

static void write_types(struct json *json)
{
    size_t count;
    const struct profile_type *types = rc_profile_types(&count);
    json_open(json, "types", '[');
    for (size_t i = 0; i < count; i++) {
        if (is_told(&types[i])) {
            json_open(json, NULL, '{');
            write_objects(json, &types[i]);
            json_close(json, '}');
        }
    }
    json_close(json, ']');
}

static void write_site(struct json *json, const struct profile_site *site)
{
    json_open(json, NULL, '{');
    write_objects(json, &site->objects);
    json_open(json, "calls", '[');
    for (unsigned i = 0; i < PROFILE_CALLS && site->calls[i] != 0; i++)
        json_number(json, NULL, site->calls[i]);
    json_close(json, ']');
    json_close(json, '}');
}

static void write_sites(struct json *json)
{
    size_t count;
    const struct profile_site *sites = rc_profile_sites(&count);
    json_open(json, "sites", '[');
    for (size_t i = 0; i < count; i++)
        if (is_told(&sites[i].objects))
            write_site(json, &sites[i]);
    json_close(json, ']');
}

static void write_line(FILE *file, const char *name, const struct trial_result *result)
{
    const struct rc_profile *profile = &result->profile;
    struct json json = {.file = file};
    json_open(&json, NULL, '{');
    json_string(&json, "schema", "refbench.profile/1");
    json_string(&json, "name", name);
    json_number(&json, "operations", result->operations);
    json_number(&json, "checksum", result->checksum);
    json_number(&json, "made", profile->made);
    json_number(&json, "died", profile->died);
    json_number(&json, "seen", profile->seen);
    json_number(&json, "shared", profile->shared);
    json_number(&json, "writes", profile->writes);
    json_number(&json, "old_writes", profile->old_writes);
    json_number(&json, "locks", profile->locks);
    json_number(&json, "moved", profile->moved);
    json_fraction(&json, "mixed", profile->mixed);
    write_places(&json, "increments", profile->increments);
    write_places(&json, "decrements", profile->decrements);
    json_open(&json, "kept", '{');
    write_kinds(&json, profile->kept);
    json_close(&json, '}');
    write_levels(&json, profile);
    write_allocations(&json, profile);
    write_types(&json);
    write_sites(&json);
    json_close(&json, '}');
    fputc('\n', file);
}

bool profile_file_append(const char *path, const char *name, const struct trial_result *result)
{
    FILE *file = result->profiled ? fopen(path, "a") : NULL;
    if (file == NULL)
        return false;
    write_line(file, name, result);
    bool ok = ferror(file) == 0;
    return fclose(file) == 0 && ok;
}
#else
bool profile_file_append(const char *path, const char *name, const struct trial_result *result)
{
    (void)path, (void)name, (void)result;
    return false;
}
#endif
