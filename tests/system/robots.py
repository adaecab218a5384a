"""Local stand-ins for the group robots of WeCom, DingTalk and Feishu that behave as these are documented.

    with Robot("dingtalk", secret="SEC0", keyword="督办") as robot:
        robot.clock = lambda: town.clock_ms / 1000    limits are kept by this clock, the real one unless it is set
        ... holder(channel="dingtalk", address=robot.address) ...
        robot.texts()                                 what was taken
        robot.refused                                 codes of what was not

All answer HTTP 200, and a code of their own in the body says what became of the message; only Feishu says
"too many" with HTTP 400. Limits slide: WeCom and DingTalk take 20 in any minute, Feishu 5 in any second and 100 in any
minute; DingTalk is silent for ten minutes to whoever sends more. A signature must be made within an hour of the robot's
own time, which can be off by `ahead_s`; its Date header then is as well.
"""
import base64
import collections
import email.utils
import hashlib
import hmac
import http.server
import json
import threading
import time
import urllib.parse

from local_server import LocalServer

NEVER, CLOSE = "never", "close"   # instead of a code, in `answers`
MINUTE_S, HOUR_S, BAN_S = 60, 3600, 600

Post = collections.namedtuple("Post", "at_s path body text code")
Kind = collections.namedtuple("Kind", "path code_name message_name limits too_many busy")

KINDS = {
    "wecom": Kind("/cgi-bin/webhook/send?key=5a3c8f9e", "errcode", "errmsg", [(20, MINUTE_S)], 45009, -1),
    "dingtalk": Kind("/robot/send?access_token=7d1e0b42", "errcode", "errmsg", [(20, MINUTE_S)], 130101, -1),
    "feishu": Kind("/open-apis/bot/v2/hook/c2f6a7d8", "code", "msg", [(5, 1), (100, MINUTE_S)], 9499, 11232),
}
MESSAGES = {
    45009: "api freq out of limit", 93000: "invalid webhook url", 40058: "content exceed max length", 40035: "bad params",
    130101: "send too fast, exceed 20 times per minute", 310000: "sign not match or keywords not in content",
    460101: "message too long, exceed 20000 bytes", 400013: "token is not exist", 43004: "invalid content",
    9499: "too many request", 19021: "sign match fail or timestamp is not within one hour from current time",
    19024: "Key Words Not Found", 19001: "incoming webhook access token invalid", 11232: "frequency limited",
    -1: "system busy", 0: "ok",
}


def hmac_sha256(key, message):
    return base64.b64encode(hmac.new(key, message, hashlib.sha256).digest()).decode()


class Robot(LocalServer):
    def __init__(self, kind, secret="", keyword="", ahead_s=0):
        super().__init__(self._handler())
        self.name = kind
        self.kind = KINDS[kind]
        self.secret, self.keyword, self.ahead_s = secret, keyword, ahead_s
        self.clock = time.time
        self.answers = collections.deque()     # codes of the posts to come, whatever they hold
        self.posts = []
        self.banned_until_s = 0
        self.changed = threading.Condition()

    @property
    def address(self):
        """As it is entered in the registry: what its group demands stands behind the #."""
        demands = [f"{name}={value}" for name, value in (("secret", self.secret), ("keyword", self.keyword)) if value]
        return self.origin + self.kind.path + "#" * bool(demands) + "&".join(demands)

    # ------------------------------------------------------------ what has come

    def texts(self):
        with self.changed:
            return [post.text for post in self.posts if post.code == 0]

    @property
    def refused(self):
        with self.changed:
            return [post.code for post in self.posts if post.code != 0]

    def wait_for(self, count, patience_s=60):
        """Until that many posts have come, taken or not."""
        with self.changed:
            assert self.changed.wait_for(lambda: len(self.posts) >= count, patience_s), self.posts

    def others_send(self, count):
        """Somebody else in the group uses the same robot."""
        with self.changed:
            self.posts += [Post(self.clock(), self.kind.path, b"", "from somebody else", 0)] * count

    # ------------------------------------------------------------ what it says

    def code_of(self, path, body):
        """The code of a post; the first thing that is wrong with it counts."""
        try:
            message = json.loads(body)
            text = message["text"]["content"] if self.name != "feishu" else message["content"]["text"]
        except (ValueError, KeyError, TypeError):
            return {"wecom": 40035, "dingtalk": 43004, "feishu": 9499}[self.name], ""
        return getattr(self, "_code_of_" + self.name)(path, body, message, text) or self._too_many() or 0, text

    def _code_of_wecom(self, path, _, message, text):
        if path != self.kind.path:
            return 93000
        return 40058 if message["msgtype"] == "text" and len(text.encode()) > 2048 else 0

    def _code_of_dingtalk(self, path, body, _, text):
        query = dict(urllib.parse.parse_qsl(urllib.parse.urlsplit(path).query))
        if query.get("access_token") != "7d1e0b42" or "#" in path:
            return 400013
        if self.secret:
            signed = hmac_sha256(self.secret.encode(), f"{query.get('timestamp')}\n{self.secret}".encode())
            if query.get("sign") != signed or abs(int(query["timestamp"]) / 1000 - self.real_time()) > HOUR_S:
                return 310000
        if self.keyword not in text:
            return 310000
        return 460101 if len(body) > 20000 else 0

    def _code_of_feishu(self, path, body, message, text):
        if path != self.kind.path:
            return 19001
        if self.secret:
            stamp = message.get("timestamp", "0")
            signed = hmac_sha256(f"{stamp}\n{self.secret}".encode(), b"")
            if message.get("sign") != signed or abs(int(stamp) - self.real_time()) > HOUR_S:
                return 19021
        if self.keyword not in text:
            return 19024
        return 9499 if len(body) > 20 * 1024 else 0

    def real_time(self):
        return time.time() + self.ahead_s

    def _too_many(self):
        now_s = self.clock()
        if now_s < self.banned_until_s:
            return self.kind.too_many
        taken = [post.at_s for post in self.posts if post.code == 0]
        if all(sum(at_s > now_s - span_s for at_s in taken) < count for count, span_s in self.kind.limits):
            return 0
        if self.name == "dingtalk":
            self.banned_until_s = now_s + BAN_S
        return self.kind.too_many

    def take(self, path, body):
        with self.changed:
            code, text = self.code_of(path, body)
            if self.answers:
                code = self.answers.popleft()
            self.posts.append(Post(self.clock(), path, body, text, code))
            self.changed.notify_all()
        return code

    def _handler(robot):
        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def date_time_string(self, timestamp=None):
                return email.utils.formatdate(robot.real_time(), usegmt=True)

            def do_POST(self):
                body = self.rfile.read(int(self.headers["content-length"]))
                assert self.headers["content-type"].startswith("application/json")
                code = robot.take(self.path, body)
                if code in (NEVER, CLOSE):
                    self.close_connection = True
                    if code == NEVER:
                        robot.over.wait()
                    return
                answer = json.dumps({robot.kind.code_name: code, robot.kind.message_name: MESSAGES.get(code, "error")}).encode()
                self.send_response(400 if code == 9499 else 200)
                self.send_header("content-type", "application/json; charset=utf-8")
                self.send_header("content-length", str(len(answer)))
                self.end_headers()
                self.wfile.write(answer)

            def log_message(self, *_):
                pass

        return Handler
