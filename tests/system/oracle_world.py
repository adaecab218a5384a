"""A township once more, from the raw journal: the registry, who was where and when, and what follows for complaints,
supplies, referrals, isolations, watches, campaigns, days and their plans, as the rules in words say. Nothing is read
from the daemons but what was entered.

    world = World(policy)
    world.apply(sequence, account, entry, stamp_s)     each entry of the journal, in its order
    world.until(now_s)                                  what falls due until then, that second included
    world.marks()                                       what counts for which figure, and where (oracle_marks)

Each family of duties is a class with `on_<kind of entry>` for the entries that it hears, `next_s` for what falls due
with it next, `fire`, and `marks`.
"""
import dataclasses

import entry_pb2 as pb
from oracle_days import Days
from oracle_households import Campaigns
from oracle_isolation import Isolations
from oracle_marks import Where
from oracle_policy import day_of
from oracle_subjects import Complaints, Coordinations, Referrals
from oracle_watch import Watches

IN_FIELD = {pb.ROLE_INSPECTOR, pb.ROLE_GROUP_LEADER}


class Site:
    def __init__(self, code, registered_s):
        self.code, self.registered_s = code, registered_s
        self.kind = self.area = ""
        self.operating = [(registered_s, True)]     # since when, oldest first

    def operates(self):
        return self.operating[-1][1]

    def operated_at(self, when_s):
        """As a day begins: what happens in that very second happens on the day."""
        return any([is_so for since_s, is_so in self.operating if since_s < when_s][-1:])


@dataclasses.dataclass
class Visit:
    sequence: int
    report: pb.Report
    stamp_s: int
    visit_ms: int
    zone: str
    focus_group: str
    missing: set                      # names of photos that have not come
    passed: set
    failed: set
    photos_again: int = 0
    was_inspection: list = dataclasses.field(default_factory=list)   # (since when, is it one?)

    @property
    def site(self):
        return self.report.site

    @property
    def visit_s(self):
        return self.visit_ms // 1000

    @property
    def day(self):
        return day_of(self.visit_s)

    @property
    def is_completed(self):
        return self.report.outcome == pb.VISIT_OUTCOME_COMPLETED

    @property
    def is_complete(self):
        return not self.missing

    def is_inspection(self):
        purpose = self.report.purpose
        return self.is_completed and (purpose == pb.PURPOSE_INSPECTION or
                                      (purpose == pb.PURPOSE_CHECK_IN and bool(self.passed | self.failed)))

    def photos_of(self, item):
        """Those of it, or of the whole visit, that are here."""
        return sum(photo.item in ("", item) and photo.name not in self.missing for photo in self.report.evidence)

    def shows(self, item):
        return self.photos_of(item) > 0

    def has_required_evidence(self, items):
        """What it said that it had taken is here, and each pass is shown as its item asks for. Coaching passes nothing."""
        passed = self.passed if self.report.purpose != pb.PURPOSE_GUIDANCE else set()
        return self.is_complete and all(self.photos_of(item) >= int(items[item]["evidence"] or 0) for item in passed)

    def counts_as_pass(self, item):
        return (self.report.purpose in (pb.PURPOSE_INSPECTION, pb.PURPOSE_REVISIT) and self.is_complete and self.shows(item))


class World:
    def __init__(self, policy):
        self.policy, self.now_s = policy, 0
        self.zones, self.sites, self.roles, self.visits = {}, {}, {}, {}
        self.days = Days(self)
        self.complaints, self.coordinations, self.referrals = Complaints(self), Coordinations(self), Referrals(self)
        self.isolations, self.watches, self.campaigns = Isolations(self), Watches(self), Campaigns(self)
        self.families = [self.days, self.complaints, self.coordinations, self.referrals, self.isolations, self.watches,
                         self.campaigns]

    # ------------------------------------------------------------ where

    def where(self, site="", area="", focus=""):
        """As it is now."""
        if site:
            kind = self.sites[site].kind
            row = next(row for row in self.policy.rules["site_kinds"] if row["code"] == kind)
            return Where(self.zones[self.sites[site].area], self.sites[site].area, kind, row.get("focus_group", ""))
        return Where(self.zones[area], area, "", focus)

    def may_visit(self, account, zone):
        return any(role == pb.ROLE_LEAD or (role in IN_FIELD and scope == zone)
                   for role, scope in self.roles.get(account, []))

    # ------------------------------------------------------------ time

    def until(self, now_s):
        while True:
            next_s, family = min(((family.next_s(), number) for number, family in enumerate(self.families)))
            if next_s > now_s:
                break
            self.now_s = max(self.now_s, next_s)
            self.families[family].fire()
        self.now_s = max(self.now_s, now_s)

    def apply(self, sequence, account, entry, stamp_s):
        self.until(stamp_s)
        kind = entry.WhichOneof("body")
        hears = getattr(self, f"on_{kind}", None)
        if hears:
            hears(sequence, account, getattr(entry, kind))
            return
        for family in self.families:
            hears = getattr(family, f"on_{kind}", None)
            if hears:
                hears(account, getattr(entry, kind))

    # ------------------------------------------------------------ the registry

    def on_area_change(self, sequence, account, change):
        self.zones[change.code] = change.zone

    def on_role_holder_change(self, sequence, account, change):
        self.roles[change.account] = [(grant.role, grant.scope) for grant in change.roles]

    def on_site_change(self, sequence, account, change):
        site = self.sites.setdefault(change.code, Site(change.code, self.now_s))
        site.kind, site.area = change.kind, change.area
        if change.operating_state:
            self.operates(site, change.operating_state == pb.OPERATING_STATE_OPERATING)

    def on_suspension(self, sequence, account, suspension):
        if suspension.site in self.sites:
            self.operates(self.sites[suspension.site], False)

    def on_resumption(self, sequence, account, resumption):
        if resumption.site in self.sites:
            self.operates(self.sites[resumption.site], True)

    def operates(self, site, is_so):
        if site.operates() != is_so:
            site.operating.append((self.now_s, is_so))
            self.watches.site_operates(site.code, is_so)

    # ------------------------------------------------------------ visits

    def on_report(self, sequence, account, report):
        site = self.sites.get(report.site)
        if not site or report.reporter != account or not self.may_visit(account, self.zones[site.area]):
            return      # kept in quarantine
        now_ms = self.now_s * 1000
        is_plausible = now_ms - self.policy.length("device_time_window") * 1000 <= report.device_time_ms <= now_ms
        visit = Visit(sequence, report, self.now_s, report.device_time_ms if is_plausible else now_ms,
                      self.zones[site.area], self.where(site.code).focus_group, {photo.name for photo in report.evidence if not photo.here},
                      {answer.item for answer in report.answers if answer.result == pb.RESULT_PASS},
                      {answer.item for answer in report.answers if answer.result == pb.RESULT_FAIL})
        self.visits[sequence] = visit
        self.note_inspection(visit)
        self.days.visited(visit)
        if not visit.is_completed:
            return
        self.judge(visit, visit.failed, visit.passed)
        self.complaints.visited(visit)
        self.watches.visited(visit)

    def note_inspection(self, visit):
        visit.was_inspection.append((self.now_s, visit.is_inspection()))

    def judge(self, visit, failed, passed):
        """What the answers say of supplies and referrals. Coaching judges nothing but what is another office's."""
        coached = visit.report.purpose == pb.PURPOSE_GUIDANCE
        for item in sorted(failed):
            self.referrals.failed(visit, item)
            if not coached:
                self.coordinations.failed(visit, item)
        for item in sorted(passed) if not coached else []:
            self.referrals.passed(visit, item)
            self.coordinations.passed(visit, item)

    def on_evidence_arrival(self, sequence, account, arrival):
        visit = self.visits.get(arrival.report_sequence)
        if not visit or arrival.name not in visit.missing:
            return
        visit.missing.discard(arrival.name)
        if visit.missing or not visit.is_completed:
            return
        self.judge(visit, set(), visit.passed)      # only passes have waited for it
        self.complaints.visited(visit)
        self.watches.visited(visit)

    def on_amendment(self, sequence, account, amendment):
        visit = self.visits.get(amendment.report_sequence)
        is_soon = visit and self.now_s - visit.stamp_s <= self.policy.length("amendment_window")
        if not is_soon or account != visit.report.reporter or visit.report.purpose == pb.PURPOSE_GUIDANCE:
            return      # of coaching there is nothing to amend
        for answer in amendment.answers:
            was_failed = answer.item in visit.failed
            visit.failed.discard(answer.item)
            visit.passed.discard(answer.item)
            if answer.result == pb.RESULT_FAIL:
                visit.failed.add(answer.item)
            if answer.result == pb.RESULT_PASS:
                visit.passed.add(answer.item)
            if was_failed and answer.result != pb.RESULT_FAIL:
                self.referrals.withdrawn(visit, answer.item)
            if answer.result == pb.RESULT_PASS:
                self.referrals.passed(visit, answer.item)
        self.note_inspection(visit)

    # ------------------------------------------------------------ what counts

    def marks(self):
        return [mark for family in self.families for mark in family.marks()]
