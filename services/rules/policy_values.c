/* policy_values.c - one value of policy.yaml at a time, and a map by a table of its keys.
 *
 * Numbers with units are the heart of a policy, so each complaint about one shows how it
 * would be written. There is no floating point and no unit is ever guessed.
 */
#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "civil.h"
#include "message.h"
#include "policy_private.h"

enum { HOUR_SECONDS = 3600, MINUTE_SECONDS = 60, MAX_FIELDS = 80 };

/* ---------------------------------------------------------------- maps */

bool policy_read_fields(struct loading *loading, const struct yaml *value, const struct field *fields,
                        size_t count, void *target)
{
    const struct yaml *taken[MAX_FIELDS];

    assert(count <= MAX_FIELDS);
    if (!yaml_match(loading->faults, value, fields, sizeof *fields, count, taken))
        return false;
    for (size_t i = 0; i < count; i++) {
        if (taken[i] != NULL)
            fields[i].read(loading, taken[i], (char *) target + fields[i].offset, &fields[i]);
        else if (!fields[i].optional)
            yaml_complain_missing(loading->faults, value, fields[i].key);
    }
    return true;
}

/* ---------------------------------------------------------------- numbers with units */

/* Seconds of one s, m, h, d; 0 for another unit. */
static int64_t seconds_of(const char *unit)
{
    static const struct {
        const char *unit;
        int64_t seconds;
    } units[] = { { "s", 1 }, { "m", MINUTE_SECONDS }, { "h", HOUR_SECONDS }, { "d", DAY_SECONDS } };

    for (size_t i = 0; i < sizeof units / sizeof units[0]; i++)
        if (strcmp(units[i].unit, unit) == 0)
            return units[i].seconds;
    return 0;
}

static void complain_of_limit_unit(struct loading *loading, struct file_place place, int64_t number,
                                   const char *unit)
{
    const char *right = *unit == 'd' || strcmp(unit, "c") == 0 ? "cd"
        : *unit == 'm'                                        ? "nm"
        : *unit == 'w'                                        ? "wh"
                                                              : "nh";

    policy_complain(loading, place,
                    "时限单位“%s”不对；应为 nh（自然小时）、nm（分钟）、cd（自然日）、wh（工作时）或 wd（工作日），如 %lld%s",
                    "\"%s\" is no unit of a limit; use nh (natural hours), nm (minutes), cd (calendar days), wh (working "
                    "hours) or wd (working days), for example %lld%s",
                    policy_excerpt(unit).text, (long long) number, right);
}

/* The units of limits: one more is one row. */
static const struct limit_unit {
    const char *name;
    enum policy_unit unit;
    int64_t seconds;            /* of one; 0 = counted in days */
    int64_t most;
} LIMIT_UNITS[] = {
    { "nh", UNIT_NATURAL_HOURS, HOUR_SECONDS, INT64_C(24) * POLICY_MAX_PERIOD_DAYS },
    { "nm", UNIT_NATURAL_HOURS, MINUTE_SECONDS, INT64_C(24) * 60 * POLICY_MAX_PERIOD_DAYS },
    { "cd", UNIT_CALENDAR_DAYS, 0, POLICY_MAX_PERIOD_DAYS },
    { "wh", UNIT_WORKING_HOURS, HOUR_SECONDS, INT64_C(8) * POLICY_MAX_PERIOD_DAYS },
    { "wd", UNIT_WORKING_DAYS, 0, POLICY_MAX_PERIOD_DAYS },
};

static const struct limit_unit *limit_unit_named(const char *name)
{
    for (size_t i = 0; i < sizeof LIMIT_UNITS / sizeof LIMIT_UNITS[0]; i++)
        if (strcmp(LIMIT_UNITS[i].name, name) == 0)
            return &LIMIT_UNITS[i];
    return NULL;
}

/* policy_check.c asks whether the pack has what working time needs. */
static void note_working_unit(struct loading *loading, struct file_place place, enum policy_unit unit)
{
    if (policy_is_working_unit(unit) && loading->working_unit.line == 0)
        loading->working_unit = place;
}

bool policy_parse_limit(struct loading *loading, const char *text, struct file_place place,
                        struct policy_limit *limit)
{
    const struct limit_unit *known;
    const char *unit;
    int64_t number;

    if (!yaml_split_number(text, &number, &unit)) {
        policy_complain(loading, place, "“%s”不是时限；应写作 2nh、90nm、7cd、4wh 或 7wd",
                        "\"%s\" is no limit; write it like 2nh, 90nm, 7cd, 4wh or 7wd", policy_excerpt(text).text);
        return false;
    }
    known = limit_unit_named(unit);
    if (known == NULL) {
        complain_of_limit_unit(loading, place, number, unit);
        return false;
    }
    if (number == 0) {
        policy_complain(loading, place, "时限不能为零；至少 1%s", "a limit cannot be zero; at least 1%s", unit);
        return false;
    }
    if (number > known->most) {
        policy_complain(loading, place, "时限太长；最多 %lld%s", "the limit is too long; at most %lld%s",
                        (long long) known->most, unit);
        return false;
    }
    *limit = (struct policy_limit){ .unit = known->unit, .seconds = number * known->seconds };
    if (known->seconds == 0)
        limit->days = (int32_t) number;
    note_working_unit(loading, place, known->unit);
    return true;
}

int64_t policy_limit_longest(const struct policy *policy, const struct policy_limit *limit)
{
    int64_t day_s = 0;

    for (size_t i = 0; i < policy->calendar.slot_count; i++)
        day_s += policy->calendar.slots[i].to_s - policy->calendar.slots[i].from_s;
    if (limit->unit == UNIT_WORKING_HOURS && day_s > 0)
        return limit->seconds / day_s * DAY_SECONDS + limit->seconds % day_s;
    if (limit->seconds > 0)
        return limit->seconds;
    return (int64_t) limit->days * DAY_SECONDS + policy->end_of_day_s;
}

void policy_read_limit(struct loading *loading, const struct yaml *value, void *target, const struct field *field)
{
    (void) field;
    if (policy_is_scalar(loading, value))
        policy_parse_limit(loading, value->text, value->place, target);
}

void policy_read_hours(struct loading *loading, const struct yaml *value, void *target, const struct field *field)
{
    struct policy_limit limit = { 0 };

    (void) field;
    if (!policy_is_scalar(loading, value) || !policy_parse_limit(loading, value->text, value->place, &limit))
        return;
    if (limit.unit != UNIT_NATURAL_HOURS)
        policy_complain(loading, value->place, "此处要用自然小时或分钟；应写作 2nh 或 90nm",
                        "natural hours or minutes are wanted here; write it like 2nh or 90nm");
    else
        *(int64_t *) target = limit.seconds;
}

/* "30m", "4h", "7d" within the field's bounds; text has no sign. False after a complaint. */
static bool parse_period(struct loading *loading, const char *text, struct file_place place, int64_t min,
                         int64_t max, int64_t *seconds)
{
    const char *unit;
    int64_t number;
    int64_t length;

    if (!yaml_split_number(text, &number, &unit) || seconds_of(unit) == 0) {
        policy_complain(loading, place, "“%s”不是时长；应写作 45s（秒）、30m（分）、4h（小时）或 7d（天）",
                        "\"%s\" is no length of time; write it like 45s (seconds), 30m (minutes), 4h (hours) or 7d "
                        "(days)",
                        policy_excerpt(text).text);
        return false;
    }
    length = number * seconds_of(unit);
    if (length < min || length > max) {
        policy_complain(loading, place, "时长“%s”超出范围；应为 %lld 至 %lld 秒",
                        "\"%s\" is out of range; should be %lld to %lld seconds", policy_excerpt(text).text,
                        (long long) min, (long long) max);
        return false;
    }
    *seconds = length;
    return true;
}

void policy_read_period(struct loading *loading, const struct yaml *value, void *target, const struct field *field)
{
    if (policy_is_scalar(loading, value))
        parse_period(loading, value->text, value->place, field->min, field->max, target);
}

/* "-1wh", "+2wd"; the sign has been seen. */
static void read_working_offset(struct loading *loading, const struct yaml *value, struct policy_row *row)
{
    struct policy_limit limit = { 0 };
    int sign = value->text[0] == '-' ? -1 : 1;

    if (!policy_parse_limit(loading, value->text + 1, value->place, &limit))
        return;
    row->offset_unit = limit.unit;
    row->offset_s = sign * limit.seconds;
    row->offset_days = sign * limit.days;
}

void policy_read_offset(struct loading *loading, const struct yaml *value, void *target, const struct field *field)
{
    struct policy_row *row = target;
    int64_t seconds = 0;
    const char *text = value->text;

    if (!policy_is_scalar(loading, value) || strcmp(text, "0") == 0)
        return;
    if (*text != '-' && *text != '+') {
        policy_complain(loading, value->place,
                        "“%s”缺少正负号；到期前写 -30m，到期后写 +4h，到期时写 0",
                        "\"%s\" has no sign; write -30m for before the due time, +4h for after it, 0 for at it",
                        policy_excerpt(text).text);
        return;
    }
    if (strchr(text, 'w') != NULL)
        read_working_offset(loading, value, row);
    else if (parse_period(loading, text + 1, value->place, 1, field->max, &seconds))
        row->offset_s = *text == '-' ? -seconds : seconds;
}

void policy_read_every(struct loading *loading, const struct yaml *value, void *target, const struct field *field)
{
    struct policy_row *row = target;
    struct policy_limit limit = { 0 };
    const char *text = value->text;

    if (value->kind == YAML_SCALAR && text[0] == '0' && strspn(text + 1, "0smhdw") == strlen(text + 1))
        policy_complain(loading, value->place, "每隔 0 重复是不可能的；请写如 2h、24h、1wd，不重复则去掉 every",
                        "a repeat every 0 is impossible; write 2h, 24h or 1wd, or remove every if it should not repeat");
    else if (value->kind != YAML_SCALAR || strchr(text, 'w') == NULL)
        policy_read_period(loading, value, &row->every_s, field);
    else if (policy_parse_limit(loading, text, value->place, &limit) && limit.unit != UNIT_WORKING_DAYS)
        policy_complain(loading, value->place, "按工作时间重复只能以日计；应写作 1wd（每个工作日）",
                        "a repeat in working time goes by days; write it like 1wd (each working day)");
    else
        row->every_days = limit.days;
}

/* ---------------------------------------------------------------- clocks */

static void read_clock(struct loading *loading, const struct yaml *value, int32_t *target, int32_t last)
{
    int32_t second_of_day = 0;

    if (!policy_is_scalar(loading, value))
        return;
    if (!civil_parse_clock(value->text, &second_of_day) || second_of_day > last) {
        policy_complain(loading, value->place, "“%s”不是钟点；应写作 \"08:30\"（24 小时制，带引号）",
                        "\"%s\" is no time of day; write it like \"08:30\" (24 hours, in quotes)",
                        policy_excerpt(value->text).text);
        return;
    }
    *target = second_of_day;
}

void policy_read_clock(struct loading *loading, const struct yaml *value, void *target, const struct field *field)
{
    (void) field;
    read_clock(loading, value, target, DAY_SECONDS - 1);
}

void policy_read_clock_end(struct loading *loading, const struct yaml *value, void *target, const struct field *field)
{
    (void) field;
    read_clock(loading, value, target, DAY_SECONDS);
}

/* ---------------------------------------------------------------- plain values */

bool policy_parse_count(struct loading *loading, const char *text, struct file_place place, int64_t min,
                        int64_t max, int64_t *count)
{
    return yaml_parse_count(loading->faults, text, place, min, max, count);
}

void policy_read_count(struct loading *loading, const struct yaml *value, void *target, const struct field *field)
{
    int64_t count = 0;

    if (policy_is_scalar(loading, value) &&
        policy_parse_count(loading, value->text, value->place, field->min, field->max, &count))
        *(uint32_t *) target = (uint32_t) count;
}

void policy_read_number(struct loading *loading, const struct yaml *value, void *target, const struct field *field)
{
    int64_t number = 0;

    if (policy_is_scalar(loading, value) &&
        policy_parse_count(loading, value->text, value->place, field->min, field->max, &number))
        *(int32_t *) target = (int32_t) number;
}

void policy_read_flag(struct loading *loading, const struct yaml *value, void *target, const struct field *field)
{
    bool flag = false;

    (void) field;
    if (policy_is_scalar(loading, value) && yaml_parse_flag(loading->faults, value->text, value->place, &flag) && flag)
        *(bool *) target = true;
}

void policy_read_code(struct loading *loading, const struct yaml *value, void *target, const struct field *field)
{
    (void) field;
    if (!policy_is_scalar(loading, value))
        return;
    if (is_code(value->text))
        *(const char **) target = policy_keep(loading, value->text);
    else
        policy_complain(loading, value->place, "“%s”不能作代码；只用 1 至 32 个字母、数字和 . _ -",
                        "\"%s\" is no code; use 1 to 32 letters, digits and . _ -", policy_excerpt(value->text).text);
}

void policy_read_name(struct loading *loading, const struct yaml *value, void *target, const struct field *field)
{
    (void) field;
    if (!policy_is_scalar(loading, value))
        return;
    if (strlen(value->text) <= POLICY_MAX_TEXT_BYTES)
        *(const char **) target = policy_keep(loading, value->text);
    else
        policy_complain(loading, value->place, "文字太长；最多 %d 字节", "the text is too long; at most %d bytes",
                        (int) POLICY_MAX_TEXT_BYTES);
}

void policy_read_text(struct loading *loading, const struct yaml *value, void *target, const struct field *field)
{
    static const struct field languages[] = {
        { "zh", policy_read_name, offsetof(struct policy_text, zh), 0, 0, false },
        { "en", policy_read_name, offsetof(struct policy_text, en), 0, 0, true },
    };
    struct policy_text text = { NULL, NULL };

    (void) field;
    policy_read_fields(loading, value, languages, sizeof languages / sizeof languages[0], &text);
    if (text.zh == NULL)
        text.zh = "";
    if (text.en == NULL)
        text.en = text.zh;   /* as entry.proto says of Text: Chinese is shown in its place */
    *(struct policy_text *) target = text;
}

void policy_check_offsets(struct loading *loading, struct file_place place, uint32_t passes,
                          const uint32_t *offsets_days, size_t count)
{
    if (passes == 0)
        return;   /* a fault of its own, already told */
    if (count != passes) {
        policy_complain(loading, place, "要求 %u 次合格，却有 %zu 个间隔天数；两者应相等",
                        "%u passes are needed but %zu offsets are given; there should be one for each pass", passes,
                        count);
        return;
    }
    if (offsets_days[0] != 0)
        policy_complain(loading, place, "首次间隔天数应为 0，现为 %u", "the first offset should be 0, not %u",
                        offsets_days[0]);
    for (size_t i = 1; i < count; i++)
        if (offsets_days[i] <= offsets_days[i - 1]) {
            policy_complain(loading, place, "间隔天数应逐次增大；%u 之后不能是 %u",
                            "offsets should rise; after %u there cannot be %u", offsets_days[i - 1], offsets_days[i]);
            return;
        }
}
