/* show.h - words for people: two languages, tables, times in the deployment's zone.
 *
 * A `struct words` is one thing said in Chinese and in English. How much of it is shown is
 * decided in one place, by the language of the show. Texts that came from outside are
 * cleaned of control characters before they reach a terminal. Text made here lives in the
 * show's arena until the command ends.
 */
#ifndef DUBAN_CLI_SHOW_H
#define DUBAN_CLI_SHOW_H

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "arena.h"
#include "entry.pb-c.h"
#include "words.h"

enum language { LANGUAGE_BOTH, LANGUAGE_ZH, LANGUAGE_EN };

enum colour { COLOUR_NONE, COLOUR_BOLD, COLOUR_RED, COLOUR_YELLOW, COLOUR_GREEN, COLOUR_GREY };

struct show {
    FILE *out;
    struct arena *arena;
    enum language language;
    bool colours;
    int32_t offset_s;    /* of the deployment's zone */
};

/* ---------------------------------------------------------------- texts in the arena */

/* printf into the arena. Never NULL: dies when memory is out. */
char *text_of(struct arena *arena, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* The same arguments in both languages. */
struct words words_of(struct arena *arena, const char *zh, const char *en, ...)
    __attribute__((format(printf, 2, 4), format(printf, 3, 4)));

struct words words_of_list(struct arena *arena, const char *zh, const char *en, va_list list)
    __attribute__((format(printf, 2, 0), format(printf, 3, 0)));

/* A text of a message; NULL gives empty words. */
struct words words_of_text(const Duban__Text *text);

/* The words, or what stands in for them when they are empty. */
struct words words_or(struct words words, const char *fallback);

/* A copy without control characters; line ends and tabs become spaces. */
char *text_clean(struct arena *arena, const char *text);

/* The same, of at most 60 bytes: a longer text is cut between characters and ends with "…". */
char *text_excerpt(struct arena *arena, const char *text);

/* "41.6% (5/12)", rounded down; of fewer than five no percentage: "— (1/3)". */
char *rate_text(struct arena *arena, uint32_t part, uint32_t whole);

/* Columns on a terminal: Chinese characters take two, combining marks none. */
size_t text_width(const char *text);

/* ---------------------------------------------------------------- times */

/* "2020-02-03 09:10", empty for 0. */
const char *show_time(const struct show *show, int64_t at_s);
const char *show_time_ms(const struct show *show, int64_t at_ms);

/* "09:10". */
const char *show_clock(const struct show *show, int64_t at_s);

/* "2020年2月3日 星期一" and "Monday, 3 February 2020". */
struct words show_day(const struct show *show, int64_t at_s);

/* "2小时30分" and "2 h 30 min"; days and hours from one day on. */
struct words show_duration(const struct show *show, int64_t seconds);

/* ---------------------------------------------------------------- lines */

/* One sentence: Chinese, then English on a line of its own, both behind `indent` spaces. */
void show_words(const struct show *show, size_t indent, enum colour colour, struct words words);

/* The same with its time (show_time) before it, once. */
void show_words_at(const struct show *show, const char *time, enum colour colour, struct words words);

/* The same in printf's way; both formats take the same arguments. */
void show_line(const struct show *show, const char *zh, const char *en, ...)
    __attribute__((format(printf, 2, 4), format(printf, 3, 4)));

/* A heading over a section. */
void show_heading(const struct show *show, struct words words);

/* Both languages in one line, as the show's language has it: "整改中 rectifying". */
const char *show_label(const struct show *show, struct words words);

/* ---------------------------------------------------------------- tables */

enum { SHOW_MAX_COLUMNS = 12 };

struct show_column {
    struct words heading;
    size_t most;         /* wider cells go on in the next line; 0 = as wide as need be */
};

struct show_cell;

struct show_table {
    const struct show *show;
    const struct show_column *columns;
    size_t column_count;
    struct show_cell *cells;   /* row by row */
    size_t cell_count;
    size_t capacity;
};

void table_open(struct show_table *table, const struct show *show, const struct show_column *columns, size_t count);

/* The next cell, from left to right; text is cleaned and copied. */
void table_text(struct show_table *table, const char *text);
void table_coloured(struct show_table *table, enum colour colour, const char *text);
void table_words(struct show_table *table, struct words words);
void table_number(struct show_table *table, uint64_t number);   /* empty for 0 */
void table_time(struct show_table *table, int64_t at_s);

/* Print what was put in; "none" when there are no rows. */
void table_print(const struct show_table *table);

#endif
