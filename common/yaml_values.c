/* yaml_values.c - one value of a tree at a time, and the keys of a map.
 *
 * Each complaint about a value shows how it would be written.
 */
#include <stdlib.h>
#include <string.h>

#include "yaml.h"

/* ---------------------------------------------------------------- kinds of value */

static const char *const KIND_ZH[] = { "单个值", "列表", "映射（键: 值）", "" };
static const char *const KIND_EN[] = { "a single value", "a list", "a map (key: value)", "" };

static bool is_kind(struct file_faults *faults, const struct yaml *value, enum yaml_kind kind)
{
    if (value->kind == kind)
        return true;
    if (value->kind == YAML_REFUSED)
        return false;
    if (value->kind == YAML_SCALAR && value->text[0] == '\0') {
        file_complain(faults, value->place, "没有写内容；此处应为%s%.0s", "nothing is written; %.0sthis should be %s",
                        KIND_ZH[kind], KIND_EN[kind]);
        return false;
    }
    file_complain(faults, value->place, "此处应为%s%.0s，现为%s%.0s", "%.0sthis should be %s,%.0s not %s",
                    KIND_ZH[kind], KIND_EN[kind], KIND_ZH[value->kind], KIND_EN[value->kind]);
    return false;
}

bool yaml_is_list(struct file_faults *faults, const struct yaml *value)
{
    return is_kind(faults, value, YAML_LIST);
}

bool yaml_is_map(struct file_faults *faults, const struct yaml *value)
{
    return is_kind(faults, value, YAML_MAP);
}

bool yaml_is_scalar(struct file_faults *faults, const struct yaml *value)
{
    if (!is_kind(faults, value, YAML_SCALAR))
        return false;
    if (value->text[0] != '\0')
        return true;
    file_complain(faults, value->place, "没有写内容；请填写", "nothing is written; fill it in");
    return false;
}

/* ---------------------------------------------------------------- maps */

static const char *key_of(const void *rows, size_t size, size_t place)
{
    return *(const char *const *) (const void *) ((const char *) rows + place * size);
}

static bool is_key(const void *rows, size_t size, size_t count, const char *key)
{
    for (size_t i = 0; i < count; i++)
        if (strcmp(key_of(rows, size, i), key) == 0)
            return true;
    return false;
}

/* Words not taken yet are what was meant; when all are, any. */
static void complain_of_unknown_key(struct file_faults *faults, const struct yaml *member, const void *rows,
                                    size_t size, size_t count, const struct yaml *const *taken)
{
    struct choices choices = choices_for(member->key);

    for (size_t i = 0; i < count; i++)
        if (taken[i] == NULL)
            choices_add(&choices, key_of(rows, size, i));
    for (size_t i = 0; choices.all[0] == '\0' && i < count; i++)
        choices_add(&choices, key_of(rows, size, i));
    file_complain_unknown(faults, member->key_place, "键", "key", &choices);
}

bool yaml_match(struct file_faults *faults, const struct yaml *map, const void *rows, size_t size, size_t count,
                const struct yaml **values)
{
    if (!yaml_is_map(faults, map))
        return false;
    for (size_t i = 0; i < count; i++)
        values[i] = yaml_member(map, key_of(rows, size, i));
    for (const struct yaml *member = map->first; member != NULL; member = member->next)
        if (!is_key(rows, size, count, member->key))
            complain_of_unknown_key(faults, member, rows, size, count, values);
    return true;
}

void yaml_complain_missing(struct file_faults *faults, const struct yaml *map, const char *key)
{
    file_complain(faults, map->place, "缺少键“%s”；请补上", "key \"%s\" is missing; add it", key);
}

/* ---------------------------------------------------------------- plain values */

bool yaml_split_number(const char *text, int64_t *number, const char **unit)
{
    size_t digits = strspn(text, "0123456789");

    *unit = text + digits;
    if (digits == 0 || digits > YAML_MOST_DIGITS)
        return false;
    *number = strtoll(text, NULL, 10);
    return true;
}

bool yaml_parse_count(struct file_faults *faults, const char *text, struct file_place place, int64_t min, int64_t max,
                      int64_t *count)
{
    const char *digits = *text == '-' || *text == '+' ? text + 1 : text;
    const char *rest = digits;
    int64_t number = 0;

    if (!yaml_split_number(digits, &number, &rest) || *rest != '\0') {
        file_complain(faults, place, "“%s”不是整数；应为 %lld 至 %lld", "\"%s\" is no whole number; should be %lld to %lld",
                        excerpt_of(text).text, (long long) min, (long long) max);
        return false;
    }
    if (*text == '-')
        number = -number;
    if (number < min || number > max) {
        file_complain(faults, place, "%lld 超出范围；应为 %lld 至 %lld", "%lld is out of range; should be %lld to %lld",
                        (long long) number, (long long) min, (long long) max);
        return false;
    }
    *count = number;
    return true;
}

bool yaml_parse_flag(struct file_faults *faults, const char *text, struct file_place place, bool *flag)
{
    *flag = strcmp(text, "true") == 0;
    if (*flag || strcmp(text, "false") == 0)
        return true;
    file_complain(faults, place, "“%s”不对；是写 true，否写 false", "\"%s\" is neither true nor false; write one of them",
                  excerpt_of(text).text);
    return false;
}
