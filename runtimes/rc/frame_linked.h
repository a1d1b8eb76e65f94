/*
 * Frames of a strategy that borrows: every activation is linked to its caller's, so that the
 * strategy can find the cells of its thread and make what they borrow safe.
 *
 * The strategy's struct rc_thread has a member `struct rc_frame *frames`, NULL in a thread that
 * runs no object code. Cells are written by their own thread; others look at them only while that
 * thread is stopped.
 */
#ifndef RUNTIMES_RC_FRAME_H
#define RUNTIMES_RC_FRAME_H

#include "alloc/base/check.h"
#include "runtimes/rc/types.h"

struct rc_frame {
    struct rc_frame *caller;
    rc_loc *cells;
    size_t length;
};

#define RC_FRAME(T, f, n)                                                                          \
    rc_loc f[n] = {{0}};                                                                           \
    struct rc_frame f##_frame = {rc_self(T)->frames, f, n};                                        \
    rc_self(T)->frames = &f##_frame

#define RC_LEAVE(T, f) rc_frame_pop(&rc_self(T)->frames, &f##_frame)

static inline void rc_frame_pop(struct rc_frame **top, const struct rc_frame *frame)
{
    ASSERT(*top == frame); /* frames are left in the reverse order */
    *top = frame->caller;
}

/* Calls `visit` for every cell of `top` and its callers. */
static inline void rc_frame_each_cell(const struct rc_frame *top,
                                      void (*visit)(rc_loc *cell, void *context), void *context)
{
    for (const struct rc_frame *frame = top; frame != NULL; frame = frame->caller)
        for (size_t i = 0; i < frame->length; i++)
            visit(&frame->cells[i], context);
}

#endif
