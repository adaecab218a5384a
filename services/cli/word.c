/* word.c - one of a few words, by its name in either language; a wrong one is answered with all of them. */
#include "word.h"

#include <string.h>

static bool is_written(const struct word *word, const char *written)
{
    return written[0] != '\0' && (strcmp(word->name, written) == 0 || strcmp(word->zh, written) == 0);
}

/* "pass（合格）、fail（不合格）" */
static const char *all_zh(struct cli *cli, const struct word *words, size_t count)
{
    const char *all = "";

    for (size_t i = 0; i < count; i++)
        all = text_of(&cli->arena, "%s%s%s%s%s%s", all, i == 0 ? "" : "、", words[i].name, words[i].zh[0] == '\0' ? "" : "（",
                      words[i].zh, words[i].zh[0] == '\0' ? "" : "）");
    return all;
}

static const char *all_en(struct cli *cli, const struct word *words, size_t count)
{
    const char *all = "";

    for (size_t i = 0; i < count; i++)
        all = text_of(&cli->arena, "%s%s%s", all, i == 0 ? "" : i + 1 == count ? " or " : ", ", words[i].name);
    return all;
}

int word_value(struct cli *cli, const struct word *words, size_t count, const char *written, struct words what)
{
    for (size_t i = 0; i < count; i++)
        if (is_written(&words[i], written))
            return words[i].value;
    cli_wrong_use(cli, "%1$s是 %2$s 之一，不能是“%3$s”%4$.0s%5$.0s", "%4$s is %5$s, not \"%3$s\"%1$.0s%2$.0s", what.zh,
                  all_zh(cli, words, count), written, what.en, all_en(cli, words, count));
    return 0;
}
