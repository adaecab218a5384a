/* yaml.h - text that people write in YAML, as a tree in which every value knows its place.
 *
 *   tree = yaml_read(&faults, &arena, "notify.yaml", text);
 *
 * Only what clerks need is taken: maps, lists and plain or quoted values in one document. Anchors, aliases, tags, keys
 * that are no words, keys given twice and deep nesting are faults. Nothing here stops at a fault: what is wrong is
 * complained about once, with its place and what would be right, and the rest is read on.
 *
 * A map is read by a table of its keys; the first member of each row is the key:
 *
 *   const struct yaml *values[COUNT(ROWS)];
 *   if (yaml_match(&faults, map, ROWS, sizeof ROWS[0], COUNT(ROWS), values))
 *       for each row: values[i] == NULL ? default or yaml_complain_missing(...) : read it
 */
#ifndef DUBAN_YAML_H
#define DUBAN_YAML_H

#include "arena.h"
#include "bytes.h"
#include "file_fault.h"

enum {
    YAML_MOST_DEPTH = 16,
    YAML_MOST_VALUES = 20000,
    YAML_MOST_DIGITS = 6,
};

enum yaml_kind {
    YAML_SCALAR,
    YAML_LIST,
    YAML_MAP,
    YAML_REFUSED,        /* already complained about: readers pass over it silently */
};

struct yaml {
    enum yaml_kind kind;
    const char *text;                   /* scalars; empty when nothing was written */
    bool is_quoted;                     /* its first character stands one behind the place */
    const char *key;                    /* inside a map */
    struct file_place place;            /* of the value; of its key when the value is empty */
    struct file_place key_place;
    struct yaml *first, *last, *next;   /* members of a list or map; the next beside this */
    size_t count;                       /* of members */
};

/* The whole file as a tree in the arena; NULL after a complaint. file is borrowed by all places. */
const struct yaml *yaml_read(struct file_faults *faults, struct arena *arena, const char *file, struct bytes text);

/* Member of a map, or NULL. */
const struct yaml *yaml_member(const struct yaml *map, const char *key);

/* Place of a member two deep (second may be NULL), of the map when there is no such. */
struct file_place yaml_place(const struct yaml *map, const char *first, const char *second);

/* ---------------------------------------------------------------- yaml_values.c: false after a complaint */

/* A single value with something in it; a list; a map. */
bool yaml_is_scalar(struct file_faults *faults, const struct yaml *value);
bool yaml_is_list(struct file_faults *faults, const struct yaml *value);
bool yaml_is_map(struct file_faults *faults, const struct yaml *value);

/* values[i] = what the map has under the key of row i, NULL where it has nothing; other keys are complained about.
 * False when it is no map. rows: `count` structs of `size` bytes, each beginning with a const char *. */
bool yaml_match(struct file_faults *faults, const struct yaml *map, const void *rows, size_t size, size_t count,
                const struct yaml **values);
void yaml_complain_missing(struct file_faults *faults, const struct yaml *map, const char *key);

/* Whole number, also with a sign. */
bool yaml_parse_count(struct file_faults *faults, const char *text, struct file_place place, int64_t min, int64_t max,
                      int64_t *count);

/* true or false. */
bool yaml_parse_flag(struct file_faults *faults, const char *text, struct file_place place, bool *flag);

/* Digits, at most YAML_MOST_DIGITS, then the unit. Complains of nothing. */
bool yaml_split_number(const char *text, int64_t *number, const char **unit);

#endif
