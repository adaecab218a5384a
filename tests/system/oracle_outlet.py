"""A courier outlet with a grave case is looked at every day (domain 4.2, 4.6 rule 16): the watch that begins by itself, and
what is said of its days. A history has no inspection that passes, so that no watch of it ends.

    watch = OutletWatch(policy, posts)
    watch.begin(now_s)            [(when_s, message kind, account)] to be told, by whoever can wait for the morning
    watch.visited(seen_s)         somebody inspected
    watch.next_s(), watch.fire(now_s)
"""
import datetime

from oracle_duty import Duty
from oracle_policy import clock, day_of, on_day
from oracle_time import DAY

GRAVE = ("A", "B")
MIDNIGHT = datetime.time()


def calls_for_watch(kind, case):
    """As the shipped pack's begins_when has it."""
    return kind == "COUR" and case.is_open and case.level in GRAVE


class OutletWatch:
    def __init__(self, policy, posts):
        self.policy, self.posts = policy, posts
        self.by = clock(policy.rules["watch"]["check_in_by"])
        self.day = self.duty = self.first_day = None     # the day that is due; none while it stands still
        self.days, self.pauses = set(), []               # [[from when, until when, from which day]]
        self.asked = set()                               # days that were missed, or seen while they were due

    @property
    def has_begun(self):
        return self.first_day is not None

    def people(self, posts):
        """Nobody was named: its owner is the group leader."""
        return list(dict.fromkeys(self.posts["group_leader"] for _ in posts))

    def begin(self, now_s):
        """From tomorrow on: what called for it is that somebody was there today."""
        self.first_day = day_of(now_s) + DAY
        self.open_day(self.first_day, now_s)

    def open_day(self, day, now_s):
        self.day = day
        self.duty = Duty(self.policy, "check_in", None, on_day(day, MIDNIGHT), on_day(day, self.by), self.people, now_s, {})

    # ------------------------------------------------------------ time

    def next_s(self):
        if self.duty is None:
            return None
        midnight_s = on_day(self.day + DAY, MIDNIGHT)
        return min(midnight_s, self.duty.next_s() or midnight_s)

    def fire(self, now_s):
        if self.next_s() != now_s:
            return []
        if now_s == on_day(self.day + DAY, MIDNIGHT):
            self.open_day(self.day + DAY, now_s)
            return []
        if now_s > on_day(self.day, self.by):
            self.asked.add(self.day)
        return [(message, account) for message, account, _ in self.duty.fire(now_s)]

    # ------------------------------------------------------------ what is entered

    def visited(self, seen_s, now_s):
        day = day_of(seen_s)
        stood_still = any(from_s <= seen_s < (until_s or seen_s + 1) for from_s, until_s, _ in self.pauses)
        if not self.has_begun or stood_still or day < self.first_day or day in self.days:
            return
        self.days.add(day)
        if day == self.day:
            self.asked.add(day)
            self.open_day(day + DAY, now_s)

    def stop(self, now_s):
        """An evening that was missed before the site stopped stays a missed one."""
        if self.duty is not None:
            told = now_s > on_day(self.day, self.by)
            self.pauses.append([now_s, None, self.day + DAY if told else self.day])
            self.day = self.duty = None

    def go_on(self, now_s):
        if not self.has_begun or self.duty is not None:
            return
        self.pauses[-1][1] = now_s
        today = day_of(now_s)
        day = max(self.pauses[-1][2], today + DAY if now_s >= on_day(today, self.by) else today)
        while day in self.days:
            day += DAY
        self.open_day(day, now_s)
