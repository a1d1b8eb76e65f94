/*
 * Cases: what every runtime must do, one named function each.
 *
 * A case is a function `case_<name>` in some tests/conformance/<group>_cases.c and a line of cases.def.  The program runs
 * one case in a process of its own: it starts the runtime, calls the case with the attached thread, stops the runtime and
 * checks that nothing is left.  So a case begins with an empty heap, the collector enabled with its thresholds as at the
 * start of every program, and what it changes ends with its process.
 *
 * A case knows the contract of counting (runtimes/rc/rc.h), the objects and the collector: it holds for any strategy that is
 * plugged in later.  Three look deeper where they know the strategy, and are skipped, whole or in part, where they do not:
 * count_overflow and count_too_small write its words (count_words.h), gil_fairness turns the clock of a global lock.  "At once" is after case_deaths; counts are read with obj_refcount, which knows of
 * references on stacks that nobody counts.  Others are skipped only by a constant of rc.h.  No case asserts on time.
 *
 * Exit statuses are those of all programs (bench/exit_status.h), 4 if the runtime does not do what the case says, and
 * 77 if it does not promise to.
 */
#ifndef TESTS_CONFORMANCE_CASE_H
#define TESTS_CONFORMANCE_CASE_H

#include "runtimes/runtime.h"

#include <stdbool.h>
#include <stddef.h>

enum { CASE_SKIPPED = 77, CASE_FULL = GC_GENERATIONS - 1 };

struct conformance_case {
    const char *name;
    const char *group;
    unsigned seconds; /* a case that takes longer hangs */
    const char *says;
    void (*run)(struct thread *T);
};

#define CASE(name, group, seconds, says) void case_##name(struct thread *T);
#include "tests/conformance/cases.def"
#undef CASE

/* In the order of cases.def; ends with a name of NULL. */
extern const struct conformance_case cases[];

/* NULL if there is none. */
const struct conformance_case *case_find(const char *name);

/* --- what is expected --------------------------------------------------------------------------------------------- */

/* Each prints one line, `expected: ..., seen: ... (file:line)`, and ends the process; any thread may call them. */
_Noreturn void case_failed(const char *file, int line, const char *condition, const char *format,
                           ...) __attribute__((format(printf, 4, 5), cold));
_Noreturn void case_differs(const char *file, int line, const char *what, size_t seen,
                            size_t expected) __attribute__((cold));

/* EXPECT(condition, "what was expected, printf style", ...) */
#define EXPECT(condition, ...)                                                                     \
    (likely(condition) ? (void)0 : case_failed(__FILE__, __LINE__, #condition, __VA_ARGS__))

static inline void case_equal(const char *file, int line, const char *what, size_t seen,
                              size_t expected)
{
    if (unlikely(seen != expected))
        case_differs(file, line, what, seen, expected);
}

/* EXPECT_EQUAL(seen, expected, "references to the list"): numbers that a size_t holds. */
#define EXPECT_EQUAL(seen, expected, what)                                                         \
    case_equal(__FILE__, __LINE__, what, (size_t)(seen), (size_t)(expected))

/* The runtime says that it does not do this: but for those named above, only for a constant of rc.h. */
_Noreturn void case_skip(const char *why);

/* --- deaths and collections --------------------------------------------------------------------------------------- */

/* Skips the case where nothing is freed: then there is no count to read, nothing dies, and no collection comes or finds
 * anything. */
void case_needs_frees(void);

/* EXPECT_LEFT(T, 3, "objects: ..."): so many objects are alive after case_deaths.  Where nothing is freed, nobody can tell. */
#define EXPECT_LEFT(T, expected, what)                                                             \
    (RC_FREES ? case_equal(__FILE__, __LINE__, what, case_objects(T), (size_t)(expected)) : (void)0)

/* Lets everything end whose last reference is gone: nothing to do where death is prompt. */
void case_deaths(struct thread *T);

/* Objects that are alive after case_deaths. */
size_t case_objects(struct thread *T);

/* Settles, collects everything; returns how many containers that ended. */
size_t case_collect(struct thread *T);

/* Called after the runtime has stopped, with nothing left, if a case has set it. */
extern void (*case_after_stop)(void);

/* --- threads ------------------------------------------------------------------------------------------------------ */

typedef void case_body(struct thread *T, unsigned index, void *context);

/* Whether so many can be attached besides T; else skips the case. */
bool case_has_threads(unsigned n);
void case_needs_threads(unsigned n);

/* Calls `body` in n new threads, attached and begun together, and joins them; T is at rest meanwhile.  The case needs them. */
void case_threads(struct thread *T, unsigned n, case_body *body, void *context);

/* --- death of a process ------------------------------------------------------------------------------------------- */

/* From now on children of this process end with the thread that forked them: a case that is killed leaves nothing running. */
void case_bind_children(void);

/* `body` must abort, in a forked child, after writing a line to stderr that contains `text`.  Only T may be attached. */
void case_dies(struct thread *T, void (*body)(struct thread *T), const char *text);

#endif
