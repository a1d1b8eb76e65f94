/*
 * What the collector needs from its client, as static inline functions: GC_CLIENT_HEADER, named by
 * the build, defines them.  Inlined, since an indirect call for every edge would double the cost of
 * a collection.  gc_visit stands for void (*visit)(struct gc_head *head, void *context).
 *
 *   void gc_client_stop(struct thread *T)
 *       Stops the world: every other attached thread is parked when it returns.
 *   void gc_client_start(struct thread *T)
 *       Lets it run again, and gives back memory whose grace period the stop has ended.
 *   void gc_client_settle(struct thread *T)
 *       Makes gc_client_count exact.  World stopped.
 *   bool gc_client_frees(void)
 *       Whether there can be garbage at all.  If not, no collection is ever due; one that is asked for finds nothing.
 *   size_t gc_client_count(const struct gc_head *head)
 *   _Noreturn void gc_client_count_too_small(const struct gc_head *head)
 *       Debug builds: more containers refer to it than its count says.  Shows it and aborts.
 *   void gc_client_each_uncounted_root(struct thread *T, gc_visit, void *context)
 *       Calls `visit` for the word of a container for each reference that its count leaves out.
 *   void gc_client_walk(unsigned oldest, gc_visit, void *context)
 *       Calls `visit` for the word of every container that may be tracked and of generation <=
 *       oldest (others may come too), in the same order each time within one stop; words that are
 *       0 are skipped.  Always inlined, visit too.
 *   void gc_client_traverse(const struct gc_numbers *numbers, struct gc_head *head,
 *                           void (*visit)(struct gc_head *child, uint32_t number, void *context),
 *                           void *context)
 *       Calls `visit` for the word of each container that this container refers to, once per
 *       reference.  With numbers, it tells the child's too, and does not touch the child; then it
 *       may call `visit` for what is no container, with number 0 and a `child` that means nothing.
 *       `numbers` may be NULL: number is 0.  Always inlined.
 *   void gc_client_prefetch_children(struct gc_head *head)
 *       Optional work ahead: head's children will be visited soon.
 *   void gc_client_promoted(unsigned oldest)
 *       Survivors of generations <= oldest have moved up: where to look for younger ones next time.
 *       World stopped.
 *   void gc_client_collected(struct thread *T, unsigned oldest)
 *       A collection of generations <= oldest has cleared its garbage.  World running.
 *   size_t gc_client_bytes(const struct gc_head *head)
 *       The bytes of the blocks that the container and its table take.  Only called under a byte
 *       policy.  World stopped.
 *   bool gc_client_is_observed(const struct gc_head *head)
 *       Whether condemning it would do anything: it is weakly referenced, or has a finalizer that
 *       has not run.  World stopped.
 *   void gc_client_hold(struct thread *T, struct gc_head *head)
 *       One more reference to garbage, so that clearing cannot end it early.  World stopped.
 *   bool gc_client_condemn(struct thread *T, struct gc_head *head)
 *       World stopped; called for each unreachable container after all of them carry GARBAGE and
 *       are held, unless none of them is observed; and again, after finalizers ran, for those that
 *       are still unreachable.  Nulls the weak references to it and queues the callbacks of those
 *       whose weak reference object is not garbage; true if it has a finalizer that has not run.
 *   void gc_client_call_back(struct thread *T)
 *       Runs the queued callbacks.  World running.
 *   void gc_client_finalize(struct thread *T, struct gc_head *head)
 *       Sets FINALIZED and runs the finalizer, if there is one that has not run.  World running.
 *   void gc_client_clear(struct thread *T, struct gc_head *head)
 *       Empties the container's slots, releasing what they held.  World running.
 *   void gc_client_drop(struct thread *T, struct gc_head *head)
 *       Ends the reference of gc_client_hold.
 *   bool gc_client_save(struct thread *T, struct gc_head *head)
 *       Keeps what GC_SAVEALL saves, for the user to look at; takes over the reference of
 *       gc_client_hold.  False without memory: it is left to a later collection.  World running.
 *   void *gc_client_object(struct gc_head *head)
 *       The container as an object: an address that the collector compares and hands on.
 *   void gc_client_each_referent(void *object, void (*visit)(void *object, void *context),
 *                                void *context)
 *       Calls `visit` for every object, container or not, that the object refers to, once per
 *       reference.  World stopped.
 *   void gc_client_refer(struct thread *T, void *object)
 *   void gc_client_release(struct thread *T, void *object)
 *       One more reference of T's to an object that somebody refers to, while the world is stopped;
 *       and the end of it, while it runs.
 *   void *gc_client_allocate(size_t bytes)
 *   void gc_client_free(void *memory)
 *       Memory that is no container; NULL if there is none.  World running.
 *   struct gc_thread *gc_client_thread(struct thread *T)
 *   uint64_t gc_client_tracking(const struct gc_head *head)
 *       Of a container that is tracked and TENTATIVE: the flags of the two that it is to have from
 *       now on.  World stopped.
 *
 * For full collections a client may number its containers: 1, 2, 3, ... in the order of
 * gc_client_walk (gc/numbered.c says what for).  One that does not includes gc/unnumbered.h.
 *
 *   size_t gc_client_places(void)
 *       How many numbers there would be.  World stopped, as for the rest.
 *   bool gc_client_number(struct gc_numbers *numbers)
 *       Begins: gives each place for a container a number, used or not.  False if it cannot, and
 *       then nothing is to be ended.  struct gc_numbers is the client's.
 *   void gc_client_unnumber(struct gc_numbers *numbers)
 *       Ends it.
 *   uint32_t gc_client_last(const struct gc_numbers *numbers)
 *       The highest number.
 *   uint32_t gc_client_number_of(const struct gc_numbers *numbers, struct gc_head *head)
 *       The number of a container; 0 if it has none.
 *   void gc_client_each_stretch(const struct gc_numbers *numbers,
 *                               bool (*visit)(const struct gc_stretch *, void *), void *context)
 *       Calls `visit` for all places that may be read, in the order of their numbers, until it
 *       returns false.  A word may be 0.  Always inlined.
 *   void *gc_client_map(size_t bytes)
 *   void gc_client_unmap(void *memory, size_t bytes)
 *       A large piece of memory, all zeros, that costs nothing where it is not touched; NULL if
 *       there is none.
 */
#ifndef GC_CLIENT_H
#define GC_CLIENT_H

#include "gc/gc.h"
#include "gc/stretch.h"

#include GC_CLIENT_HEADER

#endif
