"""The urgent path: domain row 40, 4.3 UR-01, 4.6 rule 11."""
import acts
import entry_pb2 as pb
import pytest
import state_pb2 as state
import wire
from acts import local_s


def report(town, by="insp-n", **fields):
    return town.enter(acts.urgent(**fields), by=by)


def alerted(town, number="JB-0001"):
    return [line for line in town.told_about(number) if line[1] == "urgent_fever"]


def with_hospital(town):
    town.enter(acts.holder("wjk", [(pb.ROLE_OFFICE, "wjk")], "卫健科", "health office"))
    return town


def test_row_40_one_tap_at_night_is_told_at_once_with_no_photo(settled):
    town = settled("2020-02-10 23:30")
    report(town, area="c1")
    assert alerted(town) == [("2020-02-10 23:30", "urgent_fever", who) for who in ("area-c", "clerk", "lead", "leader-n")]
    assert len([line for line in town.spool() if line["kind"] == "urgent_fever"]) == 4   # nothing was kept for the morning
    assert not town.case_rows()


@pytest.mark.parametrize("fields", [
    {"position": pb.Position(latitude_e7=399289000, longitude_e7=1164883000, accuracy_cm=500)},
    {"place": "东门外小吃摊", "text": "咳嗽、发热"}, {"site": "GATE-9"}, {"area": "c9"}],
    ids=["position", "words", "unknown-site", "unknown-area"])
def test_row_40_whatever_is_known_of_the_place_is_enough(settled, fields):
    town = settled("2020-02-10 10:00")
    report(town, **fields)
    assert {line[2] for line in alerted(town)} >= {"lead", "clerk"}
    assert not town.quarantine()
    town.duban("alerts", "JB-0001")


def test_row_40_nowhere_at_all_is_refused_with_the_field(settled):
    town = settled("2020-02-10 10:00")
    with pytest.raises(wire.Refused) as refused:
        town.submit(acts.urgent(text="发热"), by="insp-n")
    assert refused.value.field == "urgent_report.place"


def test_row_40_isolation_within_an_hour_and_an_answer_within_two(settled):
    town = with_hospital(settled("2020-02-10 10:00"))
    report(town, site="COUR-1")
    tasks = town.tasks_about("JB-0001")
    assert {task.kind for task in tasks} == {state.TASK_KIND_URGENT}
    assert sorted(local_s(task.due_s) for task in tasks) == ["2020-02-10 11:00", "2020-02-10 12:00"]
    assert ("2020-02-10 10:00", "urgent_referral", "wjk") in town.told_about("JB-0001")
    town.enter(acts.urgent_step("ISOLATED"), by="area-c")
    assert town.subject_row("JB-0001").state_label.zh == "已隔离，待转诊反馈"
    town.enter(acts.urgent_step("ANSWERED", text="已送发热门诊"), by="wjk")
    row = town.subject_row("JB-0001")
    assert row.state_label.zh == "已处置" and row.subject.finished_s
    assert "已送发热门诊" in town.duban("alerts", "JB-0001").stdout


def test_row_40_each_limit_that_passes_goes_up_at_night_too(settled):
    town = with_hospital(settled("2020-02-10 22:30"))
    report(town, site="COUR-1")
    town.until("2020-02-11 00:30:01")
    told = town.told_about("JB-0001", since="2020-02-10 22:31")
    assert ("2020-02-10 23:30:01", "urgent_overdue", "area-c") in told
    assert ("2020-02-11 00:30:01", "urgent_overdue", "wjk") in told
    assert [line[0] for line in told if line[1:] == ("urgent_overdue", "lead")] == ["2020-02-10 23:30:01", "2020-02-11 00:30:01"]
    assert not town.facts(town.subject_row("JB-0001").subject.id, "folded")


def test_row_40_each_is_told_by_itself_and_a_visits_finding_is_one(settled):
    town = settled("2020-02-10 10:00")
    report(town, site="COUR-1")
    report(town, by="insp-n2", site="COUR-1")
    town.visit("COUR-1", fails=["UR-01"], photos="none")
    assert [row.number for row in town.subject_rows()] == ["JB-0001", "JB-0002", "JB-0003"]
    assert len(town.notices(recipient="lead", kind="urgent_fever")) == 3
    assert town.case("COUR-1", "UR-01") is None


def test_row_40_the_same_tap_twice_is_one(settled):
    town = settled("2020-02-10 10:00")
    client_id = town.new_id()
    for _ in range(2):
        town.enter(acts.urgent(site="COUR-1"), by="insp-n", client_id=client_id)
    assert len(town.subject_rows()) == 1 and len(town.notices(recipient="lead", kind="urgent_fever")) == 1


def test_row_40_while_rules_is_silent_the_sender_is_asked_to_phone(settled):
    town = settled("2020-02-10 10:00")
    town.stop("rules")
    done = town.duban("--timeout", "1", "urgent", "report", "--site", "COUR-1", "--text", "发热", "--as", "insp-n", check=False)
    assert done.returncode == 3 and "已入账" in done.stdout, done
    assert "立即打电话" in done.stderr and "nobody has been told yet" in done.stderr, done.stderr
    town.start("rules")
    town.settle()
    assert town.subject_rows() and town.notices(recipient="lead")


@pytest.mark.parametrize("dead", ["notify", "ingest"])
def test_row_40_while_nothing_leaves_the_house_the_sender_is_asked_to_phone(settled, dead):
    town = settled("2020-02-10 10:00")
    town.stop(dead)
    done = town.duban("--timeout", "2", "urgent", "report", "--site", "COUR-1", "--text", "发热", "--as", "insp-n", check=False)
    assert done.returncode == 3 and "立即打电话" in done.stderr and "nobody has been told yet" in done.stderr, done
    if dead == "notify":
        assert "decided, but not sent" in done.stderr and "尚未发出：通知专班组长" in done.stdout, done
    town.start(dead)
    town.settle()
    if dead == "notify":
        assert ("2020-02-10 10:00", "urgent_fever", "lead") in alerted(town)


def test_row_40_what_notify_has_is_told_without_more_words(settled):
    town = settled("2020-02-10 10:00")
    done = town.duban("urgent", "report", "--site", "COUR-1", "--text", "发热", "--as", "insp-n")
    assert "通知专班组长" in done.stdout and "尚未发出" not in done.stdout and done.stderr == "", done
