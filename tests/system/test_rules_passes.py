"""Passes, their spacing and evidence, closing: domain 4.1, 4.6 rules 1, 4 and 6."""
import acts
import entry_pb2 as pb
import pytest
import state_pb2 as state
from acts import local_s, t

REVISIT = {"purpose": pb.PURPOSE_REVISIT}


def claimed(settled, item="DS-01", site="COUR-1", found="2020-02-10 10:00", at="2020-02-10 11:00"):
    """A case whose site has said fixed."""
    town = settled(found)
    town.visit(site, fails=[item])
    town.until(at)
    town.enter(acts.claim(site, item), by="site-" + site.lower())
    return town


def planned(town, item="DS-01", site="COUR-1"):
    task = town.task(site, item, "revisit")
    return task.pass_number, local_s(task.due_s)


def test_a_second_pass_on_its_day_closes_a_case_of_level_b(settled):
    town = claimed(settled)
    town.visit("COUR-1", passes=["DS-01"], **REVISIT)
    assert planned(town) == (2, "2020-02-13 18:00")
    town.until("2020-02-13 09:30")
    town.visit("COUR-1", passes=["DS-01"], **REVISIT)
    case = town.case("COUR-1", "DS-01")
    assert (case.state, case.closed_ms, case.closed_level) == (state.CASE_STATE_CLOSED, t("2020-02-13 09:30"), "B")
    assert [(fact.number, fact.of) for fact in town.case_facts("COUR-1", "DS-01", "passed")] == [(1, 2), (2, 2)]
    assert town.tasks(case) == []


def test_a_pass_before_its_day_does_not_count(settled):
    town = claimed(settled)
    town.visit("COUR-1", passes=["DS-01"], **REVISIT)
    town.until("2020-02-12 23:59")
    town.visit("COUR-1", passes=["DS-01"], **REVISIT)
    assert town.case("COUR-1", "DS-01").passes == 1
    assert len(town.case_facts("COUR-1", "DS-01", "pass_not_counted")) == 1
    assert planned(town) == (2, "2020-02-13 18:00")
    town.until("2020-02-13 00:00")
    town.visit("COUR-1", passes=["DS-01"], **REVISIT)
    assert town.case("COUR-1", "DS-01").state == state.CASE_STATE_CLOSED


def test_a_late_pass_shifts_the_rest(settled):
    town = claimed(settled, "TM-01", at="2020-02-10 10:30")
    town.visit("COUR-1", passes=["TM-01"], **REVISIT)
    assert planned(town, "TM-01") == (2, "2020-02-11 18:00")
    town.until("2020-02-12 11:00")
    town.visit("COUR-1", passes=["TM-01"], **REVISIT)
    assert planned(town, "TM-01") == (3, "2020-02-14 18:00")


def test_two_passes_lie_twenty_hours_apart_and_on_different_days(settled):
    town = claimed(settled, "TM-01", found="2020-02-10 22:30", at="2020-02-10 22:40")
    town.until("2020-02-10 23:00")
    town.visit("COUR-1", passes=["TM-01"], **REVISIT)
    town.until("2020-02-11 18:59:59")
    town.visit("COUR-1", passes=["TM-01"], **REVISIT)
    assert town.case("COUR-1", "TM-01").passes == 1
    town.until("2020-02-11 19:00")
    town.visit("COUR-1", passes=["TM-01"], **REVISIT)
    assert town.case("COUR-1", "TM-01").passes == 2


def test_two_passes_on_one_day_are_one(settled):
    town = claimed(settled, "TM-01", found="2020-02-11 00:00", at="2020-02-11 00:10")
    town.visit("COUR-1", passes=["TM-01"], **REVISIT)
    town.until("2020-02-11 23:59")   # more than 20 h later, the same day
    town.visit("COUR-1", passes=["TM-01"], **REVISIT)
    assert town.case("COUR-1", "TM-01").passes == 1


def test_a_pass_needs_evidence(settled):
    town = claimed(settled)
    town.visit("COUR-1", passes=["DS-01"], photos="none", **REVISIT)
    assert town.case("COUR-1", "DS-01").passes == 0
    (fact,) = town.case_facts("COUR-1", "DS-01", "pass_not_counted")
    assert fact.reason
    assert town.task("COUR-1", "DS-01", "revisit") is not None


@pytest.mark.parametrize("purpose", [pb.PURPOSE_GUIDANCE, pb.PURPOSE_OBSERVATION, pb.PURPOSE_CHECK_IN])
def test_only_an_inspection_or_a_revisit_passes_anything(settled, purpose):
    town = claimed(settled)
    town.visit("COUR-1", passes=["DS-01"], purpose=purpose)
    assert town.case("COUR-1", "DS-01").passes == 0


def test_an_inspection_passes_what_a_window_is_open_for(settled):
    town = claimed(settled)
    town.visit("COUR-1", passes=["DS-01"], purpose=pb.PURPOSE_INSPECTION)
    assert town.case("COUR-1", "DS-01").passes == 1


def test_an_on_site_pass_before_any_window_is_claim_and_first_pass_at_once(settled):
    town = settled("2020-02-10 10:00")
    town.visit("COUR-1", fails=["DS-01"])
    town.until("2020-02-10 16:00")
    town.visit("COUR-1", passes=["DS-01"])
    case = town.case("COUR-1", "DS-01")
    assert (case.passes, case.state, case.fixed_late) == (1, state.CASE_STATE_FOLLOWING_UP, False)
    assert case.fixed_ms == t("2020-02-10 16:00")
    assert planned(town) == (2, "2020-02-13 18:00")
    town.until("2020-02-12 12:00")
    assert town.told("COUR-1", "DS-01", since="2020-02-10 16:00") == []


def test_a_pass_without_its_photos_counts_from_their_arrival_dated_by_the_visit(settled):
    town = claimed(settled)
    town.until("2020-02-10 14:00")
    sequence = town.visit("COUR-1", passes=["DS-01"], photos="missing", **REVISIT)
    assert town.case("COUR-1", "DS-01").passes == 0
    assert town.facts(kind="incomplete")
    town.until("2020-02-12 09:00")
    town.enter(acts.arrival(sequence, acts.photo("DS-01.jpg", "DS-01", False, t("2020-02-10 14:00"))), by="insp-n")
    case = town.case("COUR-1", "DS-01")
    assert (case.passes, case.last_pass_ms) == (1, t("2020-02-10 14:00"))
    assert town.facts(kind="completed")
    assert planned(town) == (2, "2020-02-13 18:00")   # three days after the visit, not after the photos


def test_photos_with_another_content_than_declared_complete_nothing(settled):
    town = claimed(settled)
    sequence = town.visit("COUR-1", passes=["DS-01"], photos="missing", **REVISIT)
    other = acts.arrival(sequence, acts.photo("DS-01.jpg"))
    other.evidence_arrival.sha256 = bytes(range(32))
    held = town.enter(other, by="insp-n")
    assert town.case("COUR-1", "DS-01").passes == 0
    assert [row.sequence for row in town.quarantine()] == [held]


def test_level_a_waits_for_the_leads_approval(settled):
    town = claimed(settled, "TM-01", at="2020-02-10 10:30")
    town.visit("COUR-1", passes=["TM-01"], by="insp-n2", **REVISIT)
    for day in ("2020-02-11 11:00", "2020-02-13 11:00"):
        town.until(day)
        town.visit("COUR-1", passes=["TM-01"], **REVISIT)
    assert town.case("COUR-1", "TM-01").state == state.CASE_STATE_TO_APPROVE
    task = town.task("COUR-1", "TM-01", "approval")
    assert task.matter == pb.MATTER_CLOSURE
    held = town.enter(acts.approve_closure("COUR-1", "TM-01"), by="leader-n")
    assert [row.sequence for row in town.quarantine()] == [held]
    town.enter(acts.approve_closure("COUR-1", "TM-01"), by="lead")
    case = town.case("COUR-1", "TM-01")
    assert case.state == state.CASE_STATE_CLOSED and case.closed_ms == t("2020-02-13 11:00")
    assert town.tasks(case) == []


def test_a_refused_closure_leaves_the_case_open_and_wants_another_look(settled):
    town = claimed(settled, "TM-01", at="2020-02-10 10:30")
    town.visit("COUR-1", passes=["TM-01"], by="insp-n2", **REVISIT)
    for day in ("2020-02-11 11:00", "2020-02-13 11:00"):
        town.until(day)
        town.visit("COUR-1", passes=["TM-01"], **REVISIT)
    town.enter(acts.approve_closure("COUR-1", "TM-01", granted=False, reason="记录不全"), by="lead")
    case = town.case("COUR-1", "TM-01")
    assert case.state not in (state.CASE_STATE_CLOSED, state.CASE_STATE_TO_APPROVE)
    assert [fact.reason for fact in town.case_facts("COUR-1", "TM-01", "closure_refused")] == ["记录不全"]
    assert planned(town, "TM-01")[1] == "2020-02-14 18:00"
    for row in town.notices(case, kind="closure_refused"):
        assert row.notice.items[0].new_due_s > row.notice.decided_at_s, "a limit that has passed is no limit"
    town.until("2020-02-14 12:00")
    town.visit("COUR-1", passes=["TM-01"], **REVISIT)
    assert town.case("COUR-1", "TM-01").state == state.CASE_STATE_TO_APPROVE


def test_one_pass_closes_a_case_of_level_d(settled):
    town = claimed(settled, "MS-04", "CONS-1")
    town.visit("CONS-1", passes=["MS-04"], **REVISIT)
    assert town.case("CONS-1", "MS-04").state == state.CASE_STATE_CLOSED


def test_nothing_closes_on_the_sites_word(settled):
    town = claimed(settled)
    town.until("2020-03-10 12:00")
    case = town.case("COUR-1", "DS-01")
    assert case.state == state.CASE_STATE_FIX_REPORTED and case.closed_ms == 0


def test_a_pass_that_arrives_late_counts_on_its_own_day_and_cures_the_missed_revisit(settled):
    town = claimed(settled)                       # window until 02-10 15:00
    town.until("2020-02-11 09:00")                # the inspector was offline; the revisit was raised as missed
    assert town.told("COUR-1", "DS-01", kinds=("revisit_missed",))
    town.visit("COUR-1", passes=["DS-01"], at="2020-02-10 14:30", **REVISIT)
    case = town.case("COUR-1", "DS-01")
    assert (case.passes, case.last_pass_ms, case.fixed_late) == (1, t("2020-02-10 14:30"), False)
    assert planned(town) == (2, "2020-02-13 18:00")
    assert town.case_facts("COUR-1", "DS-01", "cured")


def test_revisits_are_announced_on_their_morning_and_missed_ones_that_evening(settled):
    town = claimed(settled)
    town.visit("COUR-1", passes=["DS-01"], **REVISIT)
    town.until("2020-02-14 18:00:02")
    assert town.told("COUR-1", "DS-01", since="2020-02-10 11:01") == [
        ("2020-02-13 07:43", "digest:revisit_today", "insp-n"),
        ("2020-02-13 18:00:01", "revisit_missed", "insp-n"),
        ("2020-02-13 18:00:01", "revisit_missed", "leader-n"),
        ("2020-02-14 18:00:01", "revisit_missed", "insp-n"),
        ("2020-02-14 18:00:01", "revisit_missed", "leader-n"),
    ]


def test_level_a_needs_another_pair_of_eyes(settled):
    town = claimed(settled, "TM-01", at="2020-02-10 10:30")
    for day in ("2020-02-10 10:30", "2020-02-11 11:00", "2020-02-13 11:00"):
        town.until(day)
        town.visit("COUR-1", by="insp-n", passes=["TM-01"], **REVISIT)
    assert town.case("COUR-1", "TM-01").passes == 2   # all by the finder: the last one waits for a colleague
    town.until("2020-02-13 12:00")
    town.visit("COUR-1", by="insp-n2", passes=["TM-01"], **REVISIT)
    assert town.case("COUR-1", "TM-01").state == state.CASE_STATE_TO_APPROVE
