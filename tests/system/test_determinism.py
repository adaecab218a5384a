"""The same days come to the same: cases, tasks, facts and notices, however often they are played,
whoever dies in between, and however rules cuts its work into transactions.

What two runs are compared by is content.py's: all that rules answers, with sequences and ids
replaced. The demonstration is played by `duban rehearse`, the made-up days by the harness.
"""
import collections
import os
import random
import select
import subprocess

import pytest
import query_pb2 as query
from acts import DAY
from content import content, difference, digest
from days import MORNING, days
from ordeal import Ordeal
from township import DAEMONS, PACK, ROOT

BEGINNING = "2020-01-20 00:00"
DEMO = ROOT / "deploy/demo"
DEMO_BEGINNING = "2020-02-03 08:00"


def assert_same(one, other):
    assert digest(one) == digest(other), difference(one, other)


# ---------------------------------------------------------------- the demonstration

def register(town):
    town.duban("policy", "activate", PACK, "--approver", "lead")
    for what in ("areas", "sites", "units", "holders", "households"):
        town.duban("import", what, DEMO / f"{what}.csv")
    town.settle()


def ended_or_struck(town, command):
    """Wait until the command has ended or a daemon has died; the exit code, None while it runs."""
    pidfd = os.pidfd_open(command.pid)
    try:
        select.select([pidfd, *(process.pidfd for process in town.processes.values())], [], [])
    finally:
        os.close(pidfd)
    return command.poll()


def rehearse(town):
    """Play the scenario. Whenever somebody has died he is started again, and so is the rehearsal:
    what it submitted before it submits again under the same ids."""
    while True:
        town.revive()
        log = town.directory / "log" / "rehearse.txt"
        with open(log, "wb") as output:
            command = subprocess.Popen([town.build / "bin/duban", "--run", town.run, "--timeout", "60", "rehearse",
                                        DEMO / "township.jsonl", "--quiet"], env=town.environment(),
                                       stdin=subprocess.DEVNULL, stdout=output, stderr=output)
            code = ended_or_struck(town, command)
            if code is None:
                command.kill()
                code = command.wait()
        if not town.dead():
            assert code == 0, log.read_text(errors="replace")
            return


def played(make_town, fates=None):
    town = make_town(kind=Ordeal, rehearsal=DEMO_BEGINNING)
    town.start()
    town.rules_status(min_sequence=1)   # the era has begun: entries before it would be decided as of none
    register(town)
    for name, points in (fates or {}).items():
        town.fates[name].extend(points)
        town.mourning[name] = DAEMONS[DAEMONS.index(name) + 1:]   # nobody waits for his own impatience
        town.kill_those_alive([name])                             # its next life is one that ends
    rehearse(town)
    town.relieve()
    town.settle()
    return town


DEMO_CONTENT = {}


@pytest.fixture
def demo_content(make_town):
    """What the demonstration comes to when it is simply played."""
    if not DEMO_CONTENT:
        DEMO_CONTENT.update(content(played(make_town)))
    return DEMO_CONTENT


PORTIONS = [(1, "rules.before_commit:40"), (2, "rules.committed:20"), (3, "rules.fired:15"), (7, "rules.applied:30")]


def place(town):
    status = town.rules_status()
    return (status.cursor, status.state_digest, status.outbox_last, status.outbox_digest, status.fact_last)


def test_the_digests_do_not_depend_on_where_transactions_end(make_town):
    """The journal of the demonstration, applied from nothing in portions of each size; each time rules dies
    once on the way."""
    town = played(make_town)
    expected, whole = place(town), content(town)
    DEMO_CONTENT.update(whole)    # spares the others a play
    for size, point in PORTIONS:
        town.stop("rules")
        for path in town.data("rules").iterdir():
            path.unlink()
        town.settings["rules"]["events_per_transaction"] = size
        died = town.deaths["rules"]
        town.fates["rules"].append(point)
        town.spawn("rules")
        town.ask("rules", min_sequence=expected[0], status=query.StatusQuery())
        town.settle()
        assert town.deaths["rules"] == died + 1, f"{point} was not reached"
        assert place(town) == expected, f"events_per_transaction {size}"
        assert_same(whole, content(town))


def test_the_demonstration_twice(make_town, demo_content):
    assert len(demo_content["cases"]) == 8 and len(demo_content["notices"]) > 50
    assert_same(demo_content, content(played(make_town)))


def test_the_demonstration_with_deaths_in_between(make_town, demo_content):
    town = played(make_town, {
        "ingest": ["ingest.committed:9", "ingest.before_commit:30", "ingest.receipted:25"],
        "rules": ["rules.committed:12", "rules.fired:20", "rules.before_commit:25"],
        "notify": ["notify.spooled:7", "notify.flushed:11", "notify.queued:13"],
    })
    for name in DAEMONS:
        assert town.deaths[name] >= 3, f"{name} has to die for this to show anything: {town.deaths}"
    assert_same(demo_content, content(town))


# ---------------------------------------------------------------- made-up days

def live(town, plan):
    town.start()
    town.jump(MORNING)
    for at_ms, burst in plan:
        town.until(at_ms)
        town.submit_all(burst)
    town.until(MORNING + 3 * DAY // 2)
    town.relieve()
    town.settle()
    return content(town)


def struck(town, plan, choose):
    """The same plan, and somebody dies during two of its bursts or soon after them."""
    moments = set(choose.sample(range(len(plan)), min(2, len(plan))))
    for number, burst in enumerate(plan):
        if number in moments:
            names = choose.choice([DAEMONS, DAEMONS, ("rules", "notify"), ("notify",), ("ingest", "rules", "notify")])
            town.strike(names, int(10 ** choose.uniform(0, 1.5)))
        yield burst


DIGESTS = collections.Counter()


@pytest.mark.parametrize("seed", range(20))
def test_made_up_days_twice_the_second_time_with_deaths(make_town, template, seed):
    plan = days(seed, entries=10, length_ms=DAY)
    first, second = (make_town(template, kind=Ordeal, rehearsal=BEGINNING) for _ in range(2))
    undisturbed = live(first, plan)
    disturbed = live(second, struck(second, plan, random.Random(seed)))
    assert sum(second.deaths.values()) > 0
    assert_same(undisturbed, disturbed)
    DIGESTS[digest(undisturbed)] += 1
    assert max(DIGESTS.values()) == 1, "two seeds, and the same came of them: the digest sees nothing"
