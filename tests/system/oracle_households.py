"""Campaigns from door to door (domain 4.6 rule 18): signed, vacant, and entered again by somebody else.

What is drawn for that is a lot; the oracle knows it where all that can be drawn is.
"""
import entry_pb2 as pb
from oracle_marks import Mark
from oracle_policy import clock, day_of, first_clock, moment, on_day
from oracle_subjects import NEVER_S, Family
from oracle_time import DAY

RESULTS = ("signed", "refused", "unreached", "vacant")
BORNE_OUT = {   # by what was reported: findings that bear it out
    "signed": [pb.HOUSEHOLD_FINDING_SIGNED], "refused": [pb.HOUSEHOLD_FINDING_REFUSED],
    "unreached": [pb.HOUSEHOLD_FINDING_NOBODY, pb.HOUSEHOLD_FINDING_NOTICE_ONLY],
    "vacant": [pb.HOUSEHOLD_FINDING_VACANT, pb.HOUSEHOLD_FINDING_NOBODY],
    "vacancy_said": [pb.HOUSEHOLD_FINDING_VACANT, pb.HOUSEHOLD_FINDING_NOBODY]}
SAYS_NOTHING = {"signed": [pb.HOUSEHOLD_FINDING_NOBODY], "refused": [pb.HOUSEHOLD_FINDING_NOBODY]}
FOUND = {pb.HOUSEHOLD_FINDING_SIGNED: "signed", pb.HOUSEHOLD_FINDING_REFUSED: "refused",
         pb.HOUSEHOLD_FINDING_NOTICE_ONLY: "begun", pb.HOUSEHOLD_FINDING_UNTOUCHED: "",
         pb.HOUSEHOLD_FINDING_VACANT: "vacancy_said"}


class Door:
    def __init__(self):
        self.state, self.reported_by, self.reported_s, self.vacancy_by = "", "", 0, ""
        self.attempts, self.may_be_drawn, self.drawn = [], False, None     # drawn: (state, reported by) as it was then

    def becomes(self, state, member, at_s):
        self.state, self.reported_by, self.reported_s = state, member, at_s
        self.may_be_drawn = not self.drawn and state in RESULTS


class Area:
    def __init__(self, number, where):
        self.number, self.where, self.doors, self.draw = number, where, {}, set()   # draw: doors that wait
        self.checked = self.as_reported = 0


class Campaigns(Family):
    prefix = "HD"

    def __init__(self, world):
        super().__init__(world)
        self.rules = world.policy.rules["campaigns"]
        self.households, self.running = {}, {}      # {code: area}, {area: Area}
        self.draws_s = {}                           # of each campaign that runs

    def on_household_change(self, account, change):
        old = self.households.get(change.code)
        if old and (change.removed or old != change.area) and old in self.running and change.code in self.running[old].doors:
            return      # somebody has been at that door: not before its end
        if change.removed:
            self.households.pop(change.code, None)
        else:
            self.households[change.code] = change.area

    def on_campaign_opening(self, account, opening):
        if any(place.area in self.running for place in opening.places):
            return
        areas = {place.area: Area(len(self.all) + 1, self.world.where(area=place.area)) for place in opening.places}
        starts_s = opening.starts_at_ms // 1000 or self.now_s
        self.all.append({"areas": areas, "starts_s": starts_s, "is_over": False, "final": {}})
        self.draws_s[len(self.all)] = first_clock(max(starts_s, self.now_s) + 1, [clock(self.rules["draw_at"])])
        for code, area in areas.items():
            area.starts_s, self.running[code] = starts_s, area

    def on_campaign_end(self, account, end):
        campaign = self.numbered(end.campaign)
        if not campaign or campaign["is_over"]:
            return
        campaign["is_over"] = True
        for code, area in campaign["areas"].items():
            campaign["final"][code] = self.sizes(code, area)
            del self.running[code]
        del self.draws_s[self.all.index(campaign) + 1]

    # ------------------------------------------------------------ at a door

    def at_door(self, act, account):
        """(area, door, member, when); None: no campaign runs there."""
        area = self.running.get(self.households.get(act.household))
        at_s = act.at_ms // 1000 or self.now_s
        if not area or not area.starts_s <= at_s <= self.now_s:
            return None
        return area, area.doors.get(act.household) or Door(), act.member or account, at_s

    def on_household_act(self, account, act):
        found = self.at_door(act, account)
        if not found:
            return
        area, door, member, at_s = found
        kind = pb.HouseholdActKind.Name(act.kind).removeprefix("HOUSEHOLD_ACT_KIND_").lower()
        if getattr(self, kind)(door, member, at_s):
            area.doors[act.household] = door

    def notice(self, door, member, at_s):
        return self.begin(door, member, at_s)

    @staticmethod
    def begin(door, member, at_s):
        if not door.state:
            door.becomes("begun", member, at_s)
        return True

    @staticmethod
    def pledge(door, member, at_s):
        if door.state == "signed":
            return False
        door.becomes("signed", member, at_s)
        door.vacancy_by = ""
        return True

    @staticmethod
    def refusal(door, member, at_s):
        if door.state in ("signed", "refused"):
            return False
        door.becomes("refused", member, at_s)
        door.vacancy_by = ""
        return True

    def no_answer(self, door, member, at_s):
        if door.state in ("signed", "vacant"):
            return False
        door.attempts.append(at_s)
        self.begin(door, member, at_s)
        days = {day_of(when_s) for when_s in door.attempts}
        at_home = any(moment(when_s).time() >= clock(self.rules["evening"]) or day_of(when_s).isoweekday() >= 6
                      for when_s in door.attempts)
        enough = len(door.attempts) >= self.rules["attempts"] and len(days) >= self.rules["attempt_days"] and at_home
        if door.state == "begun" and enough:
            door.becomes("unreached", member, at_s)
        return True

    @staticmethod
    def vacancy(door, member, at_s):
        if door.state in ("signed", "vacant") or (door.state == "vacancy_said" and door.vacancy_by == member):
            return False
        if door.state == "vacancy_said":
            door.becomes("vacant", member, at_s)
        else:
            door.becomes("vacancy_said", member, at_s)
            door.vacancy_by = member
        return True

    # ------------------------------------------------------------ drawn, and entered again

    def next_s(self):
        return min(self.draws_s.values(), default=NEVER_S)

    def fire(self):
        for number, draw_s in self.draws_s.items():
            if draw_s > self.now_s:
                continue
            self.draws_s[number] = on_day(day_of(draw_s) + DAY, clock(self.rules["draw_at"]))
            for area in self.all[number - 1]["areas"].values():
                if not area.draw:
                    self.draw(area)

    def draw(self, area):
        area.draw = {code for code, door in area.doors.items() if door.may_be_drawn}
        assert len(area.draw) <= self.rules["doors_drawn"], "a lot that the oracle does not know"
        for code in area.draw:
            door = area.doors[code]
            door.drawn, door.may_be_drawn = (door.state, door.reported_by), False

    def on_household_check(self, account, check):
        found = self.at_door(check, account)
        if not found:
            return
        area, door, member, at_s = found
        if not door.drawn or member in (door.drawn[1], door.reported_by, door.vacancy_by):
            return
        reported = door.state if door.reported_s <= at_s else door.drawn[0]
        door.drawn = None
        area.draw.discard(check.household)
        stands = door.state == reported
        if check.finding in SAYS_NOTHING.get(reported, []):
            door.may_be_drawn = door.state in RESULTS
            return
        area.checked += 1
        if check.finding in BORNE_OUT[reported]:
            area.as_reported += 1
            door.may_be_drawn = not stands and door.state in RESULTS
        elif not stands:
            door.may_be_drawn = door.state in RESULTS
        else:
            door.vacancy_by = member if check.finding == pb.HOUSEHOLD_FINDING_VACANT else ""
            door.becomes(FOUND[check.finding], member, at_s)

    # ------------------------------------------------------------ what counts

    def sizes(self, code, area):
        states = [door.state for door in area.doors.values()]
        return sum(of == code for of in self.households.values()), states.count("vacant"), states.count("signed")

    def marks(self):
        for campaign in self.all:
            for code, area in campaign["areas"].items():
                households, vacant, signed = campaign["final"].get(code) or self.sizes(code, area)
                yield Mark("households_signed", area.where, None, signed, households - vacant, area.number)
                yield Mark("households_signed_of_all", area.where, None, signed, households, area.number)
                yield Mark("households_true", area.where, None, area.as_reported, area.checked, area.number)
