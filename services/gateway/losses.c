/* losses.c - photos that are not there any more as they came. */
#include "losses.h"

#include <errno.h>
#include <string.h>
#include <sys/stat.h>

#include "gateway.h"
#include "link.h"
#include "log.h"

enum { PHOTOS_AT_A_TIME = 200, HOUR_MS = 3600 * 1000 };

static struct loss *known(struct losses *losses, const uint8_t sha256[SHA256_BYTES])
{
    for (size_t i = 0; i < losses->count; i++)
        if (memcmp(losses->known[i].photo.sha256, sha256, SHA256_BYTES) == 0)
            return &losses->known[i];
    return NULL;
}

/* All zero: there is none. */
static struct loss_file file_of(const struct evidence *evidence, const uint8_t sha256[SHA256_BYTES])
{
    char path[EVIDENCE_PATH_BYTES];
    struct stat file;

    evidence_path_of(evidence, sha256, path);
    return stat(path, &file) == 0 ? (struct loss_file){ file.st_ino, file.st_ctim } : (struct loss_file){ .number = 0 };
}

static bool is_another(struct loss_file before, struct loss_file now)
{
    return now.number != before.number || now.changed.tv_sec != before.changed.tv_sec || now.changed.tv_nsec != before.changed.tv_nsec;
}

/* Whether such a one is whole again neither its name nor its size tells. */
static bool is_inside(Duban__PhotoLoss how)
{
    return how == DUBAN__PHOTO_LOSS__PHOTO_LOSS_UNREADABLE || how == DUBAN__PHOTO_LOSS__PHOTO_LOSS_OTHER_CONTENT;
}

/* ---------------------------------------------------------------- what is known */

static void say(const struct evidence *evidence, const struct loss *loss)
{
    static const char *const ZH[] = {
        [DUBAN__PHOTO_LOSS__PHOTO_LOSS_GONE] = "不在了", [DUBAN__PHOTO_LOSS__PHOTO_LOSS_OTHER_SIZE] = "大小不对",
        [DUBAN__PHOTO_LOSS__PHOTO_LOSS_UNREADABLE] = "读不出来", [DUBAN__PHOTO_LOSS__PHOTO_LOSS_OTHER_CONTENT] = "内容变了",
    };
    static const char *const EN[] = {
        [DUBAN__PHOTO_LOSS__PHOTO_LOSS_GONE] = "is gone", [DUBAN__PHOTO_LOSS__PHOTO_LOSS_OTHER_SIZE] = "has another size",
        [DUBAN__PHOTO_LOSS__PHOTO_LOSS_UNREADABLE] = "cannot be read", [DUBAN__PHOTO_LOSS__PHOTO_LOSS_OTHER_CONTENT] = "holds something else",
    };
    unsigned long long report = loss->photo.report_sequence;
    char path[EVIDENCE_PATH_BYTES];

    evidence_path_of(evidence, loss->photo.sha256, path);
    log_error("第 %llu 号报告申报的照片%s，请从备份放回 %s / a photo that report %llu declares %s: restore %s from a backup", report, ZH[loss->how],
              path, report, EN[loss->how], path);
}

bool losses_note(struct losses *losses, const struct evidence *evidence, const struct declared_photo *photo, Duban__PhotoLoss how)
{
    struct loss *loss = known(losses, photo->sha256);
    bool is_news = loss == NULL;

    if (is_news && losses->count == LOSSES_MOST)
        return false;
    if (is_news) {
        loss = &losses->known[losses->count++];
        loss->photo = *photo;
    }
    loss->how = how;
    loss->file = file_of(evidence, photo->sha256);
    if (is_news)
        say(evidence, loss);
    return true;
}

static void forget(struct losses *losses, struct loss *loss)
{
    log_info("照片又完好了 / a photo is whole again: report=%llu", (unsigned long long) loss->photo.report_sequence);
    *loss = losses->known[--losses->count];
}

void losses_end(struct losses *losses, const uint8_t sha256[SHA256_BYTES])
{
    struct loss *loss = known(losses, sha256);

    if (loss != NULL)
        forget(losses, loss);
}

/* A file that was only touched is the same: what is inside one that has changed is read once, and says it. */
static bool is_whole_again(const struct evidence *evidence, struct loss *loss)
{
    struct loss_file now;
    uint64_t size_bytes;

    if (!evidence_has(evidence, loss->photo.sha256, &size_bytes) || size_bytes != loss->photo.size_bytes)
        return false;
    if (!is_inside(loss->how))
        return true;
    now = file_of(evidence, loss->photo.sha256);
    if (!is_another(loss->file, now))
        return false;
    loss->file = now;
    return evidence_reread(evidence, loss->photo.sha256) == EVIDENCE_FINE;
}

uint64_t losses_count(struct losses *losses, const struct evidence *evidence)
{
    for (size_t i = losses->count; i > 0; i--)
        if (is_whole_again(evidence, &losses->known[i - 1]))
            forget(losses, &losses->known[i - 1]);
    return losses->count + losses->beyond;
}

/* ---------------------------------------------------------------- looking */

/* True: it is there for the first time, and its size known. */
static bool look_for(struct losses *losses, struct evidence *evidence, struct declared_photo *photo)
{
    uint64_t size_bytes = 0;
    bool is_there = evidence_has(evidence, photo->sha256, &size_bytes);

    if (!is_there && errno != ENOENT) {
        evidence_note_closed(evidence, photo->sha256, errno);
        return false;
    }
    if (photo->size_bytes == 0) {
        photo->size_bytes = size_bytes;
        return is_there;
    }
    if (is_there && size_bytes == photo->size_bytes)
        return false;
    if (!losses_note(losses, evidence, photo, is_there ? DUBAN__PHOTO_LOSS__PHOTO_LOSS_OTHER_SIZE : DUBAN__PHOTO_LOSS__PHOTO_LOSS_GONE))
        losses->beyond++;
    return false;
}

static void rest(struct losses *losses, int64_t now_ms)
{
    losses->rounds++;
    losses->is_resting = true;
    losses->next_ms = now_ms + HOUR_MS;
    losses->last = (struct declared_photo){ .report_sequence = 0 };
}

static void begin(struct losses *losses)
{
    losses->is_resting = false;
    losses->beyond = 0;
}

/* While nothing can be written there, the folder may be another one: nothing in it is missed. */
void losses_turn(struct losses *losses, struct gateway *gateway)
{
    struct declared_photo photos[PHOTOS_AT_A_TIME], stored[PHOTOS_AT_A_TIME];
    int64_t until_ms = monotonic_ms() + LOOKING_MS;
    size_t new_count = 0;
    ssize_t count, looked = 0;

    if (gateway->is_stopping || (losses->is_resting && gateway->now_ms < losses->next_ms) || evidence_failing(&gateway->evidence) != 0)
        return;
    if (losses->is_resting)
        begin(losses);
    count = state_next_declared(&gateway->state, losses->last.report_sequence == 0 ? NULL : &losses->last, photos, PHOTOS_AT_A_TIME);
    for (; looked < count && (looked == 0 || monotonic_ms() < until_ms); looked++)
        if (look_for(losses, &gateway->evidence, &photos[looked]))
            stored[new_count++] = photos[looked];
    if (new_count > 0)
        (void) state_put_stored(&gateway->state, stored, new_count);
    if (count < PHOTOS_AT_A_TIME && looked >= count)
        rest(losses, gateway->now_ms);
    else
        losses->last = photos[looked - 1];
}
