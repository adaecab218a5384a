"""What changes a running case: edits, extensions, suspensions. Domain 4.1, 4.6 rules 5 and 9, section 6."""
import acts
import entry_pb2 as pb
import pytest
import state_pb2 as state
from acts import local_s, t
from township import PACK

CHASING = ("near_due", "due_today", "overdue_owner", "overdue_group_leader", "overdue_lead", "agenda", "reported_up",
           "explanation_wanted", "revisit_missed", "revisit_today")


def opened(settled, item="DS-01", site="COUR-1", at="2020-02-10 10:00"):
    town = settled(at)
    town.visit(site, fails=[item])
    return town


def held(town):
    return [row.sequence for row in town.quarantine()]


def declined(town, act, words):
    """Kept as a fact, its sender told; no clerk is bothered with what he could only reject."""
    (fact,) = town.facts(kind="contradiction")
    assert fact.act == act and words in fact.reason and fact.reason_en
    assert held(town) == []
    (row,) = town.notices(recipient=fact.actor, kind="act_declined")
    assert row.notice.items[0].reason_text.zh == fact.reason


# ---------------------------------------------------------------- edits

@pytest.mark.parametrize("at, due",
                         [("2020-02-11 09:00", "2020-02-11 11:00"), ("2020-02-13 09:00", "2020-02-13 10:00")])
def test_a_raised_level_is_due_at_the_earlier_of_old_and_new(settled, at, due):
    town = opened(settled, "EP-05")      # C, due 02-13 10:00
    town.until(at)
    town.enter(acts.edit("COUR-1", "EP-05", level="A"), by="leader-n")
    case = town.case("COUR-1", "EP-05")
    assert (case.level, local_s(case.due_s)) == ("A", due)
    (fact,) = town.case_facts("COUR-1", "EP-05", "raised")
    assert (fact.level_from, fact.level_to, fact.actor, fact.reason) == ("C", "A", "leader-n", "核对后更正")
    assert (local_s(fact.old_s), local_s(fact.new_s)) == ("2020-02-13 10:00", due)


def test_a_lowered_level_keeps_the_old_due(settled):
    town = opened(settled)
    town.until("2020-02-10 12:00")
    town.enter(acts.edit("COUR-1", "DS-01", level="D"), by="leader-n")
    case = town.case("COUR-1", "DS-01")
    assert (case.level, local_s(case.due_s)) == ("D", "2020-02-11 10:00")
    assert town.case_facts("COUR-1", "DS-01", "lowered")


def test_nothing_becomes_overdue_by_an_edit_alone(settled):
    town = opened(settled, "EP-05")
    town.until("2020-02-12 10:00")        # two days old: longer than the limit of level A or B
    town.enter(acts.edit("COUR-1", "EP-05", level="A"), by="leader-n")
    assert not town.case_row("COUR-1", "EP-05").overdue
    assert not town.case_facts("COUR-1", "EP-05", "overdue")
    assert town.told("COUR-1", "EP-05", since="2020-02-12 10:00", until="2020-02-12 10:01",
                     kinds=("overdue_owner",)) == []


def test_an_edit_of_the_text_resets_no_time(settled):
    town = opened(settled)
    before = town.case("COUR-1", "DS-01")
    task = town.task("COUR-1", "DS-01", "rectification")
    town.until("2020-02-10 20:00")
    town.enter(acts.edit("COUR-1", "DS-01", finding="消毒记录缺两天"), by="leader-n")
    after = town.case("COUR-1", "DS-01")
    assert after.finding == "消毒记录缺两天"
    assert (after.found_at_ms, after.base_s, after.due_s, after.round) == (
        before.found_at_ms, before.base_s, before.due_s, before.round)
    assert town.task("COUR-1", "DS-01", "rectification") == task


def test_a_raised_case_is_reminded_by_the_plan_of_its_new_level(settled):
    town = opened(settled, "EP-05")
    town.until("2020-02-11 09:00")
    town.enter(acts.edit("COUR-1", "EP-05", level="A"), by="leader-n")
    town.until("2020-02-11 11:00:01")
    assert town.told("COUR-1", "EP-05", since="2020-02-11 09:01", kinds=("near_due", "overdue_owner")) == [
        ("2020-02-11 10:30", "near_due", "insp-n"), ("2020-02-11 10:30", "near_due", "site-cour-1"),
        ("2020-02-11 11:00:01", "overdue_owner", "insp-n"), ("2020-02-11 11:00:01", "overdue_owner", "site-cour-1")]


def test_a_raised_level_is_told_to_the_site_and_to_who_follows_it_up(settled):
    town = opened(settled, "EP-05")
    town.until("2020-02-11 09:00")
    town.enter(acts.edit("COUR-1", "EP-05", level="A", reason="现场聚集"), by="leader-n")
    assert [row.notice.recipient.account for row in town.notices(kind="level_raised")] == ["insp-n", "site-cour-1"]
    assert {row.notice.items[0].reason for row in town.notices(kind="level_raised")} == {"现场聚集"}
    assert [(fact.reason, fact.recipient) for fact in town.case_facts("COUR-1", "EP-05", "not_told")] == [("own_act", "leader-n")]
    town.settle()
    assert [1 for m in town.spool() if "升为A级，原因：现场聚集。新时限" in str(m)], town.spool()[-3:]


def test_who_had_a_case_hears_that_another_has_it(settled):
    town = opened(settled)
    town.enter(acts.assign("COUR-1", "DS-01", "insp-n2"), by="leader-n")
    (row,) = town.notices(kind="assigned_away")
    assert (row.notice.recipient.account, row.notice.items[0].owner) == ("insp-n", "insp-n2")
    assert "原跟进人" in town.duban("explain", str(row.sequence)).stdout


def test_an_inspector_may_not_edit_and_only_the_lead_may_void(settled):
    town = opened(settled)
    first = town.enter(acts.edit("COUR-1", "DS-01", level="A"), by="insp-n")
    second = town.enter(acts.edit("COUR-1", "DS-01", voided=True), by="leader-n")
    assert held(town) == [first, second]
    assert town.case("COUR-1", "DS-01").level == "B"


def test_a_voided_case_is_over_and_says_nothing_more(settled):
    town = opened(settled)
    town.until("2020-02-10 12:00")
    town.enter(acts.edit("COUR-1", "DS-01", voided=True, reason="录入错误"), by="lead")
    case = town.case("COUR-1", "DS-01")
    assert case.state == state.CASE_STATE_VOIDED and town.tasks(case) == []
    town.until("2020-02-12 12:00")
    assert town.told("COUR-1", "DS-01", since="2020-02-10 12:01") == []
    town.visit("COUR-1", fails=["DS-01"])
    assert town.case("COUR-1", "DS-01").id != case.id


# ---------------------------------------------------------------- extension

def test_the_group_leader_extends_once_up_to_the_original_length(settled):
    town = opened(settled)
    town.until("2020-02-10 20:00")
    town.enter(acts.extend("COUR-1", "DS-01", t("2020-02-12 10:00")), by="site-cour-1")
    task = town.task("COUR-1", "DS-01", "approval")
    assert task.matter == pb.MATTER_EXTENSION
    assert [row.notice.recipient.account for row in town.notices(kind="approval_wanted")] == ["leader-n"]
    assert local_s(town.case("COUR-1", "DS-01").due_s) == "2020-02-11 10:00", "asked is not granted"
    town.enter(acts.approve_extension("COUR-1", "DS-01"), by="leader-n")
    case = town.case("COUR-1", "DS-01")
    assert (local_s(case.due_s), local_s(case.original_due_s), case.extensions) == ("2020-02-12 10:00",
                                                                                    "2020-02-11 10:00", 1)
    assert town.task("COUR-1", "DS-01", "approval") is None
    town.until("2020-02-12 10:00")
    assert not town.case_facts("COUR-1", "DS-01", "overdue")
    assert [kind for _, kind, _ in town.told("COUR-1", "DS-01", since="2020-02-11 09:30", until="2020-02-12 10:00",
                                             kinds=("near_due",))] == ["digest:near_due"] * 2 + ["near_due"] * 2
    town.until("2020-02-12 10:00:01")
    assert len(town.case_facts("COUR-1", "DS-01", "overdue")) == 1


def test_an_extension_longer_than_the_original_limit_is_not_taken(settled):
    town = opened(settled)
    town.enter(acts.extend("COUR-1", "DS-01", t("2020-02-12 10:00:01")), by="site-cour-1")
    declined(town, "extension", "延期不得超过原时限长度")


@pytest.mark.parametrize("new_due", ["2020-02-11 10:00", "2020-02-11 09:00"])
def test_an_extension_ends_later_than_the_due_in_force(settled, new_due):
    town = opened(settled)
    town.enter(acts.extend("COUR-1", "DS-01", t(new_due)), by="site-cour-1")
    declined(town, "extension", "新时限必须晚于现时限")


def test_the_second_extension_needs_the_lead(settled):
    town = opened(settled)
    town.enter(acts.extend("COUR-1", "DS-01", t("2020-02-12 10:00")), by="site-cour-1")
    town.enter(acts.approve_extension("COUR-1", "DS-01"), by="leader-n")
    town.until("2020-02-11 12:00")
    town.enter(acts.extend("COUR-1", "DS-01", t("2020-02-13 10:00")), by="site-cour-1")
    sequence = town.enter(acts.approve_extension("COUR-1", "DS-01"), by="leader-n")
    assert held(town) == [sequence]
    assert local_s(town.case("COUR-1", "DS-01").due_s) == "2020-02-12 10:00"
    town.enter(acts.approve_extension("COUR-1", "DS-01"), by="lead")
    case = town.case("COUR-1", "DS-01")
    assert (local_s(case.due_s), case.extensions) == ("2020-02-13 10:00", 2)


def test_level_a_is_never_extended(settled):
    town = opened(settled, "TM-01")
    town.enter(acts.extend("COUR-1", "TM-01", t("2020-02-10 13:00")), by="site-cour-1")
    declined(town, "extension", "A级问题不得延期")


def test_a_refused_extension_leaves_the_due_and_says_why(settled):
    town = opened(settled)
    town.enter(acts.extend("COUR-1", "DS-01", t("2020-02-12 10:00")), by="site-cour-1")
    town.enter(acts.approve_extension("COUR-1", "DS-01", granted=False, reason="不成立"), by="leader-n")
    assert local_s(town.case("COUR-1", "DS-01").due_s) == "2020-02-11 10:00"
    (row,) = town.notices(recipient="site-cour-1", kind="extension_refused")
    assert row.notice.items[0].reason == "不成立"
    town.until("2020-02-11 10:00:01")
    assert town.case_row("COUR-1", "DS-01").overdue


@pytest.mark.parametrize("by, entry, reason", [
    ("lead", acts.edit("COUR-1", "DS-01", voided=True, reason="重复"), "其后问题已作废"),
    ("insp-n", None, "其后复查不合格，已另定整改时限")])
def test_a_request_that_is_overtaken_is_said_to_be_over(settled, by, entry, reason):
    town = opened(settled)
    town.enter(acts.extend("COUR-1", "DS-01", t("2020-02-12 10:00")), by="site-cour-1")
    town.until("2020-02-11 10:30")
    if entry is None:
        town.visit("COUR-1", fails=["DS-01"])
    else:
        town.enter(entry, by=by)
    (row,) = town.notices(recipient="site-cour-1", kind="extension_over")
    assert row.notice.items[0].reason_text.zh == reason
    assert not [task for task in town.tasks(town.case("COUR-1", "DS-01")) if task.kind == state.TASK_KIND_APPROVAL]


def test_an_extension_asked_for_after_the_due_time_does_not_remove_the_overdue(settled):
    town = opened(settled)
    town.until("2020-02-11 13:00")       # overdue since 10:00, step 1 at 12:00
    town.enter(acts.extend("COUR-1", "DS-01", t("2020-02-12 09:00")), by="site-cour-1")
    town.until("2020-02-11 22:30")       # still chased while it waits
    assert ("2020-02-11 14:00", "overdue_owner", "site-cour-1") in town.told("COUR-1", "DS-01")
    town.enter(acts.approve_extension("COUR-1", "DS-01"), by="leader-n")
    assert len(town.case_facts("COUR-1", "DS-01", "overdue")) == 1
    assert town.case("COUR-1", "DS-01").overdue_rounds == 1


def test_a_new_due_cancels_unsent_steps_and_the_ladder_starts_again(settled):
    town = opened(settled)
    town.until("2020-02-11 13:00")
    town.enter(acts.extend("COUR-1", "DS-01", t("2020-02-12 09:00")), by="site-cour-1")
    town.enter(acts.approve_extension("COUR-1", "DS-01"), by="leader-n")
    town.until("2020-02-12 11:00")
    later = [row for row in town.told("COUR-1", "DS-01", since="2020-02-11 13:01")
             if row[1].startswith("overdue") or row[1].startswith("digest:overdue") or row[1] == "agenda"]
    assert later == [
        ("2020-02-12 09:00:01", "overdue_owner", "insp-n"), ("2020-02-12 09:00:01", "overdue_owner", "site-cour-1"),
        ("2020-02-12 11:00", "overdue_group_leader", "area-c"), ("2020-02-12 11:00", "overdue_group_leader",
                                                                 "leader-n")]
    (row,) = town.notices(town.case("COUR-1", "DS-01"), recipient="leader-n", kind="overdue_group_leader")[-1:]
    assert row.notice.items[0].overdue_round == 2


# ---------------------------------------------------------------- suspension

def test_a_suspended_case_stands_still_and_is_grey(settled):
    town = opened(settled)
    town.until("2020-02-10 20:00")       # 14 hours left
    town.enter(acts.suspend("COUR-1", "DS-01"), by="lead")
    case = town.case("COUR-1", "DS-01")
    assert case.state == state.CASE_STATE_SUSPENDED and town.light("COUR-1", "DS-01") == "grey"
    town.until("2020-02-14 08:00")
    assert town.told("COUR-1", "DS-01", since="2020-02-10 20:01", kinds=CHASING) == []
    assert not town.case_facts("COUR-1", "DS-01", "overdue")
    town.enter(acts.resume("COUR-1", "DS-01"), by="lead")
    case = town.case("COUR-1", "DS-01")
    assert case.state == state.CASE_STATE_RECTIFYING and local_s(case.due_s) == "2020-02-14 22:00"   # 14 hours left
    town.until("2020-02-14 22:00:01")
    assert len(town.case_facts("COUR-1", "DS-01", "overdue")) == 1


def test_a_pause_of_calendar_days_is_measured_in_calendar_days(settled):
    town = opened(settled, "MS-04", "CONS-1")      # D, due 02-17 18:00
    town.until("2020-02-11 09:00")
    town.enter(acts.suspend("CONS-1", "MS-04"), by="lead")
    town.until("2020-02-13 16:00")
    town.enter(acts.resume("CONS-1", "MS-04"), by="lead")
    assert local_s(town.case("CONS-1", "MS-04").due_s) == "2020-02-19 18:00"


def test_only_the_lead_suspends_and_the_reason_is_kept(settled):
    town = opened(settled)
    sequence = town.enter(acts.suspend("COUR-1", "DS-01"), by="leader-n")
    assert held(town) == [sequence]
    town.enter(acts.suspend("COUR-1", "DS-01", reason="等市政管线"), by="lead")
    (fact,) = town.case_facts("COUR-1", "DS-01", "suspended")
    assert (fact.actor, fact.reason) == ("lead", "等市政管线")


def test_a_suspended_case_is_up_for_review_after_a_week(settled):
    town = opened(settled)
    town.until("2020-02-10 20:00")
    town.enter(acts.suspend("COUR-1", "DS-01"), by="lead")
    assert local_s(town.task("COUR-1", "DS-01", "review").due_s)[:10] == "2020-02-17"
    town.until("2020-02-17 12:00")
    assert ("2020-02-17 07:43", "digest:review_due", "lead") in town.told("COUR-1", "DS-01")


def test_a_site_that_does_not_operate_pauses_its_cases_and_is_revisited_within_a_day_of_resuming(settled):
    town = opened(settled)
    town.until("2020-02-10 12:00")
    town.enter(acts.claim("COUR-1", "DS-01"), by="site-cour-1")
    town.until("2020-02-10 13:00")
    town.enter(acts.suspend_site("COUR-1"), by="area-c")
    assert town.light("COUR-1", "DS-01") == "grey"
    town.until("2020-02-13 09:00")
    assert town.told("COUR-1", "DS-01", since="2020-02-10 13:01", kinds=CHASING) == []
    town.enter(acts.resume_site("COUR-1"), by="area-c")
    assert local_s(town.task("COUR-1", "DS-01", "revisit").due_s) == "2020-02-14 09:00"
    town.until("2020-02-14 09:00:01")
    assert town.told("COUR-1", "DS-01", since="2020-02-14 09:00", kinds=("revisit_missed",))


def test_a_site_that_resumes_gives_its_cases_the_time_that_was_left(settled):
    town = opened(settled)
    town.until("2020-02-10 20:00")
    town.enter(acts.suspend_site("COUR-1"), by="staff-c")
    town.until("2020-02-12 20:00")
    town.enter(acts.resume_site("COUR-1"), by="staff-c")
    assert local_s(town.case("COUR-1", "DS-01").due_s) == "2020-02-13 10:00"


def test_a_running_case_keeps_the_policy_that_it_was_opened_under(settled):
    town = opened(settled)
    before = town.case("COUR-1", "DS-01")
    files = {path.name: path.read_bytes() for path in sorted(PACK.iterdir())}
    files["policy.yaml"] = files["policy.yaml"].replace(b"    limit: 24nh", b"    limit: 12nh")
    version, entries = acts.pack_entries(files)
    town.submit_all([("operator", entry) for entry in entries])
    town.settle()
    assert town.rules_status().policy_version == version
    case = town.case("COUR-1", "DS-01")
    assert (case.due_s, case.policy_version) == (before.due_s, before.policy_version) and case.policy_version != version
    town.visit("COUR-1", fails=["DS-02"])
    assert local_s(town.case("COUR-1", "DS-02").due_s) == "2020-02-10 22:00"
    town.until("2020-02-11 10:00:01")
    assert len(town.case_facts("COUR-1", "DS-01", "overdue")) == 1
