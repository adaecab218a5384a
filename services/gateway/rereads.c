/* rereads.c - photos in the store, read once more. */
#include "rereads.h"

#include <sodium.h>

#include "gateway.h"

/* What was never stored, is not there, or is of another size, is for losses_turn to tell of. */
static bool is_worth_reading(const struct evidence *evidence, const struct declared_photo *photo)
{
    uint64_t size_bytes;

    return photo->size_bytes > 0 && evidence_has(evidence, photo->sha256, &size_bytes) && size_bytes == photo->size_bytes;
}

static void read_again(struct rereads *rereads, struct gateway *gateway)
{
    const struct declared_photo *photo = &rereads->last;

    rereads->photos++;
    switch (evidence_reread(&gateway->evidence, photo->sha256)) {
    case EVIDENCE_FINE:
        losses_end(&gateway->losses, photo->sha256);
        break;
    case EVIDENCE_OTHER:
        (void) losses_note(&gateway->losses, &gateway->evidence, photo, DUBAN__PHOTO_LOSS__PHOTO_LOSS_OTHER_CONTENT);
        break;
    case EVIDENCE_FAILED:
        (void) losses_note(&gateway->losses, &gateway->evidence, photo, DUBAN__PHOTO_LOSS__PHOTO_LOSS_UNREADABLE);
        break;
    default:                           /* it could not be tried */
        break;
    }
}

void rereads_turn(struct rereads *rereads, struct gateway *gateway)
{
    ssize_t count;

    if (gateway->is_stopping || gateway->now_ms < rereads->next_ms || evidence_failing(&gateway->evidence) != 0)
        return;
    rereads->next_ms = gateway->now_ms + REREAD_EVERY_MS;
    if (!rereads->has_begun)
        randombytes_buf(rereads->last.sha256, sizeof rereads->last.sha256);
    rereads->has_begun = true;
    count = state_next_declared(&gateway->state, &rereads->last, &rereads->last, 1);
    if (count == 0)
        rereads->last = (struct declared_photo){ .report_sequence = 0 };
    else if (count == 1 && is_worth_reading(&gateway->evidence, &rereads->last))
        read_again(rereads, gateway);
}
