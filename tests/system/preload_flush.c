/* preload_flush.c - writes down what a daemon does to its files and sockets, in the order done.
 *
 *   LD_PRELOAD=preload_flush.so DUBAN_FLUSH_LOG=file duban-ingest ...
 *
 * Every record is one append to the file, so that those of all threads (and of several
 * processes) stand in one order. Flushes, writes and what was received are noted once they are
 * done; a send is noted before it begins and again when it is done, with what was sent. So a
 * flush that stands between an arrival and the beginning of an answer did happen in between.
 *
 * Record, native byte order: u32 thread, u8 kind, u8 synchronous, u16 path size, u64 offset,
 * u64 data size; then path and data. flush.py reads them.
 */
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

#define REAL(name) ((__typeof__(&name)) dlsym(RTLD_NEXT, #name))

enum { KIND_RECEIVED = 'r', KIND_SENDING = 's', KIND_SENT = 'S', KIND_WRITTEN = 'w', KIND_FLUSHED = 'f', KIND_CUT = 't' };

struct note {
    uint32_t thread;
    uint8_t kind;
    uint8_t synchronous;
    uint16_t path_size;
    uint64_t offset;
    uint64_t data_size;
};

static int log_fd(void)
{
    static int fd = -2;
    const char *path;

    if (fd == -2) {
        path = getenv("DUBAN_FLUSH_LOG");
        fd = path == NULL ? -1 : open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
    }
    return fd;
}

static void note(uint8_t kind, int fd, uint64_t offset, const struct iovec *parts, int count, size_t size)
{
    int saved = errno;
    char link[64], path[PATH_MAX];
    struct iovec all[IOV_MAX];
    struct note head = { .thread = (uint32_t) gettid(), .kind = kind, .offset = offset, .data_size = size };
    ssize_t path_size;
    int used = 2;

    if (log_fd() == -1)
        return;
    (void) snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
    path_size = readlink(link, path, sizeof path);
    head.path_size = path_size > 0 ? (uint16_t) path_size : 0;
    head.synchronous = (fcntl(fd, F_GETFL) & O_DSYNC) != 0;
    all[0] = (struct iovec){ &head, sizeof head };
    all[1] = (struct iovec){ path, head.path_size };
    for (int i = 0; i < count && size > 0 && used < IOV_MAX; i++) {
        all[used] = parts[i];
        if (all[used].iov_len > size)
            all[used].iov_len = size;
        size -= all[used++].iov_len;
    }
    if (syscall(SYS_writev, log_fd(), all, used) == -1)
        abort();
    errno = saved;
}

static void note_one(uint8_t kind, int fd, uint64_t offset, const void *data, size_t size)
{
    struct iovec part = { (void *) data, size };

    note(kind, fd, offset, &part, 1, size);
}

/* Of the daemon's own files only: not its log, not a pipe or an eventfd. */
static int is_kept(int fd)
{
    struct stat status;

    return fd > STDERR_FILENO && fstat(fd, &status) == 0 && S_ISREG(status.st_mode);
}

/* ---------------------------------------------------------------- sockets */

ssize_t recv(int fd, void *data, size_t size, int flags)
{
    ssize_t result = REAL(recv)(fd, data, size, flags);

    if (result > 0)
        note_one(KIND_RECEIVED, fd, 0, data, (size_t) result);
    return result;
}

ssize_t send(int fd, const void *data, size_t size, int flags)
{
    ssize_t result;

    note_one(KIND_SENDING, fd, 0, data, 0);
    result = REAL(send)(fd, data, size, flags);
    note_one(KIND_SENT, fd, 0, data, result > 0 ? (size_t) result : 0);
    return result;
}

/* ---------------------------------------------------------------- files */

ssize_t write(int fd, const void *data, size_t size)
{
    ssize_t result = REAL(write)(fd, data, size);

    if (result > 0 && is_kept(fd))
        note_one(KIND_WRITTEN, fd, (uint64_t) (lseek(fd, 0, SEEK_CUR) - result), data, (size_t) result);
    return result;
}

ssize_t pwrite(int fd, const void *data, size_t size, off_t offset)
{
    ssize_t result = REAL(pwrite)(fd, data, size, offset);

    if (result > 0 && is_kept(fd))
        note_one(KIND_WRITTEN, fd, (uint64_t) offset, data, (size_t) result);
    return result;
}

ssize_t pwrite64(int fd, const void *data, size_t size, off64_t offset)
{
    return pwrite(fd, data, size, offset);
}

ssize_t writev(int fd, const struct iovec *parts, int count)
{
    ssize_t result = REAL(writev)(fd, parts, count);

    if (result > 0 && is_kept(fd))
        note(KIND_WRITTEN, fd, (uint64_t) (lseek(fd, 0, SEEK_CUR) - result), parts, count, (size_t) result);
    return result;
}

ssize_t pwritev(int fd, const struct iovec *parts, int count, off_t offset)
{
    ssize_t result = REAL(pwritev)(fd, parts, count, offset);

    if (result > 0 && is_kept(fd))
        note(KIND_WRITTEN, fd, (uint64_t) offset, parts, count, (size_t) result);
    return result;
}

ssize_t pwritev64(int fd, const struct iovec *parts, int count, off64_t offset)
{
    return pwritev(fd, parts, count, offset);
}

int ftruncate(int fd, off_t size)
{
    int result = REAL(ftruncate)(fd, size);

    if (result == 0 && is_kept(fd))
        note_one(KIND_CUT, fd, (uint64_t) size, NULL, 0);
    return result;
}

int ftruncate64(int fd, off64_t size)
{
    return ftruncate(fd, size);
}

int fdatasync(int fd)
{
    int result = REAL(fdatasync)(fd);

    if (result == 0)
        note_one(KIND_FLUSHED, fd, 0, NULL, 0);
    return result;
}

int fsync(int fd)
{
    int result = REAL(fsync)(fd);

    if (result == 0)
        note_one(KIND_FLUSHED, fd, 0, NULL, 0);
    return result;
}
