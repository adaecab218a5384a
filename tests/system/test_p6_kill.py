"""P6: kill -9 of any daemon at any moment, in any order, or a power cut: what was receipted is in
the journal, once; what was decided is told, once in the spool; and nothing that was due is
skipped: it fires late, marked late.

Some made-up days (days.py) are lived through undisturbed once. Then again and again with deaths:
at every named point, at chosen system calls with writes left half done, at any moment, all three
at once. A ledger of receipts kept outside is compared with the house each time (ordeal.py), and
what the days came to must be what they came to undisturbed. The gateway, and ingest behind it, die
while a phone sends photos: it sends again, and each has come once.
"""
import collections
import hashlib
import http.client
import itertools
import json
import os
import pathlib
import random
import shutil
import uuid

import acts
import entry_pb2 as pb
import photos
import preload
import pytest
import query_pb2 as query
from acts import DAY, local_s, t
from days import MORNING, days
from door import Door, submission
from ordeal import Entered, Ordeal, summary
from receiver import Receiver
from township import DAEMONS, Process, holder

BEGINNING = "2020-01-20 00:00"
END = MORNING + 4 * DAY
BY_WEBHOOK = ("leader-n", "insp-s", "site-cour-1")

POINTS = [
    "ingest.received", "ingest.put", "ingest.before_commit", "ingest.committed", "ingest.receipted",
    "rules.before_commit", "rules.committed", "rules.fired", "rules.applied",
    "notify.queued", "notify.spooled", "notify.flushed", "notify.delivered", "notify.started",
    "notify.answered", "notify.posted", "notify.settled",
]
SELDOM = ("notify.started", "notify.answered", "notify.posted", "notify.settled")   # only of what goes by the wire
# Who listens to whom. One who stays alone notices by silence, which takes its time.
DOWNSTREAM = {"ingest": ("rules", "notify"), "rules": ("notify",), "notify": ()}


@pytest.fixture
def receiver():
    with Receiver() as receiver:
        yield receiver


@pytest.fixture
def seed(request):
    """Of this test alone; printed when it fails. To live it again: DUBAN_SEED=number."""
    seed = int(os.environ.get("DUBAN_SEED", random.randrange(2**32)))
    print(f"seed {seed}: DUBAN_SEED={seed} pytest -k '{request.node.name}'")
    return seed


@pytest.fixture(scope="module")
def days_seed():
    return int(os.environ.get("DUBAN_DAYS", random.randrange(2**32)))


@pytest.fixture
def ordeal(make_town, template, receiver, days_seed, tmp_path):
    print(f"days DUBAN_DAYS={days_seed}")
    return make_town(template, kind=Ordeal, rehearsal=BEGINNING,
                     settings={"channels": receiver.webhook(tmp_path)})


def live(town, receiver, plan):
    """Play the days; who is reached by webhook is entered first."""
    town.begin()
    town.jump(MORNING)
    town.submit_all([("operator", holder(account, channel="webhook", address=receiver.url)) for account in BY_WEBHOOK])
    for at_ms, burst in plan:
        town.until(at_ms)
        town.submit_all(burst)
    town.until(END)


@pytest.fixture(scope="module")
def undisturbed(template, build, scratch, days_seed):
    """What the days come to when nobody dies."""
    directory = scratch / "undisturbed"
    shutil.copytree(template, directory, ignore=shutil.ignore_patterns("run", "log"))
    with Receiver() as receiver:
        town = Ordeal(directory, build, rehearsal=BEGINNING,
                      settings={"channels": receiver.webhook(directory)})
        try:
            live(town, receiver, days(days_seed))
            town.check(receiver.taken())
            result = summary(town)
            town.finish()
        finally:
            town.close()
    return result


def check_against(town, receiver, undisturbed):
    town.relieve()
    town.check(receiver.taken())
    cases, told, facts = summary(town)
    assert cases == undisturbed[0]
    assert told == undisturbed[1]
    assert facts == undisturbed[2]


def some_company(choose, daemon):
    """Mostly those downstream die as well, so that nobody has to wait for his own impatience."""
    return {daemon: () if choose.random() < 0.25 else DOWNSTREAM[daemon]}


# ---------------------------------------------------------------- at every named point

@pytest.mark.parametrize("point", POINTS)
def test_killed_at_a_named_point(ordeal, receiver, undisturbed, days_seed, seed, point):
    choose = random.Random(seed)
    daemon = point.split(".")[0]
    for _ in range(2):
        ordeal.fates[daemon].append(f"{point}:{choose.randint(1, 4 if point in SELDOM else 12)}")
    ordeal.mourning = some_company(choose, daemon)
    live(ordeal, receiver, days(days_seed))
    assert ordeal.deaths[daemon] == 2, "it has to die for this to show anything"
    check_against(ordeal, receiver, undisturbed)


# ---------------------------------------------------------------- at any call, at any moment

@pytest.mark.parametrize("daemon", DAEMONS)
def test_killed_at_any_call_with_writes_half_done(ordeal, receiver, undisturbed, days_seed, seed, preloads, daemon):
    """Also while it starts, and again while it recovers from that."""
    choose = random.Random(seed)
    for _ in range(8):
        call, most = choose.choice([("any", 3.2), ("write", 2.3), ("flush", 2), ("send", 2.3)])
        fault = f"{call}:{int(10 ** choose.uniform(0, most))}:{choose.choice(['kill', 'half'])}"
        ordeal.fates[daemon].append(preload.environment(preloads, fault=fault))
    ordeal.mourning = some_company(choose, daemon)
    live(ordeal, receiver, days(days_seed))
    assert ordeal.deaths[daemon] > 0
    check_against(ordeal, receiver, undisturbed)


@pytest.mark.parametrize("turn", range(3))
def test_killed_at_any_moment_in_any_company(ordeal, receiver, undisturbed, days_seed, seed, turn):
    """Of every second burst of entries somebody does not see the end: mostly all three at once."""
    choose = random.Random(seed)
    plan = days(days_seed)

    def struck():
        for place, (at_ms, burst) in enumerate(plan):
            if place % 2 == 0:
                names = choose.choice([DAEMONS, DAEMONS, DAEMONS, ("rules", "notify"), ("notify",), ("ingest", "notify")])
                ordeal.strike(names, int(10 ** choose.uniform(0, 3)))
            yield at_ms, burst

    live(ordeal, receiver, struck())
    assert sum(ordeal.deaths.values()) >= 3
    check_against(ordeal, receiver, undisturbed)


def test_all_at_once_with_many_entries_on_their_way(make_town, template, seed):
    """Under load, where a batch holds many, some receipts have left and others have not."""
    choose = random.Random(seed)
    town = make_town(template, kind=Ordeal, rehearsal=BEGINNING).start()
    town.jump(MORNING)
    sites = ["SHOP-1", "FOOD-1", "COUR-1", "NO-SUCH"]
    for turn in range(4):
        town.strike(DAEMONS, choose.randint(5, 100))
        town.submit_all([("insp-s", acts.report(choose.choice(sites), "insp-s", MORNING, fails=["DS-01"], text=f"{turn}.{number}"))
                         for number in range(200)])
        for _, names in town.dooms:   # a busy machine answers more often than it looks
            town.kill_those_alive(names)
        town.relieve()
    assert sum(town.deaths.values()) >= 4 * 3 - 3
    assert len(town.ledger) == 800
    town.check()


# ---------------------------------------------------------------- while photos arrive

class Phone:
    """Sends a report and its photos through the gateway, each again until it is answered; what was answered goes into the ledger."""

    def __init__(self, town, account):
        self.town, self.account, self.door = town, account, Door(town)
        self.who = self.door.token(account)
        town.born = town.ingest_status().last_sequence

    def send(self, method, path, body, kind):
        while True:
            self.town.revive()
            host, port = self.door.status().listening.rsplit(":", 1)   # another life, another port
            self.door.address = (host, int(port))
            try:
                status, _, answer = self.door.ask(method, path, body, {**self.who, "Content-Type": kind})
            except (OSError, http.client.HTTPException):
                continue    # who knows what became of it: again
            if status in (200, 201):
                return answer
            assert status == 503, answer

    def enter(self, client_id, entry, submitted):
        self.town.ledger[self.account, client_id] = Entered(entry.SerializeToString(), int(submitted["sequence"]), int(submitted["stampMs"]))
        return int(submitted["sequence"])

    def report(self, shown):
        """The sequence of a report that declares these photos: {name: photo}."""
        entry, client_id = acts.report("GATE-1", self.account, self.town.now, passes=["DS-06"], photos="none"), uuid.uuid4()
        for name, photo in shown.items():
            entry.report.evidence.add(name=name, item="DS-06", size_bytes=len(photo), sha256=hashlib.sha256(photo).digest())
        body = json.dumps(submission(entry, str(client_id)), ensure_ascii=False).encode()
        return self.enter(client_id.bytes, entry, self.send("POST", "/v1/entries", body, "application/json"))

    def photo(self, sequence, name, photo):
        sha256 = hashlib.sha256(photo)
        answer = self.send("PUT", f"/v1/evidence/{sha256.hexdigest()}?report={sequence}&name={name}", photo, "image/jpeg")
        entry = pb.Entry(evidence_arrival=pb.EvidenceArrival(report_sequence=sequence, name=name, size_bytes=len(photo), sha256=sha256.digest()))
        return self.enter(uuid.UUID(answer["arrival"]["clientId"]).bytes, entry, answer["arrival"])


@pytest.fixture
def phone(make_town, template):
    town = make_town(template, kind=Ordeal, rehearsal=BEGINNING)
    town.settings["gateway"]["answer_within"] = "2s"    # when ingest has died nobody starts it before the phone has its answer
    town.start()
    town.jump(MORNING)
    yield Phone(town, "insp-n")
    if town.is_running("gateway"):
        town.stop("gateway")


def check_photos(phone, sequence, shown):
    """All have come, each once, whole, and the report is complete by what the journal says."""
    town = phone.town
    town.relieve()
    journal, _, _ = town.check()
    arrivals = [record.entry.evidence_arrival for record in journal if record.kind == "evidence_arrival"]
    assert sorted(arrival.name for arrival in arrivals) == sorted(shown)
    assert {arrival.report_sequence for arrival in arrivals} == {sequence}
    for photo in shown.values():
        digits = hashlib.sha256(photo).hexdigest()
        assert (town.data("gateway") / "evidence" / digits[:2] / digits[2:]).read_bytes() == photo
    (visit,) = [visit for visit in town.rows("rules", visits=query.VisitsQuery(site="GATE-1")) if visit.sequence == sequence]
    assert visit.evidence_missing == 0
    assert len([fact for fact in town.facts(kind="completed") if fact.other_sequence == sequence]) == 1


@pytest.mark.parametrize("point", [
    "gateway.receiving:1", "gateway.receiving:3", "gateway.stored:1", "gateway.arrived:1",
    "ingest.received:1", "ingest.put:1", "ingest.before_commit:1", "ingest.committed:1", "ingest.receipted:1",
])
def test_killed_while_a_photo_arrives(phone, point):
    """Between its bytes, with its file on the disk and no entry that says so, with the entry and no answer."""
    town, shown, daemon = phone.town, {"a.jpg": photos.jpeg("a", 400_000)}, point.split(".")[0]
    sequence = phone.report(shown)
    town.settle()
    town.stop(daemon)
    town.spawn(daemon, kill_at=point)
    town.ready_or_dead(daemon)
    phone.photo(sequence, "a.jpg", shown["a.jpg"])
    if not town.deaths[daemon]:
        town.processes[daemon].wait_end()   # the answer was on its way before
    town.revive()
    assert town.deaths[daemon] == 1, "it has to die for this to show anything"
    check_photos(phone, sequence, shown)


def test_killed_at_any_call_while_photos_arrive(phone, preloads, seed):
    """The gateway with writes half done, also while it starts; the phone is patient."""
    choose, town = random.Random(seed), phone.town
    shown = {f"{number}.jpg": photos.jpeg(str(number), 200_000) for number in range(12)}
    sequence = phone.report(shown)
    town.settle()
    town.stop("gateway")
    for _ in range(5):
        call, most = choose.choice([("any", 2), ("write", 1), ("flush", 0.6)])
        fault = f"{call}:{int(10 ** choose.uniform(0, most))}:{choose.choice(['kill', 'half'])}"
        town.fates["gateway"].append(preload.environment(preloads, fault=fault))
    town.spawn("gateway")
    town.ready_or_dead("gateway")
    for name, photo in shown.items():
        phone.photo(sequence, name, photo)
    town.revive()
    assert town.deaths["gateway"] > 0
    check_photos(phone, sequence, shown)


# ---------------------------------------------------------------- nothing that was due is skipped

def test_what_was_due_while_nobody_was_there_fires_late_and_says_so(make_town, template):
    """All are dead from eleven until the next evening; a case of level A and one of level B run out. What is not urgent and
    more than six hours late is one digest for each recipient."""
    town = make_town(template, kind=Ordeal, rehearsal=BEGINNING).start()
    town.until("2020-02-10 10:00")
    town.visit("COUR-1", fails=["TM-01"])        # A: due 12:00
    town.visit("SHOP-1", fails=["DS-01"])        # B: due next day 10:00
    town.until("2020-02-10 11:00")
    before = len(town.outbox())
    town.kill()
    town.start("ingest")
    town.advance("2020-02-11 20:00")
    town.start("rules", "notify")
    town.jump("2020-02-11 20:00")
    _, notices, lines = town.check()

    late = [notice for sequence, notice in notices.items() if sequence > before]
    assert late and all(notice.late for notice in late)
    assert {("TM-01", "2020-02-10 12:00:01", "overdue_owner"), ("TM-01", "2020-02-10 12:00:01", "overdue_group_leader"),
            ("TM-01", "2020-02-10 14:00", "overdue_lead"), ("DS-01", "2020-02-11 14:00:01", "revisit_missed")} <= {
                (town_item(town, item), local_s(notice.due_at_s), notice.kind) for notice in late for item in notice.items if item.case_id}
    digests = [notice for notice in late if notice.kind == "digest"]
    assert len({notice.recipient.account for notice in digests}) == len(digests)
    assert {("DS-01", "overdue_owner"), ("DS-01", "overdue_group_leader")} <= {
        (town_item(town, item), item.kind) for notice in digests for item in notice.items if item.case_id}
    assert {local_s(notice.decided_at_s) for notice in digests} == {"2020-02-11 20:00"}
    written = {line["id"]: line for line in lines}
    for notice in late:
        line = written[notice.idempotency_key.hex()]
        assert line["late"] and "迟发" in line["text"]["zh"]
    for site, item, due in (("COUR-1", "TM-01", "2020-02-10 12:00"), ("SHOP-1", "DS-01", "2020-02-11 10:00")):
        (fact,) = town.case_facts(site, item, "overdue")
        assert local_s(fact.at_s) == due + ":01", "it was overdue from then, whenever somebody noticed"
        # "It will soon be due" would be wrong by now: that is not said, and it is written down why.
        assert {(fact.message_kind, fact.reason) for fact in town.case_facts(site, item, "not_told")} >= {("near_due", "past")}


def town_item(town, line):
    return next((row.case_.item for row in town.case_rows() if row.case_.id == line.case_id), "")


@pytest.mark.parametrize("alone", ["rules", "notify"])
def test_one_that_was_away_for_a_day_misses_nothing(make_town, template, alone):
    town = make_town(template, kind=Ordeal, rehearsal=BEGINNING).start()
    town.until("2020-02-10 10:00")
    town.visit("SHOP-1", fails=["DS-01"])
    town.kill(alone)
    for hour in range(24):
        town.advance(f"2020-02-11 {hour:02}:30")
        town.submit(acts.report("FOOD-1", "insp-s", t(f"2020-02-11 {hour:02}:30"), passes=["EP-02"]), by="insp-s")
    town.start(alone)
    town.settle()
    town.check()
    assert len(town.case_facts("SHOP-1", "DS-01", "overdue")) == 1


# ---------------------------------------------------------------- starting

@pytest.mark.parametrize("order", itertools.permutations(DAEMONS), ids="-".join)
def test_started_in_any_order(make_town, template, order):
    """Whoever is there does his part, and the others find him when they come."""
    town = make_town(template, kind=Ordeal, rehearsal=BEGINNING)
    for place, name in enumerate(order):
        town.start(name)
        if town.is_running("ingest"):
            town.submit(acts.report("SHOP-1", "insp-s", t(BEGINNING), fails=["TM-01"], text=str(place)), by="insp-s")
    town.settle()
    town.check()
    assert town.case("SHOP-1", "TM-01") is not None and town.spool()


def test_again_and_again(make_town, template):
    """Killed as soon as it is ready, many times: no start leaves anything that the next one trips over."""
    town = make_town(template, kind=Ordeal, rehearsal=BEGINNING).start()
    town.jump(MORNING)
    town.visit("SHOP-1", fails=["DS-01"])
    for _ in range(10):
        town.kill()
        for name in DAEMONS:
            town.spawn(name)
        for name in DAEMONS:
            town.processes[name].wait_ready()
    town.visit("SHOP-1", fails=["MS-01"])
    town.check()


@pytest.mark.parametrize("name", DAEMONS)
def test_a_second_instance_is_refused(make_town, template, name):
    town = make_town(template, rehearsal=BEGINNING).start()
    first = town.processes[name]
    for own_data in (False, True):
        data = {"data": town.directory / "another"} if own_data else {}
        second = Process(name, town.command(name, **data), town.environment(), town.directory / "log" / "second.txt")
        assert second.wait_end() == 1
        errors = second.errors()
        second.close()
        place = town.run if own_data else town.data(name)     # libzmq would hand its sockets over without a word
        assert f"{place} 正被进程 {first.process.pid} 使用" in errors
        assert f"{place} is in use by process {first.process.pid}" in errors
    assert first.is_alive()
    town.jump("2020-02-10 10:00")
    town.visit("SHOP-1", fails=["DS-01"])
    assert town.case("SHOP-1", "DS-01") and town.spool(), "the first goes on as if nothing had been"


# ---------------------------------------------------------------- a power cut

BLOCK = 512


def is_data(path):
    return path.name == "data.mdb" or path.suffix == ".jsonl"


def carry_out(content, event, is_lucky=lambda: True):
    """A write or a truncation reaches the disk; of a write the blocks that are lucky."""
    if event.kind == "t":
        del content[event.offset:]
        return
    content.extend(bytes(max(0, event.offset + len(event.data) - len(content))))
    for at in range(0, len(event.data), BLOCK):
        if is_lucky():
            block = event.data[at:at + BLOCK]
            content[event.offset + at:event.offset + at + len(block)] = block


class Disk:
    """The files of a township as the disk has them for certain, and the writes that nobody has flushed."""

    def __init__(self, directory):
        self.directory = directory
        self.certain = {path: bytearray(path.read_bytes()) for path in directory.rglob("*") if is_data(path)}
        self.waiting = collections.defaultdict(list)
        self.flushed = set()

    def happened(self, event):
        path = pathlib.Path(event.path)
        if event.kind == "f":
            self.flushed.add(path)
            for change in self.waiting.pop(path, []):
                carry_out(self.certain[path], change)
        elif event.kind in "wt" and self.directory in path.parents and is_data(path):
            if path not in self.certain:
                assert path.parent in self.flushed, f"{path} is written before its name is flushed"
                self.certain[path] = bytearray()
            if event.synchronous:
                carry_out(self.certain[path], event)
            else:
                self.waiting[path].append(event)

    def cut(self, to, choose):
        """What is there when the power is back: what was certain, and what the disk happened to have
        written of the rest, in any order and in any parts."""
        for path, certain in self.certain.items():
            content, luck = bytearray(certain), choose.choice([0, 0.5, 1])
            for change in self.waiting[path]:
                carry_out(content, change, lambda: choose.random() < luck)
            place = to / path.relative_to(self.directory)
            place.parent.mkdir(parents=True, exist_ok=True)
            place.write_bytes(content)


def test_after_a_power_cut_every_receipt_holds(make_town, template, days_seed, preloads, seed):
    """All that the three daemons write and flush is noted in one order. For moments in between the files
    are put together as a disk without power may hold them, and the house starts from those."""
    choose = random.Random(seed)
    town = make_town(template, kind=Ordeal, rehearsal=BEGINNING)
    disk, notes = Disk(town.directory), town.directory / "notes"
    town.start(environment=preload.environment(preloads, log=notes))
    town.jump(MORNING)
    for at_ms, burst in days(days_seed, entries=25, length_ms=DAY):
        town.until(at_ms)
        town.submit_all(burst)
    town.until(MORNING + DAY)
    town.stop()
    noted = preload.events(notes)
    left = {receipt.sequence: number for number, receipt in reversed(preload.receipts(noted))}
    assert {entered.sequence for entered in town.ledger.values()} <= set(left)
    done = 0
    for cut in sorted(choose.sample(range(len(noted)), 10)):
        for event in noted[done:cut]:
            disk.happened(event)
        done = cut
        again = make_town(kind=Ordeal, rehearsal=BEGINNING)
        disk.cut(again.directory, choose)
        again.ledger = {key: entered for key, entered in town.ledger.items() if left[entered.sequence] < cut}
        again.born = len(noted)    # what was journaled without a receipt may be there
        again.start()
        again.check()
