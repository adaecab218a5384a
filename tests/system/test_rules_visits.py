"""Attempted visits and fix-now: domain 4.1, 4.6 rule 1."""
import acts
import entry_pb2 as pb
import pytest
import state_pb2 as state
from acts import local_s, t

REVISIT = {"purpose": pb.PURPOSE_REVISIT}


def site_check(town):
    return [task for task in town.tasks(kind=state.TASK_KIND_SITE_CHECK) if task.state == state.TASK_STATE_OPEN]


# ---------------------------------------------------------------- attempted

def test_an_attempted_revisit_is_neither_pass_nor_fail_and_stays_on_the_list(settled):
    town = settled("2020-02-10 10:00")
    town.visit("COUR-1", fails=["DS-01"])
    town.until("2020-02-10 12:00")
    town.enter(acts.claim("COUR-1", "DS-01"), by="site-cour-1")
    before = town.task("COUR-1", "DS-01", "revisit")
    town.until("2020-02-10 13:00")
    town.enter(acts.attempt("COUR-1", "insp-n", town.now), by="insp-n")
    case, after = town.case("COUR-1", "DS-01"), town.task("COUR-1", "DS-01", "revisit")
    assert (case.passes, case.failed_revisits, case.round, case.state) == (0, 0, 1, state.CASE_STATE_FIX_REPORTED)
    assert (after.id, after.due_s, after.state, after.attempts) == (before.id, before.due_s, state.TASK_STATE_OPEN, 1)
    (fact,) = town.case_facts("COUR-1", "DS-01", "attempted")
    assert fact.number == 1 and fact.actor == "insp-n"
    town.until("2020-02-10 16:00:01")
    assert town.told("COUR-1", "DS-01", kinds=("revisit_missed",)), "an attempt is no visit"
    missed = town.notices(kind="revisit_missed")
    assert [item.count for row in missed for item in row.notice.items] == [1] * len(missed), "whoever went is not said to have stayed away"


def test_two_attempts_in_a_row_ask_the_area_contact_whether_the_site_operates(settled):
    town = settled("2020-02-10 10:00")
    town.enter(acts.attempt("COUR-1", "insp-n", town.now), by="insp-n")
    assert not site_check(town)
    town.until("2020-02-11 10:00")
    town.enter(acts.attempt("COUR-1", "insp-n2", town.now), by="insp-n2")
    (task,) = site_check(town)
    assert task.site == "COUR-1" and local_s(task.due_s) == "2020-02-12 10:00"
    assert [row.notice.recipient.account
            for row in town.notices(recipient="area-c", kind="site_check_wanted")] == ["area-c"]


def test_a_visit_in_between_starts_the_count_again(settled):
    town = settled("2020-02-10 10:00")
    for hour, act in (("10:00", "attempt"), ("11:00", "visit"), ("12:00", "attempt")):
        town.until("2020-02-10 " + hour)
        if act == "attempt":
            town.enter(acts.attempt("COUR-1", "insp-n", town.now), by="insp-n")
        else:
            town.visit("COUR-1", passes=["EP-01"])
    assert not site_check(town)


@pytest.mark.parametrize("answer", ["visit", "resumption", "suspension"])
def test_the_site_check_ends_when_somebody_has_been_there_or_said_how_it_is(settled, answer):
    town = settled("2020-02-10 10:00")
    for _ in range(2):
        town.enter(acts.attempt("COUR-1", "insp-n", town.now), by="insp-n")
    assert site_check(town)
    town.until("2020-02-10 12:00")
    if answer == "visit":
        town.visit("COUR-1", passes=["EP-01"])
    else:
        town.enter(acts.resume_site("COUR-1") if answer == "resumption" else acts.suspend_site("COUR-1"), by="area-c")
    assert not site_check(town)
    town.until("2020-02-13 12:00")
    assert len(town.notices(kind="site_check_wanted")) == 1


def test_an_unanswered_site_check_goes_up(settled):
    town = settled("2020-02-10 10:00")
    for _ in range(2):
        town.enter(acts.attempt("COUR-1", "insp-n", town.now), by="insp-n")
    town.until("2020-02-11 23:00")
    told = [(local_s(row.notice.decided_at_s), row.notice.recipient.account)
            for row in town.notices(kind="site_check_wanted")]
    assert told == [("2020-02-10 10:00", "area-c"), ("2020-02-11 10:00:01", "area-c")]   # +12 h is in quiet hours
    town.until("2020-02-12 08:00")
    briefs = [row.notice for row in town.notices(recipient="leader-n", kind="morning_brief")]
    assert any(line.kind == "site_check_wanted" for notice in briefs for line in notice.items)


# ---------------------------------------------------------------- fix-now

def test_fixed_before_the_inspectors_eyes_is_claim_and_first_pass_at_once(settled):
    town = settled("2020-02-10 10:00")
    town.visit("COUR-1", fixed_now=["DS-01"])
    case = town.case("COUR-1", "DS-01")
    assert (case.state, case.passes, case.passes_needed) == (state.CASE_STATE_FOLLOWING_UP, 1, 2)
    assert not case.fixed_late and case.fixed_ms == t("2020-02-10 10:00")
    revisit = town.task("COUR-1", "DS-01", "revisit")
    assert (revisit.pass_number, local_s(revisit.due_s)) == (2, "2020-02-13 18:00")
    town.until("2020-02-13 09:00")
    assert town.told("COUR-1", "DS-01",
                     since="2020-02-10 10:01") == [("2020-02-13 07:43", "digest:revisit_today", "insp-n")]
    town.visit("COUR-1", passes=["DS-01"], **REVISIT)
    assert town.case("COUR-1", "DS-01").state == state.CASE_STATE_CLOSED


def test_fixed_now_closes_at_once_what_needs_one_pass(settled):
    town = settled("2020-02-10 10:00")
    town.visit("CONS-1", fixed_now=["MS-04"])
    case = town.case("CONS-1", "MS-04")
    assert case.state == state.CASE_STATE_CLOSED and case.number == 1   # it was a case all the same


def test_fixed_now_without_pictures_of_before_and_after_is_an_ordinary_finding(settled):
    town = settled("2020-02-10 10:00")
    entry = acts.report("COUR-1", "insp-n", town.now, fixed_now=["DS-01"], photos="none")
    entry.report.evidence.append(acts.photo("only-one.jpg", "DS-01"))
    town.enter(entry, by="insp-n")
    case = town.case("COUR-1", "DS-01")
    assert (case.passes, case.state) == (0, state.CASE_STATE_RECTIFYING)
    assert town.task("COUR-1", "DS-01", "rectification") is not None


def test_fixed_now_counts_when_its_photos_have_come(settled):
    town = settled("2020-02-10 10:00")
    sequence = town.visit("COUR-1", fixed_now=["DS-01"], photos="missing")
    assert town.case("COUR-1", "DS-01").passes == 0
    for name in ("DS-01.jpg", "DS-01-after.jpg"):
        town.until(town.now + acts.HOUR)
        town.enter(acts.arrival(sequence, acts.photo(name)), by="insp-n")
    case = town.case("COUR-1", "DS-01")
    assert (case.passes, case.last_pass_ms, case.fixed_late) == (1, t("2020-02-10 10:00"), False)
    assert local_s(town.task("COUR-1", "DS-01", "revisit").due_s) == "2020-02-13 18:00"


def test_a_guidance_visit_opens_nothing_and_passes_nothing(settled):
    town = settled("2020-02-10 10:00")
    town.visit("COUR-1", fixed_now=["DS-01"], purpose=pb.PURPOSE_GUIDANCE)
    case = town.case("COUR-1", "DS-01")
    assert case is None or case.passes == 0
