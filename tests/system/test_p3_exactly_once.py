"""P3: every journaled entry is applied exactly once, in order: with rules killed on the way, and from
a producer that repeats, leaves out, mixes up and damages what it sends.
"""
import random

import link_pb2
import pytest
import wire
import zmq
from days import days
from ordeal import Ordeal

BEGINNING = "2020-01-20 00:00"


def enter_backlog(town, entries):
    """A journal that rules has not read yet: reports, acts, unknown sites, and time that goes by."""
    seed = random.randrange(2**32)
    print(f"days({seed}, entries={entries})")
    for at_ms, burst in days(seed, entries=entries):
        town.advance(max(at_ms, town.now))
        town.submit_all(burst)


def standing(town, last=0):
    """Where rules stands when it has read everything."""
    status = town.rules_status(min_sequence=last or town.ingest_status().last_sequence)
    return status.cursor, status.state_digest, status.outbox_last, status.outbox_digest, status.fact_last


def standing_from_nothing(town):
    """Where another rules stands that reads the same journal at one go."""
    town.stop("notify", "rules")
    town.start("rules", data=town.directory / "another-rules", events_per_transaction=4096)
    found = standing(town)
    town.stop("rules")
    town.start("rules", "notify")
    return found


# ---------------------------------------------------------------- rules dies on the way

@pytest.mark.parametrize("events", [1, 7, 4096])
@pytest.mark.parametrize("point", ["rules.before_commit", "rules.committed", "rules.fired", "rules.applied"])
def test_a_backlog_is_applied_once_however_often_rules_dies(make_town, template, point, events):
    """Whether few entries and timers share a transaction or many."""
    town = make_town(template, kind=Ordeal, rehearsal=BEGINNING, settings={"rules": {"events_per_transaction": events}})
    town.start("ingest", "notify")
    enter_backlog(town, 80)
    last = town.ingest_status().last_sequence
    # One transaction for all that has come: who dies after its commit has nothing left to do.
    whole = {"rules.committed": [1], "rules.before_commit": [1, 1, 1]}
    passings = whole.get(point, [1, 2, 3, 5, 8]) if events == 4096 else [1, 2, 3, 5, 8]
    for number in passings:
        town.spawn("rules", kill_at=f"{point}:{number}")
        assert town.wait_death("rules") == -9
    town.start("rules")
    assert town.rules_status(min_sequence=last).cursor >= last
    town.settle()
    town.check()
    assert standing(town) == standing_from_nothing(town)


def test_entries_that_come_while_rules_dies(make_town, template):
    """Submitting goes on all the time; rules is started again and again in the middle of it."""
    town = make_town(template, kind=Ordeal, rehearsal=BEGINNING, settings={"rules": {"events_per_transaction": 5}}).start()
    seed = random.randrange(2**32)
    print(f"seed {seed}")
    choose = random.Random(seed)
    for number, (at_ms, burst) in enumerate(days(seed, entries=80)):
        town.advance(max(at_ms, town.now))
        if number % 3 == 0:
            town.strike(["rules"], choose.randint(1, 200))
        town.submit_all(burst)
    assert town.deaths["rules"] > 3
    town.relieve()
    town.check()
    assert standing(town) == standing_from_nothing(town)


# ---------------------------------------------------------------- a producer that does everything wrong

class RawRecord(wire.Record):
    def __init__(self, data):
        super().__init__(data)
        self.data = data


def packed(record, data=None, crc=None, sequence=None):
    data = record.data if data is None else data
    return wire.BATCH_RECORD.pack(len(data), wire.crc32c(data) if crc is None else crc,
                                  record.sequence if sequence is None else sequence, record.stamp_ms) + data


class Producer:
    """Takes ingest's place at ingest.log, with a true journal and little regard for the rules."""

    EPOCH = 9

    def __init__(self, context, endpoint, records, lineage):
        self.records = records          # of sequence 1, 2, ...
        self.lineage = lineage
        self.socket = context.socket(zmq.ROUTER)
        self.socket.linger = 0
        self.socket.router_mandatory = True
        self.socket.bind(endpoint)
        self.peer = None

    def close(self):
        self.socket.close()

    def receive(self):
        if not self.socket.poll(wire.PATIENCE_MS):
            raise wire.Silence("rules says nothing")
        peer, *parts = self.socket.recv_multipart()
        return peer, wire.Frame(parts)

    def send(self, kind, body, **head):
        head = {"lineage": self.lineage, "epoch": self.EPOCH, **head}
        self.socket.send_multipart([self.peer, wire.header(kind, **head), body])

    def greeting(self, **changes):
        last = self.records[-1]
        fields = dict(lineage=self.lineage, epoch=self.EPOCH, first_sequence=1, last_sequence=last.sequence,
                      last_stamp_ms=last.stamp_ms, rehearsal=True)
        return link_pb2.HelloOk(**{**fields, **changes}).SerializeToString()

    def hello(self, answer=True):
        """The cursor of a new session; it must be where rules truly stands. answer=False: not answered yet."""
        while True:
            self.peer, frame = self.receive()
            if frame.kind == wire.HELLO:
                break
        hello = link_pb2.Hello.FromString(frame.body)
        digest = self.records[hello.cursor - 1].digest if hello.cursor else b""
        assert hello.digest == digest
        if answer:
            self.send(wire.HELLO_OK, self.greeting())
        return hello.cursor

    def batch(self, records, body=None, **head):
        self.send(wire.BATCH, b"".join(map(packed, records)) if body is None else body,
                  **{"value": records[0].sequence, **head})

    def cursor_after(self, known):
        """What rules has made durable, once that is more than known."""
        while True:
            peer, frame = self.receive()
            assert frame.kind != wire.HELLO, "a good batch ended the session"
            if peer == self.peer and frame.kind == wire.CURSOR:
                sequence = link_pb2.Cursor.FromString(frame.body).sequence
                if sequence > known:
                    return sequence


def wrong_crc(producer, some):
    producer.batch(some, b"".join(packed(record, crc=7) for record in some))


def damaged_inside(producer, some):
    """The batch is whole, the record in it is not: its own CRC tells."""
    data = bytearray(some[0].data)
    data[-1] ^= 1
    producer.batch(some[:1], packed(some[0], bytes(data)))


def half_a_record(producer, some):
    producer.batch(some, b"".join(map(packed, some))[:-3])


def gap_before(producer, some):
    producer.batch(some[1:])


def gap_inside(producer, some):
    producer.batch([some[0], some[2]])


def mixed_up(producer, some):
    producer.batch([some[1], some[0]], value=some[0].sequence)


def one_twice_inside(producer, some):
    producer.batch([some[0], some[0], some[1]])


def another_content_under_its_number(producer, some):
    producer.batch(some[:1], packed(some[0], some[1].data))


def of_another_lineage(producer, some):
    producer.batch(some, lineage=producer.lineage ^ 1)


def of_another_start(producer, some):
    producer.batch(some, epoch=producer.EPOCH - 1)


def an_empty_batch(producer, some):
    producer.batch(some, b"")


def three_frames(producer, some):
    producer.socket.send_multipart([producer.peer, wire.header(wire.BATCH, producer.lineage, producer.EPOCH, some[0].sequence),
                                    packed(some[0]), b"more"])


def a_bye(producer, some):
    producer.send(wire.BYE, link_pb2.Bye(reason="test").SerializeToString())


SESSION_ENDS = [wrong_crc, damaged_inside, half_a_record, gap_before, gap_inside, mixed_up, one_twice_inside,
                another_content_under_its_number, of_another_lineage, of_another_start, an_empty_batch, three_frames, a_bye]


@pytest.fixture
def lone_rules(make_town, template):
    """rules by itself with an empty state, a producer of a real journal, and where an honest one led."""
    town = make_town(template, kind=Ordeal, rehearsal=BEGINNING).start()
    enter_backlog(town, 30)
    town.settle()
    town.check()
    honest = standing(town)
    reader = wire.Reader(town.context, town.endpoint("ingest.log"), kind=RawRecord)
    records = reader.read(honest[0])
    lineage = reader.lineage
    reader.close()
    town.stop()
    producer = Producer(town.context, town.endpoint("ingest.log"), records, lineage)
    town.start("rules", data=town.directory / "lone-rules")
    yield town, producer, honest
    producer.close()
    town.stop("rules")


def test_nothing_a_producer_does_wrong_is_applied_or_skipped(lone_rules):
    town, producer, honest = lone_rules
    choose = random.Random(3)
    cursor = producer.hello()
    assert cursor == 0
    misdeeds = SESSION_ENDS * 2
    choose.shuffle(misdeeds)
    for misdeed in misdeeds:
        some = producer.records[cursor:cursor + 3]
        misdeed(producer, some)
        assert producer.hello() == cursor, f"{misdeed.__name__} moved the cursor"
        producer.batch(some[:choose.randint(1, 2)])
        cursor = producer.cursor_after(cursor)
    producer.batch(producer.records[cursor:])
    assert standing(town, honest[0]) == honest


def test_what_was_applied_is_not_applied_again(lone_rules):
    """Batches that begin before the cursor, and whole ones that lie behind it, in one session and the next."""
    town, producer, honest = lone_rules
    assert producer.hello() == 0
    records, at = producer.records, 0
    while at < len(records):
        begin = max(0, at - 4)
        producer.batch(records[begin:at + 3])
        at = min(at + 3, len(records))
        assert producer.cursor_after(at - 1) == at
        producer.batch(records[:at][-5:])
        if at % 4 == 0:
            a_bye(producer, [])
            assert producer.hello() == at
    assert standing(town, honest[0]) == honest


@pytest.mark.parametrize("changes", [
    {"last_sequence": 3}, {"first_sequence": 1000}, {"lineage": 77}, {"epoch": 8},
], ids=lambda changes: next(iter(changes)))
def test_a_greeting_that_does_not_fit_is_not_accepted(lone_rules, changes):
    """Once it knows whose journal it reads: another lineage, a journal that ends before the cursor, one that
    begins after it, a start from before."""
    town, producer, honest = lone_rules
    producer.hello()
    producer.batch(producer.records[:10])
    assert producer.cursor_after(0) == 10
    a_bye(producer, [])
    assert producer.hello(answer=False) == 10
    head = {name: changes[name] for name in ("lineage", "epoch") if name in changes}
    producer.send(wire.HELLO_OK, producer.greeting(**changes), **head)
    assert producer.hello() == 10, "another session, from the same place"
    producer.batch(producer.records[10:])
    assert standing(town, honest[0]) == honest
