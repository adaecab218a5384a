/* shares.h - what each account has now of what all who bring something share: places for photos, memory for bodies.
 *
 * None gets more than a part of it, so that whoever sends without end leaves room for the others. The account is counted by whoever
 * gives it something; its row is there as long as a request uses it.
 */
#ifndef DUBAN_GATEWAY_SHARES_H
#define DUBAN_GATEWAY_SHARES_H

#include <stdint.h>

enum { SHARES_ROWS = 256, SHARE_ACCOUNT_BYTES = 64, SHARES_IN_ALL = 8 };   /* none gets more than one of so many */

struct share {
    struct share *next;                /* of the same row */
    char account[SHARE_ACCOUNT_BYTES];
    uint32_t users;
    uint32_t uploads;                  /* photos that come */
    uint64_t body_bytes;               /* of memory */
};

/* All zero: nobody has anything. */
struct shares {
    struct share *rows[SHARES_ROWS];   /* by a hash of the account */
};

/* The account's, with one user more; of all who have none, it is "". NULL: memory is out. */
struct share *share_use(struct shares *shares, const char *account);

/* One user less, who has given back what he took. NULL is taken, too. */
void share_release(struct shares *shares, struct share *share);

#endif
