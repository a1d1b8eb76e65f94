/*
 * CPython's allocator of small objects, for one thread: it relies on the global lock.
 *
 * CPython is started isolated from the environment and without its library of modules.  What it keeps for itself then is
 * there before anything is measured.
 */
#ifndef BENCH_ALLOC_VARIANTS_OBMALLOC_H
#define BENCH_ALLOC_VARIANTS_OBMALLOC_H

#include "bench/alloc/library.h"

#include <Python.h>

#define ALLOC_NAME "obmalloc"

enum { ALLOC_THREADS = 1, ALLOC_TAKES_BACK = true };

static inline bool alloc_start(void)
{
    PyConfig config;
    PyConfig_InitIsolatedConfig(&config);
    config.site_import = 0;
    config.install_signal_handlers = 0;
    PyStatus status = Py_InitializeFromConfig(&config);
    PyConfig_Clear(&config);
    return !PyStatus_Exception(status);
}

static inline void alloc_stop(void) { Py_FinalizeEx(); }

/* Nothing is known of a thread, but that it is there. */
static inline struct alloc_thread *alloc_begin(void)
{
    return (struct alloc_thread *)PyThreadState_Get();
}

static inline void alloc_end(struct alloc_thread *thread) { (void)thread; }

static inline void *alloc_get(struct alloc_thread *thread, size_t size)
{
    (void)thread;
    return PyObject_Malloc(size);
}

static inline void alloc_put(struct alloc_thread *thread, void *block, size_t size)
{
    (void)thread;
    (void)size;
    PyObject_Free(block);
}

static inline const char *alloc_trim(struct alloc_thread *thread)
{
    (void)thread;
    return "none";
}

static inline const char *alloc_library(void) { return library_of("PyObject_Malloc"); }

static inline const struct family *alloc_own_family(void) { return NULL; }

#endif
