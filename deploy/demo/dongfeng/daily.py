"""What happens every day, one class for each kind; KINDS at the end is the table of them.

A kind is made once with the world, and is asked for each day in turn: it adds the lines of that day, and of later
days where one thing follows from another. It draws from a lot of its own, so that a new kind changes no other.
"""
import collections

from lot import Lot
from script import DAY, DAYS, FIRST_DAY, LAST_DAY, clock, day_number, days_since_1970
from world import KINDS as SITE_KINDS

ITEMS = {   # of each kind of site, by level: what is asked there on a routine visit
    "GATE": {"A": ("GT-01", "GT-02"), "B": ("GT-03", "MS-03"), "C": ("GT-05",), "D": ("GT-06",)},
    "COUR": {"A": ("TM-01", "CR-01", "RT-02"), "B": ("EP-01", "MS-01", "DS-01", "DS-02", "CR-02", "CR-04"), "C": ("CR-03", "EP-05")},
    "CONS": {"A": ("TM-01", "CS-01", "RT-04"), "B": ("EP-03", "MS-02", "CS-04", "TM-02"), "C": ("CS-05", "DS-06"), "D": ("MS-04",)},
    "OFFC": {"A": ("TM-01", "RT-02"), "B": ("EP-02", "DS-01", "DS-05", "OF-01", "OF-02"), "C": ("OF-03", "DS-04")},
    "FACT": {"A": ("TM-01", "RT-02"), "B": ("EP-01", "MS-01", "DS-03", "TM-02"), "C": ("CS-05", "DS-04"), "D": ("MS-04",)},
    "SHOP": {"A": ("TM-01", "RT-02"), "B": ("EP-04", "MS-01", "DS-05", "PB-02"), "C": ("DS-06",)},
    "FOOD": {"A": ("RT-02",), "B": ("EP-04", "DS-01", "RT-01", "PB-02"), "C": ("CS-05", "DS-06")},
    "DORM": {"A": ("RT-04",), "B": ("DS-01", "CS-02", "CS-03", "RT-03"), "C": ("DS-04", "DS-06")},
    "RENT": {"A": ("TM-03",), "B": ("RT-01",), "C": ("DS-06",)},
}
ONE_PASS = {"EP-04", "EP-05", "MS-03", "DS-04", "DS-06", "GT-05", "CS-05", "CR-03", "OF-03"}   # items.csv: passes
NUMBERS = {   # item: what is entered where it passes, and where it fails, in thousandths
    "MS-01": (9000, 4000), "TM-04": (5000, 4000), "CS-01": (2600, 2200), "CS-02": (6000, 8000), "CS-03": (2600, 2100),
    "OF-01": (45000, 70000), "OF-02": (2600, 2000),
}
FOUND = {   # what is noted with a finding
    "A": "当场没有做到", "B": "检查时没有落实", "C": "落实不完整", "D": "没有记录或没有张贴", "X": "疑似新搭建筑",
}


def answer(item, passes=True, note=""):
    row = {"item": item, "result": "RESULT_PASS" if passes else "RESULT_FAIL"}
    if item in NUMBERS:
        row["numberMilli"] = NUMBERS[item][0 if passes else 1]
    if note:
        row["note"] = note
    return row


def report(site, purpose, answers, **more):
    return {"report": {"site": site, "purpose": f"PURPOSE_{purpose}", "answers": answers, **more}}


def place(site, item):
    return {"place": {"site": site, "item": item}}


class Ways:
    """What the kinds share: visits, and what follows from one that fails."""

    def __init__(self, world, script, busy):
        self.world, self.script, self.busy = world, script, busy
        self.closed_on = {}                                        # (site, item): day on which the last case is over
        self.free_from = {}                                        # ... and the first one on which it may fail again
        self.results = collections.defaultdict(collections.deque)   # (site, item): the last three
        self.seen = {}                                             # site: day of the last routine visit
        self.last_look = {}                                        # ... and (minute, did nothing fail there?) of it
        self.grave = collections.defaultdict(list)                 # site: (opened, closed) of each case of level A or B

    def is_busy(self, site, day):
        """A story needs the site for itself."""
        return any(first <= day <= last for first, last in self.busy.get(site, ()))

    def note(self, site, item, passes):
        results = self.results[site, item]
        results.append(passes)
        if len(results) > 3:
            results.popleft()

    def is_over(self, site, item, day):
        """Its case and its recurrence: a visit that passes an open one would tell another story."""
        return self.closed_on.get((site, item), 0) < day

    def ends(self, site, item, day):
        self.closed_on[site, item] = day
        self.free_from[site, item] = day + 16

    def may_fail(self, site, item, day):
        return self.free_from.get((site, item), 0) <= day and all(self.results[site, item])

    def visit(self, minute, account, site, purpose, items, **more):
        """items: {code: passes or (passes, note)}. Whoever is there looks for illegal construction, too."""
        answers = []
        for item, result in items.items():
            passes, note = result if isinstance(result, tuple) else (result, "")
            answers.append(answer(item, passes, note))
            self.note(site.code, item, passes)
        if "SD-01" not in items:
            answers.append(answer("SD-01"))
        if purpose == "INSPECTION":
            self.last_look[site.code] = minute, all(row["result"] == "RESULT_PASS" for row in answers)
        say = more.pop("say", None)
        opens = more.pop("opens", None)
        self.script.add(minute, account, report(site.code, purpose, answers, **more), say=say, opens=opens, photos=1)
        self.script.count("visits")

    def another(self, site, account, lot):
        return lot.one_of([other for other in self.world.inspectors[site.zone] if other != account])


def at_work(minute):
    """The first moment from then on at which somebody is about: 8:40 to 17:40."""
    day, of_day = divmod(minute, DAY)
    if of_day < 8 * 60 + 40:
        return day * DAY + 8 * 60 + 40
    return minute if of_day <= 17 * 60 + 40 else (day + 1) * DAY + 8 * 60 + 40


def by_five(minute):
    return minute - minute % 5


class Case:
    """A finding, until somebody has gone and seen often enough. The limits are those of the policy."""
    LIMIT = {"A": 2 * 60, "B": DAY, "C": 3 * DAY, "D": 7 * DAY}
    WINDOW = {"A": 30, "B": 2 * 60, "C": 18 * 60, "D": DAY}          # from the claim to the first revisit
    AGAIN = {"A": 40, "B": 8 * 60, "C": 24 * 60, "D": 3 * DAY}       # from a failed revisit to the next claim
    OFFSETS = {"A": (0, 1, 3), "B": (0, 3), "C": (0, 7), "D": (0,)}

    def __init__(self, ways, lot, site, item, level, found, finder):
        self.ways, self.lot, self.site, self.item, self.level, self.finder = ways, lot, site, item, level, finder
        self.live(found)
        if level in "AB":
            ways.grave[site.code].append((found, self.closed))

    def live(self, found):
        limit = self.LIMIT[self.level]
        way = self.lot.below(100)
        share = self.lot.between(10, 40) if self.level == "D" else self.lot.between(30, 70)
        claimed = found + (limit * share // 100 if self.level != "A" else 60)
        if way < 6:                                    # late, and told so
            claimed = found + limit + self.lot.between(3, 10) * 60
        claimed = by_five(at_work(claimed))
        if way >= 94:                                  # never says anything: it is looked at all the same
            first = by_five(at_work(found + limit + 30))
        else:
            self.claim(claimed)
            first = by_five(at_work(claimed + self.WINDOW[self.level]))
        if way % 10 == 9:                              # not fixed after all
            self.revisit(first, self.finder, (False, "仍未整改到位"))
            claimed = by_five(at_work(first + self.AGAIN[self.level]))
            self.claim(claimed)
            first = by_five(at_work(claimed + self.WINDOW[self.level]))
        self.passes(first)

    def claim(self, minute):
        self.ways.script.add(minute, self.site.contact, {"claim": {"case": place(self.site.code, self.item), "text": "已整改"}})

    def revisit(self, minute, account, result):
        self.ways.visit(minute, account, self.site, "REVISIT", {self.item: result})
        self.ways.script.count("revisits")

    def passes(self, first):
        offsets = self.OFFSETS[self.level] if self.item not in ONE_PASS else (0,)
        when = first
        for number, offset in enumerate(offsets):
            if number:
                when = (first // DAY + offset) * DAY + 14 * 60 + 5 * self.lot.below(40)
            account = self.finder if number != 1 else self.ways.another(self.site, self.finder, self.lot)
            self.revisit(when, account, True)
        if self.level == "A":
            when += 2 * 60 - when % 30
            self.ways.script.add(when, "lead", {"approval": {"case": place(self.site.code, self.item), "matter": "MATTER_CLOSURE",
                                                             "decision": "DECISION_GRANTED"}})
        self.ways.ends(self.site.code, self.item, when // DAY)
        self.closed = when


class Referral:
    """Illegal construction: the office takes it, does something, somebody goes and sees."""

    def __init__(self, ways, lot, site, name, found, finder):
        script = ways.script
        taken = by_five(at_work(found + 2 * 60))
        done = taken + lot.between(2, 5) * DAY
        done = done - done % DAY + 15 * 60
        seen = done + DAY - 4 * 60
        script.add(taken, "office-kongwei", {"referralStep": {"referral": script.number("YJ", name), "act": "REFERRAL_ACT_RECEIVED"}})
        script.add(done, "office-kongwei", {"referralStep": {"referral": script.number("YJ", name), "act": "REFERRAL_ACT_RESULT",
                                                             "text": "已责令拆除"}})
        ways.visit(seen, finder, site, "REVISIT", {"SD-01": True})
        script.count("revisits")
        ways.ends(site.code, "SD-01", seen // DAY)


# ---------------------------------------------------------------- the kinds

class Plans:
    """The group leaders confirm the day's stops at the morning meeting; every seventh day one of them does not."""

    def __init__(self, ways):
        self.script = ways.script

    def day(self, day):
        for place_, zone in enumerate(("north", "south")):
            if (day + 3 * place_) % 7:
                self.script.add(day * DAY + 8 * 60 + 50, f"leader-{zone[0]}", {"planConfirmation": {"zone": zone}})


class Meetings:
    """On Tuesdays the lead has something seen to by Friday, which a group leader has done by Thursday; before the
    Wednesday evening's summary he remarks on the day."""
    TUESDAY = day_number(2, 4) % 7
    MATTERS = ("出入口晚间照明装好", "配齐测温枪和备用电池", "早晚高峰增派一人", "门口排队划一米线")
    REMARKS = ("连续值守的同志轮流休息一天", "夜里的门岗要多去看", "台账当天录完，不过夜")

    def __init__(self, ways):
        self.script, self.story, self.serial = ways.script, ways.world.story, 0

    def day(self, day):
        since = (day - self.TUESDAY) % 7
        if since == 0:
            self.serial += 1
            self.resolve(day, f"daily-{self.serial}", self.story["gate" if self.serial % 2 else "barrier"])
        elif since == 1:
            self.script.add(day * DAY + 18 * 60 + 30, "lead", {"remark": {
                "text": self.REMARKS[self.serial % len(self.REMARKS)], "day": days_since_1970(day)}})
            self.script.count("remarks")

    def resolve(self, day, name, site):
        owner = f"leader-{site.zone[0]}"
        self.script.add(day * DAY + 8 * 60 + 55, "lead", {"resolution": {
            "matter": self.MATTERS[self.serial % len(self.MATTERS)], "site": site.code, "owner": owner,
            "dueMs": clock((day + 3) * DAY + 18 * 60)}}, opens=[("LH", name)])
        self.script.add((day + 2) * DAY + 15 * 60, owner, {"resolutionStep": {
            "resolution": self.script.number("LH", name), "act": "RESOLUTION_ACT_DONE", "text": "已办妥"}})
        self.script.count("resolutions")


class Visits:
    """Routine inspections, by risk and by how long ago the last one was; what they find is dealt out over the days."""

    def __init__(self, ways):
        self.ways, self.world, self.lot = ways, ways.world, Lot(ways.world.name, "visits")
        deck = [level for level, count in self.world.size.findings.items() for _ in range(count)]
        complaints = Complaints.findings_of(self.world)
        for level, count in complaints.items():
            for _ in range(count):
                deck.remove(level)
        deck = self.lot.shuffled(deck)
        self.hands = [deck[place::len(DAYS) - 8] for place in range(len(DAYS) - 8)]   # the last week only looks
        self.left = []

    def day(self, day):
        hand = self.left + (self.hands[day - FIRST_DAY] if day - FIRST_DAY < len(self.hands) else [])
        for zone in ("north", "south"):
            for visit in self.stops(day, zone):
                hand = self.look(day, visit, hand)
        self.left = hand

    def stops(self, day, zone):
        """(minute, inspector, site) of one zone's day."""
        sites = [site for site in self.world.sites if site.zone == zone and not self.ways.is_busy(site.code, day)]
        waited = {site.code: day - self.ways.seen.get(site.code, FIRST_DAY - 3) - SITE_KINDS[site.kind][3] for site in sites}
        due = [site for site in sites if waited[site.code] >= 0]
        order = self.lot.shuffled(due)
        order.sort(key=lambda site: -waited[site.code] + 2 * SITE_KINDS[site.kind][2])
        people = self.world.inspectors[zone]
        for place_, site in enumerate(order[:len(people) * self.world.size.routine]):
            self.ways.seen[site.code] = day
            turn = place_ // len(people)
            minute = 8 * 60 + 50 + turn * 75 + 5 * self.lot.below(13)
            yield by_five(day * DAY + minute), people[place_ % len(people)], site

    def look(self, day, visit, hand):
        """One visit; takes at most two findings off the hand and returns the rest."""
        minute, account, site = visit
        if site.story:
            self.ways.visit(minute, account, site, "INSPECTION", {"DS-06": True})
            return hand
        found, rest = [], []
        for level in hand:
            item = self.item_that_fails(site, level, day, [row[0] for row in found]) if len(found) < 2 else None
            if item:
                found.append((item, level))
            else:
                rest.append(level)
        items = {item: True for of_level in ITEMS[site.kind].values() for item in of_level
                 if self.ways.is_over(site.code, item, day)}
        items.update({item: (False, FOUND[level]) for item, level in found})
        referral = f"visit-{site.code}-{day}"
        opens = [("YJ", referral)] if "SD-01" in items else None
        self.ways.visit(minute, account, site, "INSPECTION", items, opens=opens)
        for item, level in found:
            self.ways.script.count(f"findings {level}")
            if level == "X":
                Referral(self.ways, self.lot, site, referral, minute, account)
            else:
                Case(self.ways, self.lot, site, item, level, minute, account)
        return rest

    def item_that_fails(self, site, level, day, taken):
        choices = ("SD-01",) if level == "X" else ITEMS[site.kind].get(level, ())
        choices = [item for item in choices if item not in taken and self.ways.may_fail(site.code, item, day)]
        return self.lot.one_of(choices) if choices else None


class Complaints:
    """By the hotline; somebody watches for 20 minutes and more, the result goes to an office, which receipts it."""
    SHARES = (("SUBSTANTIATED", 22), ("PARTLY", 18), ("UNFOUNDED", 52), ("UNVERIFIABLE", 8))
    MATTERS = {"GATE": "GT-03", "COUR": "CR-02", "OFFC": "DS-01", "FACT": "DS-03", "SHOP": "PB-02", "FOOD": "PB-02"}

    def __init__(self, ways):
        self.ways, self.world, self.lot = ways, ways.world, Lot(ways.world.name, "complaints")
        count = self.world.size.complaints - 1         # one is a story's, and unfounded
        outcomes = [outcome for outcome, number in self.outcomes(self.world).items() for _ in range(number)]
        outcomes = self.lot.shuffled(outcomes)
        span = len(DAYS) - 4
        self.days = collections.defaultdict(list)
        for place_ in range(count):
            self.days[FIRST_DAY + 2 + place_ * (span - 2) // count].append(outcomes[place_])
        self.sites = [site for site in self.world.sites if site.kind in self.MATTERS and not site.story]
        self.serial = 0

    @classmethod
    def outcomes(cls, world):
        total = world.size.complaints
        numbers = {outcome: total * share // 100 for outcome, share in cls.SHARES}
        numbers["UNFOUNDED"] += total - sum(numbers.values()) - 1
        return numbers

    @classmethod
    def findings_of(cls, world):
        numbers = cls.outcomes(world)
        return {"B": numbers["SUBSTANTIATED"] + numbers["PARTLY"]} if world.size.findings else {}

    def day(self, day):
        for outcome in self.days[day]:
            self.serial += 1
            self.complain(day, outcome, f"daily-{self.serial}")

    def complain(self, day, outcome, name):
        script, number = self.ways.script, self.ways.script.number("TS", name)
        fails = outcome in ("SUBSTANTIATED", "PARTLY")
        site, matter = self.where(day)
        minute = by_five(day * DAY + 8 * 60 + 40 + self.lot.below(7 * 60))
        gone = by_five(at_work(minute + self.lot.between(60, 8 * 60)))
        account = self.lot.one_of(self.world.inspectors[site.zone])
        script.add(minute, "clerk", {"complaint": {"source": "12345", "site": site.code, "matter": matter, "text": "群众反映现场管理不到位"}},
                   opens=[("TS", name)])
        items = {} if outcome == "UNVERIFIABLE" else {matter: (not fails, FOUND["B"] if fails else "")}
        self.ways.visit(gone, account, site, "OBSERVATION", items, startedAtMs=clock(gone - 25))
        script.add(gone + 10, account, {"complaintResult": {"complaint": number, "outcome": f"COMPLAINT_OUTCOME_{outcome}",
                                                            "text": "到现场观察25分钟", "office": "wjk"}})
        script.add(at_work(gone + 4 * 60), "office-wjk", {"feedbackReceipt": {"complaint": number}})
        if fails:
            script.count("findings B")
            Case(self.ways, self.lot, site, matter, "B", gone, account)
        else:
            self.ways.closed_on[site.code, matter] = max(self.ways.closed_on.get((site.code, matter), 0), gone // DAY)
        script.count("complaints")

    def where(self, day):
        while True:
            site = self.lot.one_of(self.sites)
            if self.ways.may_fail(site.code, self.MATTERS[site.kind], day):
                return site, self.MATTERS[site.kind]


class Isolations:
    """14 days at home: registered, spoken with every morning and evening, released."""
    MORNING, EVENING = 9 * 60, 16 * 60

    def __init__(self, ways):
        self.ways, self.world, self.script = ways, ways.world, ways.script
        self.lot = Lot(ways.world.name, "isolations")
        count = self.world.size.isolated - 3           # three are of the stories
        weights = [40 + min(day - FIRST_DAY, 30) for day in DAYS]   # more of them from the end of February on
        total, self.days, given, sum_ = sum(weights), {}, 0, 0
        for day, weight in zip(DAYS, weights):
            sum_ += weight
            self.days[day] = count * sum_ // total - given
            given += self.days[day]
        self.serial = 0
        self.to_release = collections.defaultdict(list)   # (day, area): numbers

    def day(self, day):
        for _ in range(self.days[day]):
            self.serial += 1
            self.isolate(day, f"daily-{self.serial}", self.lot.one_of(self.world.areas))
        for area in self.world.areas:
            numbers = self.to_release.pop((day, area.code), [])
            for first in range(0, len(numbers), 256):
                self.script.add(day * DAY + 8 * 60 + 45, area.contact, {"isolationRelease": {
                    "isolations": numbers[first:first + 256], "reason": "核对记录，体温一直正常"}})

    def isolate(self, day, name, area):
        number = self.script.number("GL", name)
        arrived = by_five(day * DAY + 7 * 60 + self.lot.below(14 * 60))
        in_time = arrived % DAY < 17 * 60
        registered = arrived + 60 if in_time else (day + 1) * DAY + 8 * 60 + 55
        basis = "overseas" if day >= day_number(3, 1) and self.lot.permille(350) else "domestic_return"
        self.script.add(registered, area.contact, {"isolation": {
            "person": {"clear": f"住户-{self.serial:06}"}, "address": {"clear": f"{self.lot.between(1, 30)}号楼"}, "area": area.code,
            "basis": basis, "startMs": clock(arrived)}}, opens=[("GL", name)])
        self.script.count("isolated")
        offset = 10 * (self.world.areas.index(area) % 17)
        exempt = self.lot.permille(20) and day >= day_number(2, 21)
        missed = [False]
        for number_of_day in range(1, 15):
            if number_of_day == 6 and exempt:
                self.script.add((day + 6) * DAY + 15 * 60, "lead", {"isolationChange": {
                    "isolation": number, "act": "ISOLATION_ACT_EXEMPT", "exemption": "special-duty", "reason": "因公返岗，已核对"}})
                return
            for start in (self.MORNING, self.EVENING):
                if number_of_day == 1 and start == self.MORNING and not in_time:
                    continue
                missed.append(not missed[-1] and self.lot.permille(15))
                if not missed[-1]:
                    self.script.add((day + number_of_day) * DAY + start + offset, area.contact,
                                    {"isolationContact": {"isolation": number}})
        if any(missed[-4:]):
            self.to_release[day + 15, area.code].append(number)


class Doors:
    """A campaign: notices, pledges, refusals, nobody there, empty ones; those drawn are entered again by others."""
    OPENS, ENDS = day_number(2, 10), day_number(3, 20)
    FIRST, LAST = OPENS + 1, day_number(3, 8)
    STORY_DOORS = 5                                    # of n-c01: told by a story
    PLACES = 60                                        # areas of one campaign
    CHECKERS = 6                                       # of each zone

    def __init__(self, ways):
        self.ways, self.world, self.script = ways, ways.world, ways.script
        self.lot = Lot(ways.world.name, "doors")
        self.campaign_of = {}
        self.notices = {account: self.lot.between(200, 900) * self.world.size.households // 32_000 // (self.world.size.scale or 1)
                        for accounts in self.world.inspectors.values() for account in accounts}
        if self.world.size.scale:
            self.notices["inspector-n01"] = 1_300 + self.lot.below(90)

    def day(self, day):
        if day == self.OPENS:
            self.open()
        if self.FIRST <= day <= self.LAST:
            self.enter_all(day)
        if self.FIRST + 1 <= day <= self.ENDS:
            self.check_all(day)
        if day == self.ENDS:
            for name in sorted(set(self.campaign_of.values())):
                self.script.add(day * DAY + 17 * 60, "lead", {"campaignEnd": {"campaign": self.script.number("HD", name),
                                                                              "reason": "转入日常"}})

    def open(self):
        for first in range(0, len(self.world.areas), self.PLACES):
            areas, name = self.world.areas[first:first + self.PLACES], f"doors-{first // self.PLACES + 1}"
            self.campaign_of.update({area.code: name for area in areas})
            self.script.add(self.OPENS * DAY + 9 * 60, "lead", {"campaignOpening": {
                "title": "户户是堡垒，人人是哨兵", "places": [{"area": area.code, "site": area.committee} for area in areas],
                "endsAtMs": clock(self.ENDS * DAY + 18 * 60)}}, opens=[("HD", name)])

    def enter_all(self, day):
        days = self.LAST - self.FIRST + 1
        for place_, area in enumerate(self.world.areas):
            skipped = self.STORY_DOORS if area.code == "n-c01" else 0
            count = self.world.households[area.code] - skipped
            turn = day - self.FIRST
            for number in range(count * turn // days + 1, count * (turn + 1) // days + 1):
                slot = (10 * 60, 14 * 60 + 30, 16 * 60, 19 * 60)[number % 4] + 5 * (place_ % 6)
                self.enter(day * DAY + slot, area, self.world.door(area, number + skipped), skipped > 0)

    def act(self, minute, account, door, kind, **more):
        self.script.add(minute, account, {"householdAct": {"household": door, "kind": f"HOUSEHOLD_ACT_KIND_{kind}", **more}})

    def enter(self, minute, area, door, all_sign):
        """What becomes of one door: most sign at once."""
        way = self.lot.below(1000)
        self.notice(minute - 5, area, door)
        if all_sign or way >= 50:
            self.act(minute, area.staff, door, "PLEDGE")
        elif way < 7:
            self.act(minute, area.staff, door, "REFUSAL")
        elif way < 20:
            self.act(minute, area.staff, door, "VACANCY")
            self.act(minute + DAY, area.contact, door, "VACANCY")
        elif way < 30:
            for days in range(3):
                self.act((minute // DAY + days) * DAY + 19 * 60 + 30, area.staff, door, "NO_ANSWER")
        else:
            self.act(minute, area.staff, door, "NO_ANSWER")
            self.act((minute // DAY + 2) * DAY + 19 * 60 + 40, area.staff, door, "PLEDGE")

    def notice(self, minute, area, door):
        """Somebody of the task force brings the notice, while he has strength for more doors."""
        account = self.lot.one_of(self.world.inspectors[area.zone])
        if area.zone == "north" and self.lot.permille(180):
            account = "inspector-n01"
        if self.notices[account] > 0:
            self.notices[account] -= 1
            self.act(minute, account, door, "NOTICE", manner="HOUSEHOLD_MANNER_IN_PERSON")
            self.script.count(f"doors of {account}")

    def check_all(self, day):
        """Each inspector enters the doors that were drawn in some areas of the other zone; which doors, Duban knows."""
        for zone, others in (("north", "south"), ("south", "north")):
            people = self.world.inspectors[others][:self.CHECKERS]
            areas = [area for area in self.world.areas if area.zone == zone]
            for place_, account in enumerate(people):
                for name in sorted(set(self.campaign_of.values())):
                    codes = [area.code for area in areas[place_::len(people)] if self.campaign_of[area.code] == name]
                    if codes:
                        self.script.add(day * DAY + 9 * 60 + 40 + 5 * place_, account, None,
                                        check={"campaign": f"<HD:{name}>", "areas": codes})


class Alerts:
    """Somebody feverish: told at once, isolated within the hour, taken over within two."""

    def __init__(self, ways):
        self.world, self.script, self.lot = ways.world, ways.script, Lot(ways.world.name, "alerts")
        self.days = collections.Counter(self.lot.between(FIRST_DAY + 3, LAST_DAY - 3) for _ in range(self.world.size.urgent))
        self.serial = 0

    def day(self, day):
        for _ in range(self.days[day]):
            self.serial += 1
            area, name = self.lot.one_of(self.world.areas), f"daily-{self.serial}"
            minute, number = day * DAY + by_five(9 * 60 + self.lot.below(12 * 60)), self.script.number("JB", name)
            self.script.add(minute, area.staff, {"urgentReport": {"area": area.code, "text": "门岗测温38度"}}, opens=[("JB", name)])
            self.script.add(minute + 30, area.contact, {"urgentStep": {"alert": number, "act": "URGENT_ACT_ISOLATED"}})
            self.script.add(minute + 90, "office-wjk", {"urgentStep": {"alert": number, "act": "URGENT_ACT_ANSWERED", "text": "已转发热门诊"}})


class Watch:
    def __init__(self, watcher):
        self.watcher, self.clean = watcher, 0          # who goes there; clean days


class Watches:
    """A courier outlet with an open case of level A or B is watched from the next day on (the policy's begins_when): somebody
    of its group is there every day, the same one while it lasts, until it has had its clean days and no such case is open."""
    CLEAN_DAYS = 7
    MISSED = 25                                        # permille of the days: nobody goes
    LOOKED_AT = ("CR-01", "DS-02", "CR-04", "SD-01")
    FROM, HOURS = 9 * 60, 5                            # before 14:00, when cases begin to close

    def __init__(self, ways):
        self.ways, self.world, self.lot = ways, ways.world, Lot(ways.world.name, "watches")
        self.outlets = [site for site in ways.world.sites if site.kind == "COUR" and not site.story]
        self.watched = {}                              # site: its watch

    def day(self, day):
        for site in self.outlets:
            watch = self.watched.get(site.code)
            happens = self.happens_to_cases(site, day) + (self.look(site, watch, day) if watch else [])
            for minute, what in sorted(happens):
                self.happen(site, watch, minute, what)

    def happens_to_cases(self, site, day):
        both = [(minute, what) for case in self.ways.grave[site.code] for minute, what in zip(case, ("opened", "closed"))]
        return [(minute, what) for minute, what in both if minute // DAY == day]

    def look(self, site, watch, day):
        """A routine visit is as good as a check-in."""
        if self.ways.seen.get(site.code) == day:
            minute, is_clean = self.ways.last_look[site.code]
            return [(minute, "seen clean" if is_clean else "seen")]
        if self.lot.permille(self.MISSED):
            self.ways.script.count("check-ins missed")
            return []
        minute = by_five(day * DAY + self.FROM + self.lot.below(self.HOURS * 60))
        self.check_in(minute, watch.watcher, site, day)
        return [(minute, "seen clean")]

    def check_in(self, minute, account, site, day):
        """What is open there is for a revisit to judge; so this is no visit that the results of an item are counted by."""
        answers = [answer(item) for item in self.LOOKED_AT if self.ways.is_over(site.code, item, day)]
        self.ways.script.add(minute, account, report(site.code, "CHECK_IN", answers), photos=1)
        self.ways.script.count("check-ins")

    def happen(self, site, watch, minute, what):
        """watch: of today; one that begins now is of tomorrow."""
        if what.startswith("seen"):
            watch.clean = watch.clean + 1 if what == "seen clean" else 0
        if what == "opened" and site.code not in self.watched:
            self.watched[site.code] = Watch(self.lot.one_of(self.world.inspectors[site.zone]))
        elif watch and self.watched.get(site.code) is watch and watch.clean >= self.CLEAN_DAYS and not self.is_held(site, minute):
            del self.watched[site.code]

    def is_held(self, site, minute):
        return any(opened <= minute < closed for opened, closed in self.ways.grave[site.code])


KINDS = (Plans, Meetings, Complaints, Visits, Isolations, Doors, Alerts, Watches)
