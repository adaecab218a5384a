"""Twenty days of a township made up from a seed: visits, complaints, supplies, referrals, isolations, watches, a
campaign, sites that stop, come and move; late, amended, in vain, and now and then by whoever may not.

    drawn(seed, policy, entered, begins_s) -> [Act]      entered: [(account, entry, stamp_s)] before them

What would make sense next is looked up in the oracle's own township; whether it does is for both to say.
"""
import dataclasses
import random
from typing import Callable

import acts
import entry_pb2 as pb
from oracle_policy import day_of, moment
from oracle_world import World

DAY_S, HOUR_S = 86400, 3600
DAYS = 20
ITEMS = {"GATE": "GT-03", "DORM": "DS-01", "COMM": "IS-02", "RENT": "SD-02"}   # that is looked at; else of the plan
FAILING = ("GATE-1", "SHOP-1", "CONS-1")       # whose answers may be a fail: their watches have a last day
WATCHED = ("COUR-1", "CONS-1", "GATE-1")       # of kinds that are seen every day anyhow
REFERRED = ("DORM-1", "SHOP-1", "OFFC-1", "FOOD-1")
INSPECTORS = {"north": ["insp-n", "insp-n2", "leader-n"], "south": ["insp-s", "insp-s2", "leader-s"]}
STAFF = {"c1": ["staff-c", "area-c", "insp-n"], "v1": ["area-v", "insp-s", "insp-s2"]}
CONTACTS = {"c1": "area-c", "v1": "area-v"}
HOUSEHOLDS = {"c1": [f"h-c1-{number}" for number in range(5)], "v1": [f"h-v1-{number}" for number in range(5)]}
LATE_S = (600, 1800, HOUR_S, 3 * HOUR_S, 9 * HOUR_S, 25 * HOUR_S, 50 * HOUR_S, 71 * HOUR_S, 80 * HOUR_S)
PURPOSES = {pb.PURPOSE_INSPECTION: 12, pb.PURPOSE_CHECK_IN: 3, pb.PURPOSE_GUIDANCE: 2, pb.PURPOSE_REVISIT: 2,
            pb.PURPOSE_OBSERVATION: 2}


@dataclasses.dataclass
class Act:
    """make(sequences): the entry; sequences: {number of an act: its place in the journal}."""
    when_s: int
    by: str
    make: Callable

    def words(self, number):
        """As the number of acts before it, for a failure to tell."""
        entry = " ".join(str(self.make({other: other for other in range(number)})).split())
        return f"{number} {moment(self.when_s):%m-%d %H:%M:%S} {self.by}: {entry[:300]}"


def opening():
    """What is registered before the first day, besides the town's own."""
    entries = [acts.site("COMM-1", "COMM", "c1", "东里居委会", "committee of Dongli"),
               acts.site("COMM-2", "COMM", "v1", "南村村委会", "committee of South village")]
    return entries + [acts.household(code, area) for area, codes in HOUSEHOLDS.items() for code in codes[:4]]


class Drawing:
    def __init__(self, seed, policy, entered):
        self.choose, self.world, self.acts = random.Random(seed), World(policy), []
        self.photos = 0
        for sequence, (account, entry, stamp_s) in enumerate(entered):
            self.world.apply(-len(entered) + sequence, account, entry, stamp_s)

    @property
    def now_s(self):
        return self.world.now_s

    def chance(self, percent):
        return self.choose.randrange(100) < percent

    def add(self, by, make):
        number = len(self.acts)
        self.acts.append(Act(self.now_s, by, make))
        self.world.apply(number, by, make({other: other for other in range(number)}), self.now_s)

    def enter(self, by, entry):
        self.add(by, lambda sequences: entry)

    def earlier_ms(self, percent, least_s=0):
        """0, or some time ago, not before least_s."""
        if not self.chance(percent):
            return 0
        return max(least_s, self.now_s - self.choose.choice([60, 1800, 3 * HOUR_S, 9 * HOUR_S, 26 * HOUR_S])) * 1000

    # ------------------------------------------------------------ visits

    def wanted_site(self):
        """Rather where somebody waits for a visit."""
        world = self.world
        waited = ([check.head["site"] for check in world.complaints.checks if check.is_open and check.head["site"]] +
                  [one["site"] for one in world.coordinations.all if one["delivered_s"] and not one["is_over"]] +
                  [one["site"] for one in world.referrals.all if one["state"] == "answered"] +
                  [watch.site for watch in world.watches.all if not watch.is_over] * 2)
        if waited and self.chance(50):
            return world.sites[self.choose.choice(waited)]
        return world.sites[self.choose.choice([code for code in world.sites if not code.startswith("COMM")])]

    def visit(self):
        site = self.wanted_site()
        zone = self.world.zones[site.area]
        other = "south" if zone == "north" else "north"
        by = self.choose.choice(INSPECTORS[other if self.chance(5) else zone] + ["lead"] * self.chance(10))
        late_s = self.choose.choice(LATE_S) if self.chance(18) else 0
        at_ms = (self.now_s - late_s) * 1000
        if self.chance(8):
            self.enter(by, acts.attempt(site.code, by, at_ms, pb.PURPOSE_INSPECTION))
            return
        purpose = self.choose.choices(list(PURPOSES), list(PURPOSES.values()))[0]
        entry = self.report(site, by, at_ms, purpose)
        self.enter(by, entry)

    def report(self, site, by, at_ms, purpose):
        items = {ITEMS.get(site.kind, "EP-01"): site.code in FAILING and self.chance(15)}
        if self.lacks(site.code, "GT-04") and self.chance(50):
            items["GT-04"] = self.chance(35)
        if site.code in REFERRED and self.chance(40):
            items["SD-01"] = self.chance(60)
        if purpose == pb.PURPOSE_CHECK_IN and self.chance(25):
            items = {}
        started_ms = at_ms - self.choose.choice([5, 19, 20, 45]) * 60_000 if purpose == pb.PURPOSE_OBSERVATION else 0
        entry = acts.report(site.code, by, at_ms, fails=[item for item, fails in items.items() if fails],
                            passes=[item for item, fails in items.items() if not fails], purpose=purpose, photos="none",
                            started_at_ms=started_ms)
        if not items:
            entry.report.answers.add(item=ITEMS.get(site.kind, "EP-01"), result=pb.RESULT_NOT_CHECKED)
        is_here, has_photos = self.chance(80), self.chance(92)
        for item in items if has_photos else []:
            self.photos += 1
            of = str(self.choose.randrange(1, self.photos + 1)) if self.chance(8) else str(self.photos)
            entry.report.evidence.append(acts.photo("photo.jpg", item, is_here, at_ms, of))
            entry.report.evidence[-1].name = f"{item}.jpg"
        return entry

    def lacks(self, site, item):
        """A fail of it is no case then, and none is open that it would be a fail of."""
        return any(not one["is_over"] and (one["site"], one["matter"]) == (site, item)
                   for one in self.world.coordinations.all)

    def reports(self):
        return [(number, self.world.visits[number]) for number in range(len(self.acts)) if number in self.world.visits]

    def photo_comes(self):
        waiting = [(number, visit, name) for number, visit in self.reports() for name in sorted(visit.missing)]
        if waiting:
            number, visit, name = self.choose.choice(waiting)
            photo = next(photo for photo in visit.report.evidence if photo.name == name)
            self.add(visit.report.reporter, lambda sequences: acts.arrival(sequences[number], photo))

    def amend(self):
        """A suspicion that was none, or something looked at after all."""
        found = []
        for number, visit in self.reports():
            if self.now_s - visit.stamp_s > 2 * DAY_S or not visit.is_completed:
                continue
            if "SD-01" in visit.failed:
                found.append((number, visit, {"SD_01": self.choose.choice(["pass", "not_checked"])}))
            elif (visit.report.purpose == pb.PURPOSE_CHECK_IN and visit.site not in WATCHED and
                  len(visit.report.answers) == 1):
                item = visit.report.answers[0].item.replace("-", "_")
                found.append((number, visit, {item: "not_checked" if visit.passed else "pass"}))
        if found:
            number, visit, answers = self.choose.choice(found)
            self.add(visit.report.reporter, lambda sequences: acts.amend(sequences[number], **answers))

    # ------------------------------------------------------------ complaints

    def complaint(self):
        where, matter = self.choose.choice([
            ({"site": "GATE-1"}, "GT-03"), ({"site": "SHOP-1"}, "EP-01"), ({"site": "OFFC-1"}, "EP-01"),
            ({"site": "FOOD-1"}, "EP-01"), ({"area": "c1"}, "GT-03")])
        received_ms = self.earlier_ms(40)
        self.enter("clerk", acts.complaint(matter=matter, danger=self.chance(20), received_at_ms=received_ms, **where))

    def result(self):
        waiting = [(number, one) for number, one in enumerate(self.world.complaints.all, 1) if not one["concluded_s"]]
        if not waiting:
            return
        number, one = self.choose.choice(waiting)
        zone = self.world.where(one["site"], one["area"]).zone
        outcome = self.choose.choice([pb.COMPLAINT_OUTCOME_SUBSTANTIATED, pb.COMPLAINT_OUTCOME_PARTLY,
                                      pb.COMPLAINT_OUTCOME_UNFOUNDED, pb.COMPLAINT_OUTCOME_UNFOUNDED,
                                      pb.COMPLAINT_OUTCOME_UNVERIFIABLE])
        self.enter(self.choose.choice(INSPECTORS[zone]),
                   acts.result(f"TS-{number:04d}", outcome, site="GATE-1" if one["area"] else ""))

    def receipt(self):
        if self.world.complaints.all:
            number = self.choose.randrange(len(self.world.complaints.all)) + 1
            self.enter("office", acts.receipt(f"TS-{number:04d}"))

    # ------------------------------------------------------------ supplies, referrals

    def difficulty(self):
        site, matter = self.choose.choice([("GATE-1", "GT-04"), ("GATE-1", "GT-04"), ("FACT-1", "EP-01")])
        needed_ms = (self.now_s + self.choose.randrange(1, 60) * HOUR_S) * 1000 if self.chance(50) else 0
        self.enter("clerk", acts.difficulty(site, matter, supply=self.choose.choice(["围挡", "口罩"]), needed_by_ms=needed_ms))

    def supply_step(self):
        ready = [(number, one) for number, one in enumerate(self.world.coordinations.all, 1) if not one["is_over"]]
        if not ready:
            return
        number, one = self.choose.choice(ready)
        act = self.choose.choices(["ASKED", "PROMISED", "DELIVERED", "UNMET"], [2, 2, 6, 1])[0]
        fields = {"ASKED": {"unit": "物业"}, "UNMET": {"text": "买不到"},
                  "DELIVERED": {"at_ms": self.earlier_ms(40, one["opened_s"])},
                  "PROMISED": {"unit": "物业", "at_ms": (self.now_s + 5 * HOUR_S) * 1000}}[act]
        self.enter("lead", acts.coordination(act, f"XT-{number:04d}", **fields))

    def referral_step(self):
        if not self.world.referrals.all:
            return
        number = self.choose.randrange(len(self.world.referrals.all)) + 1
        act = self.choose.choices(["RECEIVED", "RETURNED", "RESULT", "SENT"], [5, 2, 3, 3])[0]
        fields = {"SENT": {"office": "kongwei"}, "RETURNED": {"text": "不归我们管"}, "RESULT": {"text": "已拆除"}}.get(act, {})
        by = "clerk" if act == "SENT" else "office"
        self.enter(by, acts.referral(act, f"YJ-{number:04d}", **fields))

    # ------------------------------------------------------------ isolation, watches

    def isolation(self):
        area = self.choose.choice(list(CONTACTS))
        start_ms = (self.now_s - self.choose.choice([0, 2, 20, 30, 60, 150, 250]) * HOUR_S) * 1000
        basis = self.choose.choice(["domestic_return", "overseas", "contact"])
        self.enter(CONTACTS[area], acts.isolation("某人", start_ms, area, basis))

    def contact(self):
        there = [number for number, one in enumerate(self.world.isolations.all) if one.is_there]
        if not there:
            return
        unasked = [number for number in there if self.world.isolations.all[number].asked and
                   self.world.isolations.start_of(self.world.isolations.all[number].asked) <= self.now_s]
        number = self.choose.choice(unasked if unasked and self.chance(85) else there)
        self.enter(CONTACTS[self.world.isolations.all[number].area], acts.isolation_contact(
            f"GL-{number + 1:04d}", self.earlier_ms(15), abnormal=self.chance(3), went_out=self.chance(2)))

    def isolation_change(self):
        if not self.world.isolations.all:
            return
        number = self.choose.randrange(len(self.world.isolations.all)) + 1
        act = self.choose.choices(["restart", "lengthen", "exempt", "transfer", "release"], [4, 5, 2, 2, 2])[0]
        fields = {}
        if act == "restart":
            fields = {"at_ms": (self.now_s - self.choose.choice([0, 20, 100]) * HOUR_S) * 1000}
        elif act == "lengthen" and self.chance(65):
            fields = {"at_ms": (self.now_s + self.choose.randrange(1, 16) * DAY_S) * 1000}
        elif act == "exempt":
            fields = {"exemption": "special-duty"}
        self.enter("lead", acts.isolation_change(f"GL-{number:04d}", act, **fields))

    def isolation_release(self):
        due = [number for number, one in enumerate(self.world.isolations.all, 1) if one.state == "to_release"]
        if due:
            self.enter("lead", acts.isolation_release(*[f"GL-{number:04d}" for number in due[:2]]))

    def watch(self):
        site = self.choose.choice(WATCHED)
        fields = {"clean_days": self.choose.choice([2, 3])}
        if site in FAILING:
            fields = {"until_ms": (self.now_s + self.choose.randrange(2, 9) * DAY_S) * 1000}
        if self.chance(25):
            fields["from_ms"] = (self.now_s + DAY_S) * 1000
        self.enter("clerk", acts.watch(site, **fields))

    def watch_end(self):
        going = [number for number, one in enumerate(self.world.watches.all, 1) if not one.is_over]
        if going:
            self.enter("lead", acts.watch_end(f"DS-{self.choose.choice(going):04d}"))

    # ------------------------------------------------------------ doors

    def campaign(self):
        going = [number for number, one in enumerate(self.world.campaigns.all, 1) if not one["is_over"]]
        if going:
            self.enter("lead", acts.end_campaign(f"HD-{going[0]:04d}"))
        else:
            places = self.choose.choice([{"c1": "COMM-1", "v1": "COMM-2"}] * 2 + [{"c1": "COMM-1"}])
            self.enter("lead", acts.campaign(places, "2020-03-20 18:00"))

    def household(self):
        area = self.choose.choice(list(HOUSEHOLDS))
        code = self.choose.choice(HOUSEHOLDS[area])
        self.enter("clerk", acts.household(code, area, removed=code in self.world.campaigns.households))

    def door(self):
        area = self.choose.choice(list(HOUSEHOLDS))
        kind = self.choose.choices(["NOTICE", "PLEDGE", "REFUSAL", "NO_ANSWER", "VACANCY"], [3, 5, 2, 5, 3])[0]
        manner = pb.HOUSEHOLD_MANNER_IN_PERSON if kind == "NOTICE" else 0
        number = pb.HouseholdActKind.Value(f"HOUSEHOLD_ACT_KIND_{kind}")
        self.enter(self.choose.choice(STAFF[area]), acts.at_door(self.choose.choice(HOUSEHOLDS[area]), number, manner,
                                                                 at_ms=self.earlier_ms(10)))

    def door_again(self):
        drawn = [code for area in self.world.campaigns.running.values() for code in sorted(area.draw)]
        code = self.choose.choice(drawn or sum(HOUSEHOLDS.values(), []))
        finding = self.choose.choice(["SIGNED", "SIGNED", "REFUSED", "NOTICE_ONLY", "UNTOUCHED", "VACANT", "NOBODY"])
        number = pb.HouseholdFinding.Value(f"HOUSEHOLD_FINDING_{finding}")
        self.enter(self.choose.choice(["insp-n", "insp-n2", "insp-s2", "leader-s"]),
                   acts.check_door(code, number, at_ms=self.earlier_ms(10)))

    # ------------------------------------------------------------ the registry, the plan

    def site_stops(self):
        site = self.choose.choice(["GATE-1", "COUR-1", "FACT-1", "SHOP-1", "OFFC-1", "DORM-1"])
        stopped = not self.world.sites[site].operates()
        self.enter("lead", acts.resume_site(site) if stopped else acts.suspend_site(site))

    def site_comes_or_moves(self):
        code, kind = self.choose.choice([("OFFC-1", "OFFC"), ("COUR-1", "COUR"), ("DORM-1", "DORM"), ("SHOP-2", "SHOP"),
                                         ("RENT-2", "RENT"), ("FACT-2", "FACT")])
        site = self.world.sites.get(code)
        area = self.choose.choice(["c1", "v1"]) if not site else "v1" if site.area == "c1" else "c1"
        self.enter("operator", acts.site(code, kind, area, code, code, 0))

    def plan(self):
        day = day_of(self.now_s)
        zone = self.choose.choice(list(INSPECTORS))
        of_day = {code: is_stop for (code, of), is_stop in self.world.days.planned.items() if of == day and
                  self.world.zones[self.world.sites[code].area] == zone}
        stops = sorted(code for code, is_stop in of_day.items() if is_stop)
        dropped = [act for act in self.acts if day_of(act.when_s) == day]
        back = sorted({drop.site for act in dropped for drop in act.make({n: n for n in range(len(self.acts))})
                       .plan_confirmation.drops} & {code for code, is_stop in of_day.items() if not is_stop})
        entry = pb.PlanConfirmation(zone=zone)
        if back and self.chance(50):
            entry.adds.add(site=back[0], reason="有空")
        elif stops:
            entry.drops.add(site=self.choose.choice(stops), reason="路不通")
        if entry.adds or entry.drops:
            self.enter("clerk", pb.Entry(plan_confirmation=entry))


WEIGHTS = {"visit": 40, "photo_comes": 5, "amend": 3, "complaint": 4, "result": 6, "receipt": 4, "difficulty": 3,
           "supply_step": 5, "referral_step": 6, "isolation": 2, "contact": 22, "isolation_change": 2, "isolation_release": 1,
           "watch": 2, "watch_end": 1, "campaign": 1, "household": 1, "door": 9, "door_again": 6, "site_stops": 3,
           "site_comes_or_moves": 1, "plan": 2}


def drawn(seed, policy, entered, begins_s, a_day=30):
    drawing = Drawing(seed, policy, entered)
    midnight_s = begins_s - (begins_s + 8 * HOUR_S) % DAY_S
    for day in range(DAYS):
        start_s = midnight_s + day * DAY_S
        moments = sorted(drawing.choose.randrange(8 * HOUR_S + 60, 22 * HOUR_S) for _ in range(a_day))
        early = sorted(drawing.choose.randrange(6 * HOUR_S, 7 * HOUR_S) for _ in range(2))
        for second in early + moments:
            drawing.world.until(start_s + second)
            what = "contact" if second in early else drawing.choose.choices(list(WEIGHTS), list(WEIGHTS.values()))[0]
            getattr(drawing, what)()
    return drawing.acts
