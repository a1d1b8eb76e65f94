/*
 * publish: a tree of settings is built in private and then shared; readers go on with the version they find, and old ones die.
 *
 * One thread, the first, builds version after version: an instance with its number and a list of sections, each a list of options, which
 * are ints made of the version's number and their place.  Nobody else sees a version before it is stored in the slot that all
 * threads read; nobody changes it then.  A read takes the version that the slot holds, looks at some options of it, and drops
 * it: the last one to drop an old version ends it.
 * The reads are dealt out in parcels to whoever comes, and a version is due with every so many of them (`reads`); the first
 * thread reads, too, when none is due.
 *
 * A read is good if all it found is of one version, no older than what the thread found before.  The checksum counts good reads by
 * their numbers, not what they found, so it does not depend on time; teardown finds that all were good, and all versions
 * published.
 * Stresses: one slot that all read and one writes, whose object everybody counts; ends far from the owner.
 * Settings: reads (of a version), options.
 * Source: P. McKenney, J. Slingwine, "Read-Copy Update", PDCS 1998, with counts in the place of grace periods.
 */
#include "bench/trial/mix.h"
#include "bench/workload.h"
#include "runtimes/object/instance.h"
#include "runtimes/object/int.h"
#include "runtimes/object/list.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

enum {
    READS = 1920000,
    LOOKS = 8,    /* options that a read looks at */
    PARCEL = 16,  /* reads that a thread takes at a time */
    SECTION = 16, /* options in a section, at most */
    OPTIONS_MAX = 4096,
};

enum { SETTING_READS, SETTING_OPTIONS };

static const struct setting publish_settings[] = {
    {"reads", "reads of a version", 200, 1, READS, NULL},
    {"options", "ints in a version", 128, 1, OPTIONS_MAX, NULL},
    {0},
};

static const char *const version_fields[] = {"number", "sections"};
static const struct type version_type = INSTANCE_TYPE("Version", version_fields);
enum { VERSION_NUMBER, VERSION_SECTIONS };

/* NOLINTNEXTLINE(clang-analyzer-optin.performance.Padding): what different threads write lies in lines of its own */
struct board {
    _Atomic uint64_t good;                   /* reads */
    _Atomic uint64_t torn;                   /* reads that found two versions */
    _Atomic uint64_t backward;               /* reads that found an older one than before */
    _Alignas(64) _Atomic uint64_t dealt;     /* reads */
    _Alignas(64) _Atomic uint64_t published; /* written by the first thread only */
    _Alignas(64) rc_slot current;
};

static uint64_t reads_of(const struct workload_run *run) { return READS / run->divisor; }

/* The version that the slot holds at the beginning is none of these. */
static uint64_t versions_of(const struct workload_run *run)
{
    return (reads_of(run) - 1) / run->settings[SETTING_READS] + 1;
}

static int64_t option_of(uint64_t version, uint64_t place)
{
    return (int64_t)(version * OPTIONS_MAX + place + INT_SHARED_MAX + 1);
}

/* --- building --------------------------------------------------------------------------------------- */

/* The options from number `begin` on, below `end`. */
static rc_ref build_section(struct thread *T, uint64_t version, uint64_t begin, uint64_t end)
{
    RC_FRAME(T, f, 1);
    thread_safepoint(T);
    f[0] = rc_move(T, list_new(T, SECTION));
    bool ok = !loc_is_null(f[0]);
    for (uint64_t i = begin; ok && i < end && i < begin + SECTION; i++) {
        thread_safepoint(T);
        rc_ref option = int_new(T, option_of(version, i));
        ok = !ref_is_null(option) && list_append(T, f[0], option);
    }
    rc_ref section = ok ? rc_own(T, cell_take(&f[0])) : RC_NULL_REF;
    cells_drop(T, f, 1);
    RC_LEAVE(T, f);
    return section;
}

static rc_ref build_sections(struct thread *T, uint64_t version, uint64_t options)
{
    RC_FRAME(T, f, 1);
    thread_safepoint(T);
    f[0] = rc_move(T, list_new(T, 0));
    bool ok = !loc_is_null(f[0]);
    for (uint64_t begin = 0; ok && begin < options; begin += SECTION) {
        thread_safepoint(T);
        rc_ref section = build_section(T, version, begin, options);
        ok = !ref_is_null(section) && list_append(T, f[0], section);
    }
    rc_ref sections = ok ? rc_own(T, cell_take(&f[0])) : RC_NULL_REF;
    cells_drop(T, f, 1);
    RC_LEAVE(T, f);
    return sections;
}

/* Null if there is no memory. */
static rc_ref build_version(struct thread *T, uint64_t version, uint64_t options)
{
    thread_safepoint(T);
    rc_ref fields[] = {int_new(T, (int64_t)version), build_sections(T, version, options)};
    if (ref_is_null(fields[VERSION_NUMBER]) || ref_is_null(fields[VERSION_SECTIONS]))
        return obj_refuse(T, version_type.fields, fields);
    return instance_new(T, &version_type, fields);
}

/* The next version; false if there is no memory. */
static bool publish_next(struct thread *T, struct workload_run *run)
{
    struct board *board = run->input;
    const uint64_t number = load_relaxed(&board->published) + 1;
    thread_safepoint(T);
    rc_ref version = build_version(T, number, run->settings[SETTING_OPTIONS]);
    if (ref_is_null(version)) {
        workload_out_of_memory(run);
        return false;
    }
    rc_store(T, NULL, &board->current, version);
    store_relaxed(&board->published, number);
    return true;
}

/* --- reading ---------------------------------------------------------------------------------------- */

/* The option at `place` of a list of sections, an argument. */
static int64_t look_at(struct thread *T, rc_loc sections, uint64_t place)
{
    RC_FRAME(T, f, 3);
    f[0] = sections;
    thread_safepoint(T);
    f[1] = list_get(T, f[0], place / SECTION);
    f[2] = list_get(T, f[1], place % SECTION);
    int64_t option = int_value(obj_get(f[2]));
    cells_drop(T, f, 3);
    RC_LEAVE(T, f);
    return option;
}

/* Where a thread stands. */
struct reader {
    struct thread *T;
    struct workload_run *run;
    uint64_t newest; /* version that it has found */
    uint64_t good;
    uint64_t torn;
    uint64_t backward;
    uint64_t sum;
};

/* Whether all options that read `r` looks at are those of the version, an argument; its number is stored. */
static bool is_whole(struct reader *reader, rc_loc version, uint64_t r, uint64_t *number)
{
    struct thread *T = reader->T;
    RC_FRAME(T, f, 3);
    enum { VERSION, NUMBER, SECTIONS };
    f[VERSION] = version;
    thread_safepoint(T);
    f[NUMBER] = instance_get(T, f[VERSION], VERSION_NUMBER);
    f[SECTIONS] = instance_get(T, f[VERSION], VERSION_SECTIONS);
    *number = (uint64_t)int_value(obj_get(f[NUMBER]));
    bool whole = true;
    for (uint64_t i = 0; i < LOOKS; i++) {
        thread_safepoint(T);
        uint32_t options = (uint32_t)reader->run->settings[SETTING_OPTIONS];
        uint64_t place = mix_below(mix64(r * LOOKS + i), options);
        whole &= look_at(T, rc_dup(T, f[SECTIONS]), place) == option_of(*number, place);
    }
    cells_drop(T, f, 3);
    RC_LEAVE(T, f);
    return whole;
}

static void read_one(struct reader *reader, uint64_t r)
{
    struct thread *T = reader->T;
    struct board *board = reader->run->input;
    uint64_t number;
    thread_safepoint(T);
    const bool whole = is_whole(reader, rc_load(T, NULL, &board->current), r, &number);
    const bool forward = number >= reader->newest;
    reader->newest = number;
    reader->torn += !whole;
    reader->backward += !forward;
    if (whole && forward) {
        reader->good++;
        reader->sum += mix64(r);
    }
}

/* Takes a parcel of reads and does them; false if there are none left. */
static bool read_some(struct reader *reader)
{
    struct board *board = reader->run->input;
    const uint64_t begin = fetch_add_relaxed(&board->dealt, PARCEL);
    uint64_t r = begin;
    for (; r < begin + PARCEL && r < reads_of(reader->run); r++)
        read_one(reader, r);
    return r != begin;
}

/* What the first thread does besides. */
static bool publish_due(struct reader *reader)
{
    struct workload_run *run = reader->run;
    struct board *board = run->input;
    const uint64_t published = load_relaxed(&board->published);
    const uint64_t dealt = load_relaxed(&board->dealt);
    return published < versions_of(run) && published * run->settings[SETTING_READS] <= dealt &&
           publish_next(reader->T, run);
}

static uint64_t publish_work(struct thread *T, struct workload_run *run, unsigned index)
{
    struct board *board = run->input;
    struct reader reader = {.T = T, .run = run};
    bool more = true;
    while (more && !workload_failed(run)) {
        thread_safepoint(T);
        more = index == 0 && publish_due(&reader);
        more = more || read_some(&reader);
    }
    fetch_add_relaxed(&board->good, reader.good);
    fetch_add_relaxed(&board->torn, reader.torn);
    fetch_add_relaxed(&board->backward, reader.backward);
    return reader.sum;
}

/* --- the workload ----------------------------------------------------------------------------------- */

static bool publish_setup(struct thread *T, struct workload_run *run)
{
    struct board *board = aligned_alloc(_Alignof(struct board), sizeof *board);
    run->input = board;
    run->operations = reads_of(run);
    bool ok = board != NULL;
    if (ok) {
        memset((void *)board, 0, sizeof *board);
        rc_init_slot(T, &board->current, RC_NULL_REF);
        rc_ref first = build_version(T, 0, run->settings[SETTING_OPTIONS]);
        ok = !ref_is_null(first);
        rc_store(T, NULL, &board->current, first);
    }
    if (!ok)
        snprintf(run->problem, sizeof(run->problem),
                 "no memory for a version of %" PRIu64 " options", run->settings[SETTING_OPTIONS]);
    return ok;
}

static void validate(struct workload_run *run, const struct board *board)
{
    const uint64_t good = load_relaxed(&board->good);
    const uint64_t published = load_relaxed(&board->published);
    if (good != reads_of(run))
        snprintf(run->problem, sizeof(run->problem),
                 "%" PRIu64 " reads should be good, and %" PRIu64 " were: %" PRIu64
                 " found two versions, %" PRIu64 " an older one than before",
                 reads_of(run), good, load_relaxed(&board->torn), load_relaxed(&board->backward));
    else if (published != versions_of(run))
        snprintf(run->problem, sizeof(run->problem),
                 "%" PRIu64 " versions should be published, and %" PRIu64 " were", versions_of(run),
                 published);
}

/* The version that is left counts for the checksum. */
static uint64_t publish_teardown(struct thread *T, struct workload_run *run)
{
    struct board *board = run->input;
    uint64_t last = 0;
    if (board != NULL) {
        if (run->problem[0] == '\0' && !workload_failed(run))
            validate(run, board);
        last = mix64(load_relaxed(&board->published));
        rc_store(T, NULL, &board->current, RC_NULL_REF);
    }
    free(board);
    run->input = NULL;
    return last;
}

const struct workload workload_publish = {
    .name = "publish",
    .summary = "builds versions of a tree, publishes each in a slot, and reads what is current",
    .tags = "sharing,server",
    .source = "P. McKenney, J. Slingwine, Read-Copy Update, PDCS 1998",
    .settings = publish_settings,
    .bytes = 32 << 20,
    .setup = publish_setup,
    .work = publish_work,
    .teardown = publish_teardown,
};
