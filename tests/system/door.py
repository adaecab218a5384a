"""A client of the gateway: plain sockets of the standard library; each answer is looked up in what the API says of itself (described.py)."""
import base64
import http.client
import json
import uuid

import described
import query_pb2 as query
from google.protobuf import json_format

PASSWORD = "一二三四五六"


class Door:
    def __init__(self, town, **settings):
        self.town = town
        town.start("gateway", **settings)
        host, port = town.ask("gateway", status=query.StatusQuery()).gateway.listening.rsplit(":", 1)
        self.address = (host, int(port))

    def status(self):
        return self.town.ask("gateway", status=query.StatusQuery()).gateway

    def connect(self):
        return http.client.HTTPConnection(*self.address, timeout=600)   # a test does not hang for ever; how long anything takes is the machine's matter

    def ask(self, method, path, body=None, headers=None, connection=None):
        """(status, headers, body); JSON is read."""
        own = connection or self.connect()
        own.request(method, path, body, headers or {})
        answer = own.getresponse()
        content = answer.read()
        assert answer.status not in (429, 503) or int(answer.getheader("Retry-After")) > 0, (method, path, answer.status)
        if connection is None:
            own.close()
        self.look_up(method, path, answer, content)
        if "json" in (answer.getheader("Content-Type") or "") and content:
            content = json.loads(content)
        return answer.status, answer.headers, content

    def fetched(self, path):
        own = self.connect()
        own.request("GET", path)
        content = own.getresponse().read()
        own.close()
        return content

    def look_up(self, method, path, answer, content):
        described.description(self.fetched).check(method, path, answer.status, answer.headers, content)

    def get(self, path, headers=None):
        return self.ask("GET", path, headers=headers)

    def post(self, path, content, headers=None):
        return self.ask("POST", path, json.dumps(content, ensure_ascii=False).encode(),
                        {"Content-Type": "application/json", **(headers or {})})

    def token(self, account, label="手机"):
        made = self.town.ask("gateway", token_make=query.TokenMake(account=account, label=label)).token_made
        return {"Authorization": f"Bearer {made.token}"}

    def set_password(self, account, password=PASSWORD):
        self.town.ask("gateway", password_set=query.PasswordSet(account=account, password=password))


def basic(account, password=PASSWORD):
    return {"Authorization": "Basic " + base64.b64encode(f"{account}:{password}".encode()).decode()}


def submission(entry, client_id=None):
    return {"clientId": client_id or str(uuid.uuid4()), "entry": json_format.MessageToDict(entry)}
