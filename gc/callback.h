/* Inside of gc/: telling those who registered that a collection starts or has stopped. */
#ifndef GC_CALLBACK_H
#define GC_CALLBACK_H

#include "gc/gc.h"

/* Once per program: nobody is registered. */
void callback_start(void);

/* World running; the calling thread has the collector's claim and holds no lock. */
void callback_tell(struct thread *T, const struct gc_report *report);

/* Around a fork: nobody else is in the middle of a change. */
void callback_hold(void);
void callback_resume(void);

#endif
