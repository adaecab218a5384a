/* wanted.h - what an option or an argument names: by its code, or as people call it.
 *
 * Before a command runs, names become codes (the table of wanted.c says where a code is taken and of which sort), and what must
 * be one of a few is one of them. So a command reads codes alone.
 *
 * A listing may be empty because all is well, or because of a slip of the pen in the question.
 * Only then is it asked whether what the filters name exists, so that a good answer costs
 * nothing more, and what is no longer registered can still be looked for.
 */
#ifndef DUBAN_CLI_WANTED_H
#define DUBAN_CLI_WANTED_H

#include "cli.h"

/* Of the running command: a name in either language becomes its code. False, with cli->failure set, after saying which codes
 * there are, or that several are called so. A code is taken as it is while nobody answers who could judge it. */
bool names_become_codes(struct cli *cli);

/* Of the running command's filters: does each name something that there is? False, with
 * cli->failure set, after saying for each that does not what there is instead. */
bool filters_name_something(struct cli *cli);

/* Is there a site or check item of that code? Also true, after saying why, when that cannot be found out. False
 * after saying what there is instead. */
bool is_known_site(struct cli *cli, const char *code);
bool is_known_item(struct cli *cli, const char *code);

/* Says that none of these holders has that account, and which was perhaps meant. */
void no_such_account(struct cli *cli, const struct listing *holders, const char *account);

#endif
