/* Each mistake that debug builds promise to stop at, made in a child process: it aborts and names the mistake. */
#include "tests/unit/blocks.h"

#include "alloc/base/check.h"

#include <signal.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

static struct heap heap;
static struct heap other;

/* Runs `mistake` in a child; its messages end up in `said`. */
static int run_child(void (*mistake)(void), char *said, size_t size)
{
    int ends[2];
    assert_int_equal(pipe(ends), 0);
    pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0) {
        dup2(ends[1], STDERR_FILENO);
        setrlimit(RLIMIT_CORE, &(struct rlimit){0, 0});
        signal(SIGABRT, SIG_DFL);
        mistake();
        _exit(0);
    }
    close(ends[1]);
    size_t length = 0;
    ssize_t got;
    while (length + 1 < size && (got = read(ends[0], said + length, size - length - 1)) > 0)
        length += (size_t)got;
    said[length] = '\0';
    close(ends[0]);
    int status = 0;
    assert_int_equal(waitpid(child, &status, 0), child);
    return status;
}

static void assert_stops(void (*mistake)(void), const char *message)
{
    char said[4096];
    if (!REFBENCH_DEBUG)
        skip();
    int status = run_child(mistake, said, sizeof said);
    if (strstr(said, message) == NULL)
        fail_msg("expected \"%s\", got \"%s\"", message, said);
    assert_true(WIFSIGNALED(status) ? WTERMSIG(status) == SIGABRT : WEXITSTATUS(status) != 0);
}

static void free_twice(void)
{
    void *block = take_block(&heap, BLOCK_OBJECT, 64);
    give_block(&heap, BLOCK_OBJECT, 64, block);
    heap_free(&heap, BLOCK_OBJECT, LINK, 64, block);
}

static void free_twice_by_two_heaps(void)
{
    void *block = take_block(&heap, BLOCK_CONTAINER, 64);
    give_block(&other, BLOCK_CONTAINER, 64, block);
    heap_free(&heap, BLOCK_CONTAINER, LINK, 64, block);
}

static void free_inside(void)
{
    char *block = take_block(&heap, BLOCK_DATA, 64);
    heap_free(&heap, BLOCK_DATA, 0, 64, block + 16);
}

static void free_with_other_size(void)
{
    void *block = take_block(&heap, BLOCK_DATA, 64);
    heap_free(&heap, BLOCK_DATA, 0, 80, block);
}

static void free_with_other_kind(void)
{
    void *block = take_block(&heap, BLOCK_OBJECT, 64);
    heap_free(&heap, BLOCK_CONTAINER, LINK, 64, block);
}

static void free_with_count(void)
{
    void *block = take_block(&heap, BLOCK_OBJECT, 64);
    *(uint64_t *)block = 1;
    heap_free(&heap, BLOCK_OBJECT, LINK, 64, block);
}

static void free_with_collector_word(void)
{
    void *block = take_block(&heap, BLOCK_CONTAINER, 64);
    set_collector_word(block, 1);
    heap_free(&heap, BLOCK_CONTAINER, LINK, 64, block);
}

static void free_large_with_count(void)
{
    void *block = take_block(&heap, BLOCK_OBJECT, 6400);
    *(uint64_t *)block = 1;
    heap_free(&heap, BLOCK_OBJECT, LINK, 6400, block);
}

/* Through the header, which the address sanitizer lets pass: the guard itself must see it. */
static void raise_count_of_free_block(void)
{
    void *block = take_block(&heap, BLOCK_OBJECT, 64);
    give_block(&heap, BLOCK_OBJECT, 64, block);
    *(volatile uint64_t *)block = 1;
    heap_flush(&heap);
}

static void write_after_free(void)
{
    char *block = take_block(&heap, BLOCK_OBJECT, 64);
    give_block(&heap, BLOCK_OBJECT, 64, block);
    *(volatile char *)(block + 40) = 1;
    for (unsigned i = 0; i < 1000; i++)
        take_block(&heap, BLOCK_OBJECT, 64);
}

static void double_free_stops(void **state)
{
    (void)state;
    assert_stops(free_twice, "no block in use");
    assert_stops(free_twice_by_two_heaps, "no block in use");
}

static void wild_free_stops(void **state)
{
    (void)state;
    assert_stops(free_inside, "no block in use");
}

static void mismatched_free_stops(void **state)
{
    (void)state;
    assert_stops(free_with_other_size, "is freed as data of 80 bytes");
    assert_stops(free_with_other_kind, "is freed as container of 64 bytes");
}

static void free_of_a_living_object_stops(void **state)
{
    (void)state;
    assert_stops(free_with_count, "not zero when freed");
    assert_stops(free_with_collector_word, "not zero when freed");
    assert_stops(free_large_with_count, "not zero when freed");
}

static void header_written_after_free_stops(void **state)
{
    (void)state;
    assert_stops(raise_count_of_free_block, "is_valid");
}

static void write_after_free_stops(void **state)
{
    (void)state;
    assert_stops(write_after_free, "after");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(double_free_stops),
        cmocka_unit_test(wild_free_stops),
        cmocka_unit_test(mismatched_free_stops),
        cmocka_unit_test(free_of_a_living_object_stops),
        cmocka_unit_test(header_written_after_free_stops),
        cmocka_unit_test(write_after_free_stops),
    };
    heap_init(&heap);
    heap_init(&other);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
