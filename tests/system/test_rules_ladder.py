"""Reminders, ladder, acknowledging, explaining, who is reached: domain 4.4, 4.5, 4.6 rules 3, 4 and 5."""
import acts
import entry_pb2 as pb
import state_pb2 as state
import township
from acts import local_s, t

LADDER = ("overdue_owner", "overdue_group_leader", "overdue_lead", "agenda", "reported_up")


def opened(settled, item="DS-01", at="2020-02-10 10:00", site="COUR-1"):
    town = settled(at)
    town.visit(site, fails=[item])
    return town


def both(at, kind):
    return [(at, kind, "insp-n"), (at, kind, "site-cour-1")]


# ---------------------------------------------------------------- the whole plan of each level

def test_the_plan_of_level_a_runs_day_and_night(settled):
    town = opened(settled, "TM-01", "2020-02-10 20:30")     # due 22:30
    town.until("2020-02-11 12:00")
    told = town.told("COUR-1", "TM-01", since="2020-02-10 20:31", kinds=("near_due", "explanation_wanted", *LADDER))
    expected = both("2020-02-10 22:00", "near_due") + both("2020-02-10 22:30:01", "overdue_owner")
    expected += [("2020-02-10 22:30:01", "overdue_group_leader", who) for who in ("area-c", "leader-n")]
    for hour in ("10 23:30", "11 01:30", "11 03:30", "11 05:30", "11 07:30", "11 09:30", "11 11:30"):
        expected += both("2020-02-" + hour, "explanation_wanted")
    expected += [("2020-02-11 00:30", "overdue_lead", "lead"),
                 ("2020-02-11 08:30", "agenda", "clerk"), ("2020-02-11 08:30", "agenda", "lead")]   # the next briefing
    assert told == sorted(expected)
    town.until("2020-02-12 08:00")
    assert ("2020-02-12 07:43", "digest:reported_up", "committee") in town.told("COUR-1", "TM-01")   # +12 h, list only


def test_the_plan_of_level_b(settled):
    town = opened(settled)                                   # due 02-11 10:00
    town.until("2020-02-14 08:00")
    told = town.told("COUR-1", "DS-01", since="2020-02-10 10:01", kinds=("near_due", *LADDER))
    expected = both("2020-02-11 07:43", "digest:near_due")   # -4 h is 06:00, inside quiet hours; due after 09:00
    expected += both("2020-02-11 09:00", "near_due") + both("2020-02-11 10:00:01", "overdue_owner")
    expected += [("2020-02-11 12:00", "overdue_group_leader", who) for who in ("area-c", "leader-n")]
    expected += both("2020-02-11 14:00", "overdue_owner")
    for day in ("12", "13", "14"):
        expected += both(f"2020-02-{day} 07:43", "digest:overdue_owner")
    expected += [("2020-02-12 07:43", "digest:overdue_lead", "lead"),                 # +12 h is 22:00: quiet
                 ("2020-02-12 20:30", "agenda", "clerk"), ("2020-02-12 20:30", "agenda",
                                                           "lead"),   # first at or after +24 h
                 ("2020-02-14 07:43", "digest:reported_up", "committee")]             # +48 h, list only
    assert told == sorted(expected)


def test_the_plan_of_level_c(settled):
    town = opened(settled, "EP-05")                          # due 02-13 10:00
    town.until("2020-02-21 08:00")
    told = town.told("COUR-1", "EP-05", since="2020-02-10 10:01", kinds=("near_due", *LADDER))
    expected = both("2020-02-12 10:00", "near_due") + both("2020-02-13 07:43", "digest:near_due")
    expected += both("2020-02-13 10:00:01", "overdue_owner")
    for day in range(14, 22):
        expected += both(f"2020-02-{day} 07:43", "digest:overdue_owner")
    expected += [("2020-02-14 07:43", "digest:overdue_group_leader", who) for who in ("area-c", "leader-n")]   # 22:00
    expected += [("2020-02-14 10:00", "overdue_lead", "lead"),
                 ("2020-02-16 20:30", "agenda", "clerk"), ("2020-02-16 20:30", "agenda", "lead"),
                 ("2020-02-21 07:43", "digest:reported_up", "committee")]
    assert told == sorted(expected)


def test_the_plan_of_level_d(settled):
    town = opened(settled, "MS-04", site="CONS-1")           # due 02-17 18:00
    town.until("2020-02-25 08:00")
    told = town.told("CONS-1", "MS-04", since="2020-02-10 10:01", kinds=("near_due", "due_today", *LADDER))
    pair = lambda at, kind: [(at, kind, "insp-n"), (at, kind, "site-cons-1")]
    expected = pair("2020-02-15 18:00", "near_due") + pair("2020-02-16 18:00", "near_due")
    expected += pair("2020-02-17 09:00", "due_today") + pair("2020-02-17 18:00:01", "overdue_owner")
    for day in range(18, 26):
        expected += pair(f"2020-02-{day} 07:43", "digest:overdue_owner")
    expected += [("2020-02-18 18:00", "overdue_group_leader", who) for who in ("area-c", "leader-n")]
    expected += [("2020-02-20 18:00", "overdue_lead", "lead"),
                 ("2020-02-24 20:30", "agenda", "clerk"), ("2020-02-24 20:30", "agenda", "lead")]
    assert told == sorted(expected)


def test_every_step_is_sent_once_for_a_case(settled):
    town = opened(settled)
    town.until("2020-03-01 12:00")
    told = town.told("COUR-1", "DS-01", kinds=("overdue_group_leader", "overdue_lead", "agenda", "reported_up"))
    assert len(told) == len({(kind, account) for _, kind, account in told}) == 6


# ---------------------------------------------------------------- acknowledging

def test_acknowledging_silences_ones_own_repeats_for_four_hours_only(settled):
    town = opened(settled, "TM-01")                          # due 12:00, repeats 13:00, 15:00, 17:00, 19:00
    town.until("2020-02-10 12:30")
    town.enter(acts.acknowledge("COUR-1", "TM-01"), by="insp-n")
    town.until("2020-02-10 18:00")
    told = town.told("COUR-1", "TM-01", kinds=("explanation_wanted",))
    assert [row for row in told if row[2] == "insp-n"] == [("2020-02-10 17:00", "explanation_wanted", "insp-n")]
    assert len([row for row in told if row[2] == "site-cour-1"]) == 3
    silent = [fact for fact in town.case_facts("COUR-1", "TM-01", "not_told")
              if fact.recipient == "insp-n" and fact.message_kind == "explanation_wanted"]
    assert [local_s(fact.at_s) for fact in silent] == ["2020-02-10 13:00", "2020-02-10 15:00"]
    assert all(fact.reason for fact in silent)


def test_the_owners_acknowledgement_stops_no_step_of_the_ladder(settled):
    town = opened(settled)
    town.until("2020-02-11 10:30")
    town.enter(acts.acknowledge("COUR-1", "DS-01"), by="insp-n")
    town.until("2020-02-11 12:00")
    assert ("2020-02-11 12:00", "overdue_group_leader", "leader-n") in town.told("COUR-1", "DS-01")


def test_a_group_leaders_acknowledgement_stops_his_step_and_not_the_leads(settled):
    town = opened(settled, "DS-01", "2020-02-10 09:00")      # due 02-11 09:00; steps 11:00, 21:00
    town.until("2020-02-11 10:00")
    town.enter(acts.acknowledge("COUR-1", "DS-01"), by="leader-n")
    town.until("2020-02-11 21:00")
    assert town.told("COUR-1", "DS-01", since="2020-02-11 10:01", kinds=LADDER) == [
        ("2020-02-11 13:00", "overdue_owner", "insp-n"), ("2020-02-11 13:00", "overdue_owner", "site-cour-1"),
        ("2020-02-11 21:00", "overdue_lead", "lead")]


def test_the_leads_acknowledgement_stops_the_steps_below_him_too(settled):
    town = opened(settled, "DS-01", "2020-02-10 09:00")
    town.until("2020-02-11 10:00")
    town.enter(acts.acknowledge("COUR-1", "DS-01"), by="lead")
    town.until("2020-02-11 14:00")
    assert [kind for _, kind, _ in town.told("COUR-1", "DS-01", since="2020-02-11 10:01", kinds=LADDER[1:3])] == []


def test_what_comes_after_an_acknowledgement_has_run_out_goes_on(settled):
    town = opened(settled, "DS-01", "2020-02-10 09:00")      # due 02-11 09:00; steps 11:00, 21:00
    town.until("2020-02-11 10:00")
    town.enter(acts.acknowledge("COUR-1", "DS-01"), by="lead")   # for four hours
    town.until("2020-02-11 21:00")
    assert town.told("COUR-1", "DS-01", since="2020-02-11 10:01", kinds=LADDER[1:3]) == [("2020-02-11 21:00", "overdue_lead", "lead")]


def test_another_zones_leader_has_no_say(settled):
    town = opened(settled)
    sequence = town.enter(acts.acknowledge("COUR-1", "DS-01"), by="leader-s")
    assert [row.sequence for row in town.quarantine()] == [sequence]


# ---------------------------------------------------------------- explaining

def test_a_fresh_explanation_ends_the_repeats_of_level_a(settled):
    town = opened(settled, "TM-01")
    town.until("2020-02-10 13:30")
    town.enter(acts.explain("COUR-1", "TM-01", t("2020-02-10 18:00")), by="site-cour-1")
    town.until("2020-02-10 20:00")
    assert town.told("COUR-1", "TM-01", kinds=("explanation_wanted",)) == both("2020-02-10 13:00", "explanation_wanted")
    (fact,) = town.case_facts("COUR-1", "TM-01", "explained")
    assert (fact.reason, local_s(fact.new_s)) == ("人手不足", "2020-02-10 18:00")
    assert ("2020-02-10 14:00", "overdue_lead", "lead") in town.told("COUR-1", "TM-01"), "the ladder goes on"


# ---------------------------------------------------------------- assigning

def test_a_new_owner_is_told_and_must_acknowledge(settled):
    town = opened(settled)
    town.enter(acts.assign("COUR-1", "DS-01", "insp-n2"), by="leader-n")
    case = town.case("COUR-1", "DS-01")
    assert (case.owner, case.finder, case.state) == ("insp-n2", "insp-n", state.CASE_STATE_ASSIGNED)
    assert local_s(town.task("COUR-1", "DS-01", "acknowledgement").due_s) == "2020-02-10 12:00"
    assert ("2020-02-10 10:00", "new_case", "insp-n2") in town.told("COUR-1", "DS-01")
    town.until("2020-02-10 11:00")
    town.enter(acts.acknowledge("COUR-1", "DS-01"), by="insp-n2")
    assert town.case("COUR-1", "DS-01").state == state.CASE_STATE_RECTIFYING
    assert town.task("COUR-1", "DS-01", "acknowledgement") is None
    town.until("2020-02-10 23:00")
    assert not town.told("COUR-1", "DS-01", kinds=("not_acknowledged",))
    town.until("2020-02-11 09:00")
    assert ("2020-02-11 09:00", "near_due", "insp-n2") in town.told("COUR-1", "DS-01")
    assert ("2020-02-11 09:00", "near_due", "insp-n") not in town.told("COUR-1", "DS-01")


def test_a_case_that_nobody_acknowledges_goes_up(settled):
    town = opened(settled)
    town.enter(acts.assign("COUR-1", "DS-01", "insp-n2"), by="leader-n")
    town.until("2020-02-10 15:00")
    assert town.told("COUR-1", "DS-01", kinds=("not_acknowledged",)) == [
        ("2020-02-10 12:00:01", "not_acknowledged", "insp-n2"), ("2020-02-10 14:00", "not_acknowledged", "leader-n")]


def test_assigning_back_to_the_finder_needs_no_acknowledgement(settled):
    town = opened(settled)
    town.enter(acts.assign("COUR-1", "DS-01", "insp-n2"), by="leader-n")
    town.enter(acts.assign("COUR-1", "DS-01", "insp-n"), by="leader-n")
    assert town.task("COUR-1", "DS-01", "acknowledgement") is None


def test_a_case_is_assigned_to_somebody_who_is_there(settled):
    town = opened(settled)
    sequence = town.enter(acts.assign("COUR-1", "DS-01", "nobody"), by="leader-n")
    (row,) = town.quarantine()
    assert row.sequence == sequence and row.field == "assignment.owner"
    assert town.case("COUR-1", "DS-01").owner == "insp-n"


# ---------------------------------------------------------------- who is reached

def test_nobody_supervises_himself(settled):
    town = opened(settled, "DS-01", "2020-02-10 09:00")
    town.enter(acts.assign("COUR-1", "DS-01", "leader-n"), by="lead")
    town.until("2020-02-11 11:00")
    step1 = town.told("COUR-1", "DS-01", kinds=("overdue_group_leader",))
    assert step1 == [("2020-02-11 11:00", "overdue_group_leader", "area-c"),
                     ("2020-02-11 11:00", "overdue_group_leader", "lead")]


def test_steps_that_reach_one_person_together_send_the_highest_only(settled):
    town = settled("2020-02-10 10:00")
    town.enter(township.holder("area-c", roles=[(pb.ROLE_AREA_CONTACT, "c1"), (pb.ROLE_SITE_CONTACT, "COUR-1")]))
    town.visit("COUR-1", fails=["TM-01"])        # A: steps 0 and 1 are both at the due time
    town.until("2020-02-10 12:00:01")
    told = town.told("COUR-1", "TM-01", since="2020-02-10 12:00:01", kinds=LADDER)
    assert [row for row in told if row[2] == "area-c"] == [("2020-02-10 12:00:01", "overdue_group_leader", "area-c")]
    missing = [fact for fact in town.case_facts("COUR-1", "TM-01", "not_told") if fact.recipient == "area-c"]
    assert [fact.message_kind for fact in missing] == ["overdue_owner"]


def test_an_addressee_who_is_away_is_stood_in_for_and_it_says_so(settled):
    town = settled("2020-02-10 10:00")
    town.enter(township.holder("leader-n", away=True, deputy="insp-n2"))
    town.visit("COUR-1", fails=["TM-01"])
    town.until("2020-02-10 12:00:01")
    rows = [row.notice for row in town.notices(recipient="insp-n2", kind="overdue_group_leader")]
    assert [(notice.recipient.deputy_for, notice.recipient.role)
            for notice in rows] == [("leader-n", pb.ROLE_GROUP_LEADER)]
    (line,) = [line for line in town.spool() if line["to"] == "insp-n2" and line["kind"] == "overdue_group_leader"]
    assert line["deputyFor"] == "leader-n" and "代" in line["text"]["zh"]


def test_when_nobody_holds_a_role_the_next_one_up_hears_of_it_once(settled):
    town = settled("2020-02-10 10:00")
    town.enter(township.holder("leader-n", removed=True))
    town.visit("COUR-1", fails=["TM-01", "RT-02"])
    town.until("2020-02-11 12:00")
    for item in ("TM-01", "RT-02"):
        assert [row[2] for row in town.told("COUR-1", item, kinds=("nobody_to_receive",))] == ["lead"]
        assert town.case_facts("COUR-1", item, "nobody")


def test_a_changed_holder_gets_what_is_sent_from_then_on(settled):
    town = opened(settled, "DS-01", "2020-02-10 09:00")
    town.until("2020-02-11 10:00")
    town.enter(township.holder("leader-n", roles=[]))
    town.enter(township.holder("insp-n2", roles=[(pb.ROLE_GROUP_LEADER, "north")]))
    town.until("2020-02-11 11:00")
    assert ("2020-02-11 11:00", "overdue_group_leader", "insp-n2") in town.told("COUR-1", "DS-01")
    assert "leader-n" not in [row[2] for row in town.told("COUR-1", "DS-01")]


def test_how_often_the_owner_was_chased_is_counted(settled):
    town = opened(settled)
    town.until("2020-02-12 20:30")
    (row,) = town.notices(town.case("COUR-1", "DS-01"), recipient="lead", kind="agenda")
    assert row.notice.items[0].chased == town.case("COUR-1", "DS-01").chased >= 2
    assert row.notice.items[0].overdue_s == 34 * 3600 + 1800
