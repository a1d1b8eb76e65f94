/*
 * The last drop of `atomic` (runtimes/rc/atomic_count.h): who ends an object comes after all who used it.
 *
 * Real: every count of atomic_count.h, as the contract (rc.h) calls it.
 * Modelled: one object with three references.  Two threads use it, take another reference, use it again and end both; the third
 * asks whether it has the only one, writes to the object if so, and ends its own.
 *
 * Why the orders suffice: each decrement releases (A6) what its thread did to the object, and all changes of the count are
 * read-modify-writes, so the last one's acquire (A5) learns of every decrement before it; so does the load that finds 1.
 * Increments need no order: who increments has a reference, which somebody handed over.
 *
 * Checked: the object dies once, after every use; who is told that it is alone races with nobody; nothing leaks.
 *
 * fault drop_is_relaxed: (A6) does not release
 *   runtimes/rc/atomic_count.h: fetch_sub_release(&o->count -> fetch_sub_relaxed(&o->count
 * fault death_is_relaxed: (A5) does not acquire
 *   runtimes/rc/atomic_count.h: load_acquire(&o->count);   -> o;  
 * fault unique_is_relaxed: who finds one reference does not know what the others did
 *   runtimes/rc/atomic_count.h: return load_acquire(&o->count) == 1; -> return load_relaxed(&o->count) == 1;
 * fault increment_in_two_steps: the count is read, then written
 *   runtimes/rc/atomic_count.h: fetch_add_relaxed(&o->count, 1); -> store_relaxed(&o->count, count + 1);
 * fault drop_in_two_steps: the decrement reads the count, then writes it
 *   runtimes/rc/atomic_count.h: if (fetch_sub_release(&o->count, 1) == 1) { -> uint32_t n = load_relaxed(&o->count); store_release(&o->count, n - 1); if (n == 1) {
 * fault death_is_seen_late: who finds no reference left, though another may have ended the last, ends the object
 *   runtimes/rc/atomic_count.h: if (fetch_sub_release(&o->count, 1) == 1) { -> (void)fetch_sub_release(&o->count, 1); if (load_relaxed(&o->count) == 0) {
 * genmc drop_is_relaxed death_is_relaxed unique_is_relaxed
 */
#define RC_STRATEGY_HEADER "runtimes/rc/atomic.h"
#include "tests/model/counting/atomic.h"

static struct object object;
static struct thread first_thread, second_thread, asker_thread;

static void setup(void)
{
    rc_ref ref = make(&first_thread, &object);
    (void)rc_dup(&first_thread, rc_move(&first_thread, ref));
    (void)rc_dup(&first_thread, rc_move(&first_thread, ref));
    report_name(&object, sizeof object, "object");
}

static void use_twice(struct thread *T)
{
    rc_loc mine = {(uintptr_t)&object};
    use(rc_get(mine));
    rc_loc alias = rc_dup(T, mine);
    rc_drop(T, mine);
    use_and_drop(T, alias);
}

static void first(void) { use_twice(&first_thread); }
static void second(void) { use_twice(&second_thread); }

static void ask(void)
{
    if (rc_is_unique(&asker_thread, &object.header))
        object.contents = ALIVE;
    rc_release(&asker_thread, (rc_ref){&object.header});
}

static void finish(void) { EXPECT(object.contents == DEAD); }

int main(int argc, char **argv)
{
    static const struct model model = {.name = "atomic_drop",
                                       .threads = {"first", "second", "asker"},
                                       .run = {first, second, ask},
                                       .setup = setup,
                                       .finish = finish,
                                       .bounds = {{2, 1}, {EXPLORE_ALL, 1}}};
    return explore(argc, argv, &model);
}
