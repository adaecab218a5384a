#include "daemon.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <sodium.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>
#include <zmq.h>

#include "log.h"

enum { PATH_BYTES = 4096, NOTE_BYTES = 512 };

/* ---------------------------------------------------------------- directory and lock */

/* Parents are made for everybody to pass, the directory itself for this user only. */
static int make_directories(const char *directory)
{
    char path[PATH_BYTES];

    if (snprintf(path, sizeof path, "%s", directory) >= (int) sizeof path) {
        errno = ENAMETOOLONG;
        return -1;
    }
    for (char *slash = strchr(path + 1, '/'); slash != NULL; slash = strchr(slash + 1, '/')) {
        *slash = '\0';
        if (mkdir(path, 0755) == -1 && errno != EEXIST)
            return -1;
        *slash = '/';
    }
    return mkdir(path, 0700) == -1 && errno != EEXIST ? -1 : 0;
}

/* The process id in a lock file is for people; the lock itself is flock's. */
static long holder_of(int lock_fd)
{
    char text[24] = "";

    if (pread(lock_fd, text, sizeof text - 1, 0) <= 0)
        return 0;
    return strtol(text, NULL, 10);
}

static void write_holder(int lock_fd)
{
    char text[24];
    int size = snprintf(text, sizeof text, "%ld\n", (long) getpid());

    if (ftruncate(lock_fd, 0) == -1 || pwrite(lock_fd, text, (size_t) size, 0) != size)
        log_warn("lock: cannot write the process id: %s", strerror(errno));
}

static int lock_file(const char *path, const char *directory)
{
    int lock_fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);

    if (lock_fd == -1 && (errno == ENOENT || errno == ENOTDIR))
        die("没有 %1$s 这个目录：请先建好（systemd-tmpfiles --create），或改设置里的目录 / there is no directory %1$s: make it first "
            "(systemd-tmpfiles --create), or set another", directory);
    if (lock_fd == -1 && errno == EROFS)
        die("%1$s 所在的文件系统只能读：请检查磁盘（dmesg），再重新挂载 / the file system of %1$s is read-only: look at the disk (dmesg), then "
            "mount it again", directory);
    if (lock_fd == -1)
        die("无法打开 %s：%s。请核对该目录的属主与权限 / cannot open %s: %s; check who owns the directory", path,
            strerror(errno), path, strerror(errno));
    if (flock(lock_fd, LOCK_EX | LOCK_NB) == -1)
        die("目录 %s 正被进程 %ld 使用，请先停止它或换一个目录 / "
            "the directory %s is in use by process %ld; stop that one first or choose another directory",
            directory, holder_of(lock_fd), directory, holder_of(lock_fd));
    write_holder(lock_fd);
    return lock_fd;
}

static int lock_directory(const char *directory)
{
    char path[PATH_BYTES + 8];

    if (make_directories(directory) == -1)
        die("无法建立数据目录 %s：%s。请核对路径与权限 / cannot make the data directory %s: %s; check path and permissions",
            directory, strerror(errno), directory, strerror(errno));
    (void) snprintf(path, sizeof path, "%s/lock", directory);
    return lock_file(path, directory);
}

void daemon_claim_run(struct daemon *daemon, const char *run_directory)
{
    char path[PATH_BYTES + 64];

    (void) snprintf(path, sizeof path, "%s/%s.lock", run_directory, daemon->program);
    daemon->run_lock_fd = lock_file(path, run_directory);
}

/* ---------------------------------------------------------------- signals */

static int open_signals(void)
{
    sigset_t heard;
    int fd;

    (void) signal(SIGPIPE, SIG_IGN);
    sigemptyset(&heard);
    sigaddset(&heard, SIGTERM);
    sigaddset(&heard, SIGINT);
    sigaddset(&heard, SIGHUP);
    if (sigprocmask(SIG_BLOCK, &heard, NULL) == -1)
        die("sigprocmask: %s", strerror(errno));
    fd = signalfd(-1, &heard, SFD_NONBLOCK | SFD_CLOEXEC);
    if (fd == -1)
        die("signalfd: %s", strerror(errno));
    return fd;
}

static void hear_signals(struct daemon *daemon)
{
    struct signalfd_siginfo heard;

    while (read(daemon->signal_fd, &heard, sizeof heard) == (ssize_t) sizeof heard) {
        if (heard.ssi_signo == SIGHUP)
            daemon->reload_wanted = true;
        else
            daemon->stop_wanted = true;
    }
}

bool daemon_should_stop(struct daemon *daemon)
{
    hear_signals(daemon);
    return daemon->stop_wanted;
}

bool daemon_should_reload(struct daemon *daemon)
{
    bool wanted = daemon->reload_wanted;

    daemon->reload_wanted = false;
    return wanted;
}

void daemon_reload_nothing(struct daemon *daemon)
{
    if (daemon_should_reload(daemon))
        log_info("没有可重读的设置；改了设置请重新启动 / nothing to reload: settings are read at the start, restart to change them");
}

/* ---------------------------------------------------------------- systemd */

static int64_t now_ms(void)
{
    struct timespec now;

    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t) now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

static int open_notify(void)
{
    const char *path = getenv("NOTIFY_SOCKET");
    struct sockaddr_un address = { .sun_family = AF_UNIX };
    socklen_t size;
    int fd;

    if (path == NULL || path[0] == '\0')
        return -1;
    if (strlen(path) >= sizeof address.sun_path) {
        log_warn("NOTIFY_SOCKET: the path is too long: path=%s", path);
        return -1;
    }
    memcpy(address.sun_path, path, strlen(path));
    size = (socklen_t) (offsetof(struct sockaddr_un, sun_path) + strlen(path) + (path[0] == '/'));
    if (path[0] == '@')   /* Linux's abstract names begin with a zero byte */
        address.sun_path[0] = '\0';
    fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (fd == -1 || connect(fd, (struct sockaddr *) &address, size) == -1) {
        log_warn("NOTIFY_SOCKET: cannot connect: path=%s error=%s", path, strerror(errno));
        if (fd != -1)
            close(fd);
        return -1;
    }
    return fd;
}

static void notify(struct daemon *daemon, const char *text)
{
    if (daemon->notify_fd != -1 && send(daemon->notify_fd, text, strlen(text), MSG_NOSIGNAL) == -1)
        log_warn("NOTIFY_SOCKET: cannot send: error=%s", strerror(errno));
}

/* Half of what systemd allows, as sd_watchdog_enabled(3) advises. */
static int64_t watchdog_ms(void)
{
    const char *allowed_us = getenv("WATCHDOG_USEC");
    const char *process = getenv("WATCHDOG_PID");

    if (allowed_us == NULL || (process != NULL && strtol(process, NULL, 10) != (long) getpid()))
        return 0;
    return (int64_t) (strtoull(allowed_us, NULL, 10) / 2000);
}

void daemon_ready(struct daemon *daemon)
{
    notify(daemon, "READY=1");
    log_info("ready: pid=%ld", (long) getpid());
}

void daemon_status(struct daemon *daemon, const char *format, ...)
{
    char note[NOTE_BYTES] = "STATUS=";
    va_list arguments;

    if (daemon->notify_fd == -1)
        return;
    va_start(arguments, format);
    (void) vsnprintf(note + 7, sizeof note - 7, format, arguments);
    va_end(arguments);
    note[strcspn(note, "\n")] = '\0';   /* a line end would begin another assignment */
    notify(daemon, note);
}

void daemon_alive(struct daemon *daemon)
{
    int64_t now;

    if (daemon->watchdog_ms == 0)
        return;
    now = now_ms();
    if (now < daemon->watchdog_at_ms)
        return;
    daemon->watchdog_at_ms = now + daemon->watchdog_ms;
    notify(daemon, "WATCHDOG=1");
}

/* ---------------------------------------------------------------- life */

void daemon_open(struct daemon *daemon, const char *program, const char *data_directory)
{
    log_open(program);
    if (sodium_init() == -1)   /* random numbers, and of its digests those that are made for this processor */
        die("无法初始化随机数 / cannot initialise random numbers");
    *daemon = (struct daemon){ .program = program, .signal_fd = -1, .lock_fd = -1, .notify_fd = -1 };
    daemon->lock_fd = lock_directory(data_directory);
    daemon->signal_fd = open_signals();   /* before zmq: its threads must inherit the mask */
    daemon->notify_fd = open_notify();
    daemon->watchdog_ms = daemon->notify_fd == -1 ? 0 : watchdog_ms();
    daemon->zmq = zmq_ctx_new();
    if (daemon->zmq == NULL)
        die("zmq: %s", zmq_strerror(errno));
}

static void close_fd(int *fd)
{
    if (*fd != -1)
        close(*fd);
    *fd = -1;
}

void daemon_close(struct daemon *daemon)
{
    if (daemon->program == NULL)   /* never opened */
        return;
    notify(daemon, "STOPPING=1");
    if (daemon->zmq != NULL)
        zmq_ctx_term(daemon->zmq);
    close_fd(&daemon->notify_fd);
    close_fd(&daemon->signal_fd);
    close_fd(&daemon->run_lock_fd);
    close_fd(&daemon->lock_fd);
    *daemon = (struct daemon){ .signal_fd = -1, .lock_fd = -1, .run_lock_fd = -1, .notify_fd = -1 };
}

/* ---------------------------------------------------------------- kill points */

/* Where to die, read once from the environment. */
struct kill_point {
    bool read;
    bool armed;
    char name[64];
    unsigned long passings_left;
};

static void read_kill_point(struct kill_point *point)
{
    const char *wanted = getenv("DUBAN_KILL_AT");
    const char *colon;

    point->read = true;
    if (wanted == NULL || wanted[0] == '\0')
        return;
    colon = strchr(wanted, ':');
    point->armed = true;
    point->passings_left = colon == NULL ? 1 : strtoul(colon + 1, NULL, 10);
    (void) snprintf(point->name, sizeof point->name, "%.*s",
                    (int) (colon == NULL ? strlen(wanted) : (size_t) (colon - wanted)), wanted);
}

void daemon_kill_point(const char *name)
{
    static struct kill_point point;

    if (!point.read)
        read_kill_point(&point);
    if (!point.armed || strcmp(name, point.name) != 0 || --point.passings_left > 0)
        return;
    (void) kill(getpid(), SIGKILL);
}
