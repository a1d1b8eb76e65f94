/* The file behind the program's data. */
#include "tests/model/explore/image.h"

#include "tests/model/explore/report.h"

#include <stdint.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

/* Where the linker puts the program's writable data. */
/* NOLINTBEGIN(bugprone-reserved-identifier,cert-dcl37-c,cert-dcl51-cpp) */
extern char __data_start[];
extern char _end[];
/* NOLINTEND(bugprone-reserved-identifier,cert-dcl37-c,cert-dcl51-cpp) */

enum { PAGE = 4096 };

static char *first_page(void) { return __data_start - (uintptr_t)__data_start % PAGE; }

static size_t bytes(void) { return ((size_t)(_end - first_page()) + PAGE - 1) / PAGE * PAGE; }

void *image_keep(size_t size)
{
    void *memory = mmap(NULL, size, PROT_READ | PROT_WRITE,
                        MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    report_unless(memory != MAP_FAILED, "mmap");
    return memory;
}

static void write_page(int file, const char *page, off_t offset)
{
    static const char zeros[PAGE];
    if (memcmp(page, zeros, PAGE) != 0)
        report_unless(pwrite(file, page, PAGE, offset) == PAGE, "pwrite");
}

void image_take(void)
{
    char *first = first_page();
    int file = memfd_create("image", 0);
    report_unless(file >= 0, "memfd_create");
    report_unless(ftruncate(file, (off_t)bytes()) == 0, "ftruncate");
    for (size_t offset = 0; offset < bytes(); offset += PAGE)
        write_page(file, first + offset, (off_t)offset);
    void *mapped = mmap(first, bytes(), PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_FIXED, file, 0);
    report_unless(mapped == first, "mmap");
    close(file);
}

void image_restore(void)
{
    report_unless(madvise(first_page(), bytes(), MADV_DONTNEED) == 0, "madvise");
}
