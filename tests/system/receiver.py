"""The far end of a webhook: a receiver that answers as told and checks every signature.

    with Receiver() as receiver:
        receiver.answers += [(500, {}), (429, {"Retry-After": "120"}, "slow down")]    then 200 for ever
        ... holder(channel="webhook", address=receiver.url) ...
        receiver.taken()            what has come, every signature checked

As a status NEVER keeps the sender waiting until the end, and CLOSE hangs up without an answer.
"""
import base64
import collections
import hashlib
import hmac
import http.server
import json
import secrets
import threading

from local_server import LocalServer

NEVER, CLOSE = -1, -2

Request = collections.namedtuple("Request", "id path headers body status")


def new_secret():
    return "whsec_" + base64.b64encode(secrets.token_bytes(32)).decode()


def is_signed(secret, headers, body):
    """Standard Webhooks 1.0.0, symmetric: any of the signatures given."""
    key = base64.b64decode(secret.removeprefix("whsec_"))
    signed = f"{headers['webhook-id']}.{headers['webhook-timestamp']}.".encode() + body
    wanted = "v1," + base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode()
    return wanted in headers["webhook-signature"].split(" ")


class Receiver(LocalServer):
    def __init__(self):
        super().__init__(self._handler())
        self.secret = new_secret()
        self.answers = collections.deque()   # (status, headers[, words]) of the requests to come
        self.requests = []
        self.changed = threading.Condition()

    @property
    def url(self):
        return self.origin + "/duban"

    def secret_file(self, directory, *more):
        path = directory / "webhook-secrets"
        path.write_text("\n".join((self.secret, *more)) + "\n")
        path.chmod(0o600)
        return path

    def webhook(self, directory, *more, **settings):
        """The section of notify.yaml for messages that are sent here."""
        return {"webhook": {"secret_file": self.secret_file(directory, *more), **settings}}

    def _handler(receiver):
        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self):
                body = self.rfile.read(int(self.headers["content-length"]))
                with receiver.changed:
                    status, headers, *words = receiver.answers.popleft() if receiver.answers else (200, {})
                    receiver.requests.append(Request(self.headers["webhook-id"], self.path, {
                        name.lower(): value for name, value in self.headers.items()}, body, status))
                    receiver.changed.notify_all()
                if status in (NEVER, CLOSE):
                    self.close_connection = True
                    if status == NEVER:
                        receiver.over.wait()
                    return
                answer = "".join(words).encode()
                self.send_response(status)
                for name, value in headers.items():
                    self.send_header(name, value)
                self.send_header("content-length", str(len(answer)))
                self.end_headers()
                self.wfile.write(answer)

            def log_message(self, *_):
                pass

        return Handler

    def wait_for(self, count, patience_s=60):
        """Until that many posts have come, taken or not."""
        with self.changed:
            assert self.changed.wait_for(lambda: len(self.requests) >= count, patience_s), self.requests

    def times(self, key):
        """How often that one was posted."""
        with self.changed:
            return sum(request.id == key.hex() for request in self.requests)

    def taken(self):
        """{webhook id: data of its body} of what was answered with 200, each checked."""
        with self.changed:
            requests = list(self.requests)
        for request in requests:
            assert is_signed(self.secret, request.headers, request.body)
        return {request.id: json.loads(request.body)["data"] for request in requests if request.status == 200}
