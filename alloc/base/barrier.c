/* The system call membarrier, or what is done without it. */
#include "alloc/base/barrier.h"

#include "alloc/base/check.h"
#include "alloc/base/os.h"

#include <errno.h>
#include <linux/membarrier.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

bool barrier_refused;

static _Atomic uint64_t heavy_count;
static _Atomic uint64_t timed_ns;

static bool membarrier(int command) { return syscall(SYS_membarrier, command, 0, 0) == 0; }

void barrier_start(void)
{
    barrier_refused = !membarrier(MEMBARRIER_CMD_REGISTER_PRIVATE_EXPEDITED);
}

void barrier_full(void) { __sync_synchronize(); }

static void ask_system(void)
{
    if (unlikely(barrier_refused))
        barrier_full();
    else
        CHECK(membarrier(MEMBARRIER_CMD_PRIVATE_EXPEDITED),
              "membarrier, which was allowed when the program began: %s", strerror(errno));
}

void barrier_heavy(void)
{
    if (fetch_add_relaxed(&heavy_count, 1) % BARRIERS_PER_TIMED != 0) {
        ask_system();
        return;
    }
    uint64_t since_ns = os_clock_ns();
    ask_system();
    fetch_add_relaxed(&timed_ns, os_clock_ns() - since_ns);
}

struct barrier_statistics barrier_statistics(void)
{
    return (struct barrier_statistics){.count = load_relaxed(&heavy_count),
                                       .ns = BARRIERS_PER_TIMED * load_relaxed(&timed_ns)};
}
