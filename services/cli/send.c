/* send.c - submitting entries, many in flight. */
#include <errno.h>
#include <string.h>
#include <unistd.h>
#include <zmq.h>

#include "cli.h"
#include "digest.h"
#include "frame.h"
#include "link.h"
#include "log.h"
#include "message.h"

enum { WINDOW = 128, SCRATCH_BYTES = 1024 * 1024, PROGRESS_MS = 500, SHORTEST_AGAIN_MS = 20 };

/* One run of send_all. */
struct run {
    struct cli *cli;
    struct client *client;
    struct submission *submissions;
    size_t count;
    size_t settled;              /* all before this one have their answer */
    size_t received;
    size_t in_flight;
    int64_t progress_at_ms;      /* last answer: the time-out counts from here */
    int64_t again_at_ms;         /* overloaded: nothing is sent before then */
    int64_t told_at_ms;
    struct arena scratch;
};

/* ---------------------------------------------------------------- sending */

static int send_one(struct run *run, struct submission *submission)
{
    Duban__Submit submit = DUBAN__SUBMIT__INIT;
    struct frame frame = { .type = FRAME_SUBMIT };
    struct bytes body;

    arena_reset(&run->scratch);
    submit.request_id = ++run->client->last_request_id;
    submit.account = (char *) submission->account;
    submit.client_id = (ProtobufCBinaryData){ sizeof submission->client_id, submission->client_id };
    submit.entry = (ProtobufCBinaryData){ submission->entry.size, (uint8_t *) submission->entry.data };
    body = message_pack(&run->scratch, &submit);
    if (body.data == NULL)
        die("内存不足 / out of memory");
    if (frame_send(run->client->socket, NULL, &frame, body) == -1)
        return -1;
    submission->request_id = submit.request_id;
    run->in_flight++;
    return 0;
}

static void send_more(struct run *run, int64_t now_ms)
{
    if (now_ms < run->again_at_ms)
        return;
    for (size_t i = run->settled; i < run->count && run->in_flight < WINDOW; i++)
        if (run->submissions[i].state == SEND_WAITING && run->submissions[i].request_id == 0 &&
            send_one(run, &run->submissions[i]) == -1)
            return;
}

/* ---------------------------------------------------------------- answers */

static struct submission *find_request(struct run *run, uint64_t request_id)
{
    for (size_t i = run->settled; i < run->count; i++)
        if (run->submissions[i].request_id == request_id && run->submissions[i].state == SEND_WAITING)
            return &run->submissions[i];
    return NULL;
}

static void settle(struct run *run, struct submission *submission, enum sending state)
{
    submission->state = state;
    run->received += state == SEND_RECEIVED ? 1 : 0;
    while (run->settled < run->count && run->submissions[run->settled].state != SEND_WAITING)
        run->settled++;
}

static void on_receipt(struct run *run, const Duban__Receipt *receipt, uint64_t lineage)
{
    struct submission *submission = find_request(run, receipt->request_id);

    if (submission == NULL)
        return;
    run->in_flight--;
    submission->sequence = receipt->sequence;
    submission->stamp_ms = receipt->stamp_ms;
    submission->duplicate = receipt->duplicate;
    run->cli->lineage = lineage;
    settle(run, submission, SEND_RECEIVED);
}

static void on_refusal(struct run *run, const Duban__Refusal *refusal, int64_t now_ms)
{
    struct submission *submission = find_request(run, refusal->request_id);
    int64_t again_ms = refusal->retry_after_ms > SHORTEST_AGAIN_MS ? refusal->retry_after_ms : SHORTEST_AGAIN_MS;

    if (submission == NULL)
        return;
    run->in_flight--;
    submission->request_id = 0;
    submission->code = refusal->code;
    fault_set(&submission->fault, refusal->field, "%1$s%2$.0s", "%1$.0s%2$s", refusal->zh, refusal->en);
    if (refusal->code == DUBAN__REFUSAL_CODE__REFUSAL_CODE_LATER)
        run->again_at_ms = now_ms + again_ms;
    else
        settle(run, submission, SEND_REFUSED);
}

static void on_answer(struct run *run, const struct received *received, int64_t now_ms)
{
    struct fault fault;
    void *message;

    arena_reset(&run->scratch);
    if (received->frame.type == FRAME_RECEIPT) {
        message = message_unpack(&run->scratch, &duban__receipt__descriptor, received->body, FRAME_MAX_BYTES, &fault);
        if (message != NULL)
            on_receipt(run, message, received->frame.lineage);
    } else if (received->frame.type == FRAME_REFUSAL) {
        message = message_unpack(&run->scratch, &duban__refusal__descriptor, received->body, FRAME_MAX_BYTES, &fault);
        if (message != NULL)
            on_refusal(run, message, now_ms);
    }
}

static void take_answers(struct run *run, int64_t now_ms)
{
    struct received received;
    enum frame_status status;

    while ((status = frame_receive(run->client->socket, false, &received)) != FRAME_NONE && status != FRAME_FAILED) {
        if (status != FRAME_OK)
            continue;
        on_answer(run, &received, now_ms);
        frame_release(&received);
        run->progress_at_ms = now_ms;
    }
}

/* ---------------------------------------------------------------- the run */

static void tell_progress(struct run *run, int64_t now_ms, bool last)
{
    if (!last && now_ms - run->told_at_ms < PROGRESS_MS)
        return;
    run->told_at_ms = now_ms;
    fprintf(run->cli->errors.out, "\r%zu / %zu%s", run->settled, run->count, last ? "\n" : "");
    fflush(run->cli->errors.out);
}

static void wait_for_answers(struct run *run, int64_t now_ms)
{
    zmq_pollitem_t item = { .socket = run->client->socket, .events = ZMQ_POLLIN };
    int64_t until_ms = run->progress_at_ms + run->cli->timeout_ms;

    if (run->again_at_ms > now_ms && run->again_at_ms < until_ms)
        until_ms = run->again_at_ms;
    zmq_poll(&item, 1, until_ms > now_ms ? (long) (until_ms - now_ms) : 0);
}

/* Answers still missing are unknown; what was never sent stays waiting. */
static int give_up(struct run *run)
{
    int missing = 0;

    for (size_t i = run->settled; i < run->count; i++) {
        if (run->submissions[i].state != SEND_WAITING)
            continue;
        missing = -1;
        if (run->submissions[i].request_id != 0)
            run->submissions[i].state = SEND_UNKNOWN;
    }
    return missing;
}

int send_all(struct cli *cli, struct submission *submissions, size_t count, bool progress)
{
    struct run run = { .cli = cli, .submissions = submissions, .count = count };
    int64_t now_ms = monotonic_ms();
    struct fault fault;

    run.client = cli_client(cli, INGEST_SUBMIT, &fault);
    if (run.client == NULL)
        return -1;
    progress = progress && isatty(STDERR_FILENO) == 1;
    arena_open(&run.scratch, SCRATCH_BYTES);
    run.progress_at_ms = now_ms;
    while (run.settled < count && now_ms - run.progress_at_ms < cli->timeout_ms) {
        send_more(&run, now_ms);
        wait_for_answers(&run, now_ms);
        now_ms = monotonic_ms();
        take_answers(&run, now_ms);
        if (progress)
            tell_progress(&run, now_ms, false);
    }
    if (progress)
        tell_progress(&run, now_ms, true);
    arena_close(&run.scratch);
    return give_up(&run);
}

/* ---------------------------------------------------------------- what became of it */

static enum exit_code say_unknown(struct cli *cli, const struct submission *submission)
{
    char id[33];

    if (submission->id_is_derived) {
        cli_fail(cli, "没有收到回执：不知道是否已入账。把同一文件再交一次即可，重复的只算一次；并用 duban status 查看 duban-ingest",
                 "no receipt: it is not known whether the entry was taken. Submit the same file again, a repeat has one effect; "
                 "and look at duban-ingest with duban status");
        return EXIT_NO_ANSWER;
    }
    hex_of(id, submission->client_id, sizeof submission->client_id);
    cli_fail(cli, "没有收到回执：不知道是否已入账。请用同一编号再交一次（--id %s），重复的只算一次；并用 duban status 查看 duban-ingest",
             "no receipt: it is not known whether the entry was taken. Submit it again with the same id (--id %s), "
             "a repeat has one effect; and look at duban-ingest with duban status", id);
    return EXIT_NO_ANSWER;
}

/* Nothing was sent at all. */
static enum exit_code say_unreachable(struct cli *cli)
{
    struct fault fault;

    if (cli_client(cli, INGEST_SUBMIT, &fault) == NULL)
        cli_refuse(cli, &fault);
    cli_fail(cli, "什么也没有提交", "nothing was submitted");
    return EXIT_NO_ANSWER;
}

enum exit_code say_not_received(struct cli *cli, const struct submission *submission)
{
    switch (submission->state) {
    case SEND_REFUSED:
        return cli_refuse(cli, &submission->fault);
    case SEND_UNKNOWN:
        return say_unknown(cli, submission);
    case SEND_WAITING:
        if (cli->clients[INGEST_SUBMIT].socket == NULL)
            return say_unreachable(cli);
        cli_fail(cli, "没有提交：duban-ingest 没有应答或一直繁忙；稍后再交一次，重复的只算一次",
                 "not submitted: duban-ingest did not answer, or was busy all the time; submit it again later, a repeat has "
                 "one effect");
        return EXIT_NO_ANSWER;
    case SEND_RECEIVED:
        break;
    }
    return EXIT_FINE;
}

/* ---------------------------------------------------------------- does anybody answer */

/* Whatever the answer is, somebody gave it. */
bool ask_submit_is_served(struct cli *cli, int timeout_ms)
{
    struct fault fault;
    struct client *client = cli_client(cli, INGEST_SUBMIT, &fault);
    enum client_status status;

    if (client == NULL)
        return false;
    status = client_probe(client, &cli->arena, cli->account, timeout_ms, &fault);
    return status == CLIENT_REFUSED || status == CLIENT_LATER;
}
