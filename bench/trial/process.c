/* Reading /proc, cgroups and resource limits. */
#include "bench/trial/process.h"

#include "alloc/base/check.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>

/* The number that `text` begins with; `missing` if there is none, such as in "max". */
static size_t number_of(const char *text, size_t missing)
{
    char *end;
    unsigned long long number = strtoull(text, &end, 10);
    return end != text ? (size_t)number : missing;
}

/* The number after `key` at the beginning of a line of a file; `missing` if it is not there. */
static size_t number_in(const char *path, const char *key, size_t missing)
{
    FILE *file = fopen(path, "re");
    if (file == NULL)
        return missing;
    char line[256];
    size_t found = missing;
    while (found == missing && fgets(line, sizeof(line), file) != NULL)
        if (strncmp(line, key, strlen(key)) == 0)
            found = number_of(line + strlen(key), missing);
    fclose(file);
    return found;
}

/* The same of a number of kilobytes, in bytes. */
static size_t bytes_in(const char *path, const char *key, size_t missing)
{
    size_t kilobytes = number_in(path, key, missing);
    return kilobytes == missing ? missing : kilobytes * 1024;
}

static size_t left_of(size_t limit, size_t used) { return limit > used ? limit - used : 0; }

static size_t least(size_t a, size_t b) { return a < b ? a : b; }

size_t process_available_bytes(void)
{
    size_t available = bytes_in("/proc/meminfo", "MemAvailable:", SIZE_MAX);
    size_t group = number_in("/sys/fs/cgroup/memory.max", "", SIZE_MAX);
    if (group != SIZE_MAX)
        available =
            least(available, left_of(group, number_in("/sys/fs/cgroup/memory.current", "", 0)));
    struct rlimit limit;
    CHECK(getrlimit(RLIMIT_AS, &limit) == 0, "getrlimit: %s", strerror(errno));
    if (limit.rlim_cur != RLIM_INFINITY)
        available =
            least(available, left_of(limit.rlim_cur, bytes_in("/proc/self/status", "VmSize:", 0)));
    return available;
}

/* The limit is one of addresses, of which most are never used; what the process has of them now is on top. */
static struct rlimit limit_before;

static void set_limit(const struct rlimit *limit)
{
    CHECK(setrlimit(RLIMIT_AS, limit) == 0, "setrlimit: %s", strerror(errno));
}

void process_limit_begin(void)
{
    const size_t now = bytes_in("/proc/self/status", "VmSize:", 0);
    const size_t more = process_available_bytes() / 10 * 9;
    CHECK(getrlimit(RLIMIT_AS, &limit_before) == 0, "getrlimit: %s", strerror(errno));
    set_limit(&(struct rlimit){least(now + more, limit_before.rlim_cur), limit_before.rlim_max});
}

void process_limit_end(void) { set_limit(&limit_before); }

size_t process_peak_bytes(void) { return bytes_in("/proc/self/status", "VmHWM:", 0); }

size_t process_resident_bytes(void) { return bytes_in("/proc/self/status", "VmRSS:", 0); }

void process_forget_peak(void)
{
    FILE *file = fopen("/proc/self/clear_refs", "we");
    if (file == NULL)
        return;
    fputs("5", file); /* proc(5): resets the peak resident set size */
    fclose(file);
}

uint64_t process_involuntary_switches(void)
{
    struct rusage usage;
    CHECK(getrusage(RUSAGE_SELF, &usage) == 0, "getrusage: %s", strerror(errno));
    return (uint64_t)usage.ru_nivcsw;
}
