/* Pages and the time on Linux. */
#include "alloc/base/os.h"

#include "alloc/base/atomics.h"
#include "alloc/base/check.h"
#include "alloc/base/refusal.h"

#include <errno.h>
#include <string.h>
#include <sys/mman.h>
#include <time.h>
#include <unistd.h>

/* --- what the system may refuse ------------------------------------------------------------------------------------ */

static void *map(size_t size)
{
    if (refusal_is_due())
        return NULL;
    void *pages = mmap(NULL, size, PROT_READ | PROT_WRITE,
                       MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    return pages != MAP_FAILED ? pages : NULL;
}

static bool unmap(void *pages, size_t size)
{
    if (refusal_is_due())
        return false;
    bool done = munmap(pages, size) == 0;
    CHECK(done || errno == ENOMEM, "munmap: %s", strerror(errno));
    return done;
}

bool os_discard(void *pages, size_t size)
{
    return !refusal_is_due() && madvise(pages, size, MADV_DONTNEED) == 0;
}

/* --- pages that could not be unmapped ------------------------------------------------------------------------------ */

/* At the beginning of such pages.  Pieces are pushed one at a time, (O1) with release, and taken all at once, (O2) with
 * acquire, so that no ABA can be. */
struct piece {
    struct piece *next;
    size_t size;
    bool is_blank; /* but for this record, it reads as zeros */
};

static _Atomic(struct piece *) pieces;
static _Atomic size_t kept_bytes;

static void push(struct piece *piece)
{
    piece->next = load_relaxed(&pieces);
    while (!cas_weak_release(&pieces, &piece->next, piece)) /* (O1) */
        ;
}

static struct piece *take_all(void)
{
    return load_relaxed(&pieces) == NULL ? NULL : xchg_acquire(&pieces, NULL); /* (O2) */
}

static void keep(void *pages, size_t size)
{
    bool is_blank = os_discard(pages, size);
    struct piece *piece = pages;
    *piece = (struct piece){.size = size, .is_blank = is_blank};
    fetch_add_relaxed(&kept_bytes, size);
    push(piece);
}

static void *reuse(struct piece *piece)
{
    fetch_sub_relaxed(&kept_bytes, piece->size);
    return memset(piece, 0, piece->is_blank ? sizeof *piece : piece->size);
}

static bool fits(const struct piece *piece, size_t size, size_t alignment)
{
    return piece->size == size && ((uintptr_t)piece & (alignment - 1)) == 0;
}

static void *take_kept(size_t size, size_t alignment)
{
    void *pages = NULL;
    struct piece *next;
    for (struct piece *piece = take_all(); piece != NULL; piece = next) {
        next = piece->next;
        if (pages == NULL && fits(piece, size, alignment))
            pages = reuse(piece);
        else
            push(piece);
    }
    return pages;
}

void os_trim(void)
{
    struct piece *next;
    bool is_refused = false;
    for (struct piece *piece = take_all(); piece != NULL; piece = next) {
        next = piece->next;
        size_t size = piece->size;
        is_refused = is_refused || !unmap(piece, size);
        if (is_refused)
            push(piece);
        else
            fetch_sub_relaxed(&kept_bytes, size);
    }
}

size_t os_kept_bytes(void) { return load_relaxed(&kept_bytes); }

/* --- mapping and unmapping ----------------------------------------------------------------------------------------- */

void os_unmap(void *pages, size_t size)
{
    if (unmap(pages, size))
        os_trim();
    else
        keep(pages, size);
}

static void cut(char *start, char *end)
{
    if (start < end)
        os_unmap(start, (size_t)(end - start));
}

void *os_map(size_t size, size_t alignment)
{
    char *kept = take_kept(size, alignment);
    if (kept != NULL)
        return kept;
    size_t span = size + alignment;
    char *start = map(span);
    if (start == NULL)
        return NULL;
    size_t skip = (size_t)(-(uintptr_t)start) & (alignment - 1);
    cut(start, start + skip);
    cut(start + skip + size, start + span);
    return start + skip;
}

void os_expect_use(void *pages, size_t size)
{
    (void)!madvise(pages, size, MADV_HUGEPAGE); /* a kernel may have none */
}

/* --- pages as they are --------------------------------------------------------------------------------------------- */

size_t os_page_bytes(void)
{
    static _Atomic size_t bytes;
    if (unlikely(load_relaxed(&bytes) == 0))
        store_relaxed(&bytes, (size_t)sysconf(_SC_PAGESIZE));
    return load_relaxed(&bytes);
}

size_t os_resident_bytes(void *pages, size_t size)
{
    enum { AT_A_TIME = 256 };
    unsigned char present[AT_A_TIME];
    size_t page = os_page_bytes();
    size_t resident = 0;
    for (size_t done = 0; done < size; done += AT_A_TIME * page) {
        size_t part = size - done < AT_A_TIME * page ? size - done : AT_A_TIME * page;
        CHECK(mincore((char *)pages + done, part, present) == 0, "mincore: %s", strerror(errno));
        for (size_t i = 0; i < part / page; i++)
            resident += (present[i] & 1U) != 0 ? page : 0;
    }
    return resident;
}

uint64_t os_clock_ns(void)
{
    struct timespec now;
    CHECK(clock_gettime(CLOCK_MONOTONIC, &now) == 0, "clock_gettime: %s", strerror(errno));
    return (uint64_t)now.tv_sec * 1000000000U + (uint64_t)now.tv_nsec;
}
