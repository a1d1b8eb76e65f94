/* The names that -fsanitize=thread calls: plain accesses, for races, and atomic ones, which are steps. */
#include "tests/model/explore/memory.h"

#include "tests/model/explore/explore.h"
#include "tests/model/explore/races.h"
#include "tests/model/explore/visible.h"

#include <stddef.h>

/* What lies on a thread's stack or is thread-local is taken for its own. */
static void touch(const void *address, size_t size, unsigned access, const void *place)
{
    if (!explore_is_running() || coroutine_owns(address))
        return;
    if (!memory_is_mapped(address))
        report_unmapped(address, (access & ACCESS_WRITE) != 0 ? "write" : "read", place);
    races_check(explore_thread(), address, size, access, place);
}

void memory_touch_atomic(const struct op *op, bool wrote)
{
    touch(op->object, op->size, ACCESS_ATOMIC | (wrote ? ACCESS_WRITE : ACCESS_READ), op->place);
}

static uint64_t perform(const struct op *op)
{
    if (!explore_is_running())
        return visible_perform_alone(op).before;
    return explore_step(op);
}

/* NOLINTBEGIN(bugprone-reserved-identifier,cert-dcl37-c,cert-dcl51-cpp,readability-*) */
void __tsan_init(void);
void __tsan_func_entry(void *caller);
void __tsan_func_exit(void);
void __tsan_read_range(void *address, size_t size);
void __tsan_write_range(void *address, size_t size);

void __tsan_init(void) {}
void __tsan_func_entry(void *caller) { (void)caller; }
void __tsan_func_exit(void) {}

void __tsan_read_range(void *address, size_t size)
{
    touch(address, size, ACCESS_READ, __builtin_return_address(0));
}

void __tsan_write_range(void *address, size_t size)
{
    touch(address, size, ACCESS_WRITE, __builtin_return_address(0));
}

#define PLAIN(name, size, access)                                                                  \
    void __tsan_##name(void *address);                                                             \
    void __tsan_##name(void *address) { touch(address, size, access, __builtin_return_address(0)); }

PLAIN(read1, 1, ACCESS_READ)
PLAIN(read2, 2, ACCESS_READ)
PLAIN(read4, 4, ACCESS_READ)
PLAIN(read8, 8, ACCESS_READ)
PLAIN(read16, 16, ACCESS_READ)
PLAIN(unaligned_read2, 2, ACCESS_READ)
PLAIN(unaligned_read4, 4, ACCESS_READ)
PLAIN(unaligned_read8, 8, ACCESS_READ)
PLAIN(write1, 1, ACCESS_WRITE)
PLAIN(write2, 2, ACCESS_WRITE)
PLAIN(write4, 4, ACCESS_WRITE)
PLAIN(write8, 8, ACCESS_WRITE)
PLAIN(write16, 16, ACCESS_WRITE)
PLAIN(unaligned_write2, 2, ACCESS_WRITE)
PLAIN(unaligned_write4, 4, ACCESS_WRITE)
PLAIN(unaligned_write8, 8, ACCESS_WRITE)

#define ATOMIC(bits)                                                                               \
    uint##bits##_t __tsan_atomic##bits##_load(const volatile uint##bits##_t *object, int order);   \
    uint##bits##_t __tsan_atomic##bits##_load(const volatile uint##bits##_t *object, int order)    \
    {                                                                                              \
        struct op op = {.kind = OP_LOAD,                                                           \
                        .object = (void *)(uintptr_t)object,                                       \
                        .size = (bits) / 8,                                                        \
                        .order = order,                                                            \
                        .place = __builtin_return_address(0)};                                     \
        return (uint##bits##_t)perform(&op);                                                       \
    }                                                                                              \
    void __tsan_atomic##bits##_store(volatile uint##bits##_t *object, uint##bits##_t value,        \
                                     int order);                                                   \
    void __tsan_atomic##bits##_store(volatile uint##bits##_t *object, uint##bits##_t value,        \
                                     int order)                                                    \
    {                                                                                              \
        struct op op = {.kind = OP_STORE,                                                          \
                        .object = (void *)(uintptr_t)object,                                       \
                        .size = (bits) / 8,                                                        \
                        .operand = value,                                                          \
                        .order = order,                                                            \
                        .place = __builtin_return_address(0)};                                     \
        perform(&op);                                                                              \
    }                                                                                              \
    MODIFY(bits, exchange, OP_EXCHANGE)                                                            \
    MODIFY(bits, fetch_add, OP_ADD)                                                                \
    MODIFY(bits, fetch_sub, OP_SUBTRACT)                                                           \
    MODIFY(bits, fetch_and, OP_AND)                                                                \
    MODIFY(bits, fetch_or, OP_OR)                                                                  \
    COMPARE(bits, compare_exchange_strong)                                                         \
    COMPARE(bits, compare_exchange_weak)

#define MODIFY(bits, name, what)                                                                   \
    uint##bits##_t __tsan_atomic##bits##_##name(volatile uint##bits##_t *object,                   \
                                                uint##bits##_t value, int order);                  \
    uint##bits##_t __tsan_atomic##bits##_##name(volatile uint##bits##_t *object,                   \
                                                uint##bits##_t value, int order)                   \
    {                                                                                              \
        struct op op = {.kind = (what),                                                            \
                        .object = (void *)(uintptr_t)object,                                       \
                        .size = (bits) / 8,                                                        \
                        .operand = value,                                                          \
                        .order = order,                                                            \
                        .place = __builtin_return_address(0)};                                     \
        return (uint##bits##_t)perform(&op);                                                       \
    }

#define COMPARE(bits, name)                                                                        \
    bool __tsan_atomic##bits##_##name(volatile uint##bits##_t *object, uint##bits##_t *expected,   \
                                      uint##bits##_t value, int order, int failure_order);         \
    bool __tsan_atomic##bits##_##name(volatile uint##bits##_t *object, uint##bits##_t *expected,   \
                                      uint##bits##_t value, int order, int failure_order)          \
    {                                                                                              \
        struct op op = {.kind = OP_CAS,                                                            \
                        .object = (void *)(uintptr_t)object,                                       \
                        .size = (bits) / 8,                                                        \
                        .operand = value,                                                          \
                        .expected = *expected,                                                     \
                        .order = order,                                                            \
                        .failure_order = failure_order,                                            \
                        .place = __builtin_return_address(0)};                                     \
        uint##bits##_t found = (uint##bits##_t)perform(&op);                                       \
        bool same = found == *expected;                                                            \
        *expected = found;                                                                         \
        return same;                                                                               \
    }

ATOMIC(8)
ATOMIC(16)
ATOMIC(32)
ATOMIC(64)
/* NOLINTEND(bugprone-reserved-identifier,cert-dcl37-c,cert-dcl51-cpp,readability-*) */
