"""Claims and first revisit windows: domain 4.6 rules 2 and 6."""
import json

import acts
import entry_pb2 as pb
import pytest
import state_pb2 as state
from acts import local_s, t

CHASING = ("near_due", "due_today", "overdue_owner", "overdue_group_leader", "overdue_lead", "agenda", "reported_up",
           "explanation_wanted")


def window(town, site, item):
    task = town.task(site, item, "revisit")
    return local_s(task.start_s), local_s(task.due_s)


@pytest.mark.parametrize("site, item, found, claimed, end", [
    # A: base + 1 h, by night as by day
    ("COUR-1", "TM-01", "02-10 10:00", "02-10 11:00", "02-10 12:00"),
    ("COUR-1", "TM-01", "02-10 22:00", "02-10 22:30", "02-10 23:30"),
    # B: base + 4 h, unless that is between 20:00 and 08:00: then the next 10:00
    ("COUR-1", "DS-01", "02-10 10:00", "02-10 15:00", "02-10 19:00"),
    ("COUR-1", "DS-01", "02-10 10:00", "02-10 15:59:59", "02-10 19:59:59"),
    ("COUR-1", "DS-01", "02-10 10:00", "02-10 16:00", "02-11 10:00"),
    ("COUR-1", "DS-01", "02-10 10:00", "02-11 02:00", "02-11 10:00"),
    ("COUR-1", "DS-01", "02-10 10:00", "02-11 03:59:59", "02-11 10:00"),
    ("COUR-1", "DS-01", "02-10 10:00", "02-11 04:00", "02-11 08:00"),
    # C: base + 24 h, the same night rule
    ("COUR-1", "EP-05", "02-10 10:00", "02-11 15:00", "02-12 15:00"),
    ("COUR-1", "EP-05", "02-10 10:00", "02-11 21:00", "02-13 10:00"),
    # D: second day, 18:00
    ("CONS-1", "MS-04", "02-10 10:00", "02-12 09:00", "02-14 18:00"),
])
def test_a_claim_opens_the_first_revisit_window(settled, site, item, found, claimed, end):
    town = settled("2020-" + found)
    town.visit(site, fails=[item])
    town.until("2020-" + claimed)
    town.enter(acts.claim(site, item), by="site-" + site.lower())
    assert town.case(site, item).state == state.CASE_STATE_FIX_REPORTED
    start, due = window(town, site, item)
    assert (start, due) == (local_s(t("2020-" + claimed) // 1000), "2020-" + end)


@pytest.mark.parametrize("item, base, end", [
    ("TM-01", "2020-02-10 12:00", "2020-02-10 13:00"),
    ("DS-01", "2020-02-11 10:00", "2020-02-11 14:00"),
    ("EP-05", "2020-02-13 10:00", "2020-02-14 10:00"),
])
def test_without_a_claim_the_window_opens_at_the_due_time(settled, item, base, end):
    town = settled("2020-02-10 10:00")
    town.visit("COUR-1", fails=[item])
    assert town.task("COUR-1", item, "revisit") is None
    town.until(base)
    assert window(town, "COUR-1", item) == (base, end)


def test_a_claim_stops_the_sites_reminders_and_its_ladder(settled):
    town = settled("2020-02-10 10:00")
    town.visit("COUR-1", fails=["DS-01"])
    town.until("2020-02-10 15:00")
    town.enter(acts.claim("COUR-1", "DS-01"), by="site-cour-1")
    town.until("2020-02-14 12:00")
    assert town.told("COUR-1", "DS-01", kinds=CHASING) == []
    assert not town.case_facts("COUR-1", "DS-01", "overdue")
    # From now on the revisit is our task: it is we who are chased.
    missed = town.told("COUR-1", "DS-01", kinds=("revisit_missed",))
    assert missed[:2] == [("2020-02-10 19:00:01", "revisit_missed", "insp-n"),
                          ("2020-02-10 19:00:01", "revisit_missed", "leader-n")]


def test_where_a_revisit_is_missed_each_number_says_what_it_counts(settled):
    town = settled("2020-02-10 10:00")
    town.visit("COUR-1", fails=["DS-01"])
    town.visit("SHOP-1", fails=["DS-01"])
    town.until("2020-02-10 15:00")
    town.enter(acts.claim("COUR-1", "DS-01"), by="site-cour-1")
    town.until("2020-02-12 12:00")
    town.settle()
    assert {row.case_.site: row.overdue_label.zh for row in town.case_rows()} == {"COUR-1": "复查逾期", "SHOP-1": "整改逾期"}
    said = town.duban("cases", "--overdue").stdout
    assert all(words in said for words in ("复查逾期", "revisit overdue", "整改逾期", "not fixed in time")), said
    assert "复查逾期 revisit overdue" in town.duban("case", "COUR-1/DS-01").stdout
    said = town.duban("status").stdout
    assert "1 件是整改逾期（指标 overdue、早报晚报的“逾期未整改”只计这些），1 件已报整改，是我方复查或审批逾期" in said
    assert "cases overdue: 1 not fixed in time" in said and "1 said to be fixed" in said
    (row,) = json.loads(town.duban("figures", "--name", "overdue", "--json").stdout)["rows"]
    assert row["numerator"] == "1" and "复查逾期" in row["meaning"]["zh"] and "revisit overdue" in row["meaning"]["en"]


def test_a_claim_after_the_due_time_stops_the_ladder_too(settled):
    town = settled("2020-02-10 10:00")
    town.visit("COUR-1", fails=["DS-01"])
    town.until("2020-02-11 11:00")   # overdue for an hour; step 1 would come at 12:00
    town.enter(acts.claim("COUR-1", "DS-01"), by="site-cour-1")
    town.until("2020-02-13 12:00")
    assert town.told("COUR-1", "DS-01", since="2020-02-11 11:00", kinds=CHASING) == []


def test_a_pass_after_a_claim_was_fixed_when_the_site_said(settled):
    town = settled("2020-02-10 10:00")
    town.visit("COUR-1", fails=["DS-01"])
    town.until("2020-02-10 15:00")
    town.enter(acts.claim("COUR-1", "DS-01", fixed_at_ms=t("2020-02-10 14:20")), by="site-cour-1")
    town.until("2020-02-10 18:00")
    town.visit("COUR-1", passes=["DS-01"], purpose=pb.PURPOSE_REVISIT)
    case = town.case("COUR-1", "DS-01")
    assert case.state == state.CASE_STATE_FOLLOWING_UP and (case.passes, case.passes_needed) == (1, 2)
    assert case.fixed_ms == t("2020-02-10 14:20") and not case.fixed_late


def test_a_pass_inside_the_first_window_without_a_claim_is_on_time(settled):
    town = settled("2020-02-10 10:00")
    town.visit("COUR-1", fails=["DS-01"])
    town.until("2020-02-11 14:00")   # the last moment of the window
    town.visit("COUR-1", passes=["DS-01"], purpose=pb.PURPOSE_REVISIT)
    case = town.case("COUR-1", "DS-01")
    assert case.passes == 1 and not case.fixed_late


def test_a_pass_after_the_first_window_without_a_claim_is_late(settled):
    town = settled("2020-02-10 10:00")
    town.visit("COUR-1", fails=["DS-01"])
    town.until("2020-02-11 15:00")
    town.visit("COUR-1", passes=["DS-01"], purpose=pb.PURPOSE_REVISIT)
    case = town.case("COUR-1", "DS-01")
    assert case.passes == 1 and case.fixed_late


def test_a_claim_after_the_due_time_leaves_it_late(settled):
    town = settled("2020-02-10 10:00")
    town.visit("COUR-1", fails=["DS-01"])
    town.until("2020-02-11 11:00")
    town.enter(acts.claim("COUR-1", "DS-01"), by="site-cour-1")
    town.visit("COUR-1", passes=["DS-01"], purpose=pb.PURPOSE_REVISIT)
    case = town.case("COUR-1", "DS-01")
    assert case.passes == 1 and case.fixed_late


def test_a_failed_check_voids_the_claim(settled):
    town = settled("2020-02-10 10:00")
    town.visit("COUR-1", fails=["DS-01"])
    town.until("2020-02-10 15:00")
    town.enter(acts.claim("COUR-1", "DS-01"), by="site-cour-1")
    town.visit("COUR-1", fails=["DS-01"], purpose=pb.PURPOSE_REVISIT)
    case = town.case("COUR-1", "DS-01")
    assert (case.claimed_ms, case.fixed_ms, case.state) == (0, 0, state.CASE_STATE_REWORK)


def test_the_follow_up_owner_and_area_staff_may_claim_and_strangers_may_not(settled):
    town = settled("2020-02-10 10:00")
    town.visit("COUR-1", fails=["DS-01", "DS-02", "DS-03"])
    held = town.enter(acts.claim("COUR-1", "DS-01"), by="site-gate-1")
    assert town.case("COUR-1", "DS-01").claimed_ms == 0
    assert [row.sequence for row in town.quarantine()] == [held]
    town.enter(acts.claim("COUR-1", "DS-01"), by="insp-n")
    town.enter(acts.claim("COUR-1", "DS-02"), by="staff-c")
    assert town.case("COUR-1", "DS-01").claimed_ms and town.case("COUR-1", "DS-02").claimed_ms


def test_a_site_that_never_reports_is_still_revisited(settled):
    town = settled("2020-02-10 10:00")
    town.visit("COUR-1", fails=["DS-01"])
    town.until("2020-02-12 12:00")
    assert town.task("COUR-1", "DS-01", "revisit") is not None
    assert ("2020-02-11 14:00:01", "revisit_missed", "insp-n") in town.told("COUR-1", "DS-01")
