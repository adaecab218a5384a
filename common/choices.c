#include "choices.h"

#include <stdint.h>
#include <string.h>

enum { MAX_COMPARED = 40 };   /* characters of a word; longer ones are no slips of the pen */

/* What a Chinese keyboard types for ASCII, U+FF01 to U+FF5E, as ASCII, in small letters: who wrote it so meant that. */
static uint32_t folded(uint32_t character)
{
    if (character >= 0xEFBC81 && character <= 0xEFBCBF)
        character = character - 0xEFBC81 + '!';
    else if (character >= 0xEFBD80 && character <= 0xEFBD9E)
        character = character - 0xEFBD80 + '`';
    return character >= 'A' && character <= 'Z' ? character - 'A' + 'a' : character;
}

/* Characters of the word, folded, or 0 when it is empty or too long to be compared. */
static size_t characters_of(const char *word, uint32_t characters[MAX_COMPARED])
{
    size_t count = 0;

    for (const unsigned char *at = (const unsigned char *) word; *at != '\0'; at++) {
        if ((*at & 0xC0) == 0x80 && count > 0) {
            characters[count - 1] = (characters[count - 1] << 8) | *at;
            continue;
        }
        if (count == MAX_COMPARED)
            return 0;
        characters[count++] = *at;
    }
    for (size_t i = 0; i < count; i++)
        characters[i] = folded(characters[i]);
    return count;
}

static size_t least(size_t a, size_t b)
{
    return a < b ? a : b;
}

/* Single insertions, deletions and replacements between the two (Levenshtein). */
static size_t distance_between(const char *one, const char *other)
{
    uint32_t a[MAX_COMPARED];
    uint32_t b[MAX_COMPARED];
    size_t row[MAX_COMPARED + 1];
    size_t a_count = characters_of(one, a);
    size_t b_count = characters_of(other, b);

    if (a_count == 0 || b_count == 0)
        return SIZE_MAX;
    for (size_t j = 0; j <= b_count; j++)
        row[j] = j;
    for (size_t i = 1; i <= a_count; i++) {
        size_t diagonal = row[0];
        row[0] = i;
        for (size_t j = 1; j <= b_count; j++) {
            size_t above = row[j];
            size_t replaced = diagonal + (a[i - 1] == b[j - 1] ? 0 : 1);
            row[j] = least(replaced, least(above, row[j - 1]) + 1);
            diagonal = above;
        }
    }
    return row[b_count];
}

struct choices choices_for(const char *written)
{
    return (struct choices){ .written = written, .distance = SIZE_MAX };
}

/* Whatever came after the first that found no room would look as if it stood right behind the last shown. */
static void show(struct choices *choices, const char *candidate)
{
    size_t used = strlen(choices->all);

    choices->full = used + strlen(candidate) + sizeof " / ..." >= sizeof choices->all;
    if (choices->full) {
        strcat(choices->all, "...");
        return;
    }
    if (used > 0)
        strcat(choices->all, " / ");
    strcat(choices->all, candidate);
}

void choices_add(struct choices *choices, const char *candidate)
{
    size_t distance = distance_between(choices->written, candidate);

    choices->found = choices->found || strcmp(choices->written, candidate) == 0;
    if (distance < choices->distance) {
        choices->distance = distance;
        choices->nearest = candidate;
    }
    if (!choices->full)
        show(choices, candidate);
}

const char *choices_near(const struct choices *choices)
{
    uint32_t characters[MAX_COMPARED];

    if (choices->nearest == NULL || 2 * choices->distance > characters_of(choices->nearest, characters))
        return NULL;
    return choices->nearest;
}

const char *choices_right(const struct choices *choices)
{
    const char *near = choices_near(choices);

    return near != NULL ? near : choices->all;
}
