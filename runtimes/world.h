/*
 * The world: the records of all threads, and whether they may run.  For thread.c, which tells the protocol in thread.h, and
 * for world_fork.c.
 *
 * Invariant: attached = records whose thread is there;  a record is `gone`, or its thread is attached, or it is lost.
 */
#ifndef RUNTIMES_WORLD_H
#define RUNTIMES_WORLD_H

#include "alloc/base/atomics.h"
#include "alloc/base/lock.h"

#include <stdbool.h>
#include <stdint.h>

struct thread;

struct world {
    struct lock registry;      /* guards what follows, the records' `next`, `gone` and `task` */
    struct thread *records;    /* all that were ever made */
    _Atomic uint32_t attached; /* threads */
    _Atomic uint32_t awaited;  /* modulo 2^32: running threads that a stop still waits for */
    uint32_t lost; /* records whose threads did not come along into this child of a fork */
    bool stopped;
};

extern struct world world;

#endif
