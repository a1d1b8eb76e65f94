/* Contexts, stacks and thread-local blocks.  A coroutine begins by setcontext, which asks the system for the signal mask; from then
 * on it is left and continued by setjmp and longjmp, which do not (Engelschall, USENIX 2000). */
#include "tests/model/explore/coroutine.h"

#include "tests/model/explore/image.h"

#include <link.h>
#include <setjmp.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <ucontext.h>

enum { STACK_BYTES = 256 * 1024, LOCAL_BYTES = 4096 };

static struct {
    char stacks[COROUTINES][STACK_BYTES];
    ucontext_t starts[COROUTINES]; /* of those that have not begun */
    bool has_begun[COROUTINES + 1];
    jmp_buf contexts[COROUTINES + 1];
    char local[COROUTINES + 1][LOCAL_BYTES]; /* of who does not run */
    char fresh[LOCAL_BYTES];                 /* of a new thread */
    char *block;                             /* of who runs */
    size_t size;
} * coroutines;

/* The first object is the program. */
static int find_block(struct dl_phdr_info *info, size_t size, void *context)
{
    (void)size, (void)context;
    for (unsigned i = 0; i < info->dlpi_phnum; i++)
        if (info->dlpi_phdr[i].p_type == PT_TLS) {
            coroutines->block = info->dlpi_tls_data;
            coroutines->size = info->dlpi_phdr[i].p_memsz;
        }
    return 1;
}

void coroutines_init(void)
{
    coroutines = image_keep(sizeof *coroutines);
    coroutines->has_begun[COROUTINE_MAIN] = true;
    dl_iterate_phdr(find_block, NULL);
    if (coroutines->size > LOCAL_BYTES)
        __builtin_trap(); /* more thread-local data than there is room for */
    if (coroutines->size != 0)
        memcpy(coroutines->fresh, coroutines->block, coroutines->size);
}

void coroutine_prepare(unsigned coroutine, void (*body)(void))
{
    ucontext_t *context = &coroutines->starts[coroutine];
    getcontext(context);
    context->uc_stack.ss_sp = coroutines->stacks[coroutine];
    context->uc_stack.ss_size = STACK_BYTES;
    context->uc_link = NULL;
    makecontext(context, body, 0);
    coroutines->has_begun[coroutine] = false;
    memcpy(coroutines->local[coroutine], coroutines->fresh, LOCAL_BYTES);
}

static void exchange_local(unsigned from, unsigned to)
{
    if (coroutines->size == 0)
        return;
    memcpy(coroutines->local[from], coroutines->block, coroutines->size);
    memcpy(coroutines->block, coroutines->local[to], coroutines->size);
}

void coroutine_switch(unsigned from, unsigned to)
{
    exchange_local(from, to);
    if (_setjmp(coroutines->contexts[from]) != 0)
        return;
    if (coroutines->has_begun[to])
        _longjmp(coroutines->contexts[to], 1);
    coroutines->has_begun[to] = true;
    setcontext(&coroutines->starts[to]);
}

static bool lies_in(const void *address, const void *begin, size_t size)
{
    return (uintptr_t)address - (uintptr_t)begin < size;
}

bool coroutine_owns(const void *address)
{
    return lies_in(address, coroutines->stacks, sizeof coroutines->stacks) ||
           lies_in(address, coroutines->block, coroutines->size);
}
