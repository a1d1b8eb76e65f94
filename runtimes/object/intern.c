/* Finding, adding and ending interned strings: the protocol of intern.h. */
#include "runtimes/object/intern.h"

#include "alloc/base/fault.h"
#include "alloc/base/index.h"
#include "runtimes/object/str.h"

enum {
    /* Whether a dead string's memory waits together with its node. */
    KEEPS_MEMORY = !RC_SERIAL && !RC_OPTIMISTIC_READERS,
    /* Nodes freed at a time: a pool of them; waiting for readers costs microseconds, so nanoseconds for each. */
    BATCH = 512,
};

static struct index interned;

struct search {
    struct thread *T;
    const char *text;
    size_t length;
    uint64_t hash;
    rc_ref found;
};

static bool has_text(const struct str_obj *s, const struct search *search)
{
    return s->length == search->length && memcmp(s->text, search->text, search->length) == 0;
}

/* Whether the node names a living string of the text: `found` is then a reference to it. */
static bool search_accepts(const struct index_node *node, void *context)
{
    struct search *search = context;
    struct str_obj *s = index_item(node);
    if (s == NULL)
        return false;
    rc_loc loc = rc_upgrade(search->T, &s->obj.rc);
    if (loc_is_null(loc))
        return false;
    rc_ref ref = rc_own(search->T, loc);
    const bool named =
        FAULT(intern_blind) ? has_text(s, search) : index_item(node) == s && has_text(s, search);
    if (likely(named)) {
        search->found = ref;
        return true;
    }
    rc_release(search->T, ref);
    return false;
}

/* --- nodes -------------------------------------------------------------------------------------------------------- */

static struct index_node *node_new(struct thread *T)
{
    const size_t size = sizeof(struct index_node);
    struct index_node *node = heap_alloc(thread_heap(T), BLOCK_DATA, 0, size);
    return likely(node != NULL) ? node : room_alloc(T, BLOCK_DATA, 0, size);
}

static void node_free(struct thread *T, struct index_node *node)
{
    heap_free(thread_heap(T), BLOCK_DATA, 0, sizeof *node, node);
}

/* A leaked one is interned no more (intern_stop), and stays. */
static void free_kept(struct thread *T, struct str_obj *s)
{
    if (s->interned)
        str_free(T, s);
}

/* Frees the retired nodes if there are at least so many. */
static void reclaim(struct thread *T, size_t least)
{
    struct index_node *node = index_reclaim(&interned, least);
    while (node != NULL) {
        struct index_node *next = node->next;
        if (KEEPS_MEMORY)
            free_kept(T, index_former_item(node));
        node_free(T, node);
        node = next;
    }
}

/* --- strings ------------------------------------------------------------------------------------------------------ */

static rc_ref new_interned(const struct search *search)
{
    rc_ref ref = str_new(search->T, search->text, search->length);
    if (ref_is_null(ref))
        return ref;
    struct str_obj *s = (struct str_obj *)obj_of(ref.p);
    store_relaxed(&s->hash, search->hash);
    s->interned = 1;
    rc_allow_upgrade(search->T, ref.p);
    return ref;
}

/* Somebody else was first: nobody has seen the new string. */
static void give_up(struct thread *T, rc_ref ref, struct index_node *node)
{
    ((struct str_obj *)obj_of(ref.p))->interned = 0;
    rc_release(T, ref);
    node_free(T, node);
}

static rc_ref add(struct search *search)
{
    struct thread *T = search->T;
    struct index_node *node = node_new(T);
    if (node == NULL)
        return RC_NULL_REF;
    rc_ref ref = new_interned(search);
    if (ref_is_null(ref)) {
        node_free(T, node);
        return RC_NULL_REF;
    }
    index_name(node, obj_of(ref.p));
    if (index_add(&interned, node, search->hash, search_accepts, search)) {
        index_fit(&interned);
        return ref;
    }
    give_up(T, ref, node);
    return search->found;
}

rc_ref intern_text(struct thread *T, const char *text, size_t length, uint64_t hash)
{
    struct search search = {.T = T, .text = text, .length = length, .hash = hash};
    if (likely(index_find(&interned, hash, search_accepts, &search)))
        return search.found;
    return add(&search);
}

void intern_end(struct thread *T, struct str_obj *s)
{
    index_remove(&interned, load_relaxed(&s->hash), s);
    if (!KEEPS_MEMORY)
        str_free(T, s);
    index_fit(&interned);
    reclaim(T, BATCH);
}

void intern_settle(struct thread *T) { reclaim(T, 1); }

bool intern_start(void) { return index_init(&interned); }

static void forget_leaked(void *item)
{
    struct str_obj *s = item;
    index_remove(&interned, load_relaxed(&s->hash), s);
    s->interned = 0;
}

void intern_stop(struct thread *T)
{
    index_each(&interned, forget_leaked);
    intern_settle(T);
    index_fini(&interned);
}
