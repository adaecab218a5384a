/* daemon_check.c - what would stop a daemon in its directories, found before it is started. */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <pwd.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "daemon.h"
#include "log.h"

enum { PATH_BYTES = 4096, NAME_BYTES = 64 };

/* How a user is called; the number where it has no name. Returns out. */
static const char *name_of_user(uid_t user, char out[NAME_BYTES])
{
    const struct passwd *row = getpwuid(user);

    if (row == NULL)
        (void) snprintf(out, NAME_BYTES, "%u", (unsigned) user);
    else
        (void) snprintf(out, NAME_BYTES, "%s", row->pw_name);
    return out;
}

/* Who starts it as root by hand leaves files that the service's own user cannot open afterwards. */
static bool files_are_of(const char *setting, int directory_fd, const char *directory, uid_t owner)
{
    char has[NAME_BYTES], should[NAME_BYTES];
    DIR *files = fdopendir(directory_fd);
    struct stat status;
    bool right = true;

    if (files == NULL) {
        close(directory_fd);
        return true;
    }
    for (const struct dirent *file = readdir(files); file != NULL; file = readdir(files)) {
        if (fstatat(directory_fd, file->d_name, &status, AT_SYMLINK_NOFOLLOW) == -1 || !S_ISREG(status.st_mode) ||
            status.st_uid == owner)
            continue;
        right = false;
        name_of_user(status.st_uid, has);
        name_of_user(owner, should);
        log_error("%5$s：%1$s/%2$s 的属主是 %3$s，而目录的属主是 %4$s，服务打不开它：chown -R %4$s %1$s / %5$s: %1$s/%2$s belongs to "
                  "%3$s and its directory to %4$s, who could not open it: chown -R %4$s %1$s", directory, file->d_name, has, should, setting);
    }
    closedir(files);
    return right;
}

static bool is_writable(const char *setting, const char *directory, uid_t owner)
{
    char mine[NAME_BYTES], theirs[NAME_BYTES];
    int error = access(directory, R_OK | W_OK | X_OK) == 0 ? 0 : errno;

    if (error == 0)
        return true;
    name_of_user(geteuid(), mine);
    name_of_user(owner, theirs);
    log_error("%5$s：%1$s 不能写：%2$s；属主是 %4$s，您是 %3$s。服务以 %4$s 运行的，请以它检查（sudo -u %4$s） / %5$s: %1$s cannot be "
              "written: %2$s; it belongs to %4$s and you are %3$s. If %4$s is who the service runs as, check as that user (sudo -u %4$s)",
              directory, strerror(error), mine, theirs, setting);
    return false;
}

/* The last of its parents that is there must let us make the rest. */
static bool could_be_made(const char *directory)
{
    char parent[PATH_BYTES];
    int error = ENOENT;

    (void) snprintf(parent, sizeof parent, "%s", directory);
    while (error == ENOENT) {
        char *slash = strrchr(parent, '/');

        if (slash == NULL)
            (void) snprintf(parent, sizeof parent, ".");
        else
            slash[slash == parent ? 1 : 0] = '\0';
        error = access(parent, W_OK | X_OK) == 0 ? 0 : errno;
        if (slash == NULL)
            break;
    }
    if (error == 0)
        return true;
    log_error("data：没有目录 %1$s，也无法在 %2$s 中建立：%3$s。请先建好，并交给运行服务的用户 / data: there is no directory %1$s, and it "
              "cannot be made in %2$s: %3$s; make it first, and give it to the user that the service runs as", directory, parent,
              strerror(error));
    return false;
}

static bool cannot_be_opened(const char *setting, const char *directory)
{
    log_error("%1$s：打不开目录 %2$s：%3$s / %1$s: cannot open the directory %2$s: %3$s", setting, directory, strerror(errno));
    return false;
}

static bool is_fit(const char *setting, const char *directory, uid_t owner)
{
    int fd = open(directory, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

    if (fd == -1 && errno != EACCES)
        return cannot_be_opened(setting, directory);
    return (fd == -1 || files_are_of(setting, fd, directory, owner)) && is_writable(setting, directory, owner);
}

bool daemon_check_data(const char *directory)
{
    char owner[NAME_BYTES];
    struct stat status;

    if (stat(directory, &status) == -1)
        return errno == ENOENT ? could_be_made(directory) : cannot_be_opened("data", directory);
    if (!is_fit("data", directory, status.st_uid))
        return false;
    log_info("data：%1$s，属主 %2$s / data: %1$s belongs to %2$s", directory, name_of_user(status.st_uid, owner));
    return true;
}

bool daemon_check_within(const char *directory, const char *folder)
{
    char path[PATH_BYTES];
    struct stat status;

    (void) snprintf(path, sizeof path, "%s/%s", directory, folder);
    if (stat(path, &status) == -1)
        return errno == ENOENT || errno == EACCES || cannot_be_opened("data", path);
    return is_fit("data", path, status.st_uid);
}

bool daemon_check_run(const char *directory)
{
    struct stat status;

    if (stat(directory, &status) == -1)
        return errno == ENOENT || cannot_be_opened("run", directory);
    return is_fit("run", directory, status.st_uid);
}
