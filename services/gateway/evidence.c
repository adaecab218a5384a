/* evidence.c - files of evidence as they come, and by their hash. */
#include "evidence.h"

#include <assert.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include <sodium.h>

#include "disk.h"
#include "gateway.h"
#include "log.h"

/* As ingest does: what is added to a disk that fills up is evidence first, then reports. */
enum { EARLIER_PERCENT = 5, LOOK_EVERY_BYTES = 1 << 20, FOLDERS = 256, BUSY_AFTER_S = 5, FULL_AFTER_S = 60 };

/* ---------------------------------------------------------------- open, close */

static bool make_folder(const char *path)
{
    if (mkdir(path, 0700) == 0 || errno == EEXIST)
        return true;
    log_error("照片目录 %s 无法建立：%s / the folder %s for evidence cannot be made: %s", path, strerror(errno), path, strerror(errno));
    return false;
}

static bool make_folders(const char *directory)
{
    char path[EVIDENCE_PATH_BYTES + 16];
    bool made = make_folder(directory);

    (void) snprintf(path, sizeof path, "%s/incoming", directory);
    made = made && make_folder(path);
    (void) snprintf(path, sizeof path, "%s/uploads", directory);
    made = made && make_folder(path);
    for (int i = 0; made && i < FOLDERS; i++) {
        (void) snprintf(path, sizeof path, "%s/%02x", directory, i);
        made = make_folder(path);
    }
    return made;
}

/* A file that is to be found after a power cut needs a folder that is. */
static bool are_durable(const char *directory)
{
    int folder = open(directory, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    bool fine = folder != -1 && syncfs(folder) == 0;

    if (!fine)
        log_error("照片目录 %s 无法写到磁盘：%s / the folder %s for evidence cannot be written to disk: %s", directory, strerror(errno),
                  directory, strerror(errno));
    if (folder != -1)
        close(folder);
    return fine;
}

/* What came when the gateway was stopped in the middle. */
static void empty_incoming(const char *directory)
{
    char path[EVIDENCE_PATH_BYTES + 16];
    DIR *incoming;
    struct dirent *entry;

    (void) snprintf(path, sizeof path, "%s/incoming", directory);
    incoming = opendir(path);
    while (incoming != NULL && (entry = readdir(incoming)) != NULL)
        if (entry->d_name[0] != '.')
            (void) unlinkat(dirfd(incoming), entry->d_name, 0);
    if (incoming != NULL)
        closedir(incoming);
}

int evidence_open(struct evidence *evidence, struct gateway *gateway)
{
    *evidence = (struct evidence){
        .gateway = gateway, .most_bytes = gateway->settings.http.upload_bytes, .disk_percent = gateway->settings.disk_percent, .done_fd = -1,
    };
    (void) snprintf(evidence->directory, sizeof evidence->directory, "%s/evidence", gateway->settings.data);
    if (!make_folders(evidence->directory) || !are_durable(evidence->directory))
        return -1;
    empty_incoming(evidence->directory);
    return evidence_worker_open(evidence);
}

void evidence_close(struct evidence *evidence)
{
    assert(evidence->under_way == 0);
    evidence_worker_close(evidence);
}

/* ---------------------------------------------------------------- names */

void evidence_path_of(const struct evidence *evidence, const uint8_t sha256[SHA256_BYTES], char path[EVIDENCE_PATH_BYTES])
{
    char hex[2 * SHA256_BYTES + 1];

    hex_of(hex, sha256, SHA256_BYTES);
    (void) snprintf(path, EVIDENCE_PATH_BYTES, "%.280s/%.2s/%s", evidence->directory, hex, hex + 2);
}

bool evidence_has(const struct evidence *evidence, const uint8_t sha256[SHA256_BYTES], uint64_t *size_bytes)
{
    char path[EVIDENCE_PATH_BYTES];
    struct stat file;

    evidence_path_of(evidence, sha256, path);
    if (stat(path, &file) == -1 || !S_ISREG(file.st_mode))
        return false;
    if (size_bytes != NULL)
        *size_bytes = (uint64_t) file.st_size;
    return true;
}

int evidence_file(const struct evidence *evidence, const uint8_t sha256[SHA256_BYTES], uint64_t *size_bytes)
{
    char path[EVIDENCE_PATH_BYTES];

    if (!evidence_has(evidence, sha256, size_bytes))
        return -1;
    evidence_path_of(evidence, sha256, path);
    return open(path, O_RDONLY | O_CLOEXEC);
}

bool evidence_keep(const struct evidence *evidence, const uint8_t sha256[SHA256_BYTES], uint64_t *size_bytes)
{
    char path[EVIDENCE_PATH_BYTES];

    if (!evidence_has(evidence, sha256, size_bytes))
        return false;
    evidence_path_of(evidence, sha256, path);
    return utimensat(AT_FDCWD, path, NULL, 0) == 0;
}

/* ---------------------------------------------------------------- what goes wrong */

static bool fail(struct upload *upload, enum evidence_outcome outcome)
{
    if (upload->outcome == EVIDENCE_FINE) {
        upload->outcome = outcome;
        upload->request->gateway->evidence.refused[outcome]++;
    }
    return false;
}

/* The system said no: because there is no room, or because something is broken. */
static enum evidence_outcome by_system(const struct upload *upload, const char *what, int error)
{
    log_error("evidence: cannot %s: file=%s error=%s", what, upload->path, strerror(error));
    return disk_is_why(error, upload->request->gateway->evidence.directory) ? EVIDENCE_NO_ROOM : EVIDENCE_FAILED;
}

void evidence_fault(const struct evidence *evidence, enum evidence_outcome outcome, struct fault *fault)
{
    unsigned long long most = evidence->most_bytes;

    switch (outcome) {
    case EVIDENCE_NO_PHOTO:
        fault_set(fault, "", "不是照片：只收 JPEG、PNG、WebP、HEIC、AVIF", "this is no photo: JPEG, PNG, WebP, HEIC and AVIF are taken");
        return;
    case EVIDENCE_TOO_LARGE:
        fault_set(fault, "", "照片超过上限 %llu 字节，请用较低的分辨率", "the photo is larger than the %llu bytes that are allowed; use a lower "
                  "resolution", most);
        return;
    case EVIDENCE_OTHER:
        fault_set(fault, "sha256", "内容与所报的 SHA-256 不符：传输中有损坏，或不是这张照片，请重传",
                  "what came has another SHA-256: it was damaged on its way, or is another photo; send it again");
        return;
    case EVIDENCE_NO_ROOM:
        fault_set(fault, "", "磁盘将满，暂不接收照片，报告仍可提交；请管理员在 %s 所在的磁盘腾出空间，之后自动恢复",
                  "the disk is nearly full: photos wait, reports still go through; the administrator should free some space where %s "
                  "lies, then photos are taken again", evidence->directory);
        return;
    case EVIDENCE_BUSY:
        fault_set(fault, "", "正在接收的照片过多，请稍后重传", "too many photos are being received; send it again later");
        return;
    case EVIDENCE_FAILED:
    case EVIDENCE_FINE:
    case EVIDENCE_OUTCOME_COUNT:
        break;
    }
    fault_set(fault, "", "照片没有存下，请稍后重传；管理员可在日志中看到原因", "the photo could not be stored; send it again later; the log says why");
}

static const struct {
    unsigned status;
    const char *name;
    uint32_t retry_after_s;
} ANSWERS[EVIDENCE_OUTCOME_COUNT] = {
    [EVIDENCE_NO_PHOTO] = { MHD_HTTP_UNSUPPORTED_MEDIA_TYPE, "no-photo", 0 },
    [EVIDENCE_TOO_LARGE] = { MHD_HTTP_CONTENT_TOO_LARGE, "too-large", 0 },
    [EVIDENCE_OTHER] = { MHD_HTTP_UNPROCESSABLE_CONTENT, "invalid", 0 },
    [EVIDENCE_NO_ROOM] = { MHD_HTTP_INSUFFICIENT_STORAGE, "full", FULL_AFTER_S },
    [EVIDENCE_BUSY] = { MHD_HTTP_SERVICE_UNAVAILABLE, "later", BUSY_AFTER_S },
    [EVIDENCE_FAILED] = { MHD_HTTP_SERVICE_UNAVAILABLE, "later", FULL_AFTER_S },
};

void evidence_refuse(struct request *request, enum evidence_outcome outcome)
{
    struct fault fault;

    assert(outcome != EVIDENCE_FINE);
    evidence_fault(&request->gateway->evidence, outcome, &fault);
    problem_answer(request, ANSWERS[outcome].status, ANSWERS[outcome].name, &fault, ANSWERS[outcome].retry_after_s);
}

unsigned evidence_status(enum evidence_outcome outcome)
{
    return ANSWERS[outcome].status;
}

/* ---------------------------------------------------------------- as it comes */

static bool has_room(const struct evidence *evidence)
{
    struct disk_room room;

    return disk_look(evidence->directory, &room) == -1 || disk_used_percent(&room) + EARLIER_PERCENT < evidence->disk_percent;
}

bool evidence_begin(struct request *request, struct upload *upload)
{
    struct evidence *evidence = &request->gateway->evidence;
    uint64_t name[2];

    *upload = (struct upload){ .request = request };
    if (evidence->under_way >= EVIDENCE_UPLOADS_MOST)
        return fail(upload, EVIDENCE_BUSY);
    if (!has_room(evidence))
        return fail(upload, EVIDENCE_NO_ROOM);
    randombytes_buf(name, sizeof name);
    (void) snprintf(upload->path, sizeof upload->path, "%.280s/incoming/%016llx%016llx", evidence->directory, (unsigned long long) name[0],
                    (unsigned long long) name[1]);
    if (gnutls_hash_init(&upload->hash, GNUTLS_DIG_SHA256) != 0)
        return fail(upload, EVIDENCE_FAILED);
    upload->file = open(upload->path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    if (upload->file == -1) {
        int error = errno;

        gnutls_hash_deinit(upload->hash, NULL);
        upload->hash = NULL;
        return fail(upload, by_system(upload, "make", error));
    }
    upload->is_open = true;
    evidence->under_way++;
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
    upload->size_bytes = (uint64_t) file.st_size;
    got = pread(upload->file, upload->head, PHOTO_HEAD_BYTES, 0);
    if (got == PHOTO_HEAD_BYTES)
        upload->kind = photo_kind_of(bytes_of(upload->head, PHOTO_HEAD_BYTES));
    return got != -1;
}

bool evidence_resume(struct request *request, struct upload *upload, const uint8_t id[ID_BYTES], bool is_new)
{
    struct evidence *evidence = &request->gateway->evidence;

    *upload = (struct upload){ .request = request, .is_resumed = true };
    if (evidence->under_way >= EVIDENCE_UPLOADS_MOST)
        return fail(upload, EVIDENCE_BUSY);
    if (!has_room(evidence))
        return fail(upload, EVIDENCE_NO_ROOM);
    upload_path(evidence, id, upload->path);
    upload->file = open(upload->path, O_RDWR | O_APPEND | O_CLOEXEC | (is_new ? O_CREAT : 0), 0600);
    if (upload->file == -1)
        return fail(upload, by_system(upload, "open", errno));
    upload->is_open = true;
    evidence->under_way++;
    return take_up(upload) || fail(upload, by_system(upload, "read", errno));
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

bool evidence_add(struct upload *upload, const void *data, size_t size)
{
    const struct evidence *evidence = &upload->request->gateway->evidence;
    uint64_t before = upload->size_bytes / LOOK_EVERY_BYTES;

    if (upload->outcome != EVIDENCE_FINE)
        return false;
    if (!is_photo_so_far(upload, data, size))
        return fail(upload, EVIDENCE_NO_PHOTO);
    if (upload->size_bytes + size > evidence->most_bytes)
        return fail(upload, EVIDENCE_TOO_LARGE);
    if (!write_all(upload->file, data, size))
        return fail(upload, by_system(upload, "write", errno));
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
    upload->is_open = false;
    upload->request->gateway->evidence.under_way--;
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

/* ---------------------------------------------------------------- telling */

static void count(struct evidence *evidence, const struct upload *upload)
{
    if (upload->was_known) {
        evidence->known_before++;
        return;
    }
    evidence->stored++;
    evidence->stored_bytes += upload->size_bytes;
}

static void tell(struct evidence *evidence, struct upload *upload)
{
    struct request *request = upload->request;

    if (upload->error != 0)
        upload->outcome = by_system(upload, "store", upload->error);
    if (upload->error != 0 || upload->outcome == EVIDENCE_OTHER)
        evidence->refused[upload->outcome]++;
    if (upload->outcome == EVIDENCE_FINE)
        count(evidence, upload);
    evidence->under_way -= upload->is_open;
    upload->is_open = false;
    request->questions--;
    upload->then(request, upload->self, upload);
}

static void tell_all(struct evidence *evidence, struct upload *done)
{
    while (done != NULL) {
        struct upload *next = done->next;   /* whoever is told may be done with it */

        tell(evidence, done);
        done = next;
    }
}

void evidence_turn(struct evidence *evidence)
{
    tell_all(evidence, evidence_worker_done(evidence, false));
}

void evidence_settle(struct evidence *evidence)
{
    tell_all(evidence, evidence_worker_done(evidence, true));
}
