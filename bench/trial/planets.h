/*
 * The sun and the outer planets in plain doubles: where they are at first, and what energy the system has after so many steps,
 * computed independently of any object.
 *
 * Units: astronomical unit, day (positions) and year (velocities, by `days`), solar mass times 4 pi^2.  The initial state is that of the
 * n-body benchmark of the Computer Language Benchmarks Game, which is of the Jet Propulsion Laboratory's ephemerides.
 */
#ifndef BENCH_TRIAL_PLANETS_H
#define BENCH_TRIAL_PLANETS_H

enum { PLANETS = 5 };

struct planet {
    double position[3];
    double velocity[3];
    double mass;
};

/* The sun and four planets, the momentum of all together zero. */
void planets_init(struct planet planets[PLANETS]);

/* Kinetic and potential energy. */
double planets_energy(const struct planet planets[PLANETS]);

/* One step of `dt` years, by the symplectic Euler method. */
void planets_advance(struct planet planets[PLANETS], double dt);

#endif
