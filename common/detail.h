/* detail.h - what notify says of an attempt, in Chinese.
 *
 * A detail is one line in English with the words of a far end in it as they came. Whatever of it is ours has Chinese here;
 * what is not stays as it is.
 */
#ifndef DUBAN_DETAIL_H
#define DUBAN_DETAIL_H

#include <stddef.h>

/* Into out, cut to its size at a whole character; the same as detail where nothing of it is ours. */
void detail_in_chinese(char *out, size_t size, const char *detail);

#endif
