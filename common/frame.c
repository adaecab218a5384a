#include "frame.h"

#include <errno.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>
#include <zmq.h>

enum {
    AT_MAGIC = 0, AT_VERSION = 2, AT_TYPE = 3, AT_FLAGS = 4, AT_RESERVED = 6, AT_LINEAGE = 8, AT_EPOCH = 16,
    AT_STREAM = 20, AT_VALUE = 24,
    HIGH_WATER_MARK = 100000,   /* of who connects: he asked for all that comes */
    UNREAD = 256,
    UNSENT = 64,
    IPC_MODE = 0660,
};

static const uint8_t magic[2] = { 'D', 'B' };

_Static_assert(sizeof(zmq_msg_t) <= sizeof(((struct received *) NULL)->holder), "the holder holds a zmq_msg_t");
_Static_assert(_Alignof(uint64_t) >= _Alignof(zmq_msg_t), "the holder is aligned like a zmq_msg_t");
_Static_assert(AT_VALUE + 8 == FRAME_HEADER_BYTES, "the value ends the header");

static zmq_msg_t *holder_of(struct received *received)
{
    return (zmq_msg_t *) received->holder;
}

static int receive_part(void *socket, zmq_msg_t *part)
{
    int size;

    do
        size = zmq_msg_recv(part, socket, ZMQ_DONTWAIT);
    while (size == -1 && errno == EINTR);
    return size;
}

/* A message arrives whole, so that what is left of it never has to be waited for. */
static void drain(void *socket, bool more)
{
    zmq_msg_t part;

    while (more) {
        zmq_msg_init(&part);
        more = receive_part(socket, &part) != -1 && zmq_msg_more(&part);
        zmq_msg_close(&part);
    }
}

static enum frame_status nothing_came(void)
{
    return errno == EAGAIN ? FRAME_NONE : FRAME_FAILED;
}

static enum frame_status bad(void *socket, bool more, int error)
{
    drain(socket, more);
    errno = error;
    return FRAME_BAD;
}

static enum frame_status receive_peer(void *socket, struct peer *peer)
{
    enum frame_status status = FRAME_OK;
    zmq_msg_t part;
    size_t size;

    zmq_msg_init(&part);
    if (receive_part(socket, &part) == -1) {
        status = nothing_came();
    } else {
        size = zmq_msg_size(&part);
        if (size > 0 && size <= sizeof peer->id) {
            memcpy(peer->id, zmq_msg_data(&part), size);
            peer->size = size;
        }
        if (peer->size == 0 || !zmq_msg_more(&part))
            status = bad(socket, zmq_msg_more(&part), EPROTO);
    }
    zmq_msg_close(&part);
    return status;
}

/* 0, or what is wrong as an errno. */
static int parse_header(struct frame *frame, const uint8_t *header, size_t size)
{
    if (size != FRAME_HEADER_BYTES || memcmp(header + AT_MAGIC, magic, sizeof magic) != 0)
        return EPROTO;
    if (header[AT_VERSION] != FRAME_VERSION)
        return EPROTONOSUPPORT;
    if (get_u16(header + AT_FLAGS) != 0 || get_u16(header + AT_RESERVED) != 0 || get_u32(header + AT_STREAM) != 0)
        return EPROTO;
    frame->type = header[AT_TYPE];
    frame->lineage = get_u64(header + AT_LINEAGE);
    frame->epoch = get_u32(header + AT_EPOCH);
    frame->value = get_u64(header + AT_VALUE);
    return 0;
}

static enum frame_status receive_header(void *socket, struct frame *frame)
{
    enum frame_status status = FRAME_OK;
    zmq_msg_t part;
    int error;

    zmq_msg_init(&part);
    if (receive_part(socket, &part) == -1) {
        status = nothing_came();
    } else {
        error = parse_header(frame, zmq_msg_data(&part), zmq_msg_size(&part));
        if (error == 0 && !zmq_msg_more(&part))
            error = EPROTO;
        if (error != 0)
            status = bad(socket, zmq_msg_more(&part), error);
    }
    zmq_msg_close(&part);
    return status;
}

static enum frame_status receive_body(void *socket, struct received *received)
{
    zmq_msg_t *part = holder_of(received);

    zmq_msg_init(part);
    if (receive_part(socket, part) == -1) {
        zmq_msg_close(part);
        return FRAME_FAILED;
    }
    if (zmq_msg_more(part) || zmq_msg_size(part) > FRAME_MAX_BYTES) {
        bool more = zmq_msg_more(part);

        zmq_msg_close(part);
        return bad(socket, more, EPROTO);
    }
    received->body = bytes_of(zmq_msg_data(part), zmq_msg_size(part));
    return FRAME_OK;
}

enum frame_status frame_receive(void *socket, bool from_router, struct received *received)
{
    enum frame_status status = FRAME_OK;

    memset(received, 0, sizeof *received);
    if (from_router)
        status = receive_peer(socket, &received->peer);
    if (status == FRAME_OK)
        status = receive_header(socket, &received->frame);
    if (status == FRAME_OK)
        status = receive_body(socket, received);
    return status;
}

void frame_release(struct received *received)
{
    zmq_msg_close(holder_of(received));
}

void frame_version_fault(struct fault *fault)
{
    fault_set(fault, "frame.version", "消息的版本与本程序不同，应为 %d；请在两端安装同一版本",
              "a message of another version: this program speaks %d; install the same version at both ends",
              FRAME_VERSION);
}

void frame_type_fault(struct fault *fault, const char *wanted_zh, const char *wanted_en)
{
    fault_set(fault, "frame.type", "这个套接字只接收%s%.0s", "%.0sthis socket takes %s only", wanted_zh, wanted_en);
}

static void put_header(uint8_t *header, const struct frame *frame)
{
    memset(header, 0, FRAME_HEADER_BYTES);
    memcpy(header + AT_MAGIC, magic, sizeof magic);
    header[AT_VERSION] = FRAME_VERSION;
    header[AT_TYPE] = frame->type;
    put_u64(header + AT_LINEAGE, frame->lineage);
    put_u32(header + AT_EPOCH, frame->epoch);
    put_u64(header + AT_VALUE, frame->value);
}

/* Zero, or -1 and the part still to be closed. */
static int send_part(void *socket, zmq_msg_t *part, int flags)
{
    int sent;

    do
        sent = zmq_msg_send(part, socket, ZMQ_DONTWAIT | flags);
    while (sent == -1 && errno == EINTR);
    return sent == -1 ? -1 : 0;
}

static int copy_part(zmq_msg_t *part, const void *data, size_t size)
{
    if (zmq_msg_init_size(part, size) == -1)
        return -1;
    if (size > 0)
        memcpy(zmq_msg_data(part), data, size);
    return 0;
}

/* All parts exist before the first is sent: only the socket can refuse, and libzmq refuses at the
 * first part, or takes back the parts before (a pipe that went away in between). */
static int send_parts(void *socket, zmq_msg_t *parts, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (send_part(socket, &parts[i], i + 1 < count ? ZMQ_SNDMORE : 0) == -1)
            return -1;
    }
    return 0;
}

int frame_send(void *socket, const struct peer *peer, const struct frame *frame, struct bytes body)
{
    zmq_msg_t parts[3];
    uint8_t header[FRAME_HEADER_BYTES];
    struct bytes sources[3];
    size_t count = 0;
    size_t made = 0;
    int result = 0;
    int error;

    if (body.size > FRAME_MAX_BYTES) {
        errno = EMSGSIZE;
        return -1;
    }
    put_header(header, frame);
    if (peer != NULL && peer->size > 0)
        sources[count++] = bytes_of(peer->id, peer->size);
    sources[count++] = bytes_of(header, sizeof header);
    sources[count++] = body;
    while (made < count && result == 0) {
        result = copy_part(&parts[made], sources[made].data, sources[made].size);
        made += result == 0;
    }
    if (result == 0)
        result = send_parts(socket, parts, count);
    error = errno;
    for (size_t i = 0; i < made; i++)
        zmq_msg_close(&parts[i]);   /* a part that was sent is empty by now */
    errno = error;
    return result;
}

static int set_option(void *socket, int option, int value)
{
    return zmq_setsockopt(socket, option, &value, sizeof value);
}

static int set_options(void *socket, int unread, int unsent)
{
    int64_t max_bytes = FRAME_MAX_BYTES;

    if (zmq_setsockopt(socket, ZMQ_MAXMSGSIZE, &max_bytes, sizeof max_bytes) == -1)
        return -1;
    if (set_option(socket, ZMQ_LINGER, 0) == -1)
        return -1;
    if (set_option(socket, ZMQ_SNDHWM, unsent) == -1)
        return -1;
    return set_option(socket, ZMQ_RCVHWM, unread);
}

static void *give_up(void *socket)
{
    int error = errno;

    zmq_close(socket);
    errno = error;
    return NULL;
}

/* Of an ipc endpoint the socket file; NULL of any other. An abstract name ("@...") has none. */
static const char *file_of(const char *endpoint)
{
    static const char scheme[] = "ipc://";
    const char *path = endpoint + sizeof scheme - 1;

    return strncmp(endpoint, scheme, sizeof scheme - 1) != 0 || path[0] == '@' ? NULL : path;
}

/* libzmq takes an ipc path away from whoever listens there, and neither side would notice. */
static bool is_taken(const char *endpoint)
{
    struct sockaddr_un address = { .sun_family = AF_UNIX };
    const char *path = file_of(endpoint);
    bool taken;
    int fd;

    if (path == NULL || strlen(path) >= sizeof address.sun_path)
        return false;
    memcpy(address.sun_path, path, strlen(path));
    fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (fd == -1)
        return false;
    taken = connect(fd, (struct sockaddr *) &address, sizeof address) == 0 || errno == EAGAIN;
    close(fd);
    if (taken)
        errno = EADDRINUSE;
    return taken;
}

/* The umask belongs to the whole process, so the mode is set on the file. */
static int open_to_group(const char *endpoint)
{
    const char *path = file_of(endpoint);

    return path == NULL ? 0 : chmod(path, IPC_MODE);
}

void *frame_bind(void *zmq, const char *endpoint)
{
    return frame_bind_bounded(zmq, endpoint, UNREAD, UNSENT);
}

void *frame_bind_bounded(void *zmq, const char *endpoint, int unread, int unsent)
{
    void *socket = zmq_socket(zmq, ZMQ_ROUTER);

    if (socket == NULL)
        return NULL;
    if (set_options(socket, unread, unsent) == -1 || set_option(socket, ZMQ_ROUTER_MANDATORY, 1) == -1 ||
        is_taken(endpoint) || zmq_bind(socket, endpoint) == -1 || open_to_group(endpoint) == -1)
        return give_up(socket);
    return socket;
}

void *frame_connect(void *zmq, const char *endpoint)
{
    void *socket = zmq_socket(zmq, ZMQ_DEALER);

    if (socket == NULL)
        return NULL;
    if (set_options(socket, HIGH_WATER_MARK, HIGH_WATER_MARK) == -1 || zmq_connect(socket, endpoint) == -1)
        return give_up(socket);
    return socket;
}
