/* file_fault.h - what is wrong in a file that people write: where, and in both languages what would be right.
 *
 * Its reader has the file open in an editor or a spreadsheet. Reading does not stop at a fault, so that one reading shows
 * all there is to put right.
 */
#ifndef DUBAN_FILE_FAULT_H
#define DUBAN_FILE_FAULT_H

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "bytes.h"
#include "choices.h"

enum { FILE_FAULTS_MOST = 100 };

/* Where something stands; line and column count from 1, in characters. Line 0: the whole file. */
struct file_place {
    const char *file;
    uint32_t line;
    uint32_t column;
};

struct file_fault {
    struct file_place place;
    char zh[300];
    char en[300];
};

/* All zero: none. */
struct file_faults {
    struct file_fault faults[FILE_FAULTS_MOST];
    size_t count;                  /* of those kept */
    size_t total;                  /* found in all */
};

struct file_place file_place_at(const char *file, uint32_t line, uint32_t column);

/* Note a fault; both formats take the same arguments. */
void file_complain(struct file_faults *faults, struct file_place place, const char *zh, const char *en, ...)
    __attribute__((format(printf, 3, 5), format(printf, 4, 5)));
void file_complain_with(struct file_faults *faults, struct file_place place, const char *zh, const char *en,
                        va_list arguments) __attribute__((format(printf, 3, 0), format(printf, 4, 0)));

/* "there is no <what> <written>; should be: <nearest, or all of them>" */
void file_complain_unknown(struct file_faults *faults, struct file_place place, const char *what_zh,
                           const char *what_en, const struct choices *choices);

/* "<what> <word> is given twice; it already stands in line <line>" */
void file_complain_twice(struct file_faults *faults, struct file_place place, const char *what_zh,
                         const char *what_en, const char *word, uint32_t first_line);

/* What somebody wrote, short and clean enough to be shown inside a fault. */
struct excerpt {
    char text[64];
};
struct excerpt excerpt_of(const char *text);

/* UTF-8, not empty, and no more than most_bytes? False after a complaint. */
bool file_is_sound(struct file_faults *faults, const char *file, struct bytes content, size_t most_bytes);

/* By file (in that order, others last), line and column, as a reader goes through them. */
void file_faults_sort(struct file_faults *faults, const char *const *files, size_t count);

#endif
