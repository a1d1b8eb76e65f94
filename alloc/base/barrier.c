/* The system call membarrier, or what is done without it. */
#include "alloc/base/barrier.h"

#include "alloc/base/check.h"

#include <errno.h>
#include <linux/membarrier.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

bool barrier_refused;

static _Atomic uint64_t heavy_count;

static bool membarrier(int command) { return syscall(SYS_membarrier, command, 0, 0) == 0; }

void barrier_start(void)
{
    barrier_refused = !membarrier(MEMBARRIER_CMD_REGISTER_PRIVATE_EXPEDITED);
}

void barrier_full(void) { __sync_synchronize(); }

void barrier_heavy(void)
{
    fetch_add_relaxed(&heavy_count, 1);
    if (unlikely(barrier_refused))
        barrier_full();
    else
        CHECK(membarrier(MEMBARRIER_CMD_PRIVATE_EXPEDITED),
              "membarrier, which was allowed when the program began: %s", strerror(errno));
}

uint64_t barrier_heavy_count(void) { return load_relaxed(&heavy_count); }
