/* import_headings.c - the columns of a table, each under its Chinese heading or the other one. */
#include <string.h>

#include "import.h"

/* By how it is called in either language; -1 = the kind has none such. */
static int place_of(const struct import_kind *kind, const char *written)
{
    for (int i = 0; i < IMPORT_MAX_HEADINGS && kind->headings[i].en != NULL; i++)
        if (strcmp(kind->headings[i].en, written) == 0 || strcmp(kind->headings[i].zh, written) == 0)
            return i;
    return -1;
}

static bool has_heading(const struct import_kind *kind, const char *written)
{
    return place_of(kind, written) != -1;
}

static int column_of(const struct import *import, const struct words *heading)
{
    int column = csv_column(&import->table, heading->en);

    return column != -1 ? column : csv_column(&import->table, heading->zh);
}

static bool is_complete(const struct import *import, const struct import_kind *kind)
{
    for (size_t i = 0; i < kind->needed; i++)
        if (column_of(import, &kind->headings[i]) == -1)
            return false;
    return true;
}

struct words import_heading(const struct import *import, int heading)
{
    const struct words *words = &import->kind->headings[heading];

    return (struct words){ text_of(&import->cli->arena, "%s %s", words->zh, words->en), words->en };
}

int import_heading_named(const struct import *import, const char *name)
{
    return place_of(import->kind, name);
}

static void add_to_list(struct import *import, struct words *list, int heading)
{
    struct words words = import_heading(import, heading);

    list->zh = text_of(&import->cli->arena, "%s%s%s", list->zh, list->zh[0] == '\0' ? "" : "、", words.zh);
    list->en = text_of(&import->cli->arena, "%s%s%s", list->en, list->en[0] == '\0' ? "" : ", ", words.en);
}

/* Of the first `most`, those that are in the file, or those that are not. */
static struct words list_of(struct import *import, size_t most, bool in_file)
{
    struct words list = { "", "" };

    for (size_t i = 0; i < most && import->kind->headings[i].en != NULL; i++)
        if ((column_of(import, &import->kind->headings[i]) != -1) == in_file)
            add_to_list(import, &list, (int) i);
    return list;
}

void import_tell_headings(struct import *import)
{
    struct show *show = &import->cli->show;
    struct words there = list_of(import, IMPORT_MAX_HEADINGS, true), missing = list_of(import, IMPORT_MAX_HEADINGS, false);

    show_line(show, "读到的列：%1$s%2$.0s", "columns that were read: %2$s%1$.0s", there.zh, there.en);
    if (missing.en[0] != '\0')
        show_line(show, "可以写、表里没有的列：%1$s%2$.0s", "columns that it may have and has not: %2$s%1$.0s", missing.zh, missing.en);
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

static void complain_of_missing(struct import *import, int heading)
{
    struct csv_cell at = { "", import->table.header.line, 1 };
    const struct words *names = &import->kind->headings[heading];
    struct words words = import_heading(import, heading), needed = { "", "" };
    const char *near = written_for(import, names->en);

    if (near == NULL)
        near = written_for(import, names->zh);
    for (size_t i = 0; i < import->kind->needed; i++)
        add_to_list(import, &needed, (int) i);
    if (near != NULL)
        import_fault(import, at, "缺少“%1$s”一列；“%3$s”是不是写错了？%2$.0s", "column \"%2$s\" is missing; is \"%3$s\" meant to be it?%1$.0s",
                     words.zh, words.en, near);
    else
        import_fault(import, at, "缺少“%1$s”一列；至少要有这些列：%3$s%2$.0s%4$.0s", "column \"%2$s\" is missing; these are needed: %4$s%1$.0s%3$.0s",
                     words.zh, words.en, needed.zh, needed.en);
}

/* The column of the kind, not yet in the file, that this was probably meant to be; -1 = none is. */
static int meant_by(const struct import *import, const char *written)
{
    struct choices choices = choices_for(written);
    const char *near;

    for (size_t i = 0; i < IMPORT_MAX_HEADINGS && import->kind->headings[i].en != NULL; i++) {
        if (column_of(import, &import->kind->headings[i]) != -1)
            continue;
        choices_add(&choices, import->kind->headings[i].en);
        choices_add(&choices, import->kind->headings[i].zh);
    }
    near = choices_near(&choices);
    return near == NULL ? -1 : place_of(import->kind, near);
}

/* Those that are in the file already are not meant a second time. */
static void complain_of_unknown(struct import *import, struct csv_cell at)
{
    struct words right = list_of(import, IMPORT_MAX_HEADINGS, false);
    int meant = meant_by(import, at.text);

    if (meant != -1)
        right = import_heading(import, meant);
    if (right.en[0] == '\0')
        import_fault(import, at, "没有“%s”这一列；请删去", "there is no column \"%s\"; take it out", at.text);
    else
        import_fault(import, at, "没有“%1$s”这一列；应为：%2$s%3$.0s", "there is no column \"%1$s\"; should be: %3$s%2$.0s", at.text,
                     right.zh, right.en);
}

/* Under its Chinese heading and under the other one: which of them counts, nobody could say. */
static void complain_of_both(struct import *import, const struct words *heading)
{
    int zh = csv_column(&import->table, heading->zh), en = csv_column(&import->table, heading->en);

    if (zh != -1 && en != -1)
        import_fault(import, import->table.header.cells[zh > en ? zh : en], "“%1$s”和“%2$s”是同一列，请删去一列",
                     "\"%1$s\" and \"%2$s\" are the same column; take one out", heading->zh, heading->en);
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
    for (size_t i = 0; i < IMPORT_MAX_HEADINGS && kind->headings[i].en != NULL; i++) {
        import->columns[i] = column_of(import, &kind->headings[i]);
        complain_of_both(import, &kind->headings[i]);
        if (import->columns[i] == -1 && i < kind->needed)
            complain_of_missing(import, (int) i);
    }
    for (size_t i = 0; i < import->table.header.count; i++)
        if (import->table.header.cells[i].text[0] != '\0' && !has_heading(kind, import->table.header.cells[i].text))
            complain_of_unknown(import, import->table.header.cells[i]);
}
