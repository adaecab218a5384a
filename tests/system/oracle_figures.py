"""The figures of domain 8 on cases, said once more from the rules in words over the oracle's own cases: nothing
is read from the daemons, and nothing is kept from one question to the next.

    case = CountedCase(policy, item, posts, place)     an oracle_case.Case that remembers its filings
    figures(cases, now_s, from_day, to_day)            {name: (numerator, denominator, value, parts)}
"""
import collections
import dataclasses
import datetime

import oracle_case
from oracle_policy import day_of


@dataclasses.dataclass(frozen=True)
class Where:
    site: str
    zone: str
    area: str
    kind: str
    focus_group: str


class Filing:
    """One 立案: the first, or a case that came back."""

    def __init__(self, filed_s, found_s):
        self.filed_s, self.found_s = filed_s, found_s
        self.fixed_s, self.fixed_late, self.fixed_due_s, self.fixed_level = None, False, None, None
        self.first_revisit = None        # (when somebody was there, did it pass?)
        self.reworks, self.closed_s, self.came_back, self.overdue_by_s = [], None, False, 0


class CountedCase(oracle_case.Case):
    def __init__(self, policy, item, posts, where):
        super().__init__(policy, item, posts, where.kind)
        self.where, self.filings = where, []
        self.revisits_made, self.acknowledged = [], []   # [(due, when)], [(assigned, in time?)]

    @property
    def filing(self):
        return self.filings[-1]

    # ------------------------------------------------------------ remembering

    def happen(self, happening):
        self.until(happening.when_s)
        self.heed_overdue(happening.when_s)
        super().happen(happening)

    def heed_overdue(self, now_s):
        if self.is_overdue(now_s):
            self.filing.overdue_by_s = self.due_s

    def is_overdue(self, now_s):
        return (bool(self.rectification) and not self.stands_still and
                (now_s > self.due_s or self.filing.overdue_by_s == self.due_s))

    def start_clocks(self, now_s):
        """What was overdue when its clock stopped is so when it goes on."""
        was_overdue = self.filing.overdue_by_s == self.due_s
        super().start_clocks(now_s)
        if was_overdue and not self.stands_still:
            self.filing.overdue_by_s = self.due_s

    def open(self, happening, level):
        self.filings.append(Filing(happening.when_s, happening.seen_s))
        super().open(happening, level)

    def reopen(self, happening):
        self.filing.came_back = True
        self.filings.append(Filing(happening.when_s, happening.seen_s))
        super().reopen(happening)

    def checked(self, happening, passed):
        if self.revisit:
            self.revisits_made.append((self.revisit.due_s, happening.seen_s))
        self.filing.first_revisit = self.filing.first_revisit or (happening.seen_s, passed)

    def rework(self, happening):
        self.checked(happening, False)
        self.filing.reworks.append(happening.seen_s)
        super().rework(happening)

    def count_pass(self, happening):
        self.checked(happening, True)
        super().count_pass(happening)

    def fix(self, happening):
        super().fix(happening)
        filing = self.filing
        if filing.fixed_s is None:
            filing.fixed_s, filing.fixed_late = self.fixed_s, self.fixed_late
            filing.fixed_due_s, filing.fixed_level = self.late_after_s(), self.level

    def close(self, now_s):
        super().close(now_s)
        self.filing.closed_s = self.closed_s

    def on_acknowledge(self, happening):
        duty = self.duties.get("acknowledgement")
        if self.is_open and happening.by == self.owner and duty:
            self.acknowledged.append((duty.opened_s, happening.when_s <= duty.due_s))
        super().on_acknowledge(happening)


# ---------------------------------------------------------------- the figures

class Days:
    def __init__(self, from_day, to_day):
        self.from_day, self.to_day = from_day, to_day

    def hold(self, when_s):
        return when_s is not None and self.from_day <= day_of(when_s) <= self.to_day


def rate(marks):
    return sum(map(bool, marks)), len(marks), 0, {}


def ranked(values, percent):
    """The smallest value that at least so many percent of them do not exceed."""
    return next((value for value in sorted(values) if 100 * sum(v <= value for v in values) >= percent * len(values)), 0)


def top(counter, least=1):
    found = sorted((item for item in counter.items() if item[1] >= least), key=lambda item: (-item[1], item[0]))
    return dict(found[:10]), len(found)


def due_marks(case, days):
    """Of each filing that is due in those days and passed or overdue: in time?"""
    for filing in case.filings:
        if filing.fixed_s is not None:
            if days.hold(filing.fixed_due_s):
                yield not filing.fixed_late
        elif filing is case.filing and filing.overdue_by_s >= case.late_after_s() and days.hold(case.late_after_s()):
            yield False


def revisit_marks(case, days):
    planned = list(case.revisits_made) + ([(case.revisit.due_s, None)] if case.revisit else [])
    return [seen_s is not None and day_of(seen_s) <= day_of(due_s) for due_s, seen_s in planned if days.hold(due_s)]


def acknowledgement_marks(case, days):
    duty = case.duties.get("acknowledgement")
    given = list(case.acknowledged) + ([(duty.opened_s, False)] if duty else [])
    return [in_time for opened_s, in_time in given if days.hold(opened_s)]


def times_to_fix(filings, days, percent):
    fixed = collections.defaultdict(list)
    for filing in filings:
        if days.hold(filing.fixed_s):
            fixed[filing.fixed_level].append(max(0, filing.fixed_s - filing.filed_s) // 60)
    everything = [minutes for level in fixed.values() for minutes in level]
    return (0, len(everything), ranked(everything, percent),
            {level: (len(minutes), ranked(minutes, percent)) for level, minutes in fixed.items()})


def overdue(cases, of):
    return len(cases), 0, 0, top(collections.Counter(map(of, cases)))[0]


def figures(cases, now_s, from_day, to_day):
    days = Days(from_day, to_day)
    cases = [case for case in cases if case.filings]
    filings = [(case, filing) for case in cases for filing in case.filings]
    filed = [(case, filing) for case, filing in filings if days.hold(filing.filed_s)]
    closed = [filing for _, filing in filings if days.hold(filing.closed_s)]
    firsts = [filing.first_revisit for _, filing in filings if filing.first_revisit and days.hold(filing.first_revisit[0])]
    reworks = [when_s for _, filing in filings for when_s in filing.reworks if days.hold(when_s)]
    late = [case for case in cases if case.is_overdue(now_s)]
    items, _ = top(collections.Counter(case.item for case, _ in filed))
    crosses, _ = top(collections.Counter((case.item, case.where.kind, case.where.area) for case, _ in filed))
    sites, repeated = top(collections.Counter(case.where.site for case, _ in filed), least=2)
    check_ins = [(case.where.site, day in case.watch.days) for case in cases for day in case.watch.asked if from_day <= day <= to_day]
    missed, _ = top(collections.Counter(site for site, mark in check_ins if not mark))
    each = [filing for _, filing in filings]
    return {
        "filed": (len(filed), 0, 0, {}),
        "fixed": rate([filing.fixed_s is not None for _, filing in filed]),
        "closed": rate([filing.closed_s is not None for _, filing in filed]),
        "on_time": rate([mark for case in cases for mark in due_marks(case, days)]),
        "first_pass": rate([passed for _, passed in firsts]),
        "rework": (len(reworks), len(firsts), 0, {}),
        "recurred": rate([filing.came_back for filing in closed]),
        "revisits": rate([mark for case in cases for mark in revisit_marks(case, days)]),
        "overdue": overdue(late, lambda case: case.level),
        "overdue_owners": overdue(late, lambda case: case.owner),
        "overdue_sites": overdue(late, lambda case: case.where.site),
        "longest_overdue": (0, len(late), min((case.due_s for case in late), default=0), {}),
        "fix_time": times_to_fix(each, days, 50),
        "fix_time_p90": times_to_fix(each, days, 90),
        "acknowledged": rate([mark for case in cases for mark in acknowledgement_marks(case, days)]),
        "top_items": (len(filed), 0, 0, items),
        "top_crosses": (len(filed), 0, 0, [(*cross, count) for cross, count in crosses.items()]),
        "repeat_sites": (repeated, 0, 0, sites),
        "watched": (sum(case.watch.has_begun for case in cases), 0, 0, {}),
        "check_ins": rate([mark for _, mark in check_ins]),
        "check_ins_missed": (sum(not mark for _, mark in check_ins), 0, 0, missed),
    }


def day_number(day):
    return (day - datetime.date(1970, 1, 1)).days
