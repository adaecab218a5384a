/* wire.c - curl's sockets in our loop, options of a request, answers. */
#include "wire.h"

#include <errno.h>
#include <sys/epoll.h>
#include <time.h>
#include <unistd.h>

#include "bytes.h"
#include "link.h"
#include "log.h"
#include "retry.h"

enum { EVENTS_AT_A_TIME = 64 };

/* ---------------------------------------------------------------- sockets and timer */

static int on_socket(CURL *easy, curl_socket_t fd, int what, void *self, void *known)
{
    struct wire *wire = self;
    struct epoll_event event = { .data.fd = fd };
    int operation = known != NULL ? EPOLL_CTL_MOD : EPOLL_CTL_ADD;

    (void) easy;
    if (what == CURL_POLL_REMOVE) {
        epoll_ctl(wire->epoll_fd, EPOLL_CTL_DEL, fd, &event);
        return 0;
    }
    if (what == CURL_POLL_IN || what == CURL_POLL_INOUT)
        event.events |= EPOLLIN;
    if (what == CURL_POLL_OUT || what == CURL_POLL_INOUT)
        event.events |= EPOLLOUT;
    if (epoll_ctl(wire->epoll_fd, operation, fd, &event) == -1)
        log_error("wire: cannot watch a socket: %s", strerror(errno));
    curl_multi_assign(wire->multi, fd, wire);
    return 0;
}

static int on_timer(CURLM *multi, long timeout_ms, void *self)
{
    struct wire *wire = self;

    (void) multi;
    wire->timer_at_ms = timeout_ms < 0 ? -1 : monotonic_ms() + timeout_ms;
    return 0;
}

static program_ended on_program;

static bool open_programs(struct wire *wire)
{
    struct epoll_event event = { .events = EPOLLIN };

    if (programs_open(&wire->programs, on_program, wire) == -1)
        return false;
    event.data.fd = wire->programs.epoll_fd;
    return epoll_ctl(wire->epoll_fd, EPOLL_CTL_ADD, wire->programs.epoll_fd, &event) == 0;
}

void wire_open(struct wire *wire)
{
    memset(wire, 0, sizeof *wire);
    wire->timer_at_ms = -1;
    wire->epoll_fd = epoll_create1(EPOLL_CLOEXEC);
    if (wire->epoll_fd == -1 || !open_programs(wire))
        die("没有可用的文件描述符，无法启动 / no descriptor to start with: %s", strerror(errno));
    if (curl_global_init(CURL_GLOBAL_DEFAULT) != CURLE_OK || (wire->multi = curl_multi_init()) == NULL)
        die("libcurl 无法启动 / libcurl cannot start: check the installation");
    curl_multi_setopt(wire->multi, CURLMOPT_SOCKETFUNCTION, on_socket);
    curl_multi_setopt(wire->multi, CURLMOPT_SOCKETDATA, wire);
    curl_multi_setopt(wire->multi, CURLMOPT_TIMERFUNCTION, on_timer);
    curl_multi_setopt(wire->multi, CURLMOPT_TIMERDATA, wire);
}

void wire_close(struct wire *wire)
{
    if (wire->multi == NULL)
        return;
    curl_multi_cleanup(wire->multi);
    curl_global_cleanup();
    programs_close(&wire->programs);
    close(wire->epoll_fd);
    wire->multi = NULL;
}

/* ---------------------------------------------------------------- one request */

/* Keeps the first words, reads on to the limit, then breaks off. */
static size_t on_answer(char *data, size_t one, size_t size, void *self)
{
    struct attempt *attempt = self;
    size_t room = sizeof attempt->words - 1 - attempt->words_size;
    size_t kept = size < room ? size : room;

    (void) one;
    memcpy(attempt->words + attempt->words_size, data, kept);
    attempt->words_size += kept;
    attempt->answer_bytes += size;
    if (attempt->whole != NULL)
        text_put(attempt->whole, data, size);
    attempt->answer_too_long = attempt->answer_bytes > ANSWER_MOST_BYTES;
    return attempt->answer_too_long ? 0 : size;
}

static size_t on_read(char *out, size_t one, size_t size, void *self)
{
    struct attempt *attempt = self;
    size_t left = attempt->request.body.size - attempt->written;
    size_t count = left < one * size ? left : one * size;

    memcpy(out, attempt->request.body.data + attempt->written, count);
    attempt->written += count;
    return count;
}

/* A mail server's last reply line: "550 5.1.1 ...". What is said after a refusal (221 at the end) does not hide it. */
static size_t on_reply_line(char *data, size_t one, size_t size, void *self)
{
    struct attempt *attempt = self;
    size_t kept = one * size < sizeof attempt->words - 1 ? one * size : sizeof attempt->words - 1;
    bool is_refused = attempt->words_size > 0 && (attempt->words[0] == '4' || attempt->words[0] == '5');

    if (is_refused && kept > 0 && data[0] < '4')
        return one * size;
    memcpy(attempt->words, data, kept);
    attempt->words_size = attempt->answer_bytes = kept;
    return one * size;
}

/* A line of the head of an HTTP answer, or of a trailer behind its body. Another head begins with its status line: what
 * a 100 says is not the answer. */
static size_t on_head_line(char *data, size_t one, size_t size, void *self)
{
    struct attempt *attempt = self;
    size_t bytes = one * size;

    if (bytes >= 5 && memcmp(data, "HTTP/", 5) == 0)
        attempt->head_whole = false;
    else if (bytes > 0 && (data[0] == '\r' || data[0] == '\n'))
        attempt->head_whole = true;
    return bytes;
}

static void set_http(struct attempt *attempt)
{
    CURL *easy = attempt->easy;
    const struct request *request = &attempt->request;

    curl_easy_setopt(easy, CURLOPT_PROTOCOLS_STR, "http,https");
    curl_easy_setopt(easy, CURLOPT_FOLLOWLOCATION, 0L);
    curl_easy_setopt(easy, CURLOPT_USERAGENT, "duban-notify");
    curl_easy_setopt(easy, CURLOPT_HTTPHEADER, request->headers);
    curl_easy_setopt(easy, CURLOPT_HEADERFUNCTION, on_head_line);
    curl_easy_setopt(easy, CURLOPT_HEADERDATA, attempt);
    if (request->kind == REQUEST_GET)
        return;
    curl_easy_setopt(easy, CURLOPT_POST, 1L);
    curl_easy_setopt(easy, CURLOPT_POSTFIELDS, request->body.data);
    curl_easy_setopt(easy, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t) request->body.size);
}

/* One recipient to a transaction: with several nobody could tell whom the server refused. The list of recipients
 * hangs on the request's headers, which a mail does not use, so that it lives as long. */
static bool set_mail(struct attempt *attempt)
{
    CURL *easy = attempt->easy;
    struct request *request = &attempt->request;

    if (!request_add_header(request, request->recipient.data))
        return false;
    curl_easy_setopt(easy, CURLOPT_PROTOCOLS_STR, "smtp,smtps");
    curl_easy_setopt(easy, CURLOPT_USE_SSL, request->mail_tls);
    curl_easy_setopt(easy, CURLOPT_MAIL_FROM, request->sender.data);
    curl_easy_setopt(easy, CURLOPT_MAIL_RCPT, request->headers);
    curl_easy_setopt(easy, CURLOPT_UPLOAD, 1L);
    curl_easy_setopt(easy, CURLOPT_HEADERFUNCTION, on_reply_line);
    curl_easy_setopt(easy, CURLOPT_HEADERDATA, attempt);
    curl_easy_setopt(easy, CURLOPT_READFUNCTION, on_read);
    curl_easy_setopt(easy, CURLOPT_READDATA, attempt);
    if (request->user != NULL) {
        curl_easy_setopt(easy, CURLOPT_USERNAME, request->user);
        curl_easy_setopt(easy, CURLOPT_PASSWORD, request->password);
        request->user = request->password = NULL;   /* likewise */
    }
    return true;
}

static int start_request(struct wire *wire, struct attempt *attempt, uint32_t timeout_ms)
{
    struct request *request = &attempt->request;

    if (attempt->easy == NULL)
        attempt->easy = curl_easy_init();
    if (attempt->easy == NULL)
        return -1;
    curl_easy_reset(attempt->easy);
    curl_easy_setopt(attempt->easy, CURLOPT_PRIVATE, attempt);
    curl_easy_setopt(attempt->easy, CURLOPT_URL, request->url.data);
    curl_easy_setopt(attempt->easy, CURLOPT_PROXY, "");   /* what the environment happens to say is not ours */
    curl_easy_setopt(attempt->easy, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(attempt->easy, CURLOPT_QUICK_EXIT, 1L);
    curl_easy_setopt(attempt->easy, CURLOPT_TIMEOUT_MS, (long) timeout_ms);
    if (request->ca_file != NULL) {
        curl_easy_setopt(attempt->easy, CURLOPT_CAINFO, request->ca_file);
        curl_easy_setopt(attempt->easy, CURLOPT_CAPATH, NULL);   /* the system's are not trusted on top */
    }
    request->ca_file = NULL;   /* curl has a copy; the settings may go while this is under way */
    curl_easy_setopt(attempt->easy, CURLOPT_WRITEFUNCTION, on_answer);
    curl_easy_setopt(attempt->easy, CURLOPT_WRITEDATA, attempt);
    if (request->kind == REQUEST_MAIL) {
        if (!set_mail(attempt))
            return -1;
    } else {
        if (!request_add_header(request, "expect:"))
            return -1;
        set_http(attempt);
    }
    return curl_multi_add_handle(wire->multi, attempt->easy) == CURLM_OK ? 0 : -1;
}

int wire_start(struct wire *wire, struct attempt *attempt, uint32_t timeout_ms, wire_done *done, void *owner)
{
    const struct request *request = &attempt->request;

    attempt->words_size = attempt->answer_bytes = attempt->written = 0;
    attempt->answer_too_long = attempt->head_whole = false;
    attempt->done = done;
    attempt->owner = owner;
    if (request->kind != REQUEST_RUN)
        return start_request(wire, attempt, timeout_ms);
    programs_start(&wire->programs, &attempt->program, request->command,
                   bytes_of(request->body.data, request->body.size), timeout_ms);
    return 0;
}

void wire_abandon(struct wire *wire, struct attempt *attempt)
{
    if (attempt->request.kind == REQUEST_RUN)
        programs_abandon(&wire->programs, &attempt->program);
    else
        curl_multi_remove_handle(wire->multi, attempt->easy);
}

void attempt_close(struct attempt *attempt)
{
    if (attempt->easy != NULL)
        curl_easy_cleanup(attempt->easy);
    attempt->easy = NULL;
    request_close(&attempt->request);
}

/* ---------------------------------------------------------------- its answer */

static bool was_written(const struct attempt *attempt)
{
    long request_size = 0;

    if (attempt->request.kind == REQUEST_MAIL)
        return attempt->written == attempt->request.body.size;
    curl_easy_getinfo(attempt->easy, CURLINFO_REQUEST_SIZE, &request_size);
    return request_size > 0;
}

/* SMTP says no with a reply code, which curl makes an error of its own of; of an HTTP answer that ends within its head
 * curl makes none. */
static bool is_answered(const struct attempt *attempt, CURLcode result, long status)
{
    if (attempt->request.kind == REQUEST_MAIL)
        return result == CURLE_OK || status >= 400;
    if (!attempt->head_whole)
        return false;
    if (result == CURLE_OK)
        return true;
    /* A long answer is cut off by us: its status counts all the same. Of a broken one nothing does. */
    return result == CURLE_WRITE_ERROR && attempt->answer_too_long;
}

/* In words that say what to do where curl's own do not. */
static const char *words_of(CURLcode result)
{
    if (result == CURLE_OK)
        return "the answer broke off within its head";
    if (result == CURLE_USE_SSL_FAILED)
        return "the server offers no encryption (STARTTLS), and nothing is said to it in clear: see tls in notify.yaml";
    if (result == CURLE_PEER_FAILED_VERIFICATION)
        return "the certificate of the far end is not trusted: see ca_file in notify.yaml";
    return curl_easy_strerror(result);
}

static int64_t date_s(CURL *easy)
{
    struct curl_header *date = NULL;
    time_t when = (time_t) -1;

    if (curl_easy_header(easy, "Date", 0, CURLH_HEADER, -1, &date) == CURLHE_OK)
        when = curl_getdate(date->value, NULL);
    return when != (time_t) -1 ? (int64_t) when : 0;
}

static void over(struct wire *wire, CURL *easy, CURLcode result)
{
    struct attempt *attempt = NULL;
    struct curl_header *retry_after = NULL;
    struct answer answer = { .retry_after_s = -1, .now_s = (int64_t) time(NULL) };
    long status = 0;

    curl_easy_getinfo(easy, CURLINFO_PRIVATE, &attempt);
    curl_easy_getinfo(easy, CURLINFO_RESPONSE_CODE, &status);
    answer_clean(attempt->words, attempt->words_size);
    answer.words = attempt->words;
    answer.words_cut = attempt->answer_bytes > attempt->words_size;
    if (is_answered(attempt, result, status)) {
        answer.reached = REACHED_ANSWER;
        answer.status = (int) status;
    } else {
        answer.reached = was_written(attempt) ? REACHED_PERHAPS : REACHED_NOTHING;
        answer.error = words_of(result);
    }
    if (curl_easy_header(easy, "Retry-After", 0, CURLH_HEADER, -1, &retry_after) == CURLHE_OK)
        answer.retry_after_s = retry_after_s(retry_after->value, answer.now_s);
    answer.date_s = date_s(easy);
    curl_multi_remove_handle(wire->multi, easy);
    attempt->done(attempt->owner, attempt, &answer);
}

static void on_program(void *owner, struct program *program, enum program_end end, int status)
{
    struct attempt *attempt = (struct attempt *) (void *) ((char *) program - offsetof(struct attempt, program));
    struct answer answer = { .retry_after_s = -1, .now_s = (int64_t) time(NULL) };

    (void) owner;
    memcpy(attempt->words, program->line, program->line_size);
    answer_clean(attempt->words, program->line_size);
    answer.words = attempt->words;
    if (end == PROGRAM_ENDED) {
        answer.reached = REACHED_ANSWER;
        answer.status = status;
    } else if (end == PROGRAM_KILLED) {
        answer.reached = REACHED_PERHAPS;
        answer.error = "it took too long and was killed";
    } else {
        answer.reached = REACHED_NOTHING;
        answer.error = strerror(status);
    }
    attempt->done(attempt->owner, attempt, &answer);
}

void wire_drive(struct wire *wire)
{
    struct epoll_event events[EVENTS_AT_A_TIME];
    int running = 0, left = 0;
    int count = epoll_wait(wire->epoll_fd, events, EVENTS_AT_A_TIME, 0);
    CURLMsg *message;

    for (int i = 0; i < count; i++) {
        int mask = ((events[i].events & EPOLLIN) != 0 ? CURL_CSELECT_IN : 0) |
                   ((events[i].events & EPOLLOUT) != 0 ? CURL_CSELECT_OUT : 0) |
                   ((events[i].events & (EPOLLERR | EPOLLHUP)) != 0 ? CURL_CSELECT_ERR : 0);

        if (events[i].data.fd != wire->programs.epoll_fd)
            curl_multi_socket_action(wire->multi, events[i].data.fd, mask, &running);
    }
    if (wire->timer_at_ms != -1 && wire->timer_at_ms <= monotonic_ms()) {
        wire->timer_at_ms = -1;
        curl_multi_socket_action(wire->multi, CURL_SOCKET_TIMEOUT, 0, &running);
    }
    while ((message = curl_multi_info_read(wire->multi, &left)) != NULL)
        if (message->msg == CURLMSG_DONE)
            over(wire, message->easy_handle, message->data.result);
    programs_drive(&wire->programs);
}

int wire_timeout_ms(const struct wire *wire)
{
    int64_t wait_ms = wire->timer_at_ms == -1 ? INT32_MAX : wire->timer_at_ms - monotonic_ms();
    int programs_ms = programs_timeout_ms(&wire->programs);

    if (wait_ms > programs_ms)
        wait_ms = programs_ms;
    return wait_ms > 0 ? (int) wait_ms : 0;
}
