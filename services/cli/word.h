/* word.h - a word of the command line that is one of a few, in either language. */
#ifndef DUBAN_CLI_WORD_H
#define DUBAN_CLI_WORD_H

#include "cli.h"

struct word {
    const char *name;
    const char *zh;     /* "" = has none */
    int value;          /* not 0 */
};

/* The value of the one that was written; 0 after saying which there are. what: 目的, the purpose. */
int word_value(struct cli *cli, const struct word *words, size_t count, const char *written, struct words what);

#define WORD_VALUE(cli, words, written, what) word_value(cli, words, sizeof(words) / sizeof((words)[0]), written, what)

#endif
