"""A far end that misbehaves, on a bare socket: it hangs, resets, dribbles, redirects, answers garbage or without end, lies
about its length.

    with Rogue() as rogue:
        rogue.ways += ["reset", "endless"]        of the connections to come, then "fine" for ever
        ... holder(channel="webhook", address=rogue.url) ...
        rogue.requests                            whole requests, as bytes
        rogue.written                             how much of each answer could be written
"""
import collections
import contextlib
import socket
import struct
import threading

CHUNK = b"x" * 65536
OK = b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\nconnection: close\r\n\r\nok"


def read_request(connection):
    """One request with its body."""
    data = b""
    while b"\r\n\r\n" not in data:
        data += connection.recv(65536)
    head, _, body = data.partition(b"\r\n\r\n")
    length = next(int(line.split(b":")[1]) for line in head.split(b"\r\n") if line.lower().startswith(b"content-length:"))
    while len(body) < length:
        body += connection.recv(65536)
    return head + b"\r\n\r\n" + body


class Rogue:
    def __init__(self, fine=OK):
        self.fine_answer = fine
        self.ways = collections.deque()
        self.requests, self.written = [], []
        self.elsewhere = "http://127.0.0.1:9/"
        self.over = threading.Event()
        self.listener = socket.create_server(("127.0.0.1", 0), backlog=64)
        self.thread = threading.Thread(target=self.accept)
        self.others = []

    def __enter__(self):
        self.thread.start()
        return self

    def __exit__(self, *_):
        self.over.set()
        with contextlib.suppress(OSError):
            self.listener.shutdown(socket.SHUT_RDWR)
        self.listener.close()
        for thread in [self.thread, *self.others]:
            thread.join()

    @property
    def url(self):
        return f"http://127.0.0.1:{self.listener.getsockname()[1]}/"

    def accept(self):
        while not self.over.is_set():
            try:
                connection, _ = self.listener.accept()
            except OSError:
                return
            way = self.ways.popleft() if self.ways else "fine"
            self.others.append(threading.Thread(target=self.serve, args=(connection, way)))
            self.others[-1].start()

    def serve(self, connection, way):
        with connection, contextlib.suppress(ConnectionError, TimeoutError):
            if way != "hang_up":
                self.requests.append(read_request(connection))
            getattr(self, way)(connection)

    def pour(self, connection, head, piece, most):
        """As much as the other side takes."""
        self.written.append(0)
        place = len(self.written) - 1
        connection.settimeout(10)
        connection.sendall(head)
        while self.written[place] < most and not self.over.is_set():
            self.written[place] += connection.send(piece)

    def dribble(self, connection, answer):
        for at in range(len(answer)):
            connection.sendall(answer[at:at + 1])
            if self.over.wait(0.01):
                return

    # ------------------------------------------------------------ ways to answer

    def fine(self, connection):
        connection.sendall(self.fine_answer)

    def hang(self, _):
        self.over.wait()

    def hang_up(self, _):
        pass

    def reset(self, connection):
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))

    def slow(self, connection):
        self.dribble(connection, self.fine_answer)

    def never_done(self, connection):
        self.dribble(connection, b"HTTP/1.1 200 OK\r\nx: " + CHUNK)

    def redirect(self, connection):
        connection.sendall(f"HTTP/1.1 307 Elsewhere\r\nlocation: {self.elsewhere}\r\ncontent-length: 0\r\n\r\n".encode())

    def garbage(self, connection):
        connection.sendall(bytes(range(256)) * 8)

    def no_words(self, connection):
        connection.sendall(b"HTTP/1.1 500 \r\ncontent-length: 512\r\n\r\n" + bytes(range(256)) * 2)

    def ten_megabytes(self, connection):
        self.pour(connection, b"HTTP/1.1 200 OK\r\ncontent-length: 10485760\r\n\r\n", CHUNK, 10485760)

    def endless(self, connection):
        self.pour(connection, b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n", b"10000\r\n" + CHUNK + b"\r\n", 1 << 40)

    def endless_headers(self, connection):
        self.pour(connection, b"HTTP/1.1 200 OK\r\n", b"x-more: " + b"y" * 1000 + b"\r\n", 1 << 40)

    def endless_refusal(self, connection):
        self.pour(connection, b"HTTP/1.1 503 no\r\n\r\n", CHUNK, 1 << 40)

    def length_too_large(self, connection):
        connection.sendall(b"HTTP/1.1 200 OK\r\ncontent-length: 1000\r\n\r\nok")

    def length_too_small(self, connection):
        connection.sendall(b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok and more than that")

    def length_below_zero(self, connection):
        connection.sendall(b"HTTP/1.1 200 OK\r\ncontent-length: -2\r\n\r\nok")

    def half_a_head(self, connection):
        connection.sendall(b"HTTP/1.1 200 OK\r\ncontent-le")

    def status_line_alone(self, connection):
        connection.sendall(b"HTTP/1.1 200 OK\r\n")

    def head_without_end(self, connection):
        connection.sendall(b"HTTP/1.1 200 OK\r\nx-more: to come\r\n")

    def head_of_another(self, connection):
        connection.sendall(b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\ncontent-le")

    def head_alone(self, connection):
        connection.sendall(b"HTTP/1.1 200 OK\r\n\r\n")
