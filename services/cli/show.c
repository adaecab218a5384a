/* show.c - words and times on a terminal: texts first, then times, then lines. */
#include <assert.h>
#include <stdarg.h>
#include <string.h>

#include "civil.h"
#include "log.h"
#include "show_private.h"

enum { LEAST_FOR_A_RATE = 5, PERMILLE = 1000 };

/* ---------------------------------------------------------------- texts in the arena */

void *show_take(struct arena *arena, size_t size)
{
    void *memory = arena_take(arena, size);

    if (memory == NULL)
        die("内存不足：结果太大，请缩小查询范围 / out of memory: the result is too large, ask for less");
    return memory;
}

static char *text_of_list(struct arena *arena, const char *format, va_list list)
{
    va_list again;
    int size;
    char *text;

    va_copy(again, list);
    size = vsnprintf(NULL, 0, format, again);
    va_end(again);
    assert(size >= 0);
    text = show_take(arena, (size_t) size + 1);
    vsnprintf(text, (size_t) size + 1, format, list);
    return text;
}

char *text_of(struct arena *arena, const char *format, ...)
{
    va_list list;
    char *text;

    va_start(list, format);
    text = text_of_list(arena, format, list);
    va_end(list);
    return text;
}

struct words words_of_list(struct arena *arena, const char *zh, const char *en, va_list list)
{
    struct words words;
    va_list again;

    va_copy(again, list);
    words.zh = text_of_list(arena, zh, list);
    words.en = text_of_list(arena, en, again);
    va_end(again);
    return words;
}

struct words words_of(struct arena *arena, const char *zh, const char *en, ...)
{
    struct words words;
    va_list list;

    va_start(list, en);
    words = words_of_list(arena, zh, en, list);
    va_end(list);
    return words;
}

struct words words_of_text(const Duban__Text *text)
{
    if (text == NULL)
        return (struct words){ "", "" };
    return (struct words){ text->zh, text->en };
}

struct words words_or(struct words words, const char *fallback)
{
    if (words.zh[0] == '\0' && words.en[0] == '\0')
        return (struct words){ fallback, "" };
    return words;
}

size_t character_bytes(const char *text)
{
    const unsigned char *byte = (const unsigned char *) text;
    size_t size = 1;

    if (byte[0] >= 0xc2 && byte[0] < 0xf5)
        size = byte[0] < 0xe0 ? 2 : byte[0] < 0xf0 ? 3 : 4;
    for (size_t i = 1; i < size; i++)
        if ((byte[i] & 0xc0) != 0x80)
            return 1;
    return size;
}

uint32_t character_at(const char *text, size_t size)
{
    const unsigned char *byte = (const unsigned char *) text;
    uint32_t character;

    if (size == 1)
        return byte[0];
    character = byte[0] & (0x7fU >> size);
    for (size_t i = 1; i < size; i++)
        character = character << 6 | (byte[i] & 0x3fU);
    return character;
}

/* C0, DEL, C1, and the marks that turn the direction of writing. */
static bool is_control(uint32_t character)
{
    return character < 0x20 || (character >= 0x7f && character < 0xa0) ||
           (character >= 0x202a && character <= 0x202e) || (character >= 0x2066 && character <= 0x2069) ||
           character == 0x2028 || character == 0x2029;
}

char *rate_text(struct arena *arena, uint32_t part, uint32_t whole)
{
    uint64_t permille = whole == 0 ? 0 : (uint64_t) part * PERMILLE / whole;

    if (whole < LEAST_FOR_A_RATE)
        return text_of(arena, "— (%u/%u)", part, whole);
    return text_of(arena, "%u.%u%% (%u/%u)", (unsigned) (permille / 10), (unsigned) (permille % 10), part, whole);
}

char *text_clean(struct arena *arena, const char *text)
{
    char *clean = show_take(arena, strlen(text) + 1);
    size_t used = 0;

    while (*text != '\0') {
        size_t size = character_bytes(text);

        if (is_control(character_at(text, size)) || (size == 1 && (unsigned char) *text >= 0x80)) {
            clean[used++] = ' ';
        } else {
            memcpy(clean + used, text, size);
            used += size;
        }
        text += size;
    }
    clean[used] = '\0';
    return clean;
}

char *text_excerpt(struct arena *arena, const char *text)
{
    enum { MOST_BYTES = 60 };
    char *clean = text_clean(arena, text);
    size_t size = 0;

    while (clean[size] != '\0' && size + character_bytes(clean + size) <= MOST_BYTES)
        size += character_bytes(clean + size);
    return clean[size] == '\0' ? clean : text_of(arena, "%.*s…", (int) size, clean);
}

static bool between(uint32_t character, uint32_t first, uint32_t last)
{
    return character >= first && character <= last;
}

size_t character_width(uint32_t character)
{
    if (between(character, 0x300, 0x36f) || between(character, 0x200b, 0x200f) || between(character, 0xfe00, 0xfe0f))
        return 0;
    if (between(character, 0x1100, 0x115f) || between(character, 0x2e80, 0x303e) ||
        between(character, 0x3041, 0xa4cf) || between(character, 0xac00, 0xd7a3) ||
        between(character, 0xf900, 0xfaff) || between(character, 0xfe30, 0xfe6f) ||
        between(character, 0xff00, 0xff60) || between(character, 0xffe0, 0xffe6) ||
        between(character, 0x1f300, 0x1faff) || between(character, 0x20000, 0x3fffd))
        return 2;
    return 1;
}

size_t text_width(const char *text)
{
    size_t width = 0;

    while (*text != '\0') {
        size_t size = character_bytes(text);

        width += character_width(character_at(text, size));
        text += size;
    }
    return width;
}

/* ---------------------------------------------------------------- times */

static const char *const WEEKDAYS_ZH[] = { "一", "二", "三", "四", "五", "六", "日" };
static const char *const WEEKDAYS_EN[] = { "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday",
                                           "Sunday" };
static const char *const MONTHS_EN[] = { "January", "February", "March", "April", "May", "June", "July", "August",
                                         "September", "October", "November", "December" };

const char *show_time(const struct show *show, int64_t at_s)
{
    struct civil civil;

    if (at_s == 0)
        return "";
    civil = civil_of(at_s, show->offset_s);
    return text_of(show->arena, "%04d-%02d-%02d %02d:%02d", civil.year, civil.month, civil.day, civil.hour,
                   civil.minute);
}

const char *show_time_ms(const struct show *show, int64_t at_ms)
{
    return show_time(show, at_ms / 1000);
}

const char *show_clock(const struct show *show, int64_t at_s)
{
    struct civil civil = civil_of(at_s, show->offset_s);

    return text_of(show->arena, "%02d:%02d", civil.hour, civil.minute);
}

struct words show_day(const struct show *show, int64_t at_s)
{
    struct civil civil = civil_of(at_s, show->offset_s);
    int weekday = civil_weekday(civil_day(at_s, show->offset_s));

    return (struct words){
        text_of(show->arena, "%d年%d月%d日 星期%s", civil.year, civil.month, civil.day, WEEKDAYS_ZH[weekday]),
        text_of(show->arena, "%s, %d %s %d", WEEKDAYS_EN[weekday], civil.day, MONTHS_EN[civil.month - 1], civil.year),
    };
}

struct words show_duration(const struct show *show, int64_t seconds)
{
    long long minutes = seconds / 60;
    long long days = minutes / 1440;
    long long hours = minutes / 60 % 24;

    if (days > 0 && hours > 0)
        return words_of(show->arena, "%lld天%lld小时", "%lld d %lld h", days, hours);
    if (days > 0)
        return words_of(show->arena, "%lld天", "%lld d", days);
    if (hours > 0 && minutes % 60 > 0)
        return words_of(show->arena, "%lld小时%lld分", "%lld h %lld min", hours, minutes % 60);
    if (hours > 0)
        return words_of(show->arena, "%lld小时", "%lld h", hours);
    return words_of(show->arena, "%lld分钟", "%lld min", minutes);
}

/* ---------------------------------------------------------------- lines */

const char *show_colour_begin(const struct show *show, enum colour colour)
{
    static const char *const CODES[] = {
        [COLOUR_NONE] = "", [COLOUR_BOLD] = "\033[1m", [COLOUR_RED] = "\033[31m",
        [COLOUR_YELLOW] = "\033[33m", [COLOUR_GREEN] = "\033[32m", [COLOUR_GREY] = "\033[90m",
    };

    return show->colours ? CODES[colour] : "";
}

const char *show_colour_end(const struct show *show, enum colour colour)
{
    return show->colours && colour != COLOUR_NONE ? "\033[0m" : "";
}

bool show_says_zh(const struct show *show, struct words words)
{
    return show->language != LANGUAGE_EN || words.en[0] == '\0';
}

bool show_says_en(const struct show *show, struct words words)
{
    return show->language != LANGUAGE_ZH && words.en[0] != '\0' && strcmp(words.zh, words.en) != 0;
}

static void put_line(const struct show *show, size_t indent, enum colour colour, const char *text)
{
    fprintf(show->out, "%*s%s%s%s\n", (int) indent, "", show_colour_begin(show, colour), text_clean(show->arena, text),
            show_colour_end(show, colour));
}

void show_words(const struct show *show, size_t indent, enum colour colour, struct words words)
{
    bool zh = show_says_zh(show, words);

    if (zh)
        put_line(show, indent, colour, words.zh);
    if (show_says_en(show, words) || !zh)
        put_line(show, indent, zh && colour != COLOUR_BOLD ? COLOUR_GREY : colour, words.en);
}

void show_words_at(const struct show *show, const char *time, enum colour colour, struct words words)
{
    const char *zh = text_of(show->arena, "%s  %s", time, words.zh), *en = "";

    if (!show_says_zh(show, words))
        en = text_of(show->arena, "%s  %s", time, words.en);
    else if (show_says_en(show, words))
        en = text_of(show->arena, "%16s  %s", "", words.en);
    show_words(show, 0, colour, (struct words){ zh, en });
}

void show_line(const struct show *show, const char *zh, const char *en, ...)
{
    struct words words;
    va_list list;

    va_start(list, en);
    words = words_of_list(show->arena, zh, en, list);
    va_end(list);
    show_words(show, 0, COLOUR_NONE, words);
}

void show_heading(const struct show *show, struct words words)
{
    fprintf(show->out, "\n%s== %s ==%s\n", show_colour_begin(show, COLOUR_BOLD), show_label(show, words),
            show_colour_end(show, COLOUR_BOLD));
}

const char *show_label(const struct show *show, struct words words)
{
    bool zh = show_says_zh(show, words);
    bool en = show_says_en(show, words) || !zh;

    if (zh && en)
        return text_of(show->arena, "%s %s", words.zh, words.en);
    return zh ? words.zh : words.en;
}
