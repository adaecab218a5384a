"""When a limit is over, said once more: from the calendar of 2020 and the conventions in words,
slot by slot and day by day, without the code under test.

    hours of a slot count only on worked days; a start outside the slots counts from the next
    one; an end as a slot closes is then. The day of start does not count for days; they fall
    due at 18:00. A pause is measured in the unit of the limit. Nothing is known of a year that
    is not published.
"""
import csv
import datetime

ZONE = datetime.timezone(datetime.timedelta(hours=8))
SLOTS = [(datetime.time(8, 30), datetime.time(12)), (datetime.time(13, 30), datetime.time(18))]
DAY = datetime.timedelta(days=1)
END_OF_DAY = datetime.time(18)


class NotPublished(Exception):
    """args[0] is the year."""


class Calendar:
    def __init__(self, path):
        self.years, self.days = set(), {}
        with open(path, encoding="utf-8-sig", newline="") as file:
            for row in csv.DictReader(file):
                if row["kind"] == "year":
                    self.years.add(int(row["date"]))
                else:
                    self.days[datetime.date.fromisoformat(row["date"])] = row["kind"] == "work"

    def is_worked(self, day):
        if day.year not in self.years:
            raise NotPublished(day.year)
        return self.days.get(day, day.isoweekday() <= 5)

    def slots(self, day):
        """As moments; none on a day off."""
        if not self.is_worked(day):
            return []
        return [(datetime.datetime.combine(day, start, ZONE), datetime.datetime.combine(day, end, ZONE))
                for start, end in SLOTS]

    def after_hours(self, start, length):
        day = start.date()
        while True:
            for opens, closes in self.slots(day):
                opens = max(opens, start)
                if closes <= opens:
                    continue
                if length <= closes - opens:
                    return opens + length
                length -= closes - opens
            day += DAY

    def hours_between(self, start, end):
        total, day = datetime.timedelta(), start.date()
        while day <= end.date():
            for opens, closes in self.slots(day):
                total += max(datetime.timedelta(), min(closes, end) - max(opens, start))
            day += DAY
        return total

    def day_after(self, day, count):
        while count > 0:
            day += DAY
            count -= self.is_worked(day)
        return day

    def days_between(self, first, last):
        count = 0
        while first < last:
            first += DAY
            count += self.is_worked(first)
        return count


def at_end(day):
    return datetime.datetime.combine(day, END_OF_DAY, ZONE)


def due(calendar, start, number, unit, pauses=()):
    """Moments with their zone; raises NotPublished."""
    if unit == "nh":
        return start + datetime.timedelta(hours=number) + sum((b - a for a, b in pauses), datetime.timedelta())
    if unit == "cd":
        return at_end(start.date() + number * DAY + sum((b.date() - a.date() for a, b in pauses), datetime.timedelta()))
    if unit == "wd":
        over = calendar.day_after(start.date(), number)
        for a, b in pauses:
            over = calendar.day_after(over, calendar.days_between(a.date(), b.date()))
        return at_end(over)
    over = calendar.after_hours(start, datetime.timedelta(hours=number))
    for a, b in pauses:
        paused = calendar.hours_between(a, b)
        if paused:
            over = calendar.after_hours(over, paused)
    return over
