/* Whether valgrind runs the program. */
#include "alloc/base/poison.h"

#if defined(POISON_BY_MEMCHECK)

bool poison_is_watched;

__attribute__((constructor)) static void look(void)
{
    poison_is_watched = RUNNING_ON_VALGRIND != 0;
}

#endif
