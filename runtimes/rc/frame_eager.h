/* Frames of a strategy whose stack references are counted: plain cells, which the compiler keeps in registers. */
#ifndef RUNTIMES_RC_FRAME_H
#define RUNTIMES_RC_FRAME_H

#define RC_FRAME(T, f, n) rc_loc f[n] = {{0}}
#define RC_LEAVE(T, f) ((void)(T), (void)(f))

#endif
