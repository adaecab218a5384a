/* policy_fit.c - does each message fit into the channels (channel_limits.h) with the longest values that are plausible?
 *
 * Asked of a pack before it is put in force, not of one that is in force: a text that is too long then
 * is cut when it is sent, and told all the same.
 */
#include <string.h>

#include "policy_private.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

/* Bytes of the longest value that is plausible, in either language: a name of 60 characters of Chinese, a finding
 * of 200, five findings of one visit with their numbers. A placeholder that is not here is a time or a count. */
static const struct {
    const char *name;
    size_t bytes;
} LONGEST[] = {
    { "number", 5 * 11 }, { "site", 180 },  { "finding", 600 }, { "owner", 90 },  { "role", 90 },  { "title", 90 },
    { "reason", 600 },    { "matter", 300 }, { "group", 90 },   { "prior", 400 }, { "kind", 40 },
    { "by", 80 },         { "held", 120 },  { "attempts", 40 }, { "which", 5 * 11 + 6 },
    { "amount", 60 },     { "minimum", 60 },
};

enum { LONGEST_TIME_BYTES = 25 };   /* 2020年12月31日 18:00 */

static size_t longest_value(const char *name, size_t size)
{
    for (size_t i = 0; i < COUNT(LONGEST); i++)
        if (strlen(LONGEST[i].name) == size && memcmp(LONGEST[i].name, name, size) == 0)
            return LONGEST[i].bytes;
    return LONGEST_TIME_BYTES;
}

static size_t no_value(const char *name, size_t size)
{
    (void) name;
    (void) size;
    return 0;
}

static size_t filled_bytes(const char *text, size_t (*value)(const char *name, size_t size))
{
    size_t bytes = 0;

    for (const char *at = text; *at != '\0';) {
        size_t plain = strcspn(at, "{");
        size_t name;

        bytes += plain;
        at += plain;
        if (*at == '\0')
            break;
        name = strcspn(++at, "}");
        bytes += value(at, name);
        at += name + (at[name] == '}');
    }
    return bytes;
}

size_t policy_longest_text(const char *text)
{
    return filled_bytes(text, longest_value);
}

size_t policy_shortest_text(const char *text)
{
    return filled_bytes(text, no_value);
}

static void check_language(struct loading *loading, const struct policy_message *message, const char *text, const char *zh, const char *en)
{
    size_t bytes = policy_longest_text(text);

    if (bytes > POLICY_TEXT_MESSAGE_BYTES)
        policy_complain(loading, message->place,
                        "消息“%1$s”的%2$s文字填满后可达 %4$zu 字节，超过短消息的 %5$d 字节；请缩短或少用占位词%3$.0s",
                        "the %3$s text of message \"%1$s\" can have %4$zu bytes once filled, more than a text message holds "
                        "(%5$d); shorten it, or use fewer placeholders%2$.0s",
                        message->kind, zh, en, bytes, (int) POLICY_TEXT_MESSAGE_BYTES);
}

void policy_check_texts_fit(struct loading *loading)
{
    for (size_t i = 0; i < loading->policy->message_count; i++) {
        const struct policy_message *message = &loading->policy->messages[i];

        check_language(loading, message, message->text.zh, "中文", "Chinese");
        check_language(loading, message, message->text.en, "英文", "English");
    }
}

bool policy_texts_fit(const struct policy *policy, struct file_faults *faults)
{
    struct loading loading = { .policy = (struct policy *) policy, .faults = faults };   /* reads it only */

    memset(faults, 0, sizeof *faults);
    policy_check_texts_fit(&loading);
    policy_sort_faults(faults);
    return faults->total == 0;
}

/* ---------------------------------------------------------------- channel by channel */

static const struct policy_text ZH = { "中文", "Chinese" }, EN = { "英文", "English" }, BOTH = { "中英文合在一起", "both languages together" };

static bool is_english(const struct policy_message *message)
{
    return message->text.en != message->text.zh;   /* where there is none it is the Chinese one */
}

/* The first language that is too long by itself. */
static bool is_over(const struct policy_message *message, const struct channel_limit *channel, size_t (*bytes_of_text)(const char *),
                    struct policy_cut *cut)
{
    *cut = (struct policy_cut){ message, ZH, message->zh_place, bytes_of_text(message->text.zh) };
    if (cut->bytes > channel->text_bytes || !is_english(message))
        return cut->bytes > channel->text_bytes;
    *cut = (struct policy_cut){ message, EN, message->en_place, bytes_of_text(message->text.en) };
    return cut->bytes > channel->text_bytes;
}

bool policy_is_cut(const struct policy_message *message, const struct channel_limit *channel, struct policy_cut *cut)
{
    size_t line_end = 1;   /* between them */

    if (is_over(message, channel, policy_longest_text, cut))
        return true;
    *cut = (struct policy_cut){ message, BOTH, message->zh_place,
                                policy_longest_text(message->text.zh) + line_end + policy_longest_text(message->text.en) };
    return is_english(message) && cut->bytes > channel->text_bytes;
}

static void complain_of_bare_text(struct loading *loading, const struct channel_limit *channel, const struct policy_cut *cut)
{
    policy_complain(loading, cut->place,
                    "消息“%1$s”的%2$s文字不填占位词已有 %4$zu 字节，而%5$s（%7$s）只容 %8$zu 字节，永远发不全；请缩短%3$.0s%6$.0s",
                    "the %3$s text of message \"%1$s\" has %4$zu bytes before anything is filled in, and %6$s (%7$s) takes %8$zu: "
                    "it can never be read whole there; shorten it%2$.0s%5$.0s",
                    cut->message->kind, cut->language.zh, cut->language.en, cut->bytes, channel->title_zh, channel->title_en,
                    channel->name, channel->text_bytes);
}

/* By the smallest channel that it is too long for: what fits there fits everywhere. */
void policy_check_texts_can_fit(struct loading *loading)
{
    for (size_t i = 0; i < loading->policy->message_count; i++) {
        struct policy_cut cut;

        if (is_over(&loading->policy->messages[i], &channel_limits[0], policy_shortest_text, &cut))
            complain_of_bare_text(loading, &channel_limits[0], &cut);
    }
}

bool policy_texts_can_fit(const struct policy *policy, struct file_faults *faults)
{
    struct loading loading = { .policy = (struct policy *) policy, .faults = faults };   /* reads it only */

    memset(faults, 0, sizeof *faults);
    policy_check_texts_can_fit(&loading);
    policy_sort_faults(faults);
    return faults->total == 0;
}
