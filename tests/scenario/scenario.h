/*
 * Scenarios: a few threads of a whole runtime do a few things to the same objects, in every order that the explorer tries.
 *
 * A scenario is a `const struct script script_<name>` in some tests/scenario/<group>_scenarios.c and a line of scenarios.def.
 * It is written against the contract (runtimes/rc/rc.h), the objects and the threads, so it holds for any strategy.
 *
 * Before each schedule the runtime is started; main, attached, runs `setup`; then each thread, attached too, runs its
 * `prepare`, so that objects can have the owner that they should.  From then on all steps count: the threads are unblocked,
 * run their `run`, and are blocked again.  At the end main detaches them and runs `finish`, and the runtime stops: nothing
 * may be left.  A thread that `comes` is not attached: it attaches and detaches by itself.
 *
 * Besides what EXPECT says, a schedule fails if it races, touches memory that is not mapped, stands still or leaves something
 * behind (tests/model/explore/explore.h).
 *
 * Rule: few threads, few operations: a scenario is to be explored, not to be fast.
 */
#ifndef TESTS_SCENARIO_SCENARIO_H
#define TESTS_SCENARIO_SCENARIO_H

#include "runtimes/runtime.h"
#include "tests/conformance/cell.h"
#include "tests/model/explore/explore.h"

typedef void scenario_step(struct thread *T);

struct script {
    const char *threads[COROUTINES];    /* their names */
    scenario_step *run[COROUTINES];     /* what each does; T is NULL in one that comes */
    scenario_step *prepare[COROUTINES]; /* before that, alone; may be NULL */
    bool comes[COROUTINES];
    bool ends;             /* it is about the end of objects: skipped where nothing is freed */
    scenario_step *setup;  /* of main; may be NULL */
    scenario_step *finish; /* of main, alone again; may be NULL */
};

struct scenario {
    const char *name;
    const char *group;
    const char *says;
    const struct script *script;
};

#define SCENARIO(name, group, says) extern const struct script script_##name;
#include "tests/scenario/scenarios.def"
#undef SCENARIO

/* In the order of scenarios.def; ends with a name of NULL. */
extern const struct scenario scenarios[];

/* NULL if there is none. */
const struct scenario *scenario_find(const char *name);

/* How many threads it has beside main. */
unsigned scenario_threads(const struct scenario *scenario);

/* The schedules that follow are of this one. */
void scenario_choose(const struct scenario *scenario);

/* --- words for scenarios ------------------------------------------------------------------------------------------ */

/* The number of the running thread. */
unsigned scenario_self(void);

/* A thread that was attached ends its tenure; it must not be used afterwards. */
void scenario_detach(struct thread *T);

/* The table calls the object so. */
rc_ref scenario_named(rc_ref ref, const char *name);

/* Lets everything end whose last reference is gone.  For finish. */
void scenario_settle(struct thread *T);

/* An instance of two fields. */
enum { NODE_LINK, NODE_CARGO };
extern const struct type scenario_node;
rc_ref scenario_node_new(struct thread *T, rc_ref link, int64_t number, const char *name);

/* The number of a node, which must be one. */
int64_t scenario_number(struct thread *T, rc_loc node);

#endif
