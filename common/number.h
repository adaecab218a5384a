/* number.h - whole numbers as people and protocols write them: decimal digits and nothing else. */
#ifndef DUBAN_NUMBER_H
#define DUBAN_NUMBER_H

#include <stdbool.h>
#include <stdint.h>

/* The digits at *at, which stands behind them afterwards. False: there are none, or they do not fit; nothing is changed. */
bool number_take(const char **at, uint64_t *number);

/* The whole of text. NULL is no number. */
bool number_of(const char *text, uint64_t *number);

#endif
