/* What /proc says of one thread, and what may be return addresses on its stack. */
#define _GNU_SOURCE /* process_vm_readv; NOLINT(bugprone-reserved-identifier,cert-dcl37-c,cert-dcl51-cpp) */
#include "alloc/base/task.h"

#include <fcntl.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

enum {
    FACT = 256,         /* bytes that are read of a file */
    STACK_WORDS = 1024, /* that are looked at */
    CALLERS = 4,        /* addresses of the program that are told */
};

/* The program itself, as the linker lays it out. */
extern const char
    __executable_start[]; /* NOLINT(bugprone-reserved-identifier,cert-dcl37-c,cert-dcl51-cpp) */
extern const char etext[];

struct text {
    char *bytes;
    size_t size;
    size_t length;
};

__attribute__((format(printf, 2, 3))) static void add(struct text *text, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    int n = vsnprintf(/* NOLINT(clang-analyzer-valist.Uninitialized): it is begun above */
                      text->bytes + text->length, text->size - text->length, format, arguments);
    va_end(arguments);
    size_t room = text->size - text->length - 1;
    text->length += n > 0 && (size_t)n < room ? (size_t)n : n > 0 ? room : 0;
}

pid_t task_self(void) { return (pid_t)syscall(SYS_gettid); }

/* The first line of a file; empty if it cannot be read. */
static void read_fact(pid_t task, const char *name, char fact[FACT])
{
    char path[64];
    snprintf(path, sizeof path, "/proc/self/task/%d/%s", (int)task, name);
    int file = open(path, O_RDONLY | O_CLOEXEC);
    ssize_t n = file < 0 ? 0 : read(file, fact, FACT - 1);
    if (file >= 0)
        close(file);
    fact[n > 0 ? n : 0] = '\0';
    fact[strcspn(fact, "\n")] = '\0';
}

/* The letter after the name, which is in parentheses and may contain some. */
static char state_of(const char *stat)
{
    const char *end = strrchr(stat, ')');
    if (end == NULL || end[1] != ' ')
        return '?';
    return end[2];
}

static const char *word_for(char state)
{
    switch (state) {
    case 'R':
        return "running, or waits for a processor";
    case 'S':
        return "asleep";
    case 'D':
        return "asleep and not to be interrupted";
    case 'T':
        return "stopped by a signal";
    case 't':
        return "stopped by a debugger";
    case 'Z':
    case 'X':
        return "dead";
    default:
        return "in an unknown state";
    }
}

static void add_callers(struct text *text, uintptr_t stack)
{
    uintptr_t words[STACK_WORDS] = {0};
    struct iovec to = {.iov_base = words, .iov_len = sizeof words};
    struct iovec from = {.iov_base = (void *)stack, .iov_len = sizeof words};
    ssize_t n = process_vm_readv(getpid(), &to, 1, &from, 1, 0);
    int told = 0;
    for (size_t i = 0; n > 0 && i < (size_t)n / sizeof *words && told < CALLERS; i++) {
        if (words[i] < (uintptr_t)__executable_start || words[i] >= (uintptr_t)etext)
            continue;
        add(text, "%s 0x%zx", told++ == 0 ? ", addresses of the program on its stack:" : "",
            (size_t)(words[i] - (uintptr_t)__executable_start));
    }
}

/* "number arguments... stack place"; "-1 stack place" outside of system calls; "running" of one that has a processor. */
static void add_call(struct text *text, pid_t task)
{
    enum { ARGUMENTS = 6 };
    char call[FACT];
    char *rest;
    read_fact(task, "syscall", call);
    const long number = strtol(call, &rest, 10);
    if (rest == call)
        return;
    if (number >= 0)
        add(text, " in system call %ld", number);
    for (int i = 0; number >= 0 && i < ARGUMENTS; i++)
        strtoull(rest, &rest, 0);
    add_callers(text, (uintptr_t)strtoull(rest, NULL, 0));
}

/* NOLINTNEXTLINE(readability-non-const-parameter): it is written through `line` */
void task_describe(pid_t task, size_t size, char *text)
{
    struct text line = {.bytes = text, .size = size};
    char fact[FACT];
    read_fact(task, "comm", fact);
    add(&line, "thread %d \"%s\": ", (int)task, fact);
    read_fact(task, "stat", fact);
    add(&line, "%s", word_for(state_of(fact)));
    read_fact(task, "wchan", fact);
    if (fact[0] != '\0' && strcmp(fact, "0") != 0)
        add(&line, " in %s", fact);
    add_call(&line, task);
}
