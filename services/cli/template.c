/* template.c - filling the gaps of a sentence. */
#include "template.h"

#include <string.h>

/* `kept` is where the open [ began. */
struct filling {
    char *text;
    size_t size;
    size_t kept;
    bool optional;
    bool empty_inside;
};

static void add_text(struct cli *cli, struct filling *filling, const char *text, size_t size)
{
    char *longer = cli_take(cli, filling->size + size + 1);

    memcpy(longer, filling->text, filling->size);
    memcpy(longer + filling->size, text, size);
    filling->text = longer;
    filling->size += size;
    filling->text[filling->size] = '\0';
}

static void end_optional(struct filling *filling)
{
    if (filling->empty_inside) {
        filling->size = filling->kept;
        filling->text[filling->size] = '\0';
    }
    filling->optional = false;
}

const char *template_fill(struct cli *cli, const char *template, template_value *value, const void *of, bool english)
{
    struct filling filling = { .text = text_of(&cli->arena, "%s", "") };

    while (*template != '\0') {
        size_t plain = strcspn(template, "{[]");

        add_text(cli, &filling, template, plain);
        template += plain;
        if (*template == '[') {
            filling.kept = filling.size;
            filling.optional = true;
            filling.empty_inside = false;
            template++;
        } else if (*template == ']') {
            end_optional(&filling);
            template++;
        } else if (*template == '{') {
            size_t size = strcspn(template, "}");
            const char *text = value(cli, of, template + 1, size - 1, english);

            filling.empty_inside |= text[0] == '\0';
            text = text[0] == '\0' ? "—" : text;
            add_text(cli, &filling, text, strlen(text));
            template += size + 1;
        }
    }
    return filling.text;
}
