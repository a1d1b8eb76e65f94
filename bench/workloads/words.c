/*
 * words: threads fill one shared dict with the words of real texts.
 *
 *   index[word]        how often the word occurs in the texts, which are read several times over
 *   index["=" letters] list of the words in a word list that have these letters: anagrams
 *
 * Every word becomes a new str, as if it had just been read.  An occurrence belongs to the thread that its word's hash
 * picks, so that no two threads raise one count; words of the list are dealt in turn, and two threads that meet in one
 * class of anagrams append to one list.
 *
 * It judges itself by the texts: all counts together are as many as words were read, all classes together have as many members as
 * the list has words, and each member has the letters of its class, in whatever order.
 */
#include "bench/trial/corpus.h"
#include "bench/trial/counts.h"
#include "bench/trial/mix.h"
#include "bench/workload.h"
#include "runtimes/object/dict.h"
#include "runtimes/object/int.h"
#include "runtimes/object/list.h"
#include "runtimes/object/str.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

enum { READINGS = 50 };

struct library {
    struct corpus texts;
    struct corpus list;
};

static bool words_setup(struct thread *T, struct workload_run *run)
{
    struct library *library = calloc(1, sizeof(*library));
    run->input = library;
    rc_store(T, NULL, &run->root, dict_new(T));
    if (library == NULL || rc_peek(&run->root) == NULL) {
        snprintf(run->problem, sizeof(run->problem), "no memory for the input");
        return false;
    }
    if (!corpus_read(&library->texts, INPUT_LICENCES, run->paths[INPUT_LICENCES], CORPUS_LETTERS,
                     run->problem) ||
        !corpus_read(&library->list, INPUT_WORDS, run->paths[INPUT_WORDS], CORPUS_LINES,
                     run->problem))
        return false;
    library->texts.length /= run->divisor;
    library->list.length /= run->divisor;
    run->operations = READINGS * library->texts.length + library->list.length;
    return true;
}

/* index[word] = index.get(word, 0) + 1; both are arguments. */
static bool count_word(struct thread *T, rc_loc index, rc_loc word)
{
    return counts_add(T, index, word, 1);
}

/* "=" and the bytes of `word`, an argument, in order. */
static rc_ref signature_of(struct thread *T, rc_loc word)
{
    RC_FRAME(T, f, 1);
    f[0] = word;
    thread_safepoint(T);
    const char *text = str_text(obj_get(f[0]));
    size_t length = str_length(obj_get(f[0]));
    rc_ref signature = str_new_uninitialised(T, length + 1);
    if (!ref_is_null(signature)) {
        char *sorted = str_buffer(signature);
        *sorted++ = '=';
        for (size_t i = 0; i < length; i++) {
            size_t hole = i;
            for (; hole > 0 && (unsigned char)sorted[hole - 1] > (unsigned char)text[i]; hole--)
                sorted[hole] = sorted[hole - 1];
            sorted[hole] = text[i];
        }
    }
    cells_drop(T, f, 1);
    RC_LEAVE(T, f);
    return signature;
}

/* index.setdefault(signature_of(word), []).append(word); both are arguments. */
static bool classify(struct thread *T, rc_loc index, rc_loc word)
{
    RC_FRAME(T, f, 4);
    enum { INDEX, WORD, SIGNATURE, MEMBERS };
    f[INDEX] = index;
    f[WORD] = word;
    thread_safepoint(T);
    f[SIGNATURE] = rc_move(T, signature_of(T, rc_dup(T, f[WORD])));
    rc_ref fresh = loc_is_null(f[SIGNATURE]) ? RC_NULL_REF : list_new(T, 0);
    if (!ref_is_null(fresh))
        f[MEMBERS] = dict_setdefault(T, f[INDEX], f[SIGNATURE], fresh);
    bool ok =
        !loc_is_null(f[MEMBERS]) && list_append(T, f[MEMBERS], rc_own(T, cell_take(&f[WORD])));
    cells_drop(T, f, 4);
    RC_LEAVE(T, f);
    return ok;
}

/* use(index, str(token)) */
static void read_token(struct thread *T, struct workload_run *run, rc_loc index,
                       const struct token *token,
                       bool (*use)(struct thread *T, rc_loc index, rc_loc word))
{
    RC_FRAME(T, f, 2);
    enum { INDEX, WORD };
    f[INDEX] = index;
    thread_safepoint(T);
    f[WORD] = rc_move(T, str_new(T, token->text, token->length));
    if (loc_is_null(f[WORD]) || !use(T, rc_dup(T, f[INDEX]), rc_dup(T, f[WORD])))
        workload_out_of_memory(run);
    cells_drop(T, f, 2);
    RC_LEAVE(T, f);
}

static uint64_t words_work(struct thread *T, struct workload_run *run, unsigned index)
{
    RC_FRAME(T, f, 1);
    const struct library *library = run->input;
    f[0] = rc_load(T, NULL, &run->root);
    for (size_t i = 0; i < READINGS * library->texts.length && !workload_failed(run); i++) {
        thread_safepoint(T);
        const struct token *token = &library->texts.tokens[i % library->texts.length];
        if (token->hash % run->threads == index)
            read_token(T, run, rc_dup(T, f[0]), token, count_word);
    }
    for (size_t i = index; i < library->list.length && !workload_failed(run); i += run->threads) {
        thread_safepoint(T);
        read_token(T, run, rc_dup(T, f[0]), &library->list.tokens[i], classify);
    }
    cells_drop(T, f, 1);
    RC_LEAVE(T, f);
    return 0;
}

static uint64_t hash_of(rc_loc text)
{
    const struct obj *o = obj_get(text);
    return mix_text(str_text(o), str_length(o));
}

/* What the index has. */
struct contents {
    uint64_t checksum;    /* the same for every order of entries and of items */
    uint64_t occurrences; /* all counts together */
    uint64_t members;     /* of all classes of anagrams */
    uint64_t strangers;   /* members with other letters than their class */
};

/* Of the letters of a text, the same for every order. */
static uint64_t letters_of(const char *text, size_t length)
{
    uint64_t sum = length;
    for (size_t i = 0; i < length; i++)
        sum += mix64((unsigned char)text[i]);
    return sum;
}

static bool is_of_class(rc_loc key, rc_loc member)
{
    const struct obj *class = obj_get(key);
    const struct obj *word = obj_get(member);
    return letters_of(str_text(class) + 1, str_length(class) - 1) ==
           letters_of(str_text(word), str_length(word));
}

static void add_class(struct thread *T, struct contents *contents, rc_loc key, rc_loc members)
{
    RC_FRAME(T, f, 1);
    for (size_t i = 0; i < list_length(T, members); i++) {
        f[0] = list_get(T, members, i);
        contents->checksum += mix64(hash_of(key) ^ hash_of(f[0]) << 1);
        contents->members++;
        contents->strangers += !is_of_class(key, f[0]);
        rc_drop(T, cell_take(&f[0]));
    }
    RC_LEAVE(T, f);
}

static struct contents contents_of(struct thread *T, rc_slot *root)
{
    RC_FRAME(T, f, 3);
    enum { INDEX, KEY, VALUE };
    f[INDEX] = rc_load(T, NULL, root);
    struct contents contents = {.checksum = dict_length(T, f[INDEX])};
    for (size_t position = 0; dict_next(T, f[INDEX], &position, &f[KEY], &f[VALUE]);) {
        if (obj_is(obj_get(f[VALUE]), OBJ_INT)) {
            uint64_t count = (uint64_t)int_value(obj_get(f[VALUE]));
            contents.checksum += hash_of(f[KEY]) * count;
            contents.occurrences += count;
        } else {
            add_class(T, &contents, f[KEY], f[VALUE]);
        }
        cells_drop(T, &f[KEY], 2);
    }
    cells_drop(T, f, 3);
    RC_LEAVE(T, f);
    return contents;
}

static void check(struct workload_run *run, const struct contents *contents)
{
    const struct library *library = run->input;
    uint64_t read = READINGS * (uint64_t)library->texts.length;
    if (run->problem[0] != '\0' || workload_failed(run))
        return;
    if (contents->occurrences != read)
        snprintf(run->problem, sizeof(run->problem),
                 "%" PRIu64 " words were counted, but %" PRIu64 " were read", contents->occurrences,
                 read);
    else if (contents->members != library->list.length)
        snprintf(run->problem, sizeof(run->problem),
                 "classes of anagrams have %" PRIu64 " members, but the list has %zu words",
                 contents->members, library->list.length);
    else if (contents->strangers > 0)
        snprintf(run->problem, sizeof(run->problem),
                 "%" PRIu64 " words are in a class of other letters", contents->strangers);
}

static uint64_t words_teardown(struct thread *T, struct workload_run *run)
{
    struct library *library = run->input;
    struct contents contents = {0};
    if (rc_peek(&run->root) != NULL) {
        contents = contents_of(T, &run->root);
        check(run, &contents);
    }
    rc_store(T, NULL, &run->root, RC_NULL_REF);
    if (library != NULL) {
        corpus_free(&library->texts);
        corpus_free(&library->list);
    }
    free(library);
    run->input = NULL;
    return contents.checksum;
}

const struct workload workload_words = {
    .name = "words",
    .summary = "counts the words of the licence texts and finds anagrams in a word list, in one "
               "shared dict",
    .tags = "real-input,sharing",
    .source = "Debian's licence texts and wamerican; anagrams by sorted letters: J. Bentley, "
              "Programming Pearls, 1986",
    .suites = "fast,headline",
    .reason =
        "real texts into one dict that all threads write: short lives, and a contended container",
    .inputs = 1U << INPUT_WORDS | 1U << INPUT_LICENCES,
    .bytes = 128 << 20,
    .setup = words_setup,
    .work = words_work,
    .teardown = words_teardown,
};
