/* A cursor that takes one word after another, and remembers the first that was wrong. */
#include "bench/trial/tzdata_line.h"

enum { YEAR_LIMIT = 9999, WORD_MAX = 64 };

struct cursor {
    struct span rest;
    const char *reason;
};

static void refuse(struct cursor *cursor, const char *reason)
{
    if (cursor->reason == NULL)
        cursor->reason = reason;
    cursor->rest.length = 0;
}

static bool is_blank(char c) { return c == ' ' || (c >= '\t' && c <= '\r'); }

static void skip_blanks(struct cursor *cursor)
{
    while (cursor->rest.length > 0 && is_blank(cursor->rest.text[0]))
        cursor->rest = span_from(cursor->rest, 1);
}

static bool is_at_end(const struct cursor *cursor) { return cursor->rest.length == 0; }

/* The next word, of characters that can be seen. */
static struct span take(struct cursor *cursor, const char *reason)
{
    size_t end = 0;
    while (end < cursor->rest.length && !is_blank(cursor->rest.text[end])) {
        if (cursor->rest.text[end] <= ' ' || cursor->rest.text[end] > '~')
            refuse(cursor, "a character that cannot be seen in a word");
        end++;
    }
    struct span word = span_until(cursor->rest, end);
    if (end == 0)
        refuse(cursor, reason);
    else if (end > WORD_MAX)
        refuse(cursor, "a word of more than 64 characters");
    if (cursor->reason == NULL)
        cursor->rest = span_from(cursor->rest, end);
    skip_blanks(cursor);
    return word;
}

/* --- words -------------------------------------------------------------------------------------- */

/* Whether a word is a beginning of a name, which is in lower case; regardless of its case. */
static bool begins(struct span word, const char *name)
{
    size_t at = 0;
    while (at < word.length && name[at] != '\0' && span_lower(word.text[at]) == name[at])
        at++;
    return word.length > 0 && at == word.length;
}

/* Which of the names the word begins; `count` if it is none of them, or more than one. */
static int find(struct span word, const char *const *names, int count)
{
    int found = count;
    for (int i = 0; i < count; i++)
        if (begins(word, names[i])) {
            if (found != count)
                return count;
            found = i;
        }
    return found;
}

static bool is_digit(char c) { return c >= '0' && c <= '9'; }

/* A number up to `limit`, or -1. */
static int number_of(struct span word, int limit)
{
    int value = 0;
    for (size_t i = 0; i < word.length; i++) {
        if (!is_digit(word.text[i]))
            return -1;
        value = value * 10 + (word.text[i] - '0');
        if (value > limit)
            return -1;
    }
    return word.length > 0 ? value : -1;
}

static int take_year(struct cursor *cursor)
{
    struct span word = take(cursor, "no year");
    int year = number_of(word, YEAR_LIMIT);
    if (year < 0)
        refuse(cursor, "a year that is no number of up to four digits");
    return year;
}

/* The last year of a rule: a year, o for only the first, ma for ever. */
static int take_last_year(struct cursor *cursor, int first)
{
    struct span word = cursor->rest;
    if (!is_at_end(cursor) && is_digit(word.text[0]))
        return take_year(cursor);
    word = take(cursor, "no last year");
    if (begins(word, "only"))
        return first;
    if (word.length < 2 || !begins(word, "maximum"))
        refuse(cursor, "a last year that is no number, only or maximum");
    return YEAR_LIMIT;
}

static int take_month(struct cursor *cursor)
{
    static const char *const months[12] = {"january",   "february", "march",    "april",
                                           "may",       "june",     "july",     "august",
                                           "september", "october",  "november", "december"};
    int month = find(take(cursor, "no month"), months, 12);
    if (month == 12)
        refuse(cursor, "a word that is no month, or more than one");
    return month + 1;
}

static int weekday_of(struct span word)
{
    static const char *const weekdays[7] = {"sunday",   "monday", "tuesday", "wednesday",
                                            "thursday", "friday", "saturday"};
    return find(word, weekdays, 7);
}

/* Sun>=8 and Sun<=25 */
static void read_choice(struct cursor *cursor, struct span word, struct tzdata_day *day)
{
    size_t equal = span_find(word, '=');
    bool ok = equal >= 1 && equal < word.length &&
              (word.text[equal - 1] == '<' || word.text[equal - 1] == '>');
    if (ok) {
        day->choice = word.text[equal - 1] == '<' ? TZDATA_UP_TO : TZDATA_FROM;
        day->weekday = weekday_of(span_until(word, equal - 1));
        day->day = number_of(span_from(word, equal + 1), 31);
    }
    if (!ok || day->weekday == 7 || day->day < 1)
        refuse(cursor, "a day that is no number, last weekday, or weekday with >= or <=");
}

static void take_day(struct cursor *cursor, struct tzdata_day *day)
{
    struct span word = take(cursor, "no day");
    *day = (struct tzdata_day){day->month, number_of(word, 31), 0, TZDATA_THE_DAY};
    if (day->day >= 1)
        return;
    if (word.length > 4 && begins(span_until(word, 4), "last")) {
        day->choice = TZDATA_LAST;
        day->day = 1;
        day->weekday = weekday_of(span_from(word, 4));
        if (day->weekday == 7)
            refuse(cursor, "a last weekday that is none, or more than one");
    } else {
        read_choice(cursor, word, day);
    }
}

/* Hours, minutes and seconds, maybe with a sign and a letter of `letters`; or a hyphen alone. */
static struct span take_time(struct cursor *cursor, const char *letters, const char *reason)
{
    struct span word = take(cursor, reason);
    struct span rest = word;
    if (rest.length > 0 && rest.text[0] == '-')
        rest = span_from(rest, 1);
    if (rest.length > 1 && strchr(letters, rest.text[rest.length - 1]) != NULL)
        rest.length--;
    for (unsigned part = 0; rest.length > 0; part++) {
        size_t colon = span_find(rest, ':');
        if (part == 3 || number_of(span_until(rest, colon), part == 0 ? 999 : 59) < 0 ||
            colon + 1 == rest.length) {
            refuse(cursor, "a time that is not of the form -H:MM:SS");
            break;
        }
        rest = span_from(rest, colon < rest.length ? colon + 1 : colon);
    }
    return word;
}

/* --- lines -------------------------------------------------------------------------------------- */

static void read_rule(struct cursor *cursor, struct tzdata_line *line)
{
    line->name = take(cursor, "a rule without a name");
    line->first = take_year(cursor);
    line->last = take_last_year(cursor, line->first);
    if (!span_is(take(cursor, "no type of years"), "-"))
        refuse(cursor, "a type of years other than -");
    line->day.month = take_month(cursor);
    take_day(cursor, &line->day);
    take_time(cursor, "wsugz", "no time of day");
    line->save = take_time(cursor, "sd", "no time that is saved");
    line->letters = take(cursor, "a rule without letters");
    if (line->last < line->first)
        refuse(cursor, "a last year before the first");
}

static void read_era(struct cursor *cursor, struct tzdata_line *line)
{
    take_time(cursor, "", "no standard time");
    take(cursor, "no rules");
    line->format = take(cursor, "no format");
    line->end = (struct tzdata_day){1, 1, 0, TZDATA_THE_DAY};
    line->ends = !is_at_end(cursor);
    if (line->ends)
        line->end_year = take_year(cursor);
    if (!is_at_end(cursor))
        line->end.month = take_month(cursor);
    if (!is_at_end(cursor))
        take_day(cursor, &line->end);
    if (!is_at_end(cursor))
        take_time(cursor, "wsugz", "no time of day");
}

static void read_zone(struct cursor *cursor, struct tzdata_line *line)
{
    line->name = take(cursor, "a zone without a name");
    read_era(cursor, line);
}

static void read_link(struct cursor *cursor, struct tzdata_line *line)
{
    line->name = take(cursor, "a link without a target");
    take(cursor, "a link without a name");
}

static enum tzdata_kind take_kind(struct cursor *cursor)
{
    if (is_at_end(cursor))
        return TZDATA_NOTHING;
    if (is_digit(cursor->rest.text[0]) || cursor->rest.text[0] == '-')
        return TZDATA_MORE;
    struct span word = take(cursor, "no keyword");
    if (begins(word, "rule"))
        return TZDATA_RULE;
    if (begins(word, "zone"))
        return TZDATA_ZONE;
    if (!begins(word, "link"))
        refuse(cursor, "a keyword other than Rule, Zone and Link");
    return TZDATA_LINK;
}

const char *tzdata_line_read(struct tzdata_line *line, struct span text)
{
    struct cursor cursor = {span_until(text, span_find(text, '#')), NULL};
    *line = (struct tzdata_line){0};
    skip_blanks(&cursor);
    line->kind = take_kind(&cursor);
    switch (line->kind) {
    case TZDATA_RULE:
        read_rule(&cursor, line);
        break;
    case TZDATA_ZONE:
        read_zone(&cursor, line);
        break;
    case TZDATA_MORE:
        read_era(&cursor, line);
        break;
    case TZDATA_LINK:
        read_link(&cursor, line);
        break;
    default:
        break;
    }
    if (!is_at_end(&cursor))
        refuse(&cursor, "more words than a line of its kind has");
    return cursor.reason;
}

/* --- dates -------------------------------------------------------------------------------------- */

static int month_length(int year, int month)
{
    static const int lengths[12] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
    return lengths[month - 1] + (month == 2 && leap);
}

/* 0 is Sunday; of the Gregorian calendar, also before it began.  Source: T. Sakamoto, comp.lang.c, 1993. */
static int weekday(int year, int month, int day)
{
    static const int shifts[12] = {0, 3, 2, 5, 0, 3, 5, 1, 4, 6, 2, 4};
    year += 400 - (month < 3); /* as many days, and never below 0 */
    return (year + year / 4 - year / 100 + year / 400 + shifts[month - 1] + day) % 7;
}

uint32_t tzdata_date(int year, const struct tzdata_day *chosen)
{
    int month = chosen->month;
    int day = chosen->choice == TZDATA_LAST ? month_length(year, month) : chosen->day;
    if (chosen->choice == TZDATA_FROM)
        day += (chosen->weekday - weekday(year, month, day) + 7) % 7;
    else if (chosen->choice != TZDATA_THE_DAY)
        day -= (weekday(year, month, day) - chosen->weekday + 7) % 7;
    if (day < 1) {
        year -= month == 1;
        month = month == 1 ? 12 : month - 1;
        day += month_length(year, month);
    } else if (day > month_length(year, month) && chosen->choice == TZDATA_FROM) {
        day -= month_length(year, month);
        year += month == 12;
        month = month == 12 ? 1 : month + 1;
    }
    return (uint32_t)(year * 10000 + month * 100 + day);
}
