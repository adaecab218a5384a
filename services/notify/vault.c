/* vault.c - asking ingest for addresses, never waiting for the answer.
 *
 * One question at a time, for all that the window wants. An answer is handed to the window
 * and kept nowhere else.
 */
#include <sodium.h>

#include "log.h"
#include "message.h"
#include "notify.h"

enum { ANSWER_WITHIN_MS = 5000, ARENA_BYTES = 1024 * 1024 };

static void close_socket(struct vault *vault)
{
    if (vault->socket != NULL)
        zmq_close(vault->socket);
    vault->socket = NULL;
    vault->request_id = 0;
}

void vault_close(struct notify *notify)
{
    close_socket(&notify->vault);
}

static bool open_socket(struct notify *notify)
{
    char endpoint[256];

    if (notify->vault.socket != NULL)
        return true;
    notify_endpoint(notify, "ingest.query", endpoint, sizeof endpoint);
    notify->vault.socket = frame_connect(notify->zmq, endpoint);
    return notify->vault.socket != NULL;
}

static void send_question(struct notify *notify, ProtobufCBinaryData *tokens, size_t count)
{
    struct vault *vault = &notify->vault;
    Duban__VaultRead read = DUBAN__VAULT_READ__INIT;
    Duban__Query query = DUBAN__QUERY__INIT;
    struct frame frame = { .type = FRAME_QUERY };
    struct bytes body;

    read.tokens = tokens;
    read.n_tokens = count;
    read.purpose = DUBAN__VAULT_PURPOSE__VAULT_PURPOSE_SEND;
    read.on_behalf_of = "notify";
    query.request_id = ++vault->last_request_id;
    query.body_case = DUBAN__QUERY__BODY_VAULT_READ;
    query.vault_read = &read;
    arena_reset(&notify->arena);
    body = message_pack(&notify->arena, &query);
    vault->deadline_ms = notify->now_ms + ANSWER_WITHIN_MS;
    if (body.data == NULL || frame_send(vault->socket, NULL, &frame, body) == -1)
        return;
    vault->request_id = query.request_id;
    notify->counters.vault_questions++;
}

void vault_ask(struct notify *notify)
{
    ProtobufCBinaryData tokens[VAULT_MOST_TOKENS];
    struct vault *vault = &notify->vault;
    size_t count;

    if (vault->deadline_ms > notify->now_ms)
        return;
    if (vault->request_id != 0) {
        log_warn("vault: no answer in time, asking again");
        close_socket(vault);
    }
    count = flights_wanted(notify, tokens, VAULT_MOST_TOKENS);
    if (count > 0 && open_socket(notify))
        send_question(notify, tokens, count);
}

static void on_rows(struct notify *notify, const Duban__VaultRows *rows)
{
    for (size_t i = 0; i < rows->n_rows; i++) {
        Duban__VaultRow *row = rows->rows[i];

        if (row->token.len != TOKEN_BYTES)
            continue;
        flights_addressed(notify, row->token.data, row->forgotten ? NULL : row->clear);
        sodium_memzero(row->clear, strlen(row->clear));
    }
    if (rows->n_rows > 0)
        notify->vault.deadline_ms = 0;   /* the next question may go at once */
}

static void on_reply(struct notify *notify, const Duban__Reply *reply)
{
    if (reply->request_id != notify->vault.request_id)
        return;
    notify->vault.request_id = 0;
    if (reply->body_case == DUBAN__REPLY__BODY_VAULT)
        on_rows(notify, reply->vault);
    else
        log_warn("vault: not answered: %s",
                 reply->body_case == DUBAN__REPLY__BODY_FAULT ? reply->fault->en : "unexpected reply");
}

void vault_receive(struct notify *notify)
{
    struct received received;
    enum frame_status status;

    while (notify->vault.socket != NULL &&
           (status = frame_receive(notify->vault.socket, false, &received)) != FRAME_NONE) {
        Duban__Reply *reply = NULL;

        if (status == FRAME_BAD)
            continue;
        if (status == FRAME_FAILED) {
            close_socket(&notify->vault);
            return;
        }
        arena_reset(&notify->arena);
        if (received.frame.type == FRAME_REPLY)
            reply = message_unpack(&notify->arena, &duban__reply__descriptor, received.body, ARENA_BYTES, NULL);
        if (reply != NULL)
            on_reply(notify, reply);
        frame_release(&received);
    }
}
