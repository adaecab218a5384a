"""Household campaigns: domain rows 70 to 76, section 8 (both rates of signing, accuracy), 4.6 rules 18 and 21."""
import json
import time

import acts
import entry_pb2 as pb
import pytest
import query_pb2 as query
import state_pb2 as state
import wire
from acts import t

NOTICE, PLEDGE, REFUSAL = pb.HOUSEHOLD_ACT_KIND_NOTICE, pb.HOUSEHOLD_ACT_KIND_PLEDGE, pb.HOUSEHOLD_ACT_KIND_REFUSAL
NO_ANSWER, VACANCY = pb.HOUSEHOLD_ACT_KIND_NO_ANSWER, pb.HOUSEHOLD_ACT_KIND_VACANCY
AT_DOOR = pb.HOUSEHOLD_MANNER_AT_DOOR
SIGNED, UNTOUCHED, NOBODY = pb.HOUSEHOLD_FINDING_SIGNED, pb.HOUSEHOLD_FINDING_UNTOUCHED, pb.HOUSEHOLD_FINDING_NOBODY


@pytest.fixture
def campaign(settled):
    """campaign(doors) -> a township with that many households in c1, and HD-0001 from Monday to Sunday."""
    def start(doors=8, until="2020-02-16 18:00"):
        town = settled("2020-02-10 09:00")
        town.submit_all([("operator", acts.site("COMM-C", "COMM", "c1", "东里社区居委会", "Dongli committee")),
                         ("operator", acts.site("COMM-V", "COMM", "v1", "南村村委会", "South village committee"))])
        town.submit_all([("operator", acts.household(f"c1-{n:04}", "c1")) for n in range(1, doors + 1)])
        town.enter(acts.campaign({"c1": "COMM-C", "v1": "COMM-V"}, until), by="lead")
        return town
    return start


def act(town, number, kind, by="staff-c", **fields):
    return town.enter(acts.at_door(f"c1-{number:04}", kind, **fields), by=by)


def sign(town, numbers, by="staff-c"):
    town.submit_all([(by, acts.at_door(f"c1-{number:04}", PLEDGE)) for number in numbers])
    town.settle()


def area(town, code="c1"):
    rows = town.rows("rules", campaign_areas=query.CampaignAreasQuery(campaign=1))
    return next(row for row in rows if row.area == code)


def draws(town):
    return town.rows("rules", door_draws=query.DoorDrawsQuery(campaign=1))


def doors(town, **fields):
    return town.rows("rules", doors=query.DoorsQuery(campaign=1, area="c1", **fields))


def check(town, household, finding, by="insp-s"):
    return town.enter(acts.check_door(household, finding), by=by)


def held(town, sequence):
    (row,) = town.quarantine(sequence=sequence)
    return row.field


# ---------------------------------------------------------------- row 70: a campaign with a name

def test_row_70_a_campaign_has_title_dates_areas_and_target(campaign):
    town = campaign()
    row = town.subject_row("HD-0001")
    record = row.subject.campaign
    assert (record.title, record.target_permille, row.state_label.zh) == ("户户是堡垒，人人是哨兵", 1000, "进行中")
    assert [(place.area, place.site) for place in record.places] == [("c1", "COMM-C"), ("v1", "COMM-V")]
    assert acts.local_s(record.ends_s) == "2020-02-16 18:00"
    assert ("2020-02-10 09:00", "campaign_opened", "area-c") in town.told_about("HD-0001")
    again = town.enter(acts.campaign({"c1": "COMM-C"}, "2020-03-16 18:00"), by="lead")
    assert held(town, again) == "campaignOpening.places[0]"


def test_row_70_its_end_is_told_with_what_remains_and_freezes_the_figures(campaign):
    town = campaign()
    sign(town, [1, 2])
    town.until("2020-02-16 19:00")
    told = town.told_about("HD-0001", since="2020-02-16 17:00")
    assert ("2020-02-16 18:00:01", "campaign_over", "lead") in told
    assert ("2020-02-16 18:00:01", "household_gap", "area-c") in told
    (line,) = [line for line in town.spool() if line["kind"] == "campaign_over" and line["to"] == "lead"]
    assert "还有6户未签" in line["text"]["zh"]
    sign(town, [3])                                   # carried on after its date
    town.enter(acts.end_campaign("HD-0001"), by="lead")
    town.enter(acts.household("c1-0099", "c1"), by="clerk")
    assert (area(town).households, area(town).pledged) == (8, 3)
    assert held(town, act(town, 4, PLEDGE)) == "householdAct.household"
    assert not town.tasks_about("HD-0001")


# ---------------------------------------------------------------- rows 71 and 72: at the door

def test_sixty_days_after_its_end_no_door_is_kept_and_the_figures_are(campaign):
    town = campaign()
    sign(town, [1, 2])
    town.enter(acts.end_campaign("HD-0001"), by="lead")
    assert len(doors(town)) == 8
    town.jump("2020-04-10 12:00")
    assert doors(town) == [] and area(town).pledged == 2
    said = town.duban("campaign", "HD-0001", "--all").stdout
    assert "逐户记录已删除" in said and "c1-0001" not in said


def test_row_71_a_notice_has_when_and_how(campaign):
    town = campaign()
    act(town, 1, NOTICE, manner=AT_DOOR, at_ms=t("2020-02-10 09:00"))
    (door,) = [door for door in doors(town) if door.household == "c1-0001"]
    assert (door.notice_s * 1000, door.manner, door.notice_by) == (t("2020-02-10 09:00"), AT_DOOR, "staff-c")
    assert area(town).notices == 1
    with pytest.raises(wire.Refused) as refused:
        town.submit(acts.at_door("c1-0001", NOTICE), by="staff-c")
    assert refused.value.field == "household_act.manner"
    with pytest.raises(wire.Refused) as refused:
        town.submit(acts.at_door("c1-0001", NOTICE, manner=99), by="staff-c")
    assert "manner" in refused.value.field


def test_row_72_signed_refused_unreached_and_vacant_are_counted_apart(campaign):
    """Rule 18: three attempts on two days, one after 18:00; vacant by two people."""
    town = campaign()
    sign(town, [1, 2])
    act(town, 3, REFUSAL)
    act(town, 4, VACANCY)
    act(town, 5, VACANCY)
    act(town, 5, VACANCY, by="insp-n")
    act(town, 6, NO_ANSWER)
    town.until("2020-02-10 18:30")
    act(town, 6, NO_ANSWER)
    town.until("2020-02-11 07:30")
    act(town, 6, NO_ANSWER)
    row = area(town)
    assert (row.households, row.pledged, row.refused, row.unreached, row.vacancy_said, row.vacant) == (8, 2, 1, 1, 1, 1)
    assert [door.household for door in doors(town, remaining_only=True)] == [f"c1-{n:04}" for n in (3, 4, 6, 7, 8)]


def test_row_72_a_pledge_stands_and_what_contradicts_it_is_kept(campaign):
    town = campaign()
    sign(town, [1])
    act(town, 1, REFUSAL)
    (fact,) = town.facts(town.subject_row("HD-0001").subject.id, "contradiction")
    assert fact.reason == "door_signed" and area(town).pledged == 1


# ---------------------------------------------------------------- row 73: one hundred per cent

def test_row_73_coverage_never_rounds_up_and_shows_both_denominators(campaign):
    town = campaign(doors=1001)
    sign(town, range(1, 1001))
    act(town, 1001, REFUSAL)
    page = town.duban("campaign", "HD-0001").stdout
    assert "99.9% (1000/1001)" in page and "100.0% (" not in page
    assert "duban campaign HD-0001 --all" in page
    page = town.duban("campaign", "HD-0001", "--all").stdout
    assert "c1-1001" in page and "c1-1000" not in page
    act(town, 1001, PLEDGE)
    assert "100.0% (1001/1001)" in town.duban("campaign", "HD-0001").stdout
    (reached,) = town.facts(town.subject_row("HD-0001").subject.id, "target_reached")
    assert (reached.recipient, reached.number, reached.of) == ("c1", 1001, 1001)


def test_row_73_the_vacant_leave_one_denominator_only_and_few_make_no_rate(campaign):
    town = campaign(doors=6)
    act(town, 6, VACANCY)
    act(town, 6, VACANCY, by="insp-n")
    sign(town, [1, 2, 3, 4])
    page = town.duban("campaign", "HD-0001").stdout
    assert "80.0% (4/5)" in page and "66.6% (4/6)" in page and "— (0/0)" in page


def test_row_73_the_area_contact_is_reminded_of_the_last_mile(campaign):
    town = campaign()
    sign(town, [1])
    town.until("2020-02-15 19:00")
    gaps = [line for line in town.told_about("HD-0001") if line[1] == "household_gap" and line[2] == "area-c"]
    assert [line[0] for line in gaps] == ["2020-02-14 18:00", "2020-02-15 18:00"]
    assert any("还有7户未签" in line["text"]["zh"] for line in town.spool() if line["kind"] == "household_gap")


# ---------------------------------------------------------------- row 74: verified door to door

def test_row_74_doors_are_drawn_every_morning_for_another_group(campaign):
    town = campaign()
    sign(town, range(1, 8))
    town.until("2020-02-11 08:01")
    (draw,) = draws(town)
    assert len(draw.doors) == 5 and draw.owner == "leader-s" and len(draw.seed) == 16
    assert ("2020-02-11 08:00", "household_check_in", "leader-s") in town.told_about("HD-0001")
    first = draw.doors[0].household
    assert held(town, check(town, first, SIGNED, by="staff-c")) == "householdCheck.member"
    left = next(n for n in range(1, 8) if f"c1-{n:04}" not in [door.household for door in draw.doors])
    assert held(town, check(town, f"c1-{left:04}", SIGNED)) == "householdCheck.household"
    for door in draw.doors:
        check(town, door.household, SIGNED)
    assert (area(town).checked, area(town).as_reported) == (5, 5)
    assert town.case("COMM-C", "HH-03") is None


def test_row_74_the_draw_is_the_same_in_another_run_of_the_same_days(campaign):
    drawn = []
    for extra in (0, 3):
        town = campaign()
        for _ in range(extra):                        # other entries: sequences move, the draw does not
            town.visit("SHOP-1", passes=["DS-01"])
        sign(town, range(1, 8))
        town.until("2020-02-11 08:01")
        (draw,) = draws(town)
        drawn.append((draw.seed, [door.household for door in draw.doors]))
    assert drawn[0] == drawn[1]


def test_row_74_a_mismatch_opens_one_case_of_the_community(campaign):
    town = campaign()
    sign(town, range(1, 6))
    town.until("2020-02-11 08:01")
    for number, finding in zip(range(1, 6), [SIGNED, UNTOUCHED, UNTOUCHED, SIGNED, NOBODY]):
        check(town, f"c1-{number:04}", finding)
    case = town.case("COMM-C", "HH-03")
    assert case.level == "B" and case.finder == "insp-s"
    assert len(town.case_facts("COMM-C", "HH-03", "opened")) == 1
    assert len(town.case_facts("COMM-C", "HH-03", "still_failing")) == 1
    assert (area(town).checked, area(town).as_reported, area(town).pledged) == (4, 2, 3)
    assert {line[2] for line in town.told_about("HD-0001") if line[1] == "mismatch"} == {"area-c", "lead"}
    (line,) = [line for line in town.spool() if line["kind"] == "mismatch" and line["to"] == "area-c"]
    assert "抽查5户" in line["text"]["zh"] and "与上报不符2户" in line["text"]["zh"]


# ---------------------------------------------------------------- row 75: tally, and scale

def test_row_75_tally_by_member_and_area(campaign):
    town = campaign()
    act(town, 1, NOTICE, manner=AT_DOOR)
    act(town, 1, PLEDGE)
    act(town, 2, PLEDGE, by="clerk", member="insp-n")
    tallies = {row.member: row for row in town.rows("rules", campaign_tallies=query.CampaignTalliesQuery(campaign=1))}
    assert (tallies["staff-c"].doors, tallies["staff-c"].notices, tallies["staff-c"].pledged) == (1, 1, 1)
    assert (tallies["insp-n"].doors, tallies["insp-n"].pledged) == (1, 1)
    assert "clerk" not in tallies


def test_row_75_one_member_enters_1300_doors(campaign):
    town = campaign(doors=1300)
    began = time.monotonic()
    sign(town, range(1, 1301), by="insp-n")
    print(f"1300 doors: {time.monotonic() - began:.1f} s")
    (tally,) = town.rows("rules", campaign_tallies=query.CampaignTalliesQuery(campaign=1))
    assert (tally.member, tally.doors, tally.pledged) == ("insp-n", 1300, 1300)
    assert len(doors(town)) == 1300 and not doors(town, remaining_only=True)


# ---------------------------------------------------------------- row 76: real, not on paper

def test_row_76_accuracy_by_area_is_of_doors_really_looked_at(campaign):
    town = campaign(doors=10)
    sign(town, range(1, 11))
    for day in (11, 12):
        town.until(f"2020-02-{day} 08:01")
        for index, door in enumerate(draws(town)[-1].doors):
            check(town, door.household, UNTOUCHED if day == 11 and index == 0 else SIGNED)
    assert (area(town).checked, area(town).as_reported) == (10, 9)
    assert "90.0% (9/10)" in town.duban("campaign", "HD-0001").stdout


# ---------------------------------------------------------------- the operator's command

def test_the_command_imports_opens_enters_checks_shows_and_ends(settled, tmp_path):
    town = settled("2020-02-10 09:00")
    town.enter(acts.site("COMM-C", "COMM", "c1", "东里社区居委会", "Dongli committee"))
    table = tmp_path / "households.csv"
    table.write_text("code,area\n" + "".join(f"c1-{n:04},c1\n" for n in range(1, 6)), encoding="utf-8")
    assert "5" in town.duban("import", "households", table).stdout
    assert "5" in town.duban("import", "households", table).stdout     # twice changes nothing
    table.write_text("code,area\nc9-0001,c9\n", encoding="utf-8")
    refused = town.duban("import", "households", table, check=False)
    assert refused.returncode == 1 and "c9" in refused.stderr
    said = town.duban("campaign", "open", "户户是堡垒", "c1:COMM-C", "--until", "2020-02-16T18:00", "--as", "lead").stdout
    assert "HD-0001" in said
    wrong = town.duban("campaign", "open", "户户是堡垒", "c1", "--until", "2020-02-16T18:00", check=False)
    assert wrong.returncode == 2 and "n-c1:comm-1" in wrong.stderr
    said = town.duban("household", "notice", "c1-0001", "--how", "at-door", "--as", "staff-c").stdout
    assert "告知书" in said and "c1-0001" in said
    assert "责任书" in town.duban("household", "sign", "c1-0001", "--as", "staff-c").stdout
    again = town.duban("household", "sign", "c1-0001", "--as", "staff-c", check=False)
    assert again.returncode == 1 and "已签" in again.stderr
    assert "空户" in town.duban("household", "vacant", "c1-0002", "--as", "staff-c").stdout
    assert "无人应" in town.duban("household", "no-answer", "c1-0003", "--as", "staff-c").stdout
    assert "拒签" in town.duban("household", "refuse", "c1-0004", "--as", "staff-c").stdout
    wrong = town.duban("household", "check", "c1-0001", "fine", check=False)
    assert wrong.returncode == 2 and "notice-only" in wrong.stderr
    town.until("2020-02-11 08:01")
    assert "c1-0001" in town.duban("campaign", "HD-0001").stdout       # still to check
    assert "与上报一致" in town.duban("household", "check", "c1-0001", "signed", "--as", "insp-s").stdout
    assert "HD-0001" in town.duban("campaigns").stdout
    assert "HD-0001" in town.duban("tasks", "--kind", "households").stdout
    document = json.loads(town.duban("--json", "campaign", "HD-0001", "--all").stdout)
    assert document["areas"][0]["pledged"] == 1 and len(document["doors"]) == 4 and document["members"]
    whole = json.loads(town.duban("--json", "campaigns", "HD-0001").stdout)
    assert whole["subject"]["number"] == "HD-0001" and whole["facts"] and whole["tasks"]
    assert town.duban("campaign", "HD-0001", "HD-0002", check=False).returncode == 2
    (sequence,) = [row.sequence for row in town.notices(kind="campaign_opened")]
    why = town.duban("explain", sequence).stdout
    assert "HD-0001" in why and "policy.yaml" in why
    town.duban("campaign", "end", "HD-0001", "--reason", "转入常态", "--as", "lead")
    assert "HD-0001" not in town.duban("campaigns").stdout
    assert "转入常态" in town.duban("campaign", "HD-0001").stdout


# ---------------------------------------------------------------- killed in between

def test_a_campaign_survives_kill_9_at_any_step(campaign):
    town = campaign()
    sign(town, range(1, 6))
    town.kill("rules")
    town.start("rules")
    town.until("2020-02-11 08:01")
    town.kill()
    town.start()
    (draw,) = draws(town)
    check(town, draw.doors[0].household, UNTOUCHED)
    town.kill("rules", "notify")
    town.start("rules", "notify")
    check(town, draw.doors[1].household, UNTOUCHED)
    assert area(town).checked == 2 and len(town.case_facts("COMM-C", "HH-03", "opened")) == 1
    assert state.DoorState.Name(doors(town)[0].state).startswith("DOOR_STATE_")
