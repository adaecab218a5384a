"""P7: bad input gets a clear error in Chinese and English that names the field; nothing from outside
stops a daemon or disturbs anybody else.

Form is judged by ingest at once (here); meaning by rules (test_rules_quarantine.py).
"""
import re
import struct

import acts
import entry_pb2 as pb
import link_pb2
import pytest
import query_pb2 as query
import wire
import zmq
from acts import t

MORNING = t("2020-02-10 10:00")
CHINESE = re.compile("[\u4e00-\u9fff]")


@pytest.fixture(scope="module")
def town(settled_for_module):
    """One township for the whole table: nothing in it may disturb the others, which is the point."""
    return settled_for_module("2020-02-10 10:00")


def report(**changes):
    entry = acts.report("COUR-1", "insp-n", MORNING, fails=["DS-01"])
    for name, value in changes.items():
        setattr(entry.report, name, value)
    return entry


def answers(*changes):
    entry = report()
    del entry.report.answers[:]
    entry.report.answers.extend(pb.Answer(**{"item": "DS-01", "result": pb.RESULT_FAIL, **change})
                                for change in changes)
    return entry


def evidence(*changes):
    entry = report()
    del entry.report.evidence[:]
    base = acts.photo("a.jpg")
    for change in changes:
        row = entry.report.evidence.add()
        row.CopyFrom(base)
        for name, value in change.items():
            setattr(row, name, value)
    return entry


def about(body, /, **fields):
    return pb.Entry(**{body: fields})


PLACE = {"place": {"site": "COUR-1", "item": "DS-01"}}

# what, entry, the field that the refusal must name
FORM = [
    ("nothing at all", pb.Entry(), "entry"),
    ("no reporter", report(reporter=""), "report.reporter"),
    ("a reporter that is no code", report(reporter="insp n"), "report.reporter"),
    ("a code of 33 letters", report(reporter="a" * 33), "report.reporter"),
    ("no site", report(site=""), "report.site"),
    ("a site with a slash", report(site="COUR/1"), "report.site"),
    ("a site in Chinese", report(site="快递点"), "report.site"),
    ("no device time", report(device_time_ms=0), "report.device_time_ms"),
    ("a negative device time", report(device_time_ms=-1), "report.device_time_ms"),
    ("a device time in 1999", report(device_time_ms=t("1999-12-31 00:00")), "report.device_time_ms"),
    ("a device time in 2100", report(device_time_ms=t("2100-01-02 00:00")), "report.device_time_ms"),
    ("the largest device time", report(device_time_ms=2**63 - 1), "report.device_time_ms"),
    ("a start after the end", report(started_at_ms=MORNING + 1), "report.started_at_ms"),
    ("an absurd zone", report(device_offset_minutes=841), "report.device_offset_minutes"),
    ("no purpose", report(purpose=0), "report.purpose"),
    ("no outcome", report(outcome=0), "report.outcome"),
    ("attempted, yet with answers", report(outcome=pb.VISIT_OUTCOME_ATTEMPTED), "report.answers"),
    ("a remark of 2001 bytes", report(text="a" * 2001), "report.text"),
    ("an answer without item", answers({"item": ""}), "report.answers[0].item"),
    ("an answer without result", answers({}, {"item": "DS-02", "result": 0}), "report.answers[1].result"),
    ("the same item twice", answers({}, {"item": "DS-02"}, {}), "report.answers[2].item"),
    ("fixed at once, and passed", answers({"result": pb.RESULT_PASS, "fixed_now": True}),
     "report.answers[0].fixed_now"),
    ("a note of 2001 bytes", answers({"note": "a" * 2001}), "report.answers[0].note"),
    ("a number beyond belief", answers({"number_milli": 2**62}), "report.answers[0].number_milli"),
    ("201 answers", answers(*({"item": f"X-{number}"} for number in range(201))), "report.answers"),
    ("evidence without a name", evidence({"name": ""}), "report.evidence[0].name"),
    ("evidence with a control character", evidence({"name": "a\nb.jpg"}), "report.evidence[0].name"),
    ("a digest of 31 bytes", evidence({"sha256": bytes(31)}), "report.evidence[0].sha256"),
    ("an empty photo", evidence({"size_bytes": 0}), "report.evidence[0].size_bytes"),
    ("a photo of 5 GiB", evidence({"size_bytes": 5 << 30}), "report.evidence[0].size_bytes"),
    ("two photos of one name", evidence({}, {}), "report.evidence[1].name"),
    ("101 photos", evidence(*({"name": f"{number}.jpg"} for number in range(101))), "report.evidence"),
    ("north of the pole",
     pb.Entry(report=pb.Report(**{"reporter": "insp-n", "device_time_ms": MORNING, "site": "COUR-1",
        "purpose": 1, "outcome": 1, "position": pb.Position(latitude_e7=900000001)})), "report.position.latitude_e7"),
    ("a claim about nothing", about("claim"), "claim.case"),
    ("a claim by a short id", about("claim", case_={"id": b"short"}), "claim.case.id"),
    ("a claim without item", about("claim", case_={"place": {"site": "COUR-1"}}), "claim.case.place.item"),
    ("an acknowledgement of nothing", about("acknowledgement"), "acknowledgement.case"),
    ("an assignment to nobody", about("assignment", case_=PLACE), "assignment.owner"),
    ("an approval of nothing", about("approval", case_=PLACE, decision=1), "approval.matter"),
    ("an approval without decision", about("approval", case_=PLACE, matter=1), "approval.decision"),
    ("a refusal without reason", about("approval", case_=PLACE, matter=1, decision=2, reason="  "), "approval.reason"),
    ("an extension without time", about("extension", case_=PLACE, reason="x"), "extension.new_due_ms"),
    ("an extension without reason", about("extension", case_=PLACE, new_due_ms=MORNING), "extension.reason"),
    ("an explanation without reason", about("overdue_explanation", case_=PLACE, expected_at_ms=MORNING),
     "overdue_explanation.reason"),
    ("an edit without reason", about("case_edit", case_=PLACE, level="A"), "case_edit.reason"),
    ("an edit of nothing", about("case_edit", case_=PLACE, reason="x"), "case_edit.level"),
    ("a suspension of nothing", about("suspension", reason="x"), "suspension.case"),
    ("a suspension without reason", about("suspension", site="COUR-1"), "suspension.reason"),
    ("the arrival of a nameless photo", about("evidence_arrival", report_sequence=1, sha256=bytes(32), size_bytes=1),
     "evidence_arrival.name"),
    ("an arrival for no report", about("evidence_arrival", name="a", sha256=bytes(32), size_bytes=1),
     "evidence_arrival.report_sequence"),
    ("a release of nothing", about("release"), "release.sequence"),
    ("a rejection without reason", about("release", sequence=1, rejected=True), "release.reason"),
    ("a skip of what is not there yet", about("skip", sequence=10**9, reason="x"), "skip.sequence"),
    ("a skip without reason", about("skip", sequence=1), "skip.reason"),
    ("an area without kind", about("area_change", code="c1", zone="north", name={"zh": "社区"}), "area_change.kind"),
    ("an area without a Chinese name", about("area_change", code="c1", kind=1, zone="north", name={"en": "x"}),
     "area_change.name.zh"),
    ("a site without a name", about("site_change", code="X", kind="COUR", area="c1"), "site_change.name"),
    ("a role without scope", about("role_holder_change", account="x", title={"zh": "x"}, roles=[{"role": 3}]),
     "role_holder_change.roles[0].scope"),
    ("a scope without need", about("role_holder_change", account="x", title={"zh": "x"},
                                   roles=[{"role": 1, "scope": "north"}]), "role_holder_change.roles[0].scope"),
    ("one's own deputy", about("role_holder_change", account="x", title={"zh": "x"}, deputy="x"),
     "role_holder_change.deputy"),
    ("an unknown language", about("role_holder_change", account="x", title={"zh": "x"}, language="fr"),
     "role_holder_change.language"),
    ("a name of 501 bytes", about("role_holder_change", account="x", title={"zh": "x"}, name={"clear": "a" * 501}),
     "role_holder_change.name"),
    ("a pack path that leaves the pack", about("policy_file", pack_sha256=bytes(32), path="../x", pieces=1, files=1),
     "policy_file.path"),
    ("a piece beyond the last", about("policy_file", pack_sha256=bytes(32), path="x", piece=1, pieces=1, files=1),
     "policy_file.piece"),
    ("a revocation without reason", about("policy_revocation", pack_sha256=bytes(32)), "policy_revocation.reason"),
    ("a retry of nothing", about("dead_letter_retry", reason="x"), "dead_letter_retry.notice"),
    ("a settlement without reason", about("dead_letter_settlement", notice=1, reason=" "), "dead_letter_settlement.reason"),
    ("an alarm of nobody", about("alarm_settlement", kind=3, reason="x"), "alarm_settlement.account"),
    ("an activation without approver", about("policy_activation", pack_sha256=bytes(32)), "policy_activation.approver"),
]


def unchanged(town, act, counter):
    """Do it; the journal and what rules knows stay as they are, and the counter has moved by one."""
    before, rules, count = town.ingest_status(), town.rules_status(), town.metrics("ingest")[counter]
    result = act()
    after = town.ingest_status()
    assert (after.last_sequence, after.digest) == (before.last_sequence, before.digest)
    assert town.rules_status().state_digest == rules.state_digest
    assert town.metrics("ingest")[counter] == count + 1
    return result


def is_clear(refusal, field):
    assert refusal.field == field or refusal.field.startswith(field + "."), f"{refusal.field}: {refusal.en}"
    assert CHINESE.search(refusal.zh) and refusal.en and not CHINESE.search(refusal.en)
    assert refusal.retry_after_ms == 0, "for good means: not later either"


def refused(town, entry, by="insp-n", client_id=None):
    with pytest.raises(wire.Refused) as info:
        town.submit(entry, by=by, client_id=client_id)
    return info.value.refusal


@pytest.mark.parametrize("entry, field", [row[1:] for row in FORM], ids=[row[0] for row in FORM])
def test_p7_a_faulty_form_is_refused_at_once_and_the_field_is_named(town, entry, field):
    by = "operator" if entry.WhichOneof("body") == "skip" else "insp-n"
    refusal = unchanged(town, lambda: refused(town, entry, by=by), "duban_ingest_invalid_total")
    assert refusal.code == link_pb2.REFUSAL_CODE_INVALID
    is_clear(refusal, field)


BYTES = [
    ("not UTF-8", b"\x0a\x06\x0a\x04\xc3\x28ab", "report.reporter"),
    ("a zero byte inside", b"\x0a\x06\x0a\x04a\x00bc", "report.reporter"),
    ("half a surrogate pair", b"\x0a\x05\x0a\x03\xed\xa0\x80", "report.reporter"),
    ("an overlong zero", b"\x0a\x04\x0a\x02\xc0\x80", "report.reporter"),
    ("purpose 99", b"\x0a\x02\x38\x63", "report.purpose"),
    ("result 99", b"\x0a\x04\x4a\x02\x10\x63", "report.answers[0].result"),
    ("field 99 of a report", b"\x0a\x03\x98\x06\x01", "report"),
    ("a body of a later version", b"\xfa\x7f\x00", "#2047"),
    ("cut off", b"\x0a\x10\x0a", "entry"),
    ("2 GiB are said to follow", b"\x0a\xff\xff\xff\xff\x07", "entry"),
    ("nested ten thousand deep", b"\x0a" * 10000, "report"),
    ("ones only", b"\xff" * 64, "entry"),
    ("one body over and over", b"\x0a\x00" * 10000, "report"),
]


@pytest.mark.parametrize("payload, field", [row[1:] for row in BYTES], ids=[row[0] for row in BYTES])
def test_p7_bytes_that_are_no_entry_are_refused(town, payload, field):
    refusal = unchanged(town, lambda: refused(town, payload), "duban_ingest_invalid_total")
    assert refusal.code == link_pb2.REFUSAL_CODE_INVALID
    is_clear(refusal, field)


def test_p7_an_entry_of_64_kib_is_taken_and_one_byte_more_is_not(town):
    limit = 64 * 1024
    entry = report(text="x" * 200)
    while entry.ByteSize() < limit - 1200:
        entry.report.answers.add(item=f"N-{len(entry.report.answers)}", result=pb.RESULT_NOT_CHECKED, note="n" * 500)
    while entry.ByteSize() < limit:
        entry.report.text += "x"
    assert entry.ByteSize() == limit and len(entry.report.text) <= 2000
    assert town.submit(entry, by="insp-n").sequence
    town.settle()
    entry.report.text += "x"
    refusal = unchanged(town, lambda: refused(town, entry), "duban_ingest_invalid_total")
    is_clear(refusal, "entry")
    assert "64" in refusal.zh and "64" in refusal.en


@pytest.mark.parametrize("client_id", [b"", bytes(16), b"short", b"x" * 17])
def test_p7_a_submission_needs_a_client_id_of_16_bytes(town, client_id):
    asker = town.asker("ingest.submit")

    def act():
        with pytest.raises(wire.Refused) as info:
            asker.receipt(asker.submit("insp-n", client_id, report()))
        return info.value.refusal
    is_clear(unchanged(town, act, "duban_ingest_invalid_total"), "client_id")


@pytest.mark.parametrize("account", ["", "no such account!", "a" * 33, "账号"])
def test_p7_a_submission_needs_an_account(town, account):
    is_clear(unchanged(town, lambda: refused(town, report(), by=account), "duban_ingest_invalid_total"), "account")


@pytest.mark.parametrize("entry, by", [
    (pb.Entry(tick=pb.Tick()), "ingest"),
    (pb.Entry(tick=pb.Tick()), "operator"),
    (pb.Entry(engine_version=pb.EngineVersion(version=2)), "operator"),
    (pb.Entry(skip=pb.Skip(sequence=1, reason="x")), "insp-n"),
    (pb.Entry(outcomes=pb.Outcomes(outcomes=[pb.Outcome(notice=1, grade=pb.GRADE_DELIVERED)])), "notify"),
])
def test_p7_what_only_the_house_may_say_is_forbidden_here(town, entry, by):
    refusal = unchanged(town, lambda: refused(town, entry, by=by), "duban_ingest_forbidden_total")
    assert refusal.code == link_pb2.REFUSAL_CODE_FORBIDDEN and CHINESE.search(refusal.zh) and refusal.en


def test_p7_the_socket_for_outcomes_takes_outcomes_only(town):
    asker = town.asker("ingest.outcome")

    def act():
        with pytest.raises(wire.Refused) as info:
            asker.receipt(asker.submit("notify", town.new_id(), report()))
        return info.value.refusal
    assert unchanged(town, act, "duban_ingest_forbidden_total").code == link_pb2.REFUSAL_CODE_FORBIDDEN


# ---------------------------------------------------------------- frames

SUBMIT = link_pb2.Submit(request_id=1, account="insp-n", client_id=b"never-journaled!",
                         entry=report().SerializeToString())
GOOD = wire.header(wire.SUBMIT)
BAD_FRAMES = {
    "one frame": [GOOD],
    "three frames": [GOOD, SUBMIT.SerializeToString(), b""],
    "a short header": [GOOD[:31], SUBMIT.SerializeToString()],
    "a long header": [GOOD + b"\0", SUBMIT.SerializeToString()],
    "an empty header": [b"", SUBMIT.SerializeToString()],
    "another magic": [wire.header(wire.SUBMIT, magic=b"XX"), SUBMIT.SerializeToString()],
    "another version": [wire.header(wire.SUBMIT, version=2), SUBMIT.SerializeToString()],
    "reserved bits": [wire.header(wire.SUBMIT, reserved=1), SUBMIT.SerializeToString()],
    "flags": [wire.header(wire.SUBMIT, flags=1), SUBMIT.SerializeToString()],
}


# Where what is malformed at each socket is counted.
COUNTERS = {
    "ingest.submit": "duban_ingest_bad_frames_total", "ingest.outcome": "duban_ingest_bad_frames_total",
    "ingest.query": "duban_ingest_bad_frames_total", "ingest.log": "duban_ingest_bad_frames_total",
    "rules.query": "duban_rules_bad_frames_total", "rules.outbox": "duban_rules_link_refused_total",
    "notify.query": "duban_notify_bad_frames_total",
}
QUERY_SOCKETS = [endpoint for endpoint in COUNTERS if endpoint.endswith(".query")]


def counted(town, endpoint):
    return town.metrics(endpoint.partition(".")[0])[COUNTERS[endpoint]]


@pytest.mark.parametrize("endpoint", COUNTERS)
@pytest.mark.parametrize("what", BAD_FRAMES)
def test_p7_malformed_frames_are_dropped_and_nobody_is_disturbed(town, endpoint, what):
    before, count = town.ingest_status(), counted(town, endpoint)
    asker = town.new_asker(endpoint)
    asker.socket.send_multipart(BAD_FRAMES[what])
    if endpoint in ("ingest.submit", "ingest.outcome"):
        # The one behind it on the same socket is answered: the bad one did not wedge it.
        good = acts.report("COUR-1", "insp-n", MORNING, fails=["bad item"])
        with pytest.raises(wire.Refused):
            asker.receipt(asker.submit("insp-n", town.new_id(), good))
    elif endpoint.endswith(".query"):
        assert asker.reply(asker.query(query.Query(status=query.StatusQuery())))
    else:
        assert wire.Frame(received(asker.socket)).kind == wire.REFUSE
    asker.close()
    town.settle()
    assert town.ingest_status().last_sequence == before.last_sequence
    assert counted(town, endpoint) == count + 1


def received(socket):
    assert socket.poll(wire.PATIENCE_MS), "no answer"
    return socket.recv_multipart()


@pytest.mark.parametrize("endpoint", COUNTERS)
def test_p7_another_version_is_told_so_in_both_languages(town, endpoint):
    """Not the request's own answer (nobody here can read its number), but words for whoever looks why."""
    asker = town.new_asker(endpoint)
    asker.socket.send_multipart([wire.header(wire.SUBMIT, version=2), b"whatever comes then"])
    frame = wire.Frame(received(asker.socket))
    asker.close()
    if frame.kind == wire.REFUSAL:
        is_clear(link_pb2.Refusal.FromString(frame.body), "frame.version")
    elif frame.kind == wire.REPLY:
        fault = query.Reply.FromString(frame.body).fault
        assert fault.field == "frame.version" and CHINESE.search(fault.zh) and fault.en
    else:
        refuse = link_pb2.Refuse.FromString(frame.body)
        assert refuse.reason == link_pb2.REFUSE_REASON_VERSION
        assert "frame.version" in refuse.detail and CHINESE.search(refuse.detail)
    town.visit("GATE-1", passes=["GT-01"])


@pytest.mark.parametrize("endpoint", ["ingest.log", "rules.outbox"])
@pytest.mark.parametrize("cursor", [0, 1])
def test_p7_a_consumer_of_another_lineage_is_refused_and_counted(town, endpoint, cursor):
    lineage, count = town.ingest_status().lineage, counted(town, endpoint)
    asker = town.new_asker(endpoint)
    hello = link_pb2.Hello(consumer="x", lineage=lineage + 1, cursor=cursor, digest=bytes(32))
    asker.socket.send_multipart([wire.header(wire.HELLO, lineage + 1), hello.SerializeToString()])
    frame = wire.Frame(received(asker.socket))
    asker.close()
    assert frame.kind == wire.REFUSE
    refuse = link_pb2.Refuse.FromString(frame.body)
    assert refuse.reason == link_pb2.REFUSE_REASON_LINEAGE
    assert "lineage" in refuse.detail and CHINESE.search(refuse.detail)
    assert counted(town, endpoint) == count + 1
    town.visit("GATE-1", passes=["GT-01"])
    town.settle()


@pytest.mark.parametrize("kind", [0, 1, 2, 5, 10, 33, 34, 47, 49, 50, 255])
def test_p7_frames_of_a_kind_that_nobody_waits_for_are_dropped(town, kind):
    for endpoint in ("ingest.submit", *QUERY_SOCKETS):
        count, asker = counted(town, endpoint), town.new_asker(endpoint)
        asker.socket.send_multipart([wire.header(kind), SUBMIT.SerializeToString()])
        if endpoint == "ingest.submit":
            with pytest.raises(wire.Refused):
                asker.receipt(asker.submit("insp-n", town.new_id(), pb.Entry()))
        else:
            fault = query.Reply.FromString(wire.Frame(received(asker.socket)).body).fault
            assert fault.field == "frame.type" and CHINESE.search(fault.zh) and fault.en
            assert asker.reply(asker.query(query.Query(status=query.StatusQuery())))
            assert counted(town, endpoint) == count + 1
        asker.close()


def test_p7_a_submit_whose_body_is_not_one_is_refused_or_dropped(town):
    before = town.ingest_status().last_sequence
    asker = town.new_asker("ingest.submit")
    for body in (b"", b"\xff" * 100, b"\x08", SUBMIT.SerializeToString()[:-5], b"\x08\x07" * 100):
        asker.socket.send_multipart([GOOD, body])
    with pytest.raises(wire.Refused) as info:
        asker.receipt(asker.submit("insp-n", town.new_id(), pb.Entry()))
    assert info.value.field == "entry"
    told = asker.early[0]   # of a body that is none, nobody knows the number: the last of these answers
    is_clear(told, "submit")
    asker.close()
    assert town.ingest_status().last_sequence == before


def test_p7_a_message_beyond_the_limit_ends_that_connection_only(town):
    asker = town.new_asker("ingest.submit")
    asker.socket.send_multipart([GOOD, bytes(2 * 1024 * 1024)])
    asker.close()
    assert town.ingest_status().last_sequence
    town.visit("GATE-1", passes=["GT-01"])


@pytest.mark.parametrize("endpoint", ["ingest.log", "rules.outbox"])
def test_p7_a_link_consumer_that_talks_nonsense_is_refused(town, endpoint):
    lineage = town.ingest_status().lineage
    for hello in (b"\xff\xff", b"", link_pb2.Hello(consumer="no code!").SerializeToString(),
                  link_pb2.Hello(consumer="x", cursor=1, lineage=lineage, digest=b"short").SerializeToString(),
                  link_pb2.Hello(consumer="x" * 40).SerializeToString(),
                  link_pb2.Hello(consumer="x", cursor=2**63, lineage=lineage, digest=bytes(32)).SerializeToString()):
        socket = town.context.socket(zmq.DEALER)
        socket.linger = 0
        socket.connect(town.endpoint(endpoint))
        socket.send_multipart([wire.header(wire.HELLO), hello])
        assert socket.poll(wire.PATIENCE_MS)
        frame = wire.Frame(socket.recv_multipart())
        assert frame.kind in (wire.REFUSE, wire.BYE), frame.kind
        socket.close()


def test_p7_a_consumer_within_its_session_may_say_anything(town):
    """Stale epochs, other lineages, credit beyond measure, cursors from nowhere, other people's frames."""
    reader = town.reader()
    reader.say(wire.CREDIT, link_pb2.Credit(records=5), epoch=reader.epoch + 1)
    reader.say(wire.CREDIT, link_pb2.Credit(records=5), lineage=reader.lineage + 1)
    reader.say(wire.CURSOR, link_pb2.Cursor(sequence=2**63))
    reader.close()
    reader = town.reader()
    for _ in range(5):
        reader.say(wire.CREDIT, link_pb2.Credit(records=2**32 - 1, bytes=2**32 - 1))
    last, frame = reader.greeting.last_sequence, reader.take((wire.BATCH, wire.BYE, wire.REFUSE))
    if frame.kind == wire.BATCH:
        reader.unpack(frame)
    reader.socket.send_multipart([wire.header(wire.BATCH, reader.lineage, reader.epoch, last + 1),
                                  struct.pack(">IIQQ", 9, 9, 9, 9)])
    reader.socket.send_multipart([wire.header(wire.CREDIT, reader.lineage, reader.epoch), b"\xff" * 9])
    reader.close()
    town.visit("GATE-1", passes=["GT-01"])
    assert town.journal()[-1].sequence >= last


def test_p7_only_rules_wakes_the_clock(town):
    before = town.ingest_status()
    reader = town.reader()
    reader.say(wire.WAKE, link_pb2.Wake(due_ms=before.clock_ms))
    reader.say(wire.WAKE, link_pb2.Wake(due_ms=-5))
    reader.credit()
    reader.take((wire.BATCH, wire.BYE, wire.REFUSE))   # so that the WAKEs before have been read
    reader.close()
    town.settle()
    after = town.ingest_status()
    assert (after.last_sequence, after.wake_ms) == (before.last_sequence, before.wake_ms)


# ---------------------------------------------------------------- of the right form, and yet against all sense

def test_p7_a_report_from_tomorrow_is_taken_for_now_and_marked(town):
    """A wrong clock in somebody's telephone is no reason to lose what was seen."""
    before, count = town.ingest_status(), town.metrics("ingest")["duban_ingest_invalid_total"]
    sequence = town.visit("GATE-1", at=before.clock_ms + 36 * acts.HOUR, passes=["GT-01"])
    town.settle()
    doubtful = [fact for fact in town.facts(kind="time_doubtful") if fact.entry_sequence == sequence]
    assert len(doubtful) == 1, "kept, and marked once"
    assert town.metrics("ingest")["duban_ingest_invalid_total"] == count
    other = town.visit("GATE-1", passes=["GT-01"])
    town.settle()
    assert not [fact for fact in town.facts(kind="time_doubtful") if fact.entry_sequence == other]


def test_p7_a_claim_that_contradicts_the_case_is_kept_for_the_clerk_and_counted(town):
    count, held = town.metrics("rules")["duban_rules_entries_quarantined_total"], len(town.quarantine())
    receipt = town.submit(about("claim", case_={"place": {"site": "GATE-1", "item": "GT-01"}}), by="site-gate-1")
    town.settle()
    row, = [row for row in town.quarantine() if row.sequence == receipt.sequence]
    assert row.field == "case" and CHINESE.search(row.zh) and row.en
    assert len(town.quarantine()) == held + 1
    assert town.metrics("rules")["duban_rules_entries_quarantined_total"] == count + 1


# ---------------------------------------------------------------- questions

@pytest.mark.parametrize("daemon, body", [
    ("ingest", {"cases": query.CasesQuery()}), ("rules", {"clock_accept": query.ClockAccept()}),
    ("notify", {"cases": query.CasesQuery()}), ("rules",
                                                {"vault_read": query.VaultRead(tokens=[bytes(16)], purpose=1)}),
    ("ingest", {}), ("rules", {}), ("notify", {}),
    ("ingest", {"clock_advance": query.ClockAdvance(to_ms=1)}),
    ("ingest", {"vault_read": query.VaultRead(tokens=[b"short"], purpose=1)}),
    ("ingest", {"vault_read": query.VaultRead(tokens=[bytes(16)])}),
    ("ingest", {"vault_read": query.VaultRead(tokens=[bytes([n]) * 16 for n in range(65)], purpose=1)}),
    ("rules", {"case_": query.CaseQuery(number=999)}), ("rules", {"case_": query.CaseQuery()}),
    ("rules", {"rows": query.RowsQuery(table="no such table")}),
])
def test_p7_a_question_that_cannot_be_answered_is_a_fault_in_both_languages(town, daemon, body):
    with pytest.raises(wire.Fault) as info:
        town.ask(daemon, **body)
    assert CHINESE.search(info.value.fault.zh) and info.value.fault.en and not info.value.later


@pytest.mark.parametrize("daemon", ["ingest", "rules", "notify"])
def test_p7_nonsense_questions_leave_the_daemon_answering(town, daemon):
    count, asker = counted(town, f"{daemon}.query"), town.new_asker(f"{daemon}.query")
    for body in (b"", b"\xff" * 50, b"\x08\x01" * 3000, query.Query(request_id=1, limit=2**32 - 1, after=bytes(5000),
                 cases=query.CasesQuery()).SerializeToString(), query.Query(request_id=2, min_sequence=2**63,
                 wait_ms=2**32 - 1, status=query.StatusQuery()).SerializeToString()):
        asker.socket.send_multipart([wire.header(wire.QUERY), body])
    asker.last = 100                                   # those above have small numbers
    assert asker.reply(asker.query(query.Query(status=query.StatusQuery())))
    assert counted(town, f"{daemon}.query") == count + 1, "the ones only: a field that comes again is no fault"
    asker.close()
    assert town.ask(daemon, status=query.StatusQuery())


def test_p7_a_question_for_what_is_not_there_yet_waits_and_then_says_later(town):
    with pytest.raises(wire.Fault) as info:
        town.rules_status(min_sequence=town.ingest_status().last_sequence + 1, wait_ms=1)
    assert info.value.later
