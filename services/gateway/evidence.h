/* evidence.h - the store of evidence files: each under the SHA-256 of what is in it.
 *
 *   evidence_begin -> evidence_add ... -> evidence_finish -> (worker: fdatasync, rename, fsync of the folder) -> then
 *                                   \---> evidence_abandon
 *
 *   <data>/evidence/incoming/0123456789abcdef   while it comes; gone after a crash
 *   <data>/evidence/uploads/0123456789abcdef    while it comes bit by bit, in several requests (tus.h)
 *   <data>/evidence/ab/cdef...                  whole, durable, and never changed again
 *
 * An upload remembers the first thing that went wrong: after that nothing more is written, and outcome says what it was.
 * A disk may take its time over fsync: one thread does nothing but wait for it, for all that are to be finished then.
 */
#ifndef DUBAN_GATEWAY_EVIDENCE_H
#define DUBAN_GATEWAY_EVIDENCE_H

#include <gnutls/crypto.h>
#include <pthread.h>

#include "digest.h"
#include "fault.h"
#include "photo_kind.h"
#include "shares.h"

enum { SHA256_BYTES = 32, EVIDENCE_FOLDERS = 256, EVIDENCE_UPLOADS_MOST = 1024, EVIDENCE_PATH_BYTES = 384, EVIDENCE_PENDING_BYTES = 32 * 1024 };

/* More than one form may bring. */
enum { EVIDENCE_UPLOADS_OF_ACCOUNT = EVIDENCE_UPLOADS_MOST / SHARES_IN_ALL };

enum evidence_outcome {
    EVIDENCE_FINE,
    EVIDENCE_NO_PHOTO,      /* by its first bytes, or there are none */
    EVIDENCE_TOO_LARGE,
    EVIDENCE_OTHER,         /* than was said: another hash */
    EVIDENCE_NO_ROOM,       /* the disk is nearly full; or it was, in the middle */
    EVIDENCE_BUSY,          /* EVIDENCE_UPLOADS_MOST are under way, or EVIDENCE_UPLOADS_OF_ACCOUNT of one account */
    EVIDENCE_FAILED,        /* logged */
    EVIDENCE_OUTCOME_COUNT
};

struct gateway;
struct request;
struct upload;

typedef void evidence_then(struct request *request, void *self, struct upload *upload);

/* All zero: not begun. It must stay where it is until its `then` was called. */
struct upload {
    struct request *request;
    enum evidence_outcome outcome;     /* the first that was not fine */
    int file;                          /* meaning only while is_open */
    bool is_open;
    char path[EVIDENCE_PATH_BYTES];
    gnutls_hash_hd_t hash;             /* of what has come; NULL: the worker reads all of it */
    bool is_resumed, has_expected;
    uint8_t *pending;                  /* in the arena of the request: what is not written yet; NULL: all is */
    size_t pending_size;
    uint8_t head[PHOTO_HEAD_BYTES];    /* its first bytes */
    enum photo_kind kind;              /* known with these */
    uint64_t size_bytes;
    uint8_t expected[SHA256_BYTES];
    uint8_t sha256[SHA256_BYTES];      /* known when it is finished */
    bool was_known;                    /* when it is finished: the store had it before */
    uint64_t resumed_bytes;            /* of size_bytes: had come in earlier requests */
    bool has_new_name;                 /* given by the worker: what is not flushed of its folder a power cut takes away */
    bool is_doubtful;                  /* its flush failed: what the disk holds of it is not what was read */
    int error;                         /* what the system said, when outcome is EVIDENCE_FAILED by the worker: never 0 then */
    bool is_folder_wrong;              /* error is of the folder that its hash belongs to */
    evidence_then *then;
    void *self;
    struct upload *next;               /* while it is the worker's, or waits to be told */
};

struct evidence {
    struct gateway *gateway;
    char directory[EVIDENCE_PATH_BYTES];
    uint64_t most_bytes;               /* of one file */
    uint32_t disk_percent;             /* used, from which on nothing more is taken */
    bool is_full;                      /* as said in the log */
    int failing;                       /* errno of the last that could not be stored, for another reason than room or its folder;
                                          0 = the last one could */
    int failing_folders[EVIDENCE_FOLDERS];   /* the same, of the last that went to the folder of that number */
    uint32_t under_way;                /* begun, and neither finished nor abandoned */
    uint64_t stored, stored_bytes, known_before, refused[EVIDENCE_OUTCOME_COUNT];

    pthread_t thread;
    bool has_thread;
    int done_fd;                       /* eventfd, readable: evidence_turn has something to tell */
    pthread_mutex_t lock;              /* of the rest */
    pthread_cond_t changed;
    struct upload *wanted, **wanted_end;
    struct upload *working;            /* what the thread is at */
    struct upload *done;
    bool is_stopping;
};

/* Makes the folders, and empties incoming. 0, or -1 and logged. */
int evidence_open(struct evidence *evidence, struct gateway *gateway);

/* Nothing may be under way any more. Accepts what was never opened. */
void evidence_close(struct evidence *evidence);

/* A new file for that request. False: outcome says why; the upload may be abandoned all the same. */
bool evidence_begin(struct request *request, struct upload *upload);

/* Go on with the upload of that id, whose size_bytes is what has come of it. is_new: nothing has, and there may be no file. */
bool evidence_resume(struct request *request, struct upload *upload, const uint8_t id[ID_BYTES], bool is_new);

/* What has come of it in earlier requests is as much. False with errno: ENOENT = there is no such file. */
bool evidence_resumable(const struct evidence *evidence, const uint8_t id[ID_BYTES], uint64_t *size_bytes);
void evidence_forget(const struct evidence *evidence, const uint8_t id[ID_BYTES]);

/* No more comes in this request: what has come waits for the next. Of what was not resumed: as evidence_abandon. */
void evidence_leave(struct upload *upload);

/* The next bytes of it. False: outcome says why, and there is no use in going on. */
bool evidence_add(struct upload *upload, const void *data, size_t size);

/* That was all: make it durable under its name and call `then`, later and exactly once, with sha256 and outcome. To be called
 * when the body of the request is whole: whoever waits must not go away meanwhile. What is in the store already is not stored
 * twice. What was resumed and failed for want of room, or by the disk, may be resumed and finished again. expected: what its hash must be; NULL = whatever it is. */
void evidence_finish(struct upload *upload, const uint8_t *expected, evidence_then *then, void *self);

/* It is not wanted any more. For what was finished, too, and what was never begun: nothing happens. */
void evidence_abandon(struct upload *upload);

/* Is there a file of that hash, come what may? size_bytes may be NULL. False with errno: ENOENT = no; another = it cannot be seen,
 * which says nothing of the file. */
bool evidence_has(const struct evidence *evidence, const uint8_t sha256[SHA256_BYTES], uint64_t *size_bytes);

/* Read all of that file, and leave it out of the system's cache. EVIDENCE_FINE = it is as it came; EVIDENCE_OTHER = something else is
 * in it; EVIDENCE_FAILED = the disk does not give it; EVIDENCE_BUSY = it could not be tried. */
enum evidence_outcome evidence_reread(const struct evidence *evidence, const uint8_t sha256[SHA256_BYTES]);

/* Is that what a file of that hash has in it? */
bool evidence_is_of(const uint8_t sha256[SHA256_BYTES], struct bytes content);

/* Bytes of the file from that place on: how many, less than asked for at its end alone. -1 with errno. */
ssize_t evidence_read(const struct evidence *evidence, const uint8_t sha256[SHA256_BYTES], uint64_t at, void *out, size_t size);

/* The same as evidence_has; and whoever relies on it now has as much time to say so as if it had come just now. */
bool evidence_keep(const struct evidence *evidence, const uint8_t sha256[SHA256_BYTES], uint64_t *size_bytes);

/* Tell those whose files are durable now, or are not to be. */
void evidence_turn(struct evidence *evidence);

/* The same, and wait for all that are not yet: nobody may begin or finish one meanwhile. */
void evidence_settle(struct evidence *evidence);

/* What is wrong, in words, and as the answer. outcome is not EVIDENCE_FINE. */
void evidence_fault(const struct evidence *evidence, enum evidence_outcome outcome, struct fault *fault);
void evidence_refuse(struct request *request, enum evidence_outcome outcome);

/* Its status of HTTP alone. */
unsigned evidence_status(enum evidence_outcome outcome);

/* It is not open any more: another one may come. */
void evidence_give_place(struct upload *upload);

/* The system said no to what, with that errno: because there is no room, or because something is broken. Logged. */
enum evidence_outcome evidence_by_system(const struct upload *upload, const char *what, int error);

/* Why photos cannot be stored, as far as that can be seen: an errno; 0 = they can. Room is another matter. */
int evidence_failing(struct evidence *evidence);

/* A file of that hash cannot be seen, with that errno: the folder that it belongs to is closed. */
void evidence_note_closed(struct evidence *evidence, const uint8_t sha256[SHA256_BYTES], int error);

/* The disk is nearly full: none is taken. */
bool evidence_is_full(const struct evidence *evidence);

/* ---------------------------------------------------------------- evidence_worker.c */

/* 0, or -1 and logged. */
int evidence_worker_open(struct evidence *evidence);
void evidence_worker_close(struct evidence *evidence);

/* Takes an upload whose file is written and open; it comes back in evidence_worker_done, file closed. */
void evidence_worker_give(struct evidence *evidence, struct upload *upload);

/* All that are done, newest last; NULL = none. wait: only when nothing is left to do. */
struct upload *evidence_worker_done(struct evidence *evidence, bool wait);

/* It has nothing to do, and gets nothing while the loop, which gives it all, is busy elsewhere. */
bool evidence_worker_is_idle(struct evidence *evidence);

/* A file of that hash has its name, and is not known to keep it over a power cut. */
bool evidence_worker_is_naming(const struct evidence *evidence, const uint8_t sha256[SHA256_BYTES]);

/* The names in the folder at that path, or in that of the photos whose hash begins with number, outlive a power cut. 0 or an errno. */
int evidence_flush(const char *path);
int evidence_flush_folder(const struct evidence *evidence, uint8_t number);

/* directory/ab/cdef... */
void evidence_path_of(const struct evidence *evidence, const uint8_t sha256[SHA256_BYTES], char path[EVIDENCE_PATH_BYTES]);

/* ---------------------------------------------------------------- evidence_show.c */

/* A header Range: bytes=FIRST-LAST, bytes=FIRST-, bytes=-COUNT (RFC 9110, 14.1.2), of so many bytes, at least one; text may be NULL. False:
 * no range of ours is asked for. first > last: there is nothing of it. */
bool evidence_read_range(const char *text, uint64_t size_bytes, uint64_t *first, uint64_t *last);

#endif
