"""P6: kill -9 of any daemon at any moment, in any order, or a power cut: what was receipted is in
the journal, once; what was decided is told, once in the spool; and nothing that was due is
skipped: it fires late, marked late.

Some made-up days (days.py) are lived through undisturbed once. Then again and again with deaths:
at every named point, at chosen system calls with writes left half done, at any moment, all three
at once. A ledger of receipts kept outside is compared with the house each time (ordeal.py), and
what the days came to must be what they came to undisturbed.
"""
import itertools
import random
import shutil

import acts
import entry_pb2 as pb
import preload
import pytest
import wire
from acts import DAY, HOUR, MINUTE, local_s, t
from days import MORNING, days
from ordeal import Ordeal, summary
from receiver import Receiver
from township import DAEMONS, Died, holder

BEGINNING = "2020-01-20 00:00"
END = MORNING + 4 * DAY
BY_WEBHOOK = ("leader-n", "insp-s", "site-cour-1")

POINTS = [
    "ingest.received", "ingest.put", "ingest.before_commit", "ingest.committed", "ingest.receipted",
    "rules.before_commit", "rules.committed", "rules.fired", "rules.applied",
    "notify.queued", "notify.spooled", "notify.flushed", "notify.delivered", "notify.posted",
]
# Who listens to whom. One who stays alone notices by silence, which takes its time.
DOWNSTREAM = {"ingest": ("rules", "notify"), "rules": ("notify",), "notify": ()}


@pytest.fixture
def receiver():
    with Receiver() as receiver:
        yield receiver


@pytest.fixture
def seed(request):
    """Of this test alone; printed when it fails. To live it again: DUBAN_SEED=number."""
    import os
    seed = int(os.environ.get("DUBAN_SEED", random.randrange(2**32)))
    print(f"seed {seed}: DUBAN_SEED={seed} pytest -k '{request.node.name}'")
    return seed


@pytest.fixture(scope="module")
def days_seed():
    import os
    return int(os.environ.get("DUBAN_DAYS", random.randrange(2**32)))


@pytest.fixture
def ordeal(make_town, template, receiver, days_seed, tmp_path):
    print(f"days DUBAN_DAYS={days_seed}")
    return make_town(template, kind=Ordeal, rehearsal=BEGINNING,
                     settings={"notify": {"webhook_secret_file": receiver.secret_file(tmp_path)}})


def live(town, receiver, plan):
    """Play the days; who is reached by webhook is entered first."""
    town.revive() if town.processes else town.start()
    town.jump(MORNING)
    town.submit_all([("operator", holder(account, channel="webhook", address=receiver.url)) for account in BY_WEBHOOK])
    for at_ms, burst in plan:
        town.until(at_ms)
        town.submit_all(burst)
    town.until(END)


@pytest.fixture(scope="module")
def undisturbed(template, build, scratch, days_seed):
    """What the days come to when nobody dies."""
    directory = scratch / "undisturbed"
    shutil.copytree(template, directory, ignore=shutil.ignore_patterns("run", "log"))
    with Receiver() as receiver:
        town = Ordeal(directory, build, rehearsal=BEGINNING,
                      settings={"notify": {"webhook_secret_file": receiver.secret_file(directory)}})
        try:
            live(town, receiver, days(days_seed))
            town.check(receiver.taken())
            result = summary(town)
            town.finish()
        finally:
            town.close()
    return result


def check_against(town, receiver, undisturbed):
    town.relieve()
    town.check(receiver.taken())
    cases, told, facts = summary(town)
    assert cases == undisturbed[0]
    assert told == undisturbed[1]
    assert facts == undisturbed[2]


@pytest.mark.parametrize("point", POINTS)
def test_killed_at_a_named_point(ordeal, receiver, undisturbed, days_seed, seed, point):
    choose = random.Random(seed)
    daemon = point.split(".")[0]
    for _ in range(2):
        ordeal.fates[daemon].append(f"{point}:{choose.randint(1, 25)}")
    ordeal.mourning = {daemon: choose.choice([(), DOWNSTREAM[daemon]])}
    live(ordeal, receiver, days(days_seed))
    assert ordeal.deaths[daemon] == 2, "it has to die for this to show anything"
    check_against(ordeal, receiver, undisturbed)
