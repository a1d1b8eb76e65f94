/* Making, linking and reading synsets. */
#include "bench/trial/synset.h"

#include "bench/trial/field.h"
#include "bench/trial/mix.h"
#include "runtimes/object/dict.h"
#include "runtimes/object/list.h"
#include "runtimes/object/str.h"

static const char *const synset_fields[] = {"key", "words", "pointers", "gloss"};
static const struct type synset_type = INSTANCE_TYPE("Synset", synset_fields);
_Static_assert(sizeof(synset_fields) / sizeof(synset_fields[0]) == SYNSET_FIELDS, "as in synset.h");

static rc_ref make_words(struct thread *T, const struct wordnet_line *line)
{
    RC_FRAME(T, f, 1);
    f[0] = rc_move(T, list_new(T, line->word_count));
    bool ok = !loc_is_null(f[0]);
    for (unsigned i = 0; ok && i < line->word_count; i++) {
        thread_safepoint(T);
        rc_ref word = str_new(T, line->words[i].text, line->words[i].length);
        ok = !ref_is_null(word) && list_append(T, f[0], word);
    }
    rc_ref words = ok ? rc_own(T, cell_take(&f[0])) : RC_NULL_REF;
    cells_drop(T, f, 1);
    RC_LEAVE(T, f);
    return words;
}

/* The keys that the synset points to, as ints. */
static rc_ref make_keys(struct thread *T, const struct wordnet_line *line)
{
    RC_FRAME(T, f, 1);
    f[0] = rc_move(T, list_new(T, line->pointer_count));
    bool ok = !loc_is_null(f[0]);
    for (unsigned i = 0; ok && i < line->pointer_count; i++) {
        thread_safepoint(T);
        rc_ref key = int_new(T, (int64_t)line->pointers[i]);
        ok = !ref_is_null(key) && list_append(T, f[0], key);
    }
    rc_ref keys = ok ? rc_own(T, cell_take(&f[0])) : RC_NULL_REF;
    cells_drop(T, f, 1);
    RC_LEAVE(T, f);
    return keys;
}

rc_ref synset_make(struct thread *T, const struct wordnet_line *line, rc_loc key)
{
    thread_safepoint(T);
    rc_ref fields[] = {rc_own(T, rc_dup(T, key)), make_words(T, line), make_keys(T, line),
                       str_new(T, line->gloss.text, line->gloss.length)};
    return instance_from(T, &synset_type, fields);
}

rc_ref synset_find(struct thread *T, rc_loc index, uint64_t key)
{
    RC_FRAME(T, f, 2);
    f[0] = rc_move(T, int_new(T, (int64_t)key));
    if (!loc_is_null(f[0]))
        f[1] = dict_get(T, index, f[0]);
    rc_ref synset = rc_own(T, cell_take(&f[1]));
    cells_drop(T, f, 2);
    RC_LEAVE(T, f);
    return synset;
}

/* [index[key] for key in keys if key in index]; both are arguments. */
static rc_ref follow(struct thread *T, rc_loc index, rc_loc keys)
{
    RC_FRAME(T, f, 5);
    enum { INDEX, KEYS, POINTERS, KEY, SYNSET };
    f[INDEX] = index;
    f[KEYS] = keys;
    thread_safepoint(T);
    size_t length = list_length(T, f[KEYS]);
    f[POINTERS] = rc_move(T, list_new(T, length));
    bool ok = !loc_is_null(f[POINTERS]);
    for (size_t i = 0; ok && i < length; i++) {
        thread_safepoint(T);
        f[KEY] = list_get(T, f[KEYS], i);
        f[SYNSET] = dict_get(T, f[INDEX], f[KEY]);
        if (!loc_is_null(f[SYNSET]))
            ok = list_append(T, f[POINTERS], rc_own(T, cell_take(&f[SYNSET])));
        rc_drop(T, cell_take(&f[KEY]));
    }
    rc_ref pointers = ok ? rc_own(T, cell_take(&f[POINTERS])) : RC_NULL_REF;
    cells_drop(T, f, 5);
    RC_LEAVE(T, f);
    return pointers;
}

/* synset = index[key]; synset.pointers = follow(index, synset.pointers) */
bool synset_link(struct thread *T, rc_loc index, uint64_t key, uint64_t *linked)
{
    RC_FRAME(T, f, 3);
    enum { INDEX, SYNSET, KEYS };
    f[INDEX] = index;
    thread_safepoint(T);
    rc_ref pointers = RC_NULL_REF;
    f[SYNSET] = rc_move(T, synset_find(T, f[INDEX], key));
    if (!loc_is_null(f[SYNSET])) {
        f[KEYS] = instance_get(T, f[SYNSET], SYNSET_POINTERS);
        pointers = follow(T, rc_dup(T, f[INDEX]), cell_take(&f[KEYS]));
    }
    bool ok = !ref_is_null(pointers);
    if (ok) {
        f[KEYS] = rc_move(T, pointers);
        *linked += list_length(T, f[KEYS]);
        instance_set(T, f[SYNSET], SYNSET_POINTERS, rc_own(T, cell_take(&f[KEYS])));
    }
    cells_drop(T, f, 3);
    RC_LEAVE(T, f);
    return ok;
}

/* Whether a synset, an argument, has a pointer to `target`, which is borrowed. */
static bool points_to(struct thread *T, rc_loc synset, rc_loc target)
{
    RC_FRAME(T, f, 3);
    enum { SYNSET, POINTERS, POINTER };
    f[SYNSET] = synset;
    thread_safepoint(T);
    f[POINTERS] = instance_get(T, f[SYNSET], SYNSET_POINTERS);
    bool found = false;
    for (size_t i = 0; !found && i < list_length(T, f[POINTERS]); i++) {
        thread_safepoint(T);
        f[POINTER] = list_get(T, f[POINTERS], i);
        found = obj_get(f[POINTER]) == obj_get(target);
        rc_drop(T, cell_take(&f[POINTER]));
    }
    cells_drop(T, f, 3);
    RC_LEAVE(T, f);
    return found;
}

uint64_t synset_answers(struct thread *T, rc_loc synset)
{
    RC_FRAME(T, f, 3);
    enum { SYNSET, POINTERS, POINTER };
    f[SYNSET] = synset;
    thread_safepoint(T);
    f[POINTERS] = instance_get(T, f[SYNSET], SYNSET_POINTERS);
    uint64_t answers = 0;
    for (size_t i = 0; i < list_length(T, f[POINTERS]); i++) {
        thread_safepoint(T);
        f[POINTER] = list_get(T, f[POINTERS], i);
        answers += points_to(T, cell_take(&f[POINTER]), f[SYNSET]);
    }
    cells_drop(T, f, 3);
    RC_LEAVE(T, f);
    return answers;
}

static uint64_t hash_of(rc_loc text)
{
    const struct obj *o = obj_get(text);
    return mix_text(str_text(o), str_length(o));
}

uint64_t synset_checksum(struct thread *T, rc_loc synset)
{
    RC_FRAME(T, f, 4);
    enum { SYNSET, FIELD, ITEM, NUMBER };
    f[SYNSET] = synset;
    thread_safepoint(T);
    f[FIELD] = instance_get(T, f[SYNSET], SYNSET_GLOSS);
    uint64_t sum = hash_of(f[FIELD]);
    cell_set(T, &f[FIELD], instance_get(T, f[SYNSET], SYNSET_WORDS));
    for (size_t i = 0; i < list_length(T, f[FIELD]); i++) {
        thread_safepoint(T);
        f[ITEM] = list_get(T, f[FIELD], i);
        sum = mix64(sum ^ hash_of(f[ITEM]));
        rc_drop(T, cell_take(&f[ITEM]));
    }
    cell_set(T, &f[FIELD], instance_get(T, f[SYNSET], SYNSET_POINTERS));
    for (size_t i = 0; i < list_length(T, f[FIELD]); i++) {
        thread_safepoint(T);
        f[ITEM] = list_get(T, f[FIELD], i);
        f[NUMBER] = instance_get(T, f[ITEM], SYNSET_KEY);
        sum = mix64(sum ^ (uint64_t)int_value(obj_get(f[NUMBER])));
        cells_drop(T, &f[ITEM], 2);
    }
    cells_drop(T, f, 4);
    RC_LEAVE(T, f);
    return sum;
}
