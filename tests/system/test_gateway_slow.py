"""Clients that connect and take their time, on purpose or not: they are cut off, and nobody else notices."""
import socket

from test_gateway import BEGINNING, Door, entry_of, submission

SILENT, HEADS, BODIES, CHUNKED, LARGE = 200, 100, 50, 50, 10


class Slow:
    """One that says something now and then, as long as it is let."""

    def __init__(self, door, source, begin, go_on):
        self.socket = socket.create_connection(door.address, timeout=60, source_address=(source, 0))
        self.go_on = go_on
        self.is_cut_off = False
        self.say(begin)

    def say(self, what):
        try:
            self.socket.sendall(what)
        except OSError:   # whoever has closed does not listen
            self.is_cut_off = True

    def say_more(self):
        if not self.is_cut_off:
            self.say(self.go_on)


def slow_crowd(door, who):
    """Of addresses that the good one does not have, for of each a number may connect."""
    head = f"POST /v1/entries HTTP/1.1\r\nHost: x\r\nAuthorization: {who['Authorization']}\r\n"
    chunked = (head + "Transfer-Encoding: chunked\r\n\r\n").encode()
    return [
        *(Slow(door, "127.0.0.3", b"GET /v1/sites HTTP/1.1\r\nX-Padding: ", b"x") for _ in range(HEADS)),
        *(Slow(door, "127.0.0.4", (head + "Content-Length: 60000\r\n\r\n").encode(), b" ") for _ in range(BODIES)),
        *(Slow(door, "127.0.0.5", chunked, b"1\r\n \r\n") for _ in range(CHUNKED)),
        *(Slow(door, "127.0.0.6", chunked, b"400\r\n" + b" " * 1024 + b"\r\n") for _ in range(LARGE)),   # never ends, and is too large soon
    ]


def test_slow_clients_are_cut_off_and_nobody_else_notices(make_town, template):
    town = make_town(template, rehearsal=BEGINNING)
    town.start()
    door = Door(town, head_within="2s", body_within="2s", idle="2s", body_bytes="64K")
    who = door.token("insp-n")
    silent = [socket.create_connection(door.address, timeout=60, source_address=("127.0.0.2", 0)) for _ in range(SILENT)]
    crowd = slow_crowd(door, door.token("insp-s"))
    connection = door.connect()
    for i in range(1000):
        if i % 10 == 0:
            assert door.ask("GET", "/v1/sites?limit=1", headers=who, connection=connection)[0] == 200
        assert door.ask("GET", "/healthz", connection=connection)[0] == 200
        for one in crowd:
            one.say_more()
    assert door.post("/v1/entries", submission(entry_of(town)), who)[0] == 201
    while not all(one.is_cut_off for one in crowd):
        for one in crowd:
            one.say_more()
    assert all(one.recv(100) == b"" for one in silent)
    figures = town.metrics("gateway")
    assert figures["duban_gateway_cut_off_total"] >= SILENT + HEADS + BODIES + CHUNKED
    assert figures["duban_gateway_too_large_total"] == LARGE
    town.stop("gateway")
