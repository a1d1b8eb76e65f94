/* The key that tells of exit.h. */
#include "runtimes/exit.h"

#include "alloc/base/check.h"

#include <pthread.h>
#include <stddef.h>
#include <string.h>

static pthread_key_t attached;

static void end_of_thread(void *T)
{
    CHECK(T == NULL,
          "a thread exited while it was attached (record %p): call thread_detach before it ends",
          T);
}

void exit_start(void)
{
    int error = pthread_key_create(&attached, end_of_thread);
    CHECK(error == 0, "pthread_key_create: %s", strerror(error));
}

void exit_stop(void)
{
    int error = pthread_key_delete(attached);
    CHECK(error == 0, "pthread_key_delete: %s", strerror(error));
}

static void set(const struct thread *T)
{
    int error = pthread_setspecific(attached, T);
    CHECK(error == 0, "pthread_setspecific: %s", strerror(error));
}

void exit_attached(struct thread *T) { set(T); }
void exit_detached(void) { set(NULL); }
