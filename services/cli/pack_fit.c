/* pack_fit.c - what duban policy check says of texts that some channel would cut. */
#include <stdlib.h>

#include "log.h"
#include "pack.h"

enum { CUTS_SHOWN = 5 };

static int by_length(const void *left, const void *right)
{
    const struct policy_cut *a = left, *b = right;

    if (a->bytes != b->bytes)
        return a->bytes > b->bytes ? -1 : 1;
    return (a->place.line > b->place.line) - (a->place.line < b->place.line);
}

static void warn_of_one(struct cli *cli, const char *directory, const struct policy_cut *cut)
{
    show_line(&cli->show, "  %1$s/%2$s:%3$u:%4$u: %5$s，%6$s，%8$zu 字节%7$.0s", "  %1$s/%2$s:%3$u:%4$u: %5$s, %7$s, %8$zu bytes%6$.0s",
              directory, cut->place.file, cut->place.line, cut->place.column, cut->message->kind, cut->language.zh, cut->language.en,
              cut->bytes);
}

static void warn_of_channel(struct cli *cli, const char *directory, const struct channel_limit *channel, struct policy_cut *cuts,
                            size_t count)
{
    size_t shown = count < CUTS_SHOWN ? count : CUTS_SHOWN;

    qsort(cuts, count, sizeof *cuts, by_length);
    show_line(&cli->show,
              "注意：%1$s（%3$s）一条只容 %4$zu 字节，%5$zu 条消息的内容最长时放不下：发出时截短，写明还有几条、到哪里看全文。最长的是%2$.0s",
              "note: one %2$s (%3$s) takes %4$zu bytes, and %5$zu messages do not fit with the longest values: they are cut when they "
              "are sent, and say how much is left out and where all of it is. The longest are%1$.0s",
              channel->title_zh, channel->title_en, channel->name, channel->text_bytes, count);
    for (size_t i = 0; i < shown; i++)
        warn_of_one(cli, directory, &cuts[i]);
    if (count > shown)
        show_line(&cli->show, "  另有 %zu 条", "  and %zu more", count - shown);
}

void pack_warn_of_cuts(struct cli *cli, const char *directory, const struct policy *policy)
{
    struct policy_cut *cuts = arena_clear(&cli->arena, (policy->message_count + 1) * sizeof *cuts);

    if (cuts == NULL)
        die("内存不足 / out of memory");
    for (size_t i = 0; i < CHANNEL_LIMITS; i++) {
        size_t count = 0;

        for (size_t k = 0; k < policy->message_count; k++)
            count += policy_is_cut(&policy->messages[k], &channel_limits[i], &cuts[count]);
        if (count > 0)
            warn_of_channel(cli, directory, &channel_limits[i], cuts, count);
    }
}
