/* Threads: polling, flushing, ending. */
#include "runtimes/runtime.h"
#include "tests/fuzz/model/verb.h"
#include "tests/fuzz/model/verify.h"

void verb_safepoint(struct turn *turn)
{
    problem_say("safepoint");
    thread_safepoint(turn->T);
}

void verb_flush(struct turn *turn)
{
    problem_say("flush");
    rc_flush(turn->T);
}

void verb_settle(struct turn *turn)
{
    problem_say("settle");
    verify_settled(turn->T);
}

/* The first seat's thread is the one that started the runtime, and stays. */
void verb_detach(struct turn *turn)
{
    if (turn->seat == 0)
        return;
    problem_say("detach");
    turn->leaves = true;
}
