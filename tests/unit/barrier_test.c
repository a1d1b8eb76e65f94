/* Two threads that write and then read, one with the light and one with the heavy barrier: one of them sees the other.  So it is
 * with the system's help, and where a sandbox refuses it. */
#include "alloc/base/barrier.h"

#include <errno.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <pthread.h>
#include <sched.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

enum { ROUNDS = 20000 };

/* The round that each has written last. */
static _Alignas(64) _Atomic uint64_t light;
static _Alignas(64) _Atomic uint64_t heavy;

/* Of each round of the heavy side: the other's that it saw, and the first of the other's that saw it. */
static uint64_t heavy_saw[ROUNDS + 1], seen_by[ROUNDS + 1];

/* Many rounds for each of the other side, so one is always under way. */
static void *light_side(void *argument)
{
    uint64_t next = 1;
    for (uint64_t round = 1; next <= ROUNDS; round++) {
        store_relaxed(&light, round);
        barrier_light();
        for (uint64_t seen = load_relaxed(&heavy); next <= seen; next++)
            seen_by[next] = round;
    }
    return argument;
}

static void heavy_side(void)
{
    while (load_relaxed(&light) == 0)
        sched_yield();
    for (uint64_t round = 1; round <= ROUNDS; round++) {
        store_relaxed(&heavy, round);
        barrier_heavy();
        heavy_saw[round] = load_relaxed(&light);
        if (round % 256 == 0)
            sched_yield();
    }
}

/* In how many rounds of the heavy side there was one of the light side such that neither saw the other. */
static uint64_t blind_rounds(void)
{
    pthread_t thread;
    store_relaxed(&light, 0);
    store_relaxed(&heavy, 0);
    assert_int_equal(pthread_create(&thread, NULL, light_side, NULL), 0);
    heavy_side();
    assert_int_equal(pthread_join(thread, NULL), 0);
    uint64_t blind = 0;
    for (uint64_t round = 1; round <= ROUNDS; round++)
        blind += heavy_saw[round] + 1 < seen_by[round];
    return blind;
}

/* membarrier answers with EPERM from now on. */
static bool forbid_membarrier(void)
{
    struct sock_filter code[] = {
        BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_membarrier, 0, 1),
        BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | EPERM),
        BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
    };
    struct sock_fprog program = {.len = sizeof code / sizeof *code, .filter = code};
    return prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0 &&
           prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program) == 0;
}

enum { FORBIDDEN_WORKS, NO_SANDBOX, NOT_NOTICED, BLIND };

static int without_membarrier(void)
{
    if (!forbid_membarrier())
        return NO_SANDBOX;
    barrier_start();
    if (!barrier_refused)
        return NOT_NOTICED;
    return blind_rounds() == 0 ? FORBIDDEN_WORKS : BLIND;
}

static void one_sees_the_other(void **state)
{
    (void)state;
    barrier_start();
    struct barrier_statistics before = barrier_statistics();
    assert_int_equal(blind_rounds(), 0);
    struct barrier_statistics after = barrier_statistics();
    assert_int_equal(after.count - before.count, ROUNDS);
    assert_true(after.ns > before.ns);
}

static void so_it_is_in_a_sandbox(void **state)
{
    (void)state;
    pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0)
        _exit(without_membarrier());
    int status = 0;
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_true(WIFEXITED(status));
    if (WEXITSTATUS(status) == NO_SANDBOX)
        skip();
    assert_int_equal(WEXITSTATUS(status), FORBIDDEN_WORKS);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(one_sees_the_other),
        cmocka_unit_test(so_it_is_in_a_sandbox),
    };
    return cmocka_run_group_tests_name("barrier", tests, NULL, NULL);
}
