#include "form.h"

#include <stdio.h>
#include <string.h>

#include "message.h"

enum { REPEAT_SLOTS = 1024, REPEAT_MOST = 256 };
enum { SUBJECT_ID_BYTES = 16, SUBJECT_PATH_BYTES = 80, MAX_PREFIX = 4, MAX_DIGITS = 9 };
enum { MAX_LATITUDE_E7 = 900000000, MAX_LONGITUDE_E7 = 1800000000 };

static const int64_t FIRST_TIME_MS = 946684800000;   /* 2000-01-01 UTC */
static const int64_t LAST_TIME_MS = 4102444800000;   /* 2100-01-01 UTC */

static const char *path_of(char *path, size_t size, struct place place)
{
    if (place.index == NO_INDEX)
        snprintf(path, size, "%s.%s", place.in, place.field);
    else
        snprintf(path, size, "%s[%lld]%s%s", place.in, (long long) place.index, place.field[0] == '\0' ? "" : ".",
                 place.field);
    return path;
}

bool form_fault(struct fault *fault, struct place place, const char *zh, const char *en)
{
    char path[160];

    return fault_set(fault, path_of(path, sizeof path, place), zh, en);
}

bool form_code(struct fault *fault, struct place place, const char *value)
{
    if (is_code(value))
        return true;
    if (value[0] == '\0')
        return form_fault(fault, place, "必须填写代码", "a code is required");
    return form_fault(fault, place, "代码只能由 1 至 32 个字母、数字、点、下划线或连字符组成",
                      "a code is 1 to 32 letters, digits, dots, underscores or hyphens");
}

bool form_code_or_empty(struct fault *fault, struct place place, const char *value)
{
    return value[0] == '\0' || form_code(fault, place, value);
}

bool form_text(struct fault *fault, struct place place, const char *value)
{
    char path[160];

    if (strlen(value) <= FORM_TEXT_BYTES)
        return true;
    return fault_set(fault, path_of(path, sizeof path, place), "文字过长，最多 %d 字节(约 %d 个汉字)",
                     "the text is too long: at most %d bytes (some %d Chinese characters)", FORM_TEXT_BYTES,
                     FORM_TEXT_BYTES / 3);
}

bool form_required_text(struct fault *fault, struct place place, const char *value)
{
    if (value[strspn(value, " \t\r\n")] == '\0')
        return form_fault(fault, place, "必须填写", "required");
    return form_text(fault, place, value);
}

static bool is_short(struct fault *fault, struct place place, const char *name)
{
    char path[160];

    return strlen(name) <= FORM_NAME_BYTES ||
           fault_set(fault, path_of(path, sizeof path, place), "名称过长，最多 %d 字节(约 %d 个汉字)",
                     "the name is too long: at most %d bytes (some %d Chinese characters)", FORM_NAME_BYTES,
                     FORM_NAME_BYTES / 3);
}

bool form_name(struct fault *fault, struct place place, const char *value)
{
    size_t size = strlen(value);

    if (size == 0)
        return form_fault(fault, place, "必须填写名称", "a name is required");
    if (!is_short(fault, place, value))
        return false;
    for (size_t i = 0; i < size; i++)
        if ((unsigned char) value[i] < 0x20 || value[i] == 0x7f)
            return form_fault(fault, place, "名称中不能有控制字符", "a name holds no control characters");
    return true;
}

bool form_time(struct fault *fault, struct place place, int64_t at_ms)
{
    if (at_ms >= FIRST_TIME_MS && at_ms < LAST_TIME_MS)
        return true;
    if (at_ms == 0)
        return form_fault(fault, place, "缺少时间，必须填写", "the time is missing");
    return form_fault(fault, place, "时间须在 2000 年至 2099 年之间，请检查设备时钟",
                      "the time must lie in 2000 to 2099; check the device's clock");
}

bool form_time_or_zero(struct fault *fault, struct place place, int64_t at_ms)
{
    return at_ms == 0 || form_time(fault, place, at_ms);
}

bool form_chosen(struct fault *fault, struct place place, int value)
{
    return value != 0 || form_fault(fault, place, "必须选择一项", "one of the values must be chosen");
}

bool form_sha256(struct fault *fault, struct place place, const ProtobufCBinaryData *value)
{
    return value->len == FORM_SHA256_BYTES ||
           form_fault(fault, place, "SHA-256 摘要须为 32 字节", "a SHA-256 digest has 32 bytes");
}

bool form_count(struct fault *fault, struct place place, size_t count, size_t most)
{
    char path[160];

    return count <= most || fault_set(fault, path_of(path, sizeof path, place), "共 %zu 项，最多 %zu 项",
                                      "%zu of them, at most %zu are allowed", count, most);
}

bool form_sequence(struct fault *fault, struct place place, uint64_t value)
{
    return value != 0 || form_fault(fault, place, "序号从 1 开始", "a sequence starts at 1");
}

bool form_present(struct fault *fault, struct place place, const void *value)
{
    return value != NULL || form_fault(fault, place, "必须填写", "required");
}

bool form_title(struct fault *fault, struct place place, const Duban__Text *text)
{
    char zh[64], en[64];

    if (!form_present(fault, place, text))
        return false;
    snprintf(zh, sizeof zh, "%s.zh", place.field);
    snprintf(en, sizeof en, "%s.en", place.field);
    return form_required_text(fault, (struct place){ place.in, zh, place.index }, text->zh) &&
           is_short(fault, (struct place){ place.in, zh, place.index }, text->zh) &&
           is_short(fault, (struct place){ place.in, en, place.index }, text->en);
}

bool form_both_texts(struct fault *fault, struct place place, const Duban__Text *text)
{
    char zh[64], en[64];

    if (text == NULL)
        return true;
    snprintf(zh, sizeof zh, "%s.zh", place.field);
    snprintf(en, sizeof en, "%s.en", place.field);
    return form_text(fault, (struct place){ place.in, zh, place.index }, text->zh) &&
           form_text(fault, (struct place){ place.in, en, place.index }, text->en);
}

bool form_title_or_empty(struct fault *fault, struct place place, const Duban__Text *text)
{
    return text == NULL || (text->zh[0] == '\0' && text->en[0] == '\0') || form_title(fault, place, text);
}

bool form_personal(struct fault *fault, struct place place, const Duban__Personal *personal)
{
    if (personal == NULL)
        return true;
    switch (personal->value_case) {
    case DUBAN__PERSONAL__VALUE_CLEAR:
        return strlen(personal->clear) <= FORM_PERSONAL_BYTES ||
               form_fault(fault, place, "过长，最多 500 字节", "too long: at most 500 bytes");
    case DUBAN__PERSONAL__VALUE_TOKEN:
        return personal->token.len == 16 ||
               form_fault(fault, place, "代号须为 16 字节", "a token has 16 bytes");
    case DUBAN__PERSONAL__VALUE__NOT_SET:
    case _DUBAN__PERSONAL__VALUE__CASE_IS_INT_SIZE:
        break;
    }
    return form_fault(fault, place, "须填明文(clear)或代号(token)，或整项不填", "give clear or token, or leave the field out");
}

/* TS-0001: letters, a hyphen, digits. */
static bool is_number(const char *number)
{
    size_t letters = strspn(number, "ABCDEFGHIJKLMNOPQRSTUVWXYZ");
    const char *digits = number + letters + 1;

    if (letters == 0 || letters > MAX_PREFIX || number[letters] != '-')
        return false;
    return strlen(digits) >= 1 && strlen(digits) <= MAX_DIGITS && strspn(digits, "0123456789") == strlen(digits);
}

static bool misnamed(struct fault *fault, struct place place, const char *prefix)
{
    char zh[64], en[64];

    snprintf(zh, sizeof zh, "须写明编号，写作 %s-0001", prefix);
    snprintf(en, sizeof en, "give its number, written like %s-0001", prefix);
    return form_fault(fault, place, zh, en);
}

bool form_subject(struct fault *fault, struct place place, const Duban__SubjectReference *reference, const char *prefix)
{
    char in[SUBJECT_PATH_BYTES];

    if (!form_present(fault, place, reference))
        return false;
    snprintf(in, sizeof in, "%s.%s", place.in, place.field);
    switch (reference->by_case) {
    case DUBAN__SUBJECT_REFERENCE__BY_ID:
        return reference->id.len == SUBJECT_ID_BYTES || form_fault(fault, at(in, "id"), "编号须为 16 字节", "an id has 16 bytes");
    case DUBAN__SUBJECT_REFERENCE__BY_NUMBER:
        return is_number(reference->number) || misnamed(fault, at(in, "number"), prefix);
    case DUBAN__SUBJECT_REFERENCE__BY__NOT_SET:
    case _DUBAN__SUBJECT_REFERENCE__BY__CASE_IS_INT_SIZE:
        break;
    }
    return misnamed(fault, place, prefix);
}

bool form_position(struct fault *fault, const char *in, const Duban__Position *position)
{
    if (position == NULL)
        return true;
    if (position->latitude_e7 < -MAX_LATITUDE_E7 || position->latitude_e7 > MAX_LATITUDE_E7)
        return form_fault(fault, at(in, "latitude_e7"), "纬度须在 -90 至 90 度之间",
                          "the latitude must lie between -90 and 90 degrees");
    if (position->longitude_e7 < -MAX_LONGITUDE_E7 || position->longitude_e7 > MAX_LONGITUDE_E7)
        return form_fault(fault, at(in, "longitude_e7"), "经度须在 -180 至 180 度之间",
                          "the longitude must lie between -180 and 180 degrees");
    return true;
}

static uint32_t slot_of(const char *text)
{
    uint32_t hash = bytes_hash(0, bytes_of_text(text));

    return (hash ^ hash >> 15) % REPEAT_SLOTS;
}

size_t form_first_repeat(const char *const *texts, size_t count)
{
    uint16_t taken[REPEAT_SLOTS] = { 0 };   /* place + 1; 0 = free */

    if (count < 2)
        return count;
    for (size_t i = 0; i < count && i < REPEAT_MOST; i++) {
        uint32_t slot = slot_of(texts[i]);

        while (taken[slot] != 0) {
            if (strcmp(texts[taken[slot] - 1], texts[i]) == 0)
                return i;
            slot = (slot + 1) % REPEAT_SLOTS;
        }
        taken[slot] = (uint16_t) (i + 1);
    }
    return count;
}
