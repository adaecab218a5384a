"""What counts for which figure, and where; figures are marks added up (domain 8, 4.6 rule 21).

    Mark("feedback", where, day, 1, 1)       on that day; day None: as long as it stands
    figures(marks, now_s, from_day, to_day, scope)     {name: (numerator, denominator, value, parts)}
"""
import collections
import dataclasses
import datetime

from oracle_figures import ranked, top
from oracle_policy import day_of

OF_PERIOD = ("complaints_in_time", "complaints_true", "feedback", "referrals", "isolation_contacts", "check_ins",
             "coverage", "plan_coverage", "evidence")
COUNTS = ("attempts", "photos_again")
NOW = ("coordination_late", "isolated", "isolation_restarts", "watched")
OF_CAMPAIGN = ("households_signed", "households_signed_of_all", "households_true")
MOST_STREAK = 31
BY_ZONE_AND_FOCUS = {"attempts", "evidence", "photos_again", "load", "streaks"}


@dataclasses.dataclass(frozen=True)
class Where:
    zone: str
    area: str
    kind: str
    focus_group: str


@dataclasses.dataclass(frozen=True)
class Mark:
    figure: str
    where: Where
    day: datetime.date = None
    good: int = 0
    of: int = 0
    part: object = ""


class Sheet:
    """The marks of a scope, by figure."""

    def __init__(self, marks, scope, from_day, to_day):
        self.from_day, self.to_day = from_day, to_day
        self.of = collections.defaultdict(list)
        for mark in marks:
            if not scope or getattr(mark.where, scope[0]) == scope[1]:
                self.of[mark.figure].append(mark)

    def within(self, figure, first=None, last=None):
        first, last = first or self.from_day, last or self.to_day
        return [mark for mark in self.of[figure] if first <= mark.day <= last]


def added(marks):
    return sum(mark.good for mark in marks), sum(mark.of for mark in marks)


def of_newest_campaign(sheet, figure):
    newest = max((mark.part for mark in sheet.of["households_signed_of_all"]), default=0)
    return (*added([mark for mark in sheet.of[figure] if mark.part == newest]), 0, {})


def visits_of_members(sheet):
    return collections.Counter(mark.part for mark in sheet.within("evidence"))


def streaks(sheet):
    days = collections.defaultdict(set)
    for mark in sheet.of["evidence"]:
        days[mark.part].add(mark.day)
    found = collections.Counter()
    for member, seen in days.items():
        day = sheet.to_day
        while day in seen and found[member] < MOST_STREAK:
            found[member] += 1
            day -= datetime.timedelta(days=1)
    found = +found
    return max(found.values(), default=0), 0, 0, top(found)[0]


def watch_streaks(sheet):
    """Of each site that is watched now: days in a row, up to the last one; what is not over yet breaks nothing."""
    found = {}
    for watch in sheet.of["watched"]:
        seen = {mark.day for mark in sheet.of["watch_seen"] if mark.part == watch.part}
        asked = {mark.day for mark in sheet.of["check_ins"] if mark.part == watch.part}
        day = sheet.to_day if sheet.to_day in seen else sheet.to_day - datetime.timedelta(days=1)
        found[watch.part] = 0
        while day >= watch.day and (day in seen or day not in asked):
            found[watch.part] += day in seen
            day -= datetime.timedelta(days=1)
    return max(found.values(), default=0), 0, 0, found


def check_ins_missed(sheet):
    missed = collections.Counter(mark.part for mark in sheet.within("check_ins") if not mark.good)
    return sum(missed.values()), 0, 0, top(missed)[0]


def figures(marks, now_s, from_day, to_day, scope=()):
    sheet, today = Sheet(marks, scope, from_day, to_day), day_of(now_s)
    minutes = [mark.part for mark in sheet.within("coordination_time")]
    visits = visits_of_members(sheet)
    found = {name: (*added(sheet.within(name)), 0, {}) for name in OF_PERIOD}
    found.update({name: (added(sheet.within(name))[0], 0, 0, {}) for name in COUNTS})
    found.update({name: (added(sheet.of[name])[0], 0, 0, {}) for name in NOW})
    found.update({name: of_newest_campaign(sheet, name) for name in OF_CAMPAIGN})
    found["isolation_ending"] = (
        added(sheet.within("isolation_ending", today, today + datetime.timedelta(days=2)))[0], 0, 0, {})
    found["blind_spots"] = (added(sheet.within("blind_spots", to_day, to_day))[0], 0, 0, {})
    found["coordination_time"] = 0, len(minutes), ranked(minutes, 50), {}
    found["load"] = sum(visits.values()), len(visits), 0, top(visits)[0]
    found["streaks"] = streaks(sheet)
    found["watch_streaks"] = watch_streaks(sheet)
    found["check_ins_missed"] = check_ins_missed(sheet)
    left_out = {"area": BY_ZONE_AND_FOCUS, "kind": BY_ZONE_AND_FOCUS}
    return {name: row for name, row in found.items() if not scope or name not in left_out.get(scope[0], set())}
