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
REGISTRY = ("areas", "sites", "units", "holders", "households")


def generate(size, folder):
    subprocess.run([GENERATE, size, folder], check=True)
    return folder


def counts(folder):
    return json.loads((folder / "counts.json").read_text())


def settle_in(town, folder):
    """The first policy is in force and everybody is registered."""
    town.duban("policy", "activate", folder / "packs/1", "--approver", "lead")
    for kind in REGISTRY:
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


def check_identity(town):
    """On each of its evenings, what everybody was to do is what came of it; the people that were looked at."""
    evenings = [evening(town, number) for number in range(DAYS)]
    wrong = {str(FIRST_DAY + datetime.timedelta(days=number)): words for number, meeting in enumerate(evenings)
             if (words := what_does_not_add_up(meeting))}
    assert not wrong, wrong
    broken = town.rows("rules", facts=query.FactsQuery(kinds=[state.FACT_KIND_IDENTITY_BROKEN]))
    assert not broken, broken
    return sum(len(group.people) for meeting in evenings for group in meeting.groups)
