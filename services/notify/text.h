/* text.h - text put together piece by piece in one reusable buffer.
 *
 * Grows as needed and keeps its memory when cleared. When memory runs out the text is
 * marked failed and takes no more, so that a writer looks once, at the end.
 */
#ifndef DUBAN_NOTIFY_TEXT_H
#define DUBAN_NOTIFY_TEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

struct text {
    char *data;         /* not zero-terminated; NULL while nothing was put */
    size_t size;
    size_t capacity;
    bool failed;
};

/* Make room for size more bytes. False, and the text is failed, when there is none. */
bool text_reserve(struct text *text, size_t size);

static inline void text_put(struct text *text, const void *data, size_t size)
{
    if (size > text->capacity - text->size && !text_reserve(text, size))
        return;
    if (size > 0)
        memcpy(text->data + text->size, data, size);
    text->size += size;
}

static inline void text_add(struct text *text, const char *words)
{
    text_put(text, words, strlen(words));
}

/* Decimal. */
void text_number(struct text *text, int64_t number);
void text_unsigned(struct text *text, uint64_t number);

/* Decimal with leading zeros, at least digits long. */
void text_digits(struct text *text, uint32_t number, unsigned digits);

/* A JSON string: quoted, escaped. The words are UTF-8. */
void text_json(struct text *text, const char *words);
void text_json_bytes(struct text *text, const char *data, size_t size);

/* Bytes as a JSON string in base64 with padding, as protobuf's JSON mapping has it. */
void text_base64(struct text *text, const uint8_t *data, size_t size);

/* Lower-case hexadecimal digits, without quotes. */
void text_hex(struct text *text, const uint8_t *data, size_t size);

/* Shorten to at most size bytes, never inside a UTF-8 character. */
void text_cut(struct text *text, size_t size);

/* Copy words into out (size bytes with the zero byte), cut between UTF-8 characters. */
void text_copy(char *out, size_t size, const char *words);

/* Format into out like snprintf, cut between UTF-8 characters. */
void text_format(char *out, size_t size, const char *format, ...) __attribute__((format(printf, 3, 4)));

/* Empty it and forget a failure; the memory stays. */
static inline void text_clear(struct text *text)
{
    text->size = 0;
    text->failed = false;
}

/* Accepts a zeroed text. */
void text_close(struct text *text);

#endif
