/* secret_file.c - files that hold a secret. */
#include "secret_file.h"

#include <sys/stat.h>

#include "log.h"

void secret_warn_of_readers(const char *path)
{
    struct stat status;

    if (stat(path, &status) == 0 && (status.st_mode & (S_IROTH | S_IWOTH)) != 0)
        log_warn("密钥文件其他用户也能读写，请改权限（chmod o=） / everybody may read or write this secret, change its rights "
                 "(chmod o=): path=%s", path);
}
