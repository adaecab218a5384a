"""Which sites were to be inspected on a day, which were, and whose visits those were (domain 4.6 rule 15).

What is to be inspected on a day is decided by what is known: a report that comes late says of the days after it, too,
that nothing was due, as long as it stands; an amendment that takes back an inspection that was known when a day began asks
nobody for it afterwards. A site that moves takes its days along.
"""
import datetime

from oracle_marks import Mark, Where
from oracle_policy import clock, day_of, on_day
from oracle_subjects import NEVER_S
from oracle_time import DAY

MIDNIGHT = datetime.time()


class Days:
    def __init__(self, world):
        self.world, self.visits, self.of_site, self.photos = world, [], {}, {}
        self.planned, self.draft_s = {}, NEVER_S      # {(site, day): is it a stop}
        self.stops = {}                               # {(zone, day): {site: is it not dropped}}
        self.first_day = None

    # ------------------------------------------------------------ what is entered

    def on_policy_activation(self, account, activation):
        """Days are counted from the next one on."""
        self.first_day = day_of(self.world.now_s) + DAY
        self.draft_s = on_day(self.first_day, clock(self.world.policy.rules["plan"]["draft_at"]))

    def visited(self, visit):
        self.visits.append(visit)
        self.of_site.setdefault(visit.site, []).append(visit)
        days = self.world.policy.rules["evidence_doubts"]["photo_again"]["days"]
        for photo in visit.report.evidence:
            shown = self.photos.get(photo.sha256)
            if shown is None or shown.stamp_s < visit.stamp_s - days * 86400:
                self.photos[photo.sha256] = visit
            elif shown is not visit:
                visit.photos_again += 1

    # ------------------------------------------------------------ the plan

    def next_s(self):
        return self.draft_s

    def fire(self):
        """There is room for all that is due: a stop for each that has not been inspected this morning already."""
        day = day_of(self.draft_s)
        self.draft_s = on_day(day + DAY, clock(self.world.policy.rules["plan"]["draft_at"]))
        for site in self.world.sites.values():
            if self.is_required(site, day) and not self.is_inspected(site, day) and site.operates():
                self.planned[site.code, day] = True
                self.stops.setdefault((self.world.zones[site.area], day), {})[site.code] = True

    def on_plan_confirmation(self, account, confirmation):
        """Of a group's own stops some are dropped, of its own sites some are added; or it is held as a whole."""
        day = day_of(self.world.now_s)
        stops = self.stops.get((confirmation.zone, day))
        drops, adds = ([stop.site for stop in changes] for changes in (confirmation.drops, confirmation.adds))
        own = [self.world.zones[self.world.sites[site].area] == confirmation.zone and not (stops or {}).get(site)
               for site in adds]
        if stops is None or not all(stops.get(site) for site in drops) or not all(own):
            return
        for site in drops + adds:
            stops[site] = self.planned[site, day] = site in adds

    # ------------------------------------------------------------ a day

    def interval(self, site):
        row = next(row for row in self.world.policy.rules["site_kinds"] if row["code"] == site.kind)
        return row["interval_days"]     # what is watched is of a kind that is seen every day

    def last_before(self, site, day):
        """The day of the last inspection before that day, by what was known when it began or since; None: never."""
        begins_s = on_day(day, MIDNIGHT)
        return max((visit.day for visit in self.of_site.get(site.code, [])
                    if visit.visit_s < begins_s and self.was_inspection(visit, begins_s)), default=None)

    @staticmethod
    def was_inspection(visit, since_s):
        before = [is_so for when_s, is_so in visit.was_inspection if when_s < since_s][-1:]
        return any(before + [visit.was_inspection[-1][1]])

    def is_required(self, site, day):
        if not site.operated_at(on_day(day, MIDNIGHT)) or not self.interval(site):
            return False
        last = self.last_before(site, day)
        return last is None or last + self.interval(site) * DAY <= day

    def is_inspected(self, site, day):
        return any(visit.day == day and visit.is_inspection() for visit in self.of_site.get(site.code, []))

    def is_blind(self, site, day):
        last = self.last_before(site, day)
        return last is None or last + self.interval(site) * DAY < day

    # ------------------------------------------------------------ what counts

    def marks(self):
        yield from self.marks_of_visits()
        today = day_of(self.world.now_s)
        for site in self.world.sites.values():
            where, day = self.world.where(site.code), self.first_day
            while day <= today:
                if self.is_required(site, day):
                    inspected = self.is_inspected(site, day)
                    yield Mark("coverage", where, day, inspected, 1)
                    if self.planned.get((site.code, day)):
                        yield Mark("plan_coverage", where, day, inspected, 1)
                    if not inspected and self.is_blind(site, day):
                        yield Mark("blind_spots", where, day, 1)
                day += DAY

    def marks_of_visits(self):
        for visit in self.visits:
            where = Where(visit.zone, "", "", visit.focus_group)
            if visit.is_completed:
                yield Mark("evidence", where, visit.day, visit.has_required_evidence(self.world.policy.items), 1,
                           visit.report.reporter)
            else:
                yield Mark("attempts", where, visit.day, 1)
            if visit.photos_again:
                yield Mark("photos_again", where, visit.day, visit.photos_again)
