/* page.h - a page for people: plain HTML that a phone shows without script, and prints.
 *
 * Chinese first, English small behind it. What every page says of itself stands here once: its style (allowed by its digest,
 * nothing else is), that it is not kept, not framed, not indexed, and tells no other site where somebody came from.
 */
#ifndef DUBAN_GATEWAY_PAGE_H
#define DUBAN_GATEWAY_PAGE_H

#include "fault.h"
#include "html.h"
#include "http.h"
#include "upstream.h"

struct page {
    struct request *request;
    struct html html;
    int32_t offset_s;                  /* of the zone in which times are shown */
};

/* Head and heading; rehearsal: the page says so. */
void page_begin(struct page *page, struct request *request, const char *title_zh, const char *title_en, bool rehearsal);

/* It is the answer. */
void page_send(struct page *page, unsigned status);

/* Both languages, one behind the other. */
void page_say(struct page *page, const char *zh, const char *en);

/* A paragraph of them. */
void page_paragraph(struct page *page, const char *zh, const char *en);

/* One row of a list of facts: nothing where there is no value. `value` in `value_en` too, where that is not "". */
void page_row(struct page *page, const char *zh, const char *en, const char *value, const char *value_en);

/* 2020-02-03 09:10 in the zone; "" for 0. In the arena. */
const char *page_time(struct page *page, int64_t at_s);

/* A page that says what is wrong and what to do, and leads on from there. */
void page_refuse(struct request *request, unsigned status, const char *title_zh, const char *title_en, const struct fault *fault);

/* The same of something that was to be done there. */
void page_fault(struct request *request, unsigned status, const struct fault *fault);

/* Go there. 303: what is asked for next is asked by GET. */
void page_go(struct request *request, const char *where);

#endif
