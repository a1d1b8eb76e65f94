/*
 * Recursive descent.  `token` is the first one that nobody has used.
 *
 * Every function returns null or false after the scanner has noted a reason.
 */
#include "bench/trial/json_parser.h"

#include "bench/trial/cell.h"
#include "runtimes/object/dict.h"
#include "runtimes/object/float.h"
#include "runtimes/object/int.h"
#include "runtimes/object/list.h"
#include "runtimes/object/none.h"
#include "runtimes/object/str.h"

struct parser {
    struct thread *T;
    struct json_scanner scanner;
    enum json_token token;
    unsigned depth;
};

static rc_ref parse_value(struct parser *parser);

static void advance(struct parser *parser) { parser->token = json_scanner_next(&parser->scanner); }

/* Something is wrong at the current token; if the scanner found it, its reason stands. */
static bool fail(struct parser *parser, const char *reason)
{
    json_scanner_fail(&parser->scanner, parser->scanner.begin, reason);
    return false;
}

static bool expect(struct parser *parser, enum json_token token, const char *reason)
{
    if (parser->token != token)
        return fail(parser, reason);
    advance(parser);
    return true;
}

/* After an item: whether another one follows.  *ok becomes false if there is neither a comma nor the end. */
static bool another_follows(struct parser *parser, enum json_token end, const char *reason,
                            bool *ok)
{
    if (parser->token == JSON_COMMA) {
        advance(parser);
        return true;
    }
    *ok = expect(parser, end, reason);
    return false;
}

static bool parse_items(struct parser *parser, rc_loc list)
{
    struct thread *T = parser->T;
    bool ok = true;
    do {
        thread_safepoint(T);
        rc_ref item = parse_value(parser);
        if (ref_is_null(item))
            return false;
        if (!list_append(T, list, item))
            return fail(parser, json_no_memory);
    } while (another_follows(parser, JSON_LIST_END, "expected ',' or ']'", &ok));
    return ok;
}

static rc_ref parse_list(struct parser *parser)
{
    struct thread *T = parser->T;
    RC_FRAME(T, f, 1);
    f[0] = rc_move(T, list_new(T, 0));
    bool ok = !loc_is_null(f[0]) || fail(parser, json_no_memory);
    advance(parser);
    if (parser->token == JSON_LIST_END)
        advance(parser);
    else
        ok = ok && parse_items(parser, f[0]);
    rc_ref list = ok ? rc_own(T, cell_take(&f[0])) : RC_NULL_REF;
    cells_drop(T, f, 1);
    RC_LEAVE(T, f);
    return list;
}

/* dict[key] = value, from the text */
static bool parse_member(struct parser *parser, rc_loc dict)
{
    struct thread *T = parser->T;
    RC_FRAME(T, f, 1);
    bool ok = parser->token == JSON_STRING || fail(parser, "expected a key in quotes");
    if (ok) {
        f[0] = rc_move(T, str_intern(T, parser->scanner.string, parser->scanner.string_length));
        ok = !loc_is_null(f[0]) || fail(parser, json_no_memory);
        advance(parser);
    }
    rc_ref value = RC_NULL_REF;
    if (ok && expect(parser, JSON_COLON, "expected ':'"))
        value = parse_value(parser);
    ok = !ref_is_null(value) && (dict_set(T, dict, f[0], value) || fail(parser, json_no_memory));
    cells_drop(T, f, 1);
    RC_LEAVE(T, f);
    return ok;
}

static bool parse_members(struct parser *parser, rc_loc dict)
{
    bool ok = true;
    do {
        thread_safepoint(parser->T);
        if (!parse_member(parser, dict))
            return false;
    } while (another_follows(parser, JSON_DICT_END, "expected ',' or '}'", &ok));
    return ok;
}

static rc_ref parse_dict(struct parser *parser)
{
    struct thread *T = parser->T;
    RC_FRAME(T, f, 1);
    f[0] = rc_move(T, dict_new(T));
    bool ok = !loc_is_null(f[0]) || fail(parser, json_no_memory);
    advance(parser);
    if (parser->token == JSON_DICT_END)
        advance(parser);
    else
        ok = ok && parse_members(parser, f[0]);
    rc_ref dict = ok ? rc_own(T, cell_take(&f[0])) : RC_NULL_REF;
    cells_drop(T, f, 1);
    RC_LEAVE(T, f);
    return dict;
}

static rc_ref parse_nested(struct parser *parser)
{
    if (parser->depth == JSON_DEPTH_MAX) {
        fail(parser, "more than 1000 lists and dicts within one another");
        return RC_NULL_REF;
    }
    parser->depth++;
    rc_ref value = parser->token == JSON_LIST_BEGIN ? parse_list(parser) : parse_dict(parser);
    parser->depth--;
    return value;
}

static rc_ref make_scalar(struct parser *parser)
{
    struct thread *T = parser->T;
    const struct json_scanner *scanner = &parser->scanner;
    switch (parser->token) {
    case JSON_STRING:
        return str_new(T, scanner->string, scanner->string_length);
    case JSON_INT:
        return int_new(T, scanner->integer);
    case JSON_FLOAT:
        return float_new(T, scanner->number);
    case JSON_TRUE:
    case JSON_FALSE:
        return bool_ref(T, parser->token == JSON_TRUE);
    default:
        return none_ref(T);
    }
}

static rc_ref parse_value(struct parser *parser)
{
    thread_safepoint(parser->T);
    switch (parser->token) {
    case JSON_LIST_BEGIN:
    case JSON_DICT_BEGIN:
        return parse_nested(parser);
    case JSON_STRING:
    case JSON_INT:
    case JSON_FLOAT:
    case JSON_TRUE:
    case JSON_FALSE:
    case JSON_NULL: {
        rc_ref scalar = make_scalar(parser);
        if (ref_is_null(scalar))
            fail(parser, json_no_memory);
        advance(parser);
        return scalar;
    }
    default:
        fail(parser, "expected a value");
        return RC_NULL_REF;
    }
}

rc_ref json_parser_parse(struct thread *T, const char *text, size_t length,
                         struct json_problem *problem)
{
    struct parser parser = {.T = T};
    json_scanner_init(&parser.scanner, text, length);
    advance(&parser);
    rc_ref value = parse_value(&parser);
    bool ok = !ref_is_null(value) && expect(&parser, JSON_END, "expected the end of the text");
    if (!ok) {
        rc_release(T, value);
        value = RC_NULL_REF;
        problem->reason = parser.scanner.reason;
        problem->place = json_scanner_place(&parser.scanner, parser.scanner.bad_at);
    }
    json_scanner_fini(&parser.scanner);
    return value;
}
