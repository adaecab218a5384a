"""P5: replaying the journal from nothing gives the same state digest and the same outbox digest.

`duban replay --verify` runs after every test of this suite (conftest.py); here it must also find
what is wrong, and a rules daemon that starts with nothing must come to the same place.
"""
import acts
import entry_pb2 as pb
import link_pb2
import pytest
import query_pb2 as query
import wire
from acts import DAY
from days import days
from township import PACK, ROOT, registry

PACK_OF_5 = ROOT / "tests/packs/epidemic-of-era-5"   # as it was shipped then


def live(town, seed=5, entries=40):
    """Some days with all that may happen in them."""
    for at_ms, burst in days(seed, entries):
        town.until(at_ms)
        town.submit_all([(account, entry) for account, entry in burst])
        town.settle()
    town.until(town.now + 2 * DAY)
    return town


def place(town):
    status = town.rules_status()
    return (status.cursor, status.state_digest, status.outbox_last, status.outbox_digest, status.fact_last,
            status.open_cases, status.quarantined)


def rows(town):
    tables = town.ask("rules", rows=query.RowsQuery()).rows.tables
    assert len(tables) > 10
    return {table: town.table(table) for table in tables}


@pytest.fixture(scope="module")
def lived(settled_for_module):
    return live(settled_for_module("2020-02-10 07:00"))


def begin_again(town, **settings):
    """rules with nothing, applying the journal from its first entry."""
    if town.is_running("rules"):
        town.kill("rules")
    for path in town.data("rules").iterdir():
        path.unlink()
    town.settings["rules"].update(settings)
    town.start("rules")
    town.settle()


def test_p5_a_replay_from_nothing_comes_to_the_same_place(lived):
    done = lived.replay()
    assert done.returncode == 0 and done.stdout


def test_p5_rules_started_on_an_empty_directory_rebuilds_every_row(lived):
    before, all_rows = place(lived), rows(lived)
    notices = [record.record.SerializeToString() for record in lived.outbox()]
    begin_again(lived)
    assert place(lived) == before
    assert rows(lived) == all_rows
    assert [record.record.SerializeToString() for record in lived.outbox()] == notices
    ids = [line["id"] for line in lived.spool()]
    assert len(ids) == len(set(ids)), "what was sent is not sent again"


@pytest.mark.parametrize("size", [1, 2, 3, 7])
def test_p5_the_result_does_not_depend_on_where_firing_is_split(lived, size):
    before, all_rows = place(lived), rows(lived)
    begin_again(lived, events_per_transaction=size)
    assert place(lived) == before and rows(lived) == all_rows


def test_p5_replay_finds_a_difference(settled):
    town = live(settled("2020-02-10 07:00"), entries=10)
    town.verify = False
    town.stop("rules")
    data = town.data("rules") / "data.mdb"
    content = data.read_bytes()
    assert b"site-cour-1" in content
    data.write_bytes(content.replace(b"site-cour-1", b"site-cour-2"))   # as a bit that rotted would
    town.start("rules")
    done = town.duban("replay", "--verify", "--data", town.directory, check=False)
    assert done.returncode == 1, done.stdout
    assert "site-cour" in done.stdout + done.stderr or "holder" in done.stdout + done.stderr, done.stdout + done.stderr


def test_p5_a_damaged_journal_ends_the_replay_and_names_the_entry(settled):
    town = settled("2020-02-10 10:00")
    town.visit("COUR-1", fails=["DS-01"], notes={"DS-01": "one-bit-of-this-rots"})
    town.visit("GATE-1", passes=["GT-01"])
    town.verify = False
    before = next(record.sequence for record in town.journal() if record.kind == "report") - 1
    town.stop("rules")
    town.stop("ingest")
    data = town.data("ingest") / "data.mdb"
    content = data.read_bytes()
    assert b"one-bit-of-this-rots" in content
    data.write_bytes(content.replace(b"one-bit-of-this-rots", b"one-bit-of-this-rotS"))
    town.start("ingest", "rules")
    done = town.duban("--timeout", "2", "replay", "--verify", "--data", town.directory, check=False)
    assert done.returncode == 1, done.stdout
    assert f"第 {before} 号之后读不出来" in done.stderr and f"beyond entry {before}" in done.stderr, done.stderr


def test_p5_the_stream_refuses_a_consumer_that_has_seen_another_content(settled):
    town = settled("2020-02-10 10:00")
    town.visit("COUR-1", fails=["DS-01"])
    reader = town.reader()
    records = reader.read()
    reader.close()
    lineage, cursor = reader.lineage, reader.cursor
    good = wire.Reader(town.context, town.endpoint("ingest.log"), lineage=lineage, cursor=cursor,
                       digest=records[-1].digest)
    good.close()
    for fields, reason in [
        (dict(lineage=lineage, cursor=cursor, digest=bytes(32)), link_pb2.REFUSE_REASON_DIVERGED),
        (dict(lineage=lineage + 1, cursor=cursor, digest=records[-1].digest), link_pb2.REFUSE_REASON_LINEAGE),
        (dict(lineage=lineage, cursor=cursor + 1, digest=records[-1].digest), link_pb2.REFUSE_REASON_AHEAD),
    ]:
        with pytest.raises(wire.LinkRefused) as refused:
            wire.Reader(town.context, town.endpoint("ingest.log"), **fields)
        assert refused.value.reason == reason


def entries_of(folder):
    return acts.pack_entries({path.name: path.read_bytes() for path in sorted(folder.iterdir())})


def put_in_force(town, folder):
    version, entries = entries_of(folder)
    town.submit_all([("operator", entry) for entry in entries])
    town.settle()
    assert town.rules_status().policy_version == version and not town.quarantine()


def some_days(town, until, site):
    """One finding that is late, one that goes the whole way."""
    town.visit(site, fails=["DS-01"])
    town.visit("SHOP-1", fails=["DS-01"])
    town.enter(acts.claim("SHOP-1", "DS-01"), by="site-shop-1")
    town.until(until)
    town.visit("SHOP-1", passes=["DS-01"], purpose=pb.PURPOSE_REVISIT)


def test_p5_a_house_that_goes_over_to_the_new_pack_and_back_replays_as_it_went(make_town):
    town = make_town(rehearsal="2020-01-20 00:00").start("ingest")
    town.submit(pb.Entry(engine_version=pb.EngineVersion(version=5)), by="rules")   # as the engine of then began its journal
    version, entries = entries_of(PACK_OF_5)
    receipts = town.submit_all([("operator", entry) for entry in registry() + entries])
    town.start("rules", "notify")
    town.ingest_status(min_sequence=len(receipts) + 2)   # the engine of now begins its era with an entry of its own
    town.settle()
    assert town.rules_status().policy_version == version and not town.quarantine()
    town.jump("2020-02-10 10:00")
    some_days(town, "2020-02-12 10:00", "COUR-1")
    put_in_force(town, PACK)
    some_days(town, "2020-02-14 10:00", "GATE-1")
    put_in_force(town, PACK_OF_5)
    some_days(town, "2020-02-16 10:00", "DORM-1")
    place_then, rows_then = place(town), rows(town)
    begin_again(town)
    assert place(town) == place_then and rows(town) == rows_then
    assert town.replay().returncode == 0


def tell_outcomes(town, notices, retry, grade):
    """As notify tells them."""
    asker = town.asker("ingest.outcome")
    rows = [pb.Outcome(notice=notice, retry=retry, grade=grade, channel="webhook", detail="HTTP 500", attempts=3) for notice in notices]
    asker.receipt(asker.submit("notify", town.new_id(), pb.Entry(outcomes=pb.Outcomes(outcomes=rows))))


def test_p5_what_failed_and_was_sent_again_under_earlier_engines_replays_as_it_went(make_town):
    """An engine of era 6 told nobody of a dead letter, one of era 7 does; both sent it again under the number of that."""
    town = make_town(rehearsal="2020-02-10 10:00").start("ingest")
    failed, sendings = [2, 3], {6: 0, 7: 1}   # behind the texts of the pack
    town.submit(pb.Entry(engine_version=pb.EngineVersion(version=5)), by="rules")
    town.submit_all([("operator", entry) for entry in registry() + entries_of(PACK_OF_5)[1]])
    for site, by in (("COUR-1", "insp-n"), ("SHOP-1", "insp-s")):
        town.submit(acts.report(site, by, town.now, fails=["DS-01"]), by=by)
    for era, sending in sendings.items():
        town.submit(pb.Entry(engine_version=pb.EngineVersion(version=era)), by="rules")
        tell_outcomes(town, failed, sending, pb.GRADE_DEAD)
        for notice in failed:
            town.submit(pb.Entry(dead_letter_retry=pb.DeadLetterRetry(notice=notice, reason="渠道已修好")), by="clerk")
    town.start("rules", "notify")
    town.settle()
    outbox = town.outbox()
    notices = {sequence: record.record.notice for sequence, record in enumerate(outbox, 1) if record.kind == "notice"}
    assert not town.quarantine() and set(failed) <= set(notices)
    assert sorted((record.record.resend.notice, record.record.resend.retry) for record in outbox if record.kind == "resend") == \
        sorted((sequence, sending + 1) for sequence in failed for sending in sendings.values())
    assert [notice.kind for notice in notices.values()].count("delivery_failure") > 0, "told by era 7"
    assert min(sequence for sequence, notice in notices.items() if notice.kind == "delivery_failure") > \
        max(sequence for sequence, record in enumerate(outbox, 1) if record.kind == "resend" and record.record.resend.retry == 1)
    place_then, rows_then = place(town), rows(town)
    begin_again(town)
    assert place(town) == place_then and rows(town) == rows_then
    assert town.replay().returncode == 0
