/* rendering.h - one message being put together: what render.c and values.c share. */
#ifndef DUBAN_NOTIFY_RENDERING_H
#define DUBAN_NOTIFY_RENDERING_H

#include "render.h"

struct rendering {
    struct text *out;
    const struct shelf *shelf;
    const struct texts *texts;     /* NULL = not known */
    const Duban__Notice *notice;
    Duban__NoticeItem *const *items;
    size_t count;
    bool head;                     /* of a digest: speaks of all its lines at once */
    bool says_round;               /* the text names the round by itself, so that {lateness} does not */
    bool due_by_finding;           /* each finding says its own limit, see rendering_dues_differ */
    enum language language;
    struct render_counts *counts;
    struct render_room room;
    size_t start;                  /* where it begins in out */
};

/* Append the words of the language. */
void rendering_say(struct rendering *rendering, const char *zh, const char *en);

/* The text in the language; Chinese where there is no English; "" for NULL. */
const char *rendering_words(const struct rendering *rendering, const Duban__Text *text);

/* Append the value of a placeholder, over all items; a dash, counted, when there is none. */
void rendering_value(struct rendering *rendering, enum placeholder placeholder);

/* Are the items due at different times? One limit for all of them would be wrong then: in a text
 * that names both, each finding says its own, and {due} points there. */
bool rendering_dues_differ(const struct rendering *rendering);

/* Does any item have a value for it? Of words and times only. */
bool rendering_has(const struct rendering *rendering, enum placeholder placeholder);

#endif
