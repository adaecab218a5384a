/* settings.h - a daemon's settings: one table, one row each.
 *
 * A row gives the name, how to read it, where it goes, its default and a sentence for
 * --help. A file holds "name = value" lines with # comments; the command line may override
 * any with --name=value. A fault names file, line, setting and what would be right.
 */
#ifndef DUBAN_SETTINGS_H
#define DUBAN_SETTINGS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum setting_kind {
    SETTING_TEXT,      /* char[size] */
    SETTING_BYTES,     /* uint64_t; 64K, 16M, 8G */
    SETTING_COUNT,     /* uint32_t, min to max */
    SETTING_DURATION,  /* uint32_t milliseconds; 500ms, 5s, 10m, 2h, 3d */
    SETTING_SWITCH,    /* bool; on, off */
};

struct setting {
    const char *name;
    enum setting_kind kind;
    size_t offset;              /* of the field in the service's settings struct */
    size_t size;                /* of a SETTING_TEXT field */
    const char *default_text;   /* as it would stand in a file; NULL = must be given */
    uint64_t min, max;          /* inclusive, for the numeric kinds; 0, 0 = any */
    const char *help_zh;
    const char *help_en;
};

/* Defaults, then the file of --settings (when given), then --name=value from the command
 * line. Answers --help and --version by itself and exits 0. Dies with exit code 2 and both
 * languages when something is wrong. `purpose` is one sentence each for --help. False when
 * they are right and --check says that this was all that is wanted. */
bool settings_read(void *settings, const struct setting *table, size_t count,
                   const char *purpose_zh, const char *purpose_en, int argc, char **argv);

/* What is read besides is wrong, too, as somebody has said on standard error: exit as settings_read does. */
_Noreturn void settings_refuse(void);

/* All that --check looks at is right: say so. */
void settings_approve(void);

/* The same as settings_read without --help, --version, --check and without dying: false when something is wrong, all of it
 * told on standard error. */
bool settings_take(void *settings, const struct setting *table, size_t count, int argc, char **argv);

/* A length of time as it would be written: 10m, 90s, the largest unit that leaves no rest. Returns out. */
char *settings_print_duration(char *out, size_t size, uint64_t ms);

/* Read a size as a SETTING_BYTES is written: 64K, 16M, 8G, 1T. False when it is none. */
bool settings_parse_bytes(const char *text, uint64_t *bytes);

#endif
