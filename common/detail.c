/* detail.c - sentences of ours, and what stands in them. */
#include "detail.h"

#include <stdbool.h>
#include <string.h>

enum { PARTS_MOST = 3, DEPTH_MOST = 4 };

/* Each * is any text, the last one to the end; what it stands for is looked up in turn. */
static const struct {
    const char *en;
    const char *zh;
} SENTENCES[] = {
    { "channel *: *; spool instead", "渠道 *：*；改为留存" },
    { "given up after * attempts: *", "尝试 * 次后放弃：*" },
    { "*; check secret and keyword of its address", "*；请核对该地址的密钥和关键词" },
    { "*; our clock is * s ahead of theirs: set the clock", "*；本机时钟比对方快 * 秒，请校准" },
    { "*; our clock is * s behind of theirs: set the clock", "*；本机时钟比对方慢 * 秒，请校准" },
    { "HTTP *, and its section has gone from notify.yaml meanwhile: *", "HTTP *，期间 notify.yaml 中该渠道已删去：*" },
    { "HTTP * without a readable *: *", "HTTP *，其中读不出 *：*" },
    { "exit status *", "退出码 *" },
    { "code *", "代码 *" },
    { "*: *; now by *", "*：*；改由 * 发送" },
    { "not known here", "没有这种渠道" },
    { "no address", "没有地址" },
    { "no answer", "没有答复" },
    { "expired", "已过有效期" },
    { "damaged", "记录损坏" },
    { "it has no section in notify.yaml", "notify.yaml 中没有这一渠道" },
    { "it has no secret_file in notify.yaml", "notify.yaml 中没有写 secret_file" },
    { "it has no server or sender in notify.yaml", "notify.yaml 中没有写 server 或 sender" },
    { "it has no url in notify.yaml", "notify.yaml 中没有写 url" },
    { "its address is not an http or https one", "地址不是 http 或 https 网址" },
    { "its address is no mail address", "地址不是邮箱" },
    { "its address is no phone number", "地址不是手机号" },
    { "its address is longer than 512 bytes", "地址超过 512 字节" },
    { "its address has control characters", "地址中有控制字符" },
    { "its address is not kept any more", "地址已不再保存" },
    { "its address said 410 Gone before", "该地址此前已答复停用（410）" },
    { "the keyword behind its address is too long", "地址后的关键词过长" },
    { "its far end has failed for long", "对方长时间没有接收消息" },
    { "notify was stopped before it was answered", "等待答复时投递服务停止" },
    { "no memory for the request", "内存不足，请求没有发出" },
    { "it took too long and was killed", "运行超时，已终止" },
    { "the answer broke off within its head", "对方答复不完整" },
    { "the server offers no encryption (STARTTLS), and nothing is said to it in clear: see tls in notify.yaml",
      "服务器不提供加密（STARTTLS），不以明文发送：见 notify.yaml 的 tls" },
    { "the certificate of the far end is not trusted: see ca_file in notify.yaml",
      "对方证书不受信任：见 notify.yaml 的 ca_file" },
    { "its row in notify's store is damaged and does not say what it was: see duban explain, and check the disk",
      "投递记录损坏，读不出内容：请看 duban explain，并检查磁盘" },
    { "No space left on device", "磁盘已满" },
    { "Read-only file system", "文件系统只读" },
    { "Input/output error", "磁盘读写出错" },
    { "Permission denied", "没有权限" },
    { "Is a directory", "同名的目录挡住了文件" },
    { "Couldn't connect to server", "连接不上对方" },
    { "Could not connect to server", "连接不上对方" },
    { "Couldn't resolve host name", "查不到对方域名" },
    { "Could not resolve hostname", "查不到对方域名" },
    { "Timeout was reached", "等待超时" },
    { "Server returned nothing (no headers, no data)", "对方没有答复就断开" },
    { "Failure when receiving data from the peer", "接收对方答复时中断" },
    { "Failed sending data to the peer", "发送时中断" },
    { "SSL connect error", "加密连接失败" },
};

struct part {
    const char *text;
    size_t size;
};

struct writing {
    char *out;
    size_t size, used;
};

static void write_text(struct writing *writing, const char *text, size_t size)
{
    size_t room = writing->size - 1 - writing->used;

    if (size > room) {
        size = room;
        while (size > 0 && ((unsigned char) text[size] & 0xC0) == 0x80)
            size--;
        writing->size = writing->used + size + 1;   /* nothing goes behind what was cut */
    }
    memcpy(writing->out + writing->used, text, size);
    writing->used += size;
    writing->out[writing->used] = '\0';
}

/* Where that text stands at or behind at; at the very end where it is the last of its sentence. NULL = nowhere. */
static const char *find(const char *at, const char *end, const char *text, size_t size, bool is_last)
{
    if (size == 0)
        return is_last ? end : at;
    if (is_last)
        return (size_t) (end - at) >= size && memcmp(end - size, text, size) == 0 ? end - size : NULL;
    for (; (size_t) (end - at) >= size; at++)
        if (memcmp(at, text, size) == 0)
            return at;
    return NULL;
}

/* Does the text fit the sentence, and what stands for each of its stars? */
static bool fits(const char *sentence, struct part text, struct part parts[PARTS_MOST])
{
    const char *at = text.text, *end = text.text + text.size;
    size_t size = strcspn(sentence, "*"), count = 0;

    if (text.size < size || memcmp(at, sentence, size) != 0)
        return false;
    at += size;
    sentence += size;
    while (*sentence == '*' && count < PARTS_MOST) {
        const char *found;

        sentence++;
        size = strcspn(sentence, "*");
        found = find(at, end, sentence, size, sentence[size] == '\0');
        if (found == NULL)
            return false;
        parts[count++] = (struct part){ at, (size_t) (found - at) };
        at = found + size;
        sentence += size;
    }
    return at == end && *sentence == '\0';
}

static void translate(struct writing *writing, struct part text, int depth)
{
    struct part parts[PARTS_MOST];

    for (size_t i = 0; depth < DEPTH_MOST && i < sizeof SENTENCES / sizeof SENTENCES[0]; i++) {
        const char *zh = SENTENCES[i].zh;
        size_t star = 0;

        if (!fits(SENTENCES[i].en, text, parts))
            continue;
        for (; *zh != '\0'; zh += *zh == '*') {
            size_t size = strcspn(zh, "*");

            write_text(writing, zh, size);
            zh += size;
            if (*zh == '*')
                translate(writing, parts[star++], depth + 1);
        }
        return;
    }
    write_text(writing, text.text, text.size);
}

void detail_in_chinese(char *out, size_t size, const char *detail)
{
    struct writing writing = { .out = out, .size = size };

    out[0] = '\0';
    translate(&writing, (struct part){ detail, strlen(detail) }, 0);
}
