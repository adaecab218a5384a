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

/* Append the message in that language. texts may be NULL (the version is not known here):
 * what can be said without is said. limit_bytes bounds what is appended, cut between
 * characters and ended with an ellipsis; 0 = no limit. */
void render_notice(struct text *out, const struct shelf *shelf, const struct texts *texts,
                   const Duban__Notice *notice, bool rehearsal, enum language language, size_t limit_bytes,
                   struct render_counts *counts);

#endif
