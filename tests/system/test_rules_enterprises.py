"""Enterprises, every day, by the shipped checklist: domain rows 49 to 54. What each group of items is for is told by
what a finding of it sets going, not by its being in the library."""
import json
import pathlib

import pytest

import acts
import entry_pb2 as pb
import state_pb2 as state
from acts import local_s

PACK = pathlib.Path(__file__).resolve().parents[2] / "deploy/packs/epidemic-2020-beijing"
ENTERPRISES = ("CONS-1", "COUR-1", "FACT-1", "FOOD-1", "OFFC-1", "SHOP-1")


def coverage(town, *arguments):
    return json.loads(town.duban("coverage", *arguments, "--json").stdout)


def asked_at(town, site):
    return {row["code"]: row for row in json.loads(town.duban("items", "--site", site, "--json").stdout)["rows"]}


def measure(town, site, item, number, result=pb.RESULT_PASS):
    """A visit on which that number was entered."""
    by = "insp-n" if site in ("COUR-1", "CONS-1", "DORM-1") else "insp-s"
    report = acts.report(site, by, town.now, passes=[item])
    report.report.answers[0].number_milli = round(number * 1000)
    report.report.answers[0].result = result
    town.enter(report, by=by)


@pytest.fixture
def town(settled):
    return settled("2020-02-10 09:00")


def test_row_49_every_enterprise_every_day_is_two_lines_of_the_policy_and_its_shortfall_a_figure(town):
    files = {path.name: path.read_bytes() for path in sorted(PACK.iterdir())}
    before, after = (b"  # - kinds: [CONS, COUR, OFFC, FACT, SHOP, FOOD]\n  #   every: 1cd\n",
                     b"  - kinds: [CONS, COUR, OFFC, FACT, SHOP, FOOD]\n    every: 1cd\n")
    assert before in files["policy.yaml"], "the clerk takes the # off these two lines"
    files["policy.yaml"] = files["policy.yaml"].replace(before, after)
    town.submit_all([("operator", entry) for entry in acts.pack_entries(files)[1]])
    town.settle()
    for site in ENTERPRISES:
        town.visit(site, passes=["EP-04"])
    town.until("2020-02-11 09:00")
    for site in ENTERPRISES[:4]:
        town.visit(site, passes=["EP-04"])
    kinds = {row["count"]["kind"]: row["count"] for row in coverage(town)["rows"]}
    assert all(kinds[code[:4]]["required"] == 1 for code in ENTERPRISES), "inspected yesterday, and required again"
    assert [code for code in ENTERPRISES if not kinds[code[:4]].get("inspected")] == ["OFFC-1", "SHOP-1"]
    south = coverage(town, "--zone", "south")
    assert (int(south["required"]), int(south["inspected"])) == (4, 2)
    town.until("2020-02-12 09:00")
    spots = {row["site"]["code"]: row for row in json.loads(town.duban("blind-spots", "--json").stdout)["rows"]}
    assert {"OFFC-1", "SHOP-1"} <= set(spots) and not set(ENTERPRISES[:4]) & set(spots), "what fell short is named"


def test_row_50_no_emergency_plan_is_a_case_of_its_own_beside_that_of_who_is_on_duty(town):
    assert {"EP-01", "EP-02", "EP-03", "EP-04"} <= set(asked_at(town, "FACT-1"))
    town.visit("FACT-1", fails=["EP-01", "EP-02"], passes=["EP-04"], notes={"EP-01": "预案未写负责人"})
    plan, person = town.case("FACT-1", "EP-01"), town.case("FACT-1", "EP-02")
    assert (plan.level, local_s(plan.due_s)) == ("B", "2020-02-11 09:00") and plan.number != person.number
    told = town.duban("case", "FACT-1/EP-01").stdout
    assert "EP-01" in told and "预案未写负责人" in told


def test_row_51_less_than_seven_days_of_masks_is_a_finding_whatever_was_ticked(town):
    assert asked_at(town, "SHOP-1")["MS-01"]["text"]["zh"].startswith("口罩储备")
    measure(town, "SHOP-1", "MS-01", 3)
    case = town.case("SHOP-1", "MS-01")
    assert (case.level, local_s(case.due_s)) == ("B", "2020-02-11 09:00")
    measure(town, "COUR-1", "MS-01", 7)
    assert not [row for row in town.case_rows() if row.case_.site == "COUR-1"], "seven days are enough"
    town.enter(acts.claim("SHOP-1", "MS-01"), by="site-shop-1")
    town.until("2020-02-11 10:00")
    measure(town, "SHOP-1", "MS-01", 6.5)
    assert town.case("SHOP-1", "MS-01").passes == 0, "still too few: ticked as a pass, and it counts for none"


def test_row_51_too_little_of_a_supply_is_told_to_area_contact_and_group_leader_once(town):
    measure(town, "COUR-1", "MS-02", 2.5)
    measure(town, "CONS-1", "MS-03", 1)
    measure(town, "CONS-1", "MS-03", 0)
    told = [(line["to"], line["text"]["zh"]) for line in town.spool() if line["kind"] == "supplies_low"]
    assert sorted(to for to, _ in told) == ["area-c", "area-c", "leader-n", "leader-n"]
    assert any("现有2.5天，低于规定的7天" in text for _, text in told) and any("现有1件，低于规定的2件" in text for _, text in told)
    measure(town, "DORM-1", "MS-02", 1)
    measure(town, "COUR-1", "MS-01", 7)
    assert len([line for line in town.spool() if line["kind"] == "supplies_low"]) == 4, "seven days are enough, and a dormitory is not asked"


def test_row_52_disinfection_that_is_not_done_is_asked_again_at_each_revisit_until_it_has_held(town):
    town.visit("COUR-1", fails=["DS-02"], notes={"DS-02": "标识是昨天的"})
    case = town.case("COUR-1", "DS-02")
    assert case.passes_needed == 2
    town.enter(acts.claim("COUR-1", "DS-02"), by="site-cour-1")
    town.until("2020-02-10 10:00")
    town.visit("COUR-1", passes=["DS-02"], purpose=pb.PURPOSE_REVISIT)
    assert town.case("COUR-1", "DS-02").passes == 1, "disinfected once is not disinfected daily"
    (revisit,) = town.tasks(town.case("COUR-1", "DS-02"), kind=state.TASK_KIND_REVISIT)
    assert revisit.pass_number == 2 and local_s(revisit.due_s)[:10] > "2020-02-10"


def test_row_53_temperatures_are_judged_by_counts_and_an_anomaly_is_grave(town):
    measure(town, "OFFC-1", "TM-04", 5)
    measure(town, "FACT-1", "TM-04", 4)
    assert {row.case_.site for row in town.case_rows()} == {"FACT-1"}, "five of five, or it is a finding"
    town.visit("OFFC-1", fails=["TM-03"])
    case = town.case("OFFC-1", "TM-03")
    assert (case.level, local_s(case.due_s)) == ("A", "2020-02-10 11:00"), "a fever that nobody handled"
    assert town.told("OFFC-1", "TM-03", kinds=("new_case", "notice_to_site"))


def test_row_54_not_as_many_isolated_as_came_back_is_grave_whatever_was_ticked(town):
    for returnees, isolated, ending in ((12, 12, 3), (12, 11, 3)):
        entry = acts.report("CONS-1", "insp-n", town.now, passes=["RT-01"])
        entry.report.answers[0].returnees.CopyFrom(pb.ReturneeCounts(returnees=returnees, isolated=isolated, due_to_end=ending))
        town.enter(entry, by="insp-n")
        assert [row.case_.level for row in town.case_rows()] == ([] if isolated == returnees else ["A"])
    assert town.case("CONS-1", "RT-01").finding == "返京：12人，已隔离11人，即将期满3人"
    town.visit("COUR-1", fails=["RT-01"])
    assert town.case("COUR-1", "RT-01").level == "B", "nobody has counted there"


def test_row_54_a_returnee_at_work_too_early_is_grave_and_those_under_observation_are_a_figure(town):
    town.visit("CONS-1", fails=["RT-02"], passes=["RT-01"])
    assert town.case("CONS-1", "RT-02").level == "A"
    town.enter(acts.isolation("返京人员甲", acts.t("2020-02-01 08:00")), by="clerk")
    town.settle()
    figures = {row["name"]: row for row in json.loads(town.duban("figures", "--json").stdout)["rows"]}
    assert int(figures["isolated"]["numerator"]) == 1 and int(figures["isolation_ending"].get("numerator", 0)) == 0
    town.until("2020-02-14 09:00")
    figures = {row["name"]: row for row in json.loads(town.duban("figures", "--json").stdout)["rows"]}
    assert int(figures["isolation_ending"]["numerator"]) == 1, "his 14 days end tomorrow"


def test_frequent_findings_are_listed_by_item_kind_and_area_as_many_as_are_wanted(town):
    for site, item in (("CONS-1", "EP-05"), ("COUR-1", "EP-05"), ("COUR-1", "CR-03")):
        town.visit(site, fails=[item])
    town.settle()
    shown = town.duban("figures", "--name", "top_crosses", "--most", "2").stdout
    assert "CR-03" in shown and "EP-05" in shown and "· c1" in shown, shown
    (row,) = json.loads(town.duban("figures", "--name", "top_crosses", "--most", "2", "--json").stdout)["rows"]
    assert [(part["code"], part["kind"], part["area"]) for part in row["parts"]] == [("CR-03", "COUR", "c1"), ("EP-05", "CONS", "c1")]
    assert (row["parts"][0]["kindName"]["zh"], row["parts"][0]["areaName"]["en"]) == ("快递网点", "Dongli community")
    assert town.duban("figures", "--most", "101", check=False).returncode == 2
