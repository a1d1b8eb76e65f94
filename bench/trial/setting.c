/* Reading and printing settings. */
#include "bench/trial/setting.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

size_t settings_length(const struct setting *settings)
{
    size_t length = 0;
    while (settings != NULL && settings[length].name != NULL)
        length++;
    return length;
}

void settings_reset(const struct setting *settings, uint64_t values[SETTINGS_MAX])
{
    memset(values, 0, SETTINGS_MAX * sizeof(values[0]));
    for (size_t i = 0; i < settings_length(settings); i++)
        values[i] = settings[i].standard;
}

static bool parse_word(const struct setting *setting, const char *text, uint64_t *value)
{
    for (uint64_t i = 0; i <= setting->most; i++) {
        if (strcmp(setting->words[i], text) == 0) {
            *value = i;
            return true;
        }
    }
    return false;
}

static bool parse_number(const struct setting *setting, const char *text, uint64_t *value)
{
    if (*text < '0' || *text > '9')
        return false;
    char *end;
    errno = 0;
    unsigned long long number = strtoull(text, &end, 10);
    if (errno != 0 || *end != '\0' || number < setting->least || number > setting->most)
        return false;
    *value = number;
    return true;
}

/* The setting whose "name=" `text` begins with; how many settings there are if there is none. */
static size_t find(const struct setting *settings, const char *text)
{
    size_t length = settings_length(settings);
    for (size_t i = 0; i < length; i++) {
        size_t name = strlen(settings[i].name);
        if (strncmp(text, settings[i].name, name) == 0 && text[name] == '=')
            return i;
    }
    return length;
}

/* Adds to the text in `text`, as much as there is room for. */
static void append(char *text, size_t size, const char *addition)
{
    size_t length = strlen(text);
    snprintf(text + length, size - length, "%s", addition);
}

static void name_settings(const struct setting *settings, const char *text, char *problem,
                          size_t size)
{
    if (settings_length(settings) == 0) {
        snprintf(problem, size, "%.100s: there is nothing to set", text);
        return;
    }
    snprintf(problem, size, "%.100s: give NAME=VALUE with a name of", text);
    for (size_t i = 0; i < settings_length(settings); i++) {
        append(problem, size, i == 0 ? " " : ", ");
        append(problem, size, settings[i].name);
    }
}

static void name_values(const struct setting *setting, const char *text, char *problem, size_t size)
{
    if (setting->words == NULL) {
        snprintf(problem, size, "%.100s: give a number from %" PRIu64 " to %" PRIu64, text,
                 setting->least, setting->most);
        return;
    }
    snprintf(problem, size, "%.100s: give one of", text);
    for (uint64_t i = 0; i <= setting->most; i++) {
        append(problem, size, i == 0 ? " " : ", ");
        append(problem, size, setting->words[i]);
    }
}

bool setting_parse(const struct setting *settings, const char *text, uint64_t values[SETTINGS_MAX],
                   char *problem, size_t size)
{
    size_t i = find(settings, text);
    if (i == settings_length(settings)) {
        name_settings(settings, text, problem, size);
        return false;
    }
    const struct setting *setting = &settings[i];
    const char *value = strchr(text, '=') + 1;
    bool ok = setting->words != NULL ? parse_word(setting, value, &values[i])
                                     : parse_number(setting, value, &values[i]);
    if (!ok)
        name_values(setting, text, problem, size);
    return ok;
}

void settings_print(const struct setting *settings, const uint64_t values[SETTINGS_MAX], char *name,
                    size_t size)
{
    for (size_t i = 0; i < settings_length(settings); i++) {
        const struct setting *setting = &settings[i];
        if (values[i] == setting->standard)
            continue;
        char part[64];
        if (setting->words != NULL)
            snprintf(part, sizeof(part), "/%s:%s", setting->name, setting->words[values[i]]);
        else
            snprintf(part, sizeof(part), "/%s:%" PRIu64, setting->name, values[i]);
        append(name, size, part);
    }
}
