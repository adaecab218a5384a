"""Every figure of what is no case (complaints, supplies, referrals, isolations, watches, doors, days, visits) agrees with
an oracle that reads the raw journal: when it is asked for, and as of that time once all has gone on. A town of some days
for each seed: `make test` plays few, `make test-long` more."""
import collections
import dataclasses
import datetime
import os
import random

import pytest

import query_pb2 as query
import township
from acts import t
from oracle_acts import DAY_S, DAYS, drawn, opening
from oracle_figures import day_number
from oracle_marks import figures
from oracle_policy import Policy, day_of, moment
from oracle_world import World
from test_figures_oracle import asked, settle
from test_oracle import advance

BEGINS_S = t("2020-02-10 00:00") // 1000
HISTORIES = int(os.environ.get("DUBAN_HISTORIES_OF_DAYS", "2"))
FIRST_SEED = int(os.environ.get("DUBAN_HISTORY_SEED", "1"))
LOOKS = 18
POLICY = Policy(township.PACK)
SCOPES = [("zone", "north"), ("zone", "south"), ("area", "c1"), ("area", "v1"), ("kind", "GATE"), ("kind", "COUR"),
          ("kind", "OFFC"), ("kind", "SHOP"), ("focus_group", "returnees"), ("focus_group", "residents"),
          ("focus_group", "resumed_enterprise_staff")]


@dataclasses.dataclass(frozen=True)
class Question:
    from_day: datetime.date
    to_day: datetime.date
    scope: tuple

    def words(self, look_s):
        return f"as of {moment(look_s):%m-%d %H:%M:%S}, {self.from_day:%m-%d} to {self.to_day:%m-%d} {' '.join(self.scope)}"


def drawn_looks(seed, acts):
    """{moment: questions}: at any time, as a day begins, as something falls due, as something is entered."""
    choose = random.Random(seed)
    moments = {BEGINS_S + choose.randrange((DAYS + 3) * DAY_S) for _ in range(LOOKS - 6)} | {BEGINS_S + (DAYS + 8) * DAY_S}
    moments |= {BEGINS_S + choose.randrange(DAYS) * DAY_S + hour * 3600 for hour in (0, 12, 20)}
    moments |= {choose.choice(acts).when_s for _ in range(3)}
    return {moment_s: list(drawn_questions(choose)) for moment_s in sorted(moments)}


def drawn_questions(choose):
    for scope in [()] + choose.sample(SCOPES, 4):
        first = day_of(BEGINS_S) + datetime.timedelta(days=choose.randrange(DAYS))
        yield Question(first, first + datetime.timedelta(days=choose.choice([0, 0, 2, 7, 25])), scope)


# ---------------------------------------------------------------- both

def expected(journal, looks):
    """{(moment, question): figures}"""
    world, rest, found = World(POLICY), collections.deque(journal), {}
    for look_s, questions in looks.items():
        while rest and rest[0].stamp_ms // 1000 <= look_s:
            record = rest.popleft()
            world.apply(record.sequence, record.account, record.entry, record.stamp_ms // 1000)
        world.until(look_s)
        marks = world.marks()
        found.update({(look_s, question): figures(marks, look_s, question.from_day, question.to_day, question.scope)
                      for question in questions})
    return found


def play(town, acts, looks):
    """{(moment, question): figures}, each as asked then."""
    bursts, found, sequences = collections.defaultdict(list), {}, {}
    for number, act in enumerate(acts):
        bursts[act.when_s].append((number, act))
    for when_s in sorted({*bursts, *looks}):
        advance(town, when_s * 1000)
        for number, act in bursts.get(when_s, []):
            sequences[number] = town.submit(act.make(sequences), by=act.by).sequence
        if when_s in looks:
            settle(town)
            found.update({(when_s, question): asked(town, question) for question in looks[when_s]})
    return found


def difference(mine, theirs):
    return [f"{question.words(look_s)} {name}: oracle {wanted.get(name)}, daemon {got}"
            for (look_s, question), wanted in mine.items() for name, got in theirs[look_s, question].items()
            if name in OURS and wanted.get(name) != got]


def last_acts(acts, mine, theirs):
    """What was entered last before the first moment at which they differ."""
    first_s = next(look_s for look_s, question in mine if difference({(look_s, question): mine[look_s, question]}, theirs))
    before = [(number, act) for number, act in enumerate(acts) if act.when_s <= first_s]
    return ["before that:"] + [act.words(number) for number, act in before[-20:]]


OURS = set(figures([], BEGINS_S, day_of(BEGINS_S), day_of(BEGINS_S)))


@pytest.mark.parametrize("seed", range(FIRST_SEED, FIRST_SEED + HISTORIES))
def test_every_figure_of_what_is_no_case_agrees_with_the_oracle_at_any_time(make_town, template, seed):
    town = make_town(template, rehearsal="2020-01-20 00:00")
    town.start("ingest", "rules")
    town.submit_all([("operator", entry) for entry in opening()])
    entered = [(record.account, record.entry, record.stamp_ms // 1000) for record in town.journal()]
    acts = drawn(seed, POLICY, entered, BEGINS_S)
    looks = drawn_looks(seed, acts)
    theirs, mine = play(town, acts, looks), expected(town.journal(), looks)
    if lines := difference(mine, theirs):
        pytest.fail(f"{len(lines)} figures differ (seed {seed}):\n" + "\n".join(lines[:30] + last_acts(acts, mine, theirs)),
                    pytrace=False)
    assert {name for row in theirs.values() for name in row} >= OURS
    again = {(look_s, question): asked(town, question, look_s) for look_s, question in theirs}
    assert again == theirs      # what came later changes nothing of what was
