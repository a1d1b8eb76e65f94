/* Drawing ranks and traces. */
#include "bench/trial/zipf.h"

#include "bench/trial/mix.h"
#include "bench/trial/order.h"

#include <math.h>

struct zipf zipf_create(uint32_t items, double theta)
{
    struct zipf zipf = {.items = items, .second = pow(0.5, theta), .alpha = 1 / (1 - theta)};
    for (uint32_t i = items; i > 0; i--)
        zipf.zeta += pow(i, -theta); /* the smallest first */
    zipf.eta = (1 - pow(2.0 / items, 1 - theta)) / (1 - (1 + zipf.second) / zipf.zeta);
    return zipf;
}

uint32_t zipf_rank(const struct zipf *zipf, uint64_t random)
{
    double u = (double)(random >> 11) * 0x1p-53;
    if (u * zipf->zeta < 1 || zipf->items < 2)
        return 0;
    if (u * zipf->zeta < 1 + zipf->second || zipf->items < 3)
        return 1;
    double rank = zipf->items * pow(zipf->eta * (u - 1) + 1, zipf->alpha);
    return rank < zipf->items ? (uint32_t)rank : zipf->items - 1;
}

uint32_t *zipf_trace(const struct zipf *zipf, uint64_t seed, size_t length)
{
    uint32_t *item_of = order_new(zipf->items, true);
    uint32_t *trace = calloc(length > 0 ? length : 1, sizeof(trace[0]));
    for (size_t i = 0; item_of != NULL && trace != NULL && i < length; i++)
        trace[i] = item_of[zipf_rank(zipf, mix64(seed + i))];
    if (item_of == NULL) {
        free(trace);
        trace = NULL;
    }
    free(item_of);
    return trace;
}
