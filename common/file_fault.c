/* file_fault.c - faults of a file, kept with their places and told in order. */
#include "file_fault.h"

#include <stdio.h>
#include <string.h>

#include "fault.h"
#include "message.h"

struct file_place file_place_at(const char *file, uint32_t line, uint32_t column)
{
    return (struct file_place){ .file = file, .line = line, .column = column };
}

/* A new one to be filled, or NULL when there are too many to be kept. */
static struct file_fault *next_fault(struct file_faults *faults, struct file_place place)
{
    faults->total++;
    if (faults->count == FILE_FAULTS_MOST)
        return NULL;
    faults->faults[faults->count].place = place;
    return &faults->faults[faults->count++];
}

void file_complain_with(struct file_faults *faults, struct file_place place, const char *zh, const char *en,
                        va_list arguments)
{
    struct file_fault *fault = next_fault(faults, place);
    va_list again;

    if (fault == NULL)
        return;
    va_copy(again, arguments);
    fault_fill(fault->zh, sizeof fault->zh, zh, arguments);
    fault_fill(fault->en, sizeof fault->en, en, again);
    va_end(again);
}

void file_complain(struct file_faults *faults, struct file_place place, const char *zh, const char *en, ...)
{
    va_list arguments;

    va_start(arguments, en);
    file_complain_with(faults, place, zh, en, arguments);
    va_end(arguments);
}

struct excerpt excerpt_of(const char *text)
{
    struct excerpt excerpt;
    size_t length = strlen(text);
    bool cut = length >= sizeof excerpt.text;

    if (cut)
        length = sizeof excerpt.text - 4;
    memcpy(excerpt.text, text, length);
    excerpt.text[length] = '\0';
    fault_drop_half_character(excerpt.text);   /* a reader of words may have cut this one, too */
    if (cut)
        strcat(excerpt.text, "...");
    for (char *at = excerpt.text; *at != '\0'; at++)
        if ((unsigned char) *at < ' ' || *at == 0x7F)
            *at = ' ';
    return excerpt;
}

void file_complain_unknown(struct file_faults *faults, struct file_place place, const char *what_zh,
                           const char *what_en, const struct choices *choices)
{
    struct file_fault *fault = next_fault(faults, place);
    struct excerpt written = excerpt_of(choices->written);

    if (fault == NULL)
        return;
    snprintf(fault->zh, sizeof fault->zh, "没有这个%s“%s”；应为：%s", what_zh, written.text, choices_right(choices));
    snprintf(fault->en, sizeof fault->en, "there is no %s \"%s\"; should be: %s", what_en, written.text,
             choices_right(choices));
}

void file_complain_twice(struct file_faults *faults, struct file_place place, const char *what_zh,
                         const char *what_en, const char *word, uint32_t first_line)
{
    struct excerpt written = excerpt_of(word);

    file_complain(faults, place, "%1$s“%3$s”重复；第 %4$u 行已有，请改名或删去一处%2$.0s",
                  "%2$s \"%3$s\" is given twice; it already stands in line %4$u: rename or remove one%1$.0s", what_zh,
                  what_en, written.text, first_line);
}

/* ---------------------------------------------------------------- the file itself */

/* Bytes of the character at the start of text; 0 when there is none that is valid. */
static size_t character_size(const char *text, size_t size)
{
    for (size_t length = 1; length <= 4 && length <= size; length++)
        if (is_utf8(text, length))
            return length;
    return 0;
}

static void complain_of_encoding(struct file_faults *faults, const char *file, struct bytes content)
{
    const char *text = content.data;
    uint32_t line = 1;
    uint32_t column = 1;
    size_t length;

    for (size_t at = 0; (length = character_size(text + at, content.size - at)) > 0; at += length) {
        column++;
        if (text[at] == '\n') {
            line++;
            column = 1;
        }
    }
    file_complain(faults, file_place_at(file, line, column),
                  "此处不是 UTF-8 文字；请另存为 UTF-8 编码（不要用 GBK、ANSI）",
                  "this is not UTF-8 text; save the file as UTF-8 (not GBK or ANSI)");
}

bool file_is_sound(struct file_faults *faults, const char *file, struct bytes content, size_t most_bytes)
{
    if (content.size > most_bytes)
        file_complain(faults, file_place_at(file, 0, 0), "文件太大；最多 %zu KiB",
                      "the file is too large; at most %zu KiB", most_bytes / 1024);
    else if (content.size == 0)
        file_complain(faults, file_place_at(file, 0, 0), "文件是空的", "the file is empty");
    else if (!is_utf8(content.data, content.size))
        complain_of_encoding(faults, file, content);
    else
        return true;
    return false;
}

/* ---------------------------------------------------------------- in order */

static size_t rank_of(const char *file, const char *const *files, size_t count)
{
    size_t rank = 0;

    while (rank < count && strcmp(file, files[rank]) != 0)
        rank++;
    return rank;
}

static bool stands_before(const struct file_place *a, const struct file_place *b, const char *const *files,
                          size_t count)
{
    size_t a_rank = rank_of(a->file, files, count);
    size_t b_rank = rank_of(b->file, files, count);

    if (a_rank != b_rank)
        return a_rank < b_rank;
    return a->line != b->line ? a->line < b->line : a->column < b->column;
}

/* By insertion: few, mostly in order, and two at one place must keep theirs. */
void file_faults_sort(struct file_faults *faults, const char *const *files, size_t count)
{
    for (size_t i = 1; i < faults->count; i++) {
        struct file_fault moving = faults->faults[i];
        size_t place = i;

        while (place > 0 && stands_before(&moving.place, &faults->faults[place - 1].place, files, count)) {
            faults->faults[place] = faults->faults[place - 1];
            place--;
        }
        faults->faults[place] = moving;
    }
}
