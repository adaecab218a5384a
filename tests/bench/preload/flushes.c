/* flushes.c - counts how often a process waits for the disk; loaded before its libraries.
 *
 *   DUBAN_FLUSHES=FILE LD_PRELOAD=flushes.so program
 *
 * A flush is an fsync or fdatasync, or a write to a descriptor opened with O_DSYNC (LMDB's
 * meta page). FILE holds the count as eight bytes in the machine's own order, so that it can
 * be read while the program runs.
 */
#include <dlfcn.h>
#include <fcntl.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/types.h>
#include <sys/uio.h>
#include <unistd.h>

static _Atomic uint64_t *shared;

__attribute__((constructor)) static void begin(void)
{
    const char *path = getenv("DUBAN_FLUSHES");
    int fd = path == NULL ? -1 : open(path, O_RDWR | O_CREAT, 0600);
    void *page = MAP_FAILED;

    if (fd != -1 && ftruncate(fd, sizeof *shared) == 0)
        page = mmap(NULL, sizeof *shared, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
    if (fd != -1)
        close(fd);
    if (page != MAP_FAILED)
        shared = page;
}

static void count(void)
{
    if (shared != NULL)
        atomic_fetch_add(shared, 1);
}

static void count_write(int fd)
{
    int flags = fcntl(fd, F_GETFL);

    if (flags != -1 && (flags & O_DSYNC) != 0)
        count();
}

#define NEXT(name) ((__typeof__(&name)) dlsym(RTLD_NEXT, #name))

int fdatasync(int fd)
{
    count();
    return NEXT(fdatasync)(fd);
}

int fsync(int fd)
{
    count();
    return NEXT(fsync)(fd);
}

ssize_t pwrite(int fd, const void *data, size_t size, off_t at)
{
    count_write(fd);
    return NEXT(pwrite)(fd, data, size, at);
}

ssize_t pwrite64(int fd, const void *data, size_t size, off64_t at)
{
    count_write(fd);
    return NEXT(pwrite64)(fd, data, size, at);
}

ssize_t pwritev(int fd, const struct iovec *parts, int parts_count, off_t at)
{
    count_write(fd);
    return NEXT(pwritev)(fd, parts, parts_count, at);
}

ssize_t write(int fd, const void *data, size_t size)
{
    count_write(fd);
    return NEXT(write)(fd, data, size);
}
