"""The working day: coverage, blind spots, and each group's stops: domain rows 23 to 26, 47, 60; 4.6 rules 13 and 15."""
import json

import acts


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
    assert "COUR-1" in said and "从未巡查" in said
    town.visit("COUR-1", passes=["CR-03"])
    assert "COUR-1" not in town.duban("blind-spots").stdout
    town.until("2020-02-12 09:00")
    (row,) = [row for row in json.loads(town.duban("blind-spots", "--json").stdout)["rows"] if row["site"]["code"] == "COUR-1"]
    assert row["kinds"] == ["BLIND_SPOT_KIND_PAST"] and row["daysOver"] == 1
