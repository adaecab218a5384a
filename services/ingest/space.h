/* space.h - a full disk or map stops intake early and clearly (P9).
 *
 *   use of map or disk   percent - 5      percent              full
 *   -------------------------|---------------|------------------|
 *   everything enters        | no evidence   | house-keeping    | the reserve file is given up
 *
 * House-keeping is what keeps the work going: ticks, outcomes, acknowledgements, releases,
 * skips. Intake resumes by itself when there is room again. A file of reserve_bytes lies in
 * the data directory and is deleted when less than that is free on the disk: LMDB cannot
 * delete its way out of a full disk.
 */
#ifndef DUBAN_INGEST_SPACE_H
#define DUBAN_INGEST_SPACE_H

#include "fault.h"
#include "store.h"

enum { SPACE_EVIDENCE_EARLIER_PERCENT = 5, SPACE_LOW_EARLIER_PERCENT = 10 };

enum space_use { SPACE_HOUSE_KEEPING, SPACE_ORDINARY, SPACE_EVIDENCE };

struct space {
    char directory[256];
    uint32_t map_percent;             /* at which intake stops */
    uint32_t disk_percent;
    uint64_t reserve_bytes;           /* 0 = no reserve */
    /* Free and all bytes of the file system there; 0 or -1. Tests put their own. */
    int (*disk)(void *self, const char *directory, uint64_t *free_bytes, uint64_t *all_bytes);
    void *disk_self;

    uint64_t used_bytes;              /* of the map */
    uint64_t map_bytes;
    uint64_t disk_free_bytes;
    bool disk_is_full;                /* a commit found no room, and none has since */
    uint32_t used_percent;            /* the worse of map and disk, as far as its own limit goes */
    uint64_t full_at_bytes;           /* a commit found the map full at this much; 0 = never */
    enum space_use open_for;          /* the least urgent use that may enter */
    bool reserve_there;
    /* Why intake is narrowed and what helps; empty = it is not. */
    char why_zh[128], why_en[128];
    char remedy_zh[120], remedy_en[120];
    char reason_zh[340];              /* all of that and what is still taken, for a status; empty = everything is taken */
    char reason_en[340];
};

/* The file system of the directory. */
int space_of_disk(void *self, const char *directory, uint64_t *free_bytes, uint64_t *all_bytes);

/* Before the store is opened: give up the reserve if the disk is full, so that it can be. */
void space_prepare(struct space *space);

/* Look at map and disk again; logs a change. */
void space_check(struct space *space, struct store *store);

/* A commit found the map full. */
void space_map_full(struct space *space, struct store *store);

static inline bool space_allows(const struct space *space, enum space_use use)
{
    return use <= space->open_for;
}

/* Of the disk, used: from there on somebody should know that it will not last. */
static inline uint32_t space_low_at_percent(const struct space *space)
{
    return space->disk_percent > SPACE_LOW_EARLIER_PERCENT ? space->disk_percent - SPACE_LOW_EARLIER_PERCENT : 0;
}

/* Why not and what to do. Returns false always. */
bool space_fault(const struct space *space, enum space_use use, struct fault *fault);

/* Bytes that may be written before space is looked at again: a small part of what map and disk
 * have left, so that nothing leaps over the reserve. At most most_bytes. */
uint64_t space_batch_bytes(const struct space *space, uint64_t most_bytes);

#endif
