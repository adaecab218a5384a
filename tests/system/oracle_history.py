"""Histories of one finding each, made up from a seed: who enters what, and when.

What nobody would do in that order is among it; the oracle says what comes of it. Moments lie on a grid,
so that what is entered meets what falls due to the second, now and then.
"""
import dataclasses
import random

from hypothesis import strategies as st

from oracle_case import Happening
from oracle_policy import moment

GRID_S, DAY_S = 600, 86400
DAYS = 12                      # in which things happen; what falls due goes on
SITES = {   # kind: items
    "COUR": ["TM-01", "DS-01", "EP-04", "EP-05", "CR-01", "DS-02"],
    "CONS": ["TM-01", "MS-04", "EP-05", "CS-04", "DS-01"],
    "GATE": ["GT-01", "GT-03", "GT-05", "GT-06"],
    "OFFC": ["TM-01", "DS-01", "DS-04", "OF-01", "OF-03", "EP-04"],
    "FACT": ["TM-01", "MS-04", "DS-03", "DS-04", "CS-05"],
    "SHOP": ["TM-01", "DS-05", "PB-02", "EP-04", "DS-06"],
    "MARK": ["TM-01", "DS-05", "PB-02", "EP-04"],
    "FOOD": ["TM-03", "PB-02", "CS-05", "DS-06", "EP-04"],
    "DORM": ["RT-04", "DS-01", "DS-04", "RT-03", "TM-03"],
    "RENT": ["TM-03", "RT-01", "DS-06"],
}
GAPS_S = [(0, 3600), (0, 4 * 3600), (3600, 14 * 3600), (8 * 3600, 30 * 3600), (DAY_S, 4 * DAY_S)]
CONTACT, FINDER, COLLEAGUE, LEADER, LEAD = "contact", "finder", "colleague", "leader", "lead"


class History:
    def __init__(self, seed, kind, item, happenings):
        self.seed, self.kind, self.item, self.happenings = seed, kind, item, happenings

    def without(self, number):
        return History(self.seed, self.kind, self.item, self.happenings[:number] + self.happenings[number + 1:])

    def __repr__(self):
        return self.words()

    def words(self):
        head = f"{self.item} at a {self.kind} (seed {self.seed})"
        return "\n".join([head] + ["  " + words(happening) for happening in self.happenings])


def words(happening):
    """As a person would tell it."""
    said = f"{moment(happening.when_s):%m-%d %H:%M:%S} {happening.by} {happening.what}"
    if happening.visit_s:
        said += f", was there {moment(happening.visit_s):%m-%d %H:%M:%S}"
    if not happening.evidence:
        said += ", no photo"
    if happening.side:
        said += f", what each visit must answer: {happening.side}"
    said += f" to {happening.to}{happening.level}" if happening.to or happening.level else ""
    said += f", until {moment(happening.until_s):%m-%d %H:%M}" if happening.until_s else ""
    return said + (f", the same again {happening.again_s // 60} min later" if happening.again_s else "")


WEIGHTS = {"fail": 4, "pass": 8, "claim": 6, "attempt": 1, "acknowledge": 3, "explain": 2, "approve": 3, "assign": 2,
           "extend": 3, "grant": 3, "refuse": 1, "edit": 3, "suspend": 1, "resume": 2, "suspend_site": 1, "resume_site": 2}
AGAIN_S = [1, 600, 5 * 3600, 2 * DAY_S]
UNTIL_S = [3600, 6 * 3600, 14 * 3600, 20 * 3600, 30 * 3600, 2 * DAY_S, 5 * DAY_S]
SIDES = ["", "", "pass", "not_checked"]
LATE_S = [600, 1800, 3600, 4 * 3600, 9 * 3600, 26 * 3600, 50 * 3600]


def drawn(seed, begins_s):
    return told(random.Random(seed), seed, begins_s)


def strategy(begins_s):
    """For hypothesis: each choice is one of its own, so that a history that shows a difference gets shorter."""
    return st.builds(lambda choose: told(choose, "none", begins_s), st.randoms(use_true_random=False))


def told(choose, seed, begins_s):
    kind = choose.choice(sorted(SITES))
    item = choose.choice(SITES[kind])
    now_s = begins_s + choose.randrange(2 * DAY_S // GRID_S) * GRID_S
    happenings = [Happening(now_s, "fail", FINDER, side=choose.choice(SIDES))]
    for _ in range(choose.choice([0, 1, 2, 3, 4, 5, 6, 8, 10])):
        now_s += choose.randrange(*choose.choice(GAPS_S)) // GRID_S * GRID_S
        if now_s > begins_s + DAYS * DAY_S:
            break
        happenings.append(happening_at(choose, now_s))
    return History(seed, kind, item, happenings)


def happening_at(choose, now_s):
    what = choose.choices(list(WEIGHTS), list(WEIGHTS.values()))[0]
    happening = MAKERS[what](choose, now_s)
    if choose.random() < 0.15:
        happening = dataclasses.replace(happening, again_s=choose.choice(AGAIN_S))
    return happening


def visit(what):
    def make(choose, now_s):
        late_s = choose.choice(LATE_S) if choose.random() < 0.15 else 0
        return Happening(now_s, what, choose.choice([FINDER, FINDER, COLLEAGUE]), evidence=choose.random() < 0.9,
                         visit_s=now_s - late_s if late_s else 0, side=choose.choice(SIDES))
    return make


def by(what, *whom):
    return lambda choose, now_s: Happening(now_s, what, choose.choice(whom))


def assigned(choose, now_s):
    return Happening(now_s, "assign", choose.choice([LEADER, LEAD]), to=choose.choice([FINDER, COLLEAGUE, COLLEAGUE]))


def edited(choose, now_s):
    return Happening(now_s, "edit", LEADER, level=choose.choice("ABCD"))


def until(what, always, *whom):
    """With a time that is named, always or now and then."""
    def make(choose, now_s):
        named = always or choose.random() < 0.5
        return Happening(now_s, what, choose.choice(whom), until_s=now_s + choose.choice(UNTIL_S) if named else 0)
    return make


MAKERS = {"fail": visit("fail"), "pass": visit("pass"), "claim": by("claim", CONTACT),
          "attempt": by("attempt", FINDER, COLLEAGUE),
          "acknowledge": by("acknowledge", FINDER, COLLEAGUE, CONTACT, LEADER, LEAD),
          "explain": by("explain", CONTACT, FINDER), "approve": by("approve", LEAD), "assign": assigned, "edit": edited,
          "extend": until("extend", True, CONTACT, LEADER), "grant": by("grant", LEADER, LEADER, LEAD),
          "refuse": by("refuse", LEADER, LEAD), "suspend": until("suspend", False, LEAD), "resume": by("resume", LEAD),
          "suspend_site": until("suspend_site", False, LEADER), "resume_site": by("resume_site", LEADER)}
