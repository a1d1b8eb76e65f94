/* addr2line for code, nm for data. */
#include "tests/model/explore/symbols.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { ARGUMENT_BYTES = 24, PATH_BYTES = 1024, NAME_BYTES = 64, VARIABLES = 256 };

static struct variable {
    unsigned long begin, size;
    char name[NAME_BYTES];
} variables[VARIABLES];

/* The output of `tool program`, and the addresses. */
static FILE *ask(const char *tool, const void *const *places, unsigned count)
{
    char program[PATH_BYTES] = "";
    if (readlink("/proc/self/exe", program, sizeof program - 1) < 0)
        return NULL;
    size_t size = 2 * sizeof program + (size_t)count * ARGUMENT_BYTES;
    char *command = malloc(size);
    if (command == NULL)
        return NULL;
    int length = snprintf(command, size, "%s '%s'", tool, program);
    for (unsigned i = 0; i < count && length > 0; i++)
        length += snprintf(command + length, size - (size_t)length, " %#lx",
                           (unsigned long)((uintptr_t)places[i] - 1));
    fflush(stdout);
    FILE *answers = popen(command, "r"); /* NOLINT(cert-env33-c) */
    free(command);
    return answers;
}

/* Two lines each: the function, and file:line. */
void symbols_of_places(const void *const *places, unsigned count, char (*texts)[SYMBOL_BYTES])
{
    FILE *answers = ask("addr2line -f -s -e", places, count);
    for (unsigned i = 0; i < count; i++) {
        char function[SYMBOL_BYTES / 2] = "?", line[SYMBOL_BYTES / 3] = "?";
        if (answers != NULL && fgets(function, sizeof function, answers) != NULL &&
            fgets(line, sizeof line, answers) != NULL) {
            function[strcspn(function, "\n")] = '\0';
            line[strcspn(line, " \n")] = '\0';
        }
        snprintf(texts[i], SYMBOL_BYTES, "%s (%s)", function, line);
    }
    if (answers != NULL)
        pclose(answers);
}

/* Lines of address, size, type and name. */
static unsigned read_variables(void)
{
    char line[PATH_BYTES], type;
    unsigned count = 0;
    FILE *answers = ask("nm -S --defined-only", NULL, 0);
    while (answers != NULL && count < VARIABLES && fgets(line, sizeof line, answers) != NULL) {
        struct variable *variable = &variables[count];
        count += sscanf(line, "%lx %lx %c %63s", &variable->begin, /* NOLINT(cert-err34-c) */
                        &variable->size, &type, variable->name) == 4 &&
                 strchr("bBdD", type) != NULL;
    }
    if (answers != NULL)
        pclose(answers);
    return count;
}

void symbol_of_variable(const void *address, char text[SYMBOL_BYTES])
{
    static unsigned count;
    if (count == 0)
        count = read_variables();
    snprintf(text, SYMBOL_BYTES, "%p", address);
    for (unsigned i = 0; i < count; i++) {
        size_t offset = (uintptr_t)address - variables[i].begin;
        if (offset >= variables[i].size)
            continue;
        if (offset == 0)
            snprintf(text, SYMBOL_BYTES, "%s", variables[i].name);
        else
            snprintf(text, SYMBOL_BYTES, "%s+%zu", variables[i].name, offset);
    }
}
