/* orphans.h - what nobody wants any more goes: uploads that nobody has finished, and photos that no report declares.
 *
 * A photo goes when it has lain there for orphans_after since somebody brought it or named it last, and of all reports in
 * the journal none declares it. Where that is not known for sure, because rules is silent or behind, nothing goes.
 */
#ifndef DUBAN_GATEWAY_ORPHANS_H
#define DUBAN_GATEWAY_ORPHANS_H

#include <stdbool.h>
#include <stdint.h>

struct gateway;

struct orphans {
    bool is_resting;                   /* until next_ms (monotonic); otherwise some folders are looked at in each turn */
    int64_t next_ms;
    int folder;                        /* the next one */
    bool is_left;                      /* there was no time for all of it */
    uint64_t looked_at, deleted_now;   /* in this round */
    uint64_t deleted;                  /* since the start */
};

/* The next folders, if it is time. To be called about once a second. */
void orphans_turn(struct orphans *orphans, struct gateway *gateway);

#endif
