/* Reading /proc with the bare calls, since a stream would allocate its buffer. */
#include "bench/alloc/resident.h"

#include "alloc/base/check.h"
#include "alloc/base/os.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { TEXT = 4096, FORGET_PEAK = '5' };

static void read_text(const char *path, char text[TEXT])
{
    int file = open(path, O_RDONLY | O_CLOEXEC);
    CHECK(file >= 0, "%s: open: %s", path, strerror(errno));
    ssize_t length = read(file, text, TEXT - 1);
    CHECK(length >= 0, "%s: read: %s", path, strerror(errno));
    close(file);
    text[length] = '\0';
}

uint64_t resident_bytes(void)
{
    char text[TEXT];
    read_text("/proc/self/statm", text);
    char *size_end;
    strtoull(text, &size_end, 10); /* of the address space: the first number */
    return strtoull(size_end, NULL, 10) * os_page_bytes();
}

uint64_t resident_peak_bytes(void)
{
    static const char field[] = "VmHWM:";
    char text[TEXT];
    read_text("/proc/self/status", text);
    const char *found = strstr(text, field);
    CHECK(found != NULL, "/proc/self/status has no line %s", field);
    return strtoull(found + strlen(field), NULL, 10) * 1024;
}

void resident_forget_peak(void)
{
    static const char command = FORGET_PEAK;
    int file = open("/proc/self/clear_refs", O_WRONLY | O_CLOEXEC);
    if (file < 0)
        return;
    ssize_t written = write(file, &command, 1);
    (void)written; /* the peak is then that of the process */
    close(file);
}
