"""Amendments, appeals, reports out of order: domain row 31, 46, 57 and 4.6 rules 1, 8, 20; appeals that keep the fact."""
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


def history(choose):
    """Two to four visits of one place, hours apart; the first finds it failing."""
    hours = sorted(choose.sample(range(0, 60, 3), choose.randint(2, 4)))
    start = t("2020-02-08 08:00")
    kinds = ["fails"] + [choose.choice(["fails", "passes"]) for _ in hours[1:]]
    return [acts.report("COUR-1", "insp-n" if i == 0 else "insp-n2", start + hour * acts.HOUR, **{kind: ["EP-01"]}, **REVISIT)
            for i, (hour, kind) in enumerate(zip(hours, kinds))]


def outcome(town):
    case = town.case("COUR-1", "EP-01")
    return (case.state, case.level, case.passes, case.failed_revisits, case.recurrences, case.last_pass_ms)


def explained(town):
    return any(fact.kind in EXPLAINING for fact in town.case_facts("COUR-1", "EP-01"))


@pytest.mark.parametrize("seed", range(6))
def test_permuted_duplicated_and_late_reports_end_alike_or_say_why(settled, seed):
    choose = random.Random(seed)
    reports = history(choose)
    orders = list(itertools.permutations(range(len(reports))))
    town = settled("2020-02-10 22:00")
    for report in reports:
        town.enter(report, by=report.report.reporter)
    expected = outcome(town)
    for order in choose.sample(orders[1:], min(2, len(orders) - 1)):
        town = settled("2020-02-10 22:00")
        for place in order:
            report, client_id = reports[place], town.new_id()
            first = town.enter(report, by=report.report.reporter, client_id=client_id)
            again = town.submit(report, by=report.report.reporter, client_id=client_id)
            assert again.sequence == first
        assert outcome(town) == expected or explained(town), (seed, order)
