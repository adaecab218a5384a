/* evidence_worker.c - the thread that waits for the disk.
 *
 * It takes all uploads that are to be finished at a time: the writing of all is begun before the end of the first is waited
 * for, and each folder is flushed once. It touches nothing but these uploads: what went wrong the loop says.
 */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/stat.h>
#include <unistd.h>

#include "evidence.h"
#include "log.h"

enum { PIECE_BYTES = 64 * 1024 };

/* ---------------------------------------------------------------- the work */

/* error: never 0. */
static void went_wrong(struct upload *upload, int error)
{
    upload->error = error;
    upload->outcome = EVIDENCE_FAILED;
}

/* Of the folder that its hash belongs to: another folder may be as it should be. */
static void folder_went_wrong(struct upload *upload, int error)
{
    upload->is_folder_wrong = true;
    went_wrong(upload, error);
}

/* What a flush failed to write the disk may have lost, and the next one would not know: so it is written again. 0 or an errno. */
static int write_again(const struct upload *upload, const uint8_t *piece, size_t size, off_t at)
{
    ssize_t put = pwrite(upload->file, piece, size, at);

    return put == (ssize_t) size ? 0 : put == -1 ? errno : EIO;
}

static int read_piece_by_piece(struct upload *upload, bool again)
{
    uint8_t piece[PIECE_BYTES];
    ssize_t got;
    off_t at = 0;
    int error = 0;

    while (error == 0 && (got = pread(upload->file, piece, sizeof piece, at)) != 0) {
        if (got == -1)
            return errno;
        if (gnutls_hash(upload->hash, piece, (size_t) got) != 0)
            return ENOMEM;
        if (again)
            error = write_again(upload, piece, (size_t) got, at);
        at += got;
    }
    return error;
}

/* Of what came in several requests: all of it is read once more. What was whole before is finished once more, for that has failed. 0
 * or an errno. */
static int read_all(struct upload *upload)
{
    bool again = upload->resumed_bytes == upload->size_bytes;

    if (gnutls_hash_init(&upload->hash, GNUTLS_DIG_SHA256) != 0) {
        upload->hash = NULL;
        return ENOMEM;
    }
    if (again && fcntl(upload->file, F_SETFL, 0) == -1)   /* no longer O_APPEND, by which all goes to the end */
        return errno;
    return read_piece_by_piece(upload, again);
}

static void look_at_hash(struct upload *upload)
{
    int error = upload->outcome == EVIDENCE_FINE && upload->hash == NULL ? read_all(upload) : 0;

    if (error != 0)
        went_wrong(upload, error);
    if (upload->hash != NULL)
        gnutls_hash_deinit(upload->hash, upload->sha256);
    upload->hash = NULL;
    if (upload->outcome == EVIDENCE_FINE && upload->has_expected && memcmp(upload->expected, upload->sha256, SHA256_BYTES) != 0)
        upload->outcome = EVIDENCE_OTHER;
}

static void write_out(struct upload *upload)
{
    if (upload->outcome != EVIDENCE_FINE || fdatasync(upload->file) == 0)
        return;
    went_wrong(upload, errno);
    upload->is_doubtful = true;
}

static bool has_that_hash(int file, const uint8_t sha256[SHA256_BYTES])
{
    uint8_t piece[PIECE_BYTES], found[SHA256_BYTES];
    gnutls_hash_hd_t hash;
    ssize_t got;
    bool is_read = true;

    if (gnutls_hash_init(&hash, GNUTLS_DIG_SHA256) != 0)
        return false;
    while (is_read && (got = read(file, piece, sizeof piece)) != 0)
        is_read = got > 0 && gnutls_hash(hash, piece, (size_t) got) == 0;
    gnutls_hash_deinit(hash, found);
    return is_read && memcmp(found, sha256, SHA256_BYTES) == 0;
}

/* It is there as it came: one that the disk has damaged gives way to the one that comes now. */
static bool is_there(const char *path, const struct upload *upload)
{
    int file = open(path, O_RDONLY | O_NOFOLLOW | O_CLOEXEC);
    struct stat found;
    bool is_same = file != -1 && fstat(file, &found) == 0 && (uint64_t) found.st_size == upload->size_bytes &&
                   has_that_hash(file, upload->sha256);

    if (file != -1)
        close(file);
    return is_same;
}

/* What was resumed and could not be stored now may be stored later. Where its flush failed, only who knows its hash knows that it is
 * still the same. */
static bool is_of_use(const struct upload *upload)
{
    return upload->is_resumed && (upload->outcome == EVIDENCE_FAILED || upload->outcome == EVIDENCE_NO_ROOM) &&
           (upload->has_expected || !upload->is_doubtful);
}

/* Before it has its name: who looks for it meanwhile is to know that it may lose it again. */
static void announce_name(struct evidence *evidence, struct upload *upload)
{
    pthread_mutex_lock(&evidence->lock);
    upload->has_new_name = true;
    pthread_mutex_unlock(&evidence->lock);
}

/* Its folder was not flushed, and the next flush would not know what of it is lost: so it has no name, and gets one when it comes
 * again. */
static void take_name_back(const struct evidence *evidence, const struct upload *upload)
{
    char path[EVIDENCE_PATH_BYTES];

    evidence_path_of(evidence, upload->sha256, path);
    if (!is_of_use(upload) || rename(path, upload->path) == -1)
        (void) unlink(path);
}

/* A file that has its name already was flushed when it got it: its time begins anew, as with evidence_keep. */
static void give_name(struct evidence *evidence, struct upload *upload)
{
    char path[EVIDENCE_PATH_BYTES];

    if (upload->outcome == EVIDENCE_FINE) {
        evidence_path_of(evidence, upload->sha256, path);
        upload->was_known = is_there(path, upload) && utimensat(AT_FDCWD, path, NULL, 0) == 0;
        if (!upload->was_known) {
            announce_name(evidence, upload);
            if (rename(upload->path, path) == 0)
                return;
            folder_went_wrong(upload, errno);
        }
    }
    if (upload->is_open && !is_of_use(upload))
        (void) unlink(upload->path);
}

int evidence_flush(const char *path)
{
    int folder = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    int error = folder != -1 && fsync(folder) == 0 ? 0 : errno;

    if (folder != -1)
        close(folder);
    return error;
}

int evidence_flush_folder(const struct evidence *evidence, uint8_t number)
{
    char path[EVIDENCE_PATH_BYTES];

    (void) snprintf(path, sizeof path, "%.280s/%02x", evidence->directory, number);
    return evidence_flush(path);
}

/* What was known may have been given its name by one before it in this very list. */
static void flush_folders(const struct evidence *evidence, struct upload *first)
{
    int errors[EVIDENCE_FOLDERS];                   /* -1: not flushed yet */

    memset(errors, -1, sizeof errors);
    for (struct upload *upload = first; upload != NULL; upload = upload->next) {
        int *error = &errors[upload->sha256[0]];

        if (upload->outcome != EVIDENCE_FINE)
            continue;
        if (*error == -1)
            *error = evidence_flush_folder(evidence, upload->sha256[0]);
        if (*error == 0)
            continue;
        folder_went_wrong(upload, *error);
        if (upload->has_new_name)
            take_name_back(evidence, upload);
    }
}

static void work(struct evidence *evidence, struct upload *first)
{
    for (struct upload *upload = first; upload != NULL; upload = upload->next)
        look_at_hash(upload);
    for (struct upload *upload = first; upload != NULL; upload = upload->next)
        if (upload->outcome == EVIDENCE_FINE)
            (void) sync_file_range(upload->file, 0, 0, SYNC_FILE_RANGE_WRITE);
    for (struct upload *upload = first; upload != NULL; upload = upload->next)
        write_out(upload);
    for (struct upload *upload = first; upload != NULL; upload = upload->next)
        give_name(evidence, upload);
    flush_folders(evidence, first);
    for (struct upload *upload = first; upload != NULL; upload = upload->next)
        if (upload->is_open)
            close(upload->file);
}

/* ---------------------------------------------------------------- to and fro */

static void hand_over(struct evidence *evidence, struct upload *first)
{
    struct upload **end = &evidence->done;

    while (*end != NULL)
        end = &(*end)->next;
    *end = first;
    (void) eventfd_write(evidence->done_fd, 1);
}

static void *run(void *self)
{
    struct evidence *evidence = self;
    struct upload *first;

    pthread_mutex_lock(&evidence->lock);
    while (true) {
        while (evidence->wanted == NULL && !evidence->is_stopping)
            pthread_cond_wait(&evidence->changed, &evidence->lock);
        first = evidence->wanted;
        if (first == NULL)
            break;
        evidence->wanted = NULL;
        evidence->wanted_end = &evidence->wanted;
        evidence->working = first;
        pthread_mutex_unlock(&evidence->lock);
        work(evidence, first);
        pthread_mutex_lock(&evidence->lock);
        evidence->working = NULL;
        hand_over(evidence, first);
        pthread_cond_broadcast(&evidence->changed);
    }
    pthread_mutex_unlock(&evidence->lock);
    return NULL;
}

void evidence_worker_give(struct evidence *evidence, struct upload *upload)
{
    upload->next = NULL;
    pthread_mutex_lock(&evidence->lock);
    *evidence->wanted_end = upload;
    evidence->wanted_end = &upload->next;
    pthread_cond_broadcast(&evidence->changed);
    pthread_mutex_unlock(&evidence->lock);
}

bool evidence_worker_is_idle(struct evidence *evidence)
{
    bool is_idle;

    pthread_mutex_lock(&evidence->lock);
    is_idle = evidence->wanted == NULL && evidence->working == NULL;
    pthread_mutex_unlock(&evidence->lock);
    return is_idle;
}

/* The lock is no part of what it guards. */
bool evidence_worker_is_naming(const struct evidence *evidence, const uint8_t sha256[SHA256_BYTES])
{
    pthread_mutex_t *lock = (pthread_mutex_t *) &evidence->lock;
    bool is_naming = false;

    pthread_mutex_lock(lock);
    for (const struct upload *upload = evidence->working; upload != NULL && !is_naming; upload = upload->next)
        is_naming = upload->has_new_name && memcmp(upload->sha256, sha256, SHA256_BYTES) == 0;
    pthread_mutex_unlock(lock);
    return is_naming;
}

struct upload *evidence_worker_done(struct evidence *evidence, bool wait)
{
    struct upload *done;
    eventfd_t count;

    pthread_mutex_lock(&evidence->lock);
    while (wait && (evidence->wanted != NULL || evidence->working != NULL))
        pthread_cond_wait(&evidence->changed, &evidence->lock);
    done = evidence->done;
    evidence->done = NULL;
    if (done != NULL)
        (void) eventfd_read(evidence->done_fd, &count);
    pthread_mutex_unlock(&evidence->lock);
    return done;
}

/* ---------------------------------------------------------------- open, close */

/* Signals are the loop's. */
static int start_thread(struct evidence *evidence)
{
    sigset_t all, before;
    int error;

    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    error = pthread_create(&evidence->thread, NULL, run, evidence);
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    return error;
}

int evidence_worker_open(struct evidence *evidence)
{
    int error;

    evidence->wanted_end = &evidence->wanted;
    pthread_mutex_init(&evidence->lock, NULL);
    pthread_cond_init(&evidence->changed, NULL);
    evidence->done_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    error = evidence->done_fd == -1 ? errno : start_thread(evidence);
    evidence->has_thread = error == 0;
    if (error != 0)
        log_error("evidence: no thread for the disk: error=%s", strerror(error));
    return error == 0 ? 0 : -1;
}

void evidence_worker_close(struct evidence *evidence)
{
    if (!evidence->has_thread)
        return;
    pthread_mutex_lock(&evidence->lock);
    evidence->is_stopping = true;
    pthread_cond_broadcast(&evidence->changed);
    pthread_mutex_unlock(&evidence->lock);
    pthread_join(evidence->thread, NULL);
    evidence->has_thread = false;
    close(evidence->done_fd);
    pthread_cond_destroy(&evidence->changed);
    pthread_mutex_destroy(&evidence->lock);
}
