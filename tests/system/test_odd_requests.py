"""Whatever stands in whichever place of a request, it is answered, no daemon ends, and the next one is answered as before.

The places are those of the API's own description: each path, argument, header and field of a form, and all texts of an entry.
"""
import http.client
import urllib.parse

import acts
import entry_pb2 as entry
import pytest
from acts import report
from door import Door, basic, submission
from test_openapi import filled

ODD = ["", " ", "%00", "x%00y", "%ff", "%", "%zz", "a" * 31, "a" * 33, "a" * 64, "a" * 511, "a" * 512, "a" * 5000, "..%2f..%2fetc", "-1", "0",
       "99999999999999999999", "1e9", "%e4%b8%80" * 200, "%27%20OR%201=1", "%3Cscript%3E", "%0d%0aX-Odd:%201", "true", "[]", "{}", "\\"]
ODD_TEXTS = ["", " ", "\0", "x\0y", "a" * 33, "a" * 512, "a" * 5000, "一" * 500, "../../etc", "-1", "\u202e", "\r\nX-Odd: 1"]


@pytest.fixture
def door(make_town, template):
    town = make_town(template, rehearsal="2020-02-03 08:00").start()
    town.enter(report("GATE-1", "insp-n", town.now, fails=["DS-06"]), by="insp-n")
    town.enter(acts.complaint("SHOP-1", complainant="某居民 13800000000"), by="clerk")
    town.settle()
    door = Door(town)
    yield door
    town.stop("gateway")


class Asker:
    """Over one connection, as long as the gateway leaves it open."""

    def __init__(self, door):
        self.door, self.connection, self.asked = door, None, 0

    def ask(self, method, target, body=None, headers=None):
        self.asked += 1
        for attempt in range(2):
            self.connection = self.connection or self.door.connect()
            try:
                self.connection.putrequest(method, target.replace(" ", "%20"), skip_host=False, skip_accept_encoding=True)
                for name, value in (headers or {}).items():
                    self.connection.putheader(name, value)
                if body is not None:
                    self.connection.putheader("Content-Length", str(len(body)))
                self.connection.endheaders(body)
                answer = self.connection.getresponse()
                answer.read()
                break
            except (http.client.HTTPException, OSError):
                self.connection = None   # it was closed: by what was asked before, or because of this
        else:
            answer = None
        if answer is not None and answer.getheader("Connection") == "close":
            self.connection = None
        assert self.door.town.is_running("gateway"), f"{method} {target[:200]} {headers} {body and body[:200]}"
        assert answer is None or (200 <= answer.status < 600 and answer.status != 500), (method, target[:200], answer.status)
        return answer and answer.status

    def end(self):
        assert all(self.door.town.is_running(daemon) for daemon in ("ingest", "rules", "notify", "gateway"))
        assert self.door.get("/healthz")[0] == 200 and self.door.get("/readyz")[0] == 200


@pytest.fixture
def asker(door):
    asker = Asker(door)
    yield asker
    asker.end()


def operations(door):
    paths = door.get("/v1/openapi.json")[2]["paths"]
    return [(path, method.upper(), what) for path, item in paths.items() for method, what in item.items() if method != "parameters"]


def plain(path):
    """Where a place in it has something usual."""
    return "/".join("DB-0001" if part.startswith("{") else part for part in path.split("/"))


def test_in_paths(door, asker):
    who = door.token("lead")
    for path, method, _ in operations(door):
        if "{" in path:
            for odd in ODD:
                asker.ask(method, path[:path.index("{")] + odd, b"" if method in ("POST", "PUT", "PATCH") else None, who)
    assert asker.asked > 20 * len(ODD) // 2


def test_in_arguments(door, asker):
    who = door.token("lead")
    for path, method, what in operations(door):
        for parameter in what.get("parameters", []):
            if parameter["in"] == "query":
                for odd in ODD:
                    asker.ask(method, f"{plain(path)}?{parameter['name']}={odd}", b"" if method != "GET" else None, who)
    for odd in ODD:
        asker.ask("GET", f"/v1/cases?{odd}", headers=who)
        asker.ask("GET", f"/v1/cases?{odd}={odd}&&=", headers=who)
    assert asker.asked > 1000


def test_in_headers(door, asker):
    who = door.token("lead")
    odd_values = [urllib.parse.unquote(odd, "latin-1").replace("\r", "").replace("\n", "") for odd in ODD]
    common = ["Cookie", "Content-Type", "X-CSRF-Token", "Origin", "Sec-Fetch-Site", "X-Forwarded-For", "X-Forwarded-Proto", "Accept", "Accept-Language",
              "Expect", "Range", "If-Range", "If-None-Match", "Last-Event-ID", "Upload-Length", "Upload-Offset", "Upload-Metadata", "Upload-Checksum",
              "X-OpenRosa-Version", "Date"]
    targets = [("GET", "/v1/cases"), ("POST", "/v1/entries"), ("POST", "/v1/uploads"), ("POST", "/submission"), ("GET", "/formList"), ("POST", "/login"),
               ("GET", "/"), ("POST", "/a/x")]
    for method, target in targets:
        for name in common:
            for odd in odd_values:
                asker.ask(method, target, b"" if method == "POST" else None, {**who, name: odd.replace("\0", "\x01")})


def test_in_credentials(door, asker):
    for odd in ODD:
        text = urllib.parse.unquote(odd, "latin-1")
        for target in ("/v1/cases", "/formList", "/"):
            for credentials in (basic(text), basic(text, ""), basic("lead", text), {"Authorization": "Bearer " + odd}, {"Authorization": odd},
                                {"Authorization": f'Digest username="{odd}", realm="Duban", nonce="{odd}", uri="{odd}", response="{odd}"'}):
                asker.ask("GET", target, headers=credentials)
    assert door.get("/v1/cases", door.token("lead"))[0] == 200


def test_in_forms(door, asker):
    form = {"Content-Type": "application/x-www-form-urlencoded"}
    who = {**door.token("lead"), **form}
    forms = [("/login", ("account", "password", "to", "csrf")), ("/a/x", ("act", "number", "text", "until", "csrf")),
             ("/t/" + "0" * 32, ("act", "number", "text", "until")), ("/reveal", ("site", "reason", "csrf")), ("/logout", ("csrf",))]
    for target, fields in forms:
        for odd in ODD:
            for headers in (form, who):
                asker.ask("POST", target, odd.encode(), headers)
                asker.ask("POST", target, "&".join(f"{field}={odd}" for field in fields).encode(), headers)


def texts_of(message):
    """Each text in it: what holds it, its field, and where in a list."""
    for field, value in message.ListFields():
        repeated = field.label == field.LABEL_REPEATED
        if field.message_type:
            for part in value if repeated else [value]:
                yield from texts_of(part)
        elif field.type == field.TYPE_STRING:
            for at in range(len(value)) if repeated else [None]:
                yield message, field.name, at


def test_in_texts_of_entries(door, asker):
    """All at once, and each by itself where the others are usual."""
    who = {**door.token("lead"), "Content-Type": "application/json"}
    for kind in entry.Entry.DESCRIPTOR.oneofs_by_name["body"].fields:
        one = entry.Entry()
        filled(getattr(one, kind.name)).SetInParent()
        for number in [None, *range(min(len(list(texts_of(one))), 12))]:
            for odd in ODD_TEXTS:
                changed = entry.Entry.FromString(one.SerializeToString())
                for at, (message, name, place) in enumerate(texts_of(changed)):
                    if number is None or number == at:
                        if place is None:
                            setattr(message, name, odd)
                        else:
                            getattr(message, name)[place] = odd
                door.post("/v1/entries", submission(changed), who)
    door.town.settle()
