"""Lights: domain 4.6 rule 10. They are derived as of a moment, never stored."""
import acts
import entry_pb2 as pb
import pytest
import township


def lights(town, site, item, moments):
    found = {}
    for moment in moments:
        town.until("2020-02-" + moment)
        found[moment] = town.light(site, item)
    return found


@pytest.mark.parametrize("site, item, expected", [
    # A starts yellow
    ("COUR-1", "TM-01", {"10 10:00": "yellow", "10 12:00": "yellow", "10 12:00:01": "red"}),
    # B: 24 h, a quarter of it is left at 04:00; its first reminder is later, at 06:00
    ("COUR-1", "DS-01", {"10 10:00": "green", "11 03:59:59": "green", "11 04:00": "yellow", "11 10:00": "yellow",
                         "11 10:00:01": "red", "12 10:00": "red"}),
    # C: 72 h, a quarter is 18 h; its first reminder is earlier, at -24 h
    ("COUR-1", "EP-05", {"10 10:00": "green", "12 09:59:59": "green", "12 10:00": "yellow", "13 10:00:01": "red"}),
    # D: 7 d 8 h, a quarter is 44 h; its first reminder is earlier, at -48 h
    ("CONS-1", "MS-04", {"10 10:00": "green", "15 17:59:59": "green", "15 18:00": "yellow", "17 18:00": "yellow",
                         "17 18:00:01": "red"}),
])
def test_a_case_shows_the_light_of_its_rectification(settled, site, item, expected):
    town = settled("2020-02-10 10:00")
    town.visit(site, fails=[item])
    assert lights(town, site, item, expected) == expected


def test_after_a_claim_it_shows_the_light_of_the_next_revisit(settled):
    town = settled("2020-02-10 10:00")
    town.visit("COUR-1", fails=["DS-01"])
    town.until("2020-02-11 09:00")
    assert town.light("COUR-1", "DS-01") == "yellow"
    town.enter(acts.claim("COUR-1", "DS-01"), by="site-cour-1")    # window 09:00 to 13:00
    assert lights(town, "COUR-1", "DS-01", ["11 09:00", "11 12:00", "11 13:00:01"]) == {
        "11 09:00": "green", "11 12:00": "yellow", "11 13:00:01": "red"}
    town.visit("COUR-1", passes=["DS-01"], purpose=pb.PURPOSE_REVISIT)
    assert town.light("COUR-1", "DS-01") == "green"                # the next one is days away


def test_overdue_is_the_red_light_and_the_listing_agrees(settled):
    town = settled("2020-02-10 10:00")
    town.visit("COUR-1", fails=["DS-01"])
    town.visit("COUR-1", fails=["EP-05"])
    town.until("2020-02-11 12:00")
    town.seen("rules")
    assert [row.case_.item for row in town.case_rows(overdue_only=True)] == ["DS-01"]
    assert {row.case_.item for row in town.case_rows(level="C")} == {"EP-05"}
    assert town.case_rows(zone="south") == [] and len(town.case_rows(zone="north")) == 2
    assert len(town.case_rows(owner="insp-n")) == 2 and town.case_rows(owner="insp-n2") == []


def test_tasks_carry_their_own_light(settled):
    town = settled("2020-02-10 10:00")
    town.visit("COUR-1", fails=["DS-01"])
    town.enter(acts.assign("COUR-1", "DS-01", "insp-n2"), by="leader-n")
    town.until("2020-02-10 12:00:01")
    town.seen("rules")
    rows = {row.task.kind: row.light for row in town.rows("rules", tasks=township.query.TasksQuery())}
    kinds = township.state
    assert rows[kinds.TASK_KIND_ACKNOWLEDGEMENT] == township.query.LIGHT_RED
    assert rows[kinds.TASK_KIND_RECTIFICATION] == township.query.LIGHT_GREEN
