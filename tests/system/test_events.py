"""Events over HTTP: what is decided is told to whoever may see it, once, in order, and whoever comes back misses nothing."""
import http.client
import json
import signal
import socket

import acts
import pytest
import query_pb2 as query
import state_pb2 as state
from acts import report
from door import Door
from township import SITES

BEGINNING = "2020-01-20 00:00"


class Stream:
    """One listener: a small reader of server-sent events (WHATWG HTML 9.2.6)."""

    def __init__(self, door, who, last=None):
        headers = dict(who, **({} if last is None else {"Last-Event-ID": str(last)}))
        self.connection = door.connect()
        self.connection.request("GET", "/v1/events", headers=headers)
        self.answer = self.connection.getresponse()
        self.last = last
        self.status = self.answer.status
        if self.status == 200:
            assert self.answer.getheader("Content-Type") == "text/event-stream"
            assert self.block() is None, "it begins with where it stands"

    def block(self):
        """The next event as (name, data), None for a block without data; EOFError at the end."""
        name, data = "message", []
        while True:
            line = self.answer.readline()
            if not line:
                raise EOFError
            line = line.decode().rstrip("\n")
            if not line:
                return (name, json.loads("\n".join(data))) if data else None
            field, _, value = line.partition(":")
            value = value.removeprefix(" ")
            if field == "id":
                self.last = int(value)
            elif field == "event":
                name = value
            elif field == "data":
                data.append(value)

    def events(self, until):
        """All of them up to the first of which `until` is true; it is the last."""
        found = []
        while not found or not until(*found[-1]):
            block = self.block()
            if block is not None:
                found.append(block)
        return found

    def rest(self):
        """All that comes until it ends."""
        found = []
        while True:
            try:
                block = self.block()
            except EOFError:
                return found
            if block is not None:
                found.append(block)

    def close(self):
        self.connection.close()
        self.answer.close()


def fail_at(town, site, by):
    return town.enter(report(site, by, town.now, fails=["DS-06"]), by=by)


def is_opened(site):
    return lambda name, data: name == "case" and data["site"] == site and data["fact"]["kind"] == "FACT_KIND_OPENED"


def sequences(events):
    return [int(data["fact"]["sequence"]) for _, data in events]


def facts(town):
    return town.rows("rules", facts=query.FactsQuery())


def test_what_is_decided_is_told_with_whose_business_it_is(door):
    town = door.town
    stream = Stream(door, door.token("lead"))
    fail_at(town, "GATE-1", "insp-n")
    name, data = stream.events(is_opened("GATE-1"))[-1]
    assert (data["zone"], data["area"], data["number"]) == ("north", town.rows("rules", sites=query.SitesQuery(code="GATE-1"))[0].area, "DB-0001")
    assert data["fact"]["to"].startswith("CASE_STATE_") and "from" not in data["fact"]
    town.jump(town.now + 1000)
    fail_at(town, "SHOP-1", "insp-s")
    told = stream.events(is_opened("SHOP-1"))
    assert sequences(told) == sorted(sequences(told)) and stream.last == sequences(told)[-1]
    stream.close()


def test_each_fact_is_told_once_in_order_over_any_number_of_breaks(door):
    town, who = door.town, door.token("lead")
    first = facts(town)[-1].sequence
    stream = Stream(door, who)
    assert stream.last == first
    told = []
    for i in range(5):
        fail_at(town, ["GATE-1", "SHOP-1", "COUR-1", "GATE-1", "SHOP-1"][i], ["insp-n", "insp-s", "insp-n"][i % 3])
        told.append(stream.events(lambda name, data: True)[-1])   # only one of those that have come
        stream.close()
        town.jump(town.now + 60_000)
        stream = Stream(door, who, last=stream.last)
    last = facts(town)[-1].sequence
    told += stream.events(lambda name, data: int(data["fact"]["sequence"]) == last)
    assert sequences(told) == list(range(first + 1, last + 1))
    stream.close()


def test_each_hears_what_he_may_see(door):
    town = door.town
    streams = {account: Stream(door, door.token(account)) for account in ("lead", "leader-n", "insp-s", "site-shop-1", "area-c", "staff-c")}
    began = facts(town)[-1].sequence
    fail_at(town, "GATE-1", "insp-n")
    fail_at(town, "SHOP-1", "insp-s")
    town.until("2020-01-21 09:00")
    rows = [fact for fact in facts(town) if fact.sequence > began]
    told = [fact for fact in rows if fact.kind == state.FACT_KIND_TOLD]
    cases = {case.case_.id: case for case in town.rows("rules", cases=query.CasesQuery(closed_too=True))}

    def is_his(account, fact):
        case = cases.get(fact.subject)
        if account in ("area-c", "staff-c"):
            return case and SITES[case.case_.site][1] == "c1" and (account == "area-c" or not (fact.old_s or fact.new_s))
        return case and case.zone == {"leader-n": "north", "insp-s": "south"}.get(account)

    def expected(account):
        if account == "lead":
            return [fact.sequence for fact in rows]
        return [fact.sequence for fact in rows
                if (fact.kind == state.FACT_KIND_TOLD and fact.recipient == account)
                or (fact.kind != state.FACT_KIND_TOLD and getattr(fact, "from") != fact.to and is_his(account, fact))]

    assert {fact.recipient for fact in told} >= {"leader-n", "site-shop-1"}
    assert set(expected("area-c")) - set(expected("staff-c")), "community staff are not told when somebody comes to look"
    staff = streams.pop("staff-c")
    for account, stream in streams.items():
        wanted = expected(account)
        assert wanted and sequences(stream.events(lambda name, data: int(data["fact"]["sequence"]) == wanted[-1])) == wanted, account
        stream.close()
    town.stop("gateway")
    assert sequences(staff.rest()) == expected("staff-c")


def test_who_holds_no_post_hears_nothing(door):
    stream = Stream(door, door.token("nobody-here"))
    assert stream.status == 403
    assert door.get("/v1/events")[0] == 401
    status, _, problem = door.get("/v1/events", dict(door.token("lead"), **{"Last-Event-ID": "last week"}))
    assert (status, problem["field"]) == (400, "Last-Event-ID")


def test_fifty_listeners_cost_rules_no_more_than_one(door):
    town = door.town
    accounts = [row.account for row in town.rows("rules", holders=query.HoldersQuery())]
    who = {account: door.token(account) for account in accounts}
    streams = [Stream(door, who[accounts[i % len(accounts)]]) for i in range(50)]
    leads = [stream for i, stream in enumerate(streams) if accounts[i % len(accounts)] == "lead"]
    before = town.metrics("gateway")
    fail_at(town, "GATE-1", "insp-n")
    for stream in leads:
        stream.events(is_opened("GATE-1"))
    after = town.metrics("gateway")
    assert after["duban_gateway_listeners"] == 50 and after["duban_gateway_listeners_behind_total"] == before["duban_gateway_listeners_behind_total"]
    for stream in streams:
        stream.close()


def test_there_is_room_for_so_many_and_no_more(make_town, template):
    town = make_town(template, rehearsal=BEGINNING)
    town.start()
    door = Door(town, listeners=10)
    lead, clerk, auditor = (door.token(account) for account in ("lead", "clerk", "auditor"))
    streams = [Stream(door, lead) for _ in range(8)]
    refused = Stream(door, lead)
    assert refused.status == 503 and refused.answer.getheader("Retry-After"), "of one account"
    streams += [Stream(door, clerk) for _ in range(2)]
    assert Stream(door, auditor).status == 503, "of all"
    streams.pop().close()
    while door.status().connections > 9:   # the gateway sees it when it next has something to say
        fail_at(town, "GATE-1", "insp-n")
    for stream in streams:
        stream.close()
    town.stop("gateway")


def test_who_come_at_the_same_time_are_no_more_than_there_is_room_for(door):
    """None of them listens yet when the next one comes."""
    town, who = door.town, door.token("lead")
    rules = town.processes["rules"].process
    rules.send_signal(signal.SIGSTOP)
    crowd = [door.connect() for _ in range(12)]
    for one in crowd:
        one.request("GET", "/v1/events", headers=who)
    next(() for count in iter(lambda: door.status().connections, None) if count >= 12)
    rules.send_signal(signal.SIGCONT)
    answers = [one.getresponse() for one in crowd]
    assert sorted(answer.status for answer in answers) == [200] * 8 + [503] * 4
    assert town.metrics("gateway")["duban_gateway_listeners"] == 8
    for one, answer in zip(crowd, answers):
        answer.close()
        one.close()


def test_those_who_ask_for_all_of_the_past_take_turns_and_each_gets_all(door):
    town = door.town
    town.submit_all([("clerk", acts.complaint("GATE-1"))] * 300)
    town.settle()
    wanted = [fact.sequence for fact in facts(town)]
    assert len(wanted) > 600, "several questions for each"
    streams = [Stream(door, door.token(account), last=0) for account in ("lead", "clerk", "auditor", "lead")]
    gone = Stream(door, door.token("lead"), last=0)
    gone.close()
    for stream in streams:
        assert sequences(stream.events(lambda name, data: int(data["fact"]["sequence"]) == wanted[-1])) == wanted
    fail_at(town, "GATE-1", "insp-n")
    for stream in streams:
        stream.events(is_opened("GATE-1"))
        stream.close()


def test_who_reads_slowly_gets_all_and_holds_up_nobody(door):
    """So much that neither the socket nor what is kept holds it."""
    town, who = door.town, door.token("lead")
    began = facts(town)[-1].sequence
    slow = socket.socket()
    slow.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    slow.connect(door.address)
    slow.sendall(f"GET /v1/events HTTP/1.1\r\nHost: x\r\nAuthorization: {who['Authorization']}\r\n\r\n".encode())
    quick = Stream(door, who)
    last, told = began, []
    while last - began < 2500:
        town.submit_all([("clerk", acts.complaint("GATE-1"))] * 100)
        town.settle()
        last = town.rules_status().fact_last
        told += quick.events(lambda name, data: int(data["fact"]["sequence"]) == last)
    assert sequences(told) == list(range(began + 1, last + 1))
    late = Stream.__new__(Stream)
    late.answer, late.last = http.client.HTTPResponse(slow), began
    late.answer.begin()
    assert sequences(late.events(lambda name, data: int(data["fact"]["sequence"]) == last)) == sequences(told)
    assert town.metrics("gateway")["duban_gateway_listeners_behind_total"] > 0
    slow.close()
    quick.close()


def test_a_listener_of_another_journal_is_told_to_begin_anew(door):
    connection = door.connect()
    connection.request("GET", "/v1/events", headers=dict(door.token("lead"), **{"Last-Event-ID": str(10 ** 9)}))
    answer = connection.getresponse()
    lines = [answer.readline() for _ in range(5)]
    assert answer.status == 200 and lines[:3] == [b"event: reset\n", b"data: {}\n", b"\n"]
    assert f"id: {facts(door.town)[-1].sequence}\n".encode() in lines
    connection.close()


def test_streams_end_with_the_gateway_and_go_on_with_the_next(door):
    town, who = door.town, door.token("lead")
    stream = Stream(door, who)
    town.stop("gateway")
    with pytest.raises(EOFError):
        stream.block()
    fail_at(town, "GATE-1", "insp-n")
    again = Stream(Door(town), who, last=stream.last)
    assert sequences(again.events(is_opened("GATE-1")))[0] == stream.last + 1
    again.close()


def test_who_begins_to_listen_while_the_gateway_stops_is_told_so(make_town, template):
    town = make_town(template, rehearsal="2020-01-20 00:00")
    town.start()
    door = Door(town, answer_within="60s")
    town.processes["rules"].process.send_signal(signal.SIGSTOP)
    listener = door.connect()
    listener.request("GET", "/v1/events", headers=door.token("insp-n"))
    next(waiting for waiting in iter(lambda: door.status().waiting, -1) if waiting > 0)
    town.processes["gateway"].process.send_signal(signal.SIGTERM)
    next(status for status in iter(lambda: door.get("/healthz")[0], None) if status == 503)
    town.processes["rules"].process.send_signal(signal.SIGCONT)
    assert listener.getresponse().status == 503
    town.stop("gateway")


def test_whose_token_or_password_counts_no_more_hears_no_more(door):
    who, other = door.token("lead"), door.token("clerk")
    streams = [Stream(door, who), Stream(door, other)]
    row, = [row for row in door.town.ask("gateway", tokens=query.TokensQuery(account="lead")).tokens.rows]
    door.town.ask("gateway", token_revoke=query.TokenRevoke(id=row.id))
    assert streams[0].rest() is not None and door.get("/v1/cases", who)[0] == 401
    stream = Stream(door, other)
    door.set_password("clerk", "another password")
    stream.rest()


def test_a_silent_rules_ends_no_stream(door):
    town = door.town
    stream = Stream(door, door.token("lead"))
    town.kill("rules")
    town.start("rules")
    fail_at(town, "GATE-1", "insp-n")
    stream.events(is_opened("GATE-1"))
    stream.close()
