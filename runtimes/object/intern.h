/*
 * Interning: at any time at most one living object for each interned text.
 *
 * Idea: an index (alloc/base/index.h) names the interned strings by the hash of their texts and owns no reference, so a
 * string dies with its last reference and takes its entry along.  Finding a text is a lookup without a lock and an attempt
 * to get a reference (rc_upgrade), which fails if the string found has died meanwhile.
 *
 *   find    upgrade the string of a node with the right hash; look again whether the node still names it (if not, what was
 *           upgraded is another object in its place); only then compare the texts
 *   add     a new string of that text, unless a living one has it
 *   end     remove the node, then free the string's memory
 *
 * A dead string counts as absent: its node may stand in the index beside that of the new object of the same text until its
 * own death has removed it.  So nobody removes a node for somebody else, nobody waits for a death under way, and the one
 * that ends a string is the one that removes it.  Texts are compared only where a reference is held: the memory of a string
 * that may be dead says nothing.
 *
 * Why looking again suffices: memory that a node named is an object of some kind until the next grace period, its header
 * zero while it is dead (RC_OPTIMISTIC_READERS), so the upgrade is harmless.  If it succeeds on a new object in that place,
 * the old one's memory was freed before, its node marked before that, and the second look finds the mark (I3, I4).  If the
 * second look finds the string still named, its memory was not freed when the reference was taken, nor can it be after.
 * Under a global lock nobody dies between lookup and upgrade.
 * A strategy with neither must not reuse the memory while somebody may look at it: then it waits with the node.
 *
 * Invariant: a str with `interned` set is in the index or has not been published, until intern_end.
 * Source: Python's interned strings, mortal since 2.3.
 */
#ifndef RUNTIMES_OBJECT_INTERN_H
#define RUNTIMES_OBJECT_INTERN_H

#include "runtimes/rc/types.h"

struct str_obj;

/* The living object of this text, made if there is none; null if there is no memory.  `hash` is str_hash of the text. */
rc_ref intern_text(struct thread *T, const char *text, size_t length, uint64_t hash);

/* The last reference to an interned str is gone: ends it. */
void intern_end(struct thread *T, struct str_obj *s);

/* Gives back what waits for readers.  The caller may have to wait for them, shortly. */
void intern_settle(struct thread *T);

/* Once per program: before the first thread is attached, false if there is no memory; and when all others are gone.  A
 * string that somebody still refers to is a leak: it is left for the census to tell, interned no more. */
bool intern_start(void);
void intern_stop(struct thread *T);

#endif
