/*
 * Things that really run out: address space, mappings, the keys of threads.  Each in a process of its own, and none of it
 * under a sanitizer, which needs the same things itself.
 */
#include "alloc/base/check.h"
#include "alloc/base/os.h"
#include "alloc/general.h"
#include "tests/sanitized.h"
#include "tests/unit/blocks.h"

#include <limits.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

static struct heap heap;

enum { DONE, NOT_POSSIBLE };

/* --- a child, and how it ended ------------------------------------------------------------------------------------------- */

static void check_nothing_left(void)
{
    const struct heap_census census = heap_census();
    CHECK(live_blocks() == 0, "%zu blocks left", live_blocks());
    CHECK(census.arenas == 0, "%zu arenas left", census.arenas);
    CHECK(os_kept_bytes() == 0, "%zu bytes still kept", os_kept_bytes());
}

static void in_child(int (*work)(void))
{
    if (SANITIZED)
        skip();
    int status = -1;
    const pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0) {
        heap_init(&heap);
        _exit(work());
    }
    assert_int_equal(waitpid(child, &status, 0), child);
    if (WIFEXITED(status) && WEXITSTATUS(status) == NOT_POSSIBLE)
        skip();
    assert_int_equal(status, 0);
}

/* --- a chain through the blocks themselves, since there is nowhere else to keep them --------------------------------------- */

struct chain {
    void *first;
    size_t length;
};

static void push(struct chain *chain, void *block)
{
    *(void **)block = chain->first;
    chain->first = block;
    chain->length++;
}

static void *pop(struct chain *chain)
{
    void *block = chain->first;
    if (block != NULL)
        chain->first = *(void **)block;
    return block;
}

static void take_until_none(struct chain *chain, size_t size, size_t most)
{
    void *block;
    while (chain->length < most && (block = general_alloc(size)) != NULL)
        push(chain, block);
}

static void give_all(struct chain *chain)
{
    void *block;
    while ((block = pop(chain)) != NULL)
        general_free(block);
    general_flush();
}

/* --- address space ------------------------------------------------------------------------------------------------------- */

static void limit_address_space(size_t bytes)
{
    struct rlimit limit;
    CHECK(getrlimit(RLIMIT_AS, &limit) == 0, "getrlimit");
    limit.rlim_cur = bytes < limit.rlim_max ? bytes : limit.rlim_max;
    CHECK(setrlimit(RLIMIT_AS, &limit) == 0, "setrlimit");
}

static size_t address_space(void)
{
    unsigned long pages = 0;
    FILE *file = fopen("/proc/self/statm", "re");
    CHECK(file != NULL && fscanf(file, "%lu", &pages) == 1, "cannot read /proc/self/statm");
    fclose(file);
    return pages * os_page_bytes();
}

static pthread_barrier_t barrier;

/* Without memory there is no heap for this thread, and later there is. */
static void *want_heap(void *argument)
{
    pthread_barrier_wait(&barrier);
    CHECK(general_alloc(300) == NULL && general_heap() == NULL, "a heap from nowhere");
    pthread_barrier_wait(&barrier);
    pthread_barrier_wait(&barrier);
    void *block = general_alloc(300);
    CHECK(block != NULL, "memory is back, but not for the second thread");
    general_free(block);
    return argument;
}

static int use_up_address_space(void)
{
    pthread_t thread;
    struct chain large = {NULL, 0}, small = {NULL, 0};
    CHECK(pthread_barrier_init(&barrier, NULL, 2) == 0, "pthread_barrier_init");
    CHECK(pthread_create(&thread, NULL, want_heap, NULL) == 0, "pthread_create");
    limit_address_space(address_space() + (32U << 20));
    take_until_none(&large, 100000, 100);
    take_until_none(&small, 300, SIZE_MAX);
    CHECK(small.length * 300 > 8U << 20, "only %zu blocks", small.length);
    limit_address_space(1);
    pthread_barrier_wait(&barrier);
    pthread_barrier_wait(&barrier);
    CHECK(heap_is_valid(general_heap()), "the heap is broken");
    give_all(&small);
    give_all(&large);
    limit_address_space(SIZE_MAX);
    pthread_barrier_wait(&barrier);
    CHECK(pthread_join(thread, NULL) == 0, "pthread_join");
    heap_trim(general_heap());
    check_nothing_left();
    return DONE;
}

static void address_space_runs_out(void **state)
{
    (void)state;
    in_child(use_up_address_space);
}

/* --- mappings ------------------------------------------------------------------------------------------------------------- */

enum { MIB = 1 << 20, MAPPINGS_MOST = 1 << 21 };

static size_t mappings_allowed(void)
{
    size_t allowed = 0;
    FILE *file = fopen("/proc/sys/vm/max_map_count", "re");
    if (file == NULL || fscanf(file, "%zu", &allowed) != 1)
        allowed = SIZE_MAX;
    if (file != NULL)
        fclose(file);
    return allowed;
}

/* Cuts one mapping into as many as are allowed: every other page of it may be read. */
static void *use_up_mappings(size_t allowed)
{
    const size_t page = os_page_bytes();
    char *pages =
        mmap(NULL, allowed * page, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    CHECK(pages != MAP_FAILED, "mmap");
    size_t i = 1;
    while (i < allowed && mprotect(pages + i * page, page, PROT_READ) == 0)
        i += 2;
    CHECK(i < allowed, "more mappings than allowed");
    return pages;
}

static bool is_mapped(char *pages)
{
    unsigned char resident;
    return mincore(pages, os_page_bytes(), &resident) == 0;
}

static void check_kept_is_given_out_again(char *middle)
{
    os_unmap(middle, MIB);
    CHECK(os_kept_bytes() == MIB && is_mapped(middle), "the kernel took the middle of a mapping");
    CHECK(os_map(MIB, MIB) == middle, "what is kept is not given out");
    for (size_t i = 0; i < MIB; i++)
        CHECK(middle[i] == 0, "byte %zu of kept pages is not zero", i);
    os_unmap(middle, MIB);
    CHECK(os_kept_bytes() == MIB, "%zu bytes kept", os_kept_bytes());
}

/* Arenas come and go as well as they can. */
static void use_heap_at_the_limit(void)
{
    enum { BLOCKS = 20000 };
    for (unsigned round = 0; round < 3; round++) {
        struct chain chain = {NULL, 0};
        take_until_none(&chain, 480, BLOCKS);
        CHECK(general_heap() == NULL || heap_is_valid(general_heap()), "the heap is broken");
        give_all(&chain);
    }
}

static int run_out_of_mappings(void)
{
    const size_t allowed = mappings_allowed();
    if (allowed > MAPPINGS_MOST)
        return NOT_POSSIBLE;
    CHECK(general_heap() != NULL, "no memory");
    char *pages = os_map((size_t)4 * MIB, MIB);
    CHECK(pages != NULL, "no memory");
    memset(pages, 0xAB, (size_t)4 * MIB);
    void *mappings = use_up_mappings(allowed);
    check_kept_is_given_out_again(pages + MIB);
    use_heap_at_the_limit();
    CHECK(munmap(mappings, allowed * os_page_bytes()) == 0, "munmap");
    heap_trim(general_heap());
    CHECK(!is_mapped(pages + MIB), "what was kept is still mapped");
    os_unmap(pages, MIB);
    os_unmap(pages + (size_t)2 * MIB, (size_t)2 * MIB);
    check_nothing_left();
    return DONE;
}

static void mappings_run_out(void **state)
{
    (void)state;
    in_child(run_out_of_mappings);
}

/* --- keys ------------------------------------------------------------------------------------------------------------------ */

static int run_out_of_keys(void)
{
    pthread_key_t keys[PTHREAD_KEYS_MAX];
    unsigned count = 0;
    while (count < PTHREAD_KEYS_MAX && pthread_key_create(&keys[count], NULL) == 0)
        count++;
    CHECK(general_alloc(100) == NULL, "a heap that no exit would flush");
    CHECK(pthread_key_delete(keys[0]) == 0, "pthread_key_delete");
    void *block = general_alloc(100);
    CHECK(block != NULL, "there is a key, but no heap");
    general_free(block);
    general_flush();
    check_nothing_left();
    return DONE;
}

static void keys_run_out(void **state)
{
    (void)state;
    in_child(run_out_of_keys);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(address_space_runs_out),
        cmocka_unit_test(mappings_run_out),
        cmocka_unit_test(keys_run_out),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
