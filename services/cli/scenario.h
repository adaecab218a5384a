/* scenario.h - a rehearsal's script: what is submitted when, by whom, and what is said of it.
 *
 * The whole file is read and checked before anything is played. Client ids are made of the
 * file's name and the line's number, and whatever is left out is filled in from the line, so
 * that the same file always submits the same bytes under the same ids.
 */
#ifndef DUBAN_CLI_SCENARIO_H
#define DUBAN_CLI_SCENARIO_H

#include "cli.h"

enum expectation { EXPECT_NOTHING, EXPECT_REFUSED, EXPECT_QUARANTINED, EXPECT_DUPLICATE };

struct scenario_line {
    size_t number;                       /* in the file, from 1 */
    int64_t at_s;
    struct words say;                    /* may be empty */
    const char *account;
    const char *label;                   /* NULL = none */
    struct scenario_line *repeats;       /* the earlier line that is submitted again; NULL = none */
    json_t *entry;                       /* NULL: nothing is submitted (unless it repeats) */
    uint32_t photos, photos_missing;
    enum expectation expectation;
    const char *expected_field;          /* "" = any */
    uint8_t client_id[16];

    struct bytes packed;                 /* as submitted */
    uint64_t sequence;                   /* of its receipt; 0 = none yet */
};

struct scenario {
    const char *path;
    const char *name;                    /* the path's last part */
    struct scenario_line *lines;         /* in order of time */
    size_t count;
    int64_t until_s;                     /* play on until then; 0 = end with the last line */
};

/* Read and check the file. False after saying what is wrong, by line. */
bool scenario_read(struct cli *cli, const char *path, struct scenario *scenario);
void scenario_close(struct scenario *scenario);

/* Build the entry of a line, with the sequences that its labels stand for. */
bool scenario_pack(struct cli *cli, const struct scenario *scenario, struct scenario_line *line, struct fault *fault);

#endif
