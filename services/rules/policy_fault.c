/* policy_fault.c - complaints about a pack.
 *
 * The reader of a complaint is a clerk with the file open in a spreadsheet or an editor: it
 * names the place and what would be right there, in both languages.
 */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "policy_private.h"

struct policy_place policy_place_at(const char *file, uint32_t line, uint32_t column)
{
    return (struct policy_place){ .file = file, .line = line, .column = column };
}

/* Cut at the buffer's end may have gone through a character: take the torn piece away. */
static void mend_end(char *text)
{
    size_t end = strlen(text);
    size_t start = end;

    while (start > 0 && ((unsigned char) text[start - 1] & 0xC0) == 0x80)
        start--;
    if (start == 0)
        return;
    unsigned char lead = (unsigned char) text[start - 1];
    size_t length = lead < 0x80 ? 1 : lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : 4;
    if (start - 1 + length != end)
        text[start - 1] = '\0';
}

__attribute__((format(printf, 3, 0)))
static void write_text(char *out, size_t size, const char *format, va_list arguments)
{
    int length = vsnprintf(out, size, format, arguments);

    if (length < 0)
        out[0] = '\0';
    else if ((size_t) length >= size)
        mend_end(out);
}

/* A new one to be filled, or NULL when there are too many to be kept. */
static struct policy_fault *next_fault(struct loading *loading, struct policy_place place)
{
    struct policy_faults *faults = loading->faults;

    faults->total++;
    if (faults->count == POLICY_MAX_FAULTS)
        return NULL;
    faults->faults[faults->count].place = place;
    return &faults->faults[faults->count++];
}

void policy_complain(struct loading *loading, struct policy_place place, const char *zh, const char *en, ...)
{
    struct policy_fault *fault = next_fault(loading, place);
    va_list arguments;
    va_list again;

    if (fault == NULL)
        return;
    va_start(arguments, en);
    va_copy(again, arguments);
    write_text(fault->zh, sizeof fault->zh, zh, arguments);
    write_text(fault->en, sizeof fault->en, en, again);
    va_end(again);
    va_end(arguments);
}

struct excerpt policy_excerpt(const char *text)
{
    struct excerpt excerpt;
    size_t length = strlen(text);
    bool cut = length >= sizeof excerpt.text;

    if (cut)
        length = sizeof excerpt.text - 4;
    memcpy(excerpt.text, text, length);
    excerpt.text[length] = '\0';
    mend_end(excerpt.text);   /* a reader of words may have cut this one, too */
    if (cut)
        strcat(excerpt.text, "...");
    for (char *at = excerpt.text; *at != '\0'; at++)
        if ((unsigned char) *at < ' ' || *at == 0x7F)
            *at = ' ';
    return excerpt;
}

void policy_complain_unknown(struct loading *loading, struct policy_place place, const char *what_zh,
                             const char *what_en, const struct choices *choices)
{
    struct policy_fault *fault = next_fault(loading, place);
    struct excerpt written = policy_excerpt(choices->written);

    if (fault == NULL)
        return;
    snprintf(fault->zh, sizeof fault->zh, "没有这个%s“%s”；应为：%s", what_zh, written.text, choices_right(choices));
    snprintf(fault->en, sizeof fault->en, "there is no %s \"%s\"; should be: %s", what_en, written.text,
             choices_right(choices));
}

void policy_complain_twice(struct loading *loading, struct policy_place place, const char *what_zh,
                           const char *what_en, const char *code, uint32_t first_line)
{
    struct policy_fault *fault = next_fault(loading, place);
    struct excerpt written = policy_excerpt(code);

    if (fault == NULL)
        return;
    snprintf(fault->zh, sizeof fault->zh, "%s“%s”重复；第 %u 行已有，请改名或删去一处", what_zh, written.text,
             first_line);
    snprintf(fault->en, sizeof fault->en,
             "%s \"%s\" is given twice; it already stands in line %u: rename or remove one", what_en, written.text,
             first_line);
}

static int file_rank(const char *file)
{
    static const char *const order[] = { POLICY_DOCUMENT_FILE, POLICY_ITEMS_FILE, POLICY_MESSAGES_FILE,
                                         POLICY_CALENDAR_FILE };
    int rank = 0;

    while (rank < 4 && strcmp(file, order[rank]) != 0)
        rank++;
    return rank;
}

static bool stands_before(const struct policy_place *a, const struct policy_place *b)
{
    int a_rank = file_rank(a->file);
    int b_rank = file_rank(b->file);

    if (a_rank != b_rank)
        return a_rank < b_rank;
    return a->line != b->line ? a->line < b->line : a->column < b->column;
}

/* By insertion: few, mostly in order, and two at one place must keep theirs. */
void policy_sort_faults(struct policy_faults *faults)
{
    for (size_t i = 1; i < faults->count; i++) {
        struct policy_fault moving = faults->faults[i];
        size_t place = i;

        while (place > 0 && stands_before(&moving.place, &faults->faults[place - 1].place)) {
            faults->faults[place] = faults->faults[place - 1];
            place--;
        }
        faults->faults[place] = moving;
    }
}

void *policy_take(struct loading *loading, struct arena *arena, size_t count, size_t size)
{
    void *memory = arena_clear(arena, count * size > 0 ? count * size : 1);

    if (memory == NULL && !loading->exhausted) {
        loading->exhausted = true;
        policy_complain(loading, policy_place_at(POLICY_DOCUMENT_FILE, 0, 0), "政策包太大，内存不够；请删减",
                        "the pack is too large for memory; make it smaller");
    }
    return memory;
}

const char *policy_keep(struct loading *loading, const char *text)
{
    size_t size = strlen(text) + 1;
    char *copy = policy_take(loading, &loading->policy->arena, size, 1);

    if (copy == NULL)
        return "";
    memcpy(copy, text, size);
    return copy;
}
