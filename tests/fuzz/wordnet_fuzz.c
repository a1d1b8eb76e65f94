/*
 * The reader of WordNet's lines: any bytes are either refused, with a reason, or a synset whose words and gloss lie within them
 * and which, written in full as a line of its own, is read as the same synset again.
 */
#include "tests/fuzz/fuzz.h"

#include "alloc/base/check.h"
#include "bench/trial/wordnet_line.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

const struct fuzz_sample fuzz_samples[] = {
    FUZZ_SAMPLE(
        "00001740 03 n 01 entity 0 003 ~ 00001930 n 0000 ~ 00002137 n 0000 ~ 04424418 n 0000 | "
        "that which is perceived  "),
    FUZZ_SAMPLE(
        "00004032 29 v 02 sigh 0 suspire 4 004 @ 00001740 v 0000 + 07129602 n 0202 + 07393756 n "
        "0101 + 07129602 n 0101 01 + 02 00 | heave or utter a sigh  "),
    FUZZ_SAMPLE(
        "00001740 00 a 01 able 0 005 = 05200169 n 0000 = 05616246 n 0000 + 05616246 n 0101 + "
        "05200169 n 0101 ! 00002098 a 0101 | \"able to swim\"  "),
    FUZZ_SAMPLE("00003356 00 s 02 aborning(p) 0 emergent a 001 & 00003131 a 0000 | being born  "),
    FUZZ_SAMPLE("00001837 02 r 03 AD 0 A.D. 0 anno_Domini 0 000 | in the Christian era  "),
    FUZZ_SAMPLE("00002325 29 v 01 respire 1 001 @i 02108395 v 0100 02 + 02 00 + 08 01 | breathe  "),
};
const size_t fuzz_sample_count = sizeof(fuzz_samples) / sizeof(fuzz_samples[0]);

enum { FIELDS_MAX = 64 /* bytes at most that a word or a pointer takes besides its text */ };

static char letter_of(uint64_t key) { return "nvar"[key >> 32]; }

/* The synset as a line: identifiers, sources, targets and frames are not kept. */
static char *write_line(const struct wordnet_line *line, size_t size, size_t *length)
{
    char *text = malloc(size + FIELDS_MAX * (2 + (size_t)line->word_count + line->pointer_count));
    CHECK(text != NULL, "no memory for a line");
    char *at = text;
    at += sprintf(at, "%08u 00 %c %02x ", (unsigned)(uint32_t)line->key, letter_of(line->key),
                  line->word_count);
    for (unsigned i = 0; i < line->word_count; i++)
        at += sprintf(at, "%.*s 0 ", (int)line->words[i].length, line->words[i].text);
    at += sprintf(at, "%03u ", line->pointer_count);
    for (unsigned i = 0; i < line->pointer_count; i++)
        at += sprintf(at, "@ %08u %c 0000 ", (unsigned)(uint32_t)line->pointers[i],
                      letter_of(line->pointers[i]));
    at = stpcpy(at, "| ");
    memcpy(at, line->gloss.text, line->gloss.length);
    *length = (size_t)(at - text) + line->gloss.length;
    return text;
}

static void check_span(const struct wordnet_span *span, const char *text, size_t size)
{
    CHECK(span->text >= text && span->text + span->length <= text + size,
          "a span beyond the line's %zu bytes", size);
}

static bool spans_are_equal(const struct wordnet_span *a, const struct wordnet_span *b)
{
    return a->length == b->length && memcmp(a->text, b->text, a->length) == 0;
}

static void check_same(const struct wordnet_line *a, const struct wordnet_line *b)
{
    CHECK(a->key == b->key && a->word_count == b->word_count &&
              a->pointer_count == b->pointer_count && spans_are_equal(&a->gloss, &b->gloss),
          "read again, the synset is another");
    for (unsigned i = 0; i < a->word_count; i++)
        CHECK(spans_are_equal(&a->words[i], &b->words[i]), "word %u is another", i);
    for (unsigned i = 0; i < a->pointer_count; i++)
        CHECK(a->pointers[i] == b->pointers[i], "pointer %u is another", i);
}

static void check_line(const struct wordnet_line *line, const char *text, size_t size)
{
    static struct wordnet_line again;
    CHECK(line->word_count >= 1 && line->word_count <= WORDNET_WORDS_MAX, "%u words",
          line->word_count);
    CHECK(line->pointer_count <= WORDNET_POINTERS_MAX, "%u pointers", line->pointer_count);
    for (unsigned i = 0; i < line->word_count; i++)
        check_span(&line->words[i], text, size);
    check_span(&line->gloss, text, size);
    size_t length;
    char *written = write_line(line, size, &length);
    const char *reason = wordnet_line_read(&again, written, length);
    CHECK(reason == NULL, "what was written is refused: %s", reason);
    check_same(line, &again);
    free(written);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static struct wordnet_line line;
    const char *text = (const char *)data;
    const char *reason = wordnet_line_read(&line, text, size);
    if (reason == NULL)
        check_line(&line, text, size);
    else
        CHECK(*reason != '\0', "refused without a reason");
    return 0;
}
