/* entry_words.h - an entry as people read it: every field under its name in both languages, times
 * in the deployment's zone, accounts with their posts.
 *
 * Personal fields stay tokens: who may see what is behind them is asked of the vault, not here.
 */
#ifndef DUBAN_CLI_ENTRY_WORDS_H
#define DUBAN_CLI_ENTRY_WORDS_H

#include "cli.h"

/* ---------------------------------------------------------------- entry_names.c */

/* How a field's plain value is read. */
enum reading {
    READ_PLAIN,
    READ_ACCOUNT,        /* the post is put beside it */
    READ_THOUSANDTHS,
    READ_DEGREES,        /* times 10^7 */
    READ_ZONE,           /* minutes east of UTC */
    READ_DAY,            /* days since 1970 in the deployment's zone */
};

/* What a field of an entry is called; its own name when it has none here. */
struct words name_of_field(const ProtobufCFieldDescriptor *field);
enum reading reading_of_field(const ProtobufCFieldDescriptor *field);

/* What a value of any of an entry's enums is called; the value's own name when it has none here. */
struct words name_of_value(const ProtobufCEnumDescriptor *type, const ProtobufCEnumValue *value);

/* ---------------------------------------------------------------- entry_words.c */

/* What kind of entry it is: "巡查记录", "visit report". */
struct words name_of_entry(const Duban__Entry *entry);

/* The same by its field of Entry (report); that itself when unknown. */
struct words name_of_entry_kind(const char *field);

/* What a field at fault is called, by its path as rules and ingest name it: report.answers[2].item, "巡查记录 · 检查结果 3 · 检查项". The
 * path itself when it is none of an entry. */
struct words words_of_field_path(struct cli *cli, const char *path);

/* Print all that the entry says, a line for each field; the field at fault (its path, as rules and
 * ingest name it; empty = none) is marked. Asks rules for posts and case numbers. */
void print_entry(struct cli *cli, const Duban__Entry *entry, const char *fault_field);

#endif
