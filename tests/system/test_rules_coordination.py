"""Difficulties: domain rows 43 to 45, 4.1 row G, the states of section 6, 8 协调时效."""
import acts
import entry_pb2 as pb
import state_pb2 as state
from acts import local_s, t


def raise_one(town, by="insp-n", site="GATE-1", **fields):
    return town.enter(acts.difficulty(site, **fields), by=by)


def step(town, act, by="leader-n", **fields):
    return town.enter(acts.coordination(act, **fields), by=by)


def state_of(town):
    value = town.subject_row("XT-0001").subject.coordination.state
    return state.CoordinationState.Name(value).removeprefix("COORDINATION_STATE_").lower()


def kinds(town, kind):
    return town.facts(town.subject_row("XT-0001").subject.id, kind)


def test_row_43_a_difficulty_is_no_violation(settled):
    town = settled("2020-02-10 10:00")
    raise_one(town)
    row = town.subject_row("XT-0001")
    assert (row.state_label.zh, row.what.zh, row.subject.site) == ("已提出", "缺围挡 20块", "GATE-1")
    assert town.told_about("XT-0001") == [
        ("2020-02-10 10:00", "coordination", who) for who in ("area-c", "clerk", "leader-n")]
    town.until("2020-02-10 11:00")
    town.visit("GATE-1", fails=["GT-04"])   # the entrance is still open: known, and nobody's fault
    assert not town.case_rows() and kinds(town, "no_violation")
    assert not town.notices(recipient="site-gate-1")
    town.visit("GATE-1", fails=["GT-03"])
    assert [row.case_.item for row in town.case_rows()] == ["GT-03"]


def test_row_43_what_rules_does_not_know_is_held_and_may_be_put_right(settled):
    town = settled("2020-02-10 10:00")
    sequence = raise_one(town, site="GATE-9")
    (row,) = town.quarantine(sequence=sequence)
    assert row.field == "difficulty.site" and row.zh and row.en
    town.enter(acts.release(sequence, site="GATE-1"), by="clerk")
    assert town.subject_row("XT-0001").subject.site == "GATE-1"


def test_row_44_asked_promised_delivered_and_confirmed_by_a_revisit(settled):
    town = settled("2020-02-10 10:00")
    raise_one(town, needed_by_ms=t("2020-02-11 10:00"), asked_units=["某物业公司"])
    assert state_of(town) == "asked"
    step(town, "ASKED", unit="某建材公司")
    step(town, "PROMISED", unit="某建材公司", at_ms=t("2020-02-10 18:00"))
    coordination = town.subject_row("XT-0001").subject.coordination
    assert list(coordination.asked_units) == ["某物业公司", "某建材公司"]
    assert (state_of(town), coordination.promised_by, local_s(coordination.promised_s)) == (
        "promised", "某建材公司", "2020-02-10 18:00")
    town.until("2020-02-10 17:00")
    step(town, "DELIVERED", at_ms=t("2020-02-10 16:30"))
    assert state_of(town) == "delivered"
    assert ("2020-02-10 17:00", "coordination_done", "insp-n") in town.told_about("XT-0001")
    (task,) = town.tasks_about("XT-0001")
    assert task.kind == state.TASK_KIND_CONFIRMATION and local_s(task.due_s) == "2020-02-11 17:00"
    town.visit("GATE-1", passes=["GT-04"], photos="none", purpose=pb.PURPOSE_REVISIT)
    assert state_of(town) == "delivered"   # nothing shows it
    town.until("2020-02-10 19:00")
    town.visit("GATE-1", passes=["GT-04"], purpose=pb.PURPOSE_REVISIT)
    row = town.subject_row("XT-0001")
    assert row.state_label.zh == "已确认" and row.subject.finished_s and not town.tasks_about("XT-0001")


def test_row_44_photos_that_come_later_confirm_it_then(settled):
    town = settled("2020-02-10 10:00")
    raise_one(town)
    step(town, "DELIVERED")
    town.until("2020-02-10 12:00")
    sequence = town.visit("GATE-1", passes=["GT-04"], photos="missing")
    assert state_of(town) == "delivered"
    evidence = acts.photo("GT-04.jpg", "GT-04")
    town.enter(pb.Entry(evidence_arrival=pb.EvidenceArrival(report_sequence=sequence, name=evidence.name, sha256=evidence.sha256,
                                                            size_bytes=evidence.size_bytes)), by="insp-n")
    assert state_of(town) == "confirmed"


def test_row_44_what_is_found_not_to_work_is_asked_for_again(settled):
    town = settled("2020-02-10 10:00")
    raise_one(town)
    step(town, "DELIVERED")
    town.until("2020-02-10 12:00")
    town.visit("GATE-1", fails=["GT-04"])
    assert state_of(town) == "asked" and not town.case_rows()
    (task,) = town.tasks_about("XT-0001")
    assert task.kind == state.TASK_KIND_COORDINATION and local_s(task.due_s) == "2020-02-11 12:00"
    assert ("2020-02-10 12:00", "coordination_again", "leader-n") in town.told_about("XT-0001")


def test_row_45_the_listing_has_the_lead_time(settled):
    town = settled("2020-02-10 10:00")
    raise_one(town)
    town.until("2020-02-10 15:00")
    step(town, "DELIVERED", at_ms=t("2020-02-10 14:30"))
    assert "4小时30分" in town.duban("coordinations").stdout
    whole = town.duban("coordinations", "XT-0001").stdout
    assert "用时4小时30分" in whole and "围挡" in whole


def test_row_45_a_broken_promise_and_a_passed_need_go_up(settled):
    town = settled("2020-02-10 10:00")
    raise_one(town, needed_by_ms=t("2020-02-10 18:00"))
    step(town, "PROMISED", unit="某建材公司", at_ms=t("2020-02-10 15:00"))
    town.until("2020-02-11 06:30")
    told = town.told_about("XT-0001", since="2020-02-10 10:01")
    assert [line for line in told if line[1] == "coordination_broken"] == [
        ("2020-02-10 15:00:01", "coordination_broken", who) for who in ("clerk", "lead", "leader-n")]
    assert [line for line in told if line[1] == "coordination_overdue"] == [
        ("2020-02-10 18:00:01", "coordination_overdue", "leader-n"),
        ("2020-02-10 20:00", "coordination_overdue", "area-c"), ("2020-02-10 20:00", "coordination_overdue", "clerk")]
    assert town.subject_row("XT-0001").overdue
    town.until("2020-02-11 09:00")   # +12 h fell into the night
    assert any(line[2] == "lead" for line in town.told_about("XT-0001", since="2020-02-11 07:00"))
    step(town, "DELIVERED", at_ms=t("2020-02-10 17:59"))   # noted late: it was there in time
    assert kinds(town, "cured")
