"""People and territory: domain rows 2, 3, 5, 7, 8, 9, 15, 17, 18, 19 (section 1a) and 66."""
import json

import acts
import entry_pb2 as pb
import pytest
import state_pb2 as state
import township
import wire


def kinds(town, kind):
    return town.facts(kind=kind)


def told(town, kind):
    return sorted((acts.local_s(row.notice.decided_at_s), row.notice.recipient.account) for row in town.notices(kind=kind))


def test_row_7_an_isolating_inspectors_case_goes_to_the_next_who_is_told_at_once(settled):
    town = settled("2020-02-10 10:00")
    town.visit("COUR-1", fails=["DS-01"])
    town.enter(acts.availability("insp-n", "isolating", until="2020-02-24 10:00"), by="clerk")
    assert town.case("COUR-1", "DS-01").owner == "insp-n2"
    assert ("2020-02-10 10:00", "new_case", "insp-n2") in town.told("COUR-1", "DS-01")
    assert town.task("COUR-1", "DS-01", "acknowledgement").owner == "insp-n2"
    (fact,) = town.case_facts("COUR-1", "DS-01", "assigned")
    assert (fact.recipient, fact.reason, fact.actor) == ("insp-n2", "off_duty", "clerk")


def test_row_8_an_isolating_leader_approves_from_where_he_is(settled):
    town = settled("2020-02-10 10:00")
    town.visit("COUR-1", fails=["DS-01"])
    town.enter(acts.availability("leader-n", "isolating"), by="leader-n")
    town.enter(acts.extend("COUR-1", "DS-01", acts.t("2020-02-12 10:00")), by="site-cour-1")
    town.enter(acts.approve_extension("COUR-1", "DS-01"), by="leader-n")
    assert acts.local_s(town.case("COUR-1", "DS-01").due_s) == "2020-02-12 10:00"
    assert not town.quarantine()


def test_row_9_isolation_over_is_told_to_lead_and_group_leader_and_he_can_be_sent_again(settled):
    town = settled("2020-02-10 10:00")
    town.enter(acts.availability("insp-n", "isolating", until="2020-02-24 10:00"), by="lead")
    town.until("2020-02-24 11:00")
    assert told(town, "own_isolation_over") == [("2020-02-24 10:00", "lead"), ("2020-02-24 10:00", "leader-n")]
    (fact,) = kinds(town, "back_on_duty")
    assert (acts.local_s(fact.at_s), fact.recipient, fact.actor) == ("2020-02-24 10:00", "insp-n", "")
    line = next(line for line in town.spool() if "隔离期满" in str(line))
    assert "北片检查员甲" in str(line)


def test_row_9_a_return_while_rules_is_down_happens_late_and_once(settled):
    town = settled("2020-02-10 10:00")
    town.enter(acts.availability("insp-n", "isolating", until="2020-02-10 12:00"), by="lead")
    town.kill("rules")
    town.start("rules")
    town.until("2020-02-10 13:00")
    assert told(town, "own_isolation_over") == [("2020-02-10 12:00", "lead"), ("2020-02-10 12:00", "leader-n")]


def test_row_3_and_5_an_emptied_post_goes_up_in_the_same_act_and_the_next_holder_hears_what_waits(settled):
    town = settled("2020-02-10 10:00")
    town.visit("COUR-1", fails=["DS-01"])
    town.enter(township.holder("site-cour-1", removed=True))
    (fact,) = town.case_facts("COUR-1", "DS-01", "nobody")
    assert (acts.local_s(fact.at_s), fact.recipient, fact.rule) == ("2020-02-10 10:00", "site_contact", "roster.vacant")
    assert told(town, "nobody_to_receive") == [("2020-02-10 10:00", "insp-n")]
    town.enter(acts.holder("manager", [(pb.ROLE_SITE_CONTACT, "COUR-1")], "新任负责人", "new manager"))
    assert told(town, "taken_over") == [("2020-02-10 10:00", "manager")]


def test_row_5_an_area_that_loses_its_contact_alerts_at_once(settled):
    town = settled("2020-02-10 10:00")
    town.enter(acts.availability("area-c", "on_leave"), by="clerk")
    assert [who for _, who in told(town, "nobody_to_receive")] == ["lead", "leader-n"]
    assert "东里社区" in str(town.spool())


def test_row_15_a_transfer_between_zones_is_a_fact_with_who_did_it(settled):
    town = settled("2020-02-10 10:00")
    town.enter(acts.area("c1", pb.AREA_KIND_COMMUNITY, "south", "东里社区", "Dongli community", "南片", "south group"), by="admin")
    (fact,) = kinds(town, "zone_changed")
    assert (fact.recipient, fact.level_from, fact.level_to, fact.actor) == ("c1", "north", "south", "admin")


def test_row_18_seven_days_in_a_row_ask_the_lead_for_rest(settled):
    town = settled("2020-02-01 10:00")
    for day in range(1, 8):
        town.until(f"2020-02-{day:02} 10:00")
        town.visit("COUR-1", passes=["DS-01"])
    assert told(town, "duty_of_care") == [("2020-02-07 10:00", "lead"), ("2020-02-07 10:00", "leader-n")]
    assert kinds(town, "rest_wanted")[0].number == 7


def test_row_19_level_a_at_night_reaches_who_is_on_call(settled):
    town = settled("2020-02-10 20:00")
    town.enter(acts.on_call("insp-n2", "2020-02-10 20:00", "2020-02-11 08:00"), by="clerk")
    town.until("2020-02-10 23:00")
    town.visit("COUR-1", fails=["CR-01"])
    assert ("2020-02-10 23:00", "notice_to_site", "insp-n2") in town.told("COUR-1", "CR-01")
    notice = next(row.notice for row in town.notices(recipient="insp-n2", kind="notice_to_site"))
    assert notice.cause.lookup == "on_call"


@pytest.mark.parametrize("field,entry,by", [
    ("availabilityChange.account", acts.availability("nobody", "on_leave"), "clerk"),
    ("account", acts.availability("insp-n2", "on_leave"), "insp-n"),
    ("availabilityChange.untilMs", acts.availability("insp-n", "on_leave", until="2020-02-10 09:00"), "clerk"),
    ("onCallChange.account", acts.on_call("nobody", "2020-02-10 20:00", "2020-02-11 08:00"), "clerk"),
    ("account", acts.on_call("insp-n", "2020-02-10 20:00", "2020-02-11 08:00"), "insp-n"),
])
def test_rows_7_and_19_what_cannot_be_applied_is_held_with_the_field(settled, field, entry, by):
    town = settled("2020-02-10 10:00")
    sequence = town.enter(entry, by=by)
    (row,) = town.quarantine(sequence=sequence)
    assert row.field == field and row.zh and row.en


def test_row_7_a_bad_form_is_refused_by_ingest(settled):
    town = settled("2020-02-10 10:00")
    with pytest.raises(wire.Refused) as refused:
        town.submit(acts.availability("insp-n", "isolating", "2020-02-12 10:00", "2020-02-11 10:00"), by="clerk")
    assert "until_ms" in str(refused.value) or "untilMs" in str(refused.value)


def duban(town, *arguments, by="operator", code=0):
    done = town.duban(*arguments, "--as", by, check=False)
    assert done.returncode == code, f"{arguments}: {done.returncode}\n{done.stdout}\n{done.stderr}"
    return done.stdout + done.stderr


def person(town, account):
    (row,) = json.loads(town.duban("people", account, "--json").stdout)["rows"]
    return row


def test_rows_7_17_18_19_duban_people_shows_who_is_there_and_the_load(settled):
    town = settled("2020-02-10 09:00")
    town.visit("COUR-1", passes=["DS-01"])
    town.until("2020-02-11 09:00")
    town.visit("COUR-1", fails=["DS-01"])
    town.visit("GATE-1", passes=["GT-03"])
    duban(town, "on-call", "insp-n", "--from", "2020-02-11T08:00", "--until", "2020-02-12T08:00", by="clerk")
    row = person(town, "insp-n")
    assert (row["visitsToday"], row["dutyDays"], row["openTasks"], row["onCall"]) == (2, 2, 1, True)
    said = duban(town, "availability", "insp-n", "isolating", "--until", "2020-02-25T09:00", by="insp-n")
    assert "隔离" in said and "isolating, until 2020-02-25 09:00" in said
    row = person(town, "insp-n")
    assert row["availability"] == "AVAILABILITY_ISOLATING" and row.get("openTasks", 0) == 0
    assert person(town, "insp-n2")["openTasks"] == 2   # the case, and to acknowledge it
    assert "2020-02-25 09:00" in duban(town, "people")


def test_row_5_who_is_the_contact_of_an_area(settled):
    town = settled("2020-02-10 09:00")
    rows = json.loads(town.duban("people", "--contact-of", "c1", "--json").stdout)["rows"]
    assert [row["holder"]["account"] for row in rows] == ["area-c"]
    assert "社区（村）" in duban(town, "people", "--contact-of", "c9", code=1)


def test_row_7_a_wrong_state_is_told_with_what_would_be_right(settled):
    town = settled("2020-02-10 09:00")
    said = duban(town, "availability", "insp-n", "ill", code=1)
    assert "isolating（隔离）" in said and "there is no state \"ill\"" in said
    assert "--from" in duban(town, "on-call", "insp-n", "--until", "2020-02-12T08:00", code=2)


MORNINGS = [(1, 5, "08:30", "12:00")]   # 2020-02-10 is a Monday


def second(town, account, **changes):
    town.enter(township.holder(account, home_office="kongwei", windows=MORNINGS, **changes))


def test_row_17_a_revisit_outside_the_owners_duty_window_goes_to_the_next_inspector(settled):
    town = settled("2020-02-10 10:00")
    second(town, "insp-n")
    town.visit("COUR-1", fails=["DS-01"])
    town.until("2020-02-10 14:00")
    town.enter(acts.claim("COUR-1", "DS-01"), by="site-cour-1")
    assert town.case("COUR-1", "DS-01").owner == "insp-n2"
    assert town.case_facts("COUR-1", "DS-01", "assigned")[-1].reason == "outside_duty"
    assert ("2020-02-10 14:00", "revisit_today", "insp-n2") in town.told("COUR-1", "DS-01")


def test_row_17_what_is_his_stays_his_outside_his_duty_window(settled):
    town = settled("2020-02-10 10:00")
    second(town, "insp-n")
    town.visit("COUR-1", fails=["DS-01"])
    town.enter(acts.claim("COUR-1", "DS-01"), by="site-cour-1")   # to be revisited by 14:00
    town.until("2020-02-10 20:00")
    assert town.case("COUR-1", "DS-01").owner == "insp-n"


def test_row_2_an_assignment_that_cannot_be_kept_is_answered_with_when_he_is_there(settled):
    town = settled("2020-02-10 13:00")
    second(town, "insp-n2")
    town.visit("COUR-1", fails=["DS-01"])
    town.enter(acts.claim("COUR-1", "DS-01"), by="site-cour-1")
    town.enter(acts.assign("COUR-1", "DS-01", "insp-n2"), by="leader-n")
    assert town.case("COUR-1", "DS-01").owner == "insp-n"
    (fact,) = town.case_facts("COUR-1", "DS-01", "contradiction")
    assert "2020-02-11 08:30" in fact.reason and "2020-02-11 08:30" in fact.reason_en
    assert told(town, "act_declined") == [("2020-02-10 13:00", "leader-n")]


def test_row_17_too_many_open_tasks_warn_the_group_leader_once(settled):
    town = settled("2020-02-10 10:00")
    items = ["DS-01", "DS-02", "DS-03", "EP-01", "EP-02", "EP-03", "EP-05", "MS-01", "MS-02", "MS-03", "TM-02", "TM-04", "RT-01",
             "CR-02", "CR-03", "CR-04", "DS-06"]
    town.visit("COUR-1", fails=items[:15])
    assert not kinds(town, "overloaded")
    town.visit("COUR-1", fails=items[15:])
    (fact,) = kinds(town, "overloaded")
    assert (fact.recipient, fact.number, fact.of) == ("insp-n", 17, 15)
    assert told(town, "overloaded") == [("2020-02-10 10:00", "leader-n")]
    assert "在办任务17件，超过15件" in str(town.spool())
    row = person(town, "insp-n")
    assert (row["openTasks"], row["overloadTasks"]) == (17, 15)
    assert "17（超过 15）" in duban(town, "people", "insp-n")


def test_rows_17_and_66_home_office_and_duty_windows_come_from_the_clerks_table(settled, tmp_path):
    town = settled("2020-02-10 13:00")
    table = tmp_path / "holders.csv"
    table.write_text("account,roles,title_zh,title_en,home_office,duty_windows\n"
                     "insp-n,inspector:north,北片检查员甲,north inspector A,kongwei,周一-周五 08:30-12:00; sat 09:00-12:00\n")
    duban(town, "import", "holders", str(table))
    row = person(town, "insp-n")
    assert row["holder"]["homeOffice"] == "kongwei"
    assert row["holder"]["dutyWindows"][1] == {"firstDay": 6, "lastDay": 6, "fromMinute": 540, "toMinute": 720}
    shown = duban(town, "people", "insp-n")
    assert "kongwei" in shown and "周一-周五 08:30-12:00" in shown and "不在时段" in shown
    duban(town, "availability", "insp-n", "on_leave", "--from", "2020-02-12T09:00", "--until", "2020-02-14T09:00", by="clerk")
    assert "2020-02-12 09:00 起休假" in duban(town, "people", "insp-n")


def test_row_17_a_wrong_duty_window_in_the_table_is_told_with_what_would_be_right(settled, tmp_path):
    town = settled("2020-02-10 13:00")
    table = tmp_path / "holders.csv"
    table.write_text("account,roles,title_zh,title_en,duty_windows\n"
                     "insp-n,inspector:north,北片检查员甲,north inspector A,fri-mon 08:30-12:00\n")
    said = duban(town, "import", "holders", str(table), code=1)
    assert "duty_windows" in said and "mon-fri 08:30-12:00" in said and "2" in said


def test_row_3_an_emptied_post_with_much_to_do_is_told_in_lists_over_several_links(settled):
    town = settled("2020-02-10 10:00")
    for number in range(60):
        town.enter(acts.report(f"NOWHERE-{number}", "insp-n", acts.t("2020-02-10 10:00"), passes=["DS-01"]), by="insp-n")
    town.enter(township.holder("clerk", removed=True))
    assert len([fact for fact in kinds(town, "nobody") if fact.rule == "roster.vacant"]) == 60
    assert told(town, "nobody_to_receive") == [("2020-02-10 10:00", "lead")] * 2   # 40 things and 20


def test_row_4_a_sole_leads_own_amendment_is_decided_one_up(settled):
    town = settled("2020-02-10 10:00")
    report = town.visit("COUR-1", fails=["DS-01"], by="lead")
    town.until("2020-02-12 10:00")
    town.enter(acts.amend(report, DS_01="not_checked"), by="lead")
    assert told(town, "approval_wanted") == [("2020-02-12 10:00", "committee")]
    held = town.enter(acts.approve_amendment(report), by="lead")
    (row,) = town.quarantine(sequence=held)
    assert row.field == "account" and "committee" in row.zh and "another person" in row.en
    town.enter(acts.approve_amendment(report), by="committee")
    assert town.case("COUR-1", "DS-01").state == state.CASE_STATE_VOIDED


def test_row_4_who_follows_up_does_not_approve_what_a_clerk_asks_for_him(settled):
    town = settled("2020-02-10 10:00")
    town.visit("COUR-1", fails=["DS-01"])
    town.enter(acts.assign("COUR-1", "DS-01", "leader-n"), by="lead")
    town.enter(acts.extend("COUR-1", "DS-01", acts.t("2020-02-12 10:00")), by="clerk")
    held = town.enter(acts.approve_extension("COUR-1", "DS-01"), by="leader-n")
    (row,) = town.quarantine(sequence=held)
    assert row.field == "account" and "lead" in row.en
    town.enter(acts.approve_extension("COUR-1", "DS-01"), by="lead")
    assert acts.local_s(town.case("COUR-1", "DS-01").due_s) == "2020-02-12 10:00"
