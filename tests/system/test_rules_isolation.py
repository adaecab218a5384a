"""Isolation: domain rows 77 to 79, 4.4, 4.6 rules 17 and 21, 5.4, section 10."""
import pathlib

import acts
import entry_pb2 as pb
import pytest
import state_pb2 as state
from acts import t

PERSON, ADDRESS = "某住户 13811112222", "3号楼2单元201"


def isolate(town, start="2020-02-01 15:00", by="area-c", **fields):
    return town.enter(acts.isolation(PERSON, t(start), **fields), by=by)


def contact(town, at=None, **fields):
    return town.enter(acts.isolation_contact("GL-0001", t(at) if at else 0, **fields), by="area-c")


def contact_daily(town, first, last):
    for day in range(first, last + 1):
        for hour in ("09", "18"):
            town.until(f"2020-02-{day:02} {hour}:00")
            contact(town)


def decide(town, act, by="area-c", **fields):
    return town.enter(acts.isolation_change("GL-0001", act, **fields), by=by)


def the(town):
    return town.subject_row("GL-0001").subject.isolation


def state_of(town):
    return state.IsolationState.Name(the(town).state).removeprefix("ISOLATION_STATE_").lower()


def ends(town):
    (task,) = [task for task in town.tasks_about("GL-0001") if task.kind == state.TASK_KIND_ISOLATION_END]
    return acts.local_s(task.due_s)


def kinds(town, kind):
    return town.facts(town.subject_row("GL-0001").subject.id, kind)


def held(town, sequence):
    (row,) = town.quarantine(sequence=sequence)
    return row


@pytest.mark.parametrize("start,end", [("2020-02-01 15:00", "2020-02-16 00:00"), ("2020-02-16 10:00", "2020-03-02 00:00"),
                                       ("2020-03-21 10:00", "2020-04-05 00:00")])
def test_row_77_fourteen_days_from_the_day_after_arrival(settled, start, end):
    """5.4: holidays and the leap day change nothing."""
    town = settled(start[:10] + " 21:00")
    isolate(town, start)
    assert ends(town) == end
    assert town.subject_row("GL-0001").state_label.zh == "观察中"


def test_row_77_two_contacts_a_day_and_an_alert_when_one_is_missed(settled):
    town = settled("2020-02-01 21:00")
    isolate(town)
    town.until("2020-02-02 20:00:01")
    told = [line for line in town.told_about("GL-0001", since="2020-02-02 08:00")]
    assert told == [
        ("2020-02-02 10:00", "isolation_contact_due", "area-c"), ("2020-02-02 12:00:01", "isolation_missing", "area-c"),
        ("2020-02-02 12:00:01", "isolation_missing", "lead"), ("2020-02-02 18:00", "isolation_contact_due", "area-c"),
        ("2020-02-02 18:00:01", "door_check_missed", "area-c"), ("2020-02-02 18:00:01", "door_check_missed", "leader-n"),
        ("2020-02-02 20:00:01", "isolation_missing", "area-c"), ("2020-02-02 20:00:01", "isolation_missing", "lead"),
        ("2020-02-02 20:00:01", "isolation_missing_again", "lead")]
    contact(town)
    assert kinds(town, "contacted")[0].act == "late_contact" and not the(town).contacts
    contact(town, at="2020-02-02 19:00")   # entered late, made in time
    assert kinds(town, "cured") and len(the(town).contacts) == 1


def test_row_77_somebody_goes_to_the_door_on_days_1_7_and_14(settled):
    town = settled("2020-02-01 21:00")
    isolate(town)
    town.until("2020-02-02 10:00")
    assert ("2020-02-02 07:43", "digest:door_check", "insp-n") in town.told_about("GL-0001")
    town.duban("isolation", "contact", "GL-0001", "--at-door", "--as", "insp-n")
    assert kinds(town, "door_checked")[0].number == 1
    town.until("2020-02-02 18:00:01")
    assert not [line for line in town.told_about("GL-0001") if line[1] == "door_check_missed"]


def test_row_77_it_ends_by_itself_when_the_last_contacts_were_made(settled):
    town = settled("2020-02-13 21:00")
    isolate(town)
    contact_daily(town, 14, 15)
    town.until("2020-02-16 00:00")
    assert state_of(town) == "released" and kinds(town, "ended")[0].rule == "isolation.complete"
    town.until("2020-02-16 07:43")
    assert ("2020-02-16 07:43", "digest:isolation_over", "area-c") in town.told_about("GL-0001")


def test_row_77_with_a_contact_missing_somebody_confirms(settled):
    town = settled("2020-02-14 21:00")
    isolate(town)
    contact_daily(town, 15, 15)
    town.until("2020-02-16 07:43")
    assert town.subject_row("GL-0001").state_label.zh == "待解除（有漏联系）"
    assert ("2020-02-16 07:43", "digest:isolation_to_release", "area-c") in town.told_about("GL-0001")
    decide(town, "release")
    assert state_of(town) == "released"


def test_row_77_a_release_before_its_day_is_kept_marked_and_told(settled):
    town = settled("2020-02-10 09:00")
    isolate(town, "2020-02-09 15:00")
    sequence = decide(town, "release")
    assert state_of(town) == "observing" and not town.quarantine(sequence=sequence)
    assert len(kinds(town, "contradiction")) == 1
    assert [row.notice.recipient.account for row in town.notices(kind="act_declined")] == ["area-c"]


def test_row_77_lengthened_but_never_shortened(settled):
    town = settled("2020-02-10 09:00")
    isolate(town, "2020-02-09 15:00")
    decide(town, "lengthen", at_ms=t("2020-02-28 12:00"))
    assert ends(town) == "2020-02-29 00:00"
    decide(town, "lengthen", at_ms=t("2020-02-26 12:00"))
    assert ends(town) == "2020-02-29 00:00" and len(kinds(town, "contradiction")) == 1
    decide(town, "lengthen")
    assert ends(town) == "2020-02-24 00:00"   # without the decision: as counted


def test_row_77_a_new_exposure_restarts_the_count(settled):
    town = settled("2020-02-10 09:00")
    isolate(town)
    decide(town, "restart", at_ms=t("2020-02-08 12:00"), basis="contact")
    assert ends(town) == "2020-02-23 00:00" and the(town).restarts == 1 and the(town).basis == "contact"
    assert [line[1:] for line in town.told_about("GL-0001")].count(("isolation_restart", "area-c")) == 1


def test_row_78_the_record_keeps_the_policy_that_it_was_opened_under(settled):
    town = settled("2020-02-10 09:00")
    isolate(town, "2020-02-09 15:00")
    before = town.subject_row("GL-0001").subject.policy_version
    folder = pathlib.Path("deploy/packs/epidemic-2020-beijing")
    files = {path.name: path.read_bytes() for path in folder.iterdir()}
    files["policy.yaml"] = files["policy.yaml"].replace(b"days: 14,", b"days: 21,")
    version, entries = acts.pack_entries(files)
    for entry in entries:
        town.submit(entry)
    town.settle()
    decide(town, "restart", at_ms=t("2020-02-09 18:00"))
    assert ends(town) == "2020-02-24 00:00" and town.subject_row("GL-0001").subject.policy_version == before != version
    town.enter(acts.isolation("另一人", t("2020-02-09 15:00")), by="area-c")
    assert town.facts(town.subject_row("GL-0002").subject.id, "count_started")[0].number == 21


def test_row_79_each_class_has_its_rule_and_an_exemption_has_its_own(settled):
    town = settled("2020-02-10 09:00")
    assert held(town, isolate(town, "2020-02-09 15:00", basis="tourist")).field == "isolation.basis"
    isolate(town, "2020-02-09 15:00", basis="overseas")
    assert town.subject_row("GL-0001").what.zh == "境外返京"
    assert held(town, decide(town, "exempt", by="lead", exemption="friend")).field == "isolationChange.exemption"
    decide(town, "exempt", by="lead", exemption="stayed-14-days")
    assert state_of(town) == "exempt"


def test_row_77_fever_is_told_at_any_hour(settled):
    town = settled("2020-02-10 23:00")
    isolate(town, "2020-02-09 15:00")
    contact(town, abnormal=True)
    assert {line[2] for line in town.told_about("GL-0001") if line[1] == "isolation_abnormal"} == {"area-c", "lead", "leader-n"}


def committee(town):
    town.enter(acts.site("COMM-1", "COMM", "c1", "社区居委会", "community committee"))


def test_row_77_two_missed_in_a_row_open_one_case_of_the_community(settled):
    """4.6 rule 17: not after one; followed up by the area contact; noted, not doubled, while it is open."""
    town = settled("2020-02-01 21:00")
    committee(town)
    isolate(town)
    town.until("2020-02-02 12:00:01")
    assert town.case("COMM-1", "IS-01") is None
    assert [acts.local_s(task.due_s) for task in town.tasks_about("GL-0001") if task.kind == state.TASK_KIND_ISOLATION_CONTACT] == [
        "2020-02-02 20:00"]   # the one that was missed is over
    town.until("2020-02-02 20:00:01")
    case = town.case("COMM-1", "IS-01")
    assert (case.owner, case.level) == ("area-c", "A") and "GL-0001" in case.finding
    town.until("2020-02-03 12:00:01")
    assert len(town.case_facts("COMM-1", "IS-01", "opened")) == 1
    assert len(town.case_facts("COMM-1", "IS-01", "still_failing")) == 1


def test_row_77_an_outing_and_a_fever_open_a_case_each(settled):
    town = settled("2020-02-10 09:00")
    committee(town)
    isolate(town, "2020-02-09 15:00")
    contact(town, went_out=True)
    assert town.case("COMM-1", "IS-02").owner == "area-c" and town.case("COMM-1", "TM-03") is None
    contact(town, abnormal=True)
    assert town.case("COMM-1", "TM-03").owner == "area-c" and len(kinds(town, "linked")) == 2


def test_row_77_registered_late_the_days_before_are_shown_as_such(settled):
    town = settled("2020-02-05 09:00")
    isolate(town)
    assert kinds(town, "registered_late")[0].number == 3
    town.until("2020-02-06 13:00")
    said = town.duban("isolations", "GL-0001").stdout
    assert "迟登记" in said and "2020-02-02 – 2020-02-04" in said
    row = the(town)
    assert (row.expected, row.missed) == (2, 2)   # the evening of the 5th, the morning of the 6th


def test_row_77_one_home_is_contacted_in_one_act(settled):
    town = settled("2020-02-02 21:00")
    isolate(town, home="c1-3-201")
    town.enter(acts.isolation("家人", t("2020-02-02 15:00"), home="c1-3-201"), by="area-c")
    town.until("2020-02-03 09:00")
    town.duban("isolation", "contact", "--home", "c1-3-201", "--as", "area-c")
    made = [town.facts(town.subject_row(number).subject.id, "contacted") for number in ("GL-0001", "GL-0002")]
    assert [[fact.number for fact in facts] for facts in made] == [[2], [1]]
    refused = town.duban("isolation", "contact", "GL-0001", "GL-0002", "--abnormal", "--as", "area-c", check=False)
    assert refused.returncode != 0 and "others" in refused.stdout + refused.stderr
    for words in (["--home", ""], ["GL-0001", "--home", "c1-3-201"]):   # everybody who lives alone; both ways at once
        assert town.duban("isolation", "contact", *words, "--as", "area-c", check=False).returncode == 2, words
    town.enter(acts.isolation("邻居", t("2020-02-02 15:00")), by="area-c")
    town.duban("isolation", "contact", "GL-0001", "GL-0003", "--as", "area-c", check=False)
    assert not town.facts(town.subject_row("GL-0003").subject.id, "contacted")


def test_row_77_all_that_are_due_are_released_in_one_act(settled):
    town = settled("2020-02-14 21:00")
    for _ in range(3):
        town.enter(acts.isolation("某人", t("2020-02-01 15:00")), by="area-c")
    town.enter(acts.isolation("某人", t("2020-02-14 15:00")), by="area-c")
    town.until("2020-02-16 08:00")
    assert held(town, town.enter(acts.isolation_release("GL-0001", "GL-0002"), by="insp-n")).field == "account"
    town.duban("isolation", "release", "--all-due", "c1", "--reason", "已逐户核对", "--as", "area-c")
    states = [town.subject_row(f"GL-000{n}").state_label.zh for n in (1, 2, 3, 4)]
    assert states == ["已解除", "已解除", "已解除", "观察中"]
    assert town.duban("isolation", "release", "--all-due", "c1", "--reason", "再来", "--as", "area-c", check=False).returncode == 2


def test_row_77_who_is_under_observation_must_be_named(settled):
    town = settled("2020-02-10 09:00")
    refused = town.duban("isolation", "begin", "--person", " ", "--area", "c1", "--basis", "contact", "--start", "2020-02-09T15:00",
                         "--as", "area-c", check=False)
    assert refused.returncode != 0 and not town.duban("isolations").stdout.count("GL-0001")


def test_row_77_a_refused_registration_leaves_no_name_behind(settled):
    """Section 10: it was rejected for good; what it said of people is gone."""
    town = settled("2020-02-10 09:00")
    sequence = town.enter(acts.isolation(PERSON, t("2020-02-09 15:00"), basis="tourist", address=ADDRESS), by="area-c")
    assert held(town, sequence) and on_disk(town, PERSON)
    rejected = town.enter(acts.reject(sequence, reason="不属观察对象"), by="clerk")
    town.ingest_status(min_sequence=rejected + 2)   # the tick, and that it has been forgotten
    town.settle()
    assert not on_disk(town, PERSON) and not on_disk(town, ADDRESS)


def on_disk(town, text):
    return any(text.encode() in path.read_bytes() for path in town.data("ingest").rglob("*") if path.is_file())


def test_row_77_the_person_is_in_the_vault_alone_and_forgotten_after_thirty_days(settled):
    """Section 10: what names the person is gone from ingest's files; the journal verifies (finish)."""
    town = settled("2020-02-10 09:00")
    isolate(town, "2020-02-09 15:00", address=ADDRESS)
    for text in (PERSON, ADDRESS):
        assert on_disk(town, text)
        assert not any(text.encode() in record.payload for record in town.journal())
        assert not any(text.encode() in value for _, value in town.table("subject"))
    decide(town, "exempt", by="lead", exemption="special-duty")
    town.until("2020-03-11 08:59")
    assert on_disk(town, PERSON)
    last = town.ingest_status().last_sequence
    town.until("2020-03-11 09:00")
    town.ingest_status(min_sequence=last + 2)   # the tick, and that it has been forgotten
    town.settle()
    assert len(kinds(town, "forgotten")) == 2
    assert not on_disk(town, PERSON) and not on_disk(town, ADDRESS)
    assert "个人信息已从保密库删除" in town.duban("isolations", "GL-0001").stdout
    assert town.duban("isolations", "--all").stdout


def test_rows_77_to_79_the_commands_submit_and_say_what_is_wrong(settled):
    town = settled("2020-02-10 09:00")
    begin = ["isolation", "begin", "--person", PERSON, "--area", "c1", "--start", "2020-02-09T15:00", "--as", "area-c"]
    assert town.duban(*begin, check=False).returncode == 2   # of which class?
    town.duban(*begin, "--basis", "contact")
    town.duban("isolation", "contact", "GL-0001", "--as", "area-c")
    said = town.duban("isolations", "GL-0001").stdout
    assert "密切接触者" in said and "2020-02-10  正常" in said and PERSON not in said
    town.duban("isolation", "lengthen", "GL-0001", "--until", "2020-02-28T12:00", "--reason", "核酸未出", "--as", "clerk")
    assert ends(town) == "2020-02-29 00:00"
    town.duban("isolation", "transfer", "GL-0001", "--reason", "就医", "--as", "clerk")
    assert state_of(town) == "transferred"
