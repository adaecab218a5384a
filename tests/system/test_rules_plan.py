"""The working day: coverage, blind spots, and each group's stops: domain rows 23 to 26, 47, 60; 4.6 rules 13 and 15."""
import json

import acts
import query_pb2 as query


def coverage(town, *arguments):
    return json.loads(town.duban("coverage", *arguments, "--json").stdout)


def test_row_60_coverage_of_a_day_by_zone_and_kind(settled):
    town = settled("2020-02-10 09:00")
    assert "2020-01-01 没有数过" in town.duban("coverage", "--day", "2020-01-01").stdout
    town.until("2020-02-11 09:00")
    before = coverage(town)
    assert before["day"] == "2020-02-11" and int(before["required"]) > 0 and int(before["inspected"]) == 0
    town.visit("COUR-1", passes=["CR-03"])
    (row,) = [row for row in coverage(town, "--kind", "COUR")["rows"] if row["count"]["area"] == "c1"]
    assert row["count"]["required"] == row["count"]["inspected"] == 1
    (area,) = [area for area in town.rows("rules", areas=query.AreasQuery()) if area.code == "c1"]
    said = town.duban("--lang", "zh", "coverage", "--kind", "COUR").stdout
    for words in (f"{area.zone_name.zh} north", f"{area.name.zh} c1", f"{row['kindLabel']['zh']} COUR", f"{area.zone_name.zh} north 小计"):
        assert words in said, (words, said)
    assert f"巡查员 {area.zone_name.zh} north" in town.duban("--lang", "zh", "holders", "insp-n").stdout
    assert int(coverage(town, "--zone", row["count"]["zone"])["inspected"]) == 1
    town.until("2020-02-12 09:00")
    assert int(coverage(town)["inspected"]) == 0
    assert int(coverage(town, "--day", "2020-02-11")["inspected"]) == 1
    for wrong in ("1969-12-31", "10000-01-01", "2020-02-30", "今天"):
        refused = town.duban("coverage", "--day", wrong, check=False)
        assert refused.returncode == 2 and "--day" in refused.stderr, wrong


def test_row_47_blind_spots_are_listed_with_why(settled):
    town = settled("2020-02-10 09:00")
    said = town.duban("blind-spots").stdout
    assert "COUR-1" in said and "从未巡查" in said and "快递网点 COUR" in said
    town.visit("COUR-1", passes=["CR-03"])
    assert "COUR-1" not in town.duban("blind-spots").stdout
    town.until("2020-02-12 09:00")
    (row,) = [row for row in json.loads(town.duban("blind-spots", "--json").stdout)["rows"] if row["site"]["code"] == "COUR-1"]
    assert row["kinds"] == ["BLIND_SPOT_KIND_PAST"] and row["daysOver"] == 1


def test_row_25_a_plan_is_shown_and_confirmed_from_the_command_line(settled):
    town = settled("2020-02-10 09:00")
    town.until("2020-02-11 07:00")
    assert "还没有排" in town.duban("plan", "--day", "2020-02-11").stdout
    town.until("2020-02-11 08:00")
    assert "草案，请在" in town.duban("plan").stdout
    (row,) = json.loads(town.duban("plan", "--zone", "north", "--json").stdout)["rows"]
    sites = [stop["site"] for stop in row["plan"]["stops"]]
    assert len(sites) > 1 and row["planned"] == len(sites)
    town.duban("plan", "confirm", "north", "--first", sites[-1], "--drop", sites[0], "--reason", "停水", "--as", "leader-n")
    town.settle()
    (row,) = json.loads(town.duban("plan", "--zone", "north", "--json").stdout)["rows"]
    assert row["plan"]["state"] == "PLAN_STATE_CONFIRMED" and row["plan"]["stops"][0]["site"] == sites[-1]
    assert row["dropped"] == 1 and "停水" in town.duban("plan", "--zone", "north").stdout
    refused = town.duban("plan", "confirm", "north", "--drop", sites[1], "--as", "leader-n", check=False)
    assert refused.returncode == 2 and "--reason" in refused.stderr
    town.until("2020-02-12 09:20")
    assert "未确认，按草案执行" in town.duban("plan", "--zone", "north").stdout
    assert "没有路线" in town.duban("plan", "--day", "2019-05-01").stdout


def test_row_26_the_next_stop_is_shown(settled):
    town = settled("2020-02-10 09:00")
    town.until("2020-02-11 08:00")
    (row,) = json.loads(town.duban("plan", "--zone", "north", "--json").stdout)["rows"]
    first, second = [stop["site"] for stop in row["plan"]["stops"]][:2]
    assert first in town.duban("plan", "--next", "--as", "insp-n").stdout
    town.visit(first)
    said = town.duban("plan", "--next", "--zone", "north").stdout
    assert second in said and first not in said
    assert town.duban("plan", "--next", "--as", "clerk", check=False).returncode == 2


def test_row_26_a_stop_that_is_given_to_somebody_is_not_the_next_of_another(settled):
    town = settled("2020-02-10 09:00")
    town.visit("COUR-1", fails=["DS-01"])
    town.enter(acts.assign("COUR-1", "DS-01", "insp-n2"), by="leader-n")
    town.enter(acts.claim("COUR-1", "DS-01"), by="site-cour-1")
    town.until("2020-02-11 08:00")
    (row,) = json.loads(town.duban("plan", "--zone", "north", "--json").stdout)["rows"]
    stops = [(stop["site"], stop["person"]) for stop in row["plan"]["stops"]]
    assert stops[0] == ("COUR-1", "insp-n2"), stops
    anybody = next(site for site, person in stops if person in ("", "leader-n"))
    assert "COUR-1" in town.duban("plan", "--next", "--as", "insp-n2").stdout
    for account in ("insp-n", "leader-n"):
        said = town.duban("plan", "--next", "--as", account).stdout
        assert anybody in said and "COUR-1" not in said, said
