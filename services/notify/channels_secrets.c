/* channels_secrets.c - secrets stand in files of their own; neither they nor parts of them come into a fault. */
#include "channels_private.h"

#include <errno.h>
#include <fcntl.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "log.h"
#include "message.h"
#include "secret_file.h"

enum { FILE_BYTES = 4096, PATH_BYTES = 1024 };

/* ---------------------------------------------------------------- where */

/* From the directory of notify.yaml, unless it begins at the root. False after a complaint. */
static bool path_of_file(struct reading *reading, const struct yaml *value, char path[PATH_BYTES])
{
    const char *slash = strrchr(reading->path, '/');
    int directory = value->text[0] != '/' && slash != NULL ? (int) (slash + 1 - reading->path) : 0;

    if (snprintf(path, PATH_BYTES, "%.*s%s", directory, reading->path, value->text) < PATH_BYTES)
        return true;
    file_complain(reading->faults, value->place, "路径太长", "the path is too long");
    return false;
}

static bool path_of_credential(struct reading *reading, const struct yaml *value, char path[PATH_BYTES])
{
    const char *directory = getenv("CREDENTIALS_DIRECTORY");

    if (strchr(value->text, '/') != NULL || value->text[0] == '.') {
        file_complain(reading->faults, value->place, "此处应为 systemd 凭据的名称，不是路径；路径写在 …_file 中",
                      "this should be the name of a systemd credential, not a path; a path goes into ..._file");
        return false;
    }
    if (directory == NULL) {
        file_complain(reading->faults, value->place,
                      "没有 $CREDENTIALS_DIRECTORY；请在服务单元中写 LoadCredential=%s:文件，或改用 …_file",
                      "there is no $CREDENTIALS_DIRECTORY; write LoadCredential=%s:FILE in the unit, or use ..._file",
                      excerpt_of(value->text).text);
        return false;
    }
    if (snprintf(path, PATH_BYTES, "%s/%s", directory, value->text) < PATH_BYTES)
        return true;
    file_complain(reading->faults, value->place, "路径太长", "the path is too long");
    return false;
}

/* ---------------------------------------------------------------- what */

/* Its bytes, ended by zero. -1 with errno. */
static ssize_t take_file(const char *path, char content[FILE_BYTES])
{
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);   /* nobody may write to a pipe */
    ssize_t size;
    int error;

    if (fd == -1)
        return -1;
    size = read(fd, content, FILE_BYTES - 1);
    error = errno;
    close(fd);
    if (size >= 0) {
        secret_warn_of_readers(path);
        content[size] = '\0';
    }
    errno = error;
    return size;
}

typedef bool path_maker(struct reading *reading, const struct yaml *value, char path[PATH_BYTES]);

/* Text of the file; false after a complaint. The caller wipes it. */
static bool take(struct reading *reading, const struct yaml *value, path_maker *path_of, char content[FILE_BYTES])
{
    char path[PATH_BYTES];
    ssize_t size;

    if (!yaml_is_scalar(reading->faults, value) || !path_of(reading, value, path))
        return false;
    size = take_file(path, content);
    if (size == -1)
        file_complain(reading->faults, value->place, "读不到密钥文件 %s：%s；请检查路径和权限",
                      "cannot read the file %s: %s; check path and rights", path, strerror(errno));
    else if (size == FILE_BYTES - 1 || strlen(content) != (size_t) size || !is_utf8(content, (size_t) size))
        file_complain(reading->faults, value->place, "密钥文件 %s 不是文本，或超过 %d 字节",
                      "the file %s is no text, or has more than %d bytes", path, FILE_BYTES - 2);
    else
        return true;
    return false;
}

/* The one line of a text, without what stands around it; NULL when there are several or none. */
static char *only_line(char *content)
{
    char *line = content + strspn(content, " \t\r\n");
    size_t size = strlen(line);

    while (size > 0 && strchr(" \t\r\n", line[size - 1]) != NULL)
        line[--size] = '\0';
    for (size_t i = 0; i < size; i++)
        if ((unsigned char) line[i] < ' ' || line[i] == 0x7F)
            return NULL;
    return size > 0 ? line : NULL;
}

/* ---------------------------------------------------------------- readers */

static void read_keys(struct reading *reading, const struct yaml *value, struct secrets *secrets, path_maker *path_of)
{
    char content[FILE_BYTES];

    if (take(reading, value, path_of, content) && !secrets_parse(secrets, content))
        file_complain(reading->faults, value->place,
                      "密钥文件应每行一个 whsec_ 加 24 至 64 字节的 base64，最多 %d 行",
                      "the file should hold one whsec_ and base64 of 24 to 64 bytes a line, at most %d lines",
                      (int) SECRETS_MOST);
    sodium_memzero(content, sizeof content);
}

void channels_secret_keys(struct reading *reading, const struct yaml *value, void *target, const struct key *key)
{
    (void) key;
    read_keys(reading, value, target, path_of_file);
}

void channels_credential_keys(struct reading *reading, const struct yaml *value, void *target, const struct key *key)
{
    (void) key;
    read_keys(reading, value, target, path_of_credential);
}

static void read_line(struct reading *reading, const struct yaml *value, const char **target, path_maker *path_of)
{
    char content[FILE_BYTES];

    if (take(reading, value, path_of, content)) {
        const char *line = only_line(content);

        channels_wipe(*target);
        *target = NULL;
        if (line != NULL)
            *target = channels_keep(reading, line);
        else
            file_complain(reading->faults, value->place, "文件应只有一行，写密钥本身",
                          "the file should hold one line, the secret itself");
    }
    sodium_memzero(content, sizeof content);
}

void channels_secret_line(struct reading *reading, const struct yaml *value, void *target, const struct key *key)
{
    (void) key;
    read_line(reading, value, target, path_of_file);
}

void channels_credential_line(struct reading *reading, const struct yaml *value, void *target, const struct key *key)
{
    (void) key;
    read_line(reading, value, target, path_of_credential);
}

void channels_secret_url(struct reading *reading, const struct yaml *value, void *target, const struct key *key)
{
    const char *url = NULL;

    (void) key;
    read_line(reading, value, &url, path_of_file);
    if (url != NULL && !channels_is_url(url)) {
        file_complain(reading->faults, value->place, "文件中应为 http 或 https 网址",
                      "the file should hold an http or https address");
        channels_wipe(url);
        return;
    }
    *(const char **) target = url;
}

void channels_file_path(struct reading *reading, const struct yaml *value, void *target, const struct key *key)
{
    char path[PATH_BYTES];

    (void) key;
    if (!yaml_is_scalar(reading->faults, value) || !path_of_file(reading, value, path))
        return;
    if (access(path, R_OK) == 0)
        *(const char **) target = channels_keep(reading, path);
    else
        file_complain(reading->faults, value->place, "读不到文件 %s：%s；请检查路径和权限",
                      "cannot read the file %s: %s; check path and rights", path, strerror(errno));
}

void channels_wipe(const char *secret)
{
    if (secret != NULL)
        sodium_memzero((char *) secret, strlen(secret));
}
