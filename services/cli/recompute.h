/* recompute.h - dues counted anew: what they were and would be, before anybody asks or approves. */
#ifndef DUBAN_CLI_RECOMPUTE_H
#define DUBAN_CLI_RECOMPUTE_H

#include "cli.h"
#include "query.pb-c.h"

/* Ask rules for it; by case or subject as a person writes it, or (reference NULL) by the beginning of a policy version in
 * hexadecimal digits: cases first, then subjects. False after saying why: no such thing, or two versions that
 * begin alike. */
bool recompute_ask(struct cli *cli, const char *reference, const char *version, struct listing *rows);

/* A table of old and new. */
void recompute_print(struct cli *cli, const struct listing *rows);

#endif
