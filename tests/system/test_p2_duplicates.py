"""P2: a submission is known by (account, client id). The same again gets the same receipt and has
one effect, however often, late or concurrently, whatever its envelope; the same id with other
content is a conflict: refused clearly, kept for review, never overwritten.
"""
import random

import acts
import entry_pb2 as pb
import link_pb2
import pytest
import query_pb2 as query
import wire
from acts import t

MORNING = "2020-02-10 10:00"


def a_report(text="", item="DS-01", site="SHOP-1"):
    return acts.report(site, "insp-s", t(MORNING), fails=[item], text=text)


def place(receipt):
    return receipt.sequence, receipt.stamp_ms


def of_id(town, client_id):
    return [record for record in town.journal() if record.client_id == client_id]


def one_effect(town, receipt):
    """The case stands once, and what it brought was said once."""
    case = town.case("SHOP-1", "DS-01")
    assert case.opened_by_sequence == receipt.sequence
    assert len(town.case_rows()) == 1
    assert len(town.facts(case.id, "opened")) == 1
    assert sorted(row.notice.recipient.account for row in town.notices(case, kind="case_opened")) == sorted(
        {row.notice.recipient.account for row in town.notices(case, kind="case_opened")})
    assert len([visit for visit in town.rows("rules", visits=query.VisitsQuery())]) == 1


def refused(asker, request):
    with pytest.raises(wire.Refused) as caught:
        asker.receipt(request)
    return caught.value.refusal


# ---------------------------------------------------------------- the same again

def test_the_same_again_gets_the_same_receipt_and_has_one_effect(settled):
    town = settled(MORNING)
    client_id, entry = town.new_id(), a_report()
    first = town.submit(entry, by="insp-s", client_id=client_id)
    town.settle()
    for _ in range(5):
        again = town.submit(entry, by="insp-s", client_id=client_id)
        assert place(again) == place(first) and again.duplicate
    assert not first.duplicate
    town.settle()
    assert len(of_id(town, client_id)) == 1
    one_effect(town, first)


def test_concurrently_from_many_sockets_one_is_the_first(settled):
    town = settled(MORNING)
    client_id, entry = town.new_id(), a_report()
    askers = [town.new_asker("ingest.submit") for _ in range(12)]
    requests = [(asker, asker.submit("insp-s", client_id, entry)) for _ in range(20) for asker in askers]
    receipts = [asker.receipt(request) for asker, request in requests]
    for asker in askers:
        asker.close()
    assert len({place(receipt) for receipt in receipts}) == 1
    assert sum(not receipt.duplicate for receipt in receipts) == 1
    town.settle()
    assert len(of_id(town, client_id)) == 1
    one_effect(town, receipts[0])


def test_years_later(settled):
    town = settled(MORNING)
    client_id, entry = town.new_id(), a_report()
    first = town.submit(entry, by="insp-s", client_id=client_id)
    town.settle()
    town.jump("2023-02-10 10:00")
    again = town.submit(entry, by="insp-s", client_id=client_id)
    assert place(again) == place(first) and again.duplicate, "a device that was in a drawer for three years"
    town.settle()
    assert len(of_id(town, client_id)) == 1


@pytest.mark.parametrize("how", ["stop", "kill"])
def test_after_a_restart(settled, how):
    town = settled(MORNING)
    client_id, entry = town.new_id(), a_report()
    first = town.submit(entry, by="insp-s", client_id=client_id)
    getattr(town, how)("ingest")
    town.start("ingest")
    again = town.submit(entry, by="insp-s", client_id=client_id)
    assert place(again) == place(first) and again.duplicate
    town.settle()
    one_effect(town, first)


def test_when_the_receipt_was_lost_in_a_crash(settled):
    """Committed, and killed before it could answer: the sender cannot know, and asks again."""
    town = settled(MORNING)
    town.stop("ingest")
    town.start("ingest", kill_at="ingest.committed")
    client_id, entry = town.new_id(), a_report()
    asker = town.new_asker("ingest.submit")
    asker.submit("insp-s", client_id, entry)
    assert town.wait_death("ingest") == -9
    asker.close()
    town.start("ingest")
    receipt = town.submit(entry, by="insp-s", client_id=client_id)
    assert receipt.duplicate, "it was durable already"
    town.settle()
    assert [record.sequence for record in of_id(town, client_id)] == [receipt.sequence]
    one_effect(town, receipt)


def test_envelope_fields_do_not_count(settled):
    """Another connection, another request id, header fields that say nothing here."""
    town = settled(MORNING)
    client_id, entry = town.new_id(), a_report()
    first = town.submit(entry, by="insp-s", client_id=client_id)
    asker = town.new_asker("ingest.submit")
    for request_id, head in [(0, {}), (2**64 - 1, {}), (7, {"lineage": 12345}), (8, {"epoch": 99}), (9, {"value": 5})]:
        submit = link_pb2.Submit(request_id=request_id, account="insp-s", client_id=client_id,
                                 entry=entry.SerializeToString())
        asker.socket.send_multipart([wire.header(wire.SUBMIT, **head), submit.SerializeToString()])
        again = asker.receipt(request_id)
        assert place(again) == place(first) and again.duplicate
    asker.close()
    town.settle()
    one_effect(town, first)


def test_another_account_with_the_same_id_is_another_submission(settled):
    town = settled(MORNING)
    client_id, entry = town.new_id(), a_report()
    first = town.submit(entry, by="insp-s", client_id=client_id)
    second = town.submit(entry, by="insp-s2", client_id=client_id)
    assert second.sequence != first.sequence and not second.duplicate
    town.settle()
    assert len(of_id(town, client_id)) == 2
    for account, receipt in (("insp-s", first), ("insp-s2", second)):
        status = town.ask("ingest", submission=query.SubmissionQuery(account=account, client_id=client_id)).submission
        assert (status.known, status.sequence, status.stamp_ms) == (True, *place(receipt))


def test_what_is_in_quarantine_is_known_as_well(settled):
    town = settled(MORNING)
    client_id, entry = town.new_id(), a_report(site="NO-SUCH")
    first = town.submit(entry, by="insp-s", client_id=client_id)
    town.settle()
    again = town.submit(entry, by="insp-s", client_id=client_id)
    town.settle()
    assert place(again) == place(first) and again.duplicate
    assert [row.sequence for row in town.quarantine()] == [first.sequence]


def test_personal_fields_in_clear_are_compared_as_they_came(settled):
    """What is journaled holds tokens; the same clear text again is still the same submission."""
    town = settled(MORNING)
    client_id = town.new_id()
    entry = acts.holder("newcomer", [(pb.ROLE_INSPECTOR, "north")], "北片检查员丙", "north inspector 3", phone="13900001111")
    first = town.submit(entry, client_id=client_id)
    again = town.submit(entry, client_id=client_id)
    assert place(again) == place(first) and again.duplicate
    (record,) = of_id(town, client_id)
    assert record.entry.role_holder_change.phone.WhichOneof("value") == "token"
    entry.role_holder_change.phone.clear = "13900002222"
    asker = town.asker("ingest.submit")
    assert refused(asker, asker.submit("operator", client_id, entry)).code == link_pb2.REFUSAL_CODE_CONFLICT
    town.stop("ingest")
    kept = (town.data("ingest") / "data.mdb").read_bytes()
    assert b"13900001111" in kept and b"13900002222" not in kept, "what is kept for review holds no number in clear"


# ---------------------------------------------------------------- the same id, other content

def check_conflict(refusal):
    assert refusal.code == link_pb2.REFUSAL_CODE_CONFLICT
    assert refusal.field == "client_id"
    assert "原记录不变" in refusal.zh and "stays as it is" in refusal.en
    assert refusal.retry_after_ms == 0, "for good"


def test_other_content_under_a_known_id_is_refused_and_kept(settled):
    town = settled(MORNING)
    asker = town.asker("ingest.submit")
    client_id, entry, other = town.new_id(), a_report("the first"), a_report("kept-for-review-7f3a", item="MS-01")
    first = town.submit(entry, by="insp-s", client_id=client_id)
    for _ in range(3):
        check_conflict(refused(asker, asker.submit("insp-s", client_id, other)))
    assert place(town.submit(entry, by="insp-s", client_id=client_id)) == place(first)
    town.settle()
    (record,) = of_id(town, client_id)
    assert record.entry == entry
    assert town.case("SHOP-1", "MS-01") is None
    one_effect(town, first)
    assert town.metrics("ingest")["duban_ingest_conflicts_total"] == 3
    town.stop("ingest")
    assert b"kept-for-review-7f3a" in (town.data("ingest") / "data.mdb").read_bytes()
    town.start("ingest")
    asker = town.asker("ingest.submit")
    check_conflict(refused(asker, asker.submit("insp-s", client_id, other)))
    assert place(town.submit(entry, by="insp-s", client_id=client_id)) == place(first)


def test_of_different_contents_at_once_one_wins(settled):
    town = settled(MORNING)
    askers = [town.new_asker("ingest.submit") for _ in range(8)]
    client_id = town.new_id()
    requests = [(asker, number, asker.submit("insp-s", client_id, a_report(f"version {number}")))
                for _ in range(5) for number, asker in enumerate(askers)]
    receipts, conflicts = [], []
    for asker, number, request in requests:
        answer = asker.answer(request)
        if isinstance(answer, link_pb2.Refusal):
            check_conflict(answer)
            conflicts.append(number)
        else:
            receipts.append((place(answer), number))
    for asker in askers:
        asker.close()
    assert len(set(receipts)) == 1, "one version, one receipt"
    ((_, winner),) = set(receipts)
    assert (len(receipts), len(conflicts)) == (5, 35) and winner not in conflicts
    town.settle()
    (record,) = of_id(town, client_id)
    assert record.entry.report.text == f"version {winner}"


def test_a_conflict_with_an_entry_of_another_kind(settled):
    town = settled(MORNING)
    client_id = town.new_id()
    town.submit(a_report(), by="insp-s", client_id=client_id)
    asker = town.asker("ingest.submit")
    check_conflict(refused(asker, asker.submit("insp-s", client_id, acts.acknowledge("SHOP-1", "DS-01"))))


# ---------------------------------------------------------------- against a model

def test_any_mixture_of_these_against_a_model(settled):
    """A few ids, a few contents, several sockets, restarts in between: a table says what must come."""
    seed = random.randrange(2**32)
    print(f"seed {seed}")
    choose = random.Random(seed)
    town = settled(MORNING)
    ids = [town.new_id() for _ in range(6)]
    contents = [a_report(f"content {number}") for number in range(3)]
    model = {}
    for _ in range(12):
        askers = [town.new_asker("ingest.submit") for _ in range(3)]
        sent = []
        for _ in range(choose.randint(1, 40)):
            key = choose.choice(["insp-s", "insp-s2"]), choose.choice(ids)
            entry = choose.choice(contents[:1] * 4 + contents[1:])
            asker = askers[0] if choose.random() < 0.8 else choose.choice(askers)
            sent.append((key, entry, asker, asker.submit(*key, entry)))
        answers = [(key, entry, asker.answer(request)) for key, entry, asker, request in sent]
        # Between sockets the order is not ours to know: the first receipt tells who was first.
        for key, entry, answer in answers:
            if isinstance(answer, link_pb2.Receipt) and not answer.duplicate:
                assert key not in model, f"{key} was taken twice"
                model[key] = entry.SerializeToString(), place(answer)
        for key, entry, answer in answers:
            content, receipt = model[key]
            if entry.SerializeToString() == content:
                assert place(answer) == receipt
            else:
                check_conflict(answer)
        for asker in askers:
            asker.close()
        if choose.random() < 0.3:
            town.kill("ingest")
            town.start("ingest")
    records = {(record.account, record.client_id): record for record in town.journal() if record.client_id in ids}
    assert {key: (record.payload, (record.sequence, record.stamp_ms)) for key, record in records.items()} == model
