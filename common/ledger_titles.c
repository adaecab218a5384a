/* ledger_titles.c - what the accounts are called. */
#include <stdlib.h>
#include <string.h>

#include "ledger.h"

enum { TITLES_BYTES = 32 * 1024 * 1024, FIRST_TITLES = 256 };

struct ledger_title {
    const char *account;
    struct words title;
};

void ledger_titles_open(struct ledger_titles *titles)
{
    memset(titles, 0, sizeof *titles);
    arena_open(&titles->arena, TITLES_BYTES);
}

void ledger_titles_close(struct ledger_titles *titles)
{
    arena_close(&titles->arena);
    free(titles->titles);
    titles->titles = NULL;
    titles->count = titles->capacity = 0;
}

static bool make_room(struct ledger_titles *titles)
{
    size_t capacity = titles->capacity == 0 ? FIRST_TITLES : 2 * titles->capacity;
    struct ledger_title *larger;

    if (titles->count < titles->capacity)
        return true;
    larger = realloc(titles->titles, capacity * sizeof *larger);
    if (larger == NULL)
        return false;
    titles->titles = larger;
    titles->capacity = capacity;
    return true;
}

static const char *kept(struct ledger_titles *titles, const char *text)
{
    return arena_copy(&titles->arena, text, strlen(text));
}

bool ledger_titles_add(struct ledger_titles *titles, const Duban__HolderRows *holders)
{
    for (size_t i = 0; i < holders->n_rows; i++) {
        const Duban__Holder *holder = holders->rows[i];
        struct ledger_title *title;

        if (holder->title == NULL)
            continue;
        if (!make_room(titles))
            return false;
        title = &titles->titles[titles->count];
        title->account = kept(titles, holder->account);
        title->title = (struct words){ kept(titles, holder->title->zh), kept(titles, holder->title->en) };
        if (title->account == NULL || title->title.zh == NULL || title->title.en == NULL)
            return false;
        titles->count++;
    }
    return true;
}

static int by_account(const void *left, const void *right)
{
    return strcmp(((const struct ledger_title *) left)->account, ((const struct ledger_title *) right)->account);
}

void ledger_titles_sort(struct ledger_titles *titles)
{
    if (titles->count > 0)
        qsort(titles->titles, titles->count, sizeof *titles->titles, by_account);
}

struct words ledger_title_of(const struct ledger_titles *titles, const char *account)
{
    struct ledger_title wanted = { .account = account };
    const struct ledger_title *found =
        titles->count == 0 ? NULL : bsearch(&wanted, titles->titles, titles->count, sizeof wanted, by_account);

    return found == NULL ? (struct words){ "", "" } : found->title;
}
