"""Who may read what, cell by cell: written by hand from the roles and rights of the domain, not read from the program.

    lead: all, and approves           duty clerk: intake, sends           group leader, inspector: their own zone
    area contact: own areas, reads    community staff: own area, not told when somebody comes to look
    office: what was referred to it   site contact: its own notices alone
    auditor: the log, masked          administrator: accounts and registry, no cases    committee: told only by list
"""
import base64

import acts
import pytest
import query_pb2 as query
from acts import report
from door import Door, submission
from google.protobuf import json_format
from township import SITES, holder

BEGINNING = "2020-01-20 00:00"

POSTS = ["lead", "clerk", "auditor", "leader-n", "insp-n", "area-c", "staff-c", "office", "committee", "admin", "site-gate-1", "nobody-here"]
OWN_SCOPE = {"leader-n": ("zone", "north"), "insp-n": ("zone", "north"), "area-c": ("area", "c1"), "staff-c": ("area", "c1"),
             "office": ("office", "kongwei")}
OTHER_SCOPE = {"zone": "south", "area": "v1", "office": "shiqu"}
OWN_ARGUMENT = {"cases": "owner", "tasks": "owner", "notices": "recipient", "holders": "account", "whyNot": "account", "calendar": "account"}
NEEDS_MORE = {"whyNot": {"account": "insp-n"}, "calendar": {"account": "insp-n"}, "meeting": {"kind": "MEETING_KIND_MORNING"}}

# A all of it, z his zone, a his area, o his office, m what is his own, - nothing
#              lead clerk auditor leader insp area-c staff-c office committee admin site nobody
TABLE = {
    "cases":       "A   A   A   zm   zm   am   am   m   m   -   -   -",
    "tasks":       "A   A   A   m    m    m    m    m   m   m   -   -",
    "notices":     "A   A   A   m    m    m    m    m   m   m   m   -",
    "subjects":    "A   A   A   z    z    a    a    o   -   -   -   -",
    "facts":       "A   A   A   -    -    -    -    -   -   -   -   -",
    "quarantine":  "A   A   -   -    -    -    -    -   -   -   -   -",
    "sites":       "A   A   A   A    A    A    A    A   A   A   -   -",
    "areas":       "A   A   A   A    A    A    A    A   A   A   -   -",
    "items":       "A   A   A   A    A    A    A    A   A   A   -   -",
    "holders":     "A   A   A   m    m    m    m    m   m   A   m   -",
    "visits":      "A   A   A   -    -    -    -    -   -   -   -   -",
    "figures":     "A   A   A   z    z    a    a    -   -   -   -   -",
    "coverage":    "A   A   A   z    z    -    -    -   -   -   -   -",
    "plan":        "A   A   A   z    z    -    -    -   -   -   -   -",
    "blindSpots":  "A   A   A   z    z    -    -    -   -   -   -   -",
    "agenda":      "A   A   A   -    -    -    -    -   -   -   -   -",
    "meeting":     "A   A   A   -    -    -    -    -   -   -   -   -",
    "remarks":     "A   A   A   -    -    -    -    -   -   -   -   -",
    "whyNot":      "A   A   A   m    m    m    m    m   m   m   -   -",
    "calendar":    "A   m   m   m    m    m    m    m   m   m   -   -",
    "deliveries":  "A   A   A   -    -    -    -    -   -   -   -   -",
    "deadLetters": "A   A   A   -    -    -    -    -   -   -   -   -",
    "alarms":      "A   A   A   -    -    -    -    -   -   A   -   -",
}
CELLS = [(name, post, cell) for name, row in TABLE.items() for post, cell in zip(POSTS, row.split())]


@pytest.fixture(scope="module")
def lived_in(settled_for_module):
    """A township in which something of each zone has happened, and a token of each post."""
    town = settled_for_module("2020-01-20 09:00")
    town.enter(report("GATE-1", "insp-n", town.now, fails=["DS-06"]), by="insp-n")
    town.enter(report("SHOP-1", "insp-s", town.now, fails=["DS-06"]), by="insp-s")
    for site in ("GATE-1", "SHOP-1"):
        town.enter(acts.complaint(site, complainant="某居民 13800000000"), by="clerk")
    for site, fails in (("COUR-1", ["SD-01"]), ("DORM-1", ["SD-02"])):   # to two offices
        town.enter(report(site, "insp-n", town.now, passes=["SD-01"][:site == "DORM-1"], fails=fails), by="insp-n")
    town.until("2020-01-21 09:00")   # days are planned and counted from the next one on
    door = Door(town)
    yield door, {post: door.token(post) for post in [*POSTS, "insp-s", "area-v", "site-shop-1"]}
    town.stop("gateway")


def ask(lived_in, post, name, **arguments):
    door, who = lived_in
    pairs = "&".join(f"{key}={value}" for key, value in arguments.items())
    return door.get(f"/v1/{name}?{pairs}", who[post])


def places(name, answer):
    """(site, area) of all its rows, where they have any."""
    rows = answer.get(name, {}).get("rows", [])
    sites = [row.get("case", row.get("subject", {})).get("site", "") for row in rows]
    return [(site, SITES[site][1]) for site in sites if site]


def expect_all(lived_in, name, post):
    more = NEEDS_MORE.get(name, {})
    status, _, answer = ask(lived_in, post, name, **more)
    assert status == 200, answer
    if name in ("cases", "subjects"):
        assert {area for _, area in places(name, answer)} == {"c1", "v1"}
    if name in OWN_ARGUMENT:
        assert ask(lived_in, post, name, **{OWN_ARGUMENT[name]: "insp-s"})[0] == 200, "of somebody else"


WHERE = {   # of a row: what of it says whose scope it is of
    "cases": {"zone": lambda row: row["zone"], "area": lambda row: SITES[row["case"]["site"]][1]},
    "subjects": {"zone": lambda row: row["zone"], "area": lambda row: row["subject"]["area"],
                 "office": lambda row: row["subject"].get("referral", {}).get("office")},
    "coverage": {"zone": lambda row: row["count"]["zone"]},
    "plan": {"zone": lambda row: row["plan"]["zone"]},
    "blindSpots": {"zone": lambda row: row["zone"]},
}


def rows_of(lived_in, post, name, **arguments):
    more = {key: value for key, value in NEEDS_MORE.get(name, {}).items() if name not in OWN_ARGUMENT or key != OWN_ARGUMENT[name]}
    status, _, answer = ask(lived_in, post, name, **{"limit": 1000, **more, **arguments})
    assert status == 200, answer
    return answer.get(name, {}).get("rows", [])


def expect_scope(lived_in, name, post):
    argument, own = OWN_SCOPE[post]
    everything, his = rows_of(lived_in, "lead", name), rows_of(lived_in, "lead", name, **{argument: own})
    assert his and his != everything, "there is something of his, and something of others"
    for arguments in ({}, {argument: own}):
        rows = rows_of(lived_in, post, name, **arguments)
        if name == "figures":   # they name no place
            assert rows == his
        else:
            where = WHERE[name][argument]
            assert {where(row) for row in rows} == {own} and len({where(row) for row in everything}) > 1, rows
            assert len(rows) == len([row for row in everything if where(row) == own]), "all of it"
    status, _, problem = ask(lived_in, post, name, **{argument: OTHER_SCOPE[argument]})
    assert (status, problem["field"]) == (403, argument), problem


WHOSE = {"cases": lambda row: row["case"]["owner"], "notices": lambda row: row["notice"]["recipient"]["account"],
         "holders": lambda row: row["account"]}


def expect_own(lived_in, name, post):
    argument = OWN_ARGUMENT[name]
    for arguments in ([{argument: post}] if post in OWN_SCOPE and OWN_SCOPE[post][0] in WHERE.get(name, {}) else [{}, {argument: post}]):
        rows = rows_of(lived_in, post, name, **arguments)
        if name in WHOSE:
            everything = rows_of(lived_in, "lead", name)
            assert {WHOSE[name](row) for row in rows} <= {post} < {post} | {WHOSE[name](row) for row in everything}, rows
            assert len(rows) == len([row for row in everything if WHOSE[name](row) == post]), "all of it"
        else:   # rows name nobody, or the post that owes it
            assert {row["task"].get("owner", post) for row in rows if "task" in row} <= {post}, rows
            assert rows == rows_of(lived_in, "lead", name, **{argument: post})
    status, _, problem = ask(lived_in, post, name, **{argument: "insp-s"})
    assert (status, problem["field"]) == (403, argument), problem


def expect_nothing(lived_in, name, post):
    tries = [{}, NEEDS_MORE.get(name, {})]
    if post in OWN_SCOPE:
        tries.append(dict([OWN_SCOPE[post]]))
    if name in OWN_ARGUMENT:
        tries.append({OWN_ARGUMENT[name]: post})
    for arguments in tries:
        status, _, problem = ask(lived_in, post, name, **arguments)
        assert status in (400, 403) and problem["type"].startswith("urn:duban:problem:"), (arguments, problem)
    assert ask(lived_in, post, name)[0] == 403


@pytest.mark.parametrize("name, post, cell", CELLS, ids=[f"{name}-{post}" for name, post, _ in CELLS])
def test_each_post_reads_what_the_table_says(lived_in, name, post, cell):
    for letter in cell:
        {"A": expect_all, "z": expect_scope, "a": expect_scope, "o": expect_scope, "m": expect_own, "-": expect_nothing}[letter](
            lived_in, name, post)


def test_the_table_has_each_reading_that_there_is(lived_in):
    paths = lived_in[0].get("/v1/openapi.json")[2]["paths"]
    assert {path[4:] for path, item in paths.items() if item.get("get", {}).get("operationId") == path[4:]} == set(TABLE)


def test_no_argument_leads_past_what_is_his(lived_in):
    """One thing asked for by its number, or by its id, is narrowed as a listing is."""
    door, who = lived_in
    subjects = door.get("/v1/subjects", who["lead"])[2]["subjects"]["rows"]
    north, south = (next(row for row in subjects if row["subject"]["site"] == site) for site in ("GATE-1", "SHOP-1"))
    for post in ("insp-n", "area-c"):
        for row, status in ((north, 200), (south, 422)):
            one = base64.urlsafe_b64encode(base64.b64decode(row["subject"]["id"])).decode()
            assert ask(lived_in, post, "subjects", number=row["number"])[0] == status, (post, row["number"])
            assert ask(lived_in, post, "subjects", id=one)[0] == status, (post, row["number"])
    notices = door.get("/v1/notices?limit=1000", who["lead"])[2]["notices"]["rows"]
    of = {row["notice"]["recipient"]["account"]: row["sequence"] for row in notices}
    assert ask(lived_in, "insp-n", "notices", onlySequence=of["insp-n"])[0] == 200
    assert ask(lived_in, "insp-n", "notices", onlySequence=of["insp-s"])[0] == 422
    assert ask(lived_in, "site-gate-1", "notices", onlySequence=of["insp-n"])[0] == 422


def test_community_staff_are_not_told_when_somebody_comes_to_look(lived_in):
    town = lived_in[0].town
    town.enter(acts.claim("GATE-1", "DS-06"), by="site-gate-1")
    told = {post: next(row for row in ask(lived_in, post, "cases")[2]["cases"]["rows"] if row["case"]["site"] == "GATE-1")
            for post in ("area-c", "staff-c")}
    assert told["area-c"]["nextS"] and told["area-c"]["case"]["passOffsetsDays"]
    assert "nextS" not in told["staff-c"] and "passOffsetsDays" not in told["staff-c"]["case"]
    assert told["staff-c"]["stateLabel"] == told["area-c"]["stateLabel"]


def test_community_staff_are_not_told_what_is_planned_at_a_site_nor_when_a_complaint_is_verified(lived_in):
    def told(post):
        subject, = [row for row in rows_of(lived_in, post, "subjects") if row["subject"]["site"] == "GATE-1" and "complaint" in row["subject"]]
        return rows_of(lived_in, post, "sites"), subject

    sites, subject = told("area-c")
    assert any(site["coverage"].get("planned") for site in sites) and subject["nextS"]
    hidden = {"coverage", "checkTask", "sideItemsTask", "sideItems"}
    for post in ("staff-c", "committee", "admin"):
        rows = rows_of(lived_in, post, "sites")
        assert rows == [{name: value for name, value in site.items() if name not in hidden} for site in sites], post
    assert told("staff-c")[1] == {name: value for name, value in subject.items() if name != "nextS"}


def test_a_site_sees_its_own_notices_and_no_other(lived_in):
    status, _, answer = ask(lived_in, "site-shop-1", "notices")
    assert status == 200
    assert {row["notice"]["recipient"]["account"] for row in answer["notices"]["rows"]} == {"site-shop-1"}


def test_what_somebody_without_a_post_sends_is_held_and_never_lost(make_town, template):
    """He was an inspector this morning; what he saw is kept until somebody has looked at it."""
    town = make_town(template, rehearsal=BEGINNING)
    town.start()
    door = Door(town)
    who = door.token("insp-n2")
    gone = holder("insp-n2")
    gone.role_holder_change.removed = True
    town.enter(gone, by="admin")
    status, headers, taken = door.post("/v1/entries", submission(report("GATE-1", "insp-n2", town.now, fails=["DS-06"], photos="none")), who)
    assert status == 201 and int(taken["sequence"]) > 0
    town.settle()
    status, _, progress = door.get(headers["Location"], who)
    assert (status, progress["state"]) == (200, "SUBMISSION_STATE_QUARANTINED"), progress
    held, = town.rows("rules", quarantine=query.QuarantineQuery(sequence=int(taken["sequence"])))
    assert held.account == "insp-n2" and not town.case("GATE-1", "DS-06")
    town.enter(acts.release(int(taken["sequence"]), reporter="insp-n"), by="clerk")
    assert town.case("GATE-1", "DS-06"), json_format.MessageToDict(held)
    assert door.get(headers["Location"], who)[2]["state"] == "SUBMISSION_STATE_RELEASED"
    assert door.get("/v1/cases", who)[0] == 403
    town.stop("gateway")
