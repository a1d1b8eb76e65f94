/*
 * The time zone database as plain data: its records, and which state of clocks followed which how often.  Not objects: workloads
 * make objects of the text while they are timed.
 *
 * A *record* is a rule's line, or a zone's with all that continue it.  It tells of changes of a *subject*, a set of rules or a
 * zone: from a day on its clocks were in some *state*, of rules the time saved and the letters, "1/D", of zones the format, "LMT".
 * A rule is a change in each of its years up to TZDATA_YEAR_MAX, a zone's line one.  All changes of a subject by date, and those of
 * one day by their texts, are its timeline; two neighbours in it are a *transition*.
 *
 * Nothing is skipped: the file is made by a program, and a line that cannot be read is damage.
 */
#ifndef BENCH_TRIAL_TZDATA_H
#define BENCH_TRIAL_TZDATA_H

#include "bench/trial/tzdata_line.h"

enum { TZDATA_TOP = 10, TZDATA_STATE = 160, TZDATA_TRANSITION = 2 * TZDATA_STATE + 8 };

/* What a line tells: a change in each year from `first` to `last`. */
struct tzdata_change {
    char kind;        /* of its subject: R or Z */
    struct span name; /* of its subject */
    int first;
    int last;
    struct tzdata_day day;
    char state[TZDATA_STATE];
};

struct tzdata_record {
    struct span text;
    size_t line;
};

struct tzdata_subject {
    char kind;
    struct span name;
};

/* A transition as text, "LMT > GMT", and how often there is one. */
struct tzdata_count {
    char text[TZDATA_TRANSITION];
    uint64_t count;
};

struct tzdata {
    char *text;
    struct tzdata_record *records;
    uint32_t length;
    uint32_t capacity;
    struct tzdata_subject *subjects; /* each once, in no matter what order */
    uint32_t subject_count;
    uint64_t changes;     /* years of rules, and lines of zones */
    uint64_t transitions; /* kinds of them */
    struct tzdata_count
        top[TZDATA_TOP]; /* the most frequent first, and of equals the first by text */
    unsigned top_length;
};

struct tzdata_problem {
    const char *reason;
    size_t line;
};

/* What is left of a record, to be read one change at a time. */
struct tzdata_reader {
    struct span rest;
    struct tzdata_line before; /* TZDATA_NOTHING at first */
    struct span name;          /* of the zone */
    size_t line;               /* how many lines were taken */
};

static inline struct tzdata_reader tzdata_reader_of(struct span record)
{
    return (struct tzdata_reader){.rest = record};
}

/* Reads the next change.  False at the end of the record, and where it is refused: then there is a reason. */
bool tzdata_reader_next(struct tzdata_reader *reader, struct tzdata_change *change,
                        const char **reason);

/* Reads a text, which must outlive it, into the empty `tzdata`; with a divisor other than 1, only so much of its records.
 * False, and `problem` says what is wrong, if it is damaged, tells of no change, or there is no memory. */
bool tzdata_parse(struct tzdata *tzdata, struct span text, unsigned divisor,
                  struct tzdata_problem *problem);

/* Reads a file.  False, and `problem` names the file, the line and the remedy. */
bool tzdata_read(struct tzdata *tzdata, const char *path, unsigned divisor, char problem[256]);

/* Of what was read, whether or not it was refused. */
void tzdata_free(struct tzdata *tzdata);

#endif
