/* Making packages, and finding those that meet a need. */
#include "bench/trial/package.h"

#include "bench/trial/dpkg_relation.h"
#include "bench/trial/field.h"
#include "runtimes/object/dict.h"
#include "runtimes/object/list.h"
#include "runtimes/object/str.h"
#include "runtimes/object/tuple.h"

static const char *const package_fields[] = {"order",      "name",  "version", "architecture",
                                             "multi_arch", "needs", "closure"};
static const struct type package_type = INSTANCE_TYPE("Package", package_fields);
_Static_assert(sizeof(package_fields) / sizeof(package_fields[0]) == PACKAGE_FIELDS,
               "as in package.h");

static const char *const relation_fields[] = {"name", "qualifier", "operator", "version"};
static const struct type relation_type = INSTANCE_TYPE("Relation", relation_fields);
enum { RELATION_NAME, RELATION_QUALIFIER, RELATION_OPERATOR, RELATION_VERSION, RELATION_FIELDS };

enum { OFFER_PACKAGE, OFFER_VERSION, OFFER_LENGTH };

static rc_ref text_of(struct thread *T, struct span span)
{
    return str_new(T, span.length > 0 ? span.text : "", span.length);
}

/* The text of a str while its cell holds it. */
static struct span span_of(rc_loc text)
{
    const struct obj *o = obj_get(text);
    return (struct span){str_text(o), str_length(o)};
}

/* --- making ------------------------------------------------------------------------------------- */

static rc_ref make_relation(struct thread *T, const struct dpkg_relation *relation)
{
    rc_ref values[RELATION_FIELDS] = {
        [RELATION_NAME] = text_of(T, relation->name),
        [RELATION_QUALIFIER] = text_of(T, relation->qualifier),
        [RELATION_OPERATOR] = int_new(T, relation->how),
        [RELATION_VERSION] = text_of(T, relation->version),
    };
    return instance_from(T, &relation_type, values);
}

/* Appends a list for the alternatives of one more need. */
static bool add_need(struct thread *T, rc_loc needs)
{
    rc_ref alternatives = list_new(T, 0);
    return !ref_is_null(alternatives) && list_append(T, needs, alternatives);
}

/* needs[-1].append(Relation(...)), after needs.append([]) if it is no alternative; `needs` is an argument. */
static bool add_relation(struct thread *T, rc_loc needs, const struct dpkg_relation *relation)
{
    RC_FRAME(T, f, 3);
    enum { NEEDS, ALTERNATIVES, RELATION };
    f[NEEDS] = needs;
    thread_safepoint(T);
    bool ok = relation->alternative || add_need(T, f[NEEDS]);
    if (ok) {
        f[ALTERNATIVES] = list_get(T, f[NEEDS], list_length(T, f[NEEDS]) - 1);
        f[RELATION] = rc_move(T, make_relation(T, relation));
        ok = !loc_is_null(f[RELATION]) &&
             list_append(T, f[ALTERNATIVES], rc_own(T, cell_take(&f[RELATION])));
    }
    cells_drop(T, f, 3);
    RC_LEAVE(T, f);
    return ok;
}

/* A list for each need, of its alternatives. */
static rc_ref make_needs(struct thread *T, const struct dpkg_stanza *stanza)
{
    RC_FRAME(T, f, 1);
    f[0] = rc_move(T, list_new(T, 0));
    bool ok = !loc_is_null(f[0]);
    for (enum dpkg_field field = DPKG_PRE_DEPENDS; field <= DPKG_DEPENDS; field++) {
        struct dpkg_relations relations = dpkg_relations_of(stanza->fields[field]);
        struct dpkg_relation relation;
        while (ok && dpkg_relation_next(&relations, &relation)) {
            thread_safepoint(T);
            ok = add_relation(T, rc_dup(T, f[0]), &relation);
        }
    }
    rc_ref needs = ok ? rc_own(T, cell_take(&f[0])) : RC_NULL_REF;
    cells_drop(T, f, 1);
    RC_LEAVE(T, f);
    return needs;
}

rc_ref package_make(struct thread *T, const struct dpkg_stanza *stanza, uint32_t order)
{
    thread_safepoint(T);
    rc_ref needs = make_needs(T, stanza);
    rc_ref values[PACKAGE_FIELDS] = {
        [PACKAGE_ORDER] = int_new(T, order),
        [PACKAGE_NAME] = text_of(T, stanza->fields[DPKG_PACKAGE]),
        [PACKAGE_VERSION] = text_of(T, stanza->fields[DPKG_VERSION]),
        [PACKAGE_ARCHITECTURE] = text_of(T, stanza->fields[DPKG_ARCHITECTURE]),
        [PACKAGE_MULTI_ARCH] = text_of(T, stanza->fields[DPKG_MULTI_ARCH]),
        [PACKAGE_NEEDS] = needs,
        [PACKAGE_CLOSURE] = none_ref(T),
    };
    return instance_from(T, &package_type, values);
}

/* --- offers ------------------------------------------------------------------------------------- */

/* offers.setdefault(name, []).append(offer); the offer is consumed, the others are borrowed. */
static bool append_offer(struct thread *T, rc_loc offers, rc_loc name, rc_ref offer)
{
    RC_FRAME(T, f, 1);
    rc_ref fresh = ref_is_null(offer) ? RC_NULL_REF : list_new(T, 0);
    if (!ref_is_null(fresh))
        f[0] = dict_setdefault(T, offers, name, fresh);
    bool ok = !loc_is_null(f[0]);
    if (ok)
        ok = list_append(T, f[0], offer);
    else
        rc_release(T, offer);
    cells_drop(T, f, 1);
    RC_LEAVE(T, f);
    return ok;
}

/* A name and a version, consumed, that a package provides; the others are arguments. */
static bool add_offer(struct thread *T, rc_loc offers, rc_loc package, rc_ref name, rc_ref version)
{
    RC_FRAME(T, f, 3);
    enum { OFFERS, PACKAGE, NAME };
    f[OFFERS] = offers;
    f[PACKAGE] = package;
    f[NAME] = rc_move(T, name);
    bool ok = !loc_is_null(f[NAME]) && !ref_is_null(version);
    thread_safepoint(T);
    if (ok) {
        rc_ref items[OFFER_LENGTH] = {rc_own(T, cell_take(&f[PACKAGE])), version};
        ok = append_offer(T, f[OFFERS], f[NAME], tuple_new(T, OFFER_LENGTH, items));
    } else {
        rc_release(T, version);
    }
    cells_drop(T, f, 3);
    RC_LEAVE(T, f);
    return ok;
}

bool package_offer(struct thread *T, rc_loc offers, rc_loc package,
                   const struct dpkg_stanza *stanza)
{
    RC_FRAME(T, f, 4);
    enum { OFFERS, PACKAGE, NAME, VERSION };
    f[OFFERS] = offers;
    f[PACKAGE] = package;
    thread_safepoint(T);
    f[NAME] = instance_get(T, f[PACKAGE], PACKAGE_NAME);
    f[VERSION] = instance_get(T, f[PACKAGE], PACKAGE_VERSION);
    rc_ref name = rc_own(T, cell_take(&f[NAME]));
    rc_ref version = rc_own(T, cell_take(&f[VERSION]));
    bool ok = add_offer(T, rc_dup(T, f[OFFERS]), rc_dup(T, f[PACKAGE]), name, version);
    struct dpkg_relations provides = dpkg_relations_of(stanza->fields[DPKG_PROVIDES]);
    struct dpkg_relation relation;
    while (ok && dpkg_relation_next(&provides, &relation)) {
        thread_safepoint(T);
        name = text_of(T, relation.name);
        version = text_of(T, relation.version);
        ok = add_offer(T, rc_dup(T, f[OFFERS]), rc_dup(T, f[PACKAGE]), name, version);
    }
    cells_drop(T, f, 4);
    RC_LEAVE(T, f);
    return ok;
}

/* --- meeting ------------------------------------------------------------------------------------ */

uint32_t package_order(struct thread *T, rc_loc package)
{
    RC_FRAME(T, f, 1);
    f[0] = instance_get(T, package, PACKAGE_ORDER);
    uint32_t order = (uint32_t)int_value(obj_get(f[0]));
    cells_drop(T, f, 1);
    RC_LEAVE(T, f);
    return order;
}

/* Whether an offer meets a relation of a package of that architecture; all three are borrowed. */
static bool meets(struct thread *T, rc_loc relation, rc_loc architecture, rc_loc offer)
{
    RC_FRAME(T, f, 8);
    enum { NAME, QUALIFIER, OPERATOR, WANTED, PACKAGE, OFFERED, ITS_OWN, MULTI_ARCH };
    f[NAME] = instance_get(T, relation, RELATION_NAME);
    f[QUALIFIER] = instance_get(T, relation, RELATION_QUALIFIER);
    f[OPERATOR] = instance_get(T, relation, RELATION_OPERATOR);
    f[WANTED] = instance_get(T, relation, RELATION_VERSION);
    f[PACKAGE] = tuple_get(T, offer, OFFER_PACKAGE);
    f[OFFERED] = tuple_get(T, offer, OFFER_VERSION);
    f[ITS_OWN] = instance_get(T, f[PACKAGE], PACKAGE_ARCHITECTURE);
    f[MULTI_ARCH] = instance_get(T, f[PACKAGE], PACKAGE_MULTI_ARCH);
    struct dpkg_relation asked = {
        .name = span_of(f[NAME]),
        .qualifier = span_of(f[QUALIFIER]),
        .how = (enum dpkg_operator)int_value(obj_get(f[OPERATOR])),
        .version = span_of(f[WANTED]),
    };
    struct dpkg_offer offered = {span_of(f[OFFERED]), span_of(f[ITS_OWN]), span_of(f[MULTI_ARCH])};
    bool met = dpkg_relation_is_met(&asked, span_of(architecture), &offered);
    cells_drop(T, f, 8);
    RC_LEAVE(T, f);
    return met;
}

/* The earlier of what a cell holds and the package of an offer, borrowed, stays in the cell. */
static void keep_earlier(struct thread *T, rc_loc *found, rc_loc offer)
{
    RC_FRAME(T, f, 1);
    f[0] = tuple_get(T, offer, OFFER_PACKAGE);
    if (loc_is_null(*found) || package_order(T, f[0]) < package_order(T, *found))
        cell_set(T, found, cell_take(&f[0]));
    cells_drop(T, f, 1);
    RC_LEAVE(T, f);
}

/* The first package of the file that meets a relation, or null; all are arguments. */
static rc_ref find(struct thread *T, rc_loc offers, rc_loc relation, rc_loc architecture)
{
    RC_FRAME(T, f, 7);
    enum { OFFERS, RELATION, ARCHITECTURE, NAME, THOSE, OFFER, FOUND };
    f[OFFERS] = offers;
    f[RELATION] = relation;
    f[ARCHITECTURE] = architecture;
    thread_safepoint(T);
    f[NAME] = instance_get(T, f[RELATION], RELATION_NAME);
    f[THOSE] = dict_get(T, f[OFFERS], f[NAME]);
    size_t length = loc_is_null(f[THOSE]) ? 0 : list_length(T, f[THOSE]);
    for (size_t i = 0; i < length; i++) {
        thread_safepoint(T);
        f[OFFER] = list_get(T, f[THOSE], i);
        if (meets(T, f[RELATION], f[ARCHITECTURE], f[OFFER]))
            keep_earlier(T, &f[FOUND], f[OFFER]);
        rc_drop(T, cell_take(&f[OFFER]));
    }
    rc_ref found = rc_own(T, cell_take(&f[FOUND]));
    cells_drop(T, f, 7);
    RC_LEAVE(T, f);
    return found;
}

/* The package that the first alternative that is met at all is met by, or null; all are arguments. */
static rc_ref choose(struct thread *T, rc_loc offers, rc_loc alternatives, rc_loc architecture)
{
    RC_FRAME(T, f, 5);
    enum { OFFERS, ALTERNATIVES, ARCHITECTURE, RELATION, FOUND };
    f[OFFERS] = offers;
    f[ALTERNATIVES] = alternatives;
    f[ARCHITECTURE] = architecture;
    thread_safepoint(T);
    size_t length = list_length(T, f[ALTERNATIVES]);
    for (size_t i = 0; i < length && loc_is_null(f[FOUND]); i++) {
        thread_safepoint(T);
        f[RELATION] = list_get(T, f[ALTERNATIVES], i);
        f[FOUND] = rc_move(
            T, find(T, rc_dup(T, f[OFFERS]), cell_take(&f[RELATION]), rc_dup(T, f[ARCHITECTURE])));
    }
    rc_ref found = rc_own(T, cell_take(&f[FOUND]));
    cells_drop(T, f, 5);
    RC_LEAVE(T, f);
    return found;
}

/* The packages that meet the package's needs, in their order; all are arguments. */
static rc_ref meet_needs(struct thread *T, rc_loc offers, rc_loc package, uint64_t *unmet)
{
    RC_FRAME(T, f, 6);
    enum { OFFERS, PACKAGE, NEEDS, ARCHITECTURE, MET, FOUND };
    f[OFFERS] = offers;
    f[PACKAGE] = package;
    thread_safepoint(T);
    f[NEEDS] = instance_get(T, f[PACKAGE], PACKAGE_NEEDS);
    f[ARCHITECTURE] = instance_get(T, f[PACKAGE], PACKAGE_ARCHITECTURE);
    size_t length = list_length(T, f[NEEDS]);
    f[MET] = rc_move(T, list_new(T, length));
    bool ok = !loc_is_null(f[MET]);
    for (size_t i = 0; ok && i < length; i++) {
        thread_safepoint(T);
        f[FOUND] = list_get(T, f[NEEDS], i);
        f[FOUND] = rc_move(
            T, choose(T, rc_dup(T, f[OFFERS]), cell_take(&f[FOUND]), rc_dup(T, f[ARCHITECTURE])));
        if (loc_is_null(f[FOUND]))
            ++*unmet;
        else
            ok = list_append(T, f[MET], rc_own(T, cell_take(&f[FOUND])));
    }
    rc_ref met = ok ? rc_own(T, cell_take(&f[MET])) : RC_NULL_REF;
    cells_drop(T, f, 6);
    RC_LEAVE(T, f);
    return met;
}

bool package_link(struct thread *T, rc_loc offers, rc_loc package, uint64_t *unmet)
{
    RC_FRAME(T, f, 2);
    enum { OFFERS, PACKAGE };
    f[OFFERS] = offers;
    f[PACKAGE] = package;
    thread_safepoint(T);
    rc_ref needs = meet_needs(T, rc_dup(T, f[OFFERS]), rc_dup(T, f[PACKAGE]), unmet);
    bool ok = !ref_is_null(needs);
    if (ok)
        instance_set(T, f[PACKAGE], PACKAGE_NEEDS, needs);
    cells_drop(T, f, 2);
    RC_LEAVE(T, f);
    return ok;
}
