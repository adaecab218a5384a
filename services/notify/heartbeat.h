/* heartbeat.h - a dead man's signal: as long as it comes, alerting is alive.
 *
 * Every heartbeat_every a small POST goes to the heartbeat_url of notify.yaml, to a watcher outside this house, who
 * alarms when it stays away. It says how far things are, and whether rules makes progress; it is never tried again,
 * the next one follows anyway. While rules makes none it is not sent: the watcher is to notice.
 */
#ifndef DUBAN_NOTIFY_HEARTBEAT_H
#define DUBAN_NOTIFY_HEARTBEAT_H

#include "wire.h"

struct heartbeat {
    struct attempt attempt;
    bool under_way;
    int64_t next_ms;                   /* monotonic */
    uint64_t sent, failed;
    uint64_t cursor, delivered;        /* when the last one was taken, or at the start */
};

struct notify;

void heartbeat_open(struct notify *notify);

/* Send one when it is time. */
void heartbeat_beat(struct notify *notify);

/* The settings were read again: what is every minute now does not wait for the day that it was before. */
void heartbeat_reloaded(struct notify *notify);
int heartbeat_timeout_ms(const struct notify *notify);
void heartbeat_close(struct notify *notify);

#endif
