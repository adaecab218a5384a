/* template.h - a sentence with gaps: {name} is filled, [...] is left out when a name in it has nothing.
 *
 *   "told {recipient}: {message}[ - {reason}]"
 */
#ifndef DUBAN_CLI_TEMPLATE_H
#define DUBAN_CLI_TEMPLATE_H

#include "cli.h"

/* What stands in for a name, `size` bytes long, in that language; "" = nothing. */
typedef const char *template_value(struct cli *cli, const void *of, const char *name, size_t size, bool english);

/* In the cli's arena. A name that has nothing and stands outside of [...] is a dash. */
const char *template_fill(struct cli *cli, const char *template, template_value *value, const void *of, bool english);

#endif
