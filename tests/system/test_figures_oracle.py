"""Every figure about cases, and about the watches that they call for, agrees with an oracle written from the rules in words,
over random histories: when it is asked for, and as of that time once all has gone on; of any days, of the township, a zone,
an area, a site kind, a focus group."""
import collections
import dataclasses
import datetime
import os
import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

import query_pb2 as query
from oracle_figures import CountedCase, Where, day_number, figures
from oracle_history import DAY_S, DAYS, drawn
from oracle_policy import day_of
from test_oracle import BEGINS_S, ENDS_S, EXAMPLES, FEW_HISTORIES, POLICY, advance, places_of

HISTORIES = int(os.environ.get("DUBAN_HISTORIES_OF_FIGURES", "120"))
FIRST_SEED = int(os.environ.get("DUBAN_HISTORY_SEED", "1"))
AT_ONCE = 120
LOOKS = 14


@dataclasses.dataclass(frozen=True)
class Question:
    """Of which days, of what: field of FiguresQuery and code; none = the township."""
    from_day: datetime.date
    to_day: datetime.date
    scope: tuple

    def words(self, look_s):
        return f"as of {datetime.datetime.fromtimestamp(look_s)} {self.from_day} to {self.to_day} {self.scope}"


def where_of(place):
    kind = next(row for row in POLICY.rules["site_kinds"] if row["code"] == place.history.kind)
    return Where(place.code, place.zone, f"a{place.zone}", place.history.kind, kind.get("focus_group", ""))


def drawn_questions(choose, places):
    where = where_of(choose.choice(places))
    for scope in [(), ("zone", where.zone), ("area", where.area), ("kind", where.kind), ("focus_group", where.focus_group)]:
        if scope and not scope[1]:
            continue           # of a kind that is of no group
        first = day_of(BEGINS_S) + datetime.timedelta(days=choose.randrange(DAYS))
        last = first + datetime.timedelta(days=choose.choice([0, 0, 1, 6, 30]))
        yield Question(first, last, scope)


def drawn_looks(choose, places):
    """{moment: questions}; some fall on the second at which something is entered."""
    moments = {BEGINS_S + choose.randrange((DAYS + 4) * DAY_S) for _ in range(LOOKS - 4)} | {ENDS_S}
    moments |= {choose.choice(choose.choice(places).history.happenings).when_s for _ in range(3)}
    return {moment: list(drawn_questions(choose, places)) for moment in sorted(moments)}


# ---------------------------------------------------------------- both

def expected(places, looks):
    """{(moment, question): figures}"""
    cases = {place.code: CountedCase(POLICY, place.history.item, place.posts, where_of(place)) for place in places}
    rest = {place.code: collections.deque(place.history.happenings) for place in places}
    found = {}
    for look_s, questions in looks.items():
        for place in places:
            bring(cases[place.code], rest[place.code], place, look_s)
        for question in questions:
            wanted = [case for case in cases.values()
                      if not question.scope or getattr(case.where, question.scope[0]) == question.scope[1]]
            found[look_s, question] = figures(wanted, look_s, question.from_day, question.to_day)
    return found


def bring(case, rest, place, look_s):
    while rest and rest[0].when_s <= look_s:
        happening = rest.popleft()
        case.happen(dataclasses.replace(happening, by=place.people[happening.by],
                                        to=happening.to and place.people[happening.to]))
    case.until(look_s)
    case.heed_overdue(look_s)


def asked(town, question, as_of_s=0):
    wanted = query.FiguresQuery(as_of_s=as_of_s, from_day=day_number(question.from_day), to_day=day_number(question.to_day),
                                **dict([question.scope] if question.scope else []))
    return {row.name: (row.numerator, row.denominator, row.value, parts_of(row))
            for row in town.rows("rules", figures=wanted)}


def parts_of(row):
    if row.name == "top_crosses":
        return [(part.code, part.kind, part.area, part.count) for part in row.parts]   # in order
    return {part.code: (part.count, part.value) if row.unit == query.FIGURE_UNIT_MINUTE else part.count for part in row.parts}


def play(town, places, looks):
    """{(moment, question): figures}, each as asked then."""
    town.submit_all([("operator", entry) for place in places for entry in place.registry()])
    bursts, found = collections.defaultdict(list), {}
    for place in places:
        for happening in place.history.happenings:
            submission = *place.entry(happening), town.new_id()
            for when_s in {happening.when_s, happening.when_s + happening.again_s}:
                bursts[when_s].append(submission)
    for when_s in sorted({*bursts, *looks}):
        advance(town, when_s * 1000)
        for by, entry, client_id in bursts.get(when_s, []):
            town.submit(entry, by=by, client_id=client_id)
        if when_s in looks:
            settle(town)
            found.update({(when_s, question): asked(town, question) for question in looks[when_s]})
    settle(town)
    return found


def settle(town):
    town.rules_status(min_sequence=town.ingest_status().last_sequence)
    town.seen("rules")


# ---------------------------------------------------------------- the difference

def difference(mine, theirs):
    lines = []
    for (look_s, question), wanted in mine.items():
        got = theirs[look_s, question]
        lines += [f"{question.words(look_s)} {name}: oracle {wanted[name]}, daemon {got.get(name)}"
                  for name in wanted if got.get(name) != wanted[name]]
    return lines


def check(town, places, looks):
    """The daemons say what the oracle says, at each look and as of it in the end."""
    theirs, mine = play(town, places, looks), expected(places, looks)
    lines = difference(mine, theirs)
    assert not lines, f"{len(lines)} figures differ:\n" + "\n".join(lines[:20])
    again = {(look_s, question): asked(town, question, look_s) for look_s, question in theirs}
    assert again == theirs      # what came later changes nothing of what was


@pytest.mark.parametrize("first", range(FIRST_SEED, FIRST_SEED + HISTORIES, AT_ONCE))
def test_every_figure_of_cases_agrees_with_the_oracle_at_any_time(make_town, template, first):
    seeds = range(first, min(first + AT_ONCE, FIRST_SEED + HISTORIES))
    places = places_of(drawn(seed, BEGINS_S) for seed in seeds)
    looks = drawn_looks(random.Random(first), places)
    check(make_town(template, rehearsal="2020-01-20 00:00").start("ingest", "rules"), places, looks)


@EXAMPLES
@given(histories=FEW_HISTORIES, choose=st.randoms(use_true_random=False))
def test_every_figure_of_cases_agrees_with_the_oracle_on_what_hypothesis_draws(for_one_example, histories, choose):
    places = places_of(histories)
    with for_one_example() as town:
        check(town, places, drawn_looks(choose, places))
