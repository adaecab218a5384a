/* uuid.c - ids that clients make. */
#include "uuid.h"

#include <string.h>

enum { UUID_BYTES = 36 };

bool uuid_read(const char *text, uint8_t id[ID_BYTES])
{
    char digits[2 * ID_BYTES + 1];
    size_t count = 0;
    size_t size = strlen(text);

    if (size != UUID_BYTES)
        return hex_parse(text, id, ID_BYTES);
    for (size_t i = 0; i < size; i++) {
        bool is_hyphen = i == 8 || i == 13 || i == 18 || i == 23;

        if (is_hyphen != (text[i] == '-'))
            return false;
        if (!is_hyphen)
            digits[count++] = text[i];
    }
    digits[count] = '\0';
    return hex_parse(digits, id, ID_BYTES);
}
