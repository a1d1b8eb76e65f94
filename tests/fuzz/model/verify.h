/* The runtime beside the model: are they the same? */
#ifndef TESTS_FUZZ_MODEL_VERIFY_H
#define TESTS_FUZZ_MODEL_VERIFY_H

#include "tests/fuzz/model/graph.h"

/* The object of a node, which exists, refers to what the node does. */
void verify_slots(node_id id);

/* After a step: what must be there is there as it was, and what need not be is, where death is prompt and nobody else could
 * refer to it, gone.  If a collection came that nobody foretold, all garbage goes, so that one knows again what there is. */
void verify_step(struct thread *T);

/* Lets everything end that must, then looks: objects, counts, weak references, callbacks, finalizers are exactly the model's. */
void verify_settled(struct thread *T);

/* The same, after all garbage is collected. */
void verify_collected(struct thread *T);

#endif
