/* timeline.h - what happens in a rehearsal, as a person wants to read it.
 *
 * Day headings, then by time: what the script says, what became of cases, who was told
 * what. Ticks, outcomes and messages that were folded or left out stay silent.
 */
#ifndef DUBAN_CLI_TIMELINE_H
#define DUBAN_CLI_TIMELINE_H

#include "cli.h"
#include "scenario.h"

struct timeline {
    struct cli *cli;
    const char *spool_directory;   /* notify's messages, for their texts; NULL = not given */
    bool quiet;
    bool hidden;
    int64_t day;                   /* heading printed last */
    int64_t at_s;                  /* time printed last */
    uint64_t last_fact;            /* shown up to here */
    uint64_t last_notice;
    uint64_t first_notice;         /* of this rehearsal */
    uint8_t subject[16];           /* heading of the case printed last */
    size_t subject_size;
    size_t opened, closed;         /* as far as facts were shown; when quiet, by timeline_count */
};

/* Begin behind what has happened before. */
void timeline_open(struct timeline *timeline, struct cli *cli, const Duban__RulesStatus *rules);

/* Show nothing until timeline_show, which begins behind what has happened meanwhile, and counts it. False after saying
 * why. A timeline that is quiet stays so. */
void timeline_hide(struct timeline *timeline);
bool timeline_show(struct timeline *timeline);

/* What the script says at its moment. */
void timeline_say(struct timeline *timeline, const struct scenario_line *line);

/* What became of a line's submission, when that is worth a word. */
void timeline_answer(struct timeline *timeline, const struct scenario_line *line, const struct submission *submission);

/* Everything that rules has decided since the last call. False after saying why. */
bool timeline_news(struct timeline *timeline);

/* Drop what was read for the moment that has been shown; the caller may drop cli's arena back to where it was. */
void timeline_forget(struct timeline *timeline);

/* Count what became of all notices. False after saying why. */
struct timeline_outcomes {
    size_t decided, delivered, withdrawn, dead, open;   /* open: nothing has become of it yet */
};
bool timeline_count(struct timeline *timeline, struct timeline_outcomes *outcomes);

#endif
