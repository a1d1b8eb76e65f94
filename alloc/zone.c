/* The pattern. */
#include "alloc/zone.h"

enum { PATTERN = 0xFD };

_Static_assert(!REFBENCH_DEBUG || ZONE_BYTES >= 16 + ZONE_STAMP, "16 bytes of pattern at least");

size_t zone_bytes = ZONE_BYTES;

void zone_switch(bool on) { zone_bytes = on ? ZONE_BYTES : 0; }

void zone_write(void *block, size_t bytes, size_t asked, const struct heap *by)
{
    if (zone_bytes == 0)
        return;
    memset((char *)block + asked, PATTERN, zone_stamp_at(bytes) - asked);
    zone_stamp(block, bytes, asked, by);
}

size_t zone_overrun(const void *block, size_t bytes, size_t asked)
{
    size_t end = zone_stamp_at(bytes);
    if (zone_bytes == 0 || zone_find_other(block, asked, end, PATTERN) == end)
        return 0;
    while (((const unsigned char *)block)[end - 1] == PATTERN)
        end--;
    return end - asked;
}
