/*
 * One line of the time zone database, in the form that zic(8) reads.
 *
 *   R NAME FROM TO - IN ON AT SAVE LETTERS              a rule: what clocks did in the years from FROM to TO
 *   Z NAME STDOFF RULES FORMAT [YEAR [IN [ON [AT]]]]    a zone: what its clocks showed, until when
 *   STDOFF RULES FORMAT [YEAR [IN [ON [AT]]]]           what they showed after that
 *   L TARGET NAME                                       another name of a zone
 *
 * Keywords, months and weekdays may be cut short as long as they can be told apart, and '#' begins a comment.  It makes no objects
 * and copies nothing.
 */
#ifndef BENCH_TRIAL_TZDATA_LINE_H
#define BENCH_TRIAL_TZDATA_LINE_H

#include "bench/trial/span.h"

#include <stdint.h>

enum tzdata_kind { TZDATA_NOTHING, TZDATA_RULE, TZDATA_ZONE, TZDATA_MORE, TZDATA_LINK };

/* Years outside are as far away as these: the first zones, and the last year that compiled tables have. */
enum { TZDATA_YEAR_MIN = 1800, TZDATA_YEAR_MAX = 2037 };

enum tzdata_choice { TZDATA_THE_DAY, TZDATA_LAST, TZDATA_FROM, TZDATA_UP_TO };

/* A day of any year: 14, lastSun, Sun>=8, Sun<=25. */
struct tzdata_day {
    int month;   /* 1 to 12 */
    int day;     /* 1 to 31; of no meaning with TZDATA_LAST */
    int weekday; /* 0 is Sunday; of no meaning with TZDATA_THE_DAY */
    enum tzdata_choice choice;
};

/* Valid as long as the text it was read from. */
struct tzdata_line {
    enum tzdata_kind kind;
    struct span name; /* of a rule, a zone, or the target of a link */
    int first;        /* a rule's years */
    int last;
    struct tzdata_day day; /* of a rule */
    struct span save;      /* of a rule */
    struct span letters;   /* of a rule */
    struct span format;    /* of a zone */
    bool ends;             /* whether a zone's line says until when */
    int end_year;
    struct tzdata_day end;
};

/* Reads a line, given without its newline.  NULL, or why it was refused. */
const char *tzdata_line_read(struct tzdata_line *line, struct span text);

/* The date of that day in a year, as YYYYMMDD; it may be in the month before or after. */
uint32_t tzdata_date(int year, const struct tzdata_day *chosen);

#endif
