/* Drawing by weight. */
#include "bench/alloc/sizes.h"

#include "bench/trial/mix.h"

enum { SEED = 20251122, PERCENT = 100 };

static const struct share {
    uint16_t size;
    uint16_t percent;
} shares[] = {
    {16, 10}, {24, 12}, {32, 18}, {40, 8},  {48, 14}, {56, 6},  {64, 7},
    {80, 5},  {96, 6},  {112, 3}, {128, 4}, {192, 3}, {256, 2}, {512, 2},
};

uint16_t sizes_table[SIZES];

static uint16_t draw(uint32_t number)
{
    size_t i = 0;
    while (number >= shares[i].percent)
        number -= shares[i++].percent;
    return shares[i].size;
}

void sizes_draw(void)
{
    for (uint64_t i = 0; i < SIZES; i++)
        sizes_table[i] = draw(mix_below(mix64(SEED + i), PERCENT));
}
