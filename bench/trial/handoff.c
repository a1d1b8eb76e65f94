/* The first two members of a team play. */
#include "bench/trial/handoff.h"

#include "bench/trial/court.h"

static void play(struct thread *T, unsigned index, void *context)
{
    (void)T;
    court_play(context, index);
}

double handoff_ns(struct team *team)
{
    static struct court court;
    if (team_size(team) < 2)
        return 0;
    court_open(&court);
    team_run_blocked(team, play, &court);
    return court_handoff_ns(&court);
}
