/* paper.h - what is printed: pages like the others, for A4 in black and white (page.c has the style of both). */
#ifndef DUBAN_GATEWAY_PAPER_H
#define DUBAN_GATEWAY_PAPER_H

#include "page.h"

/* The day that is asked for: ?day=2020-02-03 as days since 1970, written into out; "" = today. False: it is none, and that has
 * been answered. */
enum { PAPER_DAY_BYTES = 24 };
bool paper_day(struct request *request, char out[PAPER_DAY_BYTES]);

/* 2020-02-03. In the arena. */
const char *paper_day_text(struct page *page, int64_t day);

/* 0012 of 12. In the arena. */
const char *paper_number(struct page *page, uint32_t number);

/* Of ?name=; "" = it is not given. */
const char *paper_argument(struct request *request, const char *name);

/* The head of a column. */
void paper_column(struct page *page, const char *zh, const char *en);

/* As paper_with_titles found them: what his post is called; the account where that is not known. */
void paper_who(struct page *page, const Duban__HolderRows *holders, const char *account);

/* Ask for the titles of all posts, then show. */
typedef void paper_show(struct request *request, void *self, const Duban__HolderRows *holders);
void paper_with_titles(struct request *request, paper_show *show, void *self);

/* "" for none. */
const char *paper_zh(const Duban__Text *text);
const char *paper_en(const Duban__Text *text);

/* Both of a text. */
void paper_text(struct page *page, const Duban__Text *text);

#endif
