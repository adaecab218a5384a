"""Watches and absent contacts: domain rows 61 to 65, 4.6 rule 16."""
import acts
import entry_pb2 as pb
import pytest
import query_pb2 as query
import state_pb2 as state
from acts import t

CHECK_IN, GUIDANCE = pb.PURPOSE_CHECK_IN, pb.PURPOSE_GUIDANCE


@pytest.fixture
def settled(settled_without_watches):
    return settled_without_watches


def watch(town, site="COUR-1", by="leader-n", **fields):
    return town.enter(acts.watch(site, watcher="insp-n", **fields), by=by)


def go(town, at=None, purpose=CHECK_IN, site="COUR-1", **answers):
    answers = answers or {"passes": ["CR-03"]}
    return town.enter(acts.report(site, "insp-n", t(at) if at else town.now, purpose=purpose, **answers), by="insp-n")


def go_daily(town, first, last, **answers):
    for day in range(first, last + 1):
        town.until(f"2020-02-{day:02} 10:00")
        go(town, **answers)


def kinds(town, number, kind):
    return town.facts(town.subject_row(number).subject.id, kind)


def held(town, sequence):
    (row,) = town.quarantine(sequence=sequence)
    return row


def test_row_63_a_watch_is_a_check_in_due_every_day(settled):
    town = settled("2020-02-10 09:00")
    watch(town)
    (task,) = town.tasks_about("DS-0001")
    assert (task.kind, task.owner, acts.local_s(task.due_s)) == (state.TASK_KIND_CHECK_IN, "insp-n", "2020-02-10 18:00")
    go_daily(town, 10, 12)
    (task,) = town.tasks_about("DS-0001")
    assert acts.local_s(task.due_s) == "2020-02-13 18:00"
    assert kinds(town, "DS-0001", "checked_in")[-1].number == 3
    assert not [line for line in town.told_about("DS-0001") if line[1] == "watch_missed"]


def test_row_63_a_day_without_is_told_the_same_evening(settled):
    town = settled("2020-02-10 09:00")
    watch(town)
    go_daily(town, 10, 11)
    town.until("2020-02-12 18:00:01")
    assert town.told_about("DS-0001", since="2020-02-12 00:00") == [
        ("2020-02-12 16:00", "watch_check_in", "insp-n"),
        ("2020-02-12 18:00:01", "watch_missed", "insp-n"), ("2020-02-12 18:00:01", "watch_missed", "leader-n")]
    (item,) = town.notices(kind="watch_missed", recipient="leader-n")[0].notice.items
    assert item.days == 2 and item.site == "COUR-1"
    town.until("2020-02-13 10:00")
    go(town)
    last = kinds(town, "DS-0001", "checked_in")[-1]
    assert (last.number, last.of) == (1, 3)   # days in a row begin anew, clean days go on


def test_row_63_what_comes_late_from_the_field_cures_its_day(settled):
    town = settled("2020-02-10 09:00")
    watch(town)
    town.until("2020-02-11 09:00")
    assert kinds(town, "DS-0001", "check_in_missed")
    go(town, at="2020-02-10 17:00")
    assert len(kinds(town, "DS-0001", "cured")) == 1
    go_daily(town, 11, 11)
    assert kinds(town, "DS-0001", "checked_in")[-1].number == 2


def test_row_64_it_ends_by_itself_after_seven_clean_days(settled):
    town = settled("2020-02-10 09:00")
    watch(town)
    go_daily(town, 10, 15)
    assert town.subject_row("DS-0001").state_label.zh == "盯守中"
    go_daily(town, 16, 16)
    assert town.subject_row("DS-0001").state_label.zh == "已结束" and not town.tasks_about("DS-0001")
    assert kinds(town, "DS-0001", "ended")[0].rule == "watch.clean_days"
    assert [line[2] for line in town.told_about("DS-0001", since="2020-02-16 10:00")] == ["insp-n", "leader-n"]


def test_row_64_a_fail_opens_a_case_and_the_clean_days_begin_anew(settled):
    town = settled("2020-02-10 09:00")
    watch(town, clean_days=2)
    go_daily(town, 10, 10)
    go_daily(town, 11, 11, fails=["CR-03"])
    assert town.case("COUR-1", "CR-03").number == 1
    assert kinds(town, "DS-0001", "checked_in")[-1].of == 0
    go_daily(town, 12, 13, passes=["CR-02"])   # CR-03 is a C: it does not hold the watch
    assert kinds(town, "DS-0001", "ended")


def test_row_64_the_lead_alone_ends_it_sooner(settled):
    town = settled("2020-02-10 09:00")
    watch(town)
    assert held(town, town.enter(acts.watch_end("DS-0001"), by="leader-n")).field == "account"
    town.enter(acts.watch_end("DS-0001"), by="lead")
    assert kinds(town, "DS-0001", "ended")[0].rule == "watch.decision"
    assert "DS-0001" in town.duban("watches", "--all").stdout and "盯守" in town.duban("watches", "DS-0001").stdout


def test_row_62_guidance_is_presence_and_never_a_pass(settled):
    """4.6 rule 16: the days in a row go on, nothing is missed; the clean days neither grow nor begin anew."""
    town = settled("2020-02-10 09:00")
    town.visit("COUR-1", fails=["DS-01"])
    watch(town)
    go_daily(town, 10, 10)
    town.until("2020-02-11 10:00")
    go(town, purpose=GUIDANCE, passes=["DS-01"])
    assert town.case("COUR-1", "DS-01").passes == 0
    (was_there,) = kinds(town, "DS-0001", "present")
    assert (was_there.number, was_there.of) == (2, 1)
    town.until("2020-02-11 18:00:01")
    assert "watch_missed" not in [line[1] for line in town.told_about("DS-0001")]
    go_daily(town, 12, 12)
    last = kinds(town, "DS-0001", "checked_in")[-1]
    assert (last.number, last.of) == (3, 2)
    said = town.duban("watches", "DS-0001").stdout
    assert "2020-02-11  到过，未检查" in said and "到场指导" in said


def test_row_64_it_stands_still_while_its_site_does_not_operate(settled):
    town = settled("2020-02-10 09:00")
    watch(town, clean_days=3)
    go_daily(town, 10, 11)
    town.until("2020-02-12 11:00")
    town.enter(acts.suspend_site("COUR-1"), by="leader-n")
    assert town.subject_row("DS-0001").state_label.zh == "点位停业，暂停盯守" and not town.tasks_about("DS-0001")
    town.until("2020-02-15 09:00")
    assert not kinds(town, "DS-0001", "check_in_missed")
    town.enter(acts.resume_site("COUR-1"), by="leader-n")
    (task,) = town.tasks_about("DS-0001")
    assert acts.local_s(task.due_s) == "2020-02-15 18:00"
    assert "停业暂停" in town.duban("watches", "DS-0001").stdout
    go(town)
    assert kinds(town, "DS-0001", "checked_in")[-1].number == 3 and kinds(town, "DS-0001", "ended")


def test_row_65_whoever_has_a_task_there_sees_the_risk(settled):
    town = settled("2020-02-10 09:00")
    town.visit("COUR-1", fails=["DS-01"])
    watch(town, reason="快递员很可能成为传染源")
    rows = town.rows("rules", tasks=query.TasksQuery())
    assert {row.risk for row in rows if row.task.site == "COUR-1"} == {"快递员很可能成为传染源"}
    assert "快递员很可能成为传染源" in town.duban("tasks").stdout


def test_row_61_a_contact_who_is_away_without_a_deputy_is_an_alert(settled):
    town = settled("2020-02-10 09:00")
    town.enter(acts.absence("COUR-1"), by="insp-n")
    assert {row.notice.recipient.account for row in town.notices(kind="contact_absent")} == {"leader-n", "area-c"}
    town.enter(acts.absence("COUR-1", returned=True), by="insp-n")
    town.visit("COUR-1", fails=["DS-01"])
    assert "site-cour-1" in {line[2] for line in town.told("COUR-1", "DS-01")}


def test_row_61_his_deputy_is_told_in_his_place(settled):
    town = settled("2020-02-10 09:00")
    town.enter(acts.holder("site-cour-1", [(pb.ROLE_SITE_CONTACT, "COUR-1")], "快递网点负责人", "courier outlet", deputy="insp-n2"))
    town.enter(acts.absence("COUR-1"), by="insp-n")
    assert not town.notices(kind="contact_absent")
    town.visit("COUR-1", fails=["DS-01"])
    assert ("2020-02-10 09:00", "notice_to_site", "insp-n2") in town.told("COUR-1", "DS-01")


def test_rows_61_to_64_the_commands_submit_and_say_what_is_wrong(settled):
    town = settled("2020-02-10 09:00")
    assert town.duban("watch", "begin", "COUR-1", "--as", "leader-n", check=False).returncode == 2
    town.duban("watch", "begin", "COUR-1", "--watcher", "insp-n", "--clean-days", "3", "--reason", "人员流动大", "--as", "leader-n")
    go_daily(town, 10, 11)
    said = town.duban("watches", "DS-0001").stdout
    assert "连续打卡天数" in said and "2020-02-11  合格" in said
    assert town.subject_row("DS-0001").subject.watch.streak == 2
    town.duban("watch", "end", "DS-0001", "--reason", "已停业", "--as", "lead")
    assert town.subject_row("DS-0001").state_label.zh == "已结束"
    town.duban("contact", "away", "COUR-1", "--text", "回老家", "--as", "insp-n")
    assert town.notices(kind="contact_absent")
