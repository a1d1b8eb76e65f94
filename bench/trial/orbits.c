/* Planets as objects. */
#include "bench/trial/orbits.h"

#include "bench/trial/arith.h"
#include "bench/trial/field.h"
#include "bench/trial/planets.h"
#include "runtimes/object/list.h"
#include "runtimes/object/tuple.h"

enum { PAIRS = PLANETS * (PLANETS - 1) / 2, AXES = 3 };

static const char *const planet_fields[] = {"x", "y", "z", "vx", "vy", "vz", "mass"};
static const struct type planet_type = INSTANCE_TYPE("Planet", planet_fields);
enum { POSITION, VELOCITY = POSITION + AXES, MASS = VELOCITY + AXES, PLANET_FIELDS };

static const char *const system_fields[] = {"planets", "pairs", "step", "half"};
static const struct type system_type = INSTANCE_TYPE("System", system_fields);
enum { SYSTEM_PLANETS, SYSTEM_PAIRS, SYSTEM_STEP, SYSTEM_HALF };

/* --- arithmetic of fields; what is null for want of memory stays null --------------------------------------------- */

/* a.field - b.field */
static rc_ref difference(struct thread *T, rc_loc a, rc_loc b, uint32_t field)
{
    RC_FRAME(T, f, 2);
    f[0] = instance_get(T, a, field);
    f[1] = instance_get(T, b, field);
    rc_ref result = arith_sub(T, f[0], f[1]);
    cells_drop(T, f, 2);
    RC_LEAVE(T, f);
    return result;
}

/* x*x + y*y + z*z */
static rc_ref square(struct thread *T, const rc_loc vector[AXES])
{
    RC_FRAME(T, f, 2);
    enum { SUM, TERM };
    f[SUM] = rc_move(T, arith_mul(T, vector[0], vector[0]));
    for (size_t axis = 1; axis < AXES; axis++) {
        f[TERM] = rc_move(T, arith_mul(T, vector[axis], vector[axis]));
        cell_set(T, &f[SUM], rc_move(T, arith_add(T, f[SUM], f[TERM])));
        rc_drop(T, cell_take(&f[TERM]));
    }
    rc_ref sum = rc_own(T, cell_take(&f[SUM]));
    RC_LEAVE(T, f);
    return sum;
}

/* body.mass * factor */
static rc_ref times_mass(struct thread *T, rc_loc body, rc_loc factor)
{
    RC_FRAME(T, f, 1);
    f[0] = instance_get(T, body, MASS);
    rc_ref product = arith_mul(T, f[0], factor);
    rc_drop(T, cell_take(&f[0]));
    RC_LEAVE(T, f);
    return product;
}

typedef rc_ref combine(struct thread *T, rc_loc a, rc_loc b);

/* body.field = operation(body.field, x * y); false if there is no memory. */
static bool update(struct thread *T, rc_loc body, uint32_t field, combine *operation,
                   const rc_loc factors[2])
{
    RC_FRAME(T, f, 2);
    enum { OLD, PRODUCT };
    f[PRODUCT] = rc_move(T, arith_mul(T, factors[0], factors[1]));
    f[OLD] = instance_get(T, body, field);
    rc_ref value = operation(T, f[OLD], f[PRODUCT]);
    cells_drop(T, f, 2);
    RC_LEAVE(T, f);
    if (ref_is_null(value))
        return false;
    instance_set(T, body, field, value);
    return true;
}

/* --- a step ------------------------------------------------------------------------------------------------------- */

/* step / (distance2 * sqrt(distance2)) for the difference of two positions */
static rc_ref pull_of(struct thread *T, const rc_loc d[AXES], rc_loc step)
{
    RC_FRAME(T, f, 2);
    f[0] = rc_move(T, square(T, d));
    f[1] = rc_move(T, arith_sqrt(T, f[0]));
    cell_set(T, &f[1], rc_move(T, arith_mul(T, f[0], f[1])));
    rc_ref pull = arith_div(T, step, f[1]);
    cells_drop(T, f, 2);
    RC_LEAVE(T, f);
    return pull;
}

/* The two bodies of `pair` attract each other; both are arguments. */
static bool attract(struct thread *T, rc_loc pair, rc_loc step)
{
    RC_FRAME(T, f, 8);
    enum { PAIR, DT, A, B, D, SCALE = D + AXES };
    f[PAIR] = pair;
    f[DT] = step;
    thread_safepoint(T);
    f[A] = tuple_get(T, f[PAIR], 0);
    f[B] = tuple_get(T, f[PAIR], 1);
    for (uint32_t axis = 0; axis < AXES; axis++)
        f[D + axis] = rc_move(T, difference(T, f[A], f[B], POSITION + axis));
    cell_set(T, &f[DT], rc_move(T, pull_of(T, &f[D], f[DT])));
    f[SCALE] = rc_move(T, times_mass(T, f[B], f[DT]));
    bool ok = true;
    for (uint32_t axis = 0; ok && axis < AXES; axis++)
        ok = update(T, f[A], VELOCITY + axis, arith_sub, (rc_loc[]){f[D + axis], f[SCALE]});
    cell_set(T, &f[SCALE], rc_move(T, times_mass(T, f[A], f[DT])));
    for (uint32_t axis = 0; ok && axis < AXES; axis++)
        ok = update(T, f[B], VELOCITY + axis, arith_add, (rc_loc[]){f[D + axis], f[SCALE]});
    cells_drop(T, f, 8);
    RC_LEAVE(T, f);
    return ok;
}

/* body.x += step * body.vx, and so on; both are arguments. */
static bool move(struct thread *T, rc_loc body, rc_loc step)
{
    RC_FRAME(T, f, 3);
    enum { BODY, DT, SPEED };
    f[BODY] = body;
    f[DT] = step;
    thread_safepoint(T);
    bool ok = true;
    for (uint32_t axis = 0; ok && axis < AXES; axis++) {
        f[SPEED] = instance_get(T, f[BODY], VELOCITY + axis);
        ok = update(T, f[BODY], POSITION + axis, arith_add, (rc_loc[]){f[DT], f[SPEED]});
        rc_drop(T, cell_take(&f[SPEED]));
    }
    cells_drop(T, f, 3);
    RC_LEAVE(T, f);
    return ok;
}

bool orbits_advance(struct thread *T, rc_loc system)
{
    RC_FRAME(T, f, 4);
    enum { SYSTEM, STEPS, LIST, ITEM };
    f[SYSTEM] = system;
    thread_safepoint(T);
    f[STEPS] = instance_get(T, f[SYSTEM], SYSTEM_STEP);
    f[LIST] = instance_get(T, f[SYSTEM], SYSTEM_PAIRS);
    bool ok = true;
    for (size_t i = 0; ok && i < PAIRS; i++) {
        thread_safepoint(T);
        f[ITEM] = list_get(T, f[LIST], i);
        ok = attract(T, cell_take(&f[ITEM]), rc_dup(T, f[STEPS]));
    }
    cell_set(T, &f[LIST], instance_get(T, f[SYSTEM], SYSTEM_PLANETS));
    for (size_t i = 0; ok && i < PLANETS; i++) {
        thread_safepoint(T);
        f[ITEM] = list_get(T, f[LIST], i);
        ok = move(T, cell_take(&f[ITEM]), rc_dup(T, f[STEPS]));
    }
    cells_drop(T, f, 4);
    RC_LEAVE(T, f);
    return ok;
}

/* --- energy ------------------------------------------------------------------------------------------------------- */

/* energy + half * mass * v * v of a planet; `planet` is an argument. */
static rc_ref add_kinetic(struct thread *T, rc_loc planet, rc_loc half, rc_loc energy)
{
    RC_FRAME(T, f, 6);
    enum { PLANET, V, TERM = V + AXES, SQUARE };
    f[PLANET] = planet;
    thread_safepoint(T);
    for (uint32_t axis = 0; axis < AXES; axis++)
        f[V + axis] = instance_get(T, f[PLANET], VELOCITY + axis);
    f[SQUARE] = rc_move(T, square(T, &f[V]));
    f[TERM] = rc_move(T, times_mass(T, f[PLANET], half));
    cell_set(T, &f[TERM], rc_move(T, arith_mul(T, f[TERM], f[SQUARE])));
    rc_ref sum = arith_add(T, energy, f[TERM]);
    cells_drop(T, f, 6);
    RC_LEAVE(T, f);
    return sum;
}

/* energy - mass * mass / distance of a pair; `pair` is an argument. */
static rc_ref add_potential(struct thread *T, rc_loc pair, rc_loc energy)
{
    RC_FRAME(T, f, 7);
    enum { PAIR, A, B, D, TERM = D + AXES };
    f[PAIR] = pair;
    thread_safepoint(T);
    f[A] = tuple_get(T, f[PAIR], 0);
    f[B] = tuple_get(T, f[PAIR], 1);
    for (uint32_t axis = 0; axis < AXES; axis++)
        f[D + axis] = rc_move(T, difference(T, f[A], f[B], POSITION + axis));
    cell_set(T, &f[D], rc_move(T, square(T, &f[D])));
    cell_set(T, &f[D], rc_move(T, arith_sqrt(T, f[D])));
    f[TERM] = instance_get(T, f[A], MASS);
    cell_set(T, &f[TERM], rc_move(T, times_mass(T, f[B], f[TERM])));
    cell_set(T, &f[TERM], rc_move(T, arith_div(T, f[TERM], f[D])));
    rc_ref sum = arith_sub(T, energy, f[TERM]);
    cells_drop(T, f, 7);
    RC_LEAVE(T, f);
    return sum;
}

rc_ref orbits_energy(struct thread *T, rc_loc system)
{
    RC_FRAME(T, f, 5);
    enum { SYSTEM, HALF, LIST, ITEM, ENERGY };
    f[SYSTEM] = system;
    thread_safepoint(T);
    f[HALF] = instance_get(T, f[SYSTEM], SYSTEM_HALF);
    f[ENERGY] = rc_move(T, float_new(T, 0));
    f[LIST] = instance_get(T, f[SYSTEM], SYSTEM_PLANETS);
    for (size_t i = 0; i < PLANETS; i++) {
        f[ITEM] = list_get(T, f[LIST], i);
        cell_set(T, &f[ENERGY],
                 rc_move(T, add_kinetic(T, cell_take(&f[ITEM]), f[HALF], f[ENERGY])));
    }
    cell_set(T, &f[LIST], instance_get(T, f[SYSTEM], SYSTEM_PAIRS));
    for (size_t i = 0; i < PAIRS; i++) {
        f[ITEM] = list_get(T, f[LIST], i);
        cell_set(T, &f[ENERGY], rc_move(T, add_potential(T, cell_take(&f[ITEM]), f[ENERGY])));
    }
    rc_ref energy = rc_own(T, cell_take(&f[ENERGY]));
    cells_drop(T, f, 5);
    RC_LEAVE(T, f);
    return energy;
}

/* --- making a system; null if there is no memory ------------------------------------------------------------------ */

static rc_ref make_planet(struct thread *T, const struct planet *planet)
{
    thread_safepoint(T);
    rc_ref fields[PLANET_FIELDS];
    for (size_t axis = 0; axis < AXES; axis++) {
        fields[POSITION + axis] = float_new(T, planet->position[axis]);
        fields[VELOCITY + axis] = float_new(T, planet->velocity[axis]);
    }
    fields[MASS] = float_new(T, planet->mass);
    return instance_from(T, &planet_type, fields);
}

static rc_ref make_planets(struct thread *T)
{
    struct planet planets[PLANETS];
    planets_init(planets);
    RC_FRAME(T, f, 1);
    f[0] = rc_move(T, list_new(T, PLANETS));
    bool ok = !loc_is_null(f[0]);
    for (size_t i = 0; ok && i < PLANETS; i++) {
        rc_ref planet = make_planet(T, &planets[i]);
        ok = !ref_is_null(planet) && list_append(T, f[0], planet);
    }
    rc_ref list = ok ? rc_own(T, cell_take(&f[0])) : RC_NULL_REF;
    cells_drop(T, f, 1);
    RC_LEAVE(T, f);
    return list;
}

/* [(a, b) for each two of the planets, an argument] */
static rc_ref make_pairs(struct thread *T, rc_loc planets)
{
    RC_FRAME(T, f, 2);
    enum { ALL, LIST };
    f[ALL] = planets;
    f[LIST] = rc_move(T, list_new(T, PAIRS));
    bool ok = !loc_is_null(f[LIST]);
    for (size_t i = 0; ok && i < PLANETS; i++)
        for (size_t j = i + 1; ok && j < PLANETS; j++) {
            rc_ref a = rc_own(T, list_get(T, f[ALL], i));
            rc_ref b = rc_own(T, list_get(T, f[ALL], j));
            rc_ref pair = tuple_new(T, 2, (rc_ref[]){a, b});
            ok = !ref_is_null(pair) && list_append(T, f[LIST], pair);
        }
    rc_ref list = ok ? rc_own(T, cell_take(&f[LIST])) : RC_NULL_REF;
    cells_drop(T, f, 2);
    RC_LEAVE(T, f);
    return list;
}

rc_ref orbits_new(struct thread *T)
{
    RC_FRAME(T, f, 1);
    thread_safepoint(T);
    f[0] = rc_move(T, make_planets(T));
    rc_ref system = RC_NULL_REF;
    if (!loc_is_null(f[0])) {
        rc_ref pairs = make_pairs(T, rc_dup(T, f[0]));
        rc_ref planets = rc_own(T, cell_take(&f[0]));
        system =
            instance_from(T, &system_type,
                          (rc_ref[]){planets, pairs, float_new(T, ORBITS_STEP), float_new(T, 0.5)});
    }
    RC_LEAVE(T, f);
    return system;
}
