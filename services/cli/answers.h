/* answers.h - what was seen, as people write it: GT-03=fail:no spacing, MS-01=pass=9; east gate=manned. */
#ifndef DUBAN_CLI_ANSWERS_H
#define DUBAN_CLI_ANSWERS_H

#include "cli.h"

/* Put right on the spot is what a visit may say; an amendment says how an answer should have been. */
enum answer_results { RESULTS_OF_A_VISIT, RESULTS_OF_AN_AMENDMENT };

/* ITEM=RESULT, behind it =NUMBER and :NOTE where there is one; the texts live in the cli's arena.
 * False after saying what would be right. */
bool answer_read(struct cli *cli, const char *text, enum answer_results results, Duban__Answer *answer);

/* NAME=STATE[:NOTE], commas between, into the report's entrances; names and notes live in the cli's arena. False after
 * saying what would be right. */
bool entrances_read(struct cli *cli, const char *text, Duban__Report *report);

/* POST=manned or POST/SHIFT=unmanned, commas between, into the report's posts. The rest as above. */
bool gate_posts_read(struct cli *cli, const char *text, Duban__Report *report);

#endif
