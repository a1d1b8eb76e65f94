/*
 * Symbols: what the program's source calls an address.  Asked of binutils, and so only when something is to be printed.
 *
 * Places are return addresses: what is told is the line of the call before them.
 */
#ifndef TESTS_MODEL_EXPLORE_SYMBOLS_H
#define TESTS_MODEL_EXPLORE_SYMBOLS_H

#include <stddef.h>

enum { SYMBOL_BYTES = 192 };

/* Writes "function (file:line)" for each place. */
void symbols_of_places(const void *const *places, unsigned count, char (*texts)[SYMBOL_BYTES]);

/* Writes "variable" or "variable+offset", or the address itself. */
void symbol_of_variable(const void *address, char text[SYMBOL_BYTES]);

#endif
