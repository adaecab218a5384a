"""Referrals: domain rows 66 to 69, 4.1 row X, 4.3 SD, 4.4, the states of section 6."""
import acts
import entry_pb2 as pb
import query_pb2 as query
import state_pb2 as state
from acts import local_s

OFFICES = {"cg": "chengguan", "xf": "xiaofang"}


def with_offices(town):
    for account, code in OFFICES.items():
        town.enter(acts.holder(account, [(pb.ROLE_OFFICE, code)], "某科室", "an office"))
    return town


def step(town, act, by="office", **fields):
    return town.enter(acts.referral(act, **fields), by=by)


def state_of(town):
    value = town.subject_row("YJ-0001").subject.referral.state
    return state.ReferralState.Name(value).removeprefix("REFERRAL_STATE_").lower()


def kinds(town, kind):
    return town.facts(town.subject_row("YJ-0001").subject.id, kind)


def test_row_66_it_goes_to_the_office_that_the_policy_names(settled):
    town = with_offices(settled("2020-02-10 10:00"))
    town.visit("COUR-1", fails=["SD-01"], notes={"SD-01": "楼顶彩钢房"})
    row = town.subject_row("YJ-0001")
    assert (row.state_label.zh, row.what.zh, row.subject.referral.office) == ("已移交", "楼顶彩钢房", "kongwei")
    assert town.told_about("YJ-0001") == [("2020-02-10 10:00", "referral", "office")]
    assert "楼顶彩钢房" in town.duban("referrals").stdout
    page = town.duban("--lang", "zh", "referrals", "YJ-0001").stdout
    office = next(row.title.zh for row in town.rows("rules", holders=query.HoldersQuery()) if row.account == "office")
    assert f"移交给{office}（第 1 次）" in page and "kongwei" not in page, page


def test_row_67_a_hit_on_any_visit_is_a_referral_and_no_case(settled):
    town = settled("2020-02-10 10:00")
    town.visit("COUR-1", fails=["SD-01"], purpose=pb.PURPOSE_GUIDANCE)
    town.visit("GATE-1", fails=["SD-01"], purpose=pb.PURPOSE_CHECK_IN)
    town.visit("COUR-1", fails=["SD-01"])   # the same once more
    assert [row.subject.site for row in town.subject_rows()] == ["COUR-1", "GATE-1"]
    assert not town.case_rows() and kinds(town, "seen_again")
    assert not town.notices(recipient="site-cour-1")


def test_row_68_dormitories_and_rentals_cannot_skip_it(settled):
    town = settled("2020-02-10 10:00")
    for site, purpose, wanted in (("DORM-1", pb.PURPOSE_INSPECTION, {"SD-01"}), ("COUR-1", pb.PURPOSE_INSPECTION, set())):
        rows = town.rows("rules", items=query.ItemsQuery(site=site, purpose=purpose))
        assert {row.code for row in rows if row.mandatory} == wanted   # as rules asks for them below
    town.visit("DORM-1", passes=["CS-02"])
    town.visit("DORM-1", passes=["CS-02"], not_checked=["SD-01"])
    notices = town.notices(recipient="insp-n", kind="item_not_answered")
    assert len(notices) == 2 and "私搭乱建" in notices[0].notice.items[0].matter.zh
    assert len(town.facts(kind="not_answered")) == 2
    town.visit("DORM-1", passes=["SD-01"])
    town.visit("COUR-1", passes=["DS-01"])   # anywhere else it may be left out
    town.enter(acts.attempt("DORM-1", "insp-n", town.now), by="insp-n")   # nobody got in
    assert len(town.facts(kind="not_answered")) == 2


def test_row_68_a_fire_risk_is_a_case_on_site_as_well(settled):
    town = with_offices(settled("2020-02-10 10:00"))
    town.visit("DORM-1", fails=["SD-02"], passes=["SD-01"])
    assert town.case("DORM-1", "SD-02").level == "A"
    assert town.subject_row("YJ-0001").subject.referral.office == "xiaofang"


def test_row_69_receipt_result_and_somebody_who_goes_and_sees(settled):
    town = settled("2020-02-10 10:00")
    town.visit("COUR-1", fails=["SD-01"])
    (task,) = town.tasks_about("YJ-0001")
    assert local_s(task.due_s) == "2020-02-10 15:30"    # 4 working hours
    step(town, "RECEIVED")
    (task,) = town.tasks_about("YJ-0001")
    assert (state_of(town), local_s(task.due_s)) == ("received", "2020-02-19 18:00")   # 7 working days
    town.until("2020-02-12 10:00")
    step(town, "RESULT", text="已责令拆除")
    assert state_of(town) == "answered"
    assert ("2020-02-12 10:00", "referral_done", "insp-n") in town.told_about("YJ-0001")
    town.visit("COUR-1", fails=["SD-01"])
    assert state_of(town) == "received" and kinds(town, "not_confirmed")
    step(town, "RESULT", text="已拆除")
    town.until("2020-02-13 10:00")
    town.visit("COUR-1", passes=["SD-01"])
    row = town.subject_row("YJ-0001")
    assert row.state_label.zh == "已确认" and row.subject.finished_s


def test_row_69_the_result_of_another_office_is_kept_marked_and_told(settled):
    town = with_offices(settled("2020-02-10 10:00"))
    town.visit("COUR-1", fails=["SD-01"])
    step(town, "RESULT", by="cg", text="已处理")
    (fact,) = kinds(town, "contradiction")
    assert fact.actor == "cg" and "不在贵科室" in fact.reason and fact.reason_en
    assert state_of(town) == "sent"
    assert len(town.notices(recipient="cg", kind="act_declined")) == 1


def test_row_69_handed_back_it_is_sent_on_and_the_second_time_goes_up(settled):
    town = with_offices(settled("2020-02-10 10:00"))
    town.visit("COUR-1", fails=["SD-01"])
    step(town, "RETURNED", text="不属本科室")
    (task,) = town.tasks_about("YJ-0001")
    assert task.owner_role == pb.ROLE_DUTY_CLERK
    assert {line[2] for line in town.told_about("YJ-0001") if line[1] == "referral_returned"} == {"clerk", "leader-n"}
    step(town, "SENT", by="clerk", office="chengguan")
    step(town, "RETURNED", by="cg", text="也不属本科室")
    told = town.told_about("YJ-0001")
    assert [line[2] for line in told if line[1] == "referral_returned_often"] == ["lead"]
    assert "2" in town.duban("referrals").stdout


def test_row_69_nobody_taking_it_goes_up_in_working_time_only(settled):
    town = settled("2020-02-14 17:00")   # Friday
    town.visit("COUR-1", fails=["SD-01"])
    town.until("2020-02-17 17:00")
    told = town.told_about("YJ-0001", since="2020-02-14 17:01")
    assert told == [("2020-02-17 10:30", "referral_due", "office"), ("2020-02-17 11:30:01", "referral_overdue", "office"),
                    ("2020-02-17 17:00", "referral_overdue", "area-c"), ("2020-02-17 17:00", "referral_overdue", "leader-n")]
