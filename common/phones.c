/* phones.c - mobile numbers in what people write. */
#include "phones.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#define COUNT_OF(table) (sizeof (table) / sizeof (table)[0])

/* Bytes of a digit, of the wide ones of a Chinese keyboard too; 0: there is none at text. */
static size_t digit_bytes(const char *at)
{
    if (at[0] >= '0' && at[0] <= '9')
        return 1;
    return strncmp(at, "\xef\xbc", 2) == 0 && (unsigned char) at[2] >= 0x90 && (unsigned char) at[2] <= 0x99 ? 3 : 0;
}

static bool is_digit(const char *at, char digit)
{
    return digit_bytes(at) == 1 ? at[0] == digit : digit_bytes(at) == 3 && (unsigned char) at[2] - 0x90 == digit - '0';
}

/* Behind so many digits, or as many as there are. */
static char *past_digits(char *at, size_t most)
{
    for (size_t i = 0; i < most && digit_bytes(at) > 0; i++)
        at += digit_bytes(at);
    return at;
}

static size_t digits_at(const char *at)
{
    size_t digits = 0;

    for (; digit_bytes(at) > 0; digits++)
        at += digit_bytes(at);
    return digits;
}

static char *past_separator(char *at)
{
    static const char *const SEPARATORS[] = { "-", " ", "－", "　" };

    for (size_t i = 0; i < COUNT_OF(SEPARATORS); i++)
        if (strncmp(at, SEPARATORS[i], strlen(SEPARATORS[i])) == 0)
            return at + strlen(SEPARATORS[i]);
    return at;
}

/* Behind what is dialled in front of a mobile number: nothing, or the country, or one from far away. */
static char *past_prefix(char *text)
{
    static const char *const PREFIXES[] = { "0086", "86", "0" };

    for (size_t i = 0; i < COUNT_OF(PREFIXES); i++) {
        char *at = text;

        for (const char *digit = PREFIXES[i]; *digit != '\0' && at != NULL; digit++)
            at = is_digit(at, *digit) ? at + digit_bytes(at) : NULL;
        if (at != NULL)
            return at;
    }
    return text;
}

/* The middle of a mobile number, 13800001234 or 138-0000 1234; NULL: there is none at text, where digits begin. *end is that of all
 * of it, or of what is to be passed by. */
static char *middle_of_phone(char *text, char **end)
{
    char *at = past_prefix(text), *middle;

    *end = past_digits(text, SIZE_MAX);
    if (!is_digit(at, '1') || digits_at(at) < 3)
        return NULL;
    middle = past_separator(past_digits(at, 3));
    if (digits_at(middle) < 4)
        return NULL;
    at = past_separator(past_digits(middle, 4));
    if (digits_at(at) != 4)
        return NULL;
    *end = past_digits(at, 4);
    return middle;
}

/* In place: a wide digit becomes a wide asterisk. */
static void mask_digits(char *at, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        size_t size = digit_bytes(at);

        if (size == 1)
            at[0] = '*';
        else
            at[2] = (char) 0x8a;
        at += size;
    }
}

void phones_mask(char *text)
{
    while (*text != '\0') {
        char *end = text + 1;
        char *middle = digit_bytes(text) > 0 ? middle_of_phone(text, &end) : NULL;

        if (middle != NULL)
            mask_digits(middle, 4);
        text = end;
    }
}
