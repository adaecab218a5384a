/* system_error.c - errno in both languages. */
#include "system_error.h"

#include <errno.h>
#include <stddef.h>
#include <string.h>

static const struct {
    int error;
    const char *zh;
} CHINESE[] = {
    { EPERM, "不允许这样做" },
    { ENOENT, "没有这个文件或目录" },
    { EIO, "磁盘读写出错" },
    { ENXIO, "设备不存在" },
    { ENOMEM, "内存不足" },
    { EACCES, "没有权限" },
    { EBUSY, "正被占用" },
    { EEXIST, "已经有了" },
    { EXDEV, "不在同一个磁盘上" },
    { ENOTDIR, "路径里有一段不是目录" },
    { EISDIR, "这是目录，不是文件" },
    { EINVAL, "不能这样用" },
    { ENFILE, "系统打开的文件太多" },
    { EMFILE, "打开的文件太多" },
    { EFBIG, "文件太大" },
    { ENOSPC, "磁盘没有空间了" },
    { EROFS, "磁盘只能读，不能写" },
    { EPIPE, "接收的一方已经关闭" },
    { ENAMETOOLONG, "名称太长" },
    { ENOTEMPTY, "目录不是空的" },
    { ELOOP, "链接一层套一层，没有尽头" },
    { EDQUOT, "超出了磁盘配额" },
    { EADDRINUSE, "地址已被占用" },
    { EADDRNOTAVAIL, "本机没有这个地址" },
    { ECONNREFUSED, "那里没有人接听" },
};

struct words system_error(int error)
{
    const char *en = strerror(error);

    for (size_t i = 0; i < sizeof CHINESE / sizeof CHINESE[0]; i++)
        if (CHINESE[i].error == error)
            return (struct words){ CHINESE[i].zh, en };
    return (struct words){ en, en };
}
