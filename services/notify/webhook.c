/* webhook.c - the window over the webhook queue: addressed, started, landed, settled.
 *
 * The queue lives in the store; at most FLIGHTS_MOST notices are in memory, and of one
 * address few, so that a slow one holds up nobody else. A notice is read again from the
 * store at the last moment before it is sent: a withdrawal may have come.
 */
#include <errno.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <unistd.h>

#include <sodium.h>

#include "log.h"
#include "message.h"
#include "notify.h"

enum {
    SCAN_AT_A_TIME = 4096,
    NORMAL_FLIGHTS_MOST = FLIGHTS_MOST * 3 / 4,   /* the rest is for what is urgent */
    EVENTS_AT_A_TIME = 64,
};

/* ---------------------------------------------------------------- curl's sockets in our loop */

static int on_socket(CURL *easy, curl_socket_t fd, int what, void *self, void *known)
{
    struct notify *notify = self;
    struct epoll_event event = { .data.fd = fd };
    int operation = known != NULL ? EPOLL_CTL_MOD : EPOLL_CTL_ADD;

    (void) easy;
    if (what == CURL_POLL_REMOVE) {
        epoll_ctl(notify->webhook.epoll_fd, EPOLL_CTL_DEL, fd, &event);
        return 0;
    }
    if (what == CURL_POLL_IN || what == CURL_POLL_INOUT)
        event.events |= EPOLLIN;
    if (what == CURL_POLL_OUT || what == CURL_POLL_INOUT)
        event.events |= EPOLLOUT;
    if (epoll_ctl(notify->webhook.epoll_fd, operation, fd, &event) == -1)
        log_error("webhook: cannot watch a socket: %s", strerror(errno));
    curl_multi_assign(notify->webhook.multi, fd, notify);
    return 0;
}

static int on_timer(CURLM *multi, long timeout_ms, void *self)
{
    struct notify *notify = self;

    (void) multi;
    notify->webhook.timer_at_ms = timeout_ms < 0 ? -1 : monotonic_ms() + timeout_ms;
    return 0;
}

void webhook_open(struct notify *notify)
{
    struct webhook *webhook = &notify->webhook;

    memset(webhook, 0, sizeof *webhook);
    webhook->timer_at_ms = -1;
    webhook->epoll_fd = epoll_create1(EPOLL_CLOEXEC);
    if (webhook->epoll_fd == -1 || curl_global_init(CURL_GLOBAL_DEFAULT) != CURLE_OK ||
        (webhook->multi = curl_multi_init()) == NULL)
        die("libcurl 无法启动 / libcurl cannot start: check the installation");
    curl_multi_setopt(webhook->multi, CURLMOPT_SOCKETFUNCTION, on_socket);
    curl_multi_setopt(webhook->multi, CURLMOPT_SOCKETDATA, notify);
    curl_multi_setopt(webhook->multi, CURLMOPT_TIMERFUNCTION, on_timer);
    curl_multi_setopt(webhook->multi, CURLMOPT_TIMERDATA, notify);
    if (!schedule_parse(&webhook->schedule, notify->settings.webhook_schedule))
        die("设置 webhook_schedule 应为最多 %d 个时长，如 0s 5s 5m 2h / setting webhook_schedule: at most %d waits, "
            "such as 0s 5s 5m 2h: %s", SCHEDULE_MAX_ATTEMPTS, SCHEDULE_MAX_ATTEMPTS, notify->settings.webhook_schedule);
    if (notify->settings.webhook_secret_file[0] != '\0')
        secrets_read(&webhook->secrets, notify->settings.webhook_secret_file);
}

static void wipe_address(struct flight *flight)
{
    if (flight->address != NULL)
        sodium_memzero(flight->address, strlen(flight->address));
    free(flight->address);
    flight->address = NULL;
    sodium_memzero(flight->host, sizeof flight->host);
}

/* Its place is free again; the handle and the buffer stay for the next one. */
static void free_flight(struct webhook *webhook, struct flight *flight)
{
    if (flight->state == FLIGHT_FREE)
        return;
    if (flight->state == FLIGHT_FLYING) {
        curl_multi_remove_handle(webhook->multi, flight->easy);
        webhook->flying--;
    }
    if (flight->state == FLIGHT_LANDED)
        webhook->landed--;
    curl_slist_free_all(flight->headers);
    flight->headers = NULL;
    wipe_address(flight);
    flight->state = FLIGHT_FREE;
    webhook->used--;
}

void webhook_close(struct notify *notify)
{
    struct webhook *webhook = &notify->webhook;

    if (webhook->multi == NULL)
        return;
    for (size_t i = 0; i < FLIGHTS_MOST; i++) {
        struct flight *flight = &webhook->flights[i];

        free_flight(webhook, flight);
        if (flight->easy != NULL)
            curl_easy_cleanup(flight->easy);
        text_close(&flight->body);
    }
    curl_multi_cleanup(webhook->multi);
    curl_global_cleanup();
    close(webhook->epoll_fd);
    secrets_close(&webhook->secrets);
    webhook->multi = NULL;
}

/* ---------------------------------------------------------------- into the window */

struct flight *webhook_flight(struct notify *notify, uint64_t sequence)
{
    for (size_t i = 0; i < FLIGHTS_MOST; i++) {
        struct flight *flight = &notify->webhook.flights[i];

        if (flight->state != FLIGHT_FREE && flight->sequence == sequence)
            return flight;
    }
    return NULL;
}

static size_t flights_to(const struct webhook *webhook, const uint8_t *token)
{
    size_t count = 0;

    for (size_t i = 0; i < FLIGHTS_MOST; i++)
        if (webhook->flights[i].state != FLIGHT_FREE &&
            memcmp(webhook->flights[i].token, token, TOKEN_BYTES) == 0)
            count++;
    return count;
}

static void take_in(struct webhook *webhook, uint64_t sequence, const uint8_t *token, bool urgent)
{
    for (size_t i = 0; i < FLIGHTS_MOST; i++) {
        struct flight *flight = &webhook->flights[i];

        if (flight->state != FLIGHT_FREE)
            continue;
        flight->state = FLIGHT_UNADDRESSED;
        flight->sequence = sequence;
        flight->urgent = urgent;
        flight->attempted = false;
        flight->renewed = false;
        memcpy(flight->token, token, TOKEN_BYTES);
        memset(&flight->judgement, 0, sizeof flight->judgement);
        webhook->used++;
        return;
    }
}

/* One row of the queue. False when the lane has nothing more that is due. */
static bool consider(struct notify *notify, unsigned lane, struct bytes key, struct bytes value, bool urgent)
{
    static const uint8_t none[TOKEN_BYTES];
    const uint8_t *at = key.data;
    const uint8_t *token = value.size == TOKEN_BYTES ? value.data : none;

    if (at[0] != lane || (int64_t) get_u64(at + 1) > notify->state.head.clock_ms)
        return false;
    if (flights_to(&notify->webhook, token) < FLIGHTS_PER_ADDRESS && webhook_flight(notify, get_u64(at + 9)) == NULL)
        take_in(&notify->webhook, get_u64(at + 9), token, urgent);
    return true;
}

static void refill_lane(struct notify *notify, bool urgent, size_t most)
{
    struct webhook *webhook = &notify->webhook;
    unsigned lane = lane_of(CHANNEL_WEBHOOK, urgent);
    uint8_t *from = webhook->scan_from[urgent];
    uint8_t first = (uint8_t) lane;
    struct store_txn txn;
    struct store_cursor cursor;
    struct bytes key, value;
    bool more;

    if (webhook->used >= most)
        return;
    store_begin(&txn, &notify->state.store, STORE_READ);
    store_cursor_open(&cursor, &txn, TABLE_DUE);
    more = store_seek(&cursor, webhook->scanning[urgent] ? bytes_of(from, DUE_KEY_BYTES) : bytes_of(&first, 1), &key,
                      &value);
    webhook->scanning[urgent] = false;
    for (int seen = 0; more; seen++) {
        if (seen == SCAN_AT_A_TIME || webhook->used >= most) {
            memcpy(from, key.data, DUE_KEY_BYTES);
            webhook->scanning[urgent] = true;
            break;
        }
        more = consider(notify, lane, key, value, urgent) && store_next(&cursor, &key, &value);
    }
    store_cursor_close(&cursor);
    store_abort(&txn);
}

void webhook_refill(struct notify *notify)
{
    refill_lane(notify, true, FLIGHTS_MOST);
    if (!notify_is_holding(notify))
        refill_lane(notify, false, NORMAL_FLIGHTS_MOST);
}

/* ---------------------------------------------------------------- addressed */

size_t webhook_wanted(const struct notify *notify, ProtobufCBinaryData tokens[VAULT_MOST_TOKENS])
{
    size_t count = 0;

    for (size_t i = 0; i < FLIGHTS_MOST && count < VAULT_MOST_TOKENS; i++) {
        const struct flight *flight = &notify->webhook.flights[i];
        size_t same = 0;

        if (flight->state != FLIGHT_UNADDRESSED)
            continue;
        while (same < count && memcmp(tokens[same].data, flight->token, TOKEN_BYTES) != 0)
            same++;
        if (same == count)
            tokens[count++] = (ProtobufCBinaryData){ TOKEN_BYTES, (uint8_t *) flight->token };
    }
    return count;
}

static void land(struct webhook *webhook, struct flight *flight, enum verdict verdict, const char *detail)
{
    flight->state = FLIGHT_LANDED;
    webhook->landed++;
    flight->judgement.verdict = verdict;
    flight->judgement.wait_ms = 0;
    text_copy(flight->judgement.detail, sizeof flight->judgement.detail, detail);
}

/* scheme://host:port of an address that we may use; false when it is not http or https. */
static bool host_of(const char *address, char host[HOST_BYTES])
{
    CURLU *url = curl_url();
    char *scheme = NULL, *name = NULL, *port = NULL;
    bool good = url != NULL && curl_url_set(url, CURLUPART_URL, address, 0) == CURLUE_OK &&
                curl_url_get(url, CURLUPART_SCHEME, &scheme, 0) == CURLUE_OK &&
                curl_url_get(url, CURLUPART_HOST, &name, 0) == CURLUE_OK &&
                curl_url_get(url, CURLUPART_PORT, &port, CURLU_DEFAULT_PORT) == CURLUE_OK &&
                (strcmp(scheme, "http") == 0 || strcmp(scheme, "https") == 0);

    if (good)
        good = snprintf(host, HOST_BYTES, "%s://%s:%s", scheme, name, port) < HOST_BYTES;
    curl_free(scheme);
    curl_free(name);
    curl_free(port);
    curl_url_cleanup(url);
    return good;
}

static void address_flight(struct webhook *webhook, struct flight *flight, const char *clear)
{
    if (clear == NULL || clear[0] == '\0') {
        land(webhook, flight, VERDICT_UNUSABLE, "its address is not kept any more");
        return;
    }
    if (!host_of(clear, flight->host)) {
        land(webhook, flight, VERDICT_UNUSABLE, "its address is not an http or https one");
        return;
    }
    flight->address = strdup(clear);
    if (flight->address == NULL)
        return;
    memset(flight->address_digest, 0, DIGEST_BYTES);
    digest_chain(flight->address_digest, bytes_of_text(clear));
    flight->state = FLIGHT_READY;
}

void webhook_addressed(struct notify *notify, const uint8_t *token, const char *clear)
{
    for (size_t i = 0; i < FLIGHTS_MOST; i++) {
        struct flight *flight = &notify->webhook.flights[i];

        if (flight->state == FLIGHT_UNADDRESSED && memcmp(flight->token, token, TOKEN_BYTES) == 0)
            address_flight(&notify->webhook, flight, clear);
    }
}

/* ---------------------------------------------------------------- started */

static bool host_has_room(const struct notify *notify, const char *host)
{
    uint32_t flying = 0;

    for (size_t i = 0; i < FLIGHTS_MOST; i++)
        if (notify->webhook.flights[i].state == FLIGHT_FLYING && strcmp(notify->webhook.flights[i].host, host) == 0)
            flying++;
    return flying < notify->settings.webhook_per_host;
}

/* The endpoint said "gone" once; that holds for the address that it was then. */
static bool is_gone(struct store_txn *txn, struct flight *flight)
{
    struct endpoint endpoint;

    if (!state_get_endpoint(txn, flight->token, &endpoint))
        return false;
    flight->renewed = memcmp(endpoint.address_digest, flight->address_digest, DIGEST_BYTES) != 0;
    return !flight->renewed;
}

static bool is_queued(const struct delivery *delivery)
{
    return delivery->state == DUBAN__DELIVERY_STATE__DELIVERY_STATE_QUEUED && delivery->channel == CHANNEL_WEBHOOK;
}

/* The last look before it leaves. */
static void start(struct notify *notify, struct store_txn *txn, struct flight *flight)
{
    struct webhook *webhook = &notify->webhook;
    struct delivery delivery;
    Duban__OutboxRecord *outbox;
    struct message message = { .delivery = &delivery, .place = flight };

    arena_reset(&notify->arena);
    if (!state_get_delivery(txn, flight->sequence, &delivery) || !is_queued(&delivery) ||
        (outbox = delivery_unpack(&notify->arena, &delivery)) == NULL) {
        free_flight(webhook, flight);
        return;
    }
    if (delivery.emptied || delivery.settled) {
        land(webhook, flight, VERDICT_LATER, "");
    } else if (delivery_is_expired(notify, outbox->notice)) {
        land(webhook, flight, VERDICT_DEAD, "expired");
    } else if (is_gone(txn, flight)) {
        land(webhook, flight, VERDICT_GONE, "its address said 410 Gone before");
    } else if (!flight->urgent && notify_is_holding(notify)) {
        free_flight(webhook, flight);
    } else {
        message.notice = outbox->notice;
        message.object = delivery_object(notify, txn, &delivery, outbox->notice);
        if (message.object.size == 0 || channel_webhook.send(notify, &message) == -1) {
            land(webhook, flight, VERDICT_LATER, "no memory for the request");
            return;
        }
        flight->state = FLIGHT_FLYING;
        flight->attempted = true;
        webhook->flying++;
        notify->counters.webhook_attempts++;
    }
}

static void start_those(struct notify *notify, struct store_txn *txn, bool urgent)
{
    struct webhook *webhook = &notify->webhook;

    for (size_t i = 0; i < FLIGHTS_MOST && webhook->flying < notify->settings.webhook_in_flight; i++) {
        struct flight *flight = &webhook->flights[i];

        if (flight->state == FLIGHT_READY && flight->urgent == urgent && host_has_room(notify, flight->host))
            start(notify, txn, flight);
    }
}

void webhook_start(struct notify *notify)
{
    struct store_txn txn;

    if (notify->webhook.used == 0)
        return;
    store_begin(&txn, &notify->state.store, STORE_READ);
    start_those(notify, &txn, true);
    start_those(notify, &txn, false);
    store_abort(&txn);
}

/* ---------------------------------------------------------------- landed */

/* Length of the longest valid beginning, when at most the last character is cut; else 0. */
static size_t valid_size(const char *words, size_t size)
{
    for (size_t cut = 0; cut < 4 && cut < size; cut++)
        if (is_utf8(words, size - cut))
            return size - cut;
    return 0;
}

/* What the far end said, on one line of valid UTF-8. */
static void clean_words(struct flight *flight)
{
    size_t size = flight->words_size;

    for (size_t i = 0; i < size; i++)
        if ((unsigned char) flight->words[i] < 0x20 || flight->words[i] == 0x7F)
            flight->words[i] = ' ';
    if (valid_size(flight->words, size) > 0)
        size = valid_size(flight->words, size);
    else
        for (size_t i = 0; i < size; i++)
            if ((unsigned char) flight->words[i] >= 0x80)
                flight->words[i] = '?';
    flight->words[size] = '\0';
}

static void judge(struct notify *notify, struct flight *flight, CURLcode result)
{
    struct answer answer = { .retry_after_s = -1, .words = flight->words };
    struct curl_header *retry_after = NULL;
    long status = 0;

    curl_easy_getinfo(flight->easy, CURLINFO_RESPONSE_CODE, &status);
    /* A long answer is cut off by us: its status counts all the same. Of a broken one nothing does. */
    if (result == CURLE_OK || (result == CURLE_WRITE_ERROR && flight->answer_too_long))
        answer.status = (int) status;
    else
        answer.error = curl_easy_strerror(result);
    if (curl_easy_header(flight->easy, "Retry-After", 0, CURLH_HEADER, -1, &retry_after) == CURLHE_OK)
        answer.retry_after_s = retry_after_s(retry_after->value, (int64_t) time(NULL));
    clean_words(flight);
    channel_webhook.judge(&answer, &flight->judgement);
    notify->counters.webhook_failures += flight->judgement.verdict != VERDICT_DELIVERED;
}

static void landed(struct notify *notify, CURL *easy, CURLcode result)
{
    struct flight *flight = NULL;

    curl_easy_getinfo(easy, CURLINFO_PRIVATE, &flight);
    judge(notify, flight, result);
    curl_multi_remove_handle(notify->webhook.multi, easy);
    flight->state = FLIGHT_LANDED;
    notify->webhook.flying--;
    notify->webhook.landed++;
}

void webhook_drive(struct notify *notify)
{
    struct webhook *webhook = &notify->webhook;
    struct epoll_event events[EVENTS_AT_A_TIME];
    int running = 0, left = 0;
    int count = epoll_wait(webhook->epoll_fd, events, EVENTS_AT_A_TIME, 0);
    CURLMsg *message;

    for (int i = 0; i < count; i++) {
        int mask = ((events[i].events & EPOLLIN) != 0 ? CURL_CSELECT_IN : 0) |
                   ((events[i].events & EPOLLOUT) != 0 ? CURL_CSELECT_OUT : 0) |
                   ((events[i].events & (EPOLLERR | EPOLLHUP)) != 0 ? CURL_CSELECT_ERR : 0);

        curl_multi_socket_action(webhook->multi, events[i].data.fd, mask, &running);
    }
    if (webhook->timer_at_ms != -1 && webhook->timer_at_ms <= monotonic_ms()) {
        webhook->timer_at_ms = -1;
        curl_multi_socket_action(webhook->multi, CURL_SOCKET_TIMEOUT, 0, &running);
    }
    while ((message = curl_multi_info_read(webhook->multi, &left)) != NULL)
        if (message->msg == CURLMSG_DONE)
            landed(notify, message->easy_handle, message->data.result);
}

int webhook_timeout_ms(const struct notify *notify)
{
    int64_t wait_ms = notify->webhook.timer_at_ms - monotonic_ms();

    if (notify->webhook.timer_at_ms == -1)
        return INT32_MAX;
    return wait_ms > 0 ? (int) wait_ms : 0;
}

/* ---------------------------------------------------------------- settled */

static void remember_gone(struct notify *notify, struct store_txn *txn, const struct flight *flight)
{
    struct endpoint endpoint = { .disabled_ms = notify->state.head.clock_ms };

    memcpy(endpoint.address_digest, flight->address_digest, DIGEST_BYTES);
    memcpy(endpoint.detail, flight->judgement.detail, sizeof endpoint.detail);
    state_put_endpoint(&notify->state, txn, flight->token, &endpoint);
}

void webhook_settle(struct notify *notify, struct store_txn *txn)
{
    bool posted = false;

    for (size_t i = 0; notify->webhook.landed > 0 && i < FLIGHTS_MOST; i++) {
        struct flight *flight = &notify->webhook.flights[i];

        if (flight->state != FLIGHT_LANDED)
            continue;
        if (flight->renewed)
            state_delete_endpoint(txn, flight->token);
        if (flight->judgement.verdict == VERDICT_GONE && flight->attempted)
            remember_gone(notify, txn, flight);
        arena_reset(&notify->arena);
        delivery_judged(notify, txn, flight->sequence, &flight->judgement, flight->attempted);
        posted |= flight->attempted;
    }
    if (posted)
        daemon_kill_point("notify.posted");
}

void webhook_settled(struct notify *notify)
{
    for (size_t i = 0; notify->webhook.landed > 0 && i < FLIGHTS_MOST; i++)
        if (notify->webhook.flights[i].state == FLIGHT_LANDED)
            free_flight(&notify->webhook, &notify->webhook.flights[i]);
}
