/*
 * A synset as an object: an instance whose pointers are first a list of keys, ints as in wordnet_line.h, and later, when
 * whoever loads WordNet has made all of them, a list of synsets.
 *
 *   index[key] = Synset(...)        all of them, by their keys: a dict
 */
#ifndef BENCH_TRIAL_SYNSET_H
#define BENCH_TRIAL_SYNSET_H

#include "bench/trial/wordnet_line.h"
#include "runtimes/thread.h"

/* Its fields: an int, a list of strs, a list of ints or of synsets, a str. */
enum { SYNSET_KEY, SYNSET_WORDS, SYNSET_POINTERS, SYNSET_GLOSS, SYNSET_FIELDS };

/* Synset(key, words, keys, gloss); `key` is borrowed.  Null if there is no memory. */
rc_ref synset_make(struct thread *T, const struct wordnet_line *line, rc_loc key);

/* index.get(key); the index is borrowed.  Null, too, if there is no memory. */
rc_ref synset_find(struct thread *T, rc_loc index, uint64_t key);

/* Replaces the keys that the synset of `key` has by the synsets that they name, as far as the index, an argument, has them.  How many
 * there are is added to *linked.  False if there is no memory. */
bool synset_link(struct thread *T, rc_loc index, uint64_t key, uint64_t *linked);

/* How many pointers of a synset, an argument, lead to one that has a pointer back. */
uint64_t synset_answers(struct thread *T, rc_loc synset);

/* Of all that the synset, an argument, holds, in its order: texts, and the keys of the synsets it points to. */
uint64_t synset_checksum(struct thread *T, rc_loc synset);

#endif
