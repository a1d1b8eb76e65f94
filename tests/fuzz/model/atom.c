/* Making atoms, and knowing them again. */
#include "tests/fuzz/model/atom.h"

#include "runtimes/object/float.h"
#include "runtimes/object/int.h"
#include "runtimes/object/none.h"
#include "runtimes/object/str.h"
#include "tests/fuzz/model/event.h"

#include <stdio.h>
#include <string.h>

enum { TEXT_MAX = 64, LARGE = 1000, KINDS = 4 };

static size_t write_text(char text[TEXT_MAX], int64_t number)
{
    int length = snprintf(text, TEXT_MAX, "%jd", (intmax_t)number);
    const size_t padding = (size_t)number % 40;
    memset(text + length, '.', padding);
    text[(size_t)length + padding] = '\0';
    return (size_t)length + padding;
}

static bool text_is_intact(const struct obj *o, int64_t number)
{
    char text[TEXT_MAX];
    size_t length = write_text(text, number);
    return str_length(o) == length && memcmp(str_text(o), text, length + 1) == 0;
}

bool atom_is_intact(const struct node *node)
{
    const struct obj *o = (const struct obj *)(const void *)node->address;
    switch (node->kind) {
    case OBJ_INT:
        return int_value(o) == node->value;
    case OBJ_FLOAT:
        return float_value(o) == (double)node->value + 0.5;
    case OBJ_STR:
        return text_is_intact(o, node->value);
    default:
        return true;
    }
}

static rc_ref text_new(struct thread *T, int64_t number)
{
    char text[TEXT_MAX];
    return str_new(T, text, write_text(text, number));
}

rc_ref atom_interned(struct thread *T, int64_t number)
{
    char text[TEXT_MAX];
    return str_intern(T, text, write_text(text, number));
}

node_id atom_interned_node(struct turn *turn, rc_ref ref, int64_t number)
{
    node_id found = graph_find(ref.p);
    if (found != 0 && node_at(found)->interned && node_at(found)->value == number)
        return found; /* perhaps one whose last reference was gone, but not yet ended */
    node_id id = turn_new(turn, ref);
    node_at(id)->interned = true;
    node_at(id)->value = number;
    return id;
}

static rc_ref atom_of(struct thread *T, unsigned kind, int64_t number)
{
    switch (kind) {
    case 0:
        return int_new(T, number);
    case 1:
        return float_new(T, (double)number + 0.5);
    case 2:
        return text_new(T, number);
    default:
        return int_new(T, LARGE + number);
    }
}

rc_ref atom_new(struct turn *turn, unsigned number, node_id *id)
{
    const unsigned kind = number % KINDS;
    const bool shared = kind == 0 && int_is_shared((int64_t)number / KINDS);
    rc_ref ref = atom_of(turn->T, kind, (int64_t)number / KINDS);
    *id = shared ? graph_immortal(ref.p) : turn_new(turn, ref);
    node_at(*id)->value = (int64_t)number / KINDS + (kind == KINDS - 1 ? LARGE : 0);
    return ref;
}

node_id atom_hold(struct turn *turn, rc_loc *cell, unsigned number)
{
    node_id id;
    *cell = rc_move(turn->T, atom_new(turn, number, &id));
    return id;
}
