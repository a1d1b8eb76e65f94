/* Inside of gc/: which containers of a set are reachable from within it only. */
#ifndef GC_UNREACHABLE_H
#define GC_UNREACHABLE_H

#include "gc/gc.h"

struct unreachable {
    struct gc_head *first; /* linked through their payloads; GARBAGE, held, and no longer tracked */
    size_t count;
    bool observed; /* some of them are: see gc_client_is_observed */
    size_t survivors;
    uint64_t survivors_bytes; /* 0 unless asked for */
};

/* Finds the unreachable containers of generations <= generation; all others of these move up one
 * generation.  Cannot fail.  World stopped and counts exact. */
struct unreachable unreachable_find(struct thread *T, unsigned generation, bool weighs);

/* The same by what it writes into the words of containers (gc/unreachable.c), whichever generation. */
struct unreachable unreachable_find_in_words(struct thread *T, unsigned generation, bool weighs);

/* Whether a search has left nothing behind in the words of generations <= oldest. */
bool unreachable_is_clean(unsigned oldest);

/* Looks again which of the GARBAGE that is listed, held and no longer linked is still unreachable:
 * returns how many, which then come first.  The others, resurrected, are tracked again and of the
 * generation that survivors of the collection have; they are still held.  Cannot fail.  World
 * stopped and counts exact. */
size_t unreachable_find_again(struct thread *T, unsigned generation, struct gc_head **members,
                              size_t length);

/* Makes GARBAGE that nobody else can reach one of the survivors. */
void unreachable_keep(struct gc_head *head, unsigned generation);

#endif
