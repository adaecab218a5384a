"""What contradicts how things stand is a fact, never lost: kept, marked, with the name of the rule, told to who entered
it, and listed (`duban contradictions`) for whoever can settle it."""
import json

import acts
import entry_pb2 as pb
import pytest
import state_pb2 as state
from acts import t

def listed(town, *arguments, by="clerk"):
    """[(words, entry, rule)]; both languages are printed."""
    page = town.duban("contradictions", *arguments, "--as", by).stdout
    rows = json.loads(town.duban("contradictions", *arguments, "--as", by, "--json").stdout)["rows"]
    return page, rows


@pytest.fixture
def settled(settled_without_watches):
    return settled_without_watches


ACTS = {"pass": "复查合格", "finding": "发现不合格", "claim": "报整改完成", "approval": "审批", "suspension": "挂账",
        "isolation_release": "提前解除", "referral_step": "移交进展"}


def the_only_one(town, number, rule, zh, en):
    page, (row,) = listed(town)
    assert row["rule"] == rule
    joined = "".join(page.split())                                            # cells go on in the next line
    assert f"（规则：“{ACTS[rule.split('.')[0]]}”的条件）" in joined and '(rule:theconditionsfor"' in joined
    assert rule not in joined                                                 # the name itself is for programs
    assert zh in joined and en.replace(" ", "") in joined and number in page
    shown = town.duban({"DB": "case", "GL": "isolations", "YJ": "referrals"}[number[:2]], number).stdout
    assert "的条件）" in "".join(shown.split()) and rule not in shown
    return row


def closed_case(town):
    town.visit("COUR-1", fails=["EP-04"])                                     # one pass closes it
    town.until("2020-02-10 12:00")
    town.visit("COUR-1", passes=["EP-04"], purpose=pb.PURPOSE_REVISIT)
    assert town.case("COUR-1", "EP-04").state == state.CASE_STATE_CLOSED


def test_a_revisit_of_a_closed_case_is_kept_and_listed_with_its_rule(settled):
    town = settled("2020-02-10 10:00")
    closed_case(town)
    town.until("2020-02-11 10:00")
    sequence = town.visit("COUR-1", passes=["EP-04"], purpose=pb.PURPOSE_REVISIT)
    row = the_only_one(town, "DB-0001", "pass.is_over", "已经销号或作废", "closed or voided")
    assert int(row["entrySequence"]) == sequence and row["actor"] == "insp-n"
    assert town.case("COUR-1", "EP-04").state == state.CASE_STATE_CLOSED
    assert not town.quarantine()


def test_a_round_that_finds_a_closed_case_well_is_no_contradiction(settled):
    town = settled("2020-02-10 10:00")
    closed_case(town)
    town.visit("COUR-1", passes=["EP-04"])
    assert listed(town)[1] == []


def test_a_pass_without_evidence_is_kept_and_listed_with_its_rule(settled):
    town = settled("2020-02-10 10:00")
    town.visit("COUR-1", fails=["DS-01"])
    town.until("2020-02-10 12:00")
    town.visit("COUR-1", passes=["DS-01"], purpose=pb.PURPOSE_REVISIT, photos="none")
    the_only_one(town, "DB-0001", "pass.no_evidence", "没有照片为证", "no photo shows it")
    assert town.case("COUR-1", "DS-01").passes == 0


def test_a_release_before_its_day_is_kept_and_listed_with_its_rule(settled):
    town = settled("2020-02-10 10:00")
    town.enter(acts.isolation("某住户 13811112222", t("2020-02-09 15:00")), by="area-c")
    town.enter(acts.isolation_change("GL-0001", "release"), by="area-c")
    the_only_one(town, "GL-0001", "isolation_release.act", "观察期未满", "its days are not over")
    assert [row.notice.recipient.account for row in town.notices(kind="act_declined")] == ["area-c"]


def test_a_referral_result_by_another_office_is_kept_and_listed_with_its_rule(settled):
    town = settled("2020-02-10 10:00")
    town.enter(acts.holder("cg", [(pb.ROLE_OFFICE, "chengguan")], "城管科", "city-management office"))
    town.visit("COUR-1", fails=["SD-01"])
    town.enter(acts.referral("RESULT", text="已处理"), by="cg")
    row = the_only_one(town, "YJ-0001", "referral_step.referral", "不在贵科室", "not with your office")
    assert row["actor"] == "cg" and town.subject_row("YJ-0001").subject.referral.state == state.REFERRAL_STATE_SENT
    assert [row.notice.recipient.account for row in town.notices(kind="act_declined")] == ["cg"]


@pytest.mark.parametrize("entry,by,rule", [
    (acts.claim("COUR-1", "EP-04"), "site-cour-1", "claim.is_over"),
    (acts.approve_closure("COUR-1", "EP-04"), "lead", "approval.nothing_waits"),
    (acts.suspend("COUR-1", "EP-04"), "lead", "suspension.is_over"),
    (acts.report("COUR-1", "insp-n", t("2020-02-10 11:00"), fails=["EP-04"]), "insp-n", "finding.before_closing"),
])
def test_whatever_a_closed_case_contradicts_names_its_rule(settled, entry, by, rule):
    town = settled("2020-02-10 10:00")
    closed_case(town)
    town.enter(entry, by=by)
    the_only_one(town, "DB-0001", rule, "", "")


def test_the_listing_begins_where_it_is_told_and_else_a_week_back(settled):
    town = settled("2020-02-10 10:00")
    closed_case(town)
    town.enter(acts.claim("COUR-1", "EP-04"), by="site-cour-1")
    town.jump("2020-02-18 10:00")
    town.enter(acts.acknowledge("COUR-1", "EP-04"), by="insp-n")
    assert [row["rule"] for row in listed(town)[1]] == ["acknowledgement.is_over"]
    since = listed(town, "--since", "2020-02-10T00:00")[1]
    assert [row["rule"] for row in since] == ["claim.is_over", "acknowledgement.is_over"]
    wrong = town.duban("contradictions", "--since", "gestern", check=False)
    assert wrong.returncode == 2 and "gestern" in wrong.stderr
