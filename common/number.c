#include "number.h"

#include <stddef.h>

bool number_take(const char **at, uint64_t *number)
{
    const char *digit = *at;
    uint64_t sum = 0;

    for (; *digit >= '0' && *digit <= '9'; digit++)
        if (__builtin_mul_overflow(sum, UINT64_C(10), &sum) || __builtin_add_overflow(sum, (uint64_t) (*digit - '0'), &sum))
            return false;
    if (digit == *at)
        return false;
    *at = digit;
    *number = sum;
    return true;
}

bool number_of(const char *text, uint64_t *number)
{
    uint64_t whole;

    if (text == NULL || !number_take(&text, &whole) || *text != '\0')
        return false;
    *number = whole;
    return true;
}
