"""Opening a case and its deadline: domain 4.1, 4.6 rules 1, 3, 12, 21, and the golden dates of 5.3."""
import acts
import entry_pb2 as pb
import pytest
import state_pb2 as state
import wire
from acts import local_s, t
from township import pack_without


@pytest.mark.parametrize("site, item, level, due", [
    ("COUR-1", "TM-01", "A", "2020-02-10 12:00"),
    ("COUR-1", "DS-01", "B", "2020-02-11 10:00"),
    ("COUR-1", "EP-05", "C", "2020-02-13 10:00"),
    ("CONS-1", "MS-04", "D", "2020-02-17 18:00"),
])
def test_a_failed_item_opens_a_case_with_the_deadline_of_its_level(settled, site, item, level, due):
    town = settled("2020-02-10 10:00")
    sequence = town.visit(site, fails=[item])
    case = town.case(site, item)
    assert (case.level, local_s(case.due_s), case.number, case.round) == (level, due, 1, 1)
    assert (case.finder, case.owner, case.opened_by_sequence) == ("insp-n", "insp-n", sequence)
    assert case.original_due_s == case.due_s and case.found_at_ms == t("2020-02-10 10:00")
    task = town.task(site, item, "rectification")
    assert task.due_s == case.due_s and task.cause_sequence == sequence


def test_an_item_may_have_a_limit_and_passes_of_its_own(settled, tmp_path):
    town = settled("2020-02-10 10:00")
    town.duban("policy", "activate", pack_without(tmp_path / "pack", "urgent"), "--approver", "lead")
    town.visit("COUR-1", fails=["UR-01", "EP-04"])
    assert local_s(town.case("COUR-1", "UR-01").due_s) == "2020-02-10 11:00"
    assert town.case("COUR-1", "UR-01").passes_needed == 1
    assert town.case("COUR-1", "EP-04").passes_needed == 1   # level B has 2
    assert town.case("COUR-1", "EP-04").level == "B"


def test_every_day_of_the_golden_table_comes_out(settled):
    starts = {
        "2020-02-08 10:00": ("02-08 12:00", "02-09 10:00", "02-11 10:00", "02-15 18:00"),
        "2020-02-10 10:00": ("02-10 12:00", "02-11 10:00", "02-13 10:00", "02-17 18:00"),
        "2020-02-10 20:00": ("02-10 22:00", "02-11 20:00", "02-13 20:00", "02-17 18:00"),
        "2020-02-11 12:30": ("02-11 14:30", "02-12 12:30", "02-14 12:30", "02-18 18:00"),
        "2020-02-14 17:00": ("02-14 19:00", "02-15 17:00", "02-17 17:00", "02-21 18:00"),
        "2020-02-25 00:00": ("02-25 02:00", "02-26 00:00", "02-28 00:00", "03-03 18:00"),   # over the leap day
        "2020-04-03 17:00": ("04-03 19:00", "04-04 17:00", "04-06 17:00", "04-10 18:00"),
        "2020-04-26 09:00": ("04-26 11:00", "04-27 09:00", "04-29 09:00", "05-03 18:00"),
        "2020-04-30 16:30": ("04-30 18:30", "05-01 16:30", "05-03 16:30", "05-07 18:00"),
    }
    town = settled()
    for number, (start, dues) in enumerate(starts.items()):
        code = f"FACT-G{number}"
        town.jump(start)
        town.enter(acts.site(code, "FACT", "v1", "金例厂", "golden factory"))
        town.visit(code, by="insp-s", fails=["TM-01", "DS-01", "DS-04", "MS-04"])   # A, B, C, D
        found = tuple(local_s(town.case(code, item).due_s)[5:] for item in ("TM-01", "DS-01", "DS-04", "MS-04"))
        assert found == dues, start


def test_all_findings_of_one_visit_go_to_the_site_in_one_notice(settled):
    town = settled("2020-02-10 10:00")
    town.visit("COUR-1", fails=["DS-01", "DS-02", "EP-05"], passes=["EP-01"])
    (row,) = town.notices(recipient="site-cour-1")
    assert row.notice.kind == "notice_to_site"
    assert [item.number for item in row.notice.items] == ["DB-0001", "DB-0002", "DB-0003"]
    for item, words in zip(row.notice.items, ("public areas disinfected at least twice a day, with log",
                                              "counter disinfected every 2 h, dated sign",
                                              "staff can say whom to report to")):
        assert words in item.finding.en
    assert town.case("COUR-1", "EP-01") is None
    (line,) = [line for line in town.spool() if line["to"] == "site-cour-1"]
    assert all(item["finding"]["zh"] in line["text"]["zh"] for item in line["items"])


def test_findings_of_different_levels_are_each_told_with_their_own_limit(settled):
    town = settled("2020-02-10 10:00")
    town.visit("COUR-1", fails=["TM-01", "DS-01", "MS-04"])   # A, B, D
    (row,) = town.notices(recipient="site-cour-1", kind="notice_to_site")
    (line,) = [line for line in town.spool() if line["to"] == "site-cour-1"]
    for language, due, close in (("zh", "2月10日 12:00前", "请于各自时限前整改"),
                                 ("en", "by 10 Feb 12:00", "Fix by the time given with each")):
        text = line["text"][language]
        assert f"{due}" in text and close in text
        for item in row.notice.items:
            finding = getattr(item.finding, language)
            day = int(local_s(item.due_s)[8:10])
            limit = text[text.index(finding) + len(finding):]
            assert limit.startswith(f"（2月{day}日 " if language == "zh" else f" (by {day} Feb "), limit


def test_the_finder_follows_up_and_has_nothing_to_acknowledge(settled):
    town = settled("2020-02-10 10:00")
    town.visit("COUR-1", fails=["DS-01"])
    assert town.task("COUR-1", "DS-01", "acknowledgement") is None
    assert town.case("COUR-1", "DS-01").state == state.CASE_STATE_RECTIFYING


def test_a_later_fail_before_the_due_time_is_recorded_and_opens_nothing(settled):
    town = settled("2020-02-10 10:00")
    town.visit("COUR-1", fails=["DS-01"])
    before = town.case("COUR-1", "DS-01")
    town.until("2020-02-10 16:00")
    second = town.visit("COUR-1", by="insp-n2", fails=["DS-01"])
    case = town.case("COUR-1", "DS-01")
    assert len(town.case_rows(site="COUR-1")) == 1
    assert (case.due_s, case.round, case.failed_revisits, case.owner) == (before.due_s, 1, 0, "insp-n")
    (fact,) = town.case_facts("COUR-1", "DS-01", "still_failing")
    assert fact.entry_sequence == second and fact.actor == "insp-n2"


def test_a_later_fail_by_whatever_kind_of_visit_opens_no_second_case(settled):
    town = settled("2020-02-10 10:00")
    town.visit("COUR-1", fails=["DS-01"])
    for purpose in (pb.PURPOSE_REVISIT, pb.PURPOSE_OBSERVATION, pb.PURPOSE_CHECK_IN, pb.PURPOSE_INSPECTION):
        town.until(town.now + acts.HOUR)
        town.visit("COUR-1", fails=["DS-01"], purpose=purpose)
    assert len(town.case_rows()) == 1


def test_what_was_not_checked_opens_no_case_and_passes_nothing(settled):
    town = settled("2020-02-10 10:00")
    town.visit("COUR-1", not_checked=["DS-01"])
    assert town.case("COUR-1", "DS-01") is None
    town.visit("COUR-1", fails=["DS-01"])
    town.until("2020-02-10 12:00")
    town.visit("COUR-1", not_checked=["DS-01"], purpose=pb.PURPOSE_REVISIT)
    assert town.case("COUR-1", "DS-01").passes == 0


def test_exactly_at_the_due_time_is_on_time_and_one_second_later_is_not(settled):
    town = settled("2020-02-10 10:00")
    town.visit("COUR-1", fails=["DS-01"])
    town.until("2020-02-11 10:00")
    assert not town.case_row("COUR-1", "DS-01").overdue
    assert not town.case_facts("COUR-1", "DS-01", "overdue")
    town.until("2020-02-11 10:00:01")
    assert town.case_row("COUR-1", "DS-01").overdue
    (fact,) = town.case_facts("COUR-1", "DS-01", "overdue")
    assert local_s(fact.at_s) == "2020-02-11 10:00:01"


def test_deadlines_start_at_the_stamp_and_the_field_time_is_kept(settled):
    town = settled("2020-02-10 10:00")
    town.visit("COUR-1", fails=["DS-01"], at="2020-02-10 07:00")   # offline for three hours
    case = town.case("COUR-1", "DS-01")
    assert case.found_at_ms == t("2020-02-10 07:00")
    assert local_s(case.due_s) == "2020-02-11 10:00"


@pytest.mark.parametrize("device, doubtful", [
    ("2020-02-07 10:00", False), ("2020-02-07 09:59:59", True), ("2020-02-10 10:00:01", True), ("2020-02-10 10:00",
                                                                                                False)])
def test_a_device_time_out_of_its_window_is_doubtful_and_the_stamp_counts(settled, device, doubtful):
    town = settled("2020-02-10 10:00")
    town.visit("COUR-1", fails=["DS-01"], at=device)
    case = town.case("COUR-1", "DS-01")
    assert case.found_at_ms == t("2020-02-10 10:00" if doubtful else device)
    assert bool(town.facts(kind="time_doubtful")) == doubtful


def test_a_reporter_other_than_the_account_must_be_marked_as_entered_for_him(settled):
    town = settled("2020-02-10 10:00")
    entry = acts.report("COUR-1", "insp-n", town.now, fails=["DS-01"])
    held = town.enter(entry, by="clerk")
    assert [row.sequence for row in town.quarantine()] == [held]
    entry.report.entered_for = True
    town.enter(entry, by="clerk")
    assert town.case("COUR-1", "DS-01").finder == "insp-n"


def test_a_report_of_another_zones_inspector_is_not_applied(settled):
    town = settled("2020-02-10 10:00")
    held = town.enter(acts.report("COUR-1", "insp-s", town.now, fails=["DS-01"]), by="insp-s")
    assert town.case("COUR-1", "DS-01") is None
    assert [row.sequence for row in town.quarantine()] == [held]


def test_an_unknown_site_is_refused_by_meaning_and_not_by_form(settled):
    town = settled("2020-02-10 10:00")
    assert town.submit(acts.report("NOWHERE", "insp-n", town.now, fails=["DS-01"]), by="insp-n").sequence > 0
    town.settle()
    (row,) = town.quarantine()
    assert row.field == "report.site" and row.zh and row.en
    with pytest.raises(wire.Refused):
        town.submit(acts.report("no where!", "insp-n", town.now, fails=["DS-01"]), by="insp-n")
