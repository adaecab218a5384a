"""Who stays at home, and who was spoken with in which morning and evening (domain 5.4, 4.6 rule 17).

A window is (day, is it the evening): [00:00, 12:00) and [12:00, 20:00).
"""
import datetime

import entry_pb2 as pb
from oracle_marks import Mark
from oracle_policy import clock, day_of, on_day
from oracle_subjects import NEVER_S, Family
from oracle_time import DAY

MIDNIGHT = datetime.time()


class Person:
    def __init__(self, area, where, first_day, days):
        self.area, self.where = area, where
        self.first_day, self.days, self.lengthened = first_day, days, None
        self.state, self.restarts = "observing", 0
        self.asked = None                 # the window in which a contact is asked for next
        self.contacts, self.missed, self.answered = {}, set(), set()    # {window: was all well?}

    @property
    def counted_last_day(self):
        return self.first_day + (self.days - 1) * DAY

    @property
    def last_day(self):
        return max(self.lengthened or self.counted_last_day, self.counted_last_day)

    @property
    def end_s(self):
        return on_day(self.last_day + DAY, MIDNIGHT)

    @property
    def is_there(self):
        return self.state in ("observing", "to_release")

    def ask(self, window):
        """That one, or the next without a contact; none after the last day."""
        while window in self.contacts:
            window = after(window)
        self.asked = window if window[0] <= self.last_day else None


def after(window):
    return (window[0] + DAY, False) if window[1] else (window[0], True)


class Isolations(Family):
    prefix = "GL"

    def __init__(self, world):
        super().__init__(world)
        self.rules = world.policy.rules["isolation"]
        self.ends = {False: clock(self.rules["morning_ends"]), True: clock(self.rules["evening_ends"])}

    # ------------------------------------------------------------ windows

    def end_of(self, window):
        return on_day(window[0], self.ends[window[1]])

    def start_of(self, window):
        return on_day(window[0], self.ends[False] if window[1] else MIDNIGHT)

    def window_at(self, when_s):
        """None after the evening's end."""
        day = day_of(when_s)
        return next(((day, evening) for evening in (False, True) if when_s < self.end_of((day, evening))), None)

    def first_full(self, from_s):
        window = day_of(from_s), False
        while self.start_of(window) < from_s:
            window = after(window)
        return window

    # ------------------------------------------------------------ time

    def next_s(self):
        people = [person for person in self.all if person.is_there]
        return min([self.end_of(person.asked) + 1 for person in people if person.asked] +
                   [person.end_s for person in people if person.state == "observing"], default=NEVER_S)

    def fire(self):
        for person in self.all:
            if person.is_there and person.asked and self.end_of(person.asked) < self.now_s:
                person.missed.add(person.asked)
                person.ask(after(person.asked))
            if person.state == "observing" and person.end_s <= self.now_s:
                person.state = "released" if self.is_complete(person) else "to_release"

    def is_complete(self, person):
        """The last contacts were made, and all was well."""
        windows, window = [], (person.last_day, True)
        while len(windows) < self.rules["contacts_at_end"]:
            windows.append(window)
            window = (window[0], False) if window[1] else (window[0] - DAY, True)
        return all(person.contacts.get(window) for window in windows)

    # ------------------------------------------------------------ what is entered

    def class_of(self, code):
        return next((row for row in self.rules["classes"] if row["code"] == code), None)

    def first_day(self, start_ms, basis):
        return day_of(start_ms // 1000) + (DAY if basis["count_from"] == "next_day" else 0 * DAY)

    def on_isolation(self, account, entry):
        basis = self.class_of(entry.basis)
        where = self.world.where(area=entry.area, focus=basis.get("focus_group", ""))
        person = Person(entry.area, where, self.first_day(entry.start_ms, basis), basis["days"])
        person.basis = basis
        self.all.append(person)
        person.ask(max(self.first_full(self.now_s), (person.first_day, False)))

    def on_isolation_contact(self, account, entry):
        people = [self.numbered(reference) for reference in [entry.isolation, *entry.others]]
        at_s = entry.at_ms // 1000 or self.now_s
        is_right = at_s <= self.now_s and at_s >= self.now_s - self.world.policy.length("device_time_window")
        for person in people if all(people) and is_right else []:
            if person.is_there:
                self.contacted(person, at_s, not (entry.abnormal or entry.went_out))

    def contacted(self, person, at_s, is_well):
        window = self.window_at(at_s)
        if window is None:              # too late to be that evening's; but nobody is released on the strength of that one
            evening = day_of(at_s), True
            if evening in person.contacts:
                person.contacts[evening] &= is_well
            return
        person.contacts[window] = person.contacts.get(window, True) and is_well
        if window == person.asked:
            person.answered.add(window)
            person.ask(after(window))

    def on_isolation_release(self, account, entry):
        for reference in entry.isolations:
            person = self.numbered(reference)
            if person.state == "to_release":
                person.state = "released"

    def on_isolation_change(self, account, change):
        person = self.numbered(change.isolation)
        if person and person.is_there:
            getattr(self, pb.IsolationAct.Name(change.act).removeprefix("ISOLATION_ACT_").lower())(person, change)

    def release(self, person, change):
        if person.state == "to_release":
            person.state = "released"

    def exempt(self, person, change):
        person.state = "exempt"

    def transfer(self, person, change):
        person.state = "transferred"

    def restart(self, person, change):
        """A new exposure: counted anew, never to an earlier end."""
        basis = self.class_of(change.basis) if change.basis else person.basis
        first_day = self.first_day(change.at_ms, basis)
        last_day = first_day + (basis["days"] - 1) * DAY
        if max(last_day, person.lengthened or last_day) < person.last_day:
            return
        person.basis, person.first_day, person.days = basis, first_day, basis["days"]
        person.restarts += 1
        self.go_on(person)

    def lengthen(self, person, change):
        """Back to the day that was counted, where none is named and that has not gone by."""
        day = day_of(change.at_ms // 1000) if change.at_ms else None
        if day and day <= person.last_day:
            return
        if not day and (not person.lengthened or on_day(person.counted_last_day + DAY, MIDNIGHT) <= self.now_s):
            return
        person.lengthened = day
        self.go_on(person)

    def go_on(self, person):
        """Between an end and when it went on after all nobody was asked for a contact."""
        person.state = "observing"
        person.ask(person.asked or self.first_full(self.now_s))

    # ------------------------------------------------------------ what counts

    def marks(self):
        for person in self.all:
            for window in person.missed | person.answered:
                yield Mark("isolation_contacts", person.where, window[0], window in person.contacts, 1)
            if person.state == "observing":
                yield Mark("isolation_ending", person.where, person.last_day, 1)
            if person.is_there:
                yield Mark("isolated", person.where, good=1)
                yield Mark("isolation_restarts", person.where, good=person.restarts)
