/* Nodes, bounds and sleep sets. */
#include "tests/model/explore/search.h"

#include "tests/model/explore/image.h"

struct node {
    uint8_t enabled;
    uint8_t running; /* before the step */
    uint8_t asleep;
    uint8_t tried;
    uint8_t thread;
    uint8_t choice;
    uint8_t choices;     /* 0: not known yet */
    uint8_t preemptions; /* before the step */
    uint8_t old_reads;
};

static struct {
    struct bound bound;
    struct node nodes[REPORT_STEPS + 1];
    unsigned decided; /* nodes of the last schedule, or forced ones */
    unsigned step;    /* nodes of this one */
    unsigned asleep;  /* at the next node */
} * search;

void search_init(void) { search = image_keep(sizeof *search); }

void search_begin(struct bound bound)
{
    search->bound = bound;
    search->decided = 0;
}

void search_force(unsigned thread, unsigned choice)
{
    if (search->decided == REPORT_STEPS)
        report_failure("the schedule has more than %d steps", REPORT_STEPS);
    search->nodes[search->decided++] = (struct node){
        .thread = (uint8_t)thread, .choice = (uint8_t)choice, .choices = (uint8_t)(choice + 1)};
}

static void begin_schedule(void)
{
    search->step = 0;
    search->asleep = 0;
}

/* --- which threads ------------------------------------------------------------------------------------------------ */

static bool is_complete(void) { return search->bound.preemptions == EXPLORE_ALL; }

static bool has(unsigned set, unsigned thread) { return (set >> thread & 1) != 0; }

static bool preempts(const struct node *node, unsigned thread)
{
    return node->running != COROUTINE_MAIN && thread != node->running &&
           has(node->enabled, node->running);
}

/* How many preemptions there have been when that thread has taken the step. */
static unsigned spent(const struct node *node, unsigned thread)
{
    return (unsigned)node->preemptions + preempts(node, thread);
}

static bool may_take(const struct node *node, unsigned thread)
{
    return has(node->enabled & ~(unsigned)node->tried & ~(unsigned)node->asleep, thread) &&
           (is_complete() || spent(node, thread) <= search->bound.preemptions);
}

/* The running one if it may, else the first that may. */
static unsigned next_thread(const struct node *node)
{
    if (node->running != COROUTINE_MAIN && may_take(node, node->running))
        return node->running;
    unsigned thread = 0;
    while (thread < COROUTINES && !may_take(node, thread))
        thread++;
    return thread;
}

static struct node new_node(const struct search_state *state)
{
    struct node node = {.enabled = (uint8_t)state->enabled,
                        .running = (uint8_t)state->running,
                        .asleep = (uint8_t)search->asleep};
    if (search->step > 0) {
        const struct node *last = &search->nodes[search->step - 1];
        node.preemptions = (uint8_t)spent(last, last->thread);
        node.old_reads = (uint8_t)(last->old_reads + (last->choice != 0));
    }
    node.thread = (uint8_t)next_thread(&node);
    return node;
}

/* Who sleeps after the node's step: those who slept or have been tried, and would do something that commutes with it. */
static unsigned asleep_after(const struct node *node, const struct search_state *state)
{
    unsigned asleep = 0;
    for (unsigned i = 0; is_complete() && i < COROUTINES; i++)
        if (has(node->asleep | node->tried, i) && i != node->thread &&
            op_commutes(state->ops[i], state->ops[node->thread]))
            asleep |= 1U << i;
    return asleep;
}

static unsigned choose_thread(const struct search_state *state)
{
    if (search->step == REPORT_STEPS)
        report_failure("no end after %d steps", REPORT_STEPS);
    struct node *node = &search->nodes[search->step];
    if (search->step >= search->decided)
        *node = new_node(state);
    if (node->thread == SEARCH_REDUNDANT)
        return SEARCH_REDUNDANT;
    if (!has(state->enabled, node->thread))
        report_failure("step %u: thread %c cannot go on", search->step + 1, 'a' + node->thread);
    search->asleep = asleep_after(node, state);
    search->step++;
    return node->thread;
}

static unsigned choose_store(unsigned choices)
{
    struct node *node = &search->nodes[search->step - 1];
    if (node->choices == 0)
        node->choices = (uint8_t)(node->old_reads < search->bound.old_reads ? choices : 1);
    return node->choice;
}

const struct chooser search_chooser = {begin_schedule, choose_thread, choose_store};

/* --- the next schedule -------------------------------------------------------------------------------------------- */

static bool advance_node(struct node *node)
{
    if (node->choice + 1 < node->choices) {
        node->choice++;
        return true;
    }
    node->tried |= (uint8_t)(1U << node->thread);
    node->thread = (uint8_t)next_thread(node);
    node->choice = 0;
    node->choices = 0;
    return node->thread != SEARCH_REDUNDANT;
}

bool search_advance(void)
{
    search->decided = search->step;
    while (search->decided > 0 && !advance_node(&search->nodes[search->decided - 1]))
        search->decided--;
    return search->decided > 0;
}
