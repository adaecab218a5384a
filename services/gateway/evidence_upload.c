/* evidence_upload.c - files of evidence as they come. */
#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include <gnutls/gnutls.h>
#include <sodium.h>

#include "evidence.h"
#include "gateway.h"
#include "log.h"

enum { LOOK_EVERY_BYTES = 1 << 20 };

static bool fail(struct upload *upload, enum evidence_outcome outcome)
{
    if (upload->outcome == EVIDENCE_FINE) {
        upload->outcome = outcome;
        upload->request->gateway->evidence.refused[outcome]++;
    }
    return false;
}

/* ---------------------------------------------------------------- as it comes */

/* Who brings a photo is not told where it would lie: that is said in the log, once. */
static bool has_room(struct evidence *evidence)
{
    bool is_full = evidence_is_full(evidence);

    if (is_full && !evidence->is_full)
        log_warn("磁盘将满，暂不接收照片：请在 %s 所在的磁盘腾出空间，之后自动恢复 / the disk is nearly full and no photos are taken: free some space "
                 "where %s lies, then it goes on by itself", evidence->directory, evidence->directory);
    if (!is_full && evidence->is_full)
        log_info("磁盘又有空间，恢复接收照片 / there is room on the disk again, photos are taken: directory=%s", evidence->directory);
    evidence->is_full = is_full;
    return !is_full;
}

static bool has_place(const struct request *request)
{
    return request->gateway->evidence.under_way < EVIDENCE_UPLOADS_MOST && request->share->uploads < EVIDENCE_UPLOADS_OF_ACCOUNT;
}

static void take_place(struct upload *upload)
{
    upload->is_open = true;
    upload->request->gateway->evidence.under_way++;
    upload->request->share->uploads++;
}

void evidence_give_place(struct upload *upload)
{
    upload->is_open = false;
    upload->request->gateway->evidence.under_way--;
    upload->request->share->uploads--;
}

bool evidence_begin(struct request *request, struct upload *upload)
{
    struct evidence *evidence = &request->gateway->evidence;
    uint64_t name[2];
    int status;

    *upload = (struct upload){ .request = request };
    if (!has_place(request))
        return fail(upload, EVIDENCE_BUSY);
    if (!has_room(evidence))
        return fail(upload, EVIDENCE_NO_ROOM);
    randombytes_buf(name, sizeof name);
    (void) snprintf(upload->path, sizeof upload->path, "%.280s/incoming/%016llx%016llx", evidence->directory, (unsigned long long) name[0],
                    (unsigned long long) name[1]);
    status = gnutls_hash_init(&upload->hash, GNUTLS_DIG_SHA256);
    if (status != 0) {
        log_error("evidence: no hash can be made: file=%s error=%s", upload->path, gnutls_strerror(status));
        upload->hash = NULL;
        return fail(upload, EVIDENCE_FAILED);
    }
    upload->file = open(upload->path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    if (upload->file == -1) {
        int error = errno;

        gnutls_hash_deinit(upload->hash, NULL);
        upload->hash = NULL;
        return fail(upload, evidence_by_system(upload, "make", error));
    }
    upload->pending = arena_take(&request->arena, EVIDENCE_PENDING_BYTES);
    take_place(upload);
    return true;
}

static void upload_path(const struct evidence *evidence, const uint8_t id[ID_BYTES], char path[EVIDENCE_PATH_BYTES])
{
    char hex[2 * ID_BYTES + 1];

    (void) snprintf(path, EVIDENCE_PATH_BYTES, "%.280s/uploads/%s", evidence->directory, hex_of(hex, id, ID_BYTES));
}

bool evidence_resumable(const struct evidence *evidence, const uint8_t id[ID_BYTES], uint64_t *size_bytes)
{
    char path[EVIDENCE_PATH_BYTES];
    struct stat file;

    upload_path(evidence, id, path);
    if (stat(path, &file) == -1)
        return false;
    *size_bytes = (uint64_t) file.st_size;
    return true;
}

void evidence_forget(const struct evidence *evidence, const uint8_t id[ID_BYTES])
{
    char path[EVIDENCE_PATH_BYTES];

    upload_path(evidence, id, path);
    if (unlink(path) == -1 && errno != ENOENT)
        log_warn("evidence: cannot delete: file=%s error=%s", path, strerror(errno));
}

/* Its size, and the first bytes, which tell what it is. */
static bool take_up(struct upload *upload)
{
    struct stat file;
    ssize_t got;

    if (fstat(upload->file, &file) == -1)
        return false;
    upload->size_bytes = upload->resumed_bytes = (uint64_t) file.st_size;
    got = pread(upload->file, upload->head, PHOTO_HEAD_BYTES, 0);
    if (got == PHOTO_HEAD_BYTES)
        upload->kind = photo_kind_of(bytes_of(upload->head, PHOTO_HEAD_BYTES));
    return got != -1;
}

bool evidence_resume(struct request *request, struct upload *upload, const uint8_t id[ID_BYTES], bool is_new)
{
    struct evidence *evidence = &request->gateway->evidence;

    *upload = (struct upload){ .request = request, .is_resumed = true };
    if (!has_place(request))
        return fail(upload, EVIDENCE_BUSY);
    if (!has_room(evidence))
        return fail(upload, EVIDENCE_NO_ROOM);
    upload_path(evidence, id, upload->path);
    upload->file = open(upload->path, O_RDWR | O_APPEND | O_CLOEXEC | (is_new ? O_CREAT : 0), 0600);
    if (upload->file == -1)
        return fail(upload, evidence_by_system(upload, "open", errno));
    take_place(upload);
    return take_up(upload) || fail(upload, evidence_by_system(upload, "read", errno));
}

/* The first bytes decide, however they were cut. */
static bool is_photo_so_far(struct upload *upload, const void *data, size_t size)
{
    size_t known = upload->size_bytes < PHOTO_HEAD_BYTES ? (size_t) upload->size_bytes : PHOTO_HEAD_BYTES;
    size_t more = size < PHOTO_HEAD_BYTES - known ? size : PHOTO_HEAD_BYTES - known;

    if (known == PHOTO_HEAD_BYTES)
        return true;
    memcpy(upload->head + known, data, more);
    if (known + more < PHOTO_HEAD_BYTES)
        return true;
    upload->kind = photo_kind_of(bytes_of(upload->head, PHOTO_HEAD_BYTES));
    return upload->kind != PHOTO_NONE;
}

static bool write_all(int file, const char *data, size_t size)
{
    while (size > 0) {
        ssize_t written = write(file, data, size);

        if (written == -1 && errno == EINTR)
            continue;
        if (written == -1)
            return false;
        data += written;
        size -= (size_t) written;
    }
    return true;
}

static bool write_pending(struct upload *upload)
{
    size_t size = upload->pending_size;

    upload->pending_size = 0;
    return write_all(upload->file, (const char *) upload->pending, size);
}

/* Pieces are small, and a write costs more than what is in it. */
static bool write_or_keep(struct upload *upload, const void *data, size_t size)
{
    if (upload->pending_size + size > EVIDENCE_PENDING_BYTES && !write_pending(upload))
        return false;
    if (upload->pending == NULL || size > EVIDENCE_PENDING_BYTES)
        return write_all(upload->file, data, size);
    memcpy(upload->pending + upload->pending_size, data, size);
    upload->pending_size += size;
    return true;
}

bool evidence_add(struct upload *upload, const void *data, size_t size)
{
    struct evidence *evidence = &upload->request->gateway->evidence;
    uint64_t before = upload->size_bytes / LOOK_EVERY_BYTES;

    if (upload->outcome != EVIDENCE_FINE)
        return false;
    if (!is_photo_so_far(upload, data, size))
        return fail(upload, EVIDENCE_NO_PHOTO);
    if (upload->size_bytes + size > evidence->most_bytes)
        return fail(upload, EVIDENCE_TOO_LARGE);
    if (!write_or_keep(upload, data, size))
        return fail(upload, evidence_by_system(upload, "write", errno));
    if (upload->hash != NULL)
        (void) gnutls_hash(upload->hash, data, size);   /* it fails where there is no memory for it: not here */
    upload->size_bytes += size;
    if (upload->size_bytes / LOOK_EVERY_BYTES > before && !has_room(evidence))
        return fail(upload, EVIDENCE_NO_ROOM);
    return true;
}

/* ---------------------------------------------------------------- the end */

void evidence_finish(struct upload *upload, const uint8_t *expected, evidence_then *then, void *self)
{
    assert(upload->request->body_is_whole && upload->then == NULL);
    if (upload->outcome == EVIDENCE_FINE && upload->kind == PHOTO_NONE)
        fail(upload, EVIDENCE_NO_PHOTO);
    if (upload->outcome == EVIDENCE_FINE && !write_pending(upload))
        fail(upload, evidence_by_system(upload, "write", errno));
    upload->has_expected = expected != NULL;
    if (expected != NULL)
        memcpy(upload->expected, expected, SHA256_BYTES);
    upload->then = then;
    upload->self = self;
    upload->request->questions++;
    evidence_worker_give(&upload->request->gateway->evidence, upload);
}

static void shut(struct upload *upload)
{
    if (upload->hash != NULL)
        gnutls_hash_deinit(upload->hash, NULL);
    upload->hash = NULL;
    close(upload->file);
    evidence_give_place(upload);
}

void evidence_abandon(struct upload *upload)
{
    if (!upload->is_open)
        return;
    if (unlink(upload->path) == -1)
        log_warn("evidence: cannot delete: file=%s error=%s", upload->path, strerror(errno));
    shut(upload);
}

void evidence_leave(struct upload *upload)
{
    if (!upload->is_resumed)
        evidence_abandon(upload);
    else if (upload->is_open)
        shut(upload);
}
