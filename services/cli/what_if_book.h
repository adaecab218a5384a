/* what_if_book.h - the tables that tellings are gathered in, of what_if_tellings.c and what_if_compare.c alone. */
#ifndef DUBAN_CLI_WHAT_IF_BOOK_H
#define DUBAN_CLI_WHAT_IF_BOOK_H

#include "what_if.h"

enum { TABLE_BEFORE, TABLE_AFTER, TABLE_CHANGE, BOOK_TABLES };

/* group 16, outbox sequence u64, item u16 -> due_at_s u64, due_s u64, flags u8, task (see TASK_BYTES), account, 0, level, 0
 * change u8, time u64, count u64          -> before: sequence u64, item u16; after: likewise */
enum {
    GROUP_BYTES = 16,
    LINE_KEY_BYTES = GROUP_BYTES + 8 + 2,
    TASK_BYTES = 2 + 4,            /* sort and occurrence of the task, the end of its id; all 0 = of none */
    LINE_HEAD_BYTES = 8 + 8 + 1 + TASK_BYTES,
    CHANGE_KEY_BYTES = 1 + 8 + 8,
    PLACE_BYTES = 8 + 2,
    FLAG_DECLINED = 1,             /* the answer to an act that was declined */
};

struct line {
    uint64_t sequence;
    uint16_t item;
    int64_t at_s;                  /* when it was due to be told */
    int64_t due_s;                 /* that it told of */
    uint8_t task[TASK_BYTES];      /* among those of what it is about: counts from run to run otherwise */
    const char *account;
    const char *level;
    bool declined;
    bool paired;
};

/* Of that run. */
int book_table(enum run run);

/* Borrows from the row. */
struct line book_line(struct bytes key, struct bytes value);
bool book_is_of_group(struct bytes key, const uint8_t group[GROUP_BYTES]);

/* In the transaction that is open; an error of it stays there. */
void book_put(struct what_if *what_if, int table, struct bytes key, struct bytes value);

#endif
