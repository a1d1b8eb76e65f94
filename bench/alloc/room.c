/* Pages, and shuffling. */
#include "bench/alloc/room.h"

#include "alloc/base/check.h"
#include "alloc/base/os.h"
#include "bench/trial/mix.h"

#include <string.h>

enum { PAGE = 64 * 1024 }; /* or a smaller one */

static size_t pages_of(size_t bytes) { return (bytes + PAGE - 1) & ~(size_t)(PAGE - 1); }

void *room_map(size_t bytes)
{
    void *room = os_map(pages_of(bytes), PAGE);
    CHECK(room != NULL, "no memory for %zu bytes of a test's own", bytes);
    memset(room, 0, pages_of(bytes));
    return room;
}

void room_unmap(void *room, size_t bytes) { os_unmap(room, pages_of(bytes)); }

/* Source: R. Fisher and F. Yates' shuffle, as in Knuth 3.4.2, algorithm P. */
static void shuffle(uint32_t *numbers, uint32_t length, uint64_t seed)
{
    for (uint32_t left = length; left > 1; left--) {
        uint32_t other = mix_below(mix64(seed + left), left);
        uint32_t last = numbers[left - 1];
        numbers[left - 1] = numbers[other];
        numbers[other] = last;
    }
}

uint32_t *room_permutation(uint32_t length, uint64_t seed)
{
    uint32_t *numbers = room_map(length * sizeof(uint32_t));
    for (uint32_t i = 0; i < length; i++)
        numbers[i] = i;
    shuffle(numbers, length, seed);
    return numbers;
}

void room_permutation_unmap(uint32_t *permutation, uint32_t length)
{
    room_unmap(permutation, length * sizeof(uint32_t));
}
