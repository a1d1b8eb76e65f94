/* A cursor that takes one field after another, and remembers the first that was wrong. */
#include "bench/trial/wordnet_line.h"

#include <stdbool.h>
#include <string.h>

struct cursor {
    const char *at;
    const char *end;
    const char *reason;
};

static void refuse(struct cursor *cursor, const char *reason)
{
    if (cursor->reason == NULL)
        cursor->reason = reason;
    cursor->at = cursor->end;
}

static int digit_value(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : 16;
}

/* Exactly `digits` of them; 0 if they are not there. */
static uint32_t take_number(struct cursor *cursor, unsigned base, unsigned digits,
                            const char *reason)
{
    uint32_t value = 0;
    for (; digits > 0; digits--, cursor->at++) {
        if (cursor->at == cursor->end || digit_value(*cursor->at) >= (int)base) {
            refuse(cursor, reason);
            return 0;
        }
        value = value * base + (uint32_t)digit_value(*cursor->at);
    }
    return value;
}

static void take_char(struct cursor *cursor, char c, const char *reason)
{
    if (cursor->at == cursor->end || *cursor->at != c)
        refuse(cursor, reason);
    else
        cursor->at++;
}

static void take_blank(struct cursor *cursor) { take_char(cursor, ' ', "no blank after a field"); }

/* Characters up to the next blank, at least one. */
static struct wordnet_span take_word(struct cursor *cursor, const char *reason)
{
    const char *begin = cursor->at;
    while (cursor->at<cursor->end && * cursor->at> ' ' && *cursor->at <= '~')
        cursor->at++;
    struct wordnet_span span = {begin, (size_t)(cursor->at - begin)};
    if (span.length == 0)
        refuse(cursor, reason);
    return span;
}

/* A part of speech; the s of satellites is one of adjectives. */
static enum wordnet_part take_part(struct cursor *cursor)
{
    static const char letters[] = "nvars";
    static const enum wordnet_part parts[] = {WORDNET_NOUN, WORDNET_VERB, WORDNET_ADJECTIVE,
                                              WORDNET_ADVERB, WORDNET_ADJECTIVE};
    const char *found = NULL;
    if (cursor->at < cursor->end && *cursor->at != '\0')
        found = strchr(letters, *cursor->at);
    if (found == NULL) {
        refuse(cursor, "a part of speech other than n, v, a, s and r");
        return WORDNET_NOUN;
    }
    cursor->at++;
    return parts[found - letters];
}

static void take_words(struct cursor *cursor, struct wordnet_line *line)
{
    line->word_count = take_number(cursor, 16, 2, "no number of words in two digits");
    take_blank(cursor);
    if (line->word_count == 0)
        refuse(cursor, "a synset without a word");
    for (unsigned i = 0; cursor->reason == NULL && i < line->word_count; i++) {
        line->words[i] = take_word(cursor, "fewer words than announced");
        take_blank(cursor);
        take_number(cursor, 16, 1, "no identifier in one digit after a word");
        take_blank(cursor);
    }
}

/* Symbol, offset, part, and which words of the two synsets, 0 for all, are meant. */
static uint64_t take_pointer(struct cursor *cursor, const struct wordnet_line *line)
{
    if (take_word(cursor, "fewer pointers than announced").length > 2)
        refuse(cursor, "a pointer's symbol of more than two characters");
    take_blank(cursor);
    uint32_t offset = take_number(cursor, 10, 8, "a pointer without an offset of eight digits");
    take_blank(cursor);
    enum wordnet_part part = take_part(cursor);
    take_blank(cursor);
    uint32_t source = take_number(cursor, 16, 2, "a pointer without a source in two digits");
    take_number(cursor, 16, 2, "a pointer without a target in two digits");
    take_blank(cursor);
    if (source > line->word_count)
        refuse(cursor, "a pointer from a word that is not there");
    return wordnet_key(part, offset);
}

static void take_pointers(struct cursor *cursor, struct wordnet_line *line)
{
    line->pointer_count = take_number(cursor, 10, 3, "no number of pointers in three digits");
    take_blank(cursor);
    for (unsigned i = 0; cursor->reason == NULL && i < line->pointer_count; i++)
        line->pointers[i] = take_pointer(cursor, line);
}

static void take_frames(struct cursor *cursor, const struct wordnet_line *line)
{
    uint32_t frames = take_number(cursor, 10, 2, "no number of frames in two digits");
    take_blank(cursor);
    for (; cursor->reason == NULL && frames > 0; frames--) {
        take_char(cursor, '+', "fewer frames than announced");
        take_blank(cursor);
        take_number(cursor, 10, 2, "a frame without a number of two digits");
        take_blank(cursor);
        if (take_number(cursor, 16, 2, "a frame without a word in two digits") > line->word_count)
            refuse(cursor, "a frame of a word that is not there");
        take_blank(cursor);
    }
}

/* The rest of the line, without blanks around it. */
static struct wordnet_span take_gloss(struct cursor *cursor)
{
    take_char(cursor, '|', "no gloss, or more fields than announced");
    const char *begin = cursor->at;
    const char *end = cursor->end;
    while (begin < end && *begin == ' ')
        begin++;
    while (begin < end && end[-1] == ' ')
        end--;
    return (struct wordnet_span){begin, (size_t)(end - begin)};
}

const char *wordnet_line_read(struct wordnet_line *line, const char *text, size_t length)
{
    struct cursor cursor = {text, text + length, NULL};
    uint32_t offset = take_number(&cursor, 10, 8, "no offset of eight digits");
    take_blank(&cursor);
    take_number(&cursor, 10, 2, "no file number of two digits");
    take_blank(&cursor);
    enum wordnet_part part = take_part(&cursor);
    take_blank(&cursor);
    line->key = wordnet_key(part, offset);
    take_words(&cursor, line);
    take_pointers(&cursor, line);
    if (cursor.reason == NULL && part == WORDNET_VERB && cursor.at < cursor.end &&
        *cursor.at != '|')
        take_frames(&cursor, line);
    line->gloss = take_gloss(&cursor);
    return cursor.reason;
}
