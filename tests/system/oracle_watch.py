"""Sites that somebody looks at every day (domain 4.6 rule 16)."""
import datetime

import entry_pb2 as pb
from oracle_marks import Mark
from oracle_policy import clock, day_of, on_day
from oracle_subjects import NEVER_S, Family
from oracle_time import DAY

COUNTING = (pb.PURPOSE_CHECK_IN, pb.PURPOSE_INSPECTION, pb.PURPOSE_GUIDANCE)


class Watch:
    def __init__(self, site, where, first_day, last_day, clean_days):
        self.site, self.where, self.first_day, self.last_day, self.clean_days = site, where, first_day, last_day, clean_days
        self.due = first_day             # the day whose check-in is due next; None while it stands still
        self.is_told = False             # that day has been told as missed
        self.days = {}                   # {day: [was it looked at in full, did something fail]}
        self.asked = set()               # days that were missed, or seen while they were due
        self.pauses, self.is_over = [], False   # [[from when, until when, from which day]]

    def clean(self):
        count = 0
        for day in sorted(self.days):
            checked, failed = self.days[day]
            count = 0 if failed else count + checked
        return count

    def stood_still_at(self, when_s):
        return any(since_s <= when_s < until_s for since_s, until_s, _ in self.pauses)


class Watches(Family):
    prefix = "DS"

    def __init__(self, world):
        super().__init__(world)
        self.by = clock(world.policy.rules["watch"]["check_in_by"])

    def next_day(self, day):
        """The first from that one on whose check-in can still be made in time."""
        today = day_of(self.now_s)
        return max(day, today + DAY if self.now_s >= on_day(today, self.by) else today)

    # ------------------------------------------------------------ time

    def next_s(self):
        return min((self.turns_s(watch) for watch in self.all if not watch.is_over and watch.due), default=NEVER_S)

    def turns_s(self, watch):
        """Told the same evening, over at midnight."""
        return on_day(watch.due + DAY, datetime.time()) if watch.is_told else on_day(watch.due, self.by) + 1

    def fire(self):
        for watch in self.all:
            if watch.is_over or not watch.due or self.turns_s(watch) > self.now_s:
                continue
            if watch.is_told:
                self.go_on(watch, watch.due + DAY)
            else:
                watch.is_told = True
                watch.asked.add(watch.due)

    def go_on(self, watch, day):
        watch.due, watch.is_told = day, False
        if watch.last_day and day > watch.last_day:
            watch.is_over = True

    # ------------------------------------------------------------ what is entered

    def open_at(self, site):
        return next((watch for watch in self.all if watch.site == site and not watch.is_over), None)

    def on_watch(self, account, entry):
        if self.open_at(entry.site) or not self.world.sites[entry.site].operates():
            return
        named_s = entry.from_ms // 1000 or self.now_s
        first_day = self.next_day(day_of(named_s))
        last_day = day_of(entry.until_ms // 1000) if entry.until_ms else None
        if last_day and last_day < first_day:
            return
        clean_days = 0 if last_day else entry.clean_days or self.world.policy.rules["watch"]["clean_days"]
        self.all.append(Watch(entry.site, self.world.where(entry.site), first_day, last_day, clean_days))

    def on_watch_end(self, account, entry):
        watch = self.numbered(entry.watch)
        if watch and account == "lead":
            watch.is_over = True

    def visited(self, visit):
        watch = self.open_at(visit.site)
        if not watch or visit.report.purpose not in COUNTING or watch.stood_still_at(visit.visit_s):
            return
        judged = visit.report.purpose != pb.PURPOSE_GUIDANCE
        seen = [judged and bool(visit.passed) and visit.is_complete, judged and bool(visit.failed)]
        known = watch.days.get(visit.day)
        if visit.day < watch.first_day or (known and not any(new and not old for new, old in zip(seen, known))):
            return
        watch.days[visit.day] = [old or new for old, new in zip(known or [False, False], seen)]
        if visit.day == watch.due:
            watch.asked.add(visit.day)
        if watch.clean_days and watch.clean() >= watch.clean_days:
            watch.is_over = True
        elif visit.day == watch.due:
            self.go_on(watch, visit.day + DAY)

    def site_operates(self, site, operates):
        watch = self.open_at(site)
        if not watch:
            return
        if not operates:
            watch.pauses.append([self.now_s, NEVER_S, watch.due + DAY if watch.is_told else watch.due])
            watch.due, watch.is_told = None, False
            return
        watch.pauses[-1][1] = self.now_s
        day = self.next_day(watch.pauses[-1][2])
        while day in watch.days:
            day += DAY
        self.go_on(watch, day)

    # ------------------------------------------------------------ what counts

    def marks(self):
        for watch in self.all:
            for day in watch.asked:
                yield Mark("check_ins", watch.where, day, day in watch.days, 1, watch.site)
            for day in watch.days:
                yield Mark("watch_seen", watch.where, day, 1, part=watch.site)
            if not watch.is_over:
                yield Mark("watched", watch.where, watch.first_day, good=1, part=watch.site)
