/*
 * words: threads fill one shared dict with the words of real texts.
 *
 *   index[word]        how often the word occurs in the texts, which are read several times over
 *   index["=" letters] list of the words in a word list that have these letters: anagrams
 *
 * Every word becomes a new str, as if it had just been read.  An occurrence belongs to the thread that its word's hash
 * picks, so that no two threads raise one count; words of the list are dealt in turn, and two threads that meet in one
 * class of anagrams append to one list.
 */
#include "bench/trial/corpus.h"
#include "bench/trial/mix.h"
#include "bench/workload.h"
#include "runtimes/object/dict.h"
#include "runtimes/object/int.h"
#include "runtimes/object/list.h"
#include "runtimes/object/str.h"

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
    RC_FRAME(T, f, 3);
    enum { INDEX, WORD, COUNT };
    f[INDEX] = index;
    f[WORD] = word;
    thread_safepoint(T);
    f[COUNT] = dict_get(T, f[INDEX], f[WORD]);
    int64_t count = loc_is_null(f[COUNT]) ? 0 : int_value(obj_get(f[COUNT]));
    rc_ref more = int_new(T, count + 1);
    bool ok = !ref_is_null(more) && dict_set(T, f[INDEX], f[WORD], more);
    cells_drop(T, f, 3);
    RC_LEAVE(T, f);
    return ok;
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

/* The same for every order of the list's items. */
static uint64_t class_checksum(struct thread *T, rc_loc key, rc_loc members)
{
    RC_FRAME(T, f, 1);
    uint64_t sum = 0;
    for (size_t i = 0; i < list_length(T, members); i++) {
        f[0] = list_get(T, members, i);
        sum += mix64(hash_of(key) ^ hash_of(f[0]) << 1);
        rc_drop(T, cell_take(&f[0]));
    }
    RC_LEAVE(T, f);
    return sum;
}

/* The same for every order of the dict's entries. */
static uint64_t index_checksum(struct thread *T, rc_slot *root)
{
    RC_FRAME(T, f, 3);
    enum { INDEX, KEY, VALUE };
    f[INDEX] = rc_load(T, NULL, root);
    uint64_t sum = dict_length(T, f[INDEX]);
    for (size_t position = 0; dict_next(T, f[INDEX], &position, &f[KEY], &f[VALUE]);) {
        if (obj_is(obj_get(f[VALUE]), OBJ_INT))
            sum += hash_of(f[KEY]) * (uint64_t)int_value(obj_get(f[VALUE]));
        else
            sum += class_checksum(T, f[KEY], f[VALUE]);
        cells_drop(T, &f[KEY], 2);
    }
    cells_drop(T, f, 3);
    RC_LEAVE(T, f);
    return sum;
}

static uint64_t words_teardown(struct thread *T, struct workload_run *run)
{
    struct library *library = run->input;
    uint64_t sum = 0;
    if (rc_peek(&run->root) != NULL)
        sum = index_checksum(T, &run->root);
    rc_store(T, NULL, &run->root, RC_NULL_REF);
    if (library != NULL) {
        corpus_free(&library->texts);
        corpus_free(&library->list);
    }
    free(library);
    run->input = NULL;
    return sum;
}

const struct workload workload_words = {
    .name = "words",
    .summary = "counts the words of the licence texts and finds anagrams in a word list, in one "
               "shared dict",
    .tags = "real-input,sharing",
    .inputs = 1U << INPUT_WORDS | 1U << INPUT_LICENCES,
    .bytes = 128 << 20,
    .setup = words_setup,
    .work = words_work,
    .teardown = words_teardown,
};
