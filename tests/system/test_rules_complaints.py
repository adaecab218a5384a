"""Complaints: domain rows 33 to 39 and 29, 4.1 row V, 4.4, 4.6 rules 1, 12, 19, 20, 21."""
import acts
import entry_pb2 as pb
import pytest
import state_pb2 as state
import wire
from acts import MINUTE, t

UNFOUNDED, PARTLY = pb.COMPLAINT_OUTCOME_UNFOUNDED, pb.COMPLAINT_OUTCOME_PARTLY
SUBSTANTIATED, UNVERIFIABLE = pb.COMPLAINT_OUTCOME_SUBSTANTIATED, pb.COMPLAINT_OUTCOME_UNVERIFIABLE


def complain(town, site="GATE-1", by="clerk", **fields):
    return town.enter(acts.complaint(site, **fields), by=by)


def observe(town, minutes=25, site="GATE-1", by="insp-n", at=None, **answers):
    end_ms = town.now if at is None else t(at)
    answers = answers or {"passes": ["GT-03"]}
    return town.enter(acts.report(site, by, end_ms, purpose=pb.PURPOSE_OBSERVATION,
                                  started_at_ms=end_ms - minutes * MINUTE, **answers), by=by)


def conclude(town, number="TS-0001", outcome=UNFOUNDED, by="insp-n", **fields):
    return town.enter(acts.result(number, outcome, **fields), by=by)


def state_of(town, number="TS-0001"):
    return state.ComplaintState.Name(town.subject_row(number).subject.complaint.state).removeprefix("COMPLAINT_STATE_").lower()


def held(town, sequence):
    (row,) = town.quarantine(sequence=sequence)
    return row


def kinds(town, number, kind):
    return town.facts(town.subject_row(number).subject.id, kind)


# ---------------------------------------------------------------- row 33: intake

def test_row_33_a_complaint_becomes_a_verification_task_with_a_deadline(settled):
    town = settled("2020-02-10 10:00")
    complain(town, received_at_ms=t("2020-02-10 09:30"), place="东门", complainant="某居民 13800000000")
    row = town.subject_row("TS-0001")
    complaint = row.subject.complaint
    assert (row.subject.site, row.zone, row.state_label.zh) == ("GATE-1", "north", "核实中")
    assert (complaint.source, complaint.matter, complaint.place) == ("12345", "GT-03", "东门")
    assert complaint.received_ms == t("2020-02-10 09:30") and len(complaint.complainant_token) == 16
    (task,) = town.tasks_about("TS-0001")
    assert task.kind == state.TASK_KIND_COMPLAINT and acts.local_s(task.due_s) == "2020-02-11 10:00"
    assert town.told_about("TS-0001") == [("2020-02-10 10:00", "complaint_in", who) for who in ("insp-n", "insp-n2", "leader-n")]


def test_row_33_danger_or_fever_is_two_hours_at_any_time(settled):
    town = settled("2020-02-10 23:00")
    complain(town, danger=True)
    (task,) = town.tasks_about("TS-0001")
    assert acts.local_s(task.due_s) == "2020-02-11 01:00"
    assert [line[0] for line in town.told_about("TS-0001")] == ["2020-02-10 23:00"] * 3


def test_row_33_the_complainant_is_seen_by_nobody_outside_the_vault(settled):
    town = settled("2020-02-10 10:00")
    complain(town, complainant="某居民 13800000000")
    assert not any(b"13800000000" in record.payload for record in town.journal())
    assert not any(b"13800000000" in value for _, value in town.table("subject"))
    assert "13800000000" not in str(town.spool())


def test_row_33_a_place_without_a_site_is_the_groups_of_its_area(settled):
    town = settled("2020-02-10 10:00")
    complain(town, area="c1")
    assert {line[2] for line in town.told_about("TS-0001")} == {"insp-n", "insp-n2", "leader-n"}
    town.until("2020-02-10 11:00")
    observe(town)
    without = conclude(town)
    assert held(town, without).field == "complaintResult.site"
    conclude(town, site="GATE-1")
    assert state_of(town) == "feedback"


@pytest.mark.parametrize("field,entry", [
    ("complaint.site", acts.complaint("GATE-9")), ("complaint.area", acts.complaint(area="c9")),
    ("complaint.matter", acts.complaint("GATE-1", matter="ZZ-99")),
    ("complaint.receivedAtMs", acts.complaint("GATE-1", received_at_ms=t("2020-02-10 10:01"))),
])
def test_row_33_what_rules_does_not_know_is_held_with_the_field(settled, field, entry):
    town = settled("2020-02-10 10:00")
    row = held(town, town.enter(entry, by="clerk"))
    assert row.field == field and row.zh and row.en
    assert not town.subject_rows()


def test_row_33_a_wrong_site_is_put_right_on_release(settled):
    town = settled("2020-02-10 10:00")
    sequence = complain(town, site="GATE-9")
    town.until("2020-02-10 11:00")
    town.enter(acts.release(sequence, site="GATE-1"), by="clerk")
    row = town.subject_row("TS-0001")
    assert row.subject.site == "GATE-1" and row.subject.complaint.received_ms == t("2020-02-10 10:00")


def test_row_33_the_same_submission_twice_is_one_complaint(settled):
    town = settled("2020-02-10 10:00")
    client_id = town.new_id()
    for _ in range(2):
        town.enter(acts.complaint("GATE-1"), by="clerk", client_id=client_id)
    assert [row.number for row in town.subject_rows()] == ["TS-0001"]


def test_row_33_only_the_clerk_or_the_lead_takes_complaints(settled):
    town = settled("2020-02-10 10:00")
    assert held(town, complain(town, by="insp-n")).field == "account"
    complain(town, by="lead")
    assert state_of(town) == "verifying"


def test_row_33_reminders_before_and_after_the_due_go_up(settled):
    town = settled("2020-02-10 15:00")
    complain(town)
    town.until("2020-02-11 19:00:01")
    told = [line for line in town.told_about("TS-0001", since="2020-02-10 15:01") if line[2] in ("leader-n", "lead", "area-c")]
    assert told == [
        ("2020-02-11 11:00", "complaint_due", "leader-n"), ("2020-02-11 14:00", "complaint_due", "leader-n"),
        ("2020-02-11 15:00:01", "complaint_overdue", "leader-n"),
        ("2020-02-11 17:00", "complaint_overdue", "area-c"), ("2020-02-11 17:00", "complaint_overdue", "lead"),
        ("2020-02-11 19:00", "complaint_overdue", "leader-n"),
    ]
    assert town.subject_row("TS-0001").overdue
    observe(town, at="2020-02-11 14:30")   # arrives late: it was looked at in time
    assert kinds(town, "TS-0001", "cured")


# ---------------------------------------------------------------- row 34: what was known

def test_row_34_the_task_and_its_notice_show_the_last_visits_and_open_cases(settled):
    town = settled("2020-02-08 10:00")
    town.visit("GATE-1", fails=["GT-04", "GT-05"])
    for day in ("02-08 12:00", "02-09 10:00", "02-09 15:00"):
        town.until("2020-" + day)
        town.visit("GATE-1", passes=["GT-03"])
    town.until("2020-02-10 10:00")
    complain(town)
    (notice,) = [row.notice for row in town.notices(kind="complaint_in", recipient="leader-n")]
    (item,) = notice.items
    assert [(acts.local_s(visit.at_s), visit.failed) for visit in item.prior_visits] == [
        ("2020-02-09 15:00", 0), ("2020-02-09 10:00", 0), ("2020-02-08 12:00", 0)]
    assert list(item.prior_cases) == ["DB-0001", "DB-0002"]
    (line,) = [line for line in town.spool() if line["kind"] == "complaint_in" and line["to"] == "leader-n"]
    assert "TS-0001" in line["text"]["zh"] and "20分钟" in line["text"]["zh"]
    assert "2月9日巡查无不合格" in line["text"]["zh"] and "未销号：DB-0001、DB-0002" in line["text"]["zh"]
    page = town.duban("complaints", "TS-0001").stdout
    assert "DB-0002" in page and "2020-02-09 15:00" in page


# ---------------------------------------------------------------- row 35: seen on site, whatever the prior

@pytest.mark.parametrize("outcome", [UNFOUNDED, UNVERIFIABLE, SUBSTANTIATED, PARTLY])
def test_row_35_no_complaint_is_closed_without_a_visit_since_whatever_the_prior(settled, outcome):
    town = settled("2020-02-10 08:00")
    observe(town, minutes=60, fails=["GT-05"])
    town.until("2020-02-10 10:00")
    complain(town)
    town.until("2020-02-10 11:00")
    row = held(town, conclude(town, outcome=outcome))
    assert row.field == "complaintResult.complaint" and "现场核实" in row.zh and "complaints.observation" in row.en
    assert state_of(town) == "verifying"


def test_row_35_after_means_by_the_time_of_the_visit_not_of_its_arrival(settled):
    town = settled("2020-02-10 12:00")
    complain(town, received_at_ms=t("2020-02-10 11:00"))
    observe(town, at="2020-02-10 11:00")       # at that very moment is not after
    assert held(town, conclude(town)).state == state.QUARANTINE_STATE_HELD
    observe(town, at="2020-02-10 11:40")       # before the clerk entered it, after it was made
    conclude(town)
    assert state_of(town) == "feedback"


@pytest.mark.parametrize("purpose", [pb.PURPOSE_GUIDANCE, pb.PURPOSE_REVISIT, pb.PURPOSE_CHECK_IN])
def test_row_35_no_other_visit_is_a_check(settled, purpose):
    town = settled("2020-02-10 10:00")
    complain(town)
    town.until("2020-02-10 11:00")
    town.visit("GATE-1", passes=["GT-03"], purpose=purpose, started_at_ms=t("2020-02-10 10:10"))
    town.enter(acts.attempt("GATE-1", "insp-n", town.now, purpose=pb.PURPOSE_OBSERVATION), by="insp-n")
    assert held(town, conclude(town)).field == "complaintResult.complaint"


def test_row_35_an_inspection_of_any_length_is_a_check(settled):
    town = settled("2020-02-10 10:00")
    complain(town)
    town.until("2020-02-10 11:00")
    town.visit("GATE-1", passes=["GT-03"])
    conclude(town)
    assert state_of(town) == "feedback"


def test_row_35_a_result_that_overtakes_its_visit_is_released_when_that_has_come(settled):
    town = settled("2020-02-10 10:00")
    complain(town)
    town.until("2020-02-10 12:00")
    sequence = conclude(town)
    assert held(town, sequence).state == state.QUARANTINE_STATE_HELD
    observe(town, at="2020-02-10 11:30")
    town.enter(acts.release(sequence), by="clerk")
    assert held(town, sequence).state == state.QUARANTINE_STATE_RELEASED
    complaint = town.subject_row("TS-0001").subject.complaint
    assert (complaint.concluded_by, state_of(town)) == ("insp-n", "feedback")


# ---------------------------------------------------------------- row 36: twenty minutes

def test_row_36_a_shorter_observation_is_insufficient_and_says_so(settled):
    town = settled("2020-02-10 10:00")
    complain(town)
    town.until("2020-02-10 11:00")
    observe(town, minutes=19)
    (fact,) = kinds(town, "TS-0001", "visit_not_counted")
    assert (fact.reason, fact.number, fact.of, fact.rule) == ("insufficient_observation", 19, 20, "complaints.observation")
    row = held(town, conclude(town))
    assert "不足 20 分钟" in row.zh and "insufficient observation" in row.en
    town.until("2020-02-10 12:00")
    observe(town, minutes=20)
    assert kinds(town, "TS-0001", "visited")
    conclude(town)
    assert state_of(town) == "feedback"


def test_row_36_an_observation_without_its_start_does_not_count(settled):
    town = settled("2020-02-10 10:00")
    complain(town)
    town.until("2020-02-10 11:00")
    town.visit("GATE-1", passes=["GT-03"], purpose=pb.PURPOSE_OBSERVATION)
    (fact,) = kinds(town, "TS-0001", "visit_not_counted")
    assert fact.reason == "no_start"


# ---------------------------------------------------------------- rows 37 and 38: what was found

def test_row_37_the_items_of_the_gate_are_answered_by_the_observation(settled):
    town = settled("2020-02-10 10:00")
    complain(town)
    town.until("2020-02-10 11:00")
    visit = observe(town, passes=["GT-03", "GT-02", "TM-01"])
    conclude(town, text="出入有序、测温查证到位")
    complaint = town.subject_row("TS-0001").subject.complaint
    assert complaint.visit_sequence == visit and complaint.result == "出入有序、测温查证到位"


@pytest.mark.parametrize("outcome", [SUBSTANTIATED, PARTLY])
def test_row_38_found_true_opens_cases_and_is_linked_with_them(settled, outcome):
    town = settled("2020-02-10 10:00")
    complain(town)
    town.until("2020-02-10 11:00")
    observe(town, fails=["GT-03", "GT-05"], passes=["GT-02"])
    conclude(town, outcome=outcome)
    complaint = town.subject_row("TS-0001").subject.complaint
    assert set(complaint.cases) == {town.case("GATE-1", item).id for item in ("GT-03", "GT-05")}
    (fact,) = town.case_facts("GATE-1", "GT-03", "linked")
    assert fact.other == town.subject_row("TS-0001").subject.id
    assert town.case("GATE-1", "GT-03").state == state.CASE_STATE_RECTIFYING


def test_row_38_found_true_without_a_failing_item_is_refused_and_names_it(settled):
    town = settled("2020-02-10 10:00")
    complain(town)
    town.until("2020-02-10 11:00")
    observe(town, passes=["GT-03"])
    row = held(town, conclude(town, outcome=SUBSTANTIATED))
    assert row.field == "complaintResult.outcome" and "GT-03" in row.zh and "GT-03" in row.en
    assert state_of(town) == "verifying" and town.case("GATE-1", "GT-03") is None


def test_row_38_unfounded_marks_nobody_and_keeps_its_history(settled):
    town = settled("2020-02-10 10:00")
    complain(town, complainant="某居民")
    before = town.table("holder"), town.table("case")
    town.until("2020-02-10 11:00")
    observe(town, minutes=23)
    conclude(town, text="秩序良好")
    assert (town.table("holder"), town.table("case")) == before
    (fact,) = kinds(town, "TS-0001", "concluded")
    assert (fact.outcome, fact.reason, fact.actor) == (UNFOUNDED, "秩序良好", "insp-n")


def test_row_38_only_the_group_of_the_zone_concludes(settled):
    town = settled("2020-02-10 10:00")
    complain(town)
    town.until("2020-02-10 11:00")
    observe(town)
    for account in ("clerk", "insp-s", "office"):
        assert held(town, conclude(town, by=account)).field == "account"
    conclude(town, by="leader-n")
    assert state_of(town) == "feedback"


def test_row_38_a_second_result_is_kept_and_changes_nothing(settled):
    town = settled("2020-02-10 10:00")
    complain(town)
    town.until("2020-02-10 11:00")
    observe(town)
    conclude(town)
    conclude(town, outcome=UNVERIFIABLE)
    assert town.subject_row("TS-0001").subject.complaint.outcome == UNFOUNDED
    (fact,) = kinds(town, "TS-0001", "contradiction")
    assert fact.reason == "concluded"


# ---------------------------------------------------------------- rows 39 and 29: fed back

def test_rows_39_and_29_it_stays_open_until_the_office_has_receipted(settled):
    town = settled("2020-02-10 10:00")
    complain(town)
    town.until("2020-02-10 11:00")
    observe(town)
    conclude(town)
    (task,) = town.tasks_about("TS-0001")
    assert (task.kind, task.office, acts.local_s(task.due_s)) == (state.TASK_KIND_FEEDBACK, "kongwei", "2020-02-11 11:00")
    assert ("2020-02-10 11:00", "complaint_result", "office") in town.told_about("TS-0001")
    assert town.subject_row("TS-0001").state_label.zh == "反馈待收" and not town.subject_row("TS-0001").subject.finished_s
    town.enter(acts.receipt("TS-0001", "已收"), by="office")
    assert state_of(town) == "finished" and town.subject_row("TS-0001").subject.finished_s
    assert not town.subject_rows(closed_too=False) and not town.tasks_about("TS-0001")


def test_row_29_what_is_not_receipted_is_asked_for_and_goes_up(settled):
    town = settled("2020-02-10 10:00")
    complain(town)
    town.until("2020-02-10 11:00")
    observe(town)
    conclude(town)
    town.until("2020-02-13 12:00")
    told = town.told_about("TS-0001", since="2020-02-10 11:01")
    assert ("2020-02-11 07:00", "feedback_not_receipted", "office") in told
    assert ("2020-02-11 11:00:01", "feedback_not_receipted", "office") in told
    assert ("2020-02-11 11:00:01", "feedback_overdue", "clerk") in told
    assert ("2020-02-13 11:00", "feedback_overdue", "lead") in told
    (line,) = [line for line in town.spool() if line["kind"] == "feedback_overdue" and line["to"] == "lead"]
    assert "控违办" in line["text"]["zh"] and "3天" in line["text"]["zh"]
    town.enter(acts.receipt("TS-0001"), by="office")
    town.until("2020-02-16 12:00")
    assert town.told_about("TS-0001", since="2020-02-13 12:01") == []


def test_row_29_no_notice_leaves_once_it_has_been_receipted(settled):
    town = settled("2020-02-10 10:00")
    complain(town)
    town.until("2020-02-10 23:00")
    observe(town)
    conclude(town)             # at night: kept for the morning
    town.until("2020-02-11 05:00")
    town.enter(acts.receipt("TS-0001"), by="office")
    town.until("2020-02-11 12:00")
    assert not [line for line in town.spool() if line["kind"] == "complaint_result"]


def test_row_29_only_its_office_receipts_and_only_a_result(settled):
    town = settled("2020-02-10 10:00")
    complain(town)
    early = town.enter(acts.receipt("TS-0001"), by="office")
    assert held(town, early).field == "feedbackReceipt.complaint"
    town.until("2020-02-10 11:00")
    observe(town)
    assert held(town, conclude(town, office="nobody")).field == "complaintResult.office"
    conclude(town)
    for account in ("clerk", "lead", "insp-n"):
        assert held(town, town.enter(acts.receipt("TS-0001"), by=account)).field == "account"
    for _ in range(2):
        town.enter(acts.receipt("TS-0001"), by="office")
    (fact,) = kinds(town, "TS-0001", "contradiction")
    assert fact.reason == "receipted" and len(kinds(town, "TS-0001", "finished")) == 1


# ---------------------------------------------------------------- 4.6 rule 19

def test_rule_19_another_on_the_same_site_and_matter_shares_the_visit_and_gets_its_own_feedback(settled):
    town = settled("2020-02-10 10:00")
    complain(town)
    town.until("2020-02-10 10:30")
    complain(town, text="门口又乱了", source="letter")
    complain(town, matter="GT-02")
    assert not town.tasks_about("TS-0002") and town.tasks_about("TS-0003")
    assert kinds(town, "TS-0002", "linked") and kinds(town, "TS-0001", "linked")
    town.until("2020-02-10 11:00")
    observe(town)
    conclude(town)
    assert [state_of(town, number) for number in ("TS-0001", "TS-0002", "TS-0003")] == ["feedback", "feedback", "verifying"]
    for number in ("TS-0001", "TS-0002"):
        assert ("2020-02-10 11:00", "complaint_result", "office") in town.told_about(number)
    town.enter(acts.receipt("TS-0002"), by="office")
    assert [state_of(town, number) for number in ("TS-0001", "TS-0002")] == ["feedback", "finished"]


def test_rule_19_one_made_after_the_visit_is_not_answered_by_it(settled):
    town = settled("2020-02-10 10:00")
    complain(town)
    town.until("2020-02-10 11:00")
    observe(town)
    town.until("2020-02-10 12:00")
    complain(town)
    conclude(town)
    assert [state_of(town, number) for number in ("TS-0001", "TS-0002")] == ["feedback", "verifying"]
    (task,) = town.tasks_about("TS-0002")
    assert task.kind == state.TASK_KIND_COMPLAINT and acts.local_s(task.due_s) == "2020-02-11 12:00"


def test_rule_19_after_the_result_a_new_one_is_checked_anew(settled):
    town = settled("2020-02-10 10:00")
    complain(town)
    town.until("2020-02-10 11:00")
    observe(town)
    conclude(town)
    town.until("2020-02-10 12:00")
    complain(town)
    assert held(town, conclude(town, "TS-0002")).field == "complaintResult.complaint"


# ---------------------------------------------------------------- the operator's command

def test_the_command_enters_concludes_receipts_and_tells(settled):
    town = settled("2020-02-10 10:00")
    said = town.duban("complaint", "enter", "--site", "GATE-1", "--matter", "GT-03", "--text", "进出无序", "--as", "clerk").stdout
    assert "TS-0001" in said and "核实中" in said
    town.until("2020-02-10 11:00")
    visit = observe(town)
    refused = town.duban("complaint", "result", "TS-0001", "substantiated", "--text", "有一点乱", "--office", "kongwei",
                         "--as", "insp-n", check=False)
    assert refused.returncode == 1 and "GT-03" in refused.stderr
    unseen = observe(town, passes=["GT-01"])
    kept = town.duban("complaint", "result", "ＴＳ－０００１", "unfounded", "--text", "秩序良好", "--office", "kongwei",
                      "--visit", unseen, "--as", "insp-n", check=False)
    assert kept.returncode == 1 and "不能认定不属实" in kept.stderr and "现场查该项" in kept.stderr
    assert "不能认定不属实" in town.duban("contradictions").stdout
    assert "matter_not_passed" in town.duban("contradictions", "--json").stdout
    said = town.duban("complaint", "result", "TS-0001", "unfounded", "--text", "秩序良好", "--office", "kongwei",
                      "--visit", visit, "--as", "insp-n").stdout
    assert "不属实" in said and "反馈待收" in said
    assert "TS-0001" in town.duban("tasks", "--kind", "feedback").stdout
    notices = town.duban("notices", "--case", "TS-0001").stdout
    assert "核实反馈" in notices and "投诉核实" in notices
    (sequence,) = [row.sequence for row in town.notices(kind="complaint_result")]
    why = town.duban("explain", sequence).stdout
    assert "TS-0001" in why and "控违办" in why and "应签收的科室（" in why and "office=" not in why and "policy.yaml" in why
    town.duban("complaint", "receipt", "TS-0001", "--as", "office")
    assert "TS-0001" in town.duban("complaints", "--all").stdout
    assert "TS-0001" not in town.duban("complaints").stdout
    page = town.duban("complaints", "TS-0001").stdout
    assert "秩序良好" in page and "办结" in page
    again = town.duban("complaint", "receipt", "TS-0001", "--as", "office", check=False)
    assert again.returncode == 1 and "已签收" in again.stderr


def test_ingest_names_the_field_at_fault(settled):
    town = settled("2020-02-10 10:00")
    with pytest.raises(wire.Refused) as refused:
        town.submit(acts.complaint("GATE-1", text=" "), by="clerk")
    assert refused.value.field == "complaint.text"


# ---------------------------------------------------------------- killed in between

def test_a_complaint_survives_kill_9_at_any_step(settled):
    town = settled("2020-02-10 10:00")
    complain(town)
    town.kill("rules")
    town.start("rules")
    town.until("2020-02-10 11:00")
    observe(town)
    town.kill()
    town.start()
    conclude(town)
    town.kill("rules", "notify")
    town.start("rules", "notify")
    town.enter(acts.receipt("TS-0001"), by="office")
    assert state_of(town) == "finished"


# ---------------------------------------------------------------- section 10

def test_row_33_who_complained_is_forgotten_ninety_days_after_the_closing(settled):
    town = settled("2020-02-10 10:00")
    complain(town, complainant="投诉人甲 13933334444")
    town.jump("2020-02-10 11:00")
    observe(town)
    conclude(town)
    town.enter(acts.receipt("TS-0001"), by="office")
    assert state_of(town) == "finished"

    def is_on_disk():
        return any("投诉人甲".encode() in path.read_bytes() for path in town.data("ingest").rglob("*") if path.is_file())

    town.jump("2020-05-10 10:59")
    assert is_on_disk()
    last = town.ingest_status().last_sequence
    town.until("2020-05-10 11:00")
    town.ingest_status(min_sequence=last + 2)   # the tick, and that it has been forgotten
    town.settle()
    assert not is_on_disk() and kinds(town, "TS-0001", "forgotten")
