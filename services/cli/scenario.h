/* scenario.h - a rehearsal's script: what is submitted when, by whom, and what is said of it.
 *
 *   scenario_open: every line is read and checked -> scenario_next: one line after the other is read again and played
 *
 * Nothing is played of a file that has a fault. A file may be far larger than memory: only the lines with a label stay.
 * Client ids are made of the file's name and the line's number, and whatever is left out is filled in from the line, so
 * that the same file always submits the same bytes under the same ids.
 */
#ifndef DUBAN_CLI_SCENARIO_H
#define DUBAN_CLI_SCENARIO_H

#include <stdio.h>

#include "cli.h"

enum expectation { EXPECT_NOTHING, EXPECT_REFUSED, EXPECT_QUARANTINED, EXPECT_DUPLICATE };

/* Doors that were drawn are entered again: which ones nobody can know beforehand, so that the line names the areas only. */
struct scenario_check {
    const char *campaign;                /* HD-0001; NULL: the line is none of this */
    const json_t *areas;                 /* codes; as long as the line's JSON */
};

struct scenario_line {
    size_t number;                       /* in the file, from 1 */
    int64_t at_s;
    struct words say;                    /* may be empty */
    const char *account;
    const char *label;                   /* NULL = none */
    struct scenario_line *kept;          /* of a line with a label: what stays of it; NULL = none */
    struct scenario_line *repeats;       /* the earlier line that is submitted again; NULL = none */
    json_t *json;                        /* the whole line */
    json_t *entry;                       /* of it; NULL: nothing is submitted (unless it repeats, or checks) */
    struct scenario_check check;
    uint32_t photos, photos_missing;
    enum expectation expectation;
    const char *expected_field;          /* "" = any */
    uint8_t client_id[16];

    struct bytes packed;                 /* as submitted */
    uint64_t sequence;                   /* of its receipt; 0 = none yet */

    struct scenario_line *older_label;   /* of those that are kept */
};

struct scenario {
    const char *path;
    const char *name;                    /* the path's last part */
    FILE *file;
    bool checked;                        /* the whole of it: now it is played */
    char *text;                          /* the line read last */
    size_t text_size, text_capacity;
    size_t number;                       /* its place in the file */
    bool again;                          /* it is to be read once more */
    size_t count;                        /* lines that are no comment */
    int64_t before_s;                    /* time of the line before */
    int64_t until_s;                     /* play on until then; 0 = end with the last line */
    struct arena arena;                  /* what is kept of the lines with a label */
    struct scenario_line *labels;        /* the newest first */
};

/* Read and check the file, "-" for standard input. False after saying what is wrong, by line. */
bool scenario_open(struct cli *cli, const char *path, struct scenario *scenario);
void scenario_close(struct scenario *scenario);

/* The next line, whose texts live in cli's arena. False at the end, or after saying what is wrong: then cli->failure. */
bool scenario_next(struct cli *cli, struct scenario *scenario, struct scenario_line *line);
void scenario_line_close(struct scenario_line *line);

/* The line read last comes once more. */
void scenario_read_again(struct scenario *scenario);

/* Build the entry of a line, with the sequences that its labels stand for. */
bool scenario_pack(struct cli *cli, struct scenario *scenario, struct scenario_line *line, struct fault *fault);

/* Its receipt came: from now on its label stands for this sequence. */
void scenario_received(struct scenario_line *line, uint64_t sequence);

/* No words, label, expectation or reference: it may be submitted together with others of its moment. */
bool scenario_is_plain(const struct scenario_line *line);

#endif
