"""Quarantine: what rules cannot apply is kept, told, settled. Architecture P7 and section 4."""
import acts
import entry_pb2 as pb
import pytest
import query_pb2 as query
import state_pb2 as state
import wire
from acts import local_s, t
from township import PACK


def hold(settled, at="2020-02-10 10:00", **report):
    """A report for a site that nobody registered."""
    town = settled(at)
    entry = acts.report("COUR-9", "insp-n", town.now, fails=["DS-01"], **report)
    return town, town.enter(entry, by="insp-n")


def settlements(town):
    return [task for task in town.tasks(kind=state.TASK_KIND_SETTLEMENT, closed_too=True)]


def test_the_sender_is_told_and_somebody_has_to_settle_it(settled):
    town, sequence = hold(settled)
    (row,) = town.quarantine()
    assert (row.sequence, row.account, row.state, row.field) == (sequence, "insp-n", state.QUARANTINE_STATE_HELD,
                                                                 "report.site")
    assert "COUR-9" in row.zh and "COUR-9" in row.en
    assert pb.Entry.FromString(row.entry).report.answers[0].item == "DS-01", "the whole entry is kept"
    (told,) = town.notices(recipient="insp-n", kind="quarantined")
    assert told.notice.items[0].reason_text.zh == row.zh
    (task,) = settlements(town)
    assert (task.quarantined_sequence, task.owner_role, local_s(task.due_s)) == (sequence, pb.ROLE_DUTY_CLERK,
                                                                                 "2020-02-11 10:00")
    assert [row.notice.recipient.account for row in town.notices(kind="settlement_wanted")] == ["clerk"]
    assert town.rules_status().quarantined == 1


def test_what_nobody_settles_is_chased_and_goes_up(settled):
    town, _ = hold(settled)
    town.until("2020-02-12 08:00")
    told = [(local_s(row.notice.decided_at_s), row.notice.recipient.account)
            for row in town.notices(kind="settlement_wanted")]
    assert told[0] == ("2020-02-10 10:00", "clerk") and ("2020-02-11 10:00:01", "clerk") in told
    briefs = [line.kind for row in town.notices(recipient="lead", kind="morning_brief") for line in row.notice.items]
    assert "settlement_wanted" in briefs       # +12 h is 22:00


def test_many_that_are_held_make_one_notice_after_the_first(settled):
    town, first = hold(settled)
    others = [town.enter(acts.report("COUR-9", "insp-n", town.now, fails=["DS-01"]), by="insp-n") for _ in range(6)]
    assert [[item.count for item in row.notice.items] for row in town.notices(recipient="clerk", kind="settlement_wanted")] == [[first]]
    town.until("2020-02-10 10:31")
    told = town.notices(recipient="clerk", kind="settlement_wanted")
    assert [sorted(item.count for item in row.notice.items) for row in told] == [[first], sorted(others)]
    assert len(town.notices(recipient="insp-n", kind="quarantined")) == 5, "its sender hears of five at once"
    (rest,) = town.notices(recipient="insp-n", kind="digest")
    assert [line.kind for line in rest.notice.items] == ["quarantined"] * 2, "and of the others half an hour after the first"


def test_a_release_with_the_right_site_applies_it_at_the_releases_stamp(settled):
    town, sequence = hold(settled)
    town.until("2020-02-10 15:00")
    release = town.enter(acts.release(sequence, site="COUR-1"), by="clerk")
    case = town.case("COUR-1", "DS-01")
    assert case.found_at_ms == t("2020-02-10 10:00"), "its own time of the visit"
    assert local_s(case.due_s) == "2020-02-11 15:00", "the limit runs from when the order is issued"
    assert case.opened_by_sequence == sequence and case.finder == "insp-n"
    assert town.quarantine() == []
    (row,) = town.quarantine(settled_too=True)
    assert (row.state, row.settled_by_sequence) == (state.QUARANTINE_STATE_RELEASED, release)
    assert [task.state for task in settlements(town)] == [state.TASK_STATE_DONE]
    assert town.notices(recipient="insp-n", kind="quarantine_settled")
    town.until("2020-02-11 12:00")
    assert len(town.notices(kind="settlement_wanted")) == 1, "settled is settled"


def test_photos_that_come_later_find_a_released_report(settled):
    town, sequence = hold(settled, photos="missing")
    town.enter(acts.release(sequence, site="COUR-1"), by="clerk")
    town.enter(acts.arrival(sequence, acts.photo("DS-01.jpg")), by="insp-n")
    assert town.quarantine() == [] and town.facts(kind="completed")


def test_a_release_may_correct_items_and_reporter(settled):
    town = settled("2020-02-10 10:00")
    sequence = town.enter(acts.report("COUR-1", "insp-n", town.now, fails=["DS-99"], photos="none"), by="insp-n")
    (row,) = town.quarantine()
    assert row.field == "report.answers[0].item"
    town.enter(acts.release(sequence, reporter="insp-n2", items=[("DS-99", "DS-02")]), by="clerk")
    case = town.case("COUR-1", "DS-02")
    assert case.finder == "insp-n2" and town.quarantine() == []


def test_a_release_that_leaves_it_wrong_leaves_it_held(settled):
    town, sequence = hold(settled)
    town.enter(acts.release(sequence, site="COUR-8"), by="clerk")
    assert [row.sequence for row in town.quarantine()] == [sequence]
    (fact,) = town.facts(kind="contradiction")
    assert fact.act == "release" and "COUR-8" in fact.reason and "COUR-8" in fact.reason_en
    assert town.notices(recipient="clerk", kind="act_declined")
    town.enter(acts.release(sequence, site="COUR-1"), by="clerk")
    assert town.quarantine() == [] and town.case("COUR-1", "DS-01")


def test_a_rejection_is_final_and_changes_nothing_else(settled):
    town, sequence = hold(settled)
    town.enter(acts.reject(sequence, reason="重复记录"), by="clerk")
    (row,) = town.quarantine(settled_too=True)
    assert row.state == state.QUARANTINE_STATE_REJECTED and town.case_rows() == []
    assert [fact.reason for fact in town.facts(kind="rejected")] == ["重复记录"]
    town.enter(acts.release(sequence, site="COUR-1"), by="clerk")
    assert town.quarantine() == []
    assert "退回" in town.facts(kind="contradiction")[0].reason
    assert town.case("COUR-1", "DS-01") is None


def test_a_release_is_applied_once(settled):
    town, sequence = hold(settled)
    town.enter(acts.release(sequence, site="COUR-1"), by="clerk")
    town.enter(acts.release(sequence, site="COUR-1"), by="clerk")
    assert len(town.case_rows()) == 1 and town.quarantine() == []
    assert len(settlements(town)) == 1, "a second settlement is nobody's task"
    assert not town.case_facts("COUR-1", "DS-01", "still_failing")


def test_only_clerk_and_lead_settle(settled):
    town, sequence = hold(settled)
    town.enter(acts.release(sequence, site="COUR-1"), by="insp-n")
    assert [row.sequence for row in town.quarantine()] == [sequence]
    assert town.case("COUR-1", "DS-01") is None


@pytest.mark.parametrize("entry, by, field", [
    (acts.claim("COUR-1", "DS-01"), "site-cour-1", "case"),
    (acts.acknowledge("COUR-1", "DS-01"), "insp-n", "case"),
    (acts.arrival(7, acts.photo("x.jpg")), "insp-n", "evidenceArrival.reportSequence"),
    (acts.suspend_site("COUR-9"), "area-c", "site"),
    (acts.area("c9", pb.AREA_KIND_COMMUNITY, "north", "九里", "Jiuli", "北片", "north"), "insp-n", "account"),
    (pb.Entry(policy_activation=pb.PolicyActivation(pack_sha256=bytes(32), approver="lead")), "operator",
     "policyActivation.packSha256"),
    (pb.Entry(policy_revocation=pb.PolicyRevocation(pack_sha256=bytes(32), reason="x")), "operator",
     "policyRevocation.packSha256"),
    (pb.Entry(policy_revocation=pb.PolicyRevocation(pack_sha256=bytes(32), reason="x")), "lead", "account"),
    (pb.Entry(dead_letter_retry=pb.DeadLetterRetry(notice=1)), "clerk", "deadLetterRetry.notice"),
    (pb.Entry(dead_letter_settlement=pb.DeadLetterSettlement(notice=10**6, reason="x")), "clerk",
     "deadLetterSettlement.notice"),
    (pb.Entry(alarm_settlement=pb.AlarmSettlement(kind=pb.ALARM_KIND_DISK_LOW, account="lead", reason="x")), "clerk",
     "alarmSettlement.kind"),
])
def test_an_act_on_what_is_not_there_names_the_field_and_disturbs_nothing(settled, entry, by, field):
    town = settled("2020-02-10 10:00")
    before = town.rules_status().fact_last
    sequence = town.enter(entry, by=by)
    (row,) = town.quarantine()
    assert row.sequence == sequence and row.field == field and row.zh and row.en and row.zh != row.en
    assert town.case_rows() == []
    kinds = {state.FactKind.Name(fact.kind) for fact in town.facts() if fact.sequence > before}
    assert kinds <= {"FACT_KIND_QUARANTINED", "FACT_KIND_TOLD", "FACT_KIND_NOBODY"}


def test_a_faulty_pack_is_not_put_in_force(settled):
    town = settled("2020-02-10 10:00")
    in_force = town.rules_status().policy_version
    files = {path.name: path.read_bytes() for path in sorted(PACK.iterdir())}
    files["policy.yaml"] = files["policy.yaml"].replace(b"limit: 24nh", b"limit: soon", 1)
    _, entries = acts.pack_entries(files)
    town.submit_all([("operator", entry) for entry in entries])
    town.settle()
    (row,) = town.quarantine()
    assert "policy.yaml" in row.zh and "policy.yaml" in row.en
    assert town.rules_status().policy_version == in_force


def test_a_policy_takes_effect_at_its_time(settled):
    town = settled("2020-02-10 10:00")
    files = {path.name: path.read_bytes() for path in sorted(PACK.iterdir())}
    files["policy.yaml"] = files["policy.yaml"].replace(b"    limit: 24nh", b"    limit: 12nh")
    version, entries = acts.pack_entries(files, effective_at_ms=t("2020-02-12 08:00"))
    town.submit_all([("operator", entry) for entry in entries])
    town.settle()
    town.until("2020-02-12 07:59:59")
    town.visit("COUR-1", fails=["DS-01"])
    town.until("2020-02-12 08:00")
    assert town.rules_status().policy_version == version
    town.visit("COUR-1", fails=["DS-02"])
    assert local_s(town.case("COUR-1", "DS-01").due_s) == "2020-02-13 07:59:59"
    assert local_s(town.case("COUR-1", "DS-02").due_s) == "2020-02-12 20:00"


def test_the_status_of_a_submission_can_be_asked_for(settled):
    town = settled("2020-02-10 10:00")
    client_id = town.new_id()
    sequence = town.enter(acts.report("COUR-9", "insp-n", town.now, fails=["DS-01"]), by="insp-n", client_id=client_id)
    known = town.ask("ingest", submission=query.SubmissionQuery(account="insp-n", client_id=client_id)).submission
    assert (known.known, known.sequence, known.stamp_ms) == (True, sequence, t("2020-02-10 10:00"))
    other = town.ask("ingest", submission=query.SubmissionQuery(account="insp-n2", client_id=client_id)).submission
    assert not other.known
    (row,) = town.quarantine(sequence=sequence)
    assert row.state == state.QUARANTINE_STATE_HELD
    with pytest.raises(wire.Fault):
        town.ask("ingest", submission=query.SubmissionQuery(account="insp-n", client_id=b"short"))
