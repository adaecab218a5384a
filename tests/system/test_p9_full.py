"""P9: a full disk or map stops intake early and clearly: evidence first, then reports; a reserve
keeps ticks, outcomes and acknowledgements going; and when there is room again all goes on by itself.
"""
import ctypes
import os
import pathlib
import signal
import tempfile

import acts
import entry_pb2 as pb
import link_pb2
import pytest
import wire
from acts import HOUR, MINUTE, t
from door import Door
from ordeal import Ordeal, outcomes
from receiver import Receiver
from township import holder

BEGINNING = "2020-01-20 00:00"
MEGABYTE = 1024 * 1024
MORNING = "2020-02-10 10:00"

ITEMS = ["PB-02", "TM-01", "DS-01", "EP-01", "EP-02", "EP-04", "MS-01", "MS-02", "MS-03", "DS-05", "DS-06", "TM-03", "RT-01", "RT-02"]


def large_report():
    """About 27 KB: everything is in order, and there is a lot to say about it."""
    return acts.report("SHOP-1", "insp-s", t(MORNING), passes=ITEMS, notes={item: "详" * 640 for item in ITEMS})


def with_case(make_town, template, within=None, **settings):
    """A town with a case of level A, a report that waits for its photo, and an entry in quarantine."""
    town = make_town(template, kind=Ordeal, within=within, rehearsal=BEGINNING, settings=settings).start()
    town.jump(MORNING)
    town.visit("COUR-1", fails=["TM-01"])
    missing = acts.report("FOOD-1", "insp-s", t(MORNING), fails=["EP-02"], photos="missing")
    town.waiting = town.enter(missing, by="insp-s"), missing.report.evidence[0]
    town.held = town.enter(acts.report("NO-SUCH", "insp-s", t(MORNING), fails=["EP-02"]), by="insp-s")
    return town


def refusal_of(town, entry, by, client_id=None):
    """None when it is taken."""
    try:
        town.submit(entry, by=by, client_id=client_id)
    except wire.Refused as refused:
        return refused.refusal
    return None


def check_full(refusal, word):
    assert refusal.code == link_pb2.REFUSAL_CODE_FULL and refusal.retry_after_ms > 0
    assert "空间将满" in refusal.zh and "space is running out" in refusal.en
    assert word in refusal.zh + refusal.en


def check_house_goes_on(town):
    """With intake stopped: time, reminders and what became of them, acknowledgements, settling."""
    before = outcomes(town.journal())
    assert refusal_of(town, acts.acknowledge("COUR-1", "TM-01"), by="insp-n") is None
    assert refusal_of(town, acts.release(town.held, site="FOOD-1"), by="clerk") is None
    town.until("2020-02-10 14:30")
    assert town.case_facts("COUR-1", "TM-01", "overdue")
    assert {notice.kind for notice in (row.notice for row in town.notices())} >= {"near_due", "overdue_owner"}
    assert len(outcomes(town.journal())) > len(before)
    town.check()


# ---------------------------------------------------------------- the map

def test_a_small_map_closes_intake_step_by_step(make_town, template):
    town = with_case(make_town, template, ingest={"map": "4M"})
    sequence, photo = town.waiting
    evidence_id = town.new_id()
    taken = evidence_refused_at = 0
    while True:
        client_id = town.new_id()
        refusal = refusal_of(town, large_report(), "insp-s", client_id)
        if refusal is not None:
            break
        taken += 1
        status = town.ingest_status()
        if not evidence_refused_at and status.intake_stopped:
            evidence_refused_at = taken
            check_full(refusal_of(town, acts.arrival(sequence, photo), "insp-s", evidence_id), "evidence waits")
            assert "map" in status.intake_reason.en
    assert evidence_refused_at and taken > evidence_refused_at, "reports still go through when evidence does not"
    check_full(refusal, "intake is stopped")
    status = town.ingest_status()
    assert status.intake_stopped and 80 <= 100 * status.used_bytes / status.map_bytes < 90
    check_full(refusal_of(town, acts.claim("COUR-1", "TM-01"), "site-cour-1"), "intake is stopped")

    known, entered = next((key, entered) for key, entered in town.ledger.items() if entered.sequence == sequence)
    again = town.submit(pb.Entry.FromString(entered.payload), by=known[0], client_id=known[1])
    assert again.sequence == sequence and again.duplicate, "what is known keeps its receipt"
    check_house_goes_on(town)

    town.stop("ingest")
    town.settings["ingest"]["map"] = "64M"
    town.start("ingest")
    assert refusal_of(town, large_report(), "insp-s", client_id) is None
    assert refusal_of(town, acts.arrival(sequence, photo), "insp-s", evidence_id) is None
    town.settle()
    assert town.case_facts("FOOD-1", "EP-02", "completed") or town.facts(kind="completed")
    town.check()


def test_a_map_that_is_full_to_the_brim_loses_nothing(make_town, template):
    """Intake is let go on to 95 percent and many come at once; the last percents are for the house."""
    town = with_case(make_town, template, ingest={"map": "4M", "refuse_at_percent": "95"})
    asker = town.new_asker("ingest.submit")
    sent = {}
    for _ in range(300):
        client_id = town.new_id()
        sent[asker.submit("insp-s", client_id, large_report())] = client_id
    refused = 0
    for request, client_id in sent.items():
        answer = asker.answer(request)
        if isinstance(answer, link_pb2.Refusal):
            check_full(answer, "intake is stopped")
            refused += 1
        else:
            town.enter_in_ledger(("insp-s", client_id), large_report().SerializeToString(), answer)
    asker.close()
    assert 0 < refused < 300
    check_house_goes_on(town)


# ---------------------------------------------------------------- the maps downstream

def test_a_full_map_of_rules_stops_rules_alone(make_town, template):
    """It says what to do; reports are taken all the time; with a larger map all is applied, once."""
    town = with_case(make_town, template)
    town.stop("rules")
    process = town.spawn("rules", map="1M")
    process.wait_ready()
    for _ in range(8):
        enter_regardless(town, 100)
    assert process.wait_end() == 1
    assert "调大设置 map" in process.errors() and "raise the setting map" in process.errors()
    town.start("rules")
    town.settle()
    assert len(town.quarantine()) == 801
    town.check()


def test_a_full_map_of_notify_is_told_and_takes_over_nothing_more(make_town, template, tmp_path):
    """What it has taken over still goes out; the rest waits with rules until there is room."""
    with Receiver() as receiver:
        receiver.answers += [(500, {})] * 5000
        town = with_case(make_town, template, notify={"disk_percent": "50"},
                         channels=receiver.webhook(tmp_path, schedule=["0s", "10h"], failing_after="7d"))
        for account in ("insp-s", "clerk"):
            town.enter(holder(account, channel="webhook", address=receiver.url))
        town.stop("notify")
        town.start("notify", map="2M")
        while pb.ALARM_KIND_DISK_LOW not in [alarm.kind for alarm in town.notify_status().alarms]:
            enter_regardless(town, 100)
            town.jump(town.now + 31 * MINUTE, settle=False)   # beyond the first few they come in digests
        enter_regardless(town, 100)
        last = town.rules_status(min_sequence=town.ingest_status().last_sequence).outbox_last
        assert [alarm.kind for alarm in town.notify_status().alarms] == [pb.ALARM_KIND_DISK_LOW]
        assert town.notify_status().cursor < last
        assert any(line["kind"] == "house_alarm" and "磁盘或状态库空间不足" in line["text"]["zh"] for line in town.spool())
        town.stop("notify")
        receiver.answers.clear()
        town.start("notify")
        town.until(town.now + 12 * HOUR)
        town.check(receiver.taken())
        assert not town.notify_status().alarms


def enter_regardless(town, count):
    """Straight to ingest: whether anybody downstream is alive does not matter."""
    asker = town.new_asker("ingest.submit")
    entry = acts.report("NO-SUCH", "insp-s", t(MORNING), fails=["EP-02"], text="详" * 300)
    sent = {asker.submit("insp-s", client_id, entry): client_id for client_id in (town.new_id() for _ in range(count))}
    for request, client_id in sent.items():
        town.enter_in_ledger(("insp-s", client_id), entry.SerializeToString(), asker.receipt(request))
    asker.close()


# ---------------------------------------------------------------- the disk

DISK_MEGABYTES = 48
RESERVE_MEGABYTES = 4


@pytest.fixture
def disk(scratch):
    """A small file system of its own. Only root may mount one."""
    libc = ctypes.CDLL(None, use_errno=True)
    place = pathlib.Path(tempfile.mkdtemp(prefix="d", dir=scratch))
    if libc.mount(b"tmpfs", bytes(place), b"tmpfs", 0, f"size={DISK_MEGABYTES}m".encode()) != 0:
        pytest.skip(f"no file system to fill: mount says {os.strerror(ctypes.get_errno())}")
    yield place
    libc.umount2(bytes(place), 2)   # MNT_DETACH


class Ballast:
    """A file that takes what room there is."""

    def __init__(self, disk):
        self.disk = disk
        self.path = disk / "ballast"

    def fill(self, percent):
        """Until the disk is so full; 100 = to the last byte."""
        state = os.statvfs(self.disk)
        missing = state.f_blocks * percent // 100 - (state.f_blocks - state.f_bfree)
        with open(self.path, "ab", buffering=0) as file:
            try:
                for _ in range(missing + (percent == 100)):
                    file.write(bytes(state.f_frsize))
            except OSError:
                assert percent == 100

    def remove(self):
        self.path.unlink()


def on_disk(make_town, template, disk):
    return with_case(make_town, template, within=disk, ingest={
        "disk_percent": "85", "reserve_bytes": f"{RESERVE_MEGABYTES}M"})


def wait_for_intake(town, stopped):
    """ingest looks at its disk every second and whenever something happens after that."""
    while town.ingest_status().intake_stopped != stopped:
        pass


def reserve(town):
    return town.data("ingest") / "reserve"


def test_a_disk_that_fills_up_closes_intake_step_by_step(disk, make_town, template):
    town = on_disk(make_town, template, disk)
    ballast = Ballast(disk)
    sequence, photo = town.waiting
    assert reserve(town).stat().st_blocks * 512 >= RESERVE_MEGABYTES * MEGABYTE, "it takes its room beforehand"
    evidence_id, report_id = town.new_id(), town.new_id()

    ballast.fill(82)
    wait_for_intake(town, stopped=True)
    check_full(refusal_of(town, acts.arrival(sequence, photo), "insp-s", evidence_id), "evidence waits")
    assert refusal_of(town, large_report(), "insp-s") is None
    assert "disk" in town.ingest_status().intake_reason.en
    door = Door(town)
    assert door.get("/readyz")[0] == 200, "reports are taken"

    ballast.fill(88)
    while refusal_of(town, large_report(), "insp-s", report_id) is None:
        report_id = town.new_id()
    check_full(refusal_of(town, large_report(), "insp-s", report_id), "intake is stopped")
    status, headers, said = door.get("/readyz")
    assert status == 503 and int(headers["Retry-After"]) > 0 and b"intake is stopped" in said
    town.stop("gateway")

    ballast.fill(100)
    while reserve(town).exists():
        town.ingest_status()
    check_house_goes_on(town)
    check_full(refusal_of(town, large_report(), "insp-s", report_id), "intake is stopped")

    ballast.remove()
    wait_for_intake(town, stopped=False)
    assert refusal_of(town, large_report(), "insp-s", report_id) is None
    assert refusal_of(town, acts.arrival(sequence, photo), "insp-s", evidence_id) is None
    while not reserve(town).exists():
        town.ingest_status()
    town.settle()
    town.check()


def check_after_retries(town):
    """What the spool had no room for goes again at its time."""
    while town.notify_status().next_attempt_ms:
        town.until(town.notify_status().next_attempt_ms)
    town.check()


def test_a_disk_that_is_suddenly_full_is_survived_by_the_reserve(disk, make_town, template):
    """Somebody else takes it all between two looks: nobody ends, ingest gives up its reserve, the house goes on."""
    town = on_disk(make_town, template, disk)
    ballast = Ballast(disk)
    ballast.fill(100)
    entry, client_id = large_report(), town.new_id()
    refusal = refusal_of(town, entry, "insp-s", client_id)
    assert refusal is None or refusal.code == link_pb2.REFUSAL_CODE_FULL
    while reserve(town).exists():
        town.ingest_status()
    wait_for_intake(town, stopped=True)
    check_house_goes_on(town)
    ballast.remove()
    wait_for_intake(town, stopped=False)
    assert refusal_of(town, entry, "insp-s", client_id) is None
    town.settle()
    check_after_retries(town)


FULL, ROOM = "磁盘已满，暂停写入", "磁盘又有空间"


def wait_until_full(town, name, act=None):
    """The daemon has found no room, and has gone on."""
    process = town.processes[name]
    while FULL not in process.errors():
        assert process.is_alive(), f"{name} has ended"
        (act or town.ingest_status)()


def test_a_disk_without_any_room_ends_nobody_and_loses_nothing(disk, make_town, template):
    """The reserve is taken too: everybody says once what to do, answers questions, and goes on when there is room."""
    town = on_disk(make_town, template, disk)
    ballast = Ballast(disk)
    pids = {name: town.processes[name].process.pid for name in ("rules", "notify")}
    os.kill(pids["notify"], signal.SIGSTOP)
    for _ in range(3):
        enter_regardless(town, 200)
        town.jump(town.now + 31 * MINUTE, settle=False)   # beyond the first few they come in digests
    town.rules_status(min_sequence=town.ingest_status().last_sequence)
    os.kill(pids["rules"], signal.SIGSTOP)
    enter_regardless(town, 200)
    while reserve(town).exists():
        ballast.fill(100)
        town.ingest_status()
    ballast.fill(100)

    refused = []
    def acknowledge():
        client_id = town.new_id()
        refusal = refusal_of(town, acts.acknowledge("COUR-1", "TM-01"), "insp-n", client_id)
        if refusal is not None:
            refused.append((client_id, refusal))
    wait_until_full(town, "ingest", acknowledge)
    client_id, refusal = refused[-1]
    assert refusal.code == link_pb2.REFUSAL_CODE_FULL and refusal.retry_after_ms > 0
    assert "这次提交没有保存" in refusal.zh and "nothing of this was kept" in refusal.en
    assert town.ingest_status().intake_stopped and "disk" in town.ingest_status().intake_reason.en
    for pid in pids.values():
        os.kill(pid, signal.SIGCONT)
    for name in ("rules", "notify"):
        wait_until_full(town, name)
    assert town.rules_status().cursor < town.ingest_status().last_sequence
    assert town.notify_status().cursor < town.rules_status().outbox_last
    said = town.duban("status", check=False).stdout
    for name in ("rules", "notify"):
        assert getattr(town, f"{name}_status")().full_disk == str(town.data(name))
        assert f"duban-{name} 的磁盘已满" in said and f"the disk of duban-{name} is full" in said, said

    ballast.remove()
    wait_for_intake(town, stopped=False)
    assert refusal_of(town, acts.acknowledge("COUR-1", "TM-01"), "insp-n", client_id) is None
    town.settle()
    assert town.rules_status().full_disk == town.notify_status().full_disk == ""
    check_after_retries(town)
    for process in town.processes.values():
        assert process.is_alive() and process.errors().count(FULL) == process.errors().count(ROOM) == 1
