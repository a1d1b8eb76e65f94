/* What waiting.h counts. */
#include "alloc/waiting.h"

bool waiting_readers;
_Atomic size_t waiting_bytes;
