/* duty_window.c - duty windows in words. */
#include "duty_window.h"

#include <stdio.h>
#include <string.h>

#include "civil.h"

enum { MINUTE_SECONDS = 60, PART_BYTES = 32 };

static const struct words DAYS[] = {
    { "周一", "mon" }, { "周二", "tue" }, { "周三", "wed" }, { "周四", "thu" }, { "周五", "fri" }, { "周六", "sat" }, { "周日", "sun" },
};

enum { DAY_COUNT = sizeof DAYS / sizeof DAYS[0] };

/* ---------------------------------------------------------------- read */

char *duty_windows_plain(struct arena *arena, const char *text)
{
    static const struct {
        const char *written;
        char plain;
    } SIGNS[] = {
        { "；", ';' }, { "，", ';' }, { ",", ';' }, { "、", ';' }, { "：", ':' }, { "至", '-' }, { "到", '-' }, { "–", '-' },
        { "—", '-' }, { "－", '-' }, { "～", '-' }, { "　", ' ' }, { "０", '0' }, { "１", '1' }, { "２", '2' }, { "３", '3' },
        { "４", '4' }, { "５", '5' }, { "６", '6' }, { "７", '7' }, { "８", '8' }, { "９", '9' },
    };
    char *plain = text_of(arena, "%s", text), *end = plain;

    while (*text != '\0') {
        size_t sign = 0;

        while (sign < sizeof SIGNS / sizeof SIGNS[0] && strncmp(text, SIGNS[sign].written, strlen(SIGNS[sign].written)) != 0)
            sign++;
        *end++ = sign == sizeof SIGNS / sizeof SIGNS[0] ? *text : SIGNS[sign].plain;
        text += sign == sizeof SIGNS / sizeof SIGNS[0] ? 1 : strlen(SIGNS[sign].written);
    }
    *end = '\0';
    return plain;
}

/* 1 = Monday; 0 = none of them. */
static uint32_t day_named(const char *text)
{
    for (uint32_t i = 0; i < DAY_COUNT; i++)
        if (strcasecmp(text, DAYS[i].en) == 0 || strcmp(text, DAYS[i].zh) == 0)
            return i + 1;
    return 0;
}

/* "mon-fri" in two, "sat" twice the same; the text may be changed. */
static bool parse_days(char *text, Duban__DutyWindow *window)
{
    char *last = strchr(text, '-');

    if (last != NULL)
        *last++ = '\0';
    window->first_day = day_named(text);
    window->last_day = last == NULL ? window->first_day : day_named(last);
    return window->first_day != 0 && window->last_day >= window->first_day;
}

static bool parse_clock(const char *text, uint32_t *minute)
{
    int32_t second;

    if (!civil_parse_clock(text, &second) || second % MINUTE_SECONDS != 0)
        return false;
    *minute = (uint32_t) (second / MINUTE_SECONDS);
    return true;
}

bool duty_window_parse(const char *text, Duban__DutyWindow *window)
{
    char days[PART_BYTES], from[PART_BYTES], to[PART_BYTES];
    int end = 0;

    duban__duty_window__init(window);
    return sscanf(text, "%31s %31[0-9:]-%31[0-9:]%n", days, from, to, &end) == 3 && text[end] == '\0' &&
           parse_days(days, window) && parse_clock(from, &window->from_minute) && parse_clock(to, &window->to_minute) &&
           window->to_minute > window->from_minute;
}

/* ---------------------------------------------------------------- say */

static const char *days_label(struct arena *arena, const Duban__DutyWindow *window, bool zh)
{
    const struct words *first = &DAYS[(window->first_day - 1) % DAY_COUNT], *last = &DAYS[(window->last_day - 1) % DAY_COUNT];

    if (first == last)
        return zh ? first->zh : first->en;
    return text_of(arena, "%s-%s", zh ? first->zh : first->en, zh ? last->zh : last->en);
}

static const char *window_label(struct arena *arena, const Duban__DutyWindow *window, bool zh)
{
    return text_of(arena, "%s %02u:%02u-%02u:%02u", days_label(arena, window, zh), window->from_minute / 60,
                   window->from_minute % 60, window->to_minute / 60, window->to_minute % 60);
}

static const char *windows_label(struct arena *arena, Duban__DutyWindow *const *windows, size_t count, bool zh)
{
    const char *all = "";

    for (size_t i = 0; i < count; i++)
        all = text_of(arena, "%s%s%s", all, i == 0 ? "" : "; ", window_label(arena, windows[i], zh));
    return all;
}

struct words words_of_duty_windows(struct arena *arena, Duban__DutyWindow *const *windows, size_t count)
{
    return (struct words){ windows_label(arena, windows, count, true), windows_label(arena, windows, count, false) };
}
