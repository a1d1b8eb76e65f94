/*
 * nbody: the motion of the sun and four planets, every number an object.
 *
 * Idea: nothing but short-lived leaves.  Each sum, difference and product is a float of its own, made, read once or twice and
 * dropped; planets are instances whose fields are replaced in every step.  No object refers back, so a collector has nothing to do.
 * (Their code: bench/trial/orbits.c.)
 * Each repetition is a system of its own; repetitions are dealt to threads one by one.
 * Validation: the energy after so many steps is that of the same computation in plain doubles (bench/trial/planets.h), to 12
 * digits; with the default number of 1000 steps also the published one: -0.169075164 at first, -0.169087605 at the end.
 * Settings: how many steps a system makes.
 * Source: M. Lewis's n-body benchmark of the Computer Language Benchmarks Game.
 */
#include "bench/trial/arith.h"
#include "bench/trial/mix.h"
#include "bench/trial/orbits.h"
#include "bench/trial/planets.h"
#include "bench/trial/verdict.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { SYSTEMS = 100 };
#define PUBLISHED_STEPS 1000
#define PUBLISHED_FIRST "-0.169075164"
#define PUBLISHED_LAST "-0.169087605"
#define TOLERANCE 1e-12

enum { SETTING_STEPS };
static const struct setting nbody_settings[] = {
    {"steps", "steps that each system makes", PUBLISHED_STEPS, 10, 10000, NULL},
    {0},
};

static uint64_t steps_of(const struct workload_run *run)
{
    uint64_t steps = run->settings[SETTING_STEPS] / run->divisor;
    return steps > 0 ? steps : 1;
}

enum { FIRST, LAST }; /* what is known: the energies, in units of the tolerance */

static int64_t rounded(double energy) { return llround(energy / TOLERANCE); }

/* The energies before and after so many steps, in plain doubles. */
static void find_energies(uint64_t steps, int64_t known[2])
{
    struct planet planets[PLANETS];
    planets_init(planets);
    known[FIRST] = rounded(planets_energy(planets));
    for (uint64_t i = 0; i < steps; i++)
        planets_advance(planets, ORBITS_STEP);
    known[LAST] = rounded(planets_energy(planets));
}

static bool is_published(double energy, const char *published)
{
    char text[32];
    snprintf(text, sizeof(text), "%.9f", energy);
    return strcmp(text, published) == 0;
}

static void judge(struct workload_run *run, uint64_t steps, double energy)
{
    int64_t expected = verdict_known(run)[steps == 0 ? FIRST : LAST];
    bool right = llabs(rounded(energy) - expected) <= 1;
    if (steps == 0)
        right = right && is_published(energy, PUBLISHED_FIRST);
    if (steps == PUBLISHED_STEPS)
        right = right && is_published(energy, PUBLISHED_LAST);
    verdict_judge(run, right, "after %ju steps the energy is %.12f, expected %.12f",
                  (uintmax_t)steps, energy, (double)expected * TOLERANCE);
}

/* Judges the energy of `system`, an argument; returns it as a checksum. */
static uint64_t note_energy(struct thread *T, struct workload_run *run, rc_loc system,
                            uint64_t steps)
{
    RC_FRAME(T, f, 1);
    uint64_t sum = 0;
    f[0] = rc_move(T, orbits_energy(T, system));
    if (loc_is_null(f[0])) {
        workload_out_of_memory(run);
    } else {
        judge(run, steps, arith_value(f[0]));
        sum = mix64((uint64_t)-rounded(arith_value(f[0])));
    }
    cells_drop(T, f, 1);
    RC_LEAVE(T, f);
    return sum;
}

static uint64_t run_system(struct thread *T, struct workload_run *run)
{
    RC_FRAME(T, f, 1);
    uint64_t sum = 0;
    f[0] = rc_move(T, orbits_new(T));
    bool ok = !loc_is_null(f[0]);
    if (ok)
        sum = note_energy(T, run, rc_dup(T, f[0]), 0);
    for (uint64_t i = 0; ok && i < steps_of(run); i++) {
        thread_safepoint(T);
        ok = orbits_advance(T, rc_dup(T, f[0]));
    }
    if (ok)
        sum += note_energy(T, run, rc_dup(T, f[0]), steps_of(run));
    else
        workload_out_of_memory(run);
    cells_drop(T, f, 1);
    RC_LEAVE(T, f);
    return sum;
}

static bool nbody_setup(struct thread *T, struct workload_run *run)
{
    (void)T;
    run->operations = SYSTEMS * steps_of(run);
    if (!verdict_create(run, 2))
        return false;
    find_energies(steps_of(run), verdict_known(run));
    return true;
}

static uint64_t nbody_work(struct thread *T, struct workload_run *run, unsigned index)
{
    uint64_t sum = 0;
    for (unsigned i = index; i < SYSTEMS && !workload_failed(run); i += run->threads) {
        thread_safepoint(T);
        sum += run_system(T, run);
    }
    return sum;
}

static uint64_t nbody_teardown(struct thread *T, struct workload_run *run)
{
    (void)T;
    verdict_close(run, UINT64_C(2) * SYSTEMS);
    return 0;
}

const struct workload workload_nbody = {
    .name = "nbody",
    .summary = "moves the sun and four planets; every number is an object",
    .tags = "classic",
    .source = "Computer Language Benchmarks Game, n-body",
    .settings = nbody_settings,
    .bytes = 16 << 20,
    .setup = nbody_setup,
    .work = nbody_work,
    .teardown = nbody_teardown,
};
