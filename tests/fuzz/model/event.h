/*
 * What the runtime calls back: finalizers, callbacks of weak references, collections.
 *
 * When something is called is up to the strategy; the model says only whether it may be, and at the end of a step or when
 * everything has settled, whether it must have been.  So each call checks at once what can be seen then, and is noted;
 * after the step, when the model has done the same, the notes are worked off: whoever was finalized must be unreachable,
 * and what its finalizer did happens to the model.
 */
#ifndef TESTS_FUZZ_MODEL_EVENT_H
#define TESTS_FUZZ_MODEL_EVENT_H

#include "runtimes/object/weakref.h"
#include "tests/fuzz/model/verb.h"

/* Types of instances of two fields; what their finalizers do, if they have one, says the name. */
enum { FIELDS = 2, EVENT_TYPES = 5 };
extern const struct type event_types[EVENT_TYPES];

weakref_callback event_call;

/* Around a script. */
void events_start(void);
void events_stop(void);

/* Works off the notes. */
void events_apply(void);

/* Whether a collection has run in this step that nobody foretold; and until one knows what it did. */
bool events_is_surprised(void);
void events_be_sure(void);

/* The next collections are foretold, or no more. */
void events_foretell(bool foretold);

#endif
