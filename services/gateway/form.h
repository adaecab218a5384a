/* form.h - what a form of a page has sent: application/x-www-form-urlencoded (WHATWG URL 5.1), read within bounds.
 *
 * Each name comes once; values are UTF-8 with line ends of one byte. Anything else is refused as a whole.
 */
#ifndef DUBAN_GATEWAY_FORM_H
#define DUBAN_GATEWAY_FORM_H

#include "arena.h"
#include "bytes.h"
#include "fault.h"

enum { FORM_MOST_FIELDS = 32, FORM_MOST_BYTES = 64 * 1024 };

struct form {
    struct form_field {
        const char *name, *value;
    } fields[FORM_MOST_FIELDS];
    size_t count;
};

/* Names and values live in the arena. False with the fault. */
bool form_read(struct form *form, struct arena *arena, struct bytes body, struct fault *fault);

/* "" = it was not sent, or is empty. */
const char *form_value(const struct form *form, const char *name);

#endif
