"""Amendments, appeals, reports out of order: domain row 31, 46, 57 and 4.6 rules 1, 8, 20; appeals that keep the fact."""
import collections
import itertools
import random

import acts
import entry_pb2 as pb
import pytest
import state_pb2 as state
from acts import local_s, t

REVISIT = {"purpose": pb.PURPOSE_REVISIT}


def held(town, sequence):
    (row,) = town.quarantine(sequence=sequence)
    return row


# ---------------------------------------------------------------- 4.6 rule 20: amendment

def test_rule_20_a_finding_amended_in_time_is_taken_back_with_its_history(settled):
    town = settled("2020-02-10 10:00")
    report = town.visit("COUR-1", fails=["DS-01"])
    town.until("2020-02-10 11:00")
    town.enter(acts.amend(report, DS_01="pass"), by="insp-n")
    assert town.case("COUR-1", "DS-01").state == state.CASE_STATE_VOIDED
    kinds = [fact.kind for fact in town.case_facts("COUR-1", "DS-01")]
    assert state.FACT_KIND_OPENED in kinds and state.FACT_KIND_AMENDED in kinds and state.FACT_KIND_UNDONE in kinds
    assert "site-cour-1" in [who for _, _, who in town.told("COUR-1", "DS-01", kinds=("case_amended",))]
    town.until("2020-02-12 10:00")
    assert not town.told("COUR-1", "DS-01", kinds=("near_due", "overdue_owner"))


def test_rule_20_after_a_day_it_takes_the_lead(settled):
    town = settled("2020-02-10 10:00")
    report = town.visit("COUR-1", fails=["EP-05"])
    town.until("2020-02-11 10:00:01")
    town.enter(acts.amend(report, EP_05="pass"), by="insp-n")
    assert town.case("COUR-1", "EP-05").state == state.CASE_STATE_RECTIFYING
    refused = town.enter(acts.approve_amendment(report), by="leader-n")
    assert held(town, refused).field == "account"
    town.enter(acts.approve_amendment(report), by="lead")
    assert town.case("COUR-1", "EP-05").state == state.CASE_STATE_VOIDED


def test_rule_20_what_has_been_seen_since_stands_and_the_leaders_are_told(settled):
    town = settled("2020-02-10 10:00")
    report = town.visit("COUR-1", fails=["EP-05"])
    town.until("2020-02-10 12:00")
    town.visit("COUR-1", by="insp-n2", fails=["EP-05"])
    town.enter(acts.amend(report, EP_05="pass"), by="insp-n")
    (fact,) = town.case_facts("COUR-1", "EP-05", "contradiction")
    assert (fact.act, fact.reason) == ("amendment", "judged_since")
    assert town.case("COUR-1", "EP-05").state == state.CASE_STATE_RECTIFYING
    assert {who for _, _, who in town.told("COUR-1", "EP-05", kinds=("amendment_kept",))} == {"leader-n", "lead"}


def test_rule_20_the_command_amends_and_approves(settled):
    town = settled("2020-02-10 10:00")
    report = town.visit("COUR-1", fails=["EP-05"])
    assert "应写作" in town.duban("amend", str(report), "EP-05", "--reason", "看错", "--as", "insp-n", check=False).stderr
    town.duban("amend", str(report), "EP-05=pass", "--reason", "看错一栏", "--as", "insp-n")
    town.settle()
    assert town.case("COUR-1", "EP-05").state == state.CASE_STATE_VOIDED
    assert "应为合格" in town.duban("case", "DB-0001").stdout


def test_rule_20_an_alert_and_a_referral_of_a_withdrawn_answer_end_and_those_told_hear_of_it(settled):
    town = settled("2020-02-10 10:00")
    report = town.visit("COUR-1", fails=["UR-01", "SD-01"])
    woken = {who for _, kind, who in town.told_about("JB-0001") if kind.startswith("urgent")}
    town.enter(acts.amend(report, UR_01="pass", SD_01="not_checked"), by="insp-n")
    for number in ("JB-0001", "YJ-0001"):
        row = town.subject_row(number)
        assert row.subject.withdrawn_s and row.subject.finished_s and row.state_label.zh == "已撤销"
        assert len(town.facts(row.subject.id, "undone")) == 1
        assert not town.tasks_about(number)
    assert woken and {who for _, kind, who in town.told_about("JB-0001") if kind == "case_amended"} == woken
    assert "已撤销" in town.duban("alerts", "JB-0001").stdout
    town.until("2020-02-11 10:00")
    assert not [kind for number in ("JB-0001", "YJ-0001") for _, kind, _ in town.told_about(number) if "overdue" in kind]


def test_rule_20_what_an_office_has_taken_stands_and_the_leaders_are_told(settled):
    town = settled("2020-02-10 10:00")
    report = town.visit("COUR-1", fails=["SD-01"])
    row = town.subject_row("YJ-0001")
    town.enter(acts.referral("RECEIVED"), by="office")
    assert town.subject_row("YJ-0001").subject.referral.state == state.REFERRAL_STATE_RECEIVED
    town.enter(acts.amend(report, SD_01="pass"), by="insp-n")
    (fact,) = town.facts(row.subject.id, "contradiction")
    assert (fact.act, fact.reason) == ("amendment", "acted_since")
    assert {who for _, kind, who in town.told_about("YJ-0001") if kind == "amendment_kept"} == {"leader-n", "lead"}


def test_rule_20_a_check_in_amended_changes_its_day_and_may_give_a_watch_back(settled):
    town = settled("2020-02-10 09:00")
    town.enter(acts.watch("COUR-1", watcher="insp-n", clean_days=1), by="leader-n")
    report = town.visit("COUR-1", passes=["DS-06"], purpose=pb.PURPOSE_CHECK_IN)
    assert town.subject_row("DS-0001").subject.finished_s
    town.enter(acts.amend(report, DS_06="fail"), by="insp-n")
    row = town.subject_row("DS-0001")
    assert not row.subject.finished_s and row.subject.watch.days[0].failed
    assert town.case("COUR-1", "DS-06").state == state.CASE_STATE_RECTIFYING
    assert [acts.local_s(task.due_s) for task in town.tasks_about("DS-0001")] == ["2020-02-10 18:00"]


# ---------------------------------------------------------------- appeals keep the fact

def test_an_appeal_exempts_from_the_figures_and_keeps_the_fact(settled):
    town = settled("2020-02-10 10:00")
    town.visit("COUR-1", fails=["EP-05"])
    early = town.enter(acts.appeal("COUR-1", "EP-05"), by="site-cour-1")
    assert early and town.case_facts("COUR-1", "EP-05", "contradiction")[0].reason == "not_closed"
    town.until("2020-02-14 10:00")
    town.visit("COUR-1", passes=["EP-05"], **REVISIT)
    assert town.case("COUR-1", "EP-05").state == state.CASE_STATE_CLOSED
    town.duban("appeal", "DB-0001", "--reason", "封路", "--as", "site-cour-1")
    town.settle()
    town.enter(acts.approve_appeal("COUR-1", "EP-05"), by="leader-n")
    assert not town.case("COUR-1", "EP-05").exempt_from_stats
    town.duban("approve", "DB-0001", "--as", "lead")
    town.settle()
    case = town.case("COUR-1", "EP-05")
    assert case.exempt_from_stats and case.overdue_rounds == 1
    assert town.case_facts("COUR-1", "EP-05", "overdue")
    assert "不计超时（申诉通过）" in town.duban("case", "DB-0001").stdout


# ---------------------------------------------------------------- out of order, twice, late

def test_a_finding_that_comes_after_its_fix_ends_as_in_order(settled):
    town = settled("2020-02-10 12:00")
    town.visit("COUR-1", at="2020-02-10 11:00", passes=["DS-01"], **REVISIT)
    town.visit("COUR-1", at="2020-02-10 09:00", fails=["DS-01"])
    case = town.case("COUR-1", "DS-01")
    assert (case.state, case.passes) == (state.CASE_STATE_FOLLOWING_UP, 1)
    assert (case.found_at_ms, case.last_pass_ms) == (t("2020-02-10 09:00"), t("2020-02-10 11:00"))
    assert not town.told("COUR-1", "DS-01", kinds=("notice_to_site", "new_case"))
    assert local_s(town.task("COUR-1", "DS-01", "revisit").due_s) == "2020-02-13 18:00"


# What a township tells when a history did not come in order: a reader of the case finds why it differs.
EXPLAINING = {state.FACT_KIND_CONTRADICTION, state.FACT_KIND_PASS_NOT_COUNTED, state.FACT_KIND_STILL_FAILING,
              state.FACT_KIND_CURED, state.FACT_KIND_TIME_DOUBTFUL}
HISTORIES = 300
ITEM = "EP-01"


def history(choose):
    """[(time, inspector, kind)]: two to four visits of one place, hours apart; the first finds it failing."""
    hours = sorted(choose.sample(range(0, 60, 3), choose.randint(2, 4)))
    start = t("2020-02-08 08:00")
    kinds = ["fails"] + [choose.choice(["fails", "passes"]) for _ in hours[1:]]
    return [(start + hour * acts.HOUR, "insp-n" if i == 0 else "insp-n2", kind)
            for i, (hour, kind) in enumerate(zip(hours, kinds))]


class Told:
    """One history at a place of its own, told in some order."""

    def __init__(self, seed, visits, order):
        self.seed, self.visits, self.order = seed, visits, order
        self.code = f"COUR-{seed}-{''.join(map(str, order))}"

    def site(self):
        return acts.site(self.code, "COUR", "c1", self.code, self.code)

    def submissions(self, town):
        """Each twice: once more when all have come."""
        once = [(by, acts.report(self.code, by, at_ms, **{kind: [ITEM]}, **REVISIT), town.new_id())
                for at_ms, by, kind in (self.visits[place] for place in self.order)]
        return once + once

    def outcome(self, town):
        case = town.case(self.code, ITEM)
        return (case.state, case.level, case.passes, case.failed_revisits, case.recurrences, case.last_pass_ms)

    def explanations(self, town):
        """How often its case says what of which visit."""
        return collections.Counter((fact.kind, fact.visit_ms) for fact in town.case_facts(self.code, ITEM)
                                   if fact.kind in EXPLAINING)

    def words(self):
        told = [f"{acts.local(at_ms)} {kind}" for at_ms, _, kind in (self.visits[place] for place in self.order)]
        return f"seed {self.seed}: " + ", then ".join(told)


def enter_all(town, reports, order):
    """Each twice, in that order: the second time it is the same, whatever came between."""
    for place in order:
        report, client_id = reports[place], town.new_id()
        first = town.enter(report, by=report.report.reporter, client_id=client_id)
        again = town.submit(report, by=report.report.reporter, client_id=client_id)
        assert again.sequence == first


def some_orders(choose, reports, count=2):
    """As it happened, and some others."""
    orders = list(itertools.permutations(range(len(reports))))
    return [orders[0]] + choose.sample(orders[1:], min(count, len(orders) - 1))


def is_explained(town, told, in_order):
    """It says of one of its visits what the same history in order does not."""
    more = told.explanations(town) - in_order.explanations(town)
    return any(visit_ms in [at_ms for at_ms, _, _ in told.visits] for _, visit_ms in more)


def test_permuted_duplicated_and_late_reports_end_alike_or_say_why(settled):
    town, groups = settled("2020-02-08 07:00"), []
    for seed in range(HISTORIES):
        choose = random.Random(seed)
        visits = history(choose)
        groups.append([Told(seed, visits, order) for order in some_orders(choose, visits, 5)])
    everyone = [told for group in groups for told in group]
    town.submit_all([("operator", told.site()) for told in everyone])
    town.jump("2020-02-10 22:00")
    for told in everyone:
        receipts = [receipt.sequence for receipt in town.submit_all(told.submissions(town))]
        assert receipts[:len(told.visits)] == receipts[len(told.visits):]
    town.settle()
    differing = [(told, group[0]) for group in groups for told in group[1:]
                 if told.outcome(town) != group[0].outcome(town)]
    silent = [f"{told.words()}: {told.outcome(town)}, in order {first.outcome(town)}" for told, first in differing
              if not is_explained(town, told, first)]
    assert differing and not silent, "\n".join(silent)


# ---------------------------------------------------------------- ... of a watch

def check_ins(choose):
    """One or two on each of three days that nobody had reported in time; some fail."""
    return [acts.report("COUR-1", choose.choice(["insp-n", "insp-n2"]), t(f"2020-02-{day} {hour:02}:00"),
                        purpose=pb.PURPOSE_CHECK_IN, **{choose.choice(["passes", "passes", "fails"]): ["DS-06"]})
            for day in (10, 11, 12) for hour in sorted(choose.sample(range(10, 18), choose.randint(1, 2)))]


def watched(settled, reports, order, clean_days):
    town = settled("2020-02-10 09:00")
    town.enter(acts.watch("COUR-1", watcher="insp-n", clean_days=clean_days), by="leader-n")
    town.until("2020-02-12 22:00")
    enter_all(town, reports, order)
    return town, town.subject_row("DS-0001").subject


@pytest.mark.parametrize("seed", range(3))
def test_rule_16_the_days_of_a_watch_are_the_same_in_any_order(settled, seed):
    choose = random.Random(seed)
    reports = check_ins(choose)
    first, *others = some_orders(choose, reports)
    town, in_order = watched(settled, reports, first, clean_days=7)
    assert [day.day for day in in_order.watch.days] == sorted(day.day for day in in_order.watch.days)
    assert in_order.watch.streak == 3 and len(town.facts(in_order.id, "check_in_missed")) == 2   # said so, and cured
    cured = len(town.facts(in_order.id, "cured"))
    for order in others:
        town, watch = watched(settled, reports, order, clean_days=7)
        assert watch.watch == in_order.watch, (seed, order)
        assert len(town.facts(watch.id, "cured")) == cured


def test_rule_16_a_fail_known_before_its_clean_days_keeps_a_watch_and_the_facts_say_so(settled):
    """Where order matters: clean days that are all known end the watch, before anybody knows of the fail after them."""
    reports = [acts.report("COUR-1", "insp-n", t(f"2020-02-{day} 10:00"), purpose=pb.PURPOSE_CHECK_IN, **{kind: ["DS-06"]})
               for day, kind in ((10, "passes"), (11, "passes"), (12, "fails"))]
    town, ended = watched(settled, reports, (0, 1, 2), clean_days=2)
    (fact,) = town.facts(ended.id, "ended")
    assert ended.finished_s and (fact.rule, fact.of) == ("watch.clean_days", 2)
    assert town.case("COUR-1", "DS-06").state == state.CASE_STATE_RECTIFYING   # the fail is a case in any order
    town, goes_on = watched(settled, reports, (2, 0, 1), clean_days=2)
    assert not goes_on.finished_s and not town.facts(goes_on.id, "ended")
    assert [(local_s(fact.visit_ms // 1000), fact.of) for fact in town.facts(goes_on.id, "checked_in")] == [
        ("2020-02-12 10:00", 0), ("2020-02-10 10:00", 0), ("2020-02-11 10:00", 0)]
    assert town.case("COUR-1", "DS-06").state == state.CASE_STATE_RECTIFYING


# ---------------------------------------------------------------- ... of a complaint's check

def looks(choose):
    """What was seen of a gate after somebody had complained, long enough or not."""
    found = []
    for hour in sorted(choose.sample(range(10, 20), 3)):
        at_ms, minutes = t(f"2020-02-10 {hour}:00"), choose.choice([10, 25, 40])
        found.append(acts.report("GATE-1", choose.choice(["insp-n", "insp-n2"]), at_ms, purpose=pb.PURPOSE_OBSERVATION,
                                 started_at_ms=at_ms - minutes * acts.MINUTE, passes=["GT-03"]))
    at_ms = t("2020-02-10 20:30")
    return found + [acts.report("GATE-1", "insp-n", at_ms, purpose=pb.PURPOSE_OBSERVATION,
                                started_at_ms=at_ms - 30 * acts.MINUTE, passes=["GT-03"])]


def complained(settled, reports, order):
    town = settled("2020-02-10 09:00")
    town.enter(acts.complaint("GATE-1"), by="clerk")
    town.until("2020-02-10 22:00")
    enter_all(town, reports, order)
    town.enter(acts.result("TS-0001", pb.COMPLAINT_OUTCOME_UNFOUNDED), by="insp-n")
    subject = town.subject_row("TS-0001").subject
    (visit,) = [fact.visit_ms for fact in town.facts(subject.id, "concluded")]
    seen = sorted((fact.kind, fact.visit_ms, fact.reason, fact.number) for kind in ("visited", "visit_not_counted")
                  for fact in town.facts(subject.id, kind))
    return subject.complaint.state, visit, seen


@pytest.mark.parametrize("seed", range(3))
def test_row_35_a_complaints_check_is_the_same_in_any_order(settled, seed):
    choose = random.Random(seed)
    reports = looks(choose)
    first, *others = some_orders(choose, reports)
    expected = complained(settled, reports, first)
    assert expected[1] == t("2020-02-10 20:30")   # by the last that was long enough
    for order in others:
        assert complained(settled, reports, order) == expected, (seed, order)


# ---------------------------------------------------------------- ... of a look-back

def looked_back(settled, reports, order):
    """C, closed on the 10th by insp-n and drawn on the 17th for insp-n2."""
    town = settled("2020-02-10 10:00")
    town.visit("COUR-1", fails=["EP-05"])
    town.until("2020-02-10 15:00")
    town.visit("COUR-1", passes=["EP-05"], **REVISIT)
    town.until("2020-02-18 20:00")
    enter_all(town, reports, order)
    return town, town.case("COUR-1", "EP-05")


def looks_back(*seen):
    return [acts.report("COUR-1", by, t(f"2020-02-18 {hour:02}:00"), **{kind: ["EP-05"]}) for by, hour, kind in seen]


def test_look_backs_that_come_late_and_twice_are_one(settled):
    reports = looks_back(("insp-n", 9, "passes"), ("insp-n2", 11, "passes"), ("insp-n2", 15, "passes"))
    for order in ((0, 1, 2), (2, 0, 1), (1, 2, 0)):
        town, case = looked_back(settled, reports, order)
        assert (case.state, case.look_back.state) == (state.CASE_STATE_CLOSED, state.LOOK_BACK_STATE_KEPT), order
        assert len(town.case_facts("COUR-1", "EP-05", "look_back_kept")) == 1


def test_a_look_back_that_passed_before_it_failed_is_a_fact_in_any_order(settled):
    """Where order matters: the one that comes first answers the look-back; the case is reopened either way."""
    reports = looks_back(("insp-n2", 9, "passes"), ("insp-n2", 15, "fails"))
    town, case = looked_back(settled, reports, (0, 1))
    assert (case.recurrences, case.look_back.state) == (1, state.LOOK_BACK_STATE_KEPT)
    assert len(town.case_facts("COUR-1", "EP-05", "reopened")) == 1
    town, case = looked_back(settled, reports, (1, 0))
    assert (case.recurrences, case.look_back.state) == (1, state.LOOK_BACK_STATE_FAILED)
    (fact,) = town.case_facts("COUR-1", "EP-05", "pass_not_counted")
    assert (fact.reason, fact.visit_ms) == ("before_finding", t("2020-02-18 09:00"))
