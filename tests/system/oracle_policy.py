"""The policy pack once more, read from its files as its comments say that it is to be read: limits,
moments before and after a due time, quiet hours, and what the levels and items want.

Moments are whole seconds (UTC); at("2020-02-10 10:00") reads the deployment's time.
"""
import csv
import datetime
import re

import yaml

import oracle_time
from oracle_time import DAY, ZONE

DAY_S = 86400
LENGTHS_S = {"s": 1, "m": 60, "h": 3600, "d": DAY_S}


def moment(seconds):
    return datetime.datetime.fromtimestamp(seconds, ZONE)


def seconds(moment_):
    return int(moment_.timestamp())


def length_s(text):
    """45s, 30m, 4h, 7d, with or without a sign; "0"."""
    if str(text) == "0":
        return 0
    number, unit = re.fullmatch(r"([+-]?\d+)([smhd])", text).groups()
    return int(number) * LENGTHS_S[unit]


def clock(text):
    return datetime.time.fromisoformat(text)


def on_day(day, time):
    return seconds(datetime.datetime.combine(day, time, ZONE))


def day_of(when_s):
    return moment(when_s).date()


def first_clock(when_s, times):
    """The first of these times of the day at or after when_s."""
    day = day_of(when_s)
    moments = [on_day(day + more * DAY, time) for more in (0, 1) for time in times]
    return min(when for when in moments if when >= when_s)


class Policy:
    def __init__(self, folder):
        with open(folder / "policy.yaml", encoding="utf-8-sig") as file:
            self.rules = yaml.safe_load(file)
        with open(folder / "items.csv", encoding="utf-8-sig", newline="") as file:
            self.items = {row["code"]: row for row in csv.DictReader(file)}
        self.calendar = oracle_time.Calendar(folder / "calendar.csv") if (folder / "calendar.csv").exists() else None
        self.levels = {level["code"]: level for level in self.rules["severities"]}
        self.digest = clock(self.rules["digest"])
        self.briefings = [clock(text) for text in self.rules["briefings"]]

    def length(self, name):
        return length_s(self.rules[name])

    # ------------------------------------------------------------ limits

    def due(self, start_s, limit, pauses=()):
        number, unit = re.fullmatch(r"(\d+)([a-z]+)", limit).groups()
        if unit == "nm":
            return start_s + int(number) * 60 + sum(end - begin for begin, end in pauses)
        spans = [(moment(begin), moment(end)) for begin, end in pauses]
        return seconds(oracle_time.due(self.calendar, moment(start_s), int(number), unit, spans))

    @staticmethod
    def unit(limit):
        return re.fullmatch(r"\d+([a-z]+)", limit)[1]

    def shifted(self, when_s, unit, from_s, to_s):
        """A moment later by a pause, measured in the unit of the limit."""
        if unit in ("nh", "nm"):
            return when_s + to_s - from_s
        if unit == "cd":
            return when_s + (day_of(to_s) - day_of(from_s)).days * DAY_S
        if unit == "wd":
            return self.working_days_from(when_s, self.calendar.days_between(day_of(from_s), day_of(to_s)))
        paused = self.calendar.hours_between(moment(from_s), moment(to_s))
        return seconds(self.calendar.after_hours(moment(when_s), paused)) if paused else when_s

    def exempt_length_s(self):
        """No limit that is not longer knows quiet hours."""
        return self.due(0, self.rules["quiet_hours"]["exempt_limit"])

    def limit(self, item, level):
        """An item may have a limit of its own, at its own level."""
        row = self.items[item]
        return row["limit"] if row["limit"] and row["level"] == level else self.levels[level]["limit"]

    def passes(self, item, level):
        """How many passes, and on which days after the first."""
        row = self.items[item]
        if row["passes"] and row["level"] == level:
            return int(row["passes"]), [int(day) for day in row["offsets_days"].split()]
        return self.levels[level]["passes"], self.levels[level]["pass_offsets_days"]

    def is_above(self, level, other):
        codes = list(self.levels)
        return codes.index(level) < codes.index(other)

    def raised(self, level):
        codes = list(self.levels)
        return self.levels[level].get("raised_to", codes[max(0, codes.index(level) - 1)])

    def calling_messages(self, kind):
        """What the ladder says above its first step, at whichever level."""
        rows = [row for plan in self.rules["ladder"].get(kind, {}).values() for row in plan]
        return {row["message"] for row in rows if row["step"] > 0}

    def next_digest(self, when_s):
        return first_clock(when_s, [self.digest])

    # ------------------------------------------------------------ moments

    def rows(self, plan, kind, level):
        """The rows of a plan (reminders, ladder) for a task of that kind and level."""
        of_kind = self.rules[plan].get(kind, {})
        return of_kind.get(level, of_kind.get("*", []))

    def from_due(self, due_s, text):
        """A moment before or after a due time: -30m, +4h, -1wd, +4wh, 0."""
        working = re.fullmatch(r"([+-])(\d+)(wh|wd)", str(text))
        if not working:
            return due_s + length_s(text)
        sign, number, unit = working[1], int(working[2]), working[3]
        if unit == "wd":
            return self.working_days_from(due_s, number if sign == "+" else -number)
        if sign == "+":
            return seconds(self.calendar.after_hours(moment(due_s), datetime.timedelta(hours=number)))
        return self.working_hours_before(due_s, number)

    def working_days_from(self, when_s, number):
        """The same time of the day, so many worked days later or earlier."""
        day, step = day_of(when_s), DAY if number > 0 else -DAY
        while number:
            day += step
            number -= self.calendar.is_worked(day) and (1 if number > 0 else -1)
        return on_day(day, moment(when_s).time())

    def working_hours_before(self, when_s, hours):
        """The last moment from which so many working hours end at when_s."""
        left, day = datetime.timedelta(hours=hours), day_of(when_s)
        while True:
            for opens, closes in reversed(self.calendar.slots(day)):
                closes = min(closes, moment(when_s))
                if opens < closes and left <= closes - opens:
                    return seconds(closes - left)
                left -= max(closes - opens, datetime.timedelta())
            day -= DAY

    def moment_of(self, row, due_s):
        """When a row of a plan comes, for that due time."""
        if "clock" in row:
            return on_day(day_of(due_s) + row["day"] * DAY, clock(row["clock"]))
        when_s = self.from_due(due_s, row["at"]) + (str(row["at"]) == "0")   # overdue from the second after
        return first_clock(when_s, self.briefings) if row.get("briefing") else when_s

    def next_repeat(self, row, when_s):
        if re.fullmatch(r"\d+wd", row["every"]):
            return self.working_days_from(when_s, int(row["every"][:-2]))
        return when_s + length_s(row["every"])

    # ------------------------------------------------------------ quiet hours

    def quiet_night(self, when_s):
        """The quiet hours that when_s lies in, [from, to); None outside."""
        begins, ends = (clock(self.rules["quiet_hours"][name]) for name in ("from", "to"))
        for evening in (day_of(when_s) - DAY, day_of(when_s)):
            night = on_day(evening, begins), on_day(evening + DAY, ends)
            if night[0] <= when_s < night[1]:
                return night
        return None

    def evening_before(self, when_s, due_s):
        """When a reminder that would come in quiet hours goes instead; None when it joins the digest."""
        night = self.quiet_night(when_s)
        morning = day_of(night[1])
        if due_s >= on_day(morning, clock(self.rules["quiet_hours"]["due_before"])):
            return None
        return on_day(morning - DAY, clock(self.rules["quiet_hours"]["reminder_at"]))

    def next_digest(self, when_s):
        return first_clock(when_s, [self.digest])

    def review_day(self, now_s):
        """When something that stands still is looked at again, where nobody said when."""
        return on_day(day_of(now_s) + self.rules["suspension_review_days"] * DAY, clock(self.rules["end_of_day"]))

    # ------------------------------------------------------------ revisits

    def first_window_end(self, base_s, level):
        end_s = self.due(base_s, self.levels[level]["first_window"])
        night = self.rules["night"]
        by_day = clock(night["to"]) <= moment(end_s).time() < clock(night["from"])
        if by_day or self.levels[level].get("window_at_night"):
            return end_s
        return first_clock(end_s, [clock(night["moves_to"])])

    def planned_revisit(self, last_pass_s, offsets, number):
        """Pass `number` (from 2) after the one before: from the beginning of its day to its end. Passes beyond the
        plan are daily."""
        offsets = list(offsets) + [offsets[-1] + more for more in range(1, number)]
        day = day_of(last_pass_s) + (offsets[number - 1] - offsets[number - 2]) * DAY
        return on_day(day, datetime.time()), on_day(day, clock(self.rules["end_of_day"]))
