/*
 * One line of a data file of WordNet 3.0: a synset, as it is described in wndb(5WN).
 *
 *   offset lex_filenum ss_type w_cnt word lex_id [word lex_id ...] p_cnt [ptr ...] [frames ...] | gloss
 *
 * A ptr is `symbol offset pos source/target`, a frame `+ f_num w_num`.  Numbers have a fixed number of digits, and exactly
 * one blank is between two fields, so a line is either read whole or refused.  It makes no objects and copies nothing.
 */
#ifndef BENCH_TRIAL_WORDNET_LINE_H
#define BENCH_TRIAL_WORDNET_LINE_H

#include <stddef.h>
#include <stdint.h>

enum wordnet_part { WORDNET_NOUN, WORDNET_VERB, WORDNET_ADJECTIVE, WORDNET_ADVERB, WORDNET_PARTS };

/* What the fields' digits can say. */
enum { WORDNET_WORDS_MAX = 255, WORDNET_POINTERS_MAX = 999 };

struct wordnet_span {
    const char *text;
    size_t length;
};

/* Valid as long as the text it was read from. */
struct wordnet_line {
    uint64_t key;
    struct wordnet_span words[WORDNET_WORDS_MAX];
    unsigned word_count;
    uint64_t pointers[WORDNET_POINTERS_MAX]; /* keys of the synsets they lead to */
    unsigned pointer_count;
    struct wordnet_span gloss;
};

/* Names a synset: its part of speech and the offset of its line in that part's file. */
static inline uint64_t wordnet_key(enum wordnet_part part, uint32_t offset)
{
    return (uint64_t)part << 32 | offset;
}

/* Reads a line, given without its newline.  NULL, or why it was refused. */
const char *wordnet_line_read(struct wordnet_line *line, const char *text, size_t length);

#endif
