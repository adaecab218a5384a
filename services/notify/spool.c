/* spool.c - the files of the spool: rotation, one write and one flush a batch, recovery. */
#include "spool.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "daemon.h"
#include "log.h"

enum { NAME_BYTES = 32 };

static void file_name(char name[NAME_BYTES], uint32_t file)
{
    snprintf(name, NAME_BYTES, "spool-%06u.jsonl", file);
}

/* 0 when the name is not one of a spool file. */
static uint32_t file_number(const char *name)
{
    unsigned file = 0;
    char again[NAME_BYTES];

    if (strncmp(name, "spool-", 6) != 0)
        return 0;
    file = (unsigned) strtoul(name + 6, NULL, 10);
    file_name(again, file);
    return strcmp(name, again) == 0 ? file : 0;
}

static uint32_t newest_file(int directory_fd)
{
    int fd = dup(directory_fd);
    DIR *directory = fd == -1 ? NULL : fdopendir(fd);
    uint32_t newest = 0;

    if (directory == NULL) {
        if (fd != -1)
            close(fd);
        return 0;
    }
    rewinddir(directory);
    for (struct dirent *entry = readdir(directory); entry != NULL; entry = readdir(directory)) {
        uint32_t file = file_number(entry->d_name);

        if (file > newest)
            newest = file;
    }
    closedir(directory);
    return newest;
}

static int open_file(struct spool *spool, uint32_t file, int flags)
{
    char name[NAME_BYTES];
    struct stat status;
    int fd;

    file_name(name, file);
    fd = openat(spool->directory_fd, name, O_RDWR | O_APPEND | O_CLOEXEC | flags, 0640);
    if (fd == -1)
        return -1;
    if (fstat(fd, &status) == -1) {
        close(fd);
        return -1;
    }
    if ((flags & O_CREAT) != 0 && fsync(spool->directory_fd) == -1)
        die("留存目录未能落盘，请检查磁盘后重新启动 / flushing the spool directory failed, check the disk, then start again: %s",
            strerror(errno));
    if (spool->fd != -1)
        close(spool->fd);
    spool->fd = fd;
    spool->file = file;
    spool->bytes = (uint64_t) status.st_size;
    return 0;
}

static int open_directory(struct spool *spool)
{
    if (mkdir(spool->path, 0750) == -1 && errno != EEXIST) {
        log_error("spool: cannot make directory: path=%s: %s", spool->path, strerror(errno));
        return -1;
    }
    spool->directory_fd = open(spool->path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (spool->directory_fd == -1)
        log_error("spool: cannot open directory: path=%s: %s", spool->path, strerror(errno));
    return spool->directory_fd == -1 ? -1 : 0;
}

int spool_open(struct spool *spool, const char *data_directory, uint64_t rotate_bytes)
{
    uint32_t newest;

    memset(spool, 0, sizeof *spool);
    spool->fd = spool->directory_fd = -1;
    spool->rotate_bytes = rotate_bytes;
    snprintf(spool->path, sizeof spool->path, "%s/spool", data_directory);
    if (open_directory(spool) == -1)
        return -1;
    newest = newest_file(spool->directory_fd);
    if (newest > 0 && open_file(spool, newest, 0) == -1) {
        log_error("spool: cannot open newest file: file=%u: %s", newest, strerror(errno));
        return -1;
    }
    return 0;
}

void spool_close(struct spool *spool)
{
    if (spool->fd > 0)
        close(spool->fd);
    if (spool->directory_fd > 0)
        close(spool->directory_fd);
    text_close(&spool->lines);
    free(spool->waiting);
    memset(spool, 0, sizeof *spool);
    spool->fd = spool->directory_fd = -1;
}

/* ---------------------------------------------------------------- writing */

static bool room_for_one_more(struct spool *spool)
{
    size_t capacity = spool->waiting_capacity > 0 ? 2 * spool->waiting_capacity : 1024;
    uint64_t *waiting;

    if (spool->waiting_count < spool->waiting_capacity)
        return true;
    waiting = realloc(spool->waiting, capacity * sizeof *waiting);
    if (waiting == NULL)
        return false;
    spool->waiting = waiting;
    spool->waiting_capacity = capacity;
    return true;
}

int spool_add(struct spool *spool, uint64_t sequence, struct bytes line)
{
    if (!room_for_one_more(spool) || !text_reserve(&spool->lines, line.size + 1))
        return -1;
    text_put(&spool->lines, line.data, line.size);
    text_put(&spool->lines, "\n", 1);
    spool->waiting[spool->waiting_count++] = sequence;
    return 0;
}

void spool_drop(struct spool *spool)
{
    text_clear(&spool->lines);
    spool->waiting_count = spool->tried_count;
}

static int write_all(int fd, const char *data, size_t size)
{
    while (size > 0) {
        ssize_t done = write(fd, data, size);

        if (done == -1 && errno == EINTR)
            continue;
        if (done == -1)
            return -1;
        data += done;
        size -= (size_t) done;
    }
    return 0;
}

static void flush_file(struct spool *spool)
{
    if (fdatasync(spool->fd) == -1)
        die("留存文件未能落盘，请检查磁盘后重新启动 / flushing the spool failed, check the disk, then start again: %s",
            strerror(errno));
    spool->is_flushed = true;
}

static int next_file(struct spool *spool)
{
    if (!spool_is_flushed(spool))
        flush_file(spool);
    if (spool->directory_fd == -1 && open_directory(spool) == -1)
        return -1;
    return open_file(spool, spool->file + 1, O_CREAT | O_EXCL);
}

/* ---------------------------------------------------------------- taken away by somebody */

static bool is_same(const struct stat *one, const struct stat *other)
{
    return one->st_dev == other->st_dev && one->st_ino == other->st_ino;
}

/* Does the name still lead to what is being written? Whoever reads the spool goes by names. */
static bool is_there(const struct spool *spool)
{
    struct stat ours, named;
    char name[NAME_BYTES];

    if (fstat(spool->directory_fd, &ours) == -1 || stat(spool->path, &named) == -1 || !is_same(&ours, &named))
        return false;
    file_name(name, spool->file);
    return fstat(spool->fd, &ours) == 0 && fstatat(spool->directory_fd, name, &named, 0) == 0 && is_same(&ours, &named);
}

/* What was settled from it has been there; what was only written goes again. */
static void leave_file(struct spool *spool)
{
    uint32_t newest;

    log_error("spool: somebody took its file away, a new one is begun: path=%s file=%u lines_again=%zu", spool->path,
              spool->file, spool->written_count);
    if (spool->written_count > 0) {
        spool->written_count = 0;
        spool->error = ENOENT;
    }
    close(spool->fd);
    close(spool->directory_fd);
    spool->fd = spool->directory_fd = -1;
    spool->bytes = 0;
    if (open_directory(spool) == -1)
        return;   /* tried again with the next line */
    newest = newest_file(spool->directory_fd);
    if (newest > spool->file)
        spool->file = newest;
}

/* All lines of one call go into one file. */
static int write_lines(struct spool *spool)
{
    int error;

    if (spool->fd == -1 || (spool->bytes > 0 && spool->bytes + spool->lines.size > spool->rotate_bytes)) {
        if (next_file(spool) == -1)
            return -1;
    }
    if (write_all(spool->fd, spool->lines.data, spool->lines.size) == -1) {
        error = errno;
        if (ftruncate(spool->fd, (off_t) spool->bytes) == -1)
            die("无法截去写坏的留存行，请检查磁盘后重新启动 / cannot cut off a half-written spool line, check the disk: %s",
                strerror(errno));
        errno = error;
        return -1;
    }
    return 0;
}

void spool_write(struct spool *spool)
{
    if (spool->waiting_count == spool->tried_count || spool->error != 0)
        return;
    if (spool->fd != -1 && !is_there(spool))
        leave_file(spool);
    if (spool->error != 0)
        return;
    if (write_lines(spool) == -1) {
        spool->error = errno != 0 ? errno : EIO;
        log_error("spool: cannot write: file=%u: %s", spool->file, strerror(spool->error));
    } else {
        daemon_kill_point("notify.spooled");
        spool->bytes += spool->lines.size;
        spool->byte_count += spool->lines.size;
        spool->line_count += spool->waiting_count - spool->tried_count;
        spool->written_count = spool->waiting_count;
        spool->is_flushed = false;
    }
    spool->tried_count = spool->waiting_count;
    text_clear(&spool->lines);
}

bool spool_is_flushed(const struct spool *spool)
{
    return spool->written_count == 0 || spool->is_flushed;
}

void spool_flush(struct spool *spool)
{
    spool_write(spool);
    if (spool_is_flushed(spool))
        return;
    flush_file(spool);
    if (!is_there(spool))
        leave_file(spool);
    daemon_kill_point("notify.flushed");
}

void spool_settled(struct spool *spool)
{
    size_t left = spool->waiting_count - spool->tried_count;

    if (spool->tried_count == 0 || !spool_is_flushed(spool))
        return;
    memmove(spool->waiting, spool->waiting + spool->tried_count, left * sizeof *spool->waiting);
    spool->waiting_count = left;
    spool->tried_count = 0;
    spool->written_count = 0;
    spool->error = 0;
}

/* ---------------------------------------------------------------- after a crash */

/* A whole line as line_write makes it: it begins with id and notice, ends as an object, and no
 * hole of a lost block is inside. */
static bool is_whole(const char *line, size_t size, uint8_t id[ID_BYTES], uint64_t *about)
{
    static const char start[] = "{\"id\":\"", middle[] = "\",\"notice\":";
    enum { START_BYTES = sizeof start - 1, DIGITS = 2 * ID_BYTES, MIDDLE_BYTES = sizeof middle - 1 };
    char digits[DIGITS + 1];

    if (size < START_BYTES + DIGITS + MIDDLE_BYTES + 2 || memcmp(line, start, START_BYTES) != 0 ||
        memcmp(line + START_BYTES + DIGITS, middle, MIDDLE_BYTES) != 0 || line[size - 1] != '}' ||
        memchr(line, '\0', size) != NULL)
        return false;
    memcpy(digits, line + START_BYTES, DIGITS);
    digits[DIGITS] = '\0';
    *about = strtoull(line + START_BYTES + DIGITS + MIDDLE_BYTES, NULL, 10);
    return hex_parse(digits, id, ID_BYTES);
}

/* Tell the whole lines of text; returns how many bytes they fill. */
static size_t tell_lines(const char *text, size_t size, spool_found *found, void *self)
{
    size_t at = 0;

    while (at < size) {
        const char *end = memchr(text + at, '\n', size - at);
        uint8_t id[ID_BYTES];
        uint64_t about;

        if (end == NULL || !is_whole(text + at, (size_t) (end - text) - at, id, &about))
            break;
        found(self, id, about);
        at = (size_t) (end - text) + 1;
    }
    return at;
}

static int read_from(int fd, uint64_t from, struct text *text)
{
    char chunk[64 * 1024];

    text_clear(text);
    for (;;) {
        ssize_t size = pread(fd, chunk, sizeof chunk, (off_t) (from + text->size));

        if (size == -1 && errno == EINTR)
            continue;
        if (size <= 0 || text->failed)
            return size == 0 ? 0 : -1;
        text_put(text, chunk, (size_t) size);
    }
}

/* One file from a settled place on: whole lines are told and flushed, the rest is cut off. */
static int recover_file(struct spool *spool, uint64_t from, spool_found *found, void *self)
{
    struct text text = { 0 };
    size_t good;
    int result = -1;

    if (from > spool->bytes)
        from = spool->bytes;
    if (read_from(spool->fd, from, &text) == -1)
        goto done;
    good = text.size > 0 ? tell_lines(text.data, text.size, found, self) : 0;
    if (good < text.size) {
        log_warn("spool: torn line cut off: file=%u bytes=%zu", spool->file, text.size - good);
        if (ftruncate(spool->fd, (off_t) (from + good)) == -1)
            goto done;
    }
    spool->bytes = from + good;
    result = fdatasync(spool->fd);
done:
    text_close(&text);
    return result;
}

int spool_recover(struct spool *spool, uint32_t settled_file, uint64_t settled_bytes, spool_found *found, void *self)
{
    uint32_t newest = spool->file;

    if (newest < settled_file) {   /* taken away: numbers go on rising */
        if (spool->fd != -1)
            close(spool->fd);
        spool->fd = -1;
        spool->file = settled_file;
        return 0;
    }
    for (uint32_t file = settled_file > 0 ? settled_file : 1; newest > 0 && file <= newest; file++) {
        if (open_file(spool, file, 0) == -1) {
            if (errno == ENOENT && file < newest)
                continue;
            log_error("spool: cannot open: file=%u: %s", file, strerror(errno));
            return -1;
        }
        if (recover_file(spool, file == settled_file ? settled_bytes : 0, found, self) == -1) {
            log_error("spool: cannot recover: file=%u: %s", file, strerror(errno));
            return -1;
        }
    }
    return 0;
}
