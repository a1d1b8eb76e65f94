/* Dicts and sets: in the model, of a dict, keys and values in turn; of a set, keys. */
#include "runtimes/object/dict.h"
#include "runtimes/object/set.h"
#include "tests/fuzz/model/verb.h"

enum { LENGTH_MAX = 100, PAIR = 2 };

/* A register with such an object, and in the other hand a key. */
struct lookup {
    unsigned r;
    node_id key;
    size_t index; /* of the key's slot; the length if it is not there */
    rc_loc host;
    rc_loc hand;
    struct node *node;
};

static size_t find_key(const struct node *node, node_id key, size_t stride)
{
    for (size_t i = 0; i < node->length; i += stride)
        if (graph_equals(node->slots[i], key))
            return i;
    return node->length;
}

static bool look_up(struct turn *turn, enum obj_kind kind, struct lookup *found)
{
    const int r = turn_find(turn, turn->step.a, kind);
    if (r < 0 || !turn_has_room())
        return false;
    found->r = (unsigned)r;
    found->key = turn_hold_key(turn, turn->step.b);
    found->host = turn->cells[r];
    found->hand = turn->cells[OTHER_HAND];
    found->node = turn_node(turn, found->r);
    found->index = find_key(found->node, found->key, kind == OBJ_DICT ? PAIR : 1);
    return true;
}

static bool is_there(const struct lookup *found) { return found->index < found->node->length; }

/* --- dicts ---------------------------------------------------------------------------------------------------------- */

static void put(const struct lookup *found, node_id value)
{
    if (is_there(found)) {
        found->node->slots[found->index + 1] = value;
        return;
    }
    node_append(found->node, found->key);
    node_append(found->node, value);
}

void verb_dict_set(struct turn *turn)
{
    struct lookup found;
    const unsigned value = turn_register(turn->step.c);
    if (!look_up(turn, OBJ_DICT, &found))
        return;
    problem_say("#%u[#%u] = #%u", turn_id(turn, found.r), found.key, turn_value(turn, value));
    if (found.node->length < LENGTH_MAX) {
        put(&found, turn_value(turn, value));
        PROBLEM_UNLESS(dict_set(turn->T, found.host, found.hand, turn_ref(turn, value)),
                       "memory for an entry");
    }
    turn_let_go(turn);
}

void verb_dict_get(struct turn *turn)
{
    struct lookup found;
    const unsigned to = turn_register(turn->step.c);
    if (!look_up(turn, OBJ_DICT, &found))
        return;
    const node_id id = is_there(&found) ? found.node->slots[found.index + 1] : 0;
    problem_say("r%u = #%u[#%u], #%u", to, turn_id(turn, found.r), found.key, id);
    turn_keep_found(turn, to, dict_get(turn->T, found.host, found.hand), id);
    turn_let_go(turn);
}

void verb_dict_setdefault(struct turn *turn)
{
    struct lookup found;
    const unsigned value = turn_register(turn->step.c);
    if (!look_up(turn, OBJ_DICT, &found))
        return;
    const node_id id =
        is_there(&found) ? found.node->slots[found.index + 1] : turn_value(turn, value);
    problem_say("r%u = setdefault #%u[#%u], #%u", value, turn_id(turn, found.r), found.key, id);
    if (found.node->length < LENGTH_MAX) {
        put(&found, id);
        rc_loc loc = dict_setdefault(turn->T, found.host, found.hand, turn_ref(turn, value));
        turn_keep_found(turn, value, loc, id);
    }
    turn_let_go(turn);
}

void verb_dict_delete(struct turn *turn)
{
    struct lookup found;
    if (!look_up(turn, OBJ_DICT, &found))
        return;
    const bool there = is_there(&found);
    problem_say("delete #%u[#%u]%s", turn_id(turn, found.r), found.key, there ? "" : ", not there");
    if (there)
        node_remove(found.node, found.index, PAIR);
    PROBLEM_UNLESS(dict_delete(turn->T, found.host, found.hand) == there, "the key #%u is %sin #%u",
                   found.key, there ? "" : "not ", turn_id(turn, found.r));
    turn_let_go(turn);
}

void verb_dict_clear(struct turn *turn)
{
    const int r = turn_find(turn, turn->step.a, OBJ_DICT);
    if (r < 0)
        return;
    problem_say("clear the dict #%u", turn_id(turn, (unsigned)r));
    turn_node(turn, (unsigned)r)->length = 0;
    dict_clear(turn->T, dict_of(turn->cells[r]));
}

/* --- sets ----------------------------------------------------------------------------------------------------------- */

void verb_set_add(struct turn *turn)
{
    struct lookup found;
    if (!look_up(turn, OBJ_SET, &found))
        return;
    problem_say("add #%u to #%u", found.key, turn_id(turn, found.r));
    if (found.node->length < LENGTH_MAX) {
        if (!is_there(&found))
            node_append(found.node, found.key);
        PROBLEM_UNLESS(set_add(turn->T, found.host, found.hand), "memory for a member");
    }
    turn_let_go(turn);
}

void verb_set_get(struct turn *turn)
{
    struct lookup found;
    const unsigned to = turn_register(turn->step.c);
    if (!look_up(turn, OBJ_SET, &found))
        return;
    const node_id id = is_there(&found) ? found.node->slots[found.index] : 0;
    problem_say("r%u = the member of #%u that equals #%u, #%u", to, turn_id(turn, found.r),
                found.key, id);
    turn_keep_found(turn, to, set_get(turn->T, found.host, found.hand), id);
    turn_let_go(turn);
}

void verb_set_remove(struct turn *turn)
{
    struct lookup found;
    if (!look_up(turn, OBJ_SET, &found))
        return;
    const bool there = is_there(&found);
    problem_say("remove #%u from #%u%s", found.key, turn_id(turn, found.r),
                there ? "" : ", not there");
    if (there)
        node_remove(found.node, found.index, 1);
    PROBLEM_UNLESS(set_remove(turn->T, found.host, found.hand) == there, "#%u is %sa member of #%u",
                   found.key, there ? "" : "not ", turn_id(turn, found.r));
    turn_let_go(turn);
}

void verb_set_clear(struct turn *turn)
{
    const int r = turn_find(turn, turn->step.a, OBJ_SET);
    if (r < 0)
        return;
    problem_say("clear the set #%u", turn_id(turn, (unsigned)r));
    turn_node(turn, (unsigned)r)->length = 0;
    set_clear(turn->T, set_of(turn->cells[r]));
}
