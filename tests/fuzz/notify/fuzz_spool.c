/* What may lie in a spool file after a crash: whole lines are found and stay, the rest is cut off, and
 * a second look finds the same.
 *
 * The input: up to where the file is settled (2 bytes), and the file.
 */
#include <fcntl.h>
#include <sys/stat.h>

#include "fuzz.h"
#include "log.h"
#include "spool.h"
#include "test.h"

struct found {
    size_t count;
    uint8_t digest[DIGEST_BYTES];   /* of all ids and notices */
};

static const char *folder_of_all_inputs(void)
{
    static char folder[SCRATCH_BYTES];
    char inner[SCRATCH_BYTES + 8];

    if (is_empty(folder)) {
        log_open("fuzz");
        scratch_make(folder);
        (void) snprintf(inner, sizeof inner, "%s/spool", folder);
        MUST(mkdir(inner, 0700) == 0);
    }
    return folder;
}

static void write_spool(const char *folder, struct bytes content)
{
    char path[SCRATCH_BYTES + 32];
    int fd;

    (void) snprintf(path, sizeof path, "%s/spool/spool-000001.jsonl", folder);
    fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    MUST(fd != -1 && write(fd, content.data, content.size) == (ssize_t) content.size);
    (void) close(fd);
}

static void note(void *self, const uint8_t id[ID_BYTES], uint64_t about)
{
    struct found *found = self;

    found->count++;
    digest_chain(found->digest, bytes_of(id, ID_BYTES));
    digest_chain(found->digest, bytes_of(&about, sizeof about));
}

/* Size of the file afterwards. */
static uint64_t recover(const char *folder, uint64_t settled_bytes, struct found *found)
{
    struct spool spool;
    uint64_t size;

    *found = (struct found){ 0 };
    MUST(spool_open(&spool, folder, UINT64_C(1) << 30) == 0);
    MUST(spool_recover(&spool, 1, settled_bytes, note, found) == 0);
    size = spool.bytes;
    spool_close(&spool);
    return size;
}

static size_t lines_in(struct bytes content, size_t from, size_t to)
{
    size_t count = 0;

    for (size_t i = from; i < to; i++)
        count += ((const char *) content.data)[i] == '\n';
    return count;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const char *folder = folder_of_all_inputs();
    struct input input = { data, size };
    uint64_t settled = take_number(&input, 2);
    struct bytes content = take_rest(&input);
    struct found first, second;
    uint64_t left;

    settled = settled < content.size ? settled : content.size;
    write_spool(folder, content);
    left = recover(folder, settled, &first);
    MUST(left >= settled && left <= content.size);
    MUST(left == settled || ((const char *) content.data)[left - 1] == '\n');
    MUST(first.count == lines_in(content, settled, left));
    MUST(recover(folder, settled, &second) == left);
    MUST(second.count == first.count && memcmp(second.digest, first.digest, DIGEST_BYTES) == 0);
    return 0;
}
