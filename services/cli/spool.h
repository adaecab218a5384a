/* spool.h - messages that notify has written to its spool directory, read back.
 *
 * Each line of DIR/spool-NNNNNN.jsonl is one message. Reading goes on where it stopped, so
 * that a rehearsal can look again after each step.
 */
#ifndef DUBAN_CLI_SPOOL_H
#define DUBAN_CLI_SPOOL_H

#include "cli.h"

struct spool_line {
    uint64_t notice;       /* outbox sequence; 0 = not a notice (a house alarm) */
    const char *at;        /* local time as notify wrote it */
    const char *kind;
    const char *account;
    struct words title;
    struct words text;
};

/* Begin, with nothing read: spool_read does it by itself, but what is dropped of cli's arena later takes that along. */
void spool_open(struct cli *cli);
void spool_close(struct cli *cli);

/* Drop the lines that were read; reading goes on behind them. */
void spool_forget(struct cli *cli);

/* Take in what has been added under the directory. False after saying why. */
bool spool_read(struct cli *cli, const char *directory);

/* The line of that notice; NULL when it has not been read. */
const struct spool_line *spool_find(const struct cli *cli, uint64_t notice);

#endif
