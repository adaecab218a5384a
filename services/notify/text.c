/* text.c - the buffer behind lines, bodies and rendered messages. */
#include "text.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

enum { FIRST_CAPACITY = 4096 };

bool text_reserve(struct text *text, size_t size)
{
    size_t capacity = text->capacity > 0 ? text->capacity : FIRST_CAPACITY;
    char *data;

    if (text->failed)
        return false;
    if (size <= text->capacity - text->size)
        return true;
    while (capacity - text->size < size) {
        if (capacity > SIZE_MAX / 2) {
            text->failed = true;
            return false;
        }
        capacity *= 2;
    }
    data = realloc(text->data, capacity);
    if (data == NULL) {
        text->failed = true;
        return false;
    }
    text->data = data;
    text->capacity = capacity;
    return true;
}

void text_unsigned(struct text *text, uint64_t number)
{
    char digits[20];
    size_t at = sizeof digits;

    do {
        digits[--at] = (char) ('0' + number % 10);
        number /= 10;
    } while (number > 0);
    text_put(text, digits + at, sizeof digits - at);
}

void text_number(struct text *text, int64_t number)
{
    if (number < 0) {
        text_put(text, "-", 1);
        text_unsigned(text, (uint64_t) 0 - (uint64_t) number);
    } else {
        text_unsigned(text, (uint64_t) number);
    }
}

void text_digits(struct text *text, uint32_t number, unsigned digits)
{
    uint32_t bound = 10;

    for (unsigned have = 1; have < digits; have++) {
        if (number < bound)
            text_put(text, "0", 1);
        bound = bound <= UINT32_MAX / 10 ? bound * 10 : UINT32_MAX;
    }
    text_unsigned(text, number);
}

/* Escape letter of a byte that may not stand in a JSON string as it is; 'u' = by number. */
static char escape_of(unsigned char byte)
{
    switch (byte) {
    case '"':
        return '"';
    case '\\':
        return '\\';
    case '\n':
        return 'n';
    case '\r':
        return 'r';
    case '\t':
        return 't';
    default:
        return byte < 0x20 ? 'u' : 0;
    }
}

static void put_escape(struct text *text, unsigned char byte, char letter)
{
    static const char hex[] = "0123456789abcdef";
    char six[6] = { '\\', letter, '0', '0', hex[byte >> 4], hex[byte & 15] };

    text_put(text, six, letter == 'u' ? 6 : 2);
}

void text_json_bytes(struct text *text, const char *data, size_t size)
{
    size_t from = 0;

    text_put(text, "\"", 1);
    for (size_t at = 0; at < size; at++) {
        unsigned char byte = (unsigned char) data[at];
        char letter;

        if (byte > '\\' || (letter = escape_of(byte)) == 0)
            continue;
        text_put(text, data + from, at - from);
        put_escape(text, byte, letter);
        from = at + 1;
    }
    if (from < size)
        text_put(text, data + from, size - from);
    text_put(text, "\"", 1);
}

void text_json(struct text *text, const char *words)
{
    text_json_bytes(text, words, strlen(words));
}

void text_base64(struct text *text, const uint8_t *data, size_t size)
{
    static const char letters[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

    text_put(text, "\"", 1);
    for (size_t at = 0; at < size; at += 3) {
        size_t left = size - at;
        uint32_t three = (uint32_t) data[at] << 16 | (left > 1 ? (uint32_t) data[at + 1] << 8 : 0) |
                         (left > 2 ? data[at + 2] : 0);
        char four[4] = { letters[three >> 18], letters[three >> 12 & 63], '=', '=' };

        if (left > 1)
            four[2] = letters[three >> 6 & 63];
        if (left > 2)
            four[3] = letters[three & 63];
        text_put(text, four, 4);
    }
    text_put(text, "\"", 1);
}

void text_hex(struct text *text, const uint8_t *data, size_t size)
{
    static const char hex[] = "0123456789abcdef";

    for (size_t at = 0; at < size; at++) {
        char two[2] = { hex[data[at] >> 4], hex[data[at] & 15] };

        text_put(text, two, 2);
    }
}

/* Largest length <= size that does not end inside a UTF-8 character. */
static size_t whole_characters(const char *data, size_t size)
{
    while (size > 0 && ((unsigned char) data[size] & 0xC0) == 0x80)
        size--;
    return size;
}

void text_cut(struct text *text, size_t size)
{
    if (size < text->size)
        text->size = whole_characters(text->data, size);
}

void text_copy(char *out, size_t size, const char *words)
{
    size_t length = strlen(words);

    if (length >= size)
        length = whole_characters(words, size - 1);
    memcpy(out, words, length);
    out[length] = '\0';
}

void text_format(char *out, size_t size, const char *format, ...)
{
    char words[1024];
    va_list arguments;

    va_start(arguments, format);
    vsnprintf(words, sizeof words, format, arguments);
    va_end(arguments);
    text_copy(out, size, words);
}

void text_close(struct text *text)
{
    free(text->data);
    memset(text, 0, sizeof *text);
}
