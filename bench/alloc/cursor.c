/* The items. */
#include "bench/alloc/cursor.h"

_Alignas(64) struct item cursor_items[CURSOR_ITEMS];
