/* csv_write.c - cells that no spreadsheet computes. */
#include "csv_write.h"

#include <string.h>

/* Some spreadsheets read the wide ones of a Chinese keyboard alike. */
static bool begins_a_formula(const char *text)
{
    static const char *const WIDE[] = { "＝", "＋", "－", "＠" };

    if (text[0] != '\0' && strchr("=+-@\t\r\n", text[0]) != NULL)
        return true;
    for (size_t i = 0; i < sizeof WIDE / sizeof WIDE[0]; i++)
        if (strncmp(text, WIDE[i], strlen(WIDE[i])) == 0)
            return true;
    return false;
}

static bool needs_mark(const char *text)
{
    return begins_a_formula(text + strspn(text, "'"));
}

const char *csv_without_mark(const char *text)
{
    return text[0] == '\'' && needs_mark(text) ? text + 1 : text;
}

/* Blanks at the ends are kept by quotes alone. Some spreadsheets split at semicolons too: what follows one would be a cell of its own. */
static bool needs_quotes(const char *text)
{
    size_t size = strlen(text);

    return size > 0 && (strpbrk(text, ",;\"\r\n\t") != NULL || text[0] == ' ' || text[size - 1] == ' ');
}

void csv_write_cell(FILE *out, const char *text)
{
    bool quotes = needs_quotes(text);

    if (quotes)
        fputc('"', out);
    if (needs_mark(text))
        fputc('\'', out);
    for (; *text != '\0'; text++) {
        if (*text == '"')
            fputc('"', out);
        fputc(*text, out);
    }
    if (quotes)
        fputc('"', out);
}
