/* Reading flags. */
#include "bench/manual/options.h"

#include "bench/manual/team.h"

#include <stdlib.h>
#include <string.h>

/* What stands behind `name` and "=" in a flag; NULL if it is another flag. */
static const char *value_of(const char *flag, const char *name)
{
    size_t length = strlen(name);
    return strncmp(flag, name, length) == 0 && flag[length] == '=' ? flag + length + 1 : NULL;
}

static bool read_pin(struct options *options, const char *value)
{
    for (enum pin_policy policy = PIN_NEAR; policy < PIN_POLICIES; policy++) {
        if (strcmp(value, pin_names[policy]) == 0) {
            options->pin = policy;
            return true;
        }
    }
    return false;
}

/* 1,2,4 */
static bool read_threads(struct options *options, const char *value)
{
    options->thread_counts = 0;
    for (const char *next = value; options->thread_counts < OPTIONS_THREAD_COUNTS; next++) {
        char *end = NULL;
        unsigned long count = *next >= '0' && *next <= '9' ? strtoul(next, &end, 10) : 0;
        if (count < 1 || count > TEAM_MAX || (*end != ',' && *end != '\0'))
            return false;
        options->threads[options->thread_counts++] = (unsigned)count;
        if (*end == '\0')
            return true;
        next = end;
    }
    return false;
}

/* Nothing is collected here, which is as if it were off or had nothing to find. */
static bool read_collector(const char *value)
{
    return strcmp(value, "on") == 0 || strcmp(value, "off") == 0;
}

enum reading { TAKEN, LEFT, BAD };

static enum reading taken_if(bool good) { return good ? TAKEN : BAD; }

static enum reading read_flag(struct options *options, const char *flag)
{
    const char *value;
    if ((value = value_of(flag, "--pin")) != NULL)
        return taken_if(read_pin(options, value));
    if ((value = value_of(flag, "--threads")) != NULL)
        return taken_if(read_threads(options, value));
    if ((value = value_of(flag, "--collector")) != NULL)
        return taken_if(read_collector(value));
    if (strcmp(flag, "--describe") == 0)
        return taken_if(options->describe = true);
    if (strcmp(flag, "--help") == 0 || strcmp(flag, "-h") == 0)
        return taken_if(options->help = true);
    return LEFT;
}

bool options_take(struct options *options, int *argc, char **argv)
{
    *options = (struct options){.pin = PIN_NEAR, .threads = {1}, .thread_counts = 1};
    int left = 1;
    for (int i = 1; i < *argc; i++) {
        enum reading found = read_flag(options, argv[i]);
        if (found == BAD) {
            argv[1] = argv[i];
            return false;
        }
        if (found == LEFT)
            argv[left++] = argv[i];
    }
    argv[left] = NULL;
    *argc = left;
    return true;
}
