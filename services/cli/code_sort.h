/* code_sort.h - the sorts of codes that people write on the command line, and what each code is called.
 *
 *   struct seeking seeking = { .cli = cli, .choices = choices_for(written) };
 *   code_sort_seek(&SORT_OF_SITES, &seeking, &fault)      false: the fault tells
 *   seeking.code                                          of what was written, a code or a name in either language
 */
#ifndef DUBAN_CLI_CODE_SORT_H
#define DUBAN_CLI_CODE_SORT_H

#include "choices.h"
#include "cli.h"

/* What was written, looked for among those that there are. */
struct seeking {
    struct cli *cli;
    struct choices choices;      /* codes, and names where what was written is no code */
    const char *code;            /* that it means; NULL = none */
    size_t called;               /* how many are called so; 0 where it is the code itself */
    struct words all;            /* each with its name: "COUR（快递网点） / GATE（小区大门）", the first of very many */
};

struct code_sort {
    struct words name;
    const char *listed_by;       /* the command that lists them all; "" = none */
    bool (*see)(struct seeking *seeking, struct fault *fault);
};

extern const struct code_sort SORT_OF_ZONES, SORT_OF_AREAS, SORT_OF_SITES, SORT_OF_ACCOUNTS, SORT_OF_LEVELS, SORT_OF_SITE_KINDS,
    SORT_OF_ITEMS, SORT_OF_TASK_KINDS, SORT_OF_FOCUS_GROUPS, SORT_OF_UNITS, SORT_OF_MESSAGES, SORT_OF_FIGURES, SORT_OF_ROLES,
    SORT_OF_AVAILABILITIES, SORT_OF_ISOLATION_CLASSES, SORT_OF_EXEMPTIONS, SORT_OF_CHANNELS;

/* Look at every one that there is. False and the fault filled when nobody says which there are. */
bool code_sort_seek(const struct code_sort *sort, struct seeking *seeking, struct fault *fault);

/* One that there is, with how it is called; no words = by its code alone. */
void seeking_see(struct seeking *seeking, const char *code, struct words name);

/* Say that there is none such: which was perhaps meant, and which there are. */
void seeking_say_none(const struct seeking *seeking, const struct code_sort *sort);

/* The value whose name behind its prefix ("ROLE_") is that code in capitals; 0 = none. */
int enum_value_of(struct cli *cli, const ProtobufCEnumDescriptor *descriptor, const char *code);

#endif
