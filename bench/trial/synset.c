/* Making and reading synsets. */
#include "bench/trial/synset.h"

#include "bench/trial/cell.h"
#include "bench/trial/mix.h"
#include "runtimes/object/instance.h"
#include "runtimes/object/int.h"
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
    bool ok = !ref_is_null(fields[SYNSET_WORDS]) && !ref_is_null(fields[SYNSET_POINTERS]) &&
              !ref_is_null(fields[SYNSET_GLOSS]);
    if (ok)
        return instance_new(T, &synset_type, fields);
    for (unsigned i = 0; i < SYNSET_FIELDS; i++)
        rc_release(T, fields[i]);
    return RC_NULL_REF;
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
