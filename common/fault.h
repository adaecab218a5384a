/* fault.h - why something from outside was refused, in both languages.
 *
 * Filled at the place that knows, carried unchanged to the person: the field's path as it
 * stands in the .proto (report.answers[2].item), what is wrong and what would be right.
 */
#ifndef DUBAN_FAULT_H
#define DUBAN_FAULT_H

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>

struct fault {
    char field[160];  /* empty = no single field */
    char zh[400];
    char en[400];
};

/* Fill the fault; both formats take the same arguments. Returns false always, so that a
 * check can say: return fault_set(fault, ...). Cut, never inside a UTF-8 character. A
 * NULL fault is allowed: the caller wants only the verdict. */
bool fault_set(struct fault *fault, const char *field, const char *zh, const char *en, ...);

/* Somebody else's words, carried unchanged to the person; cut as above. A NULL fault is allowed. */
void fault_carry(struct fault *fault, const char *field, const char *zh, const char *en);

/* Write as vsnprintf does, cut at the end of a character. */
void fault_fill(char *out, size_t size, const char *format, va_list arguments) __attribute__((format(printf, 3, 0)));

/* Take off the last character when it has been cut in two. */
void fault_drop_half_character(char *text);

#endif
