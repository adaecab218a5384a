/* A settings file: faults that are told, or values that lie within what the table allows and come out
 * the same when they are written down again.
 */
#include <inttypes.h>
#include <sys/mman.h>
#include <unistd.h>

#include "fuzz.h"
#include "settings.h"

enum { LEAST_MAP = 1 << 20, MOST_BATCH = 4096, MOST_WAIT_MS = 3600000 };

struct example {
    char data[32];
    char label[16];
    uint64_t map;
    uint32_t batch;
    uint32_t wait_ms;
    bool rehearsal;
};

static const struct setting table[] = {
    { "data", SETTING_TEXT, offsetof(struct example, data), sizeof(((struct example *) 0)->data), "/var/lib/x", 0, 0,
      "数据目录", "data directory" },
    { "label", SETTING_TEXT, offsetof(struct example, label), sizeof(((struct example *) 0)->label), "", 0, 0, "标签",
      "label" },
    { "map_bytes", SETTING_BYTES, offsetof(struct example, map), 0, "64G", LEAST_MAP, 0, "库的上限", "map size" },
    { "batch_records", SETTING_COUNT, offsetof(struct example, batch), 0, "512", 1, MOST_BATCH, "每批条数",
      "records per batch" },
    { "wait", SETTING_DURATION, offsetof(struct example, wait_ms), 0, "1500ms", 0, MOST_WAIT_MS, "等待时间",
      "how long to wait" },
    { "rehearsal", SETTING_SWITCH, offsetof(struct example, rehearsal), 0, "off", 0, 0, "演练", "rehearsal" },
};

/* A file that lives in memory. */
static bool read_from_memory(struct example *example, struct bytes content)
{
    int fd = memfd_create("settings", MFD_CLOEXEC);
    char path[64];
    char *arguments[] = { "duban-example", "--settings", path };
    bool good;

    MUST(fd != -1 && write(fd, content.data, content.size) == (ssize_t) content.size);
    (void) snprintf(path, sizeof path, "/proc/self/fd/%d", fd);
    memset(example, 0x5a, sizeof *example);
    good = settings_take(example, table, sizeof table / sizeof table[0], 3, arguments);
    (void) close(fd);
    return good;
}

static void must_lie_within(const struct example *example)
{
    MUST(memchr(example->data, '\0', sizeof example->data) != NULL);
    MUST(memchr(example->label, '\0', sizeof example->label) != NULL);
    MUST(is_utf8(example->data, strlen(example->data)) && is_utf8(example->label, strlen(example->label)));
    MUST(example->map >= LEAST_MAP);
    MUST(example->batch >= 1 && example->batch <= MOST_BATCH);
    MUST(example->wait_ms <= MOST_WAIT_MS);
}

static void must_be_read_the_same(const struct example *example)
{
    struct example again;
    char text[512];

    (void) snprintf(text, sizeof text,
                    "data = %s\nlabel = %s\nmap-bytes = %" PRIu64 "\nbatch_records = %u\nwait = %ums\nrehearsal = %s\n",
                    example->data, example->label, example->map, example->batch, example->wait_ms,
                    example->rehearsal ? "on" : "off");
    MUST(read_from_memory(&again, bytes_of_text(text)));
    MUST(strcmp(again.data, example->data) == 0 && strcmp(again.label, example->label) == 0);
    MUST(again.map == example->map && again.batch == example->batch && again.wait_ms == example->wait_ms &&
         again.rehearsal == example->rehearsal);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct example example;

    if (read_from_memory(&example, bytes_of(data, size))) {
        must_lie_within(&example);
        must_be_read_the_same(&example);
    }
    return 0;
}
