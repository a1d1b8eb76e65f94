/* The trace of a schedule, and its table. */
#include "tests/model/explore/report.h"

#include "tests/model/explore/image.h"
#include "tests/model/explore/symbols.h"

#include <errno.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

enum { NAMES = 64, TEXT = 256, SHOWN = 1000 };

_Static_assert((int)SYMBOL_BYTES <= (int)TEXT, "a symbol is a text");

struct step {
    struct op op;
    struct visible_outcome outcome;
    unsigned thread, choice;
};

struct name {
    uintptr_t begin;
    size_t size;
    const char *text;
};

static struct {
    const char *const *threads;
    struct step steps[REPORT_STEPS];
    unsigned count;
    struct name names[NAMES];
    unsigned named;
    FILE *file;
    void (*then)(const char *message);
    const void *places[SHOWN];
    char texts[SHOWN][SYMBOL_BYTES];
    char schedule[REPORT_STEPS * 4];
} * report;

void report_init(void)
{
    report = image_keep(sizeof *report);
    report->file = stdout;
}

void report_to(FILE *file, void (*then)(const char *message))
{
    report->file = file;
    report->then = then;
}

unsigned report_steps(void) { return report->count; }

void report_threads(const char *const *names) { report->threads = names; }

void report_begin(void)
{
    report->count = 0;
    report->named = 0;
}

void report_name(const void *object, size_t size, const char *name)
{
    if (report->named == NAMES)
        report_failure("more than %d names", NAMES);
    report->names[report->named++] = (struct name){(uintptr_t)object, size, name};
}

void report_step(unsigned thread, const struct op *op, struct visible_outcome outcome,
                 unsigned choice)
{
    if (report->count == REPORT_STEPS)
        report_failure("no end after %d steps", REPORT_STEPS);
    report->steps[report->count++] = (struct step){*op, outcome, thread, choice};
}

/* --- words -------------------------------------------------------------------------------------------------------- */

static const char *order_name(int order)
{
    static const char *const names[] = {
        [memory_order_relaxed] = "relaxed", [memory_order_consume] = "consume",
        [memory_order_acquire] = "acquire", [memory_order_release] = "release",
        [memory_order_acq_rel] = "acq_rel", [memory_order_seq_cst] = "seq_cst"};
    return names[order];
}

static void describe_op(const struct step *step, char text[TEXT])
{
    static const char *const names[] = {"resume", "time-out", "yield",   "load",     "await",
                                        "store",  "exchange", "add",     "subtract", "and",
                                        "or",     "cas",      "barrier", "sleep",    "wake"};
    const struct op *op = &step->op;
    snprintf(text, TEXT, "%s %s%s", names[op->kind],
             op_only_waits(op) || op->object == NULL ? "" : order_name(op->order),
             step->choice != 0 ? " (old)" : "");
}

/* The innermost of the names that were given to what the address lies in. */
static const struct name *name_of(const void *object)
{
    const struct name *best = NULL;
    for (unsigned i = 0; i < report->named; i++) {
        const struct name *name = &report->names[i];
        if ((uintptr_t)object - name->begin < name->size &&
            (best == NULL || name->size <= best->size))
            best = name;
    }
    return best;
}

static void describe_object(const void *object, char text[TEXT])
{
    const struct name *name = name_of(object);
    if (object == NULL)
        snprintf(text, TEXT, "-");
    else if (name == NULL)
        symbol_of_variable(object, text);
    else if (name->begin == (uintptr_t)object)
        snprintf(text, TEXT, "%s", name->text);
    else
        snprintf(text, TEXT, "%s+%zu", name->text, (size_t)((uintptr_t)object - name->begin));
}

static void describe_value(const struct step *step, char text[TEXT])
{
    struct visible_outcome outcome = step->outcome;
    bool failed =
        step->op.kind == OP_CAS && (step->choice != 0 || outcome.before != step->op.expected);
    if (step->op.kind == OP_STORE || outcome.before != outcome.after)
        snprintf(text, TEXT, "%#llx -> %#llx", (unsigned long long)outcome.before,
                 (unsigned long long)outcome.after);
    else
        snprintf(text, TEXT, "%#llx%s", (unsigned long long)outcome.before,
                 failed ? ", not taken" : "");
}

/* --- tables ------------------------------------------------------------------------------------------------------- */

static void print_step(FILE *file, unsigned number, const char *place)
{
    const struct step *step = &report->steps[number];
    char op[TEXT], object[TEXT], value[TEXT] = "";
    describe_op(step, op);
    describe_object(step->op.object, object);
    if (step->op.object != NULL)
        describe_value(step, value);
    fprintf(file, "%4u  %-10s %-18s %-22s %-32s %s\n", number + 1, report->threads[step->thread],
            op, object, value, place);
}

void report_table(FILE *file)
{
    unsigned first = report->count > SHOWN ? report->count - SHOWN : 0;
    for (unsigned i = first; i < report->count; i++)
        report->places[i - first] = report->steps[i].op.place;
    symbols_of_places(report->places, report->count - first, report->texts);
    if (first != 0)
        fprintf(file, "(the first %u steps are not shown)\n", first);
    fprintf(file, "step  %-10s %-18s %-22s %-32s %s\n", "thread", "operation", "object", "value",
            "place");
    for (unsigned i = first; i < report->count; i++)
        print_step(file, i, report->texts[i - first]);
}

static bool continues(const struct step *before, const struct step *step)
{
    return before->thread == step->thread && before->choice == 0;
}

/* Room for one run of steps, whatever it is. */
enum { RUN_BYTES = 40 };

static int write_run(char text[RUN_BYTES], const struct step *last, unsigned run)
{
    char count[RUN_BYTES / 2] = "", choice[RUN_BYTES / 2] = "";
    if (run > 1)
        snprintf(count, sizeof count, "%u", run);
    if (last->choice != 0)
        snprintf(choice, sizeof choice, "~%u", last->choice);
    return snprintf(text, RUN_BYTES, "%c%s%s", 'a' + (int)last->thread, count, choice);
}

const char *report_schedule(void)
{
    size_t length = 0;
    report->schedule[0] = '\0';
    for (unsigned i = 0, run; i < report->count; i += run) {
        for (run = 1; i + run < report->count &&
                      continues(&report->steps[i + run - 1], &report->steps[i + run]);
             run++)
            ;
        if (length + RUN_BYTES < sizeof report->schedule)
            length +=
                (size_t)write_run(report->schedule + length, &report->steps[i + run - 1], run);
    }
    return report->schedule;
}

static _Noreturn void end(const char *message)
{
    if (report == NULL) {
        fprintf(stderr, "error: %s\n", message);
        _exit(1);
    }
    if (report->count != 0) {
        report_table(report->file);
        fprintf(report->file, "replay: %s\n", report_schedule());
    }
    fprintf(report->file, "error: %s\n", message);
    fflush(report->file);
    if (report->then != NULL)
        report->then(message);
    _exit(1);
}

_Noreturn void report_failure(const char *format, ...)
{
    char message[2 * TEXT];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(message, sizeof message, format, arguments);
    va_end(arguments);
    end(message);
}

_Noreturn void report_race(const void *address, unsigned before, const void *before_place,
                           const void *now_place)
{
    const void *places[] = {before_place, now_place};
    char object[TEXT], texts[2][SYMBOL_BYTES];
    symbols_of_places(places, 2, texts);
    describe_object(address, object);
    report_failure("data race at %s: %s, with %s of %s before", object, texts[1], texts[0],
                   report->threads[before]);
}

_Noreturn void report_unmapped(const void *address, const char *access, const void *place)
{
    char object[TEXT], text[1][SYMBOL_BYTES];
    symbols_of_places(&place, 1, text);
    describe_object(address, object);
    report_failure("%s of %s, which is not mapped any more: %s", access, object, text[0]);
}

void report_unless(bool success, const char *call)
{
    if (success)
        return;
    fprintf(stderr, "%s: %s\n", call, strerror(errno));
    _exit(2);
}
