/* Handing the turn on. */
#include "tests/fuzz/model/seat.h"

#include <pthread.h>
#include <stdio.h>
#include <string.h>

static struct {
    pthread_mutex_t mutex;
    pthread_cond_t changed;
    unsigned turn;
    bool over;
    struct step step;
    pthread_t threads[SEATS];
} seats = {.mutex = PTHREAD_MUTEX_INITIALIZER, .changed = PTHREAD_COND_INITIALIZER};

static void give(unsigned seat)
{
    pthread_mutex_lock(&seats.mutex);
    seats.turn = seat;
    pthread_cond_broadcast(&seats.changed);
    pthread_mutex_unlock(&seats.mutex);
}

static void await(unsigned seat)
{
    pthread_mutex_lock(&seats.mutex);
    while (seats.turn != seat)
        pthread_cond_wait(&seats.changed, &seats.mutex);
    pthread_mutex_unlock(&seats.mutex);
}

static void let_others(struct thread *T, unsigned seat)
{
    thread_block(T);
    give(0);
    await(seat);
    thread_unblock(T);
}

static void empty_registers(struct turn *turn)
{
    for (unsigned r = 0; r < REGISTERS; r++) {
        rc_clear(turn->T, &turn->cells[r]);
        graph.registers[turn->seat][r] = 0;
    }
    graph_share_all(turn->seat);
}

/* From one attach to the next detach. */
static void sit(struct thread *T, unsigned seat)
{
    RC_FRAME(T, f, CELLS);
    struct turn turn = {.T = T, .cells = f, .seat = seat};
    problem->tally.threads++;
    for (;;) {
        turn.step = seats.step;
        if (!seats.over)
            verb_do(&turn);
        if (seats.over || turn.leaves)
            break;
        let_others(T, seat);
    }
    empty_registers(&turn);
    RC_LEAVE(T, f);
}

static void *run(void *argument)
{
    const unsigned seat = (unsigned)(uintptr_t)argument;
    await(seat);
    while (!seats.over) {
        struct thread *T = thread_attach();
        PROBLEM_UNLESS(T != NULL, "seat %u attaches", seat);
        sit(T, seat);
        thread_detach(T);
        if (seats.over)
            break;
        give(0);
        await(seat);
    }
    give(0);
    return NULL;
}

void seats_start(void)
{
    seats.turn = 0;
    seats.over = false;
    for (unsigned seat = 1; seat < SEATS; seat++) {
        int error = pthread_create(&seats.threads[seat], NULL, run, (void *)(uintptr_t)seat);
        CHECK(error == 0, "pthread_create: %s", strerror(error));
    }
}

static void pass(struct thread *T, unsigned seat)
{
    thread_block(T);
    give(seat);
    await(0);
    thread_unblock(T);
}

void seats_play(struct turn *own, const struct step *step)
{
    seats.step = own->step = *step;
    if (step->seat == 0)
        verb_do(own);
    else
        pass(own->T, step->seat);
}

void seats_stop(struct thread *T)
{
    seats.over = true;
    for (unsigned seat = 1; seat < SEATS; seat++) {
        pass(T, seat);
        pthread_join(seats.threads[seat], NULL);
    }
}
