/*
 * Sizes: how many bytes an object of each kind takes, as a formula.
 *
 *   o  object header: counting header and type        c  container header: o and the collector's word
 *   p  what lies in front of a table that readers may look at without a lock (alloc/retire.h)
 *
 *   None, bool       o
 *   int, float       o + 8
 *   str              o + 13 + n      bytes of text; hash 8, length 4, final NUL 1
 *   tuple            c + 8 + 8 n     items; length 8
 *   list             c + 16          no room for items; length 8, address of the table 8
 *                    ... + p + 8 + 8 n   room for n items, of which a literal or list_new has as many as it needs
 *   dict             c + 16          no table yet
 *                    ... + p + 16 + 24 e + i   room for e entries: hash, key, value; index of i bytes
 *   set              c + 16
 *                    ... + p + 16 + 16 e + i   entries of hash and key
 *   instance         c + 8 n         fields
 *   weakref          c + 40          callback, argument, target, and two links of the side table, which adds 8 to 16
 *
 * A dict or set to which n keys were added, none removed, has s = the least power of two from 8 on whose two thirds,
 * rounded down, are at least n; e = these two thirds, and i = s, 2 s or 4 s for up to 128, 32768 and more entries.
 *
 *                        gil             atomic          biased          classic CPython, and 3.11
 *   o, c, p              16, 24, 0       16, 24, 8       24, 32, 8
 *   None                 16              16              24              16            16
 *   bool                 16              16              24              24            28
 *   int                  24              24              32              24            28
 *   float                24              24              32              24            24
 *   str                  29 + n          29 + n          37 + n          37 + n        49 + n
 *   tuple                32 + 8 n        32 + 8 n        40 + 8 n        56 + 8 n      40 + 8 n
 *   list, empty          40              40              48              72            56
 *   list                 48 + 8 n        56 + 8 n        64 + 8 n        72 + 8 n      56 + 8 n
 *   dict, empty          40              40              48              280           64
 *   dict, 1 to 5 keys    184             192             200             280           232
 *   set, empty           40              40              48              224           216
 *   set, 9 keys          232             240             248             736           728
 *   instance             24 + 8 n        24 + 8 n        32 + 8 n
 *   weakref              64              64              72                            80
 *
 * CPython's figures are those of sys.getsizeof, with the collector's words.  All are bytes asked for; what the block of an
 * object takes beyond, since that is rounded up to 24 or a multiple of 16, stands beside them in what `--describe` writes.
 */
#ifndef RUNTIMES_OBJECT_SIZE_H
#define RUNTIMES_OBJECT_SIZE_H

#include "runtimes/object/object.h"

/* By the formula: an object of that kind with n items, fields, keys or bytes; n is 0 for kinds without. */
size_t size_formula(enum obj_kind kind, size_t n);

/* The formula of this runtime in words, such as "40 + 8 n". */
enum { SIZE_TEXT = 64 };
void size_describe(enum obj_kind kind, char text[SIZE_TEXT]);

#endif
