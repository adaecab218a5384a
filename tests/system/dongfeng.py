"""The data set Dongfeng (deploy/demo/dongfeng): generated into a folder, and played into a township."""
import datetime
import json
import subprocess

import query_pb2 as query
import state_pb2 as state
from township import ROOT

GENERATE = ROOT / "deploy/demo/dongfeng/generate"
BEGINNING = "2020-01-23 08:00"
PARTS = (1, 2, 3)
FIRST_DAY, DAYS = datetime.date(2020, 2, 1), 63
FIRST_DOORS = datetime.date(2020, 2, 10)    # deploy/demo/dongfeng/daily.py: Doors
REGISTRY = ("areas", "sites", "units", "holders", "households")


def generate(size, folder):
    subprocess.run([GENERATE, size, folder], check=True)
    return folder


def counts(folder):
    return json.loads((folder / "counts.json").read_text())


def settle_in(town, folder, registry=REGISTRY):
    """The first policy is in force and everybody is registered."""
    town.duban("policy", "activate", folder / "packs/1", "--approver", "lead")
    for kind in registry:
        for table in sorted(folder.glob(f"{kind}*.csv")):
            town.duban("--timeout", "300", "import", kind, table, timeout=600)
    town.settle()


def play(town, folder, timeout=600):
    """All of it, from the first day to the last; what each part of the scenario came to."""
    summaries = []
    for part in PARTS:
        if part > 1:
            town.duban("policy", "activate", folder / f"packs/{part}", "--approver", "lead")
        done = town.duban("--json", "rehearse", folder / f"{part}.jsonl", "--quiet", timeout=timeout)
        summaries.append(json.loads(done.stdout)["summary"])
    return summaries


def play_first_days(town, folder, days, timeout=600):
    """As many of its days, and all that comes before them. No door is entered yet: those need not be registered."""
    assert FIRST_DAY + datetime.timedelta(days=days) <= FIRST_DOORS
    settle_in(town, folder, [kind for kind in REGISTRY if kind != "households"])
    town.duban("rehearse", folder / "1.jsonl", "--quiet", timeout=timeout)
    town.duban("policy", "activate", folder / "packs/2", "--approver", "lead")
    until = FIRST_DAY + datetime.timedelta(days=days)
    town.duban("rehearse", folder / "2.jsonl", "--quiet", "--until", f"{until}T00:00", timeout=timeout)


# ---------------------------------------------------------------- the identity of its evenings

TO_DO = ("planned", "added", "transferred_in")
CAME_OF_IT = ("done", "with_reason", "missed", "not_yet_due", "withdrawn", "transferred_out")


def day_number(number):
    """Of its so many-th day, from 0 on: days since 1970."""
    return (FIRST_DAY - datetime.date(1970, 1, 1)).days + number


def evening(town, number):
    """What the summary of that day told; an AssertionError where there was none."""
    wanted = query.MeetingQuery(day=day_number(number), kind=state.MEETING_KIND_EVENING)
    told = town.ask("rules", meeting=wanted).meeting
    assert told.HasField("meeting"), f"no summary of {FIRST_DAY + datetime.timedelta(days=number)}"
    return told.meeting


def what_does_not_add_up(meeting):
    """[words] of each person whose two sides differ (4.6 rule 14)."""
    wrong = []
    for person in (person for group in meeting.groups for person in group.people):
        sides = [sum(getattr(person, name) for name in names) for names in (TO_DO, CAME_OF_IT)]
        if sides[0] != sides[1]:
            wrong.append(f"{person.account or 'nobody'} in {person.zone}: {sides[0]} to do, {sides[1]} came of it")
    return wrong + ([f"{meeting.broken} people by its own count"] if meeting.broken else [])


def check_identity(town, days=DAYS):
    """On each of its evenings, or of the first ones, what everybody was to do is what came of it; the people that were looked at."""
    evenings = [evening(town, number) for number in range(days)]
    wrong = {str(FIRST_DAY + datetime.timedelta(days=number)): words for number, meeting in enumerate(evenings)
             if (words := what_does_not_add_up(meeting))}
    assert not wrong, wrong
    broken = town.rows("rules", facts=query.FactsQuery(kinds=[state.FACT_KIND_IDENTITY_BROKEN]))
    assert not broken, broken
    return sum(len(group.people) for meeting in evenings for group in meeting.groups)
