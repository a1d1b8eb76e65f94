/* Asking the loader. */
#include "bench/alloc/library.h"

#include <dlfcn.h>
#include <malloc.h>
#include <stdbool.h>
#include <stddef.h>
#include <string.h>

/* A function as the loader gives it, and as it is called. */
union function {
    void *found;
    void (*collect)(bool force);
    void (*release)(void);
    int (*control)(const char *name, void *old, size_t *old_length, void *new, size_t new_length);
};

static const char *file_of(void *function)
{
    Dl_info library;
    return function != NULL && dladdr(function, &library) != 0 ? library.dli_fname : NULL;
}

const char *library_of(const char *function) { return file_of(dlsym(RTLD_DEFAULT, function)); }

static const char *mimalloc_trim(union function function)
{
    function.collect(true);
    return "mi_collect";
}

/* All arenas, and before them what the thread keeps.  4096 stands for all of them (MALLCTL_ARENAS_ALL). */
static const char *jemalloc_trim(union function function)
{
    function.control("thread.tcache.flush", NULL, NULL, NULL, 0);
    return function.control("arena.4096.purge", NULL, NULL, NULL, 0) == 0 ? "mallctl" : NULL;
}

/* What the thread keeps is free memory only once the thread is idle; it stays so until it allocates again. */
static const char *tcmalloc_trim(union function function)
{
    union function idle = {.found = dlsym(RTLD_DEFAULT, "MallocExtension_MarkThreadIdle")};
    if (idle.found != NULL)
        idle.release();
    function.release();
    return idle.found != NULL ? "MallocExtension_MarkThreadIdle, MallocExtension_ReleaseFreeMemory"
                              : "MallocExtension_ReleaseFreeMemory";
}

/* The C library knows of free memory only if malloc is its own. */
static const char *glibc_trim(union function function)
{
    const char *allocates = library_of("malloc");
    const char *trims = file_of(function.found);
    bool own = allocates != NULL && trims != NULL && strcmp(allocates, trims) == 0;
    return own && malloc_trim(0) >= 0 ? "malloc_trim" : NULL;
}

/* Each returns what it called, or NULL if it cannot.  The C library's is always there, so it comes last. */
static const struct trimmer {
    const char *function;
    const char *(*trim)(union function function);
} trimmers[] = {
    {"mi_collect", mimalloc_trim},
    {"mallctl", jemalloc_trim},
    {"MallocExtension_ReleaseFreeMemory", tcmalloc_trim},
    {"malloc_trim", glibc_trim},
};

const char *library_trim(void)
{
    for (size_t i = 0; i < sizeof(trimmers) / sizeof(trimmers[0]); i++) {
        union function function = {.found = dlsym(RTLD_DEFAULT, trimmers[i].function)};
        const char *called = function.found != NULL ? trimmers[i].trim(function) : NULL;
        if (called != NULL)
            return called;
    }
    return "none";
}
