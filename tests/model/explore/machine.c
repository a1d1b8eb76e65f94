/* Pages, futex and failed checks. */
#include "tests/model/explore/machine.h"

#include "tests/model/explore/explore.h"
#include "tests/model/explore/image.h"
#include "tests/model/explore/memory.h"
#include "tests/model/explore/races.h"
#include "tests/model/explore/visible.h"

#include "alloc/base/barrier.h"
#include "alloc/base/check.h"
#include "alloc/base/futex.h"
#include "alloc/base/os.h"
#include "alloc/base/task.h"
#include "alloc/node.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

enum { PAGE = 4096, PAGES = 4096, LARGEST_ALIGNMENT = 1 << 20 };

#define PLACE UINT64_C(0x200000000000)

static struct {
    char *pages;
    char mapped[PAGES]; /* one for each */
    size_t used;        /* pages that have been given out in this schedule, and what lies between */
    size_t bytes;       /* mapped now */
    bool on;
} * machine;

/* At the same place in every run, if it can be, so that tables can be compared. */
void machine_init(void)
{
    machine = image_keep(sizeof *machine);
    char *memory = mmap((void *)PLACE, (size_t)PAGES * PAGE + LARGEST_ALIGNMENT,
                        PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    report_unless(memory != MAP_FAILED, "mmap");
    machine->pages = memory + (-(uintptr_t)memory & (LARGEST_ALIGNMENT - 1));
    pthreads_init();
    blocks_init();
}

void machine_begin(void)
{
    char *pages = machine->pages;
    if (machine->used != 0)
        report_unless(madvise(pages, machine->used * PAGE, MADV_DONTNEED) == 0, "madvise");
    memset(machine, 0, sizeof *machine);
    machine->pages = pages;
    machine->on = true;
    pthreads_begin();
}

void machine_end(void) { machine->on = false; }

bool machine_is_on(void) { return machine != NULL && machine->on; }

unsigned machine_self(void) { return explore_is_running() ? explore_thread() : COROUTINE_MAIN; }

struct node_source node_source = {.count = 1};
void node_start(void) {}

/* --- pages -------------------------------------------------------------------------------------------------------- */

bool machine_has(const void *address)
{
    return machine != NULL && (size_t)((const char *)address - machine->pages) / PAGE < PAGES;
}

bool memory_is_mapped(const void *address)
{
    size_t page = (size_t)((const char *)address - machine->pages) / PAGE;
    return page >= PAGES || machine->mapped[page] != 0;
}

size_t machine_mapped_bytes(void) { return machine->bytes; }

static void set_mapped(const char *start, size_t size, char mapped)
{
    size_t first = (size_t)(start - machine->pages) / PAGE;
    memset(machine->mapped + first, mapped, size / PAGE);
    machine->bytes += mapped ? size : -size;
}

void *os_map(size_t size, size_t alignment)
{
    size_t first = (machine->used * PAGE + alignment - 1) / alignment * alignment;
    if (alignment > LARGEST_ALIGNMENT || first + size > (size_t)PAGES * PAGE)
        report_failure("%zu more bytes are mapped than a model has", size);
    machine->used = (first + size + PAGE - 1) / PAGE;
    set_mapped(machine->pages + first, size, 1);
    return machine->pages + first;
}

/* Whoever has touched the pages must have done so before. */
static void take_back(const void *pages, size_t size, const void *place)
{
    if (explore_is_running())
        races_check_all(explore_thread(), pages, size, place);
}

void os_unmap(void *pages, size_t size)
{
    take_back(pages, size, __builtin_return_address(0));
    EXPECT(memory_is_mapped(pages));
    set_mapped(pages, size, 0);
}

size_t os_page_bytes(void) { return PAGE; }

bool os_discard(void *pages, size_t size)
{
    take_back(pages, size, __builtin_return_address(0));
    report_unless(madvise(pages, size, MADV_DONTNEED) == 0, "madvise");
    return true;
}

void os_trim(void) {}
void os_expect_use(void *pages, size_t size) { (void)pages, (void)size; }
size_t os_kept_bytes(void) { return 0; }
size_t os_resident_bytes(void *pages, size_t size) { return memory_is_mapped(pages) ? size : 0; }
uint64_t os_clock_ns(void) { return explore_clock_ns(); }

/* --- tasks ------------------------------------------------------------------------------------------------------------ */

pid_t task_self(void) { return (pid_t)explore_thread() + 1; }

void task_describe(pid_t task, size_t size, char *text)
{
    snprintf(text, size, "thread %d of the scenario", (int)task);
}

/* --- barriers ------------------------------------------------------------------------------------------------------ */

bool barrier_refused; /* never */

void barrier_start(void) {}

void barrier_full(void) { abort(); }

void barrier_heavy(void)
{
    struct op op = {.kind = OP_BARRIER, .place = __builtin_return_address(0)};
    if (explore_is_running())
        explore_step(&op);
}

/* --- futex and checks --------------------------------------------------------------------------------------------- */

static void sleep_until(_Atomic uint32_t *word, uint32_t expected, uint64_t deadline,
                        const void *place)
{
    struct op op = {.kind = OP_SLEEP,
                    .object = word,
                    .size = sizeof *word,
                    .expected = expected,
                    .deadline = deadline,
                    .place = place};
    explore_step(&op);
}

void futex_wait(_Atomic uint32_t *word, uint32_t expected)
{
    sleep_until(word, expected, 0, __builtin_return_address(0));
}

bool futex_wait_for(_Atomic uint32_t *word, uint32_t expected, uint64_t timeout_ns)
{
    sleep_until(word, expected, explore_clock_ns() + timeout_ns, __builtin_return_address(0));
    return !explore_timed_out();
}

void futex_wake(_Atomic uint32_t *word, int count)
{
    struct op op = {.kind = OP_WAKE,
                    .object = word,
                    .size = sizeof *word,
                    .operand = (uint64_t)count,
                    .place = __builtin_return_address(0)};
    if (explore_is_running())
        explore_step(&op);
}

_Noreturn void check_failed(const char *file, int line, const char *what, const char *format, ...)
{
    char message[512];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(message, sizeof message, format, arguments);
    va_end(arguments);
    report_failure("%s:%d: %s: %s", file, line, what, message);
}
