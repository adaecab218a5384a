/* shares.c - what each account has now of what all share. */
#include "shares.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* FNV-1a: accounts are given out by the house, and nobody chooses them so that they meet. */
static struct share **row_of(struct shares *shares, const char *account)
{
    uint32_t hash = 2166136261u;

    for (; *account != '\0'; account++)
        hash = (hash ^ (uint8_t) *account) * 16777619u;
    return &shares->rows[hash % SHARES_ROWS];
}

struct share *share_use(struct shares *shares, const char *account)
{
    struct share **row = row_of(shares, account), *share = *row;

    while (share != NULL && strcmp(share->account, account) != 0)
        share = share->next;
    if (share == NULL) {
        share = calloc(1, sizeof *share);
        if (share == NULL)
            return NULL;
        (void) snprintf(share->account, sizeof share->account, "%s", account);
        share->next = *row;
        *row = share;
    }
    share->users++;
    return share;
}

void share_release(struct shares *shares, struct share *share)
{
    struct share **at;

    if (share == NULL || --share->users > 0)
        return;
    assert(share->uploads == 0 && share->body_bytes == 0);
    for (at = row_of(shares, share->account); *at != share; at = &(*at)->next)
        ;
    *at = share->next;
    free(share);
}
