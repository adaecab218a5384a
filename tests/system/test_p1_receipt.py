"""P1: a receipt means that the report is durable: committed before the receipt leaves ingest.

kill -9 cannot show a flush that is missing, because the page cache survives the process. So
ingest runs with its flushes, writes, arrivals and answers noted in one order (preload_flush.c),
and for every receipt the notes must read: the submission arrived, its record was written, the
data was flushed, the page that makes it valid was written through, the answer began.
"""
import acts
import preload
import pytest
import wire
import zmq
from acts import t

MORNING = "2020-02-10 10:00"
DATA = "ingest/data.mdb"


def noted_town(make_town, preloads, template=None, **options):
    town = make_town(template, rehearsal="2020-01-20 00:00", **options)
    town.notes = town.directory / "ingest.notes"
    town.start("ingest", environment=preload.environment(preloads, log=town.notes))
    return town


def first_after(noted, number, wanted, what):
    while number < len(noted):
        if wanted(noted[number]):
            return number
        number += 1
    raise AssertionError(f"no {what}")


def check_every_receipt(town):
    """Returns how many were proved. Ends ingest: its last answer is noted only after it is here."""
    of_sequence = {record.sequence: record for record in town.journal()}
    town.stop()
    noted = preload.events(town.notes)
    submitted = {}
    for number, submit in preload.submissions(noted):
        submitted.setdefault((submit.account, submit.client_id), number)
    proved = 0
    for sending, receipt in preload.receipts(noted):
        record = of_sequence[receipt.sequence]
        place = record.sequence.to_bytes(8, "big") + record.stamp_ms.to_bytes(8, "big") + record.client_id
        written = first_after(noted, submitted[record.account, record.client_id], lambda event: (
            event.kind == "w" and event.path.endswith(DATA) and place in event.data), f"write of {record}")
        flushed = first_after(noted, written, lambda event: preload.is_flush(event, DATA), f"flush of {record}")
        valid = first_after(noted, flushed, lambda event: (
            event.kind == "w" and event.path.endswith(DATA) and event.synchronous), f"meta page for {record}")
        assert valid < sending, f"{record}: its receipt left before it was durable"
        proved += 1
    return proved


def one_report(town, number):
    return acts.report("SHOP-1", "insp-s", t(MORNING) + number, fails=["DS-01"])


def test_each_report_is_flushed_before_its_receipt(make_town, preloads):
    town = noted_town(make_town, preloads)
    for number in range(25):
        town.submit(one_report(town, number), by="insp-s")
    assert town.ingest_status().commits == 25, "one at a time, each has a commit of its own"
    assert check_every_receipt(town) == 25


def test_with_many_submitters_each_is_flushed_before_its_receipt(make_town, preloads):
    town = noted_town(make_town, preloads)
    askers = [town.new_asker("ingest.submit") for _ in range(16)]
    sent = [(asker, asker.submit(f"insp-{place}", town.new_id(), one_report(town, number)))
            for number in range(30) for place, asker in enumerate(askers)]
    assert len({asker.receipt(request).sequence for asker, request in sent}) == len(sent)
    for asker in askers:
        asker.close()
    assert town.ingest_status().commits < len(sent) / 2, "they share commits, or this shows nothing new"
    assert check_every_receipt(town) == len(sent)


def test_the_receipt_of_a_duplicate_is_no_earlier(make_town, preloads):
    """Also of one that comes together with the first, in the same commit."""
    town = noted_town(make_town, preloads)
    asker, entry = town.asker("ingest.submit"), one_report(town, 0)
    for _ in range(10):
        client_id = town.new_id()
        requests = [asker.submit("insp-s", client_id, entry) for _ in range(8)]
        assert [asker.receipt(request).duplicate for request in requests] == [False] + [True] * 7
    assert check_every_receipt(town) == 80


def test_receipts_to_the_other_daemons_too(make_town, preloads, template):
    town = noted_town(make_town, preloads, template)
    town.start("rules", "notify")
    town.jump(MORNING)
    for number, site in enumerate(("SHOP-1", "FOOD-1", "OFFC-1")):
        town.visit(site, fails=["DS-01"])
    town.until("2020-02-11 12:00")
    assert any(record.account == "notify" for record in town.journal())
    assert check_every_receipt(town) > 10


# ---------------------------------------------------------------- what was not durable gets no receipt

def calls_of_a_start(town, preloads, kind):
    """How many flushes ("f") or writes ("w") the next start will take before it is ready."""
    town.start("ingest").stop("ingest")
    town.start("ingest", environment=preload.environment(preloads, log=town.notes))
    count = sum(event.kind == kind for event in preload.events(town.notes))
    town.stop("ingest")
    return count


def answered(asker, process):
    """True when there is an answer, False when the process ended without one."""
    poller = zmq.Poller()
    poller.register(asker.socket, zmq.POLLIN)
    poller.register(process.pidfd, zmq.POLLIN)
    return asker.socket in dict(poller.poll(wire.PATIENCE_MS))


@pytest.mark.parametrize("call, number, what, receipts", [
    ("flush", 1, "EIO", 0), ("flush", 2, "EIO", 1), ("flush", 4, "ENOSPC", 3),
    # a commit writes its pages, then the page that makes them valid
    ("write", 1, "EIO", 0), ("write", 1, "ENOSPC", 0), ("write", 2, "EIO", 0), ("write", 2, "ENOSPC", 0),
])
def test_when_the_disk_fails_no_receipt_leaves(make_town, preloads, call, number, what, receipts):
    town = make_town(rehearsal="2020-01-20 00:00")
    town.notes = town.directory / "ingest.notes"
    number += calls_of_a_start(town, preloads, call[0])
    process = town.spawn("ingest", environment=preload.environment(preloads, fault=f"{call}:{number}:{what}"))
    process.may_die = True
    process.wait_ready()
    asker = town.new_asker("ingest.submit")
    entries = [(town.new_id(), one_report(town, place)) for place in range(6)]
    received = []
    for client_id, entry in entries:
        request = asker.submit("insp-s", client_id, entry)
        if not answered(asker, process):
            break
        received.append(asker.receipt(request))
    asker.close()
    assert len(received) == receipts
    assert process.wait_end() == 1
    assert "no receipt has left" in process.errors() and "未发出任何回执" in process.errors()

    town.start("ingest")
    again = [town.submit(entry, by="insp-s", client_id=client_id) for client_id, entry in entries]
    assert [(receipt.sequence, receipt.stamp_ms) for receipt in again[:receipts]] == [
        (receipt.sequence, receipt.stamp_ms) for receipt in received]
    assert [record.client_id for record in town.journal() if record.account == "insp-s"] == [
        client_id for client_id, _ in entries]
