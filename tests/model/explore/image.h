/*
 * The image: what the program's variables are when a schedule begins.
 *
 * Every schedule must begin with the same memory, also after one that was given up in the middle, with locks held.  So the
 * program's own data becomes a private mapping of a file that holds the image; restoring it discards the pages that have been
 * written to since, which is the kernel's work and costs what was written.  What must outlive a schedule, the explorer's own
 * state, is kept elsewhere, and its pointers are set before the image is taken.
 */
#ifndef TESTS_MODEL_EXPLORE_IMAGE_H
#define TESTS_MODEL_EXPLORE_IMAGE_H

#include <stddef.h>

/* Zeroed memory that no image restores. */
void *image_keep(size_t size);

/* Takes the image of all variables of the program. */
void image_take(void);

/* All of them are as they were then. */
void image_restore(void);

#endif
