/* Both halves of biased_deferred.h put together: what is queued to an owner, and what waits for a period. */
#include RC_STRATEGY_HEADER

void strategy_stop(void)
{
    deferral_stop();
    biased_stop();
}

void strategy_attach(struct thread *T)
{
    biased_attach(T);
    borrowing_attach(T);
}

/* What is queued was ripe when it was. */
static void drain(struct thread *T)
{
    const struct rc_frame *outer = borrowing_begin_final(T);
    biased_drain(T);
    borrowing_end_final(T, outer);
}

static void close(struct thread *T)
{
    while (!biased_close(T))
        drain(T);
}

/* Others may be merging what the thread has owned; so it ends references as one that has just come and owns nothing. */
static void end_as_newcomer(struct thread *T, struct rc_header *const *objects, size_t length)
{
    biased_attach(T);
    borrowing_end_all(T, objects, length);
    close(T);
}

/* What the end of a queued object defers is left behind with the rest. */
void strategy_detach(struct thread *T)
{
    borrowing_apply(T);
    close(T);
    borrowing_detach(T, end_as_newcomer);
}

bool strategy_on_safepoint(struct thread *T)
{
    borrowing_on_safepoint(T);
    drain(T);
    return false;
}

void strategy_flush(struct thread *T)
{
    borrowing_flush(T);
    drain(T);
}

void strategy_before_fork(struct thread *T)
{
    biased_before_fork(T);
    deferral_hold();
}

void strategy_after_fork(struct thread *T)
{
    deferral_resume();
    biased_after_fork(T);
}

void strategy_after_fork_in_child(struct thread *T)
{
    deferral_resume_alone(&rc_self(T)->deferral);
    biased_after_fork_in_child(T);
}

void strategy_settle(struct thread *T)
{
    borrowing_settle(T);
    biased_settle(T);
}
