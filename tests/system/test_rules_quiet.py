"""Quiet hours, the morning digest, joining, lateness: domain 4.6 rules 11, 12 and 13, and what P6 says of late."""
import acts
import pytest
import township
from acts import local_s


def opened(settled, at, item="DS-01", site="COUR-1"):
    town = settled(at)
    town.visit(site, fails=[item])
    return town


def near(town, item="DS-01", site="COUR-1"):
    return [(at, kind) for at, kind, account in town.told(site, item, kinds=("near_due",)) if account == "insp-n"]


@pytest.mark.parametrize("found, expected", [
    # B has -4 h and -1 h. Quiet hours are [22:00, 07:00).
    ("08:30",
     [("10 21:30", "near_due"), ("11 07:30", "near_due")]),          # 04:30, due before 09:00: the evening before
    ("08:59:59", [("10 21:30", "near_due"), ("11 07:59:59", "near_due")]),
    ("09:00", [("11 07:43", "digest:near_due"), ("11 08:00", "near_due")]),   # due at 09:00 is not before 09:00
    ("10:59:59", [("11 07:43", "digest:near_due"), ("11 09:59:59", "near_due")]),
    ("11:00", [("11 07:00", "near_due"), ("11 10:00", "near_due")]),          # 07:00 itself is not quiet
    ("22:59:59", [("11 18:59:59", "near_due"), ("11 21:59:59", "near_due")]),
    ("23:00",
     [("11 19:00", "near_due")]),                                    # -1 h is 22:00: quiet, and the due is at night
])
def test_a_reminder_inside_quiet_hours_goes_the_evening_before_or_into_the_brief(settled, found, expected):
    town = opened(settled, "2020-02-10 " + found)
    town.until("2020-02-12 12:00")
    assert near(town)[:len(expected)] == [("2020-02-" + at, kind) for at, kind in expected]
    due_s = town.case("COUR-1", "DS-01").due_s
    for row in town.notices(town.case("COUR-1", "DS-01")):
        for line in row.notice.items:
            if "near_due" in (row.notice.kind, line.kind):
                assert row.notice.decided_at_s <= due_s, "near_due never goes after due"


def test_a_reminder_for_the_same_night_goes_before_the_quiet_hours(settled):
    town = opened(settled, "2020-02-10 23:00")               # due 02-11 23:00; -1 h is 22:00, the brief after the due
    town.until("2020-02-12 12:00")
    assert near(town) == [("2020-02-11 19:00", "near_due"), ("2020-02-11 21:30", "near_due")]


def test_a_chase_after_due_inside_quiet_hours_folds_into_the_brief(settled):
    town = opened(settled, "2020-02-10 23:00")               # due 02-11 23:00
    town.until("2020-02-12 07:42:59")
    kinds = ("overdue_owner", "overdue_group_leader", "overdue_lead")
    assert town.told("COUR-1", "DS-01", kinds=kinds) == []
    assert town.case_row("COUR-1", "DS-01").overdue, "overdue it is all the same"
    town.until("2020-02-12 07:43")
    assert town.told("COUR-1", "DS-01", kinds=kinds) == sorted(
        [("2020-02-12 07:43", "digest:overdue_owner", who) for who in ("insp-n", "site-cour-1") for _ in range(
            len([row for row in town.told("COUR-1", "DS-01", kinds=("overdue_owner",)) if row[2] == who]))] +
        [("2020-02-12 07:43", "digest:overdue_group_leader", who) for who in ("area-c", "leader-n")])
    folded = {fact.recipient for fact in town.case_facts("COUR-1", "DS-01", "folded")}
    assert folded >= {"insp-n", "site-cour-1", "area-c", "leader-n"}


def test_what_is_neither_reminder_nor_ladder_waits_until_seven(settled):
    town = opened(settled, "2020-02-10 23:10")
    assert town.notices(recipient="site-cour-1") == []
    town.until("2020-02-11 06:59:59")
    assert town.notices(recipient="site-cour-1") == []
    town.until("2020-02-11 07:00")
    (row,) = town.notices(recipient="site-cour-1")
    assert (row.notice.kind, local_s(row.notice.decided_at_s)) == ("notice_to_site", "2020-02-11 07:00")


def test_level_a_and_short_limits_are_exempt(settled):
    town = opened(settled, "2020-02-10 23:10", "TM-01")
    (row,) = town.notices(recipient="site-cour-1")
    assert row.notice.kind == "notice_to_site" and local_s(row.notice.decided_at_s) == "2020-02-10 23:10"
    town.until("2020-02-11 01:10:01")
    assert ("2020-02-11 01:10:01", "overdue_owner", "site-cour-1") in town.told("COUR-1", "TM-01")


def test_the_digest_is_one_message_for_each_person_with_all_that_concerns_him(settled):
    town = settled("2020-02-10 10:00")
    town.visit("COUR-1", fails=["DS-01", "DS-02", "DS-03"])
    town.visit("GATE-1", fails=["GT-03"])
    town.until("2020-02-11 07:43")
    for who, count in (("insp-n", 4), ("site-cour-1", 3), ("site-gate-1", 1)):
        (row,) = town.notices(recipient=who, kind="digest")
        assert len(row.notice.items) == count and {line.kind for line in row.notice.items} == {"near_due"}
        (line,) = [line for line in town.spool() if line["to"] == who and line["kind"] == "digest"]
        assert line["text"]["zh"].count("DB-") == count


def test_a_digest_says_how_things_stand_when_it_is_read(settled):
    town = opened(settled, "2020-02-10 10:00")               # due 02-11 10:00; folded at 06:00, read at 07:43
    town.until("2020-02-11 07:43")
    for row in town.notices(kind="digest"):
        for line in row.notice.items:
            assert line.left_s == line.due_s - row.notice.decided_at_s == 2 * 3600 + 17 * 60
    town.until("2020-02-12 07:43")
    for row in town.notices(kind="digest"):
        for line in row.notice.items:
            if line.kind == "overdue_owner":
                assert line.overdue_s == row.notice.decided_at_s - line.due_s == 21 * 3600 + 43 * 60


def test_nothing_is_in_the_digest_that_was_done_meanwhile(settled):
    town = opened(settled, "2020-02-10 10:00")
    town.until("2020-02-11 06:30")                           # near_due was folded at 06:00
    town.enter(acts.claim("COUR-1", "DS-01"), by="site-cour-1")
    town.until("2020-02-11 07:43")
    assert near(town) == []
    assert [fact for fact in town.case_facts("COUR-1", "DS-01", "not_told") if fact.message_kind == "near_due"]


# ---------------------------------------------------------------- joining

def test_reminders_due_within_half_an_hour_for_one_person_and_site_join(settled):
    town = settled("2020-02-10 13:00")
    town.visit("COUR-1", fails=["DS-01"])
    town.until("2020-02-10 13:20")
    town.visit("COUR-1", fails=["DS-02"])
    town.until("2020-02-10 13:31")
    town.visit("COUR-1", fails=["DS-03"])
    town.visit("GATE-1", fails=["GT-03"])
    town.until("2020-02-11 12:59")
    rows = [(local_s(row.notice.decided_at_s), row.notice.items[0].site,
             sorted(line.number for line in row.notice.items))
            for row in town.notices(recipient="insp-n", kind="near_due")]
    assert rows == [
        ("2020-02-11 09:00", "COUR-1", ["DB-0001", "DB-0002"]), ("2020-02-11 09:31", "COUR-1", ["DB-0003", "DB-0004"]),   # of one second
        ("2020-02-11 12:00", "COUR-1", ["DB-0001", "DB-0002"]), ("2020-02-11 12:31", "COUR-1", ["DB-0003", "DB-0004"])]


def test_what_is_sent_at_the_due_time_never_moves(settled):
    town = settled("2020-02-10 13:00")
    town.visit("COUR-1", fails=["DS-01"])
    town.until("2020-02-10 13:20")
    town.visit("COUR-1", fails=["DS-02"])
    town.until("2020-02-11 13:21")
    assert [(local_s(row.notice.decided_at_s), len(row.notice.items))
            for row in town.notices(recipient="insp-n", kind="overdue_owner")] == [
        ("2020-02-11 13:00:01", 1), ("2020-02-11 13:20:01", 1)]


def test_a_joined_reminder_is_not_sent_a_second_time_and_leaves_with_its_task(settled):
    town = settled("2020-02-10 13:00")
    town.visit("COUR-1", fails=["DS-01", "DS-02"])
    town.until("2020-02-11 08:00")
    town.enter(acts.claim("COUR-1", "DS-02"), by="site-cour-1")
    town.until("2020-02-11 09:00")
    (row,) = town.notices(recipient="insp-n", kind="near_due")
    assert [line.number for line in row.notice.items] == ["DB-0001"]


# ---------------------------------------------------------------- what was due while nobody was there

def test_what_was_due_while_the_clock_leapt_fires_late_and_says_so(settled):
    town = opened(settled, "2020-02-10 10:00", "TM-01")
    town.jump("2020-02-10 12:10")
    rows = [row.notice for row in town.notices(recipient="site-cour-1", kind="overdue_owner")]
    assert [(notice.late, local_s(notice.due_at_s), local_s(notice.decided_at_s)) for notice in rows] == [
        (True, "2020-02-10 12:00:01", "2020-02-10 12:10")]
    (line,) = [line for line in town.spool() if line["kind"] == "overdue_owner" and line["to"] == "site-cour-1"]
    assert line["late"] is True and "迟发" in line["text"]["zh"] and "late" in line["text"]["en"]


def test_a_minute_is_not_late(settled):
    town = opened(settled, "2020-02-10 10:00", "TM-01")
    town.until("2020-02-10 11:59")
    town.jump("2020-02-10 12:01:01")
    assert [row.notice.late for row in town.notices(recipient="site-cour-1", kind="overdue_owner")] == [False]


def test_near_due_never_goes_after_the_due_time_however_late_the_house_is(settled):
    town = opened(settled, "2020-02-10 10:00")
    town.jump("2020-02-11 12:30")                            # everything of that morning at once
    due_s = town.case("COUR-1", "DS-01").due_s
    late = [row.notice for row in town.notices() if row.notice.kind == "near_due" or
            any(line.kind == "near_due" for line in row.notice.items)]
    assert [notice for notice in late if notice.decided_at_s > due_s] == []
    assert {fact.message_kind for fact in town.case_facts("COUR-1", "DS-01", "not_told")} >= {"near_due"}
    assert ("2020-02-11 12:30", "overdue_owner", "insp-n") in town.told("COUR-1", "DS-01")
    assert ("2020-02-11 12:30", "overdue_group_leader", "leader-n") in town.told("COUR-1", "DS-01")


def test_near_due_never_leaves_after_the_due_time_when_notify_was_down(settled):
    town = opened(settled, "2020-02-10 10:00")
    town.until("2020-02-11 08:00")
    town.stop("notify")
    town.jump("2020-02-11 09:00", settle=False)
    town.jump("2020-02-11 11:00", settle=False)
    town.start("notify")
    town.settle()
    late = [line for line in town.spool() if line["kind"] == "near_due" and line["at"] > "2020-02-11T10:00:00+08:00"]
    told = [row for row in town.notices(kind="near_due") if row.outcomes and row.outcomes[0].grade
            == township.pb.GRADE_DELIVERED]
    assert late == [] and told == []


def test_a_repeat_that_was_due_many_times_fires_once_at_its_last_time(settled):
    town = opened(settled, "2020-02-10 10:00", "TM-01")      # explanation_wanted 13:00 and every 2 h
    town.jump("2020-02-10 18:30")
    told = [row for row in town.told("COUR-1", "TM-01", kinds=("explanation_wanted",)) if row[2] == "insp-n"]
    assert told == [("2020-02-10 18:30", "explanation_wanted", "insp-n")]
    (row,) = town.notices(recipient="insp-n", kind="explanation_wanted")
    assert local_s(row.notice.due_at_s) == "2020-02-10 17:00"
    town.until("2020-02-10 20:30")   # it was delivered at 18:30: his clock begins there
    assert [row[0] for row in town.told("COUR-1", "TM-01", kinds=("explanation_wanted",)) if row[2] == "insp-n"] == [
        "2020-02-10 18:30", "2020-02-10 20:30"]
