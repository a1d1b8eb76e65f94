/*
 * A small mutating driver: damaged samples, by a seed, so that every run is the same.
 *
 * usage: test-fuzz.<name> [--corpus=FOLDER] [SEED [INPUTS]]
 *
 * First come the files of the folder as they are: what libFuzzer chose of all it found.
 *
 * An input is a sample with one to eight changes: bytes flipped, replaced by one that means something to a reader,
 * inserted, removed, copied from elsewhere in it or from another sample, cut off, repeated.  It is run in a block of exactly
 * its size, so that a sanitizer sees a look beyond the end.
 *
 * The inputs are run by a child process that leaves the current one in shared memory.  So whatever ends the child, an
 * abort, a sanitizer or a signal, the parent can say which input it was.
 */
#include "tests/fuzz/fuzz.h"

#include "alloc/base/check.h"
#include "bench/trial/file.h"
#include "bench/trial/input.h"
#include "bench/trial/mix.h"

#include <ctype.h>
#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

enum {
    INPUTS = 20000,
    INPUT_MAX = 8192,
    CHANGES_MAX = 8,
    COPY_MAX = 64,
    REPEAT_MAX = 1200, /* deeper than any bound on nesting */
    SECONDS_MAX = 20,  /* of one input: it hangs */
};

/* What parent and child share. */
struct attempt {
    uint64_t seed;
    uint64_t number;
    size_t size;
    uint8_t bytes[INPUT_MAX];
};

/* A random sequence that belongs to one input. */
struct dice {
    uint64_t seed;
    uint64_t thrown;
};

static size_t below(struct dice *dice, size_t limit)
{
    return mix_below(mix64(dice->seed + dice->thrown++), (uint32_t)limit);
}

static const struct fuzz_sample *any_sample(struct dice *dice)
{
    return &fuzz_samples[below(dice, fuzz_sample_count)];
}

/* Makes room for `length` bytes at `at`, as far as there is room; how many. */
static size_t make_room(struct attempt *a, size_t at, size_t length)
{
    size_t room = INPUT_MAX - a->size < length ? INPUT_MAX - a->size : length;
    memmove(a->bytes + at + room, a->bytes + at, a->size - at);
    a->size += room;
    return room;
}

static void flip(struct attempt *a, struct dice *dice)
{
    if (a->size > 0)
        a->bytes[below(dice, a->size)] ^= (uint8_t)(1U << below(dice, 8));
}

static uint8_t meaningful(struct dice *dice)
{
    static const char bytes[] =
        "{}[]\":,\\ut0123456789abcdefEnv+-. |\n\t\x80\xbf\xc2\xe0\xed\xf0\xf4\xff";
    return (uint8_t)bytes[below(dice, sizeof(bytes))]; /* its NUL is one of them */
}

static void replace(struct attempt *a, struct dice *dice)
{
    if (a->size > 0)
        a->bytes[below(dice, a->size)] = meaningful(dice);
}

static void insert(struct attempt *a, struct dice *dice)
{
    size_t at = below(dice, a->size + 1);
    if (make_room(a, at, 1) == 1)
        a->bytes[at] = meaningful(dice);
}

static void remove_some(struct attempt *a, struct dice *dice)
{
    size_t at = below(dice, a->size + 1);
    size_t length = below(dice, COPY_MAX);
    if (length > a->size - at)
        length = a->size - at;
    memmove(a->bytes + at, a->bytes + at + length, a->size - at - length);
    a->size -= length;
}

static void copy_in(struct attempt *a, struct dice *dice)
{
    const struct fuzz_sample *sample = any_sample(dice);
    size_t from = below(dice, sample->length + 1);
    size_t length = below(dice, COPY_MAX);
    if (length > sample->length - from)
        length = sample->length - from;
    size_t at = below(dice, a->size + 1);
    memcpy(a->bytes + at, sample->text + from, make_room(a, at, length));
}

static void cut_off(struct attempt *a, struct dice *dice) { a->size = below(dice, a->size + 1); }

static void repeat(struct attempt *a, struct dice *dice)
{
    size_t at = below(dice, a->size + 1);
    uint8_t byte = meaningful(dice);
    memset(a->bytes + at, byte, make_room(a, at, below(dice, REPEAT_MAX)));
}

static void (*const changes[])(struct attempt *a, struct dice *dice) = {
    flip, replace, replace, insert, insert, remove_some, copy_in, copy_in, cut_off, repeat,
};

/* Input `number` of the seed. */
static void mutate(struct attempt *a, uint64_t number)
{
    struct dice dice = {mix64(a->seed) ^ mix64(number), 0};
    const struct fuzz_sample *sample = any_sample(&dice);
    a->number = number;
    a->size = sample->length < INPUT_MAX ? sample->length : INPUT_MAX;
    memcpy(a->bytes, sample->text, a->size);
    for (size_t left = below(&dice, CHANGES_MAX + 1); left > 0; left--)
        changes[below(&dice, sizeof(changes) / sizeof(changes[0]))](a, &dice);
}

static void run_one(const struct attempt *a)
{
    uint8_t *exact = malloc(a->size); /* what malloc(0) returns may not be looked at either */
    CHECK(exact != NULL || a->size == 0, "malloc(%zu): %s", a->size, strerror(errno));
    if (a->size > 0)
        memcpy(exact, a->bytes, a->size);
    alarm(SECONDS_MAX);
    LLVMFuzzerTestOneInput(exact, a->size);
    free(exact);
}

/* A file of the corpus, as far as there is room for it. */
static void load(struct attempt *a, const char *path)
{
    size_t length;
    char *text = file_read(path, &length);
    CHECK(text != NULL, "%s: %s", path, strerror(errno));
    a->size = length < INPUT_MAX ? length : INPUT_MAX;
    memcpy(a->bytes, text, a->size);
    free(text);
}

static void run_corpus(struct attempt *a, const char *folder)
{
    struct input_files files;
    CHECK(input_list(folder, &files), "%s: %s", folder, strerror(errno));
    CHECK(files.length > 0, "%s: there is no file in it", folder);
    for (size_t i = 0; i < files.length; i++) {
        a->number = i;
        load(a, files.paths[i]);
        run_one(a);
    }
    input_list_free(&files);
}

static void run_all(struct attempt *a, const char *folder, uint64_t mutations)
{
    if (folder != NULL)
        run_corpus(a, folder);
    for (uint64_t number = 0; number < mutations; number++) {
        mutate(a, number);
        run_one(a);
    }
}

static void print_input(const struct attempt *a)
{
    fprintf(stderr, "seed %ju, input %ju, %zu bytes: \"", (uintmax_t)a->seed, (uintmax_t)a->number,
            a->size);
    for (size_t i = 0; i < a->size; i++) {
        if (isprint(a->bytes[i]) && a->bytes[i] != '"' && a->bytes[i] != '\\')
            fputc(a->bytes[i], stderr);
        else
            fprintf(stderr, "\\x%02x", a->bytes[i]);
    }
    fputs("\"\n", stderr);
}

/* The folder of the first argument, which is taken, or NULL. */
static const char *take_folder(int *argc, char ***argv)
{
    static const char flag[] = "--corpus=";
    if (*argc < 2 || strncmp((*argv)[1], flag, sizeof(flag) - 1) != 0)
        return NULL;
    --*argc;
    ++*argv;
    return (*argv)[0] + sizeof(flag) - 1;
}

static uint64_t argument(int argc, char **argv, int index, uint64_t missing)
{
    return argc > index ? strtoull(argv[index], NULL, 0) : missing;
}

int main(int argc, char **argv)
{
    struct attempt *a =
        mmap(NULL, sizeof(*a), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    CHECK(a != MAP_FAILED, "mmap: %s", strerror(errno));
    const char *folder = take_folder(&argc, &argv);
    a->seed = argument(argc, argv, 1, 1);
    uint64_t mutations = argument(argc, argv, 2, INPUTS);
    pid_t child = fork();
    CHECK(child >= 0, "fork: %s", strerror(errno));
    if (child == 0) {
        run_all(a, folder, mutations);
        exit(0);
    }
    int status;
    CHECK(waitpid(child, &status, 0) == child, "waitpid: %s", strerror(errno));
    if (!WIFEXITED(status) || WEXITSTATUS(status) != 0) {
        print_input(a);
        return 1;
    }
    printf("%ju inputs of seed %ju\n", (uintmax_t)mutations, (uintmax_t)a->seed);
    return 0;
}
