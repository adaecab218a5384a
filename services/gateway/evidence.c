/* evidence.c - the store of evidence files, by their hash; what is said when one is not taken. */
#include "evidence.h"

#include <assert.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "disk.h"
#include "gateway.h"
#include "log.h"
#include "system_error.h"

enum { PIECE_BYTES = 64 * 1024, BUSY_AFTER_S = 5, FULL_AFTER_S = 60 };

/* ---------------------------------------------------------------- open, close */

static bool make_folder(const char *path, bool *any_made)
{
    bool made = mkdir(path, 0700) == 0;

    *any_made |= made;
    if (made || errno == EEXIST)
        return true;
    log_error("照片目录 %s 无法建立：%s / the folder %s for evidence cannot be made: %s", path, system_error(errno).zh, path,
              strerror(errno));
    return false;
}

static bool make_folders(const char *directory, bool *any_made)
{
    char path[EVIDENCE_PATH_BYTES + 16];
    bool fine = make_folder(directory, any_made);

    (void) snprintf(path, sizeof path, "%s/incoming", directory);
    fine = fine && make_folder(path, any_made);
    (void) snprintf(path, sizeof path, "%s/uploads", directory);
    fine = fine && make_folder(path, any_made);
    for (int i = 0; fine && i < EVIDENCE_FOLDERS; i++) {
        (void) snprintf(path, sizeof path, "%s/%02x", directory, i);
        fine = make_folder(path, any_made);
    }
    return fine;
}

/* A file that is to be found after a power cut needs a folder that is. */
static bool make_durable(const char *path)
{
    int error = evidence_flush(path);

    if (error != 0)
        log_error("照片目录 %s 无法写到磁盘：%s / the folder %s for evidence cannot be written to disk: %s", path, system_error(error).zh, path,
                  strerror(error));
    return error == 0;
}

/* Of names that were given just before the gateway was killed nobody knows whether they were flushed. What cannot be is no reason
 * not to take reports. */
static void flush_names(struct evidence *evidence)
{
    int first_error = 0, first_folder = 0;

    for (int i = 0; i < EVIDENCE_FOLDERS; i++) {
        int error = evidence->failing_folders[i] = evidence_flush_folder(evidence, (uint8_t) i);

        if (error != 0 && first_error == 0) {
            first_error = error;
            first_folder = i;
        }
    }
    if (first_error != 0)
        log_error("照片目录 %s/%02x 无法写到磁盘：%s / the folder %s/%02x for evidence cannot be written to disk: %s", evidence->directory,
                  first_folder, system_error(first_error).zh, evidence->directory, first_folder, strerror(first_error));
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
    bool any_made = false;

    *evidence = (struct evidence){
        .gateway = gateway, .most_bytes = gateway->settings.http.upload_bytes, .disk_percent = gateway->settings.disk_percent, .done_fd = -1,
    };
    (void) snprintf(evidence->directory, sizeof evidence->directory, "%s/evidence", gateway->settings.data);
    if (!make_folders(evidence->directory, &any_made))
        return -1;
    if (any_made && (!make_durable(evidence->directory) || !make_durable(gateway->settings.data)))
        return -1;
    flush_names(evidence);
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
    if (stat(path, &file) == -1)
        return false;
    if (!S_ISREG(file.st_mode) || evidence_worker_is_naming(evidence, sha256)) {
        errno = ENOENT;
        return false;
    }
    if (size_bytes != NULL)
        *size_bytes = (uint64_t) file.st_size;
    return true;
}

static ssize_t read_all(int file, uint64_t at, uint8_t *out, size_t size)
{
    size_t got = 0;
    ssize_t more = 1;

    while (got < size && more > 0) {
        more = pread(file, out + got, size - got, (off_t) (at + got));
        if (more == -1 && errno == EINTR)
            more = 1;
        else if (more > 0)
            got += (size_t) more;
    }
    return more == -1 ? -1 : (ssize_t) got;
}

ssize_t evidence_read(const struct evidence *evidence, const uint8_t sha256[SHA256_BYTES], uint64_t at, void *out, size_t size)
{
    char path[EVIDENCE_PATH_BYTES];
    ssize_t got;
    int file, error;

    evidence_path_of(evidence, sha256, path);
    file = open(path, O_RDONLY | O_CLOEXEC);
    if (file == -1)
        return -1;
    got = read_all(file, at, out, size);
    error = errno;
    close(file);
    errno = error;
    return got;
}

bool evidence_is_of(const uint8_t sha256[SHA256_BYTES], struct bytes content)
{
    uint8_t found[SHA256_BYTES];

    return gnutls_hash_fast(GNUTLS_DIG_SHA256, content.data, content.size, found) == 0 && memcmp(found, sha256, SHA256_BYTES) == 0;
}

static enum evidence_outcome hash_of(int file, uint8_t sha256[SHA256_BYTES])
{
    uint8_t piece[PIECE_BYTES];
    gnutls_hash_hd_t hash;
    ssize_t got;
    bool fine = true;

    if (gnutls_hash_init(&hash, GNUTLS_DIG_SHA256) != 0)
        return EVIDENCE_BUSY;
    for (uint64_t at = 0; fine && (got = read_all(file, at, piece, sizeof piece)) > 0; at += (uint64_t) got)
        fine = gnutls_hash(hash, piece, (size_t) got) == 0;
    gnutls_hash_deinit(hash, sha256);
    return !fine ? EVIDENCE_BUSY : got == -1 ? EVIDENCE_FAILED : EVIDENCE_FINE;
}

enum evidence_outcome evidence_reread(const struct evidence *evidence, const uint8_t sha256[SHA256_BYTES])
{
    char path[EVIDENCE_PATH_BYTES];
    uint8_t found[SHA256_BYTES];
    enum evidence_outcome outcome;
    int file;

    evidence_path_of(evidence, sha256, path);
    file = open(path, O_RDONLY | O_CLOEXEC);
    if (file == -1)
        return errno == EIO ? EVIDENCE_FAILED : EVIDENCE_BUSY;
    outcome = hash_of(file, found);
    (void) posix_fadvise(file, 0, 0, POSIX_FADV_DONTNEED);
    close(file);
    return outcome == EVIDENCE_FINE && memcmp(found, sha256, SHA256_BYTES) != 0 ? EVIDENCE_OTHER : outcome;
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

enum evidence_outcome evidence_by_system(const struct upload *upload, const char *what, int error)
{
    struct evidence *evidence = &upload->request->gateway->evidence;

    log_error("evidence: cannot %s: file=%s error=%s", what, upload->path, strerror(error));
    if (disk_is_why(error, evidence->directory))
        return EVIDENCE_NO_ROOM;
    *(upload->is_folder_wrong ? &evidence->failing_folders[upload->sha256[0]] : &evidence->failing) = error;
    return EVIDENCE_FAILED;
}

/* Who may write there, and whether anybody may, is seen without a photo; what the disk makes of one is not. */
static int seen_of(const struct evidence *evidence, const char *folder)
{
    char path[EVIDENCE_PATH_BYTES + 16];

    (void) snprintf(path, sizeof path, "%s/%s/.", evidence->directory, folder);
    return access(path, W_OK | X_OK) == -1 ? errno : 0;
}

/* A folder that was closed and is open again has had no photo since, perhaps for days: so it is looked at. */
static int failing_of(struct evidence *evidence, int folder)
{
    int *failing = &evidence->failing_folders[folder];
    char name[8];

    (void) snprintf(name, sizeof name, "%02x", folder);
    if (*failing == EACCES || *failing == EPERM || *failing == ENOENT || *failing == ENOTDIR || *failing == EROFS)
        *failing = seen_of(evidence, name);
    return *failing;
}

void evidence_note_closed(struct evidence *evidence, const uint8_t sha256[SHA256_BYTES], int error)
{
    char path[EVIDENCE_PATH_BYTES];
    int *failing = &evidence->failing_folders[sha256[0]];

    evidence_path_of(evidence, sha256, path);
    if (*failing == 0)
        log_error("照片 %s 看不到：%s / the photo %s cannot be seen: %s", path, system_error(error).zh, path, strerror(error));
    *failing = error;
}

int evidence_failing(struct evidence *evidence)
{
    int failing = seen_of(evidence, "incoming");

    if (failing == 0)
        failing = evidence->failing;
    for (int i = 0; failing == 0 && i < EVIDENCE_FOLDERS; i++)
        failing = failing_of(evidence, i);
    return failing;
}

bool evidence_is_full(const struct evidence *evidence)
{
    return !disk_is_below(evidence->directory, evidence->disk_percent - EARLIER_PERCENT);
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
        fault_set(fault, "", "磁盘将满，暂不接收照片，请稍后再传；请管理员腾出磁盘空间，之后自动恢复",
                  "the disk is nearly full: photos wait; the administrator should free some space on the disk, then they are taken again");
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

/* ---------------------------------------------------------------- telling */

static void count(struct evidence *evidence, const struct upload *upload)
{
    evidence->failing = evidence->failing_folders[upload->sha256[0]] = 0;
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
        upload->outcome = evidence_by_system(upload, "store", upload->error);
    if (upload->error != 0 || upload->outcome == EVIDENCE_OTHER)
        evidence->refused[upload->outcome]++;
    if (upload->outcome == EVIDENCE_FINE)
        count(evidence, upload);
    if (upload->is_open)
        evidence_give_place(upload);
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
