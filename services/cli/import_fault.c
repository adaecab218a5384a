/* import_fault.c - faults of a table: PATH:LINE:COLUMN as editors know it, then words for a clerk. */
#include "import.h"

#include <stdlib.h>
#include <string.h>

#include "log.h"

enum { MAX_FAULTS_SHOWN = 200 };

void *import_made(struct import *import, size_t size)
{
    void *memory = arena_clear(&import->cli->arena, size);

    if (memory == NULL)
        die("内存不足 / out of memory: %s", import->path);
    return memory;
}

struct csv_cell import_cell(const struct import *import, const struct csv_row *row, int heading)
{
    return csv_at(row, import->columns[heading]);
}

static void make_room(struct import *import)
{
    size_t capacity = import->fault_capacity == 0 ? 64 : 2 * import->fault_capacity;
    struct import_told *larger = import_made(import, capacity * sizeof *larger);

    if (import->fault_count > 0)
        memcpy(larger, import->faults, import->fault_count * sizeof *larger);
    import->faults = larger;
    import->fault_capacity = capacity;
}

static void note(struct import *import, struct csv_cell at, struct words words)
{
    if (import->fault_count == import->fault_capacity)
        make_room(import);
    import->faults[import->fault_count] = (struct import_told){ at.line, at.column, import->fault_count, words };
    import->fault_count++;
}

static int by_place(const void *left, const void *right)
{
    const struct import_told *a = left, *b = right;

    if (a->line != b->line)
        return (a->line > b->line) - (a->line < b->line);
    if (a->column != b->column)
        return (a->column > b->column) - (a->column < b->column);
    return (a->order > b->order) - (a->order < b->order);
}

static void tell_faults(struct import *import)
{
    struct arena *arena = &import->cli->arena;

    qsort(import->faults, import->fault_count, sizeof *import->faults, by_place);
    for (size_t i = 0; i < import->fault_count && i < MAX_FAULTS_SHOWN; i++) {
        const struct import_told *told = &import->faults[i];

        show_words(&import->cli->errors, 0, COLOUR_NONE,
                   (struct words){ text_of(arena, "%s:%u:%u: %s", import->path, told->line, told->column, told->words.zh),
                                   text_of(arena, "%s:%u:%u: %s", import->path, told->line, told->column, told->words.en) });
    }
}

void import_fault(struct import *import, struct csv_cell at, const char *zh, const char *en, ...)
{
    struct words words;
    va_list list;

    va_start(list, en);
    words = words_of_list(&import->cli->arena, zh, en, list);
    va_end(list);
    note(import, at, words);
}

void import_cell_fault(struct import *import, const struct csv_row *row, int heading, const char *zh, const char *en,
                       ...)
{
    struct arena *arena = &import->cli->arena;
    struct words name = import_heading(import, heading);
    struct csv_cell at = import_cell(import, row, heading);
    const char *says = text_excerpt(arena, at.text);
    struct words words;
    va_list list;

    va_start(list, en);
    words = words_of_list(arena, zh, en, list);
    va_end(list);
    if (says[0] == '\0')
        words = (struct words){ text_of(arena, "“%s”列是空的：%s", name.zh, words.zh),
                                text_of(arena, "column \"%s\" is empty: %s", name.en, words.en) };
    else
        words = (struct words){ text_of(arena, "“%s”列写的是“%s”：%s", name.zh, says, words.zh),
                                text_of(arena, "column \"%s\" says \"%s\": %s", name.en, says, words.en) };
    note(import, at, words);
}

enum exit_code import_refused(struct import *import)
{
    tell_faults(import);
    if (import->fault_count > MAX_FAULTS_SHOWN)
        return cli_fail(import->cli, "共 %zu 处错误（只列出前 %d 处），一行也没有提交",
                        "%zu faults in all, the first %d are shown; nothing was submitted", import->fault_count,
                        (int) MAX_FAULTS_SHOWN);
    return cli_fail(import->cli, "共 %zu 处错误，一行也没有提交", "%zu faults in all; nothing was submitted",
                    import->fault_count);
}
