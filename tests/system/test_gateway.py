"""The door for field apps: what is submitted and read over HTTP, by whom, and what bad input comes to."""
import base64
import contextlib
import http.client
import json
import os
import pty
import re
import resource
import select
import signal
import socket
import subprocess
import termios
import uuid

import acts
import pytest
import query_pb2 as query
from acts import report
from door import PASSWORD, Door, basic, submission
from google.protobuf import json_format

BEGINNING = "2020-02-03 08:00"


def entry_of(town):
    return report("GATE-1", "insp-n", town.now, passes=["DS-06"], photos="none")


# ---------------------------------------------------------------- submitting

def test_a_report_is_taken_once_and_its_progress_can_be_asked_for(door):
    who = door.token("insp-n")
    sent = submission(entry_of(door.town))
    status, headers, taken = door.post("/v1/entries", sent, who)
    assert status == 201 and not taken.get("duplicate"), taken
    door.town.settle()
    status, _, again = door.post("/v1/entries", sent, who)
    assert status == 200 and again["duplicate"] and again["sequence"] == taken["sequence"]
    status, _, progress = door.get(headers["Location"], who)
    assert (status, progress["state"]) == (200, "SUBMISSION_STATE_APPLIED")
    assert progress["sequence"] == taken["sequence"]
    visits = door.town.rows("rules", visits=query.VisitsQuery(site="GATE-1"))
    assert [visit.sequence for visit in visits][-1] == int(taken["sequence"])


def test_what_somebody_has_submitted_is_his_own(door):
    sent = submission(entry_of(door.town))
    assert door.post("/v1/entries", sent, door.token("insp-n"))[0] == 201
    assert door.get(f"/v1/submissions/{sent['clientId']}", door.token("insp-n"))[0] == 200
    for other in ("insp-s", "lead", "admin"):
        assert door.get(f"/v1/submissions/{sent['clientId']}", door.token(other))[0] == 404


def test_another_content_under_a_known_id_is_a_conflict(door):
    who = door.token("insp-n")
    sent = submission(entry_of(door.town))
    door.post("/v1/entries", sent, who)
    other = dict(sent, entry=json_format.MessageToDict(report("GATE-1", "insp-n", door.town.now, fails=["DS-06"], photos="none")))
    status, headers, problem = door.post("/v1/entries", other, who)
    assert (status, problem["type"]) == (409, "urn:duban:problem:conflict")
    assert headers["Content-Type"] == "application/problem+json"
    assert problem["detail"] and problem["detailEn"] and problem["requestId"] == headers["X-Request-Id"]


def test_what_rules_objects_to_is_told_with_its_field(door):
    who = door.token("insp-n")
    _, headers, _ = door.post("/v1/entries", submission(report("nowhere", "insp-n", door.town.now, passes=["DS-06"], photos="none")), who)
    door.town.settle()
    _, _, progress = door.get(headers["Location"], who)
    assert progress["state"] == "SUBMISSION_STATE_QUARANTINED"
    assert progress["problem"]["field"] == "report.site" and "nowhere" in progress["problem"]["detail"]


def test_several_at_a_time_are_taken_or_refused_each_by_itself(door):
    who = door.token("insp-n")
    good, bad, empty = submission(entry_of(door.town)), submission(entry_of(door.town), "no uuid"), {"clientId": str(uuid.uuid4())}
    status, _, answer = door.post("/v1/entries", {"submissions": [good, bad, empty]}, who)
    first, second, third = answer["submitted"]
    assert status == 200 and int(first["sequence"]) > 0 and "problem" not in first
    assert second["problem"]["field"] == "clientId" and "sequence" not in second
    assert third["problem"]["field"] == "entry"


def test_a_reporter_is_who_has_signed_in(door):
    """Somebody else's report without being marked as entered for him: rules judges it by the account."""
    who = door.token("insp-s")
    _, headers, _ = door.post("/v1/entries", submission(entry_of(door.town)), who)
    door.town.settle()
    _, _, progress = door.get(headers["Location"], who)
    assert progress["state"] == "SUBMISSION_STATE_QUARANTINED", progress


def test_what_was_taken_outlives_a_kill_of_all(door):
    """201 comes after the receipt, and a receipt after the commit."""
    who = door.token("insp-n")
    sent = [submission(entry_of(door.town)) for _ in range(20)]
    taken = [door.post("/v1/entries", one, who)[2] for one in sent]
    door.town.kill("gateway", "ingest", "rules", "notify")
    door.town.start()
    again = Door(door.town)
    for one, first in zip(sent, taken):
        status, _, answer = again.post("/v1/entries", one, who)
        assert (status, answer["duplicate"], answer["sequence"]) == (200, True, first["sequence"])
    door.town.settle()
    assert [again.get(f"/v1/submissions/{one['clientId']}", who)[2]["state"] for one in sent] == ["SUBMISSION_STATE_APPLIED"] * 20


# ---------------------------------------------------------------- bad input

@pytest.mark.parametrize("body, status, field", [
    (b"{", 400, "1:1"), (b"", 400, ""), (b"[]", 422, ""), (b"\xff\xfe", 400, "1:0"),
    (b'{"clientId":"x","entry":{"report":{"site":"GATE-1"}}}', 422, "clientId"),
    (b'{"clientId":"x","clientId":"y"}', 400, "1:26"),
    (b'{"clientId":"018f4e7a-1c2b-7d3e-8f90-123456789abc","entry":{"report":{"sight":"GATE-1"}}}', 422, "entry.report.sight"),
    (b'{"submissions":[]}', 422, "submissions"), pytest.param(b"[" + b"[]," * 150_000 + b"[]]", 400, "", id="brackets"),
])
def test_bad_content_is_refused_in_both_languages(door, body, status, field):
    last = door.town.ingest_status().last_sequence
    got, _, problem = door.ask("POST", "/v1/entries", body, {**door.token("insp-n"), "Content-Type": "application/json"})
    assert (got, problem["status"]) == (status, status) and problem["detail"] and problem["detailEn"], problem
    assert problem.get("field", "") == field
    assert door.town.ingest_status().last_sequence == last


def test_more_than_is_allowed_is_refused_by_its_head_and_cut_off_in_the_middle(make_town, template):
    town = make_town(template, rehearsal=BEGINNING)
    town.start()
    door = Door(town, body_bytes="64K")
    who = door.token("insp-n")
    status, headers, problem = door.ask("POST", "/v1/entries", b"x" * 70000, who)
    assert status == 413 and problem["type"].endswith("too-large") and headers["Connection"] == "close"
    connection = door.connect()
    with pytest.raises((http.client.HTTPException, OSError)):
        connection.request("POST", "/v1/entries", (b"x" * 1000 for _ in range(1000)), who, encode_chunked=True)
        connection.getresponse()
    assert door.get("/healthz")[0] == 200
    town.stop("gateway")


@pytest.mark.parametrize("path", ["/login", "/a/x"])
def test_who_has_not_signed_in_sends_a_form_at_most(door, path):
    assert door.ask("POST", path, b"x" * 70_000)[0] == 413
    connection = door.connect()
    with pytest.raises((http.client.HTTPException, OSError)):
        connection.request("POST", path, (b"x" * 1000 for _ in range(1000)), encode_chunked=True)
        connection.getresponse()
    assert door.get("/healthz")[0] == 200


def test_what_is_under_way_at_a_time_is_bounded(make_town, template):
    town = make_town(template, rehearsal=BEGINNING)
    town.start()
    door = Door(town, body_bytes="1M", bodies_bytes="1M")
    who = door.token("insp-n")
    head = (f"POST /v1/entries HTTP/1.1\r\nHost: x\r\nContent-Length: 900000\r\n"
            f"Authorization: {who['Authorization']}\r\n\r\n").encode()
    held = socket.create_connection(door.address)
    held.sendall(head + b" " * 800_000)
    answers = [door.post("/v1/entries", {"x": "y" * 300_000}, who)[0] for _ in range(200)]   # the other comes in meanwhile
    assert answers == sorted(answers) and set(answers) <= {422, 503} and answers[-1] == 503
    assert door.get("/healthz")[0] == 200, "what brings nothing takes no room"
    held.close()
    answers = [door.post("/v1/entries", {"x": "y" * 300_000}, who)[0] for _ in range(200)]   # and is let go
    assert answers == sorted(answers, reverse=True) and set(answers) <= {422, 503} and answers[-1] == 422
    town.stop("gateway")


def test_what_one_account_sends_leaves_room_for_the_others(make_town, template):
    town = make_town(template, rehearsal=BEGINNING)
    town.start()
    door = Door(town, body_bytes="1M", bodies_bytes="16M")   # room for two of them for each account
    who, other = door.token("insp-n"), door.token("insp-s")
    head = f"POST /v1/entries HTTP/1.1\r\nHost: x\r\nAuthorization: {who['Authorization']}\r\nTransfer-Encoding: chunked\r\n\r\n"
    held = [socket.create_connection(door.address, timeout=600) for _ in range(6)]
    for one in held:                   # of none is known how much it will be
        one.sendall(head.encode())
    while town.metrics("gateway")["duban_gateway_requests_total"] < len(held):
        pass
    for one in held:
        with contextlib.suppress(OSError):
            one.sendall(b"c3500\r\n" + b" " * 800_000 + b"\r\n")
    while town.metrics("gateway")["duban_gateway_no_room_total"] < 2:   # twice its share is all that an account gets
        pass
    assert door.post("/v1/entries", {"x": "y" * 300_000}, who)[0] == 503
    assert door.post("/v1/entries", {"x": "y" * 300_000}, other)[0] == 422
    assert door.get("/v1/cases", who)[0] == 200
    for one in held:
        one.close()
    answers = [door.post("/v1/entries", {"x": "y" * 300_000}, who)[0] for _ in range(200)]
    assert answers == sorted(answers, reverse=True) and set(answers) <= {422, 503} and answers[-1] == 422
    town.stop("gateway")


def test_what_is_sent_without_an_account_leaves_room_for_those_who_have_one(make_town, template):
    town = make_town(template, rehearsal=BEGINNING)
    town.start()
    door = Door(town, body_bytes="64K", bodies_bytes="1M")   # room for two forms of all who have not signed in
    who = door.token("insp-n")
    held = [socket.create_connection(door.address, timeout=600) for _ in range(2)]
    for one in held:
        one.sendall(b"POST /a/x HTTP/1.1\r\nHost: x\r\nContent-Length: 65000\r\n\r\n" + b"a" * 64_000)
    answers = [door.ask("POST", "/a/x", b"a" * 60_000)[0] for _ in range(200)]   # the others come in meanwhile
    assert answers == sorted(answers) and answers[-1] == 503
    assert door.post("/v1/entries", {"x": "y" * 60_000}, who)[0] == 422
    for one in held:
        one.close()
    answers = [door.ask("POST", "/a/x", b"a" * 60_000)[0] for _ in range(200)]
    assert answers == sorted(answers, reverse=True) and answers[-1] < 500
    town.stop("gateway")


def test_one_address_has_so_many_connections_and_others_have_theirs(make_town, template):
    town = make_town(template, rehearsal=BEGINNING)
    town.start()
    door = Door(town, connections_per_address=10)
    held = [door.connect() for _ in range(10)]
    assert [door.ask("GET", "/healthz", connection=one)[0] for one in held] == [200] * 10
    with pytest.raises((http.client.HTTPException, OSError)):
        door.get("/healthz")
    other = http.client.HTTPConnection(*door.address, timeout=600, source_address=("127.0.0.2", 0))
    assert door.ask("GET", "/healthz", connection=other)[0] == 200
    held[0].close()
    next(status for status in iter(lambda: door.status().connections, None) if status <= 10)
    assert door.get("/healthz")[0] == 200
    town.stop("gateway")


def test_beyond_all_connections_the_next_waits_until_one_is_closed(make_town, template):
    town = make_town(template, rehearsal=BEGINNING)
    town.start()
    door = Door(town, connections=20)
    held = [door.connect() for _ in range(20)]
    assert [door.ask("GET", "/healthz", connection=one)[0] for one in held] == [200] * 20
    next_one = door.connect()
    next_one.request("GET", "/healthz")
    assert select.select([next_one.sock], [], [], 0)[0] == [] and door.status().connections == 20
    held[0].close()
    assert next_one.getresponse().status == 200
    assert door.ask("GET", "/healthz", connection=held[1])[0] == 200
    town.stop("gateway")


@pytest.mark.parametrize("line", ["GET /healthz HTTP/1.1\r\nX-Long: " + "a" * 40_000, "GET /v1/cases?" + "a" * 40_000 + " HTTP/1.1",
                                  "GET /healthz HTTP/1.1" + "\r\nX-Many: a" * 5000], ids=["header", "address", "headers"])
def test_a_head_that_is_too_long_is_refused_and_others_go_on(door, line):
    with socket.create_connection(door.address, timeout=600) as own, contextlib.suppress(ConnectionError):
        own.sendall((line + "\r\nHost: x\r\n\r\n").encode())
        answer = own.recv(100)
        assert answer == b"" or answer.split()[1] in (b"400", b"413", b"414", b"431"), answer
    assert door.get("/healthz")[0] == 200


@pytest.mark.parametrize("path, status", [("/healthz%00x", 404), ("/v1/cases%00x", 404), ("/v1/cases?zone=north%00south", 200),
                                          ("/v1/cases?zone%00=north", 400)])
def test_a_zero_byte_ends_no_text(door, path, status):
    door.town.visit("GATE-1", fails=["GT-03"])
    got, _, said = door.get(path, door.token("lead"))
    assert got == status and "rows" not in said.get("cases", {}), said


def test_an_entry_that_is_too_large_is_told_so_and_not_to_come_again(make_town, template):
    town = make_town(template, rehearsal=BEGINNING)
    town.start()
    door = Door(town, body_bytes="4M")
    for size in (70_000, 1_500_000):
        one = report("GATE-1", "insp-n", town.now)
        one.report.text = "长" * (size // 3)
        status, headers, problem = door.post("/v1/entries", submission(one), door.token("insp-n"))
        assert status in (413, 422) and headers["Retry-After"] is None and problem["detail"], (size, status, problem)
    town.stop("gateway")


def test_chunked_bodies_are_taken(door):
    text = json.dumps(submission(entry_of(door.town))).encode()
    connection = door.connect()
    connection.request("POST", "/v1/entries", (text[i:i + 7] for i in range(0, len(text), 7)), door.token("insp-n"),
                       encode_chunked=True)
    assert connection.getresponse().status == 201


def test_paths_and_methods_that_are_none(door):
    who = door.token("lead")
    assert door.get("/nothing")[0] == 404
    assert door.get("/v1/nothing", who)[0] == 404
    status, headers, problem = door.ask("PUT", "/v1/entries", b"{}", who)
    assert (status, headers["Allow"]) == (405, "POST") and problem["detail"]
    assert door.ask("HEAD", "/healthz")[0] == 200


def test_who_says_nothing_or_too_little_is_cut_off(make_town, template):
    town = make_town(template, rehearsal=BEGINNING)
    town.start()
    door = Door(town, head_within="1s", body_within="1s", idle="1s")
    silent, slow, half = (socket.create_connection(door.address) for _ in range(3))
    fast = socket.create_connection(door.address)
    fast.sendall(b"POST /v1/entries HTTP/1.1\r\nHost: x\r\nContent-Length: 1000000\r\n"
                 + f"Authorization: {door.token('insp-n')['Authorization']}\r\n\r\n".encode() + b" " * 900_000)
    slow.sendall(b"GET /healthz HT")
    half.sendall(b"POST /v1/entries HTTP/1.1\r\nHost: x\r\nContent-Length: 1000\r\n"
                 + f"Authorization: {door.token('insp-n')['Authorization']}\r\n\r\n".encode() + b"{")
    for one in (silent, slow, half, fast):
        one.settimeout(60)
        assert one.recv(1000) == b""
        one.close()
    assert door.get("/healthz")[0] == 200
    town.stop("gateway")


def raw(door, *lines, body=b""):
    """What comes back until the connection ends, of a head that no library would send."""
    with socket.create_connection(door.address, timeout=60) as one:
        one.sendall("".join(line + "\r\n" for line in (*lines, "")).encode("latin-1") + body)
        return b"".join(iter(lambda: one.recv(65536), b""))


@pytest.mark.parametrize("framing", [
    ("Content-Length: 2", "Transfer-Encoding: chunked"), ("Transfer-Encoding: chunked", "Content-Length: 2"),
    ("Content-Length: 2", "Content-Length: 40"), ("Content-Length: 2", "Content-Length: 2"),
    ("Transfer-Encoding: chunked", "Transfer-Encoding: identity"), ("Transfer-Encoding: gzip, chunked",),
    ("Transfer-Encoding: xchunked",), ("Content-Length : 2",), ("Content-Length: 2", "Transfer-Encoding : chunked"),
    ("Content-Length: 2,40",), ("Content-Length: -1",), ("Content-Length: +2",), ("Content-Length: 0x2",),
])
@pytest.mark.parametrize("method, path", [("POST", "/v1/entries"), ("GET", "/healthz")])
def test_where_a_body_ends_is_said_once_or_nothing_is_answered_after_it(door, method, path, framing):
    """A proxy may take the other of the two: what the one calls the body would be the next request to the other."""
    smuggled = b"GET /readyz HTTP/1.1\r\nHost: x\r\n\r\n"
    answer = raw(door, f"{method} {path} HTTP/1.1", "Host: x", "Authorization: " + door.token("insp-n")["Authorization"], *framing,
                 body=b"0\r\n\r\n" + smuggled)
    assert b"200 OK" not in answer and b"ready" not in answer, answer
    assert answer == b"" or answer.startswith(b"HTTP/1.1 400"), answer


def test_what_is_no_utf8_is_said_to_be_so(door):
    who = door.token("lead")
    status, _, problem = door.get("/%ff%e4%b8%80")
    assert status == 404 and problem["detail"].startswith("这里没有 /?一"), problem
    for name in ("zone", "z%ff"):
        status, _, problem = door.get(f"/v1/cases?{name}=%ff", who)
        assert (status, problem["type"]) == (400, "urn:duban:problem:invalid") and problem["detail"], problem


# ---------------------------------------------------------------- who asks

def test_without_credentials_nothing_is_said(door):
    for path in ("/v1/cases", "/v1/submissions/" + str(uuid.uuid4())):
        status, headers, problem = door.get(path)
        assert (status, problem["type"]) == (401, "urn:duban:problem:unauthorized") and "Basic" in headers["WWW-Authenticate"]
    for shown in ("Bearer nothing", "Basic !!!", "Basic " + base64.b64encode(b"no colon").decode(), "Digest x", "Bearer"):
        assert door.get("/v1/cases", {"Authorization": shown})[0] == 401


NOTHING_IN_IT = {("get", "/"), ("head", "/submission")}   # a page that says that he holds no post; that this is the place to send to
OPEN_TO_ALL = {("get", "/healthz"), ("get", "/readyz"), ("get", "/metrics"), ("get", "/v1/openapi.json"), ("options", "/v1/uploads"), ("get", "/login"),
               ("post", "/login"), ("get", "/a/{token}"), ("post", "/a/{token}"), ("get", "/a/{token}/{task}"), ("post", "/a/{token}/{task}"), ("get", "/calendar/{secret}")}


def test_every_path_is_shut_to_who_has_not_signed_in_and_to_who_holds_no_post(door):
    stranger, asked, shown = door.token("nobody-at-all"), 0, set()
    for path, item in door.get("/v1/openapi.json")[2]["paths"].items():
        for method in item.keys() - {"parameters"}:
            if (method, path) in OPEN_TO_ALL:
                continue
            asked += 1
            place = re.sub(r"\{.*?\}", "0" * 64, path)
            body = b"" if method in ("post", "put", "patch") else None
            status, headers, _ = door.ask(method.upper(), place, body, {"Tus-Resumable": "1.0.0"})
            assert status == 401 or (status == 303 and headers["Location"].startswith("/login")), (method, path, status)
            status = door.ask(method.upper(), place, body, {"Tus-Resumable": "1.0.0", **stranger})[0]
            if status < 300:
                shown.add((method, path))
    assert asked > 40 and shown == NOTHING_IN_IT


def test_an_account_without_a_name_is_one_that_is_not_there(door):
    for path in ("/v1/cases", "/formList"):
        for password in ("guess", ""):
            assert door.get(path, basic("", password))[0] == 401
    url = "http://%s:%d/formList" % door.address
    shown = subprocess.run(["curl", "-s", "-o", "/dev/null", "-w", "%{http_code}", "--digest", "-u", ":guess", url], capture_output=True,
                           text=True, check=True)
    assert shown.stdout == "401"
    form = {"Content-Type": "application/x-www-form-urlencoded"}
    assert door.ask("POST", "/login", "account=&password=guess", form)[0] == 401
    assert door.get("/healthz")[0] == 200, "the gateway goes on"


def test_a_password_counts_until_it_is_changed(door):
    door.set_password("lead")
    assert door.get("/v1/cases", basic("lead"))[0] == 200
    assert door.get("/v1/cases", basic("lead"))[0] == 200
    door.set_password("lead", "another password")
    assert door.get("/v1/cases", basic("lead"))[0] == 401
    assert door.get("/v1/cases", basic("lead", "another password"))[0] == 200
    door.set_password("lead", "")
    assert door.get("/v1/cases", basic("lead", "another password"))[0] == 401
    assert door.status().accounts == 0


def test_guessing_is_slowed_down_for_who_guesses_alone(make_town, template):
    town = make_town(template, rehearsal=BEGINNING)
    town.start()
    door = Door(town, trusted_proxy="127.0.0.1")
    door.set_password("lead")
    guesser, honest = {"X-Forwarded-For": "192.0.2.7"}, {"X-Forwarded-For": "192.0.2.8"}
    answers = [door.get("/v1/cases", {**basic("lead", f"guess number {i}"), **guesser})[0] for i in range(7)]
    assert answers == [401] * 5 + [429] * 2
    status, headers, problem = door.get("/v1/cases", {**basic("lead"), **guesser})
    assert status == 429 and int(headers["Retry-After"]) > 0 and problem["type"].endswith("too-many-attempts")
    assert door.get("/v1/cases", {**basic("lead"), **honest})[0] == 200
    assert door.get("/v1/cases", {**basic("insp-n", "wrong"), **guesser})[0] == 401, "another account's guesses are its own"
    town.stop("gateway")
    log = town.past[-1].errors()
    told, = [line for line in log.splitlines() if "wrong=" in line]
    assert told.startswith("<4>") and "密码连续输错" in told and "account=lead address=192.0.2.7 wrong=5 wait_ms=1000 " in told, told
    assert "guess number" not in log, "a wrong password may be the right one of tomorrow, or of another account"


def test_what_is_typed_where_the_account_goes_is_not_told_unless_it_is_one(make_town, template):
    """It may be the password. An app password is guessed at, and told of, as any other; every step of waiting is told once."""
    town = make_town(template, rehearsal=BEGINNING)
    town.start()
    door = Door(town, trusted_proxy="127.0.0.1")
    made = town.ask("gateway", app_password_make=query.AppPasswordMake(account="insp-n"))
    assert made.app_password_made.password
    for i in range(7):
        door.get("/v1/cases", {**basic("mistyped", f"guess {i}"), "X-Forwarded-For": "192.0.2.7"})
    for i in range(7):
        door.get("/formList", {**basic("insp-n", f"guess {i}"), "X-Forwarded-For": "2001:db8::7"})
    town.stop("gateway")
    log = town.past[-1].errors()
    told = [line for line in log.splitlines() if "wrong=5" in line]
    assert len(told) == 2 and "account=- address=192.0.2.7 " in told[0] and "account=insp-n address=2001:db8::7 " in told[1], told
    assert "mistyped" not in log


def test_who_the_proxy_names_last_is_who_asks(make_town, template):
    """It may add a line of its own (haproxy), and a port: what the client said before that is worth nothing."""
    town = make_town(template, rehearsal=BEGINNING)
    town.start()
    door = Door(town, trusted_proxy="127.0.0.1")
    door.set_password("lead")

    def guess(i, *forwarded):
        shown = basic("lead", f"guess number {i}")["Authorization"]
        answer = raw(door, "GET /v1/cases HTTP/1.1", "Host: x", "Connection: close", f"Authorization: {shown}",
                     *(f"X-Forwarded-For: {line}" for line in forwarded))
        return int(answer.split()[1])

    for i, forwarded in enumerate([("192.0.2.7",), ("198.51.100.1", "192.0.2.7"), ("198.51.100.2, 192.0.2.7",),
                                   ("198.51.100.3", "x, 192.0.2.7:4711"), ("198.51.100.4,\t192.0.2.7",)]):
        assert guess(i, *forwarded) == 401
    assert guess(5, "198.51.100.5", "192.0.2.7") == 429
    assert [guess(i, f"2001:db8::{i}") for i in range(5)] == [401] * 5
    assert guess(5, "[2001:db8::5]:4711") == 429, "a network of IPv6 is one address"
    assert guess(6, "2001:db8:0:1::1") == 401
    town.stop("gateway")
    assert "address=192.0.2.7\n" in town.past[-1].errors()


def test_who_guesses_at_many_accounts_is_slowed_down_and_leaves_time_for_others(make_town, template):
    town = make_town(template, rehearsal=BEGINNING)
    town.start()
    door = Door(town, trusted_proxy="127.0.0.1")
    door.set_password("lead")
    who, known, honest = door.token("insp-n"), basic("lead"), {"X-Forwarded-For": "192.0.2.8"}
    assert door.get("/v1/cases", {**known, **honest})[0] == 200

    def statuses(address):
        crowd = [door.connect() for _ in range(250)]
        for i, one in enumerate(crowd):
            one.request("GET", "/v1/cases", headers={**basic(f"nobody-{i}", "wrong"), "X-Forwarded-For": address(i)})
        return [one.getresponse().status for one in crowd]

    assert any(429 in statuses(lambda i: "192.0.2.7") for _ in range(500))   # where checks are slow, the first rounds end with 503
    assert 503 in statuses(lambda i: f"198.51.100.{i}"), "however many addresses, checks take no more than their share"
    assert door.get("/v1/cases", {**known, **honest})[0] == 200 and door.get("/v1/cases", who)[0] == 200
    town.stop("gateway")
    assert "nobody-" not in town.past[-1].errors()


def test_a_token_is_shown_once_listed_by_its_id_and_revoked(door):
    who = door.token("lead", "组长的手机")
    assert door.get("/v1/cases", who)[0] == 200
    row, = door.town.rows("gateway", tokens=query.TokensQuery(account="lead"))
    assert row.label == "组长的手机" and row.used_ms > 0 and len(row.id) == 8
    stored = (door.town.data("gateway") / "data.mdb").read_bytes()
    assert who["Authorization"].split()[1].encode() not in stored
    door.town.ask("gateway", token_revoke=query.TokenRevoke(id=row.id))
    assert door.get("/v1/cases", who)[0] == 401


def test_the_operator_sets_passwords_and_hands_out_tokens(door):
    town = door.town
    run = [str(town.build / "bin/duban"), "--run", str(town.run), "--timeout", "60", "account"]

    def account(*words, line="", code=0):
        done = subprocess.run([*run, *words], input=line, capture_output=True, text=True, check=False, env=town.environment())
        assert done.returncode == code, done.stderr
        return done

    assert "岗位" not in account("password", "lead", line=PASSWORD + "\n").stderr
    assert door.get("/v1/cases", basic("lead"))[0] == 200
    slip = account("password", "laed", line=PASSWORD + "\n")
    assert "已设" in slip.stdout and "岗位登记里还没有账号 laed" in slip.stderr
    for words in (("token", "insp-x"), ("phone", "insp-x"), ("calendar", "insp-x")):
        early = account(*words, "--lang", "en")
        assert early.stdout.strip() and "no post of account insp-x is registered" in early.stderr, "made all the same: its post may come later"
    for words in (("calendar", "insp-x", "--revoke"), ("close", "insp-x"), ("close", "laed")):
        assert "岗位登记里" not in account(*words).stderr
    row, = town.rows("gateway", tokens=query.TokensQuery())
    account("revoke", row.id.hex())
    made = account("token", "insp-n", "--label", "北片一号手机", "--days", "90")
    assert door.get("/v1/cases", {"Authorization": "Bearer " + made.stdout.strip()})[0] == 200 and "只显示这一次" in made.stderr
    listed = account("tokens").stdout
    assert "北片一号手机" in listed and "insp-n" in listed
    row, = town.rows("gateway", tokens=query.TokensQuery())
    account("revoke", row.id.hex())
    assert door.get("/v1/cases", {"Authorization": "Bearer " + made.stdout.strip()})[0] == 401
    calendar = account("calendar", "lead").stdout.strip()
    assert door.get(calendar)[0] == 200
    assert "令牌" not in account("close", "lead").stdout
    assert "从来没有登记过账号 laed" in account("close", "laed").stderr and "登记过" not in account("close", "lead").stderr
    assert door.get("/v1/cases", basic("lead"))[0] == 401 and door.get(calendar)[0] == 404
    kept = account("token", "lead").stdout.strip()
    assert "1 个" in account("close", "lead").stdout and door.get("/v1/cases", {"Authorization": "Bearer " + kept})[0] == 200
    for words, line, said in [(("password", "lead"), "short\n", "10"), (("password", "operator"), PASSWORD, "系统自用"),
                              (("password", "lead"), "", "标准输入"), (("revoke", "x"), "", "十六进制"),
                              (("revoke", "00" * 8), "", "没有这个令牌"), (("token", "no such"), "", "账号"),
                              (("token", "lead", "--days", "0"), "", "36500"), (("token", "lead", "--days", "99999999999"), "", "36500")]:
        done = subprocess.run([*run, *words], input=line, capture_output=True, text=True, check=False, env=town.environment())
        assert done.returncode != 0 and said in done.stderr, done.stderr


def test_a_password_that_is_typed_is_not_shown(door):
    ours, theirs = pty.openpty()
    command = subprocess.Popen([door.town.build / "bin/duban", "--run", door.town.run, "account", "password", "lead"], stdin=theirs,
                               stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=door.town.environment())
    asked = command.stderr.readline() + command.stderr.readline()   # echo is off once it has asked
    assert "不显示" in asked.decode()
    while termios.tcgetattr(theirs)[3] & termios.ECHO:
        pass
    os.write(ours, PASSWORD.encode() + b"\n")
    command.communicate(timeout=60)
    assert command.returncode == 0
    os.set_blocking(ours, False)
    shown = os.read(ours, 1000) if select.select([ours], [], [], 0)[0] else b""
    assert PASSWORD.encode() not in shown
    assert door.get("/v1/cases", basic("lead"))[0] == 200
    os.close(ours)
    os.close(theirs)


def test_a_token_ends_when_it_says(door):
    made = door.town.ask("gateway", token_make=query.TokenMake(account="lead", label="旧", expires_ms=1000)).token_made
    status, _, problem = door.get("/v1/cases", {"Authorization": f"Bearer {made.token}"})
    assert status == 401 and "过期" in problem["detail"]


def test_passwords_and_tokens_outlive_a_kill(door):
    door.set_password("lead")
    who = door.token("insp-n")
    door.town.kill("gateway")
    again = Door(door.town)
    assert again.get("/v1/cases", basic("lead"))[0] == 200
    assert again.post("/v1/entries", submission(entry_of(door.town)), who)[0] == 201


# ---------------------------------------------------------------- reading

def names(answer):
    return sorted(row["case"]["site"] for row in answer.get("cases", {}).get("rows", []))


def test_each_post_sees_what_is_its_own(door):
    town = door.town
    town.enter(report("GATE-1", "insp-n", town.now, fails=["DS-06"]), by="insp-n")
    town.enter(report("SHOP-1", "insp-s", town.now, fails=["DS-06"]), by="insp-s")
    everything = door.get("/v1/cases", door.token("lead"))[2]
    assert names(everything) == ["GATE-1", "SHOP-1"] and int(everything["asOfMs"]) > 0
    status, _, north = door.get("/v1/cases", door.token("insp-n"))
    assert status == 200 and names(north) == ["GATE-1"]
    status, _, problem = door.get("/v1/cases?zone=south", door.token("insp-n"))
    assert (status, problem["type"]) == (403, "urn:duban:problem:forbidden") and problem["field"] == "zone"
    status, _, problem = door.get("/v1/facts", door.token("insp-n"))
    assert status == 403
    assert door.get("/v1/cases", door.token("nobody-here"))[0] == 403


def test_a_site_sees_its_notices_alone(door):
    who = door.token("site-shop-1")
    for name in ("cases", "tasks", "calendar", "sites", "subjects", "whyNot"):
        assert door.get("/v1/" + name, who)[0] == 403, name
    assert door.get("/v1/notices", who)[0] == 200


def test_who_complained_is_known_to_the_clerk_and_not_to_the_group(door):
    door.town.enter(acts.complaint("GATE-1", complainant="某居民 13800000000"), by="clerk")

    def told(account):
        row, = door.get("/v1/subjects?kind=SUBJECT_KIND_COMPLAINT", door.token(account))[2]["subjects"]["rows"]
        return "complainantToken" in row["subject"]["complaint"]

    assert told("clerk") and told("lead")
    assert not told("insp-n") and not told("leader-n") and not told("auditor")


def test_a_number_that_somebody_wrote_down_is_read_by_who_may_know_it(door):
    door.town.enter(acts.complaint("GATE-1", text="门口无人登记，请回电 13912345678"), by="clerk")
    door.town.settle()
    for account in ("clerk", "lead", "insp-n", "leader-n", "auditor"):
        rows = door.get("/v1/subjects?zone=north", door.token(account))[2]["subjects"]["rows"]
        said = json.dumps(rows, ensure_ascii=False)
        assert ("13912345678" in said) == (account in ("clerk", "lead")) and ("139****5678" in said) == (account not in ("clerk", "lead")), account


def test_listings_come_in_pages(door):
    who = door.token("lead")
    whole = door.get("/v1/sites", who)[2]["sites"]["rows"]
    rows, after = [], ""
    while True:
        answer = door.get(f"/v1/sites?limit=1&after={after}", who)[2]
        rows += answer["sites"]["rows"]
        if "next" not in answer:
            break
        after = answer["next"].replace("+", "-").replace("/", "_").rstrip("=") + "=" * (-len(answer["next"].rstrip("=")) % 4)
    assert rows == whole and len(rows) > 1


def test_an_argument_that_is_none_is_named(door):
    who = door.token("lead")
    for path, field in [("/v1/cases?colour=red", "colour"), ("/v1/cases?closedToo=perhaps", "cases.closedToo"),
                        ("/v1/sites?limit=many", "limit")]:
        status, _, problem = door.get(path, who)
        assert (status, problem["field"]) == (400, field) and problem["detail"], problem


def test_the_past_is_told_by_what_is_kept_as_facts(door):
    """And what is kept as it is now is not passed off as it was."""
    town, who = door.town, door.token("lead")
    town.enter(report("GATE-1", "insp-n", town.now, fails=["DS-06"]), by="insp-n")
    town.until("2020-01-20 12:00")
    then_s = town.now // 1000
    before = door.get("/v1/notices", who)[2]
    town.until("2020-01-21 09:00")
    now = door.get("/v1/notices", who)[2]
    past = door.get(f"/v1/notices?asOfS={then_s}", who)[2]
    assert past["notices"] == before["notices"] and len(now["notices"]["rows"]) > len(past["notices"]["rows"])
    assert past["asOfMs"] == str(then_s * 1000) and int(past["appliedSequence"]) > int(before["appliedSequence"])
    facts = door.get(f"/v1/facts?limit=1000&asOfS={then_s}", who)[2]["facts"]["rows"]
    assert facts and max(int(fact["atS"]) for fact in facts) <= then_s
    assert door.get(f"/v1/figures?asOfS={then_s}", who)[2]["figures"]["asOfS"] == str(then_s)
    assert door.get(f"/v1/whyNot?site=GATE-1&asOfS={then_s}", who)[2]["whyNot"]["atS"] == str(then_s)
    told = {"notices", "facts", "figures", "whyNot"}
    for name in ("cases", "tasks", "sites", "coverage", "deliveries"):
        status, _, problem = door.get(f"/v1/{name}?asOfS={then_s}", who)
        assert (status, problem["field"]) == (422, "asOfS") and problem["detail"] and problem["detailEn"], name
    for name in told:
        status, _, problem = door.get(f"/v1/{name}?asOfS={town.now // 1000 + 3600}", who)
        assert status == 422, (name, problem)


def test_what_has_not_changed_is_not_sent_again(door):
    """Nor is it because time has gone on, or something that it does not tell of has come."""
    town, who = door.town, door.token("lead")
    town.enter(report("GATE-1", "insp-n", town.now, fails=["DS-06"]), by="insp-n")
    status, headers, whole = door.get("/v1/cases?zone=north", who)
    assert status == 200 and headers["Cache-Control"] == "private, no-cache"
    assert (headers["Duban-As-Of-Ms"], headers["Duban-Applied-Sequence"]) == (whole["asOfMs"], whole["appliedSequence"])
    known = dict(who, **{"If-None-Match": f'"other", {headers["ETag"]}'})
    town.jump(town.now + 1000)
    town.enter(report("SHOP-1", "insp-s", town.now, fails=["DS-06"]), by="insp-s")
    status, later, nothing = door.get("/v1/cases?zone=north", known)
    assert (status, nothing, later["ETag"]) == (304, b"", headers["ETag"])
    assert int(later["Duban-As-Of-Ms"]) > int(whole["asOfMs"])
    assert int(later["Duban-Applied-Sequence"]) > int(whole["appliedSequence"])
    assert door.get("/v1/cases", known)[0] == 200, "another question has another answer"
    assert door.get("/v1/cases?zone=north", dict(door.token("site-shop-1"), **{"If-None-Match": "*"}))[0] == 403
    town.enter(acts.acknowledge("GATE-1", "DS-06"), by="insp-n")
    status, changed, whole = door.get("/v1/cases?zone=north", known)
    assert status == 200 and changed["ETag"] != headers["ETag"] and whole["cases"]["rows"][0]["case"]["acknowledged"]


def test_the_description_of_the_api_is_not_sent_again_either(door):
    status, headers, document = door.get("/v1/openapi.json")
    assert status == 200 and document["openapi"] == "3.1.0"
    status, _, nothing = door.get("/v1/openapi.json", {"If-None-Match": headers["ETag"]})
    assert (status, nothing) == (304, b"")


# ---------------------------------------------------------------- operations

def test_ready_says_who_is_silent_and_nothing_is_taken_then(make_town, template):
    town = make_town(template, rehearsal=BEGINNING)
    town.start()
    door = Door(town, answer_within="1s")
    who = door.token("insp-n")
    assert door.get("/readyz")[:1] == (200,)
    sent = submission(entry_of(town))
    town.stop("ingest")
    assert door.get("/healthz")[0] == 200
    assert door.get("/readyz")[0] == 503
    status, headers, problem = door.post("/v1/entries", sent, who)
    assert (status, problem["type"]) == (503, "urn:duban:problem:unknown-outcome") and headers["Retry-After"]
    town.start("ingest")
    status, _, taken = door.post("/v1/entries", sent, who)
    assert status in (200, 201) and int(taken["sequence"]) > 0
    town.stop("gateway")


def test_who_has_not_signed_in_takes_no_place_from_those_who_have(make_town, template):
    town = make_town(template, rehearsal=BEGINNING)
    town.start()
    door = Door(town, answer_within="20s")
    who = door.token("insp-n")
    town.processes["rules"].process.send_signal(signal.SIGSTOP)
    crowd = [door.connect() for _ in range(100)]
    for one in crowd:
        one.request("GET", "/metrics")
    seen = next(status for status in iter(door.status, None) if status.requests == 100)
    assert 0 < seen.waiting <= 32
    assert door.ask("POST", "/a/" + "x" * 43, "act=claim", {"Content-Type": "application/x-www-form-urlencoded"})[0] in (404, 410), "whoever looks at figures takes no place from a link"
    assert door.post("/v1/entries", submission(entry_of(town)), who)[0] == 201
    town.processes["rules"].process.send_signal(signal.SIGCONT)
    assert {one.getresponse().status for one in crowd} <= {200, 503}
    town.stop("gateway")


def test_who_waits_when_the_gateway_stops_is_answered(make_town, template):
    town = make_town(template, rehearsal=BEGINNING)
    town.start()
    door = Door(town, answer_within="60s")
    who = door.token("insp-n")
    town.processes["rules"].process.send_signal(signal.SIGSTOP)
    crowd = [door.connect() for _ in range(20)]
    for one in crowd:
        one.request("GET", "/v1/sites", headers=who)
    next(waiting for waiting in iter(lambda: door.status().waiting, -1) if waiting >= 20)
    town.stop("gateway")
    assert [one.getresponse().status for one in crowd] == [503] * 20
    town.processes["rules"].process.send_signal(signal.SIGCONT)


def test_as_many_files_may_be_open_as_connections(make_town, template):
    town = make_town(template, rehearsal=BEGINNING)
    town.start()
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (min(soft, 256), hard))
    try:
        Door(town, connections=1000)
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
    has, _ = resource.prlimit(town.processes["gateway"].process.pid, resource.RLIMIT_NOFILE)
    assert has > 1000
    town.stop("gateway")


def test_metrics_of_all_daemons(door):
    status, headers, text = door.get("/metrics")
    text = text.decode()
    assert status == 200 and headers["Content-Type"].startswith("text/plain; version=0.0.4")
    for name in ("duban_gateway_requests_total", "duban_ingest_", "duban_rules_", "duban_notify_"):
        assert name in text


def test_figures_are_read_from_this_machine_and_one_address(make_town, template):
    town = make_town(template, rehearsal=BEGINNING)
    town.start()
    door = Door(town, trusted_proxy="127.0.0.1", metrics_from="192.0.2.7")
    for address, status in [(None, 200), ("192.0.2.7", 200), ("192.0.2.8", 403), ("::ffff:192.0.2.8", 403), ("::1", 200)]:
        got, _, said = door.get("/metrics", {} if address is None else {"X-Forwarded-For": address})
        assert got == status and (status == 200 or "metrics_from" in said["detail"]), (address, got, said)
    town.stop("gateway")


def test_promtool_has_nothing_to_mend_in_the_metrics(door):
    door.post("/v1/entries", submission(entry_of(door.town)), door.token("insp-n"))
    done = subprocess.run(["/usr/bin/promtool", "check", "metrics"], input=door.get("/metrics")[2], capture_output=True, check=False)
    assert (done.returncode, done.stdout, done.stderr) == (0, b"", b"")


def test_the_operator_asks_for_the_same_metrics(door):
    figures = door.town.metrics("gateway")
    assert figures["duban_gateway_requests_total"] == door.status().requests
    assert not any(name.startswith("duban_rules") for name in figures)


def test_settings_are_checked_without_a_start(build, tmp_path):
    def check(**settings):
        return subprocess.run([build / "bin/duban-gateway", "--check", *(f"--{name}={value}" for name, value in settings.items())],
                              capture_output=True, text=True, check=False)

    assert check(data=tmp_path / "data").returncode == 0 and not (tmp_path / "data").exists()
    (tmp_path / "file").write_text("")
    for wrong, said in [({"data": tmp_path / "file"}, "data"), ({"data": tmp_path, "listen": "8440"}, "listen"),
                        ({"data": tmp_path, "trusted_proxy": "proxy.town.example"}, "trusted_proxy"),
                        ({"data": tmp_path, "metrics_from": "monitor.town.example"}, "metrics_from")]:
        done = check(**wrong)
        assert done.returncode == 2 and said in done.stderr, done
    assert check(data=tmp_path, trusted_proxy="2001:DB8::1").returncode == 0
    for listen, is_open in [("0.0.0.0:8440", True), ("[::]:8440", True), ("127.0.0.7:8440", False), ("[::1]:8440", False)]:
        done = check(data=tmp_path, listen=listen)
        assert done.returncode == 0 and ("不加密" in done.stderr) == is_open and ("in the clear" in done.stderr) == is_open, done
    assert "不加密" not in check(data=tmp_path, listen="0.0.0.0:8440", trusted_proxy="192.0.2.7").stderr


def test_two_gateways_do_not_share_an_address(door, build, tmp_path):
    listen = ":".join(map(str, door.address))
    second = [build / "bin/duban-gateway", f"--listen={listen}", f"--data={tmp_path / 'second'}", f"--run={tmp_path}"]
    done = subprocess.run(second, capture_output=True, text=True, check=False)
    assert done.returncode == 1 and listen in done.stderr, done
    assert door.get("/healthz")[0] == 200


def test_the_log_holds_no_secret(door):
    door.set_password("lead")
    who = door.token("insp-n")
    door.get("/v1/cases?zone=secret-zone", basic("lead"))
    door.get("/v1/notices?recipient=zhangsan", basic("lead"))
    door.get("/zhangsan/13800000000", basic("lead"))
    door.post("/v1/entries", submission(acts.complaint("GATE-1", complainant="某居民 13800000000")), door.token("clerk"))
    path = door.town.duban("account", "calendar", "insp-n").stdout.strip()
    calendar = path.removeprefix("/calendar/").removesuffix(".ics")
    assert calendar and door.get(path)[0] == 200
    door.post("/v1/entries", submission(entry_of(door.town)), who)
    door.town.stop("gateway")
    log = door.town.past[-1].errors()
    assert "path=/v1/entries status=201" in log and "account=insp-n" in log
    assert PASSWORD not in log and who["Authorization"].split()[1] not in log and "secret-zone" not in log
    assert calendar not in log and "13800000000" not in log and "某居民" not in log and "zhangsan" not in log


def test_a_request_is_found_by_its_number_and_so_is_what_it_entered(door):
    who = door.token("insp-n")
    _, one, taken = door.post("/v1/entries", submission(entry_of(door.town)), who)
    _, several, all_taken = door.post("/v1/entries", {"submissions": [submission(entry_of(door.town)) for _ in range(3)]}, who)
    _, refused, problem = door.post("/v1/entries", submission(entry_of(door.town), "no uuid"), who)
    door.town.stop("gateway")
    lines = {line.split("request=")[1].split()[0]: line for line in door.town.past[-1].errors().splitlines() if "request=" in line}
    assert "status=201 " in lines[one["X-Request-Id"]] and lines[one["X-Request-Id"]].endswith(f" entries=1 sequence={taken['sequence']}")
    last = max(int(each["sequence"]) for each in all_taken["submitted"])
    assert lines[several["X-Request-Id"]].endswith(f" entries=3 sequence={last}")
    assert problem["requestId"] == refused["X-Request-Id"] and "sequence=" not in lines[problem["requestId"]]
