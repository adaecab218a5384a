/* render.h - what a notice says, in Chinese and in English. Pure.
 *
 * Rules ships typed values; the policy's texts have {placeholders}. One item fills a text;
 * several items of one message are joined (numbers and findings as numbered lists, the
 * earliest due time, or each finding with its own where they differ); a digest is its head
 * and one line for each item.
 */
#ifndef DUBAN_NOTIFY_RENDER_H
#define DUBAN_NOTIFY_RENDER_H

#include "text.h"
#include "texts.h"

/* For metrics: a text asked for a value that the notice has not, or there was no text. */
struct render_counts {
    uint64_t missing_values;
    uint64_t unknown_kinds;
};

/* How much may be said in it, and where whoever reads it finds the rest. All zero: everything is said. */
struct render_room {
    size_t bytes;                  /* 0 = no limit */
    const char *link;              /* put behind what was left out; NULL = none */
    bool is_part;                  /* of a larger message that says so itself: an ellipsis is enough */
};

/* Append the message in that language. texts may be NULL (the version is not known here): what can be said without is said.
 * What does not fit into the room is not lost: of a digest and of a brief lines are left out whole, and how many is said;
 * any other text is cut between characters; either says where all of it is. */
void render_notice(struct text *out, const struct shelf *shelf, const struct texts *texts,
                   const Duban__Notice *notice, bool rehearsal, enum language language, struct render_room room,
                   struct render_counts *counts);

#endif
