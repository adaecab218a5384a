/* spool.h - the spool: one JSON line per message in files that grow and are rotated.
 *
 *   DATA/spool/spool-000001.jsonl, spool-000002.jsonl, ...
 *
 * Lines are put together in memory and written at once, and flushed a little later, many together;
 * only after that are their deliveries committed as delivered. The state remembers up to where lines are settled:
 * what lies behind that after a crash is looked through by id, so that no line is doubled.
 */
#ifndef DUBAN_NOTIFY_SPOOL_H
#define DUBAN_NOTIFY_SPOOL_H

#include "digest.h"
#include "text.h"

struct spool {
    char path[300];                /* of the directory */
    int directory_fd;
    int fd;                        /* of the file being written; -1 = none yet */
    uint32_t file;                 /* its number; 0 = none yet */
    uint64_t bytes;                /* its size */
    uint64_t rotate_bytes;
    struct text lines;             /* put together, not written */
    uint64_t *waiting;             /* sequences of lines: first those tried, then those in `lines` */
    size_t waiting_count;
    size_t waiting_capacity;
    size_t tried_count;            /* at the front of `waiting`: to settle */
    size_t written_count;          /* at the front of those: in the file */
    bool is_flushed;               /* those are on the disk */
    int error;                     /* why the rest of those tried could not be written; 0 = there is none */
    uint64_t line_count;           /* for metrics */
    uint64_t byte_count;
};

/* Open the directory and its newest file. 0, or -1 and logged. */
int spool_open(struct spool *spool, const char *data_directory, uint64_t rotate_bytes);
void spool_close(struct spool *spool);

/* Add a line (without its end) for that delivery. 0, or -1 without memory. */
int spool_add(struct spool *spool, uint64_t sequence, struct bytes line);

/* Drop the lines that were added and not tried. */
void spool_drop(struct spool *spool);

/* Write what was added, unless some that could not be written are still to settle. A file or directory
 * that somebody has taken away is noticed: a new one is begun, and lines that were written into the old
 * one and not flushed count as not written (ENOENT). */
void spool_write(struct spool *spool);

/* Write and flush. The owner then settles those tried: the first written_count of `waiting` are on the
 * disk, the others up to tried_count are not, as error says; and calls spool_settled. Dies when
 * flushing fails: what is on the disk is unknown then. */
void spool_flush(struct spool *spool);

/* Nothing that was written has still to be flushed: those tried may be settled. */
bool spool_is_flushed(const struct spool *spool);

/* Forget those tried; nothing when they are not flushed. */
void spool_settled(struct spool *spool);

/* After a crash: cut off what is torn behind the settled place, and tell the id and the notice
 * (0 = none) of each whole line there. 0, or -1 and logged. */
typedef void spool_found(void *self, const uint8_t id[ID_BYTES], uint64_t about);
int spool_recover(struct spool *spool, uint32_t settled_file, uint64_t settled_bytes, spool_found *found, void *self);

#endif
