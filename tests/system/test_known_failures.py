"""Failures seen in other systems (domain section 11): each once, by its number there."""
import acts
import entry_pb2 as pb
import state_pb2 as state
from acts import local_s


def test_known_failure_1_overdue_tasks_appear_on_the_second_and_leave_when_confirmed(settled):
    town = settled("2020-02-10 10:00")
    town.visit("COUR-1", fails=["DS-01"])
    town.until("2020-02-11 10:00")
    assert town.case_rows(overdue_only=True) == []                       # not before its time
    town.until("2020-02-11 10:00:01")
    town.seen("rules")
    assert len(town.case_rows(overdue_only=True)) == 1                   # not minutes late
    town.visit("COUR-1", passes=["DS-01"], purpose=pb.PURPOSE_REVISIT)
    assert town.case_rows(overdue_only=True) == []                       # gone once confirmed
    town.until("2020-02-14 09:00")
    town.visit("COUR-1", passes=["DS-01"], purpose=pb.PURPOSE_REVISIT)
    town.until("2020-02-24 12:00")                                       # and not back the next week
    assert town.case_rows(overdue_only=True) == [] and town.case_rows(closed_too=False) == []
    assert town.told("COUR-1", "DS-01", since="2020-02-14 09:01") == [("2020-02-24 08:00", "look_back", "insp-n2")]


def test_known_failure_2_an_edit_resets_neither_the_remaining_time_nor_the_revisit(settled):
    town = settled("2020-02-10 10:00")
    town.visit("COUR-1", fails=["DS-01"])
    town.until("2020-02-10 16:00")
    for number in range(3):
        town.enter(acts.edit("COUR-1", "DS-01", finding=f"消毒记录缺{number}天"), by="leader-n")
    case = town.case("COUR-1", "DS-01")
    assert local_s(case.due_s) == "2020-02-11 10:00" and case.found_at_ms == acts.t("2020-02-10 10:00")
    town.enter(acts.claim("COUR-1", "DS-01"), by="site-cour-1")
    before = town.task("COUR-1", "DS-01", "revisit")
    town.until("2020-02-10 17:00")
    town.enter(acts.edit("COUR-1", "DS-01", finding="消毒记录不全", level="C"), by="leader-n")
    after = town.task("COUR-1", "DS-01", "revisit")
    assert (after.start_s, after.due_s) == (before.start_s, before.due_s)


def test_known_failure_3_an_attempted_revisit_stays_on_the_list(settled):
    town = settled("2020-02-10 10:00")
    town.visit("COUR-1", fails=["DS-01"])
    town.until("2020-02-11 11:00")
    for _ in range(3):
        town.enter(acts.attempt("COUR-1", "insp-n", town.now), by="insp-n")
        town.until(town.now + acts.HOUR)
    (task,) = [task for task in town.tasks(town.case("COUR-1", "DS-01"), state.TASK_KIND_REVISIT)]
    assert task.state == state.TASK_STATE_OPEN and task.attempts == 3
    assert town.case("COUR-1", "DS-01").state != state.CASE_STATE_CLOSED


def test_known_failure_6_a_limit_counts_from_the_right_event(settled):
    town = settled("2020-02-11 09:00")
    town.visit("COUR-1", fails=["DS-01"], at="2020-02-10 10:00")         # seen yesterday, handed in now
    town.until("2020-02-12 09:00")
    assert not town.case_facts("COUR-1", "DS-01", "overdue")             # 24 h from the order, not from the sight of it
    town.until("2020-02-12 09:00:01")
    assert town.case_facts("COUR-1", "DS-01", "overdue")
    town.until("2020-02-12 15:00")
    town.visit("COUR-1", fails=["DS-01"], purpose=pb.PURPOSE_REVISIT)    # a new round: 12 h from here
    assert local_s(town.case("COUR-1", "DS-01").due_s) == "2020-02-13 03:00"
    assert not town.case_row("COUR-1", "DS-01").overdue


def test_known_failure_10_one_entry_twice_and_restarts_bring_one_reminder(settled):
    town = settled("2020-02-10 10:00")
    entry = acts.report("COUR-1", "insp-n", town.now, fails=["DS-01"])
    client_id = town.new_id()
    first = town.submit(entry, by="insp-n", client_id=client_id)
    again = town.submit(entry, by="insp-n", client_id=client_id)
    assert again.sequence == first.sequence and again.duplicate
    for moment in ("2020-02-10 20:00", "2020-02-11 09:00", "2020-02-11 10:00:01", "2020-02-11 12:00"):
        town.until(moment)
        for name in ("rules", "notify", "ingest"):
            town.kill(name)
        town.start()
        town.warm_up()
    town.until("2020-02-11 13:00")
    told = town.told("COUR-1", "DS-01")
    assert len(told) == len(set(told))
    assert [row for row in told if row[1] == "near_due"] == [
        ("2020-02-11 09:00", "near_due", "insp-n"), ("2020-02-11 09:00", "near_due", "site-cour-1")]
    ids = [line["id"] for line in town.spool()]
    assert len(ids) == len(set(ids))
