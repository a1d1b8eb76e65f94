/* Telling what is wrong. */
#include "tests/fuzz/model/problem.h"

#include "bench/exit_status.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static struct problem own;
struct problem *problem = &own;
bool problem_aborts;

void problem_say(const char *format, ...)
{
    char *line = problem->lines[problem->step];
    const size_t length = strlen(line);
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(line + length, PROBLEM_LINE - length, format, arguments);
    va_end(arguments);
}

_Noreturn void problem_found(const char *file, int line, const char *format, ...)
{
    char what[PROBLEM_TEXT - 100];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(what, sizeof what, format, arguments);
    va_end(arguments);
    snprintf(problem->text, sizeof problem->text, "expected: %s (%s:%d)", what, file, line);
    fprintf(stderr, "%s\n", problem->text);
    fflush(NULL);
    if (problem_aborts)
        abort();
    _exit(EXIT_TRIALS_FAILED);
}
