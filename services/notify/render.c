/* render.c - texts with their values, digests, and the marks in front. */
#include "rendering.h"

static bool names(const struct template *template, enum language language, enum placeholder placeholder)
{
    for (size_t i = 0; i < template->count[language]; i++)
        if (template->pieces[language][i].placeholder == placeholder)
            return true;
    return false;
}

static void put_template(struct rendering *rendering, const struct template *template)
{
    const struct piece *pieces = template->pieces[rendering->language];

    rendering->due_by_finding = names(template, rendering->language, PLACEHOLDER_FINDING) &&
                                names(template, rendering->language, PLACEHOLDER_DUE) &&
                                rendering_dues_differ(rendering);
    rendering->says_round = names(template, rendering->language, PLACEHOLDER_ROUND);
    for (size_t i = 0; i < template->count[rendering->language]; i++) {
        if (pieces[i].placeholder == PLACEHOLDER_NONE)
            text_put(rendering->out, pieces[i].words, pieces[i].size);
        else
            rendering_value(rendering, pieces[i].placeholder);
    }
}

/* The value with words before it, when there is one. */
static void put_known(struct rendering *rendering, const char *zh, const char *en, enum placeholder placeholder)
{
    if (!rendering_has(rendering, placeholder))
        return;
    rendering_say(rendering, zh, en);
    rendering_value(rendering, placeholder);
}

/* Nothing is kept back for want of a text: say what the items hold. */
static void put_without_text(struct rendering *rendering, const char *kind)
{
    rendering->counts->unknown_kinds++;
    rendering_say(rendering, "【提醒】", "Notice ");
    text_add(rendering->out, kind);
    put_known(rendering, " 编号：", " no: ", PLACEHOLDER_NUMBER);
    put_known(rendering, " 点位：", " site: ", PLACEHOLDER_SITE);
    put_known(rendering, " 问题：", " finding: ", PLACEHOLDER_FINDING);
    put_known(rendering, " 级别：", " level: ", PLACEHOLDER_LEVEL);
    put_known(rendering, " 时限：", " due: ", PLACEHOLDER_DUE);
    put_known(rendering, " 新时限：", " new due: ", PLACEHOLDER_NEW_DUE);
    put_known(rendering, " 责任人：", " owner: ", PLACEHOLDER_OWNER);
    put_known(rendering, " 事项：", " matter: ", PLACEHOLDER_MATTER);
    put_known(rendering, " 原因：", " reason: ", PLACEHOLDER_REASON);
}

static void put_kind_text(struct rendering *rendering, const char *kind)
{
    const struct template *template = NULL;

    if (rendering->texts != NULL)
        template = texts_template(rendering->texts, kind);
    if (template == NULL)
        template = texts_template(&rendering->shelf->builtin, kind);
    if (template == NULL)
        put_without_text(rendering, kind);
    else
        put_template(rendering, template);
}

static const char *group_of(const struct rendering *rendering, size_t place)
{
    return rendering_words(rendering, rendering->items[place]->focus_group);
}

/* "— returnees (3)" where another group begins; a digest whose items name none has no headings. */
static void put_heading(struct rendering *rendering, size_t place)
{
    const char *group = group_of(rendering, place);
    size_t count = 0;

    if (group[0] == '\0' || (place > 0 && strcmp(group_of(rendering, place - 1), group) == 0))
        return;
    for (size_t i = place; i < rendering->count && strcmp(group_of(rendering, i), group) == 0; i++)
        count++;
    text_add(rendering->out, "\n— ");
    text_add(rendering->out, group);
    rendering_say(rendering, "（", " (");
    text_unsigned(rendering->out, count);
    rendering_say(rendering, "）", ")");
}

/* ---------------------------------------------------------------- what does not fit */

static const char ellipsis[] = "…";

static bool is_over(const struct rendering *rendering, size_t more)
{
    return rendering->room.bytes > 0 && rendering->out->size - rendering->start + more > rendering->room.bytes;
}

/* Behind what was cut: where all of it is. left: lines that are left out, 0 = it breaks off. */
static void put_rest(struct rendering *rendering, size_t left)
{
    if (left == 0) {
        rendering_say(rendering, "…（全文请到督办系统查看）", "… (all of it is in Duban)");
    } else {
        rendering_say(rendering, "\n……另有 ", "\n... and ");
        text_unsigned(rendering->out, left);
        rendering_say(rendering, " 条放不下，请到督办系统查看", " more that do not fit here: see them in Duban");
    }
    if (rendering->room.link != NULL) {
        text_add(rendering->out, " ");
        text_add(rendering->out, rendering->room.link);
    }
}

static size_t rest_bytes(struct rendering *rendering, size_t left)
{
    size_t before = rendering->out->size, bytes;

    put_rest(rendering, left);
    bytes = rendering->out->size - before;
    text_cut(rendering->out, before);
    return bytes;
}

static void cut_off(struct rendering *rendering)
{
    size_t bytes = rendering->room.bytes, rest = rest_bytes(rendering, 0);
    bool says_where = !rendering->room.is_part && rest <= bytes / 2;

    if (bytes < sizeof ellipsis)
        return;
    text_cut(rendering->out, rendering->start + bytes - (says_where ? rest : sizeof ellipsis - 1));
    if (says_where)
        put_rest(rendering, 0);
    else
        text_add(rendering->out, ellipsis);
}

/* ---------------------------------------------------------------- lists */

static void put_line(struct rendering *rendering, size_t place)
{
    struct rendering line = *rendering;

    put_heading(rendering, place);
    text_add(rendering->out, "\n");
    line.head = false;
    line.items = rendering->items + place;
    line.count = 1;
    put_kind_text(&line, line.items[0]->kind);
}

/* As many as leave room for how many more there are. */
static void put_lines_that_fit(struct rendering *rendering, size_t from)
{
    for (size_t i = from; i < rendering->count; i++) {
        size_t before = rendering->out->size, left = rendering->count - i - 1;

        put_line(rendering, i);
        if (!is_over(rendering, left > 0 ? rest_bytes(rendering, left) : 0))
            continue;
        text_cut(rendering->out, before);
        put_rest(rendering, left + 1);
        return;
    }
}

/* A line of its own for each item from that place on. */
static void put_lines(struct rendering *rendering, size_t from)
{
    const struct render_counts counts = *rendering->counts;
    size_t before = rendering->out->size;

    for (size_t i = from; i < rendering->count; i++)
        put_line(rendering, i);
    if (!is_over(rendering, 0))
        return;
    *rendering->counts = counts;
    text_cut(rendering->out, before);
    put_lines_that_fit(rendering, from);
}

static void put_digest(struct rendering *rendering)
{
    rendering->head = true;
    put_kind_text(rendering, "digest");
    put_lines(rendering, 0);
}

/* The first item is the day's; the others are what a digest would have said beside it. */
static void put_brief(struct rendering *rendering)
{
    struct rendering brief = *rendering;

    brief.count = rendering->count > 0;
    put_kind_text(&brief, "morning_brief");
    put_lines(rendering, 1);
}

/* Whom it did not reach and why, and what it said: the duty clerk takes it on by phone. */
static void put_failure(struct rendering *rendering)
{
    put_kind_text(rendering, "delivery_failure");
    put_known(rendering, "\n收件人：", "\nFor: ", PLACEHOLDER_OWNER);
    put_known(rendering, "\n原因：", "\nReason: ", PLACEHOLDER_REASON);
    put_known(rendering, "\n原文：", "\nMessage: ", PLACEHOLDER_MATTER);
}

static void put_marks(struct rendering *rendering, bool rehearsal)
{
    const Duban__Recipient *recipient = rendering->notice->recipient;

    if (rehearsal)
        rendering_say(rendering, "【演练】", "[drill] ");
    if (rendering->notice->late)
        rendering_say(rendering, "【迟发】", "(late) ");
    if (recipient != NULL && recipient->deputy_for[0] != '\0') {
        const char *title = rendering_words(rendering, recipient->deputy_for_title);

        rendering_say(rendering, "（代", "(for ");
        text_add(rendering->out, title[0] != '\0' ? title : recipient->deputy_for);
        rendering_say(rendering, "）", ") ");
    }
}

void render_notice(struct text *out, const struct shelf *shelf, const struct texts *texts,
                   const Duban__Notice *notice, bool rehearsal, enum language language, struct render_room room,
                   struct render_counts *counts)
{
    struct rendering rendering = { .out = out, .shelf = shelf, .texts = texts, .notice = notice,
                                   .items = notice->items, .count = notice->n_items, .language = language,
                                   .counts = counts, .room = room, .start = out->size };

    put_marks(&rendering, rehearsal);
    if (strcmp(notice->kind, "digest") == 0)
        put_digest(&rendering);
    else if (strcmp(notice->kind, "morning_brief") == 0)
        put_brief(&rendering);
    else if (strcmp(notice->kind, "delivery_failure") == 0)
        put_failure(&rendering);
    else
        put_kind_text(&rendering, notice->kind);
    if (is_over(&rendering, 0))
        cut_off(&rendering);
}
