#include "fault.h"

#include <stdio.h>
#include <string.h>

static bool is_continuation(char byte)
{
    return ((unsigned char) byte & 0xc0) == 0x80;
}

void fault_drop_half_character(char *text)
{
    size_t size = strlen(text);
    size_t start = size;
    unsigned char lead;
    size_t want;

    while (start > 0 && is_continuation(text[start - 1]))
        start--;
    if (start == 0)
        return;
    lead = (unsigned char) text[--start];
    want = lead < 0x80 ? 1 : lead >= 0xf0 ? 4 : lead >= 0xe0 ? 3 : 2;
    if (size - start < want)
        text[start] = '\0';
}

void fault_fill(char *out, size_t size, const char *format, va_list arguments)
{
    int needed = vsnprintf(out, size, format, arguments);

    if (needed < 0)
        out[0] = '\0';
    else if ((size_t) needed >= size)
        fault_drop_half_character(out);
}

static void carry(char *out, size_t size, const char *text)
{
    if (snprintf(out, size, "%s", text) >= (int) size)
        fault_drop_half_character(out);
}

bool fault_set(struct fault *fault, const char *field, const char *zh, const char *en, ...)
{
    va_list arguments;

    if (fault == NULL)
        return false;
    carry(fault->field, sizeof fault->field, field);
    va_start(arguments, en);
    fault_fill(fault->zh, sizeof fault->zh, zh, arguments);
    va_end(arguments);
    va_start(arguments, en);
    fault_fill(fault->en, sizeof fault->en, en, arguments);
    va_end(arguments);
    return false;
}

void fault_carry(struct fault *fault, const char *field, const char *zh, const char *en)
{
    if (fault == NULL)
        return;
    carry(fault->field, sizeof fault->field, field);
    carry(fault->zh, sizeof fault->zh, zh);
    carry(fault->en, sizeof fault->en, en);
}
