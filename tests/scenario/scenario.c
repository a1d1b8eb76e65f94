/* The list of scenarios, and the model that the chosen one is. */
#include "tests/scenario/scenario.h"

/* --- the list ----------------------------------------------------------------------------------------------------- */

const struct scenario scenarios[] = {
#define SCENARIO(name, group, says) {#name, #group, says, &script_##name},
#include "tests/scenario/scenarios.def"
#undef SCENARIO
    {NULL, NULL, NULL, NULL},
};

const struct scenario *scenario_find(const char *name)
{
    for (const struct scenario *s = scenarios; s->name != NULL; s++)
        if (strcmp(s->name, name) == 0)
            return s;
    return NULL;
}

unsigned scenario_threads(const struct scenario *scenario)
{
    unsigned count = 0;
    while (count < COROUTINES && scenario->script->run[count] != NULL)
        count++;
    return count;
}

/* --- one schedule ------------------------------------------------------------------------------------------------- */

static const struct script *script;
static struct thread *first;               /* main's record */
static struct thread *records[COROUTINES]; /* the threads', while they are attached */

static bool is_there(unsigned i) { return script->run[i] != NULL && !script->comes[i]; }

static void prepare_thread(unsigned i)
{
    records[i] = thread_attach();
    EXPECT(records[i] != NULL);
    report_name(records[i], sizeof *records[i], script->threads[i]);
    if (script->prepare[i] != NULL)
        script->prepare[i](records[i]);
    thread_block(records[i]);
}

static void setup(void)
{
    first = runtime_start();
    EXPECT(first != NULL);
    report_name(first, sizeof *first, "main");
    gc_enable(false); /* scenarios say when */
    if (script->setup != NULL)
        script->setup(first);
    thread_block(first);
    for (unsigned i = 0; i < COROUTINES; i++)
        if (is_there(i))
            prepare_thread(i);
}

static void run(void)
{
    const unsigned self = explore_thread();
    struct thread *T = records[self];
    if (T == NULL) {
        script->run[self](NULL);
        return;
    }
    thread_unblock(T);
    script->run[self](T);
    if (records[self] != NULL)
        thread_block(T);
}

static void end_thread(struct thread *T)
{
    thread_unblock(T);
    thread_detach(T);
}

static void finish(void)
{
    for (unsigned i = 0; i < COROUTINES; i++)
        if (records[i] != NULL)
            end_thread(records[i]);
    thread_unblock(first);
    if (script->finish != NULL)
        script->finish(first);
    struct runtime_census left = runtime_stop(first);
    EXPECT(left.objects == 0);
    EXPECT(left.blocks == 0);
    EXPECT(left.pools == 0);
    EXPECT(left.arenas == 0);
    EXPECT(left.threads == 0);
}

void scenario_choose(const struct scenario *scenario)
{
    static struct model model;
    script = scenario->script;
    model = (struct model){.name = scenario->name, .setup = setup, .finish = finish};
    for (unsigned i = 0; i < scenario_threads(scenario); i++) {
        model.threads[i] = script->threads[i];
        model.run[i] = run;
    }
    explore_prepare(&model);
}

/* --- words -------------------------------------------------------------------------------------------------------- */

unsigned scenario_self(void) { return explore_thread(); }

void scenario_detach(struct thread *T)
{
    records[explore_thread()] = NULL;
    thread_detach(T);
}

rc_ref scenario_named(rc_ref ref, const char *name)
{
    EXPECT(!ref_is_null(ref));
    const unsigned self = explore_look();
    report_name(obj_of(ref.p), obj_size(obj_of(ref.p)), name);
    explore_look_away(self);
    return ref;
}

void scenario_settle(struct thread *T) { runtime_settle(T); }

static const char *const fields[] = {"link", "cargo"};
const struct type scenario_node = INSTANCE_TYPE("Node", fields);

enum { BEYOND_SHARED = 1000 }; /* so that each int is an object of the heap */

rc_ref scenario_node_new(struct thread *T, rc_ref link, int64_t number, const char *name)
{
    rc_ref cargo = int_new(T, BEYOND_SHARED + number);
    EXPECT(!ref_is_null(cargo));
    return scenario_named(instance_new(T, &scenario_node, (rc_ref[]){link, cargo}), name);
}

int64_t scenario_number(struct thread *T, rc_loc node)
{
    RC_FRAME(T, f, 1);
    EXPECT(obj_get(node)->type == &scenario_node);
    f[0] = instance_get(T, node, NODE_CARGO);
    EXPECT(!loc_is_null(f[0]) && obj_is(obj_get(f[0]), OBJ_INT));
    int64_t number = int_value(obj_get(f[0])) - BEYOND_SHARED;
    rc_clear(T, &f[0]);
    RC_LEAVE(T, f);
    return number;
}
