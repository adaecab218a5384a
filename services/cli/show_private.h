/* show_private.h - what show.c and table.c share. */
#ifndef DUBAN_CLI_SHOW_PRIVATE_H
#define DUBAN_CLI_SHOW_PRIVATE_H

#include "show.h"

/* From the arena; dies when memory is out. */
void *show_take(struct arena *arena, size_t size);

/* Bytes of the character at text, 1 when it is not UTF-8; its code point; its columns by
 * Unicode Standard Annex 11, classes W and F (ambiguous ones are narrow). */
size_t character_bytes(const char *text);
uint32_t character_at(const char *text, size_t size);
size_t character_width(uint32_t character);

/* What the show's language has of the words. At least one of them is true. */
bool show_says_zh(const struct show *show, struct words words);
bool show_says_en(const struct show *show, struct words words);

/* Codes for the terminal; empty without colours. */
const char *show_colour_begin(const struct show *show, enum colour colour);
const char *show_colour_end(const struct show *show, enum colour colour);

#endif
