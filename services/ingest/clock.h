/* clock.h - the one who tells the time: stamps never go back and never leap.
 *
 *   wall clock --at start, if believed--> base --CLOCK_BOOTTIME--> clock_now
 *
 * While running, time comes from CLOCK_BOOTTIME alone; the wall clock is only watched. A
 * small step of it is followed by running up to 5 % faster or slower. A jump, or a start at
 * which it lies further before the last stamp than a small step or too far after it, holds the clock: reports are
 * still stamped on from the last stamp, but no Tick is journaled until an operator accepts.
 * A manual clock (rehearsal) stands still until it is advanced. Knows no store: what must
 * survive a restart is in struct clock_memory, saved by the owner whenever a call says so.
 */
#ifndef DUBAN_INGEST_CLOCK_H
#define DUBAN_INGEST_CLOCK_H

#include <stdbool.h>
#include <stdint.h>

/* Where readings come from; tests put their own. */
struct clock_source {
    void *self;
    int64_t (*wall_ms)(void *self);        /* CLOCK_REALTIME */
    int64_t (*boot_ms)(void *self);        /* CLOCK_BOOTTIME */
    int64_t (*monotonic_ms)(void *self);   /* CLOCK_MONOTONIC: how long a question may wait, never a stamp */
};

struct clock_memory {
    bool held;
    int64_t lead_ms;     /* how far stamps may knowingly lie after the wall clock */
    int64_t manual_ms;   /* where a manual clock stands */
};

struct clock {
    struct clock_source source;
    struct clock_memory memory;
    int64_t jump_ms;         /* a wall-clock step beyond this holds, also one while nobody was there */
    int64_t gap_ms;          /* how far after the last stamp a start is believed */
    bool manual;
    int64_t now_ms;          /* last told: clock_now never tells less */
    int64_t base_ms;         /* the time was base_ms when CLOCK_BOOTTIME was base_boot_ms */
    int64_t base_boot_ms;
    int64_t wall_offset_ms;  /* wall minus boot, when last looked at */
    int64_t steered_boot_ms; /* when the base was last moved towards the wall clock */
    char reason_zh[128];     /* why it is held; empty = it is not */
    char reason_en[128];
};

/* The system's clocks. */
struct clock_source clock_system(void);

/* Start telling the time after last_stamp_ms (0 = nothing stamped yet). source, memory, jump_ms,
 * gap_ms and manual are filled by the caller. True when memory has changed. */
bool clock_start(struct clock *clock, int64_t last_stamp_ms);

/* Policy time now, UTC milliseconds. */
int64_t clock_now(struct clock *clock);

/* Compare the wall clock with CLOCK_BOOTTIME; call in every turn of the loop. True when memory
 * has changed (held just now, or a new lead). */
bool clock_check(struct clock *clock);

/* The operator says that the wall clock is right: go on from it, never back. Memory has changed. */
void clock_accept(struct clock *clock);

/* Move a manual clock. False (nothing changed) when to_ms is before now. Memory has changed. */
bool clock_advance(struct clock *clock, int64_t to_ms);

#endif
