/* WordNet's data files: what a line says, which damage is found and named, what the graph is like. */
#include "bench/trial/input.h"
#include "bench/trial/wordnet.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

static void line_is_read_whole(void **state)
{
    (void)state;
    static struct wordnet_line line;
    static const char text[] =
        "00004032 29 v 02 sigh 0 suspire a 003 @ 00001740 v 0000 + 07129602 n 0202 "
        "& 00000012 s 0101 02 + 02 00 + 08 01 | heave; \"a | b\"  ";
    assert_null(wordnet_line_read(&line, text, sizeof text - 1));
    assert_int_equal(line.key, wordnet_key(WORDNET_VERB, 4032));
    assert_int_equal(line.word_count, 2);
    assert_int_equal(line.words[1].length, 7);
    assert_memory_equal(line.words[1].text, "suspire", 7);
    assert_int_equal(line.pointer_count, 3);
    assert_int_equal(line.pointers[0], wordnet_key(WORDNET_VERB, 1740));
    assert_int_equal(line.pointers[1], wordnet_key(WORDNET_NOUN, 7129602));
    assert_int_equal(line.pointers[2], wordnet_key(WORDNET_ADJECTIVE, 12));
    assert_int_equal(line.gloss.length, 14);
    assert_memory_equal(line.gloss.text, "heave; \"a | b\"", 14);
}

struct bad {
    const char *text;
    const char *reason;
};

static const struct bad bads[] = {
    {"", "no offset of eight digits"},
    {"0000174 03 n 01 entity 0 000 | x", "no offset of eight digits"},
    {"00001740  03 n 01 entity 0 000 | x", "no file number of two digits"},
    {"00001740 3 n 01 entity 0 000 | x", "no file number of two digits"},
    {"00001740 03 x 01 entity 0 000 | x", "a part of speech other than n, v, a, s and r"},
    {"00001740 03 n", "no blank after a field"},
    {"00001740 03 n 0g entity 0 000 | x", "no number of words in two digits"},
    {"00001740 03 n 00 000 | x", "a synset without a word"},
    {"00001740 03 n 02 entity 0 000 | x", "no identifier in one digit after a word"},
    {"00001740 03 n 01 entity 0 ", "no number of pointers in three digits"},
    {"00001740 03 n 01 entity 0 01 | x", "no number of pointers in three digits"},
    {"00001740 03 n 01 entity 0 001 | x", "a pointer without an offset of eight digits"},
    {"00001740 03 n 01 entity 0 001 ~~~ 00000001 n 0000 | x",
     "a pointer's symbol of more than two characters"},
    {"00001740 03 n 01 entity 0 001 ~ 1 n 0000 | x", "a pointer without an offset of eight digits"},
    {"00001740 03 n 01 entity 0 001 ~ 00000001 z 0000 | x",
     "a part of speech other than n, v, a, s and r"},
    {"00001740 03 n 01 entity 0 001 ~ 00000001 n 00 | x",
     "a pointer without a target in two digits"},
    {"00001740 03 n 01 entity 0 001 ~ 00000001 n 0200 | x",
     "a pointer from a word that is not there"},
    {"00001740 03 n 01 entity 0 000 x", "no gloss, or more fields than announced"},
    {"00001740 03 n 01 entity 0 000 ~ 00000001 n 0000 | x",
     "no gloss, or more fields than announced"},
    {"00001740 03 n 01 entity 0 000 01 + 01 00 | x", "no gloss, or more fields than announced"},
    {"00001740 29 v 01 be 0 000 02 + 01 00 | x", "fewer frames than announced"},
    {"00001740 29 v 01 be 0 000 01 + 01 02 | x", "a frame of a word that is not there"},
};

static void damaged_lines_are_refused(void **state)
{
    (void)state;
    static struct wordnet_line line;
    for (size_t i = 0; i < sizeof bads / sizeof bads[0]; i++) {
        size_t length = strlen(bads[i].text);
        char *exact = malloc(length);
        memcpy(exact, bads[i].text, length);
        const char *reason = wordnet_line_read(&line, exact, length);
        free(exact);
        if (reason == NULL || strcmp(reason, bads[i].reason) != 0)
            fail_msg("%s, expected: %s, found: %s", bads[i].text, bads[i].reason,
                     reason != NULL ? reason : "nothing wrong");
    }
}

/* A small WordNet: a licence, two nouns that refer to one another and a third below them, a verb, an adjective and an adverb
 * alone. */
static const char *const contents[WORDNET_PARTS] = {
    "  1 licence\n"
    "00000012 03 n 01 one 0 001 @ 00000065 n 0000 | first\n"
    "00000065 03 n 01 two 0 002 ~ 00000012 n 0000 ~ 00000132 n 0000 | x\n"
    "00000132 03 n 01 three 0 000 | third\n",
    "00000000 29 v 01 be 0 001 @ 00000012 n 0000 | to be\n",
    "00000000 00 a 01 able 0 000 | able\n",
    "00000000 02 r 01 ably 0 000 | ably\n",
};

static const char *const names[WORDNET_PARTS] = {"data.noun", "data.verb", "data.adj", "data.adv"};

struct folder {
    char path[64];
};

static void path_in(const struct folder *folder, enum wordnet_part part, char path[128])
{
    snprintf(path, 128, "%s/%s", folder->path, names[part]);
}

static void write_file(const struct folder *folder, enum wordnet_part part, const char *text)
{
    char path[128];
    path_in(folder, part, path);
    FILE *file = fopen(path, "w");
    assert_non_null(file);
    fputs(text, file);
    fclose(file);
}

static struct folder make_folder(void)
{
    struct folder folder = {"/tmp/refbench-wordnet-XXXXXX"};
    assert_non_null(mkdtemp(folder.path));
    for (enum wordnet_part part = 0; part < WORDNET_PARTS; part++)
        write_file(&folder, part, contents[part]);
    return folder;
}

static void remove_folder(const struct folder *folder)
{
    char path[128];
    for (enum wordnet_part part = 0; part < WORDNET_PARTS; part++) {
        path_in(folder, part, path);
        unlink(path);
    }
    rmdir(folder->path);
}

static void graph_is_that_of_the_pointers(void **state)
{
    (void)state;
    struct folder folder = make_folder();
    struct wordnet wordnet = {0};
    char problem[256] = "";
    if (!wordnet_read(&wordnet, folder.path, 1, problem))
        fail_msg("expected to be read: %s", problem);
    struct graph graph = wordnet_graph(&wordnet);
    assert_int_equal(graph.nodes, 6);
    assert_int_equal(graph.first[6], 4);
    uint32_t under;
    uint64_t sum;
    assert_true(graph_under_cycles(&graph, &under));
    assert_int_equal(under, 3); /* the nouns; the verb refers to them, but nothing to it */
    assert_int_equal(graph_answered(&graph, 1), 2); /* one and two */
    assert_int_equal(graph_answered(&graph, 2), 1); /* one; from three and able there is nothing */
    assert_true(graph_sum_within(&graph, 1, 1, &sum));
    assert_int_equal(sum, 2 + 3 + 1 + 2 + 1 + 1);
    assert_true(graph_sum_within(&graph, 3, 2, &sum));
    assert_int_equal(sum, 3 + 3); /* from one, and from be */
    wordnet_free(&wordnet);
    remove_folder(&folder);
}

/* With `text` in the place of a file, the problem should begin with that file, and `rest`. */
static void expect_problem(enum wordnet_part part, const char *text, const char *rest)
{
    struct folder folder = make_folder();
    struct wordnet wordnet = {0};
    char problem[256] = "";
    char expected[256];
    write_file(&folder, part, text);
    snprintf(expected, sizeof expected, "%s/%s:%s (%s)", folder.path, names[part], rest,
             inputs[INPUT_WORDNET].remedy);
    if (wordnet_read(&wordnet, folder.path, 1, problem))
        fail_msg("expected to be refused: %s", expected);
    assert_string_equal(problem, expected);
    wordnet_free(&wordnet);
    remove_folder(&folder);
}

static void damaged_files_are_refused(void **state)
{
    (void)state;
    expect_problem(WORDNET_VERB, "", "1: there is no synset in it");
    expect_problem(WORDNET_VERB, "  1 licence\n  2 of two lines", "1: there is no synset in it");
    expect_problem(WORDNET_ADVERB,
                   "00000000 02 r 01 ably 0 000 | ably\n"
                   "00000036 02 r 01 off 0 000 | by one\n",
                   "2: its offset or its part of speech does not fit its place");
    expect_problem(WORDNET_ADVERB, "00000000 02 n 01 ably 0 000 | ably\n",
                   "1: its offset or its part of speech does not fit its place");
    expect_problem(WORDNET_ADJECTIVE,
                   "  1 licence\n00000012 00 a 01 able 0 001 & 00000001 s 0000 | x\n",
                   "2: a pointer to no synset");
    expect_problem(WORDNET_NOUN, "  1 licence\n\n", "2: no offset of eight digits");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(line_is_read_whole),
        cmocka_unit_test(damaged_lines_are_refused),
        cmocka_unit_test(graph_is_that_of_the_pointers),
        cmocka_unit_test(damaged_files_are_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
