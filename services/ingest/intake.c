#include "intake.h"

#include <assert.h>
#include <errno.h>
#include <stdlib.h>
#include <zmq.h>

#include "daemon.h"
#include "log.h"

enum { UNREAD_PER_PEER = 256, UNSENT_PER_PEER = 4096 };   /* receipts are small, and a batch brings many at once */

int intake_open(struct intake *intake, void *zmq, const char *endpoint, uint32_t size, uint64_t most_bytes)
{
    intake->size = size;
    intake->most_bytes = most_bytes;
    intake->ring = calloc(size, sizeof *intake->ring);
    if (intake->ring == NULL)
        return -1;
    intake->socket = frame_bind_bounded(zmq, endpoint, UNREAD_PER_PEER, UNSENT_PER_PEER);
    return intake->socket == NULL ? -1 : 0;
}

void intake_close(struct intake *intake)
{
    for (uint32_t i = 0; i < intake->count; i++)
        frame_release(&intake_at(intake, i)->received);
    if (intake->socket != NULL)
        zmq_close(intake->socket);
    free(intake->ring);
    *intake = (struct intake){ 0 };
}

/* The next well-formed message; malformed ones are dropped and count towards *most. */
static bool receive(struct intake *intake, struct received *received, uint32_t *most)
{
    while (*most > 0) {
        (*most)--;
        switch (frame_receive(intake->socket, true, received)) {
        case FRAME_OK:
            daemon_kill_point("ingest.received");
            return true;
        case FRAME_BAD:
            intake->bad_frames++;
            if (errno == EPROTONOSUPPORT && intake->on_other_version != NULL)
                intake->on_other_version(intake->self, intake, &received->peer);
            break;
        case FRAME_NONE:
            *most = 0;
            return false;
        case FRAME_FAILED:
            die("无法从套接字接收，请重启 / cannot receive from a socket: %s; restart", zmq_strerror(errno));
        }
    }
    return false;
}

static bool is_full(const struct intake *intake)
{
    return intake->count == intake->size || intake->bytes >= intake->most_bytes;
}

bool intake_fill(struct intake *intake, uint32_t most)
{
    while (!is_full(intake)) {
        struct submission *submission = intake_at(intake, intake->count);

        if (!receive(intake, &submission->received, &most))
            return true;
        intake->bytes += submission->received.body.size;
        intake->count++;
    }
    return false;
}

bool intake_overflow(struct intake *intake, struct received *received)
{
    uint32_t most = 1;

    return receive(intake, received, &most);
}

void intake_release(struct intake *intake, struct submission *submission)
{
    assert(intake->bytes >= submission->received.body.size);
    intake->bytes -= submission->received.body.size;
    frame_release(&submission->received);
    submission->received.body = bytes_of(NULL, 0);
}

void intake_drop(struct intake *intake, uint32_t count)
{
    assert(count <= intake->count);
    intake->first = (intake->first + count) % intake->size;
    intake->count -= count;
}
