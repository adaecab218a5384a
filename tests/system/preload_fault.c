/* preload_fault.c - lets a daemon die, or its disk fail, at a chosen call.
 *
 *   LD_PRELOAD=preload_fault.so DUBAN_FAULT=call:N:what duban-notify ...
 *
 * call   write (all ways to write to a file), flush, send, receive, read (of a photo in the store), or any (all of them)
 * N      its Nth time, counted from the start of the process
 * what   kill   SIGKILL instead of the call
 *        half   a write stops half-way, other calls are carried out; then SIGKILL
 *        EIO    this one fails with it
 *        ENOSPC this one fails with it; a write has put half of it on the disk
 */
#include <dlfcn.h>
#include <errno.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <unistd.h>

#define REAL(name) ((__typeof__(&name)) dlsym(RTLD_NEXT, #name))

enum what { WHAT_NOTHING, WHAT_KILL, WHAT_HALF, WHAT_EIO, WHAT_ENOSPC };

static enum what what_of(const char *word)
{
    static const char *const words[] = { "nothing", "kill", "half", "EIO", "ENOSPC" };

    for (int what = WHAT_KILL; what <= WHAT_ENOSPC; what++)
        if (strcmp(word, words[what]) == 0)
            return (enum what) what;
    abort();
}

/* What happens to this call. */
static enum what fate(const char *call)
{
    static atomic_long passed;
    const char *wanted = getenv("DUBAN_FAULT");
    const char *number = wanted == NULL ? NULL : strchr(wanted, ':');
    char *end;
    long at;

    if (number == NULL)
        return WHAT_NOTHING;
    if (strncmp(wanted, "any:", 4) != 0 &&
        (strncmp(wanted, call, strlen(call)) != 0 || wanted[strlen(call)] != ':'))
        return WHAT_NOTHING;
    at = strtol(number + 1, &end, 10);
    return atomic_fetch_add(&passed, 1) + 1 == at && *end == ':' ? what_of(end + 1) : WHAT_NOTHING;
}

static void die(void)
{
    (void) kill(getpid(), SIGKILL);
}

static bool is_kept(int fd)
{
    struct stat status;

    return fd > STDERR_FILENO && fstat(fd, &status) == 0 && S_ISREG(status.st_mode);
}

static enum what fate_of_write(int fd)
{
    enum what what = is_kept(fd) ? fate("write") : WHAT_NOTHING;

    if (what == WHAT_KILL)
        die();
    return what;
}

/* The half of the write is done; what is told of it. */
static ssize_t after_half(enum what what, ssize_t written)
{
    if (what == WHAT_HALF)
        die();
    errno = what == WHAT_EIO ? EIO : ENOSPC;
    return what == WHAT_ENOSPC && written > 0 ? written : -1;
}

static size_t half_of(enum what what, size_t size)
{
    return what == WHAT_EIO ? 0 : size / 2;
}

/* ---------------------------------------------------------------- files */

ssize_t write(int fd, const void *data, size_t size)
{
    enum what what = fate_of_write(fd);

    if (what == WHAT_NOTHING)
        return REAL(write)(fd, data, size);
    return after_half(what, REAL(write)(fd, data, half_of(what, size)));
}

ssize_t pwrite(int fd, const void *data, size_t size, off_t offset)
{
    enum what what = fate_of_write(fd);

    if (what == WHAT_NOTHING)
        return REAL(pwrite)(fd, data, size, offset);
    return after_half(what, REAL(pwrite)(fd, data, half_of(what, size), offset));
}

ssize_t pwrite64(int fd, const void *data, size_t size, off64_t offset)
{
    return pwrite(fd, data, size, offset);
}

ssize_t writev(int fd, const struct iovec *parts, int count)
{
    enum what what = fate_of_write(fd);

    if (what == WHAT_NOTHING)
        return REAL(writev)(fd, parts, count);
    return after_half(what, REAL(write)(fd, parts[0].iov_base, half_of(what, parts[0].iov_len)));
}

ssize_t pwritev(int fd, const struct iovec *parts, int count, off_t offset)
{
    enum what what = fate_of_write(fd);

    if (what == WHAT_NOTHING)
        return REAL(pwritev)(fd, parts, count, offset);
    return after_half(what, REAL(pwrite)(fd, parts[0].iov_base, half_of(what, parts[0].iov_len), offset));
}

ssize_t pwritev64(int fd, const struct iovec *parts, int count, off64_t offset)
{
    return pwritev(fd, parts, count, offset);
}

/* A bad sector under a photo: LMDB reads at a place, too. */
static bool is_photo(int fd)
{
    char link[64], path[4096];
    ssize_t size;

    (void) snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
    size = readlink(link, path, sizeof path - 1);
    path[size == -1 ? 0 : size] = '\0';
    return strstr(path, "/evidence/") != NULL;
}

ssize_t pread(int fd, void *data, size_t size, off_t offset)
{
    enum what what = is_photo(fd) ? fate("read") : WHAT_NOTHING;

    if (what == WHAT_NOTHING)
        return REAL(pread)(fd, data, size, offset);
    if (what == WHAT_KILL || what == WHAT_HALF)
        die();
    errno = what == WHAT_EIO ? EIO : ENOSPC;
    return -1;
}

ssize_t pread64(int fd, void *data, size_t size, off64_t offset)
{
    return pread(fd, data, size, offset);
}

static int flush(int fd, int (*real)(int))
{
    enum what what = fate("flush");
    int result;

    if (what == WHAT_KILL)
        die();
    if (what == WHAT_EIO || what == WHAT_ENOSPC) {
        errno = what == WHAT_EIO ? EIO : ENOSPC;
        return -1;
    }
    result = real(fd);
    if (what == WHAT_HALF)
        die();
    return result;
}

int fdatasync(int fd)
{
    return flush(fd, REAL(fdatasync));
}

int fsync(int fd)
{
    return flush(fd, REAL(fsync));
}

/* ---------------------------------------------------------------- sockets */

ssize_t send(int fd, const void *data, size_t size, int flags)
{
    enum what what = fate("send");
    ssize_t result;

    if (what == WHAT_KILL)
        die();
    result = REAL(send)(fd, data, size, flags);
    if (what == WHAT_HALF)
        die();
    return result;
}

ssize_t recv(int fd, void *data, size_t size, int flags)
{
    enum what what = fate("receive");
    ssize_t result;

    if (what == WHAT_KILL)
        die();
    result = REAL(recv)(fd, data, size, flags);
    if (what == WHAT_HALF)
        die();
    return result;
}
