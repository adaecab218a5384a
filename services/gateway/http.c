/* http.c - settings, certificate, open, turn, close. */
#include "http_private.h"

#include <arpa/inet.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>

#include <sodium.h>

#include "gateway.h"
#include "link.h"
#include "log.h"
#include "system_error.h"

enum {
    CONNECTION_BYTES = 8 * 1024,       /* of memory for its head */
    BACKLOG = 1024,
    NONCES = 4096,                     /* of Digest that are known at a time */
    ROUNDS_OF_FILES = 16,
    OTHER_FILES = 64 + EVIDENCE_UPLOADS_MOST,   /* than connections: photos, the store, sockets of the other daemons, the log */
};

void http_listening(const struct http *http, char *out, size_t size)
{
    const char *colon = strrchr(http->settings.listen, ':');
    const union MHD_DaemonInfo *info = MHD_get_daemon_info(http->daemon, MHD_DAEMON_INFO_BIND_PORT);

    snprintf(out, size, "%.*s:%u", (int) (colon - http->settings.listen), http->settings.listen, info == NULL ? 0u : info->port);
}

static void on_trouble(void *self, const char *format, va_list arguments)
{
    char text[200];
    size_t size;

    (void) self;
    fault_fill(text, sizeof text, format, arguments);
    size = strcspn(text, "\r\n");
    log_warn("http: %.*s", (int) size, text);
}

/* A connection is a file to the system. */
static void make_room_for_connections(struct http *http)
{
    struct rlimit files;
    rlim_t wanted = (rlim_t) http->settings.connections + OTHER_FILES;

    if (getrlimit(RLIMIT_NOFILE, &files) == -1 || files.rlim_cur >= wanted)
        return;
    files.rlim_cur = files.rlim_max < wanted ? files.rlim_max : wanted;
    if (setrlimit(RLIMIT_NOFILE, &files) == -1)
        (void) getrlimit(RLIMIT_NOFILE, &files);
    if (files.rlim_cur >= wanted)
        return;
    http->settings.connections = files.rlim_cur > 2 * OTHER_FILES ? (uint32_t) files.rlim_cur - OTHER_FILES : (uint32_t) files.rlim_cur / 2;
    log_warn("系统允许打开的文件太少，同时最多 %u 个连接；请加大 LimitNOFILE / the system allows too few open files: at most %u "
             "connections at a time; raise LimitNOFILE", http->settings.connections, http->settings.connections);
}

/* TLS 1.3 and 1.2, of the latter what forgets its keys and authenticates what it encrypts. */
static const char PRIORITIES[] = "SECURE128:-VERS-ALL:+VERS-TLS1.3:+VERS-TLS1.2:-KX-ALL:+ECDHE-ECDSA:+ECDHE-RSA:-CIPHER-ALL:"
                                 "+AES-128-GCM:+CHACHA20-POLY1305:+AES-256-GCM:-MAC-ALL:+AEAD:%SERVER_PRECEDENCE";

/* %00 stays as it stands: a text would end there, and whoever reads on would read something else. */
static size_t unescape(void *self, struct MHD_Connection *connection, char *text)
{
    (void) self;
    (void) connection;
    return strstr(text, "%00") == NULL ? MHD_http_unescape(text) : strlen(text);
}

static int start(struct http *http, const struct sockaddr_storage *address, uint32_t per_address)
{
    unsigned flags = MHD_USE_EPOLL | MHD_ALLOW_SUSPEND_RESUME | MHD_USE_ERROR_LOG |
                     (address->ss_family == AF_INET6 ? MHD_USE_IPv6 : 0u);
    struct MHD_OptionItem tls[] = {
        { MHD_OPTION_HTTPS_CERT_CALLBACK, 0, (void *) certificate_show },
        { MHD_OPTION_HTTPS_PRIORITIES, 0, (void *) PRIORITIES },
        { MHD_OPTION_END, 0, NULL },
    };
    const union MHD_DaemonInfo *info;

    if (http->certificate != NULL)
        flags |= MHD_USE_TLS;
    http->daemon = MHD_start_daemon(flags, 0, NULL, NULL, http_on_access, http,
                                    MHD_OPTION_EXTERNAL_LOGGER, on_trouble, NULL,
                                    MHD_OPTION_UNESCAPE_CALLBACK, unescape, NULL,
                                    MHD_OPTION_SOCK_ADDR, (const struct sockaddr *) address,
                                    MHD_OPTION_LISTEN_BACKLOG_SIZE, (unsigned) BACKLOG,
                                    MHD_OPTION_CONNECTION_LIMIT, (unsigned) http->settings.connections,
                                    MHD_OPTION_PER_IP_CONNECTION_LIMIT, (unsigned) per_address,
                                    MHD_OPTION_CONNECTION_MEMORY_LIMIT, (size_t) CONNECTION_BYTES,
                                    MHD_OPTION_DIGEST_AUTH_RANDOM, (size_t) DIGEST_SECRET_BYTES, http->digest_secret,
                                    MHD_OPTION_NONCE_NC_SIZE, (unsigned) NONCES,
                                    MHD_OPTION_CONNECTION_TIMEOUT, 0u,   /* visitors have times of their own */
                                    MHD_OPTION_NOTIFY_CONNECTION, http_on_connection, http,
                                    MHD_OPTION_NOTIFY_COMPLETED, http_on_completed, http,
                                    MHD_OPTION_ARRAY, http->certificate != NULL ? tls : tls + 2,
                                    MHD_OPTION_END);
    info = http->daemon == NULL ? NULL : MHD_get_daemon_info(http->daemon, MHD_DAEMON_INFO_EPOLL_FD);
    if (info == NULL)
        return -1;
    http->epoll_fd = info->epoll_fd;
    return 0;
}

static bool listening_address(const struct http_settings *settings, struct sockaddr_storage *address)
{
    if (address_read(settings->listen, address))
        return true;
    log_error("listen：请写 地址:端口，如 0.0.0.0:8440 或 [::]:8440，不能是“%s” / listen: write ADDRESS:PORT, as 0.0.0.0:8440 or "
              "[::]:8440, not \"%s\"", settings->listen, settings->listen);
    return false;
}

/* In the form in which sockets are told, empty where there is none. False: what is written is no address. */
static bool one_address(const char *setting, const char *written, char out[ADDRESS_BYTES])
{
    out[0] = '\0';
    address_of_text(written, out);
    if (written[0] == '\0' || out[0] != '\0')
        return true;
    log_error("%1$s：请写一个地址，如 192.0.2.7，不能是“%2$s” / %1$s: write an address, as 192.0.2.7, not \"%2$s\"", setting, written);
    return false;
}

/* True without one when none is wanted. */
static bool take_certificate(const struct http_settings *settings, struct certificate **certificate)
{
    bool has_one = settings->tls_certificate[0] != '\0';

    *certificate = NULL;
    if (has_one != (settings->tls_key[0] != '\0')) {
        log_error("tls_certificate 和 tls_key 要么都写，要么都不写 / tls_certificate and tls_key: write both or neither");
        return false;
    }
    if (has_one)
        *certificate = certificate_read(settings->tls_certificate, settings->tls_key);
    return !has_one || *certificate != NULL;
}

static bool certificate_is_right(const struct http_settings *settings)
{
    struct certificate *certificate;
    bool right = take_certificate(settings, &certificate);

    if (certificate != NULL)
        right = !certificate_is_over(certificate, settings->tls_certificate);
    certificate_release(certificate);
    return right;
}

/* It may be wanted: in a network of its own, or for apps that sign in by Digest alone. */
static void warn_of_the_clear(const struct http_settings *settings, const struct sockaddr_storage *address)
{
    char at[ADDRESS_BYTES];

    address_write((const void *) address, at);
    if (settings->tls_certificate[0] == '\0' && settings->trusted_proxy[0] == '\0' && !address_is_of_this_machine(at))
        log_warn("listen = %s：没有证书，报告、照片和令牌不加密，路上谁都能看到；请写 tls_certificate 和 tls_key，或在前面放 https 代理并写 trusted_proxy / "
                 "without a certificate, reports, photos and tokens travel in the clear: set tls_certificate and tls_key, or put a proxy with "
                 "https in front and set trusted_proxy", settings->listen);
}

bool http_check(const struct http_settings *settings)
{
    struct sockaddr_storage address;
    char ignored[ADDRESS_BYTES];
    bool listens = listening_address(settings, &address), trusts = one_address("trusted_proxy", settings->trusted_proxy, ignored),
         tells = one_address("metrics_from", settings->metrics_from, ignored);

    if (listens)
        warn_of_the_clear(settings, &address);
    return certificate_is_right(settings) && listens && trusts && tells;
}

void http_reload(struct http *http)
{
    const struct http_settings *settings = &http->settings;
    struct certificate *certificate;

    if (take_certificate(settings, &certificate) && !certificate_is_over(certificate, settings->tls_certificate)) {
        certificate_release(http->certificate);
        http->certificate = certificate;
        http->has_refused_certificate = false;
        log_info("新证书从下一个连接起使用 / the certificate is shown from the next connection on: path=%s", settings->tls_certificate);
        return;
    }
    certificate_release(certificate);
    http->has_refused_certificate = true;
    log_error("证书没有更换，继续用原来的；原因见上一行 / the certificate stays as it was; the line above says why");
}

int http_open(struct http *http, struct gateway *gateway, const struct http_settings *settings)
{
    struct sockaddr_storage address;
    int failed;

    *http = (struct http){ .gateway = gateway, .settings = *settings, .epoll_fd = -1 };
    http->visitors.before = http->visitors.after = &http->visitors;
    http->random = randombytes_random();
    randombytes_buf(http->digest_secret, sizeof http->digest_secret);
    (void) hex_of(http->digest_opaque, http->digest_secret + DIGEST_SECRET_BYTES, 8);
    if (!listening_address(settings, &address) || !one_address("trusted_proxy", settings->trusted_proxy, http->settings.trusted_proxy) ||
        !one_address("metrics_from", settings->metrics_from, http->settings.metrics_from) ||
        !take_certificate(settings, &http->certificate))
        return -1;
    warn_of_the_clear(settings, &address);
    if (http->certificate != NULL)   /* who trusts it all the same can send */
        (void) certificate_is_over(http->certificate, settings->tls_certificate);
    make_room_for_connections(http);
    failed = start(http, &address, settings->trusted_proxy[0] != '\0' ? 0 : settings->connections_per_address);
    if (failed == -1)
        log_error("无法在 %s 监听：%s / cannot listen at %s: %s", settings->listen, system_error(errno).zh, settings->listen,
                  strerror(errno));
    return failed;
}

static void requests_free(struct http *http)
{
    while (http->free != NULL) {
        struct request *request = http->free;

        http->free = request->next;
        http_request_free(request);
    }
}

void http_close(struct http *http)
{
    if (http->daemon != NULL)
        MHD_stop_daemon(http->daemon);
    http->daemon = NULL;
    log_write(&http->log);
    certificate_release(http->certificate);
    http->certificate = NULL;
    requests_free(http);
}

int http_timeout_ms(const struct http *http)
{
    MHD_UNSIGNED_LONG_LONG timeout;

    return MHD_get_timeout(http->daemon, &timeout) == MHD_YES && timeout < INT32_MAX ? (int) timeout : INT32_MAX;
}

/* A body comes in pieces of 4 KiB: while files come, several of each before the other daemons are looked at again. */
void http_turn(struct http *http)
{
    unsigned rounds = http->gateway->evidence.under_way > 0 ? ROUNDS_OF_FILES : 1;

    while (MHD_run(http->daemon) == MHD_YES && --rounds > 0 && http_timeout_ms(http) == 0)
        ;
    log_write(&http->log);
}
