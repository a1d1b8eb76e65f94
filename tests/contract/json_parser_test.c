/* JSON: what is accepted and as what, what is refused and where, and what is written. */
#include "tests/contract/object_fixture.h"

#include "bench/trial/json_parser.h"
#include "bench/trial/json_value.h"
#include "bench/trial/json_writer.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* The value of a text that must be good. */
static rc_ref parse_well(struct thread *T, const char *text, size_t length)
{
    struct json_problem problem;
    rc_ref value = json_parser_parse(T, text, length, &problem);
    if (ref_is_null(value))
        fail_msg("%s, expected to be accepted: %zu:%zu: %s", text, problem.place.line,
                 problem.place.column, problem.reason);
    return value;
}

/* A text, and what is written of its value: text without superfluous white space. */
struct good {
    const char *text;
    const char *written;
};

static const struct good goods[] = {
    {"null", "null"},
    {" true\n", "true"},
    {"\t\r\nfalse ", "false"},
    {"0", "0"},
    {"-0", "0"},
    {"-17", "-17"},
    {"9223372036854775807", "9223372036854775807"},
    {"-9223372036854775808", "-9223372036854775808"},
    {"9223372036854775808", "9.223372036854776e+18"},
    {"0.5", "0.5"},
    {"-0.0", "-0.0"},
    {"1.0", "1.0"},
    {"1e2", "100.0"},
    {"1E+2", "100.0"},
    {"25e-1", "2.5"},
    {"0.1", "0.1"},
    {"1e-400", "0.0"},
    {"1.7976931348623157e308", "1.7976931348623157e+308"},
    {"0.30000000000000004", "0.30000000000000004"},
    {"\"\"", "\"\""},
    {"\"a\\u0062\\n\\/\\\"\\\\\"", "\"ab\\n/\\\"\\\\\""},
    {"\"\\b\\f\\r\\t\\u001F\\u0000\"", "\"\\b\\f\\r\\t\\u001f\\u0000\""},
    {"\"\\u00c5\\u20AC\\ud83c\\udde6\"", "\"\xc3\x85\xe2\x82\xac\xf0\x9f\x87\xa6\""},
    {"\"\xc3\x85 \x7f \xef\xbf\xbf \xf4\x8f\xbf\xbf\"",
     "\"\xc3\x85 \x7f \xef\xbf\xbf \xf4\x8f\xbf\xbf\""},
    {"[]", "[]"},
    {"[ 1 , [ ] , { } ]", "[1,[],{}]"},
    {"{ \"a\" : 1 , \"b\" : [ null ] }", "{\"a\":1,\"b\":[null]}"},
    {"{\"\":{\"\":0}}", "{\"\":{\"\":0}}"},
    {"{\"a\":1,\"b\":2,\"\\u0061\":3}", "{\"a\":3,\"b\":2}"}, /* the last of a key counts */
};

static void good_texts_are_accepted(void **state)
{
    struct thread *T = *state;
    RC_FRAME(T, f, 1);
    struct json_writer writer = {0};
    for (size_t i = 0; i < sizeof goods / sizeof goods[0]; i++) {
        f[0] = rc_move(T, parse_well(T, goods[i].text, strlen(goods[i].text)));
        json_writer_clear(&writer);
        assert_true(json_writer_write(T, &writer, f[0]));
        if (writer.length != strlen(goods[i].written) ||
            memcmp(writer.text, goods[i].written, writer.length) != 0)
            fail_msg("%s, expected to be written as %s: %.*s", goods[i].text, goods[i].written,
                     (int)writer.length, writer.text);
        cell_drop(T, &f[0]);
    }
    json_writer_free(&writer);
    RC_LEAVE(T, f);
}

struct bad {
    const char *text;
    size_t line;
    size_t column;
    const char *reason;
};

static const struct bad bads[] = {
    {"", 1, 1, "expected a value"},
    {" \n ", 2, 2, "expected a value"},
    {"\xef\xbb\xbf[]", 1, 1, "a byte order mark"},
    {"nul", 1, 1, "a word other than true, false and null"},
    {"True", 1, 1, "a byte that begins no token"},
    {"[tru]", 1, 2, "a word other than true, false and null"},
    {"NaN", 1, 1, "a byte that begins no token"},
    {"1 2", 1, 3, "expected the end of the text"},
    {"[] ]", 1, 4, "expected the end of the text"},
    {"truefalse", 1, 5, "expected the end of the text"},
    {"[1,]", 1, 4, "expected a value"},
    {"[,1]", 1, 2, "expected a value"},
    {"[1\n 2]", 2, 2, "expected ',' or ']'"},
    {"[1}", 1, 3, "expected ',' or ']'"},
    {"[1", 1, 3, "expected ',' or ']'"},
    {"[", 1, 2, "expected a value"},
    {"]", 1, 1, "expected a value"},
    {"{", 1, 2, "expected a key in quotes"},
    {"{a:1}", 1, 2, "a byte that begins no token"},
    {"{1:1}", 1, 2, "expected a key in quotes"},
    {"{\"a\",1}", 1, 5, "expected ':'"},
    {"{\"a\":}", 1, 6, "expected a value"},
    {"{\"a\":1,}", 1, 8, "expected a key in quotes"},
    {"{\"a\":1]", 1, 7, "expected ',' or '}'"},
    {"{\"a\":1 \"b\":2}", 1, 8, "expected ',' or '}'"},
    {"01", 1, 1, "a number that begins with 0"},
    {"-01", 1, 2, "a number that begins with 0"},
    {"-", 1, 2, "expected a digit"},
    {"+1", 1, 1, "a byte that begins no token"},
    {".5", 1, 1, "a byte that begins no token"},
    {"1.", 1, 3, "expected a digit"},
    {"1.e3", 1, 3, "expected a digit"},
    {"1e", 1, 3, "expected a digit"},
    {"1e+", 1, 4, "expected a digit"},
    {"0x10", 1, 2, "a byte that begins no token"},
    {"[1e999]", 1, 2, "a number too large for a float"},
    {"'a'", 1, 1, "a byte that begins no token"},
    {"[\n\n  \"abc]", 3, 3, "a string without an end"},
    {"\"a\nb\"", 1, 3, "a control character in a string"},
    {"\"\t\"", 1, 2, "a control character in a string"},
    {"\"a\\", 1, 3, "an escape that JSON does not have"},
    {"\"\\x41\"", 1, 2, "an escape that JSON does not have"},
    {"\"\\u12", 1, 2, "\\u without four hexadecimal digits"},
    {"\"\\u12g4\"", 1, 2, "\\u without four hexadecimal digits"},
    {"\"\\ud83c\"", 1, 2, "half of a surrogate pair"},
    {"\"\\ud83c\\u0041\"", 1, 2, "half of a surrogate pair"},
    {"\"\\udde6\\ud83c\"", 1, 2, "half of a surrogate pair"},
    {"\"\xc3\x85\xff\"", 1, 3, "bytes that are not UTF-8"},     /* no such byte */
    {"\"\xc3\"", 1, 2, "bytes that are not UTF-8"},             /* cut short */
    {"\"\xe2\x82\"", 1, 2, "bytes that are not UTF-8"},         /* likewise */
    {"\"\xc0\xaf\"", 1, 2, "bytes that are not UTF-8"},         /* longer than needed */
    {"\"\xe0\x9f\xbf\"", 1, 2, "bytes that are not UTF-8"},     /* likewise */
    {"\"\xf0\x8f\xbf\xbf\"", 1, 2, "bytes that are not UTF-8"}, /* likewise */
    {"\"\xed\xa0\x80\"", 1, 2, "bytes that are not UTF-8"},     /* a surrogate */
    {"\"\xf4\x90\x80\x80\"", 1, 2, "bytes that are not UTF-8"}, /* above the last */
    {"\"\x80\"", 1, 2, "bytes that are not UTF-8"},             /* no beginning */
    {"[\"\xc3\x85\",\n\"\xc3\x85\" \xff]", 2, 5, "a byte that begins no token"},
};

static void expect_refusal(struct thread *T, const char *text, size_t length, const struct bad *bad)
{
    struct json_problem problem;
    rc_ref value = json_parser_parse(T, text, length, &problem);
    if (!ref_is_null(value))
        fail_msg("%s, expected to be refused: %s", bad->text, bad->reason);
    if (problem.place.line != bad->line || problem.place.column != bad->column ||
        strcmp(problem.reason, bad->reason) != 0)
        fail_msg("%s, expected %zu:%zu: %s, found %zu:%zu: %s", bad->text, bad->line, bad->column,
                 bad->reason, problem.place.line, problem.place.column, problem.reason);
}

/* From blocks of exactly their size, so that sanitizers see a look beyond the end. */
static void bad_texts_are_refused(void **state)
{
    for (size_t i = 0; i < sizeof bads / sizeof bads[0]; i++) {
        size_t length = strlen(bads[i].text);
        char *exact = malloc(length);
        memcpy(exact, bads[i].text, length);
        expect_refusal(*state, exact, length, &bads[i]);
        free(exact);
    }
}

static void nul_bytes_are_refused(void **state)
{
    expect_refusal(*state, "[1\0]", 4,
                   &(struct bad){"[1 NUL ]", 1, 3, "a byte that begins no token"});
    expect_refusal(*state, "\"\0\"", 3,
                   &(struct bad){"\" NUL \"", 1, 2, "a control character in a string"});
    expect_refusal(*state, "\"\\\0\"", 4,
                   &(struct bad){"\" \\ NUL \"", 1, 2, "an escape that JSON does not have"});
}

/* `depth` brackets, a character, and as many closing brackets. */
static char *nest(size_t depth, const char *open, const char *inner, char close)
{
    char *text = malloc(depth * (strlen(open) + 1) + strlen(inner) + 1);
    char *at = text;
    for (size_t i = 0; i < depth; i++)
        at = stpcpy(at, open);
    at = stpcpy(at, inner);
    memset(at, close, depth);
    at[depth] = '\0';
    return text;
}

static void nesting_is_bounded(void **state)
{
    struct thread *T = *state;
    static const char reason[] = "more than 1000 lists and dicts within one another";
    RC_FRAME(T, f, 1);
    char *deep = nest(JSON_DEPTH_MAX, "[", "", ']');
    f[0] = rc_move(T, parse_well(T, deep, strlen(deep)));
    struct json_writer writer = {0};
    assert_true(json_writer_write(T, &writer, f[0]));
    assert_int_equal(writer.length, strlen(deep));
    assert_true(json_value_equals(T, f[0], f[0]));
    cell_drop(T, &f[0]);
    free(deep);
    deep = nest(JSON_DEPTH_MAX + 1, "[", "", ']');
    expect_refusal(T, deep, strlen(deep), &(struct bad){"[[[...", 1, 1001, reason});
    free(deep);
    deep = nest(100000, "{\"\":", "1", '}');
    expect_refusal(T, deep, strlen(deep), &(struct bad){"{\"\":{\"\":...", 1, 4001, reason});
    free(deep);
    json_writer_free(&writer);
    RC_LEAVE(T, f);
}

static void same_key_is_one_object(void **state)
{
    struct thread *T = *state;
    static const char text[] = "[{\"code\":1},{\"code\":2}]";
    RC_FRAME(T, f, 6);
    enum { LIST, DICT, KEY, VALUE, OTHER_KEY, OTHER_VALUE };
    f[LIST] = rc_move(T, parse_well(T, text, sizeof text - 1));
    size_t at = 0;
    f[DICT] = list_get(T, f[LIST], 0);
    assert_true(dict_next(T, f[DICT], &at, &f[KEY], &f[VALUE]));
    cell_drop(T, &f[DICT]);
    at = 0;
    f[DICT] = list_get(T, f[LIST], 1);
    assert_true(dict_next(T, f[DICT], &at, &f[OTHER_KEY], &f[OTHER_VALUE]));
    assert_ptr_equal(rc_get(f[KEY]), rc_get(f[OTHER_KEY]));
    for (int i = 0; i < 6; i++)
        cell_drop(T, &f[i]);
    RC_LEAVE(T, f);
}

static bool texts_are_equal(struct thread *T, const char *a, const char *b)
{
    RC_FRAME(T, f, 2);
    f[0] = rc_move(T, parse_well(T, a, strlen(a)));
    f[1] = rc_move(T, parse_well(T, b, strlen(b)));
    bool equal = json_value_equals(T, f[0], f[1]);
    cell_drop(T, &f[0]);
    cell_drop(T, &f[1]);
    RC_LEAVE(T, f);
    return equal;
}

static void equality_looks_at_everything(void **state)
{
    struct thread *T = *state;
    assert_true(texts_are_equal(T, "{\"a\":[1,{}],\"b\":2}", "{\"b\":2,\"a\":[1,{}]}"));
    assert_false(texts_are_equal(T, "1", "1.0"));
    assert_false(texts_are_equal(T, "1", "true"));
    assert_false(texts_are_equal(T, "[1,2]", "[2,1]"));
    assert_false(texts_are_equal(T, "[1]", "[1,1]"));
    assert_false(texts_are_equal(T, "{\"a\":1}", "{\"a\":2}"));
    assert_false(texts_are_equal(T, "{\"a\":1}", "{\"b\":1}"));
    assert_false(texts_are_equal(T, "{\"a\":[{\"b\":1}]}", "{\"a\":[{\"b\":null}]}"));
}

static void expect_unwritable(struct thread *T, rc_ref value, const char *what)
{
    RC_FRAME(T, f, 1);
    struct json_writer writer = {0};
    f[0] = rc_move(T, value);
    if (json_writer_write(T, &writer, f[0]))
        fail_msg("%s, expected not to be written: %.*s", what, (int)writer.length, writer.text);
    json_writer_free(&writer);
    cell_drop(T, &f[0]);
    RC_LEAVE(T, f);
}

static void what_json_has_no_words_for_is_not_written(void **state)
{
    struct thread *T = *state;
    RC_FRAME(T, f, 2);
    expect_unwritable(T, float_new(T, (double)INFINITY), "infinity");
    expect_unwritable(T, float_new(T, (double)NAN), "not a number");
    expect_unwritable(T, tuple_new(T, 1, (rc_ref[]){none_ref(T)}), "a tuple");
    f[0] = rc_move(T, dict_new(T));
    f[1] = rc_move(T, int_new(T, 1));
    assert_true(dict_set(T, f[0], f[1], none_ref(T)));
    expect_unwritable(T, cell_own(T, &f[0]), "a dict with a key of 1");
    cell_drop(T, &f[1]);
    f[0] = rc_move(T, list_new(T, 0));
    assert_true(list_append(T, f[0], cell_ref(T, f[0])));
    expect_unwritable(T, cell_own(T, &f[0]), "a list that holds itself");
    RC_LEAVE(T, f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        OBJECT_TEST(good_texts_are_accepted),
        OBJECT_TEST(bad_texts_are_refused),
        OBJECT_TEST(nul_bytes_are_refused),
        OBJECT_TEST(nesting_is_bounded),
        OBJECT_TEST(same_key_is_one_object),
        OBJECT_TEST(equality_looks_at_everything),
        OBJECT_TEST(what_json_has_no_words_for_is_not_written),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
