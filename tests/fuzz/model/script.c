/* Bytes to steps, and random bytes. */
#include "tests/fuzz/model/script.h"

#include "bench/trial/mix.h"
#include "tests/fuzz/model/verb.h"

#include <string.h>

static const uint8_t weights[VERBS] = {
#define VERB(name, weight) [VERB_##name] = (weight),
#include "tests/fuzz/model/verbs.def"
#undef VERB
};

void script_set(struct script *script, const uint8_t *bytes, size_t size)
{
    script->steps = size / SCRIPT_STEP;
    if (script->steps > SCRIPT_STEPS_MAX)
        script->steps = SCRIPT_STEPS_MAX;
    memcpy(script->bytes, bytes, script->steps * SCRIPT_STEP);
}

static unsigned verb_of(unsigned byte)
{
    unsigned total = 0;
    for (unsigned verb = 0; verb < VERBS; verb++)
        total += weights[verb];
    unsigned left = byte % total;
    unsigned verb = 0;
    while (left >= weights[verb])
        left -= weights[verb++];
    return verb;
}

/* One verb in four is left out, but for those that make something. */
static bool is_left_out(uint64_t seed, unsigned verb)
{
    return verb >= VERB_FIRST_OPTIONAL && mix64(~seed + verb) % 4 == 0;
}

void script_random(struct script *script, uint64_t seed, size_t steps)
{
    uint64_t thrown = mix64(seed);
    script->steps = steps < SCRIPT_STEPS_MAX ? steps : SCRIPT_STEPS_MAX;
    for (size_t i = 0; i < script->steps; i++) {
        uint8_t *bytes = &script->bytes[i * SCRIPT_STEP];
        uint64_t random;
        do {
            random = mix64(thrown++);
            memcpy(bytes, &random, SCRIPT_STEP);
        } while (is_left_out(seed, verb_of(bytes[0])));
    }
}

struct step script_step(const struct script *script, size_t index)
{
    const uint8_t *bytes = &script->bytes[index * SCRIPT_STEP];
    return (struct step){
        .verb = verb_of(bytes[0]),
        .seat = (bytes[1] & 3) % SEATS,
        .a = bytes[1] >> 2,
        .b = bytes[2],
        .c = bytes[3],
    };
}
