/* orphans.c - what nobody wants any more goes. */
#include "orphans.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "gateway.h"
#include "link.h"
#include "log.h"

enum {
    FOLDERS = 256, UPLOADS = FOLDERS,  /* those of the store; the one of what comes bit by bit */
    FILES_AT_A_TIME = 1000,
    SECOND_MS = 1000, HOUR_MS = 3600 * SECOND_MS, KNOWN_FOR_MS = 300 * SECOND_MS, NANOSECONDS_PER_MS = 1000000,
};

/* One folder of the store, being looked at. */
struct looking {
    struct orphans *orphans;
    struct gateway *gateway;
    DIR *folder;
    int number;                        /* UPLOADS: the folder of those that come bit by bit */
    int64_t before_ms;                 /* wall clock: older than that is old */
};

static bool is_old(const struct looking *looking, const char *name)
{
    struct stat file;

    return fstatat(dirfd(looking->folder), name, &file, AT_SYMLINK_NOFOLLOW) == 0 && S_ISREG(file.st_mode) &&
           (int64_t) file.st_mtim.tv_sec * SECOND_MS + file.st_mtim.tv_nsec / NANOSECONDS_PER_MS < looking->before_ms;
}

enum verdict { KEEP, DELETE, NOT_KNOWN };

/* What is not named as a photo is not ours to delete. */
static enum verdict judge(const struct looking *looking, const char *name)
{
    char hex[2 * SHA256_BYTES + 1];
    uint8_t sha256[SHA256_BYTES];
    uint64_t report;
    ssize_t reports;

    if (looking->number == UPLOADS)
        return DELETE;
    (void) snprintf(hex, sizeof hex, "%02x%.62s", (unsigned) looking->number & 0xff, name);
    if (strlen(name) != sizeof hex - 3 || !hex_parse(hex, sha256, SHA256_BYTES))
        return KEEP;
    reports = state_declared(&looking->gateway->state, sha256, &report, 1);
    return reports == -1 ? NOT_KNOWN : reports == 0 ? DELETE : KEEP;
}

static void delete(struct looking *looking, const char *name)
{
    struct orphans *orphans = looking->orphans;

    if (unlinkat(dirfd(looking->folder), name, 0) == -1) {
        log_warn("evidence: an orphan cannot be deleted: folder=%02x file=%s error=%s", (unsigned) looking->number, name, strerror(errno));
        return;
    }
    if (looking->number != UPLOADS)
        log_info("没有报告申报的照片已删除 / a photo that no report declares is deleted: sha256=%02x%s", (unsigned) looking->number, name);
    orphans->deleted++;
    orphans->deleted_now++;
}

/* False: what is declared cannot be read, and nothing more goes. */
static bool look_at(struct looking *looking, const char *name)
{
    enum verdict verdict = is_old(looking, name) ? judge(looking, name) : KEEP;

    looking->orphans->looked_at++;
    if (verdict == DELETE)
        delete(looking, name);
    return verdict != NOT_KNOWN;
}

/* Rows of uploads go with their files, each by a commit of its own. False: there was no time for all of them. */
static bool drop_rows(const struct looking *looking)
{
    int64_t until_ms = monotonic_ms() + LOOKING_MS;
    uint8_t id[ID_BYTES];

    while (state_drop_old_upload(&looking->gateway->state, looking->before_ms, id)) {
        evidence_forget(&looking->gateway->evidence, id);
        if (monotonic_ms() >= until_ms)
            return false;
    }
    return true;
}

static bool look_at_folder(struct orphans *orphans, struct gateway *gateway)
{
    struct looking looking = { orphans, gateway, NULL, orphans->folder, account_wall_ms() - (int64_t) gateway->settings.orphans_after_ms };
    char path[EVIDENCE_PATH_BYTES + 16];
    struct dirent *entry;
    bool known = true;

    if (looking.number == UPLOADS) {
        orphans->is_left = !drop_rows(&looking);
        if (orphans->is_left)
            return true;
        (void) snprintf(path, sizeof path, "%s/uploads", gateway->evidence.directory);
    } else {
        (void) snprintf(path, sizeof path, "%s/%02x", gateway->evidence.directory, (unsigned) looking.number);
    }
    looking.folder = opendir(path);
    while (known && looking.folder != NULL && (entry = readdir(looking.folder)) != NULL)
        known = entry->d_name[0] == '.' || look_at(&looking, entry->d_name);
    if (looking.folder != NULL)
        closedir(looking.folder);
    return known;
}

static bool is_known_for_sure(const struct gateway *gateway)
{
    const struct evidence_index *index = &gateway->evidence_index;

    return index->complete_ms != 0 && gateway->now_ms - index->complete_ms < KNOWN_FOR_MS;
}

static void rest(struct orphans *orphans, const struct gateway *gateway)
{
    log_info("evidence: looked for what nobody wants: files=%llu deleted=%llu", (unsigned long long) orphans->looked_at,
             (unsigned long long) orphans->deleted_now);
    *orphans = (struct orphans){ .is_resting = true, .next_ms = gateway->now_ms + HOUR_MS, .deleted = orphans->deleted };
}

void orphans_turn(struct orphans *orphans, struct gateway *gateway)
{
    uint64_t before = orphans->looked_at;
    bool known;

    if (gateway->is_stopping || (orphans->is_resting && gateway->now_ms < orphans->next_ms) || !is_known_for_sure(gateway))
        return;
    if (!evidence_worker_is_idle(&gateway->evidence))   /* it may be about to rely on a file that is old until then */
        return;
    orphans->is_resting = false;
    do
        known = look_at_folder(orphans, gateway);
    while (known && !orphans->is_left && orphans->folder++ < UPLOADS && orphans->looked_at - before < FILES_AT_A_TIME);
    if (!known || orphans->folder > UPLOADS)
        rest(orphans, gateway);
}
