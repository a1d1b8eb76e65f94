/* Reading and cutting texts. */
#include "bench/trial/corpus.h"

#include "bench/trial/file.h"
#include "bench/trial/mix.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { PROBLEM = 256 };

static bool add_token(struct corpus *corpus, const char *text, size_t length)
{
    if (corpus->length == corpus->capacity) {
        size_t capacity = corpus->capacity == 0 ? 4096 : 2 * corpus->capacity;
        struct token *tokens = realloc(corpus->tokens, capacity * sizeof(tokens[0]));
        if (tokens == NULL)
            return false;
        corpus->tokens = tokens;
        corpus->capacity = capacity;
    }
    corpus->tokens[corpus->length++] =
        (struct token){text, (uint32_t)length, mix_text(text, length)};
    return true;
}

static bool is_letter(char c, enum corpus_cut cut)
{
    if (cut == CORPUS_LINES)
        return c != '\n' && c != '\r';
    return (c >= 'a' && c <= 'z') || (unsigned char)c >= 0x80;
}

static void lower(char *text, size_t length)
{
    for (size_t i = 0; i < length; i++)
        if (text[i] >= 'A' && text[i] <= 'Z')
            text[i] = (char)(text[i] + ('a' - 'A'));
}

static bool cut_text(struct corpus *corpus, const char *text, size_t length, enum corpus_cut cut)
{
    size_t begin = 0;
    for (size_t i = 0; i <= length; i++) {
        if (i < length && is_letter(text[i], cut))
            continue;
        if (i > begin && !add_token(corpus, text + begin, i - begin))
            return false;
        begin = i + 1;
    }
    return true;
}

static bool add_file(struct corpus *corpus, const char *path, enum corpus_cut cut)
{
    size_t length;
    char *text = file_read(path, &length);
    if (text == NULL)
        return false;
    corpus->texts[corpus->files++] = text;
    lower(text, length);
    return cut_text(corpus, text, length, cut);
}

bool corpus_read(struct corpus *corpus, enum input_kind kind, const char *path, enum corpus_cut cut,
                 char problem[256])
{
    struct input_files files;
    bool ok = input_list(path, &files);
    const char *reading = path;
    if (ok)
        ok = (corpus->texts = calloc(files.length + 1, sizeof(corpus->texts[0]))) != NULL;
    for (size_t i = 0; ok && i < files.length; i++) {
        reading = files.paths[i];
        ok = add_file(corpus, reading, cut);
    }
    if (!ok)
        input_problem(kind, reading, problem, PROBLEM);
    else if (corpus->length == 0)
        snprintf(problem, PROBLEM, "%.100s: there is no word in it (%s)", path,
                 inputs[kind].remedy);
    input_list_free(&files);
    return ok && corpus->length > 0;
}

void corpus_free(struct corpus *corpus)
{
    for (size_t i = 0; i < corpus->files; i++)
        free(corpus->texts[i]);
    free(corpus->texts);
    free(corpus->tokens);
    *corpus = (struct corpus){0};
}
