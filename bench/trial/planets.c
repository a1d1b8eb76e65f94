/* The planets' motion in plain doubles. */
#include "bench/trial/planets.h"

#include <math.h>

#define PI 3.141592653589793
#define SOLAR_MASS (4 * PI * PI)
#define DAYS 365.24 /* of a year */

/* Sun, Jupiter, Saturn, Uranus, Neptune; velocities for a day, masses of the sun's. */
static const struct planet start[PLANETS] = {
    {{0, 0, 0}, {0, 0, 0}, 1},
    {{4.84143144246472090e+00, -1.16032004402742839e+00, -1.03622044471123109e-01},
     {1.66007664274403694e-03, 7.69901118419740425e-03, -6.90460016972063023e-05},
     9.54791938424326609e-04},
    {{8.34336671824457987e+00, 4.12479856412430479e+00, -4.03523417114321381e-01},
     {-2.76742510726861862e-03, 4.99852801234917238e-03, 2.30417297573763929e-05},
     2.85885980666130812e-04},
    {{1.28943695621391310e+01, -1.51111514016986312e+01, -2.23307578892655734e-01},
     {2.96460137564761618e-03, 2.37847173959480950e-03, -2.96589568540237556e-05},
     4.36624404335156298e-05},
    {{1.53796971148509165e+01, -2.59193146099879641e+01, 1.79258772950371181e-01},
     {2.68067772490389322e-03, 1.62824170038242295e-03, -9.51592254519715870e-05},
     5.15138902046611451e-05},
};

void planets_init(struct planet planets[PLANETS])
{
    for (unsigned axis = 0; axis < 3; axis++) {
        double momentum = 0;
        for (unsigned i = 0; i < PLANETS; i++) {
            planets[i].mass = start[i].mass * SOLAR_MASS;
            planets[i].position[axis] = start[i].position[axis];
            planets[i].velocity[axis] = start[i].velocity[axis] * DAYS;
            momentum += planets[i].velocity[axis] * planets[i].mass;
        }
        planets[0].velocity[axis] = -momentum / SOLAR_MASS;
    }
}

static double square(const double v[3]) { return v[0] * v[0] + v[1] * v[1] + v[2] * v[2]; }

static void subtract(const double a[3], const double b[3], double result[3])
{
    for (unsigned axis = 0; axis < 3; axis++)
        result[axis] = a[axis] - b[axis];
}

double planets_energy(const struct planet planets[PLANETS])
{
    double energy = 0;
    for (unsigned i = 0; i < PLANETS; i++) {
        energy += 0.5 * planets[i].mass * square(planets[i].velocity);
        for (unsigned j = i + 1; j < PLANETS; j++) {
            double d[3];
            subtract(planets[i].position, planets[j].position, d);
            energy -= planets[i].mass * planets[j].mass / sqrt(square(d));
        }
    }
    return energy;
}

static void attract(struct planet *a, struct planet *b, double dt)
{
    double d[3];
    subtract(a->position, b->position, d);
    double distance2 = square(d);
    double pull = dt / (distance2 * sqrt(distance2));
    for (unsigned axis = 0; axis < 3; axis++) {
        a->velocity[axis] -= d[axis] * (b->mass * pull);
        b->velocity[axis] += d[axis] * (a->mass * pull);
    }
}

void planets_advance(struct planet planets[PLANETS], double dt)
{
    for (unsigned i = 0; i < PLANETS; i++)
        for (unsigned j = i + 1; j < PLANETS; j++)
            attract(&planets[i], &planets[j], dt);
    for (unsigned i = 0; i < PLANETS; i++)
        for (unsigned axis = 0; axis < 3; axis++)
            planets[i].position[axis] += dt * planets[i].velocity[axis];
}
