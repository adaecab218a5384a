/* import_headings.c - the columns of a table. */
#include <string.h>

#include "import.h"

static bool has_heading(const struct import_kind *kind, const char *heading)
{
    for (size_t i = 0; i < IMPORT_MAX_HEADINGS && kind->headings[i] != NULL; i++)
        if (strcmp(kind->headings[i], heading) == 0)
            return true;
    return false;
}

static bool is_complete(const struct import *import, const struct import_kind *kind)
{
    for (size_t i = 0; i < kind->needed; i++)
        if (csv_column(&import->table, kind->headings[i]) == -1)
            return false;
    return true;
}

/* Nearly all that is in the file belongs to that kind. */
static bool fits(const struct import *import, const struct import_kind *kind)
{
    size_t fitting = 0;

    for (size_t i = 0; i < import->table.header.count; i++)
        fitting += has_heading(kind, import->table.header.cells[i].text);
    return 5 * fitting >= 4 * import->table.header.count;
}

/* A table that lacks what this kind needs, has all that another one needs, and little else. */
static bool is_another_table(struct import *import)
{
    const struct import_kind *kind = import->kind;

    if (is_complete(import, kind))
        return false;
    for (const struct import_kind *other = IMPORT_KINDS; other->name != NULL; other++) {
        if (!is_complete(import, other) || !fits(import, other))
            continue;
        import_fault(import, (struct csv_cell){ "", import->table.header.line, 1 },
                     "这是%1$s的表，不是%3$s的表%2$.0s%4$.0s；应为 duban import %5$s %6$s",
                     "this is a table of %2$s, not of %4$s%1$.0s%3$.0s; that would be: duban import %5$s %6$s",
                     other->what.zh, other->what.en, kind->what.zh, kind->what.en, other->name, import->path);
        return true;
    }
    return false;
}

/* The unknown heading of the file that was probably meant for this one. */
static const char *written_for(const struct import *import, const char *heading)
{
    struct choices choices = choices_for(heading);

    for (size_t i = 0; i < import->table.header.count; i++)
        if (!has_heading(import->kind, import->table.header.cells[i].text))
            choices_add(&choices, import->table.header.cells[i].text);
    return choices_near(&choices);
}

static const char *needed_headings(const struct import *import)
{
    const char *all = import->kind->headings[0];

    for (size_t i = 1; i < import->kind->needed; i++)
        all = text_of(&import->cli->arena, "%s,%s", all, import->kind->headings[i]);
    return all;
}

static void complain_of_missing(struct import *import, const char *heading)
{
    struct csv_cell at = { "", import->table.header.line, 1 };
    const char *near = written_for(import, heading);

    if (near != NULL)
        import_fault(import, at, "缺少“%s”一列；“%s”是不是写错了？",
                     "column \"%s\" is missing; is \"%s\" meant to be it?", heading, near);
    else
        import_fault(import, at, "缺少“%s”一列；至少要有这些列：%s", "column \"%s\" is missing; these are needed: %s",
                     heading, needed_headings(import));
}

/* Those that are in the file already are not meant a second time. */
static void complain_of_unknown(struct import *import, struct csv_cell at)
{
    struct choices choices = choices_for(at.text);

    for (size_t i = 0; i < IMPORT_MAX_HEADINGS && import->kind->headings[i] != NULL; i++)
        if (csv_column(&import->table, import->kind->headings[i]) == -1)
            choices_add(&choices, import->kind->headings[i]);
    if (choices.all[0] == '\0')
        import_fault(import, at, "没有“%s”这一列；请删去", "there is no column \"%s\"; take it out", at.text);
    else
        import_fault(import, at, "没有“%s”这一列；应为：%s", "there is no column \"%s\"; should be: %s", at.text,
                     choices_right(&choices));
}

/* One cell that holds all headings: the table came with another separator. */
static bool has_another_separator(struct import *import)
{
    static const char *const SEPARATORS[] = { ";", "\t", "，", "；", "、" };
    const struct csv_row *header = &import->table.header;

    for (size_t i = 0; header->count == 1 && i < sizeof SEPARATORS / sizeof SEPARATORS[0]; i++) {
        if (strstr(header->cells[0].text, SEPARATORS[i]) == NULL)
            continue;
        import_fault(import, header->cells[0], "各列之间用的是“%1$s”%2$.0s；请另存为 CSV（逗号分隔，半角逗号）",
                     "the columns are separated by %2$s%1$.0s; save the table as CSV with commas",
                     SEPARATORS[i][0] == '\t' ? "制表符" : SEPARATORS[i], SEPARATORS[i][0] == '\t' ? "tabs" : SEPARATORS[i]);
        return true;
    }
    return false;
}

void import_check_headings(struct import *import)
{
    const struct import_kind *kind = import->kind;

    if (has_another_separator(import) || is_another_table(import))
        return;
    for (size_t i = 0; i < IMPORT_MAX_HEADINGS && kind->headings[i] != NULL; i++) {
        import->columns[i] = csv_column(&import->table, kind->headings[i]);
        if (import->columns[i] == -1 && i < kind->needed)
            complain_of_missing(import, kind->headings[i]);
    }
    for (size_t i = 0; i < import->table.header.count; i++)
        if (import->table.header.cells[i].text[0] != '\0' && !has_heading(kind, import->table.header.cells[i].text))
            complain_of_unknown(import, import->table.header.cells[i]);
}
