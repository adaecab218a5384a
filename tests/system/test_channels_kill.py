"""kill -9 of notify at every point that it names, with messages on the wire: nothing is lost, and twice comes only what
was under way, under the same key; so with several folded into one."""
import re

import acts
import pytest
from acts import HOUR, MINUTE
from receiver import NEVER, Receiver
from test_channels import (AMONG, all_grades, channel_town, counted, make_robot, reach,  # noqa: F401  (some are fixtures)
                           told_sixty_times)
from test_p4_delivery import CONTACT, fate_of, grades_of, tell
from test_p6_kill import POINTS
from township import ROOT

# Where a message is between being taken over and being told; the others are of lines in the spool.
BEFORE_IT_LEAVES = ("notify.queued", "notify.started")
ON_THE_WIRE = ("notify.answered", "notify.posted")
AFTERWARDS = ("notify.settled",)
OF_THE_WIRE = BEFORE_IT_LEAVES + ON_THE_WIRE + AFTERWARDS


def test_every_named_point_is_struck():
    """Here or with the days of P6; a new point belongs to one of them."""
    named = {name for path in (ROOT / "services/notify").glob("*.c")
             for name in re.findall(r'daemon_kill_point\("([\w.]+)"\)', path.read_text())}
    assert named == {point for point in POINTS if point.startswith("notify.")}
    assert set(OF_THE_WIRE) < named


@pytest.fixture
def receiver():
    with Receiver() as receiver:
        yield receiver


def restart(town, point):
    town.stop("notify")
    town.start("notify", kill_at=point)


@pytest.mark.parametrize("point", OF_THE_WIRE)
def test_a_webhook_gets_it_once_or_again_under_the_same_key(channel_town, receiver, tmp_path, point):
    town = channel_town(**receiver.webhook(tmp_path))
    reach(town, ("webhook", receiver.url))
    restart(town, point)
    row = tell(town)
    town.settle()
    assert town.deaths["notify"] == 1
    assert fate_of(town, row) == ("DELIVERED", 1, "webhook") and grades_of(town, row) == ["DELIVERED"]
    assert [request.id for request in receiver.requests] == [row.notice.idempotency_key.hex()] * (2 if point in ON_THE_WIRE else 1)


@pytest.mark.parametrize("kind", ["wecom", "feishu"])
@pytest.mark.parametrize("point", OF_THE_WIRE)
def test_a_robot_gets_it_twice_only_when_it_was_on_the_wire(channel_town, make_robot, kind, point):
    robot = make_robot(kind, **({"secret": "demo"} if kind == "feishu" else {}))
    town = channel_town(robot)
    reach(town, robot)
    restart(town, point)
    row = tell(town)
    town.until(town.now + 5 * MINUTE)
    assert town.deaths["notify"] == 1
    assert fate_of(town, row) == ("DELIVERED", 1, kind) and grades_of(town, row) == ["DELIVERED"]
    assert len(robot.posts) == (2 if point in ON_THE_WIRE else 1) and len(set(robot.texts())) == 1


@pytest.mark.parametrize("point, number", [(point, number) for point in OF_THE_WIRE for number in (1, 2)
                                           if (point, number) != ("notify.queued", 2)])   # all may come in one batch
def test_of_what_is_folded_nothing_is_lost_and_no_more_than_one_message_comes_twice(channel_town, make_robot, point, number):
    robot = make_robot("wecom")
    town = channel_town(robot)
    reach(town, robot, account="insp-n")
    restart(town, f"{point}:{number}")
    told = told_sixty_times(town, "insp-n")
    town.until(town.now + 30 * MINUTE)
    assert town.deaths["notify"] == 1
    rows = town.notices(recipient="insp-n")
    assert all(len(row.outcomes) == 1 for row in rows)
    assert all_grades(town, "insp-n")[("DELIVERED", "wecom")] == told
    assert robot.refused == [] and any(AMONG.match(text) for text in robot.texts())
    twice = [text for text in set(robot.texts()) if robot.texts().count(text) > 1]
    assert len(twice) <= (1 if point in ON_THE_WIRE else 0)
    once = sum(counted(text) for text in set(robot.texts()))
    assert once >= told if point in ON_THE_WIRE else once == told


@pytest.mark.parametrize("moment", ["before", "while"])
def test_killed_while_the_far_end_thinks_it_goes_again_under_the_same_key(channel_town, receiver, tmp_path, moment):
    """From outside, with the request written and no answer yet."""
    town = channel_town(**receiver.webhook(tmp_path))
    reach(town, ("webhook", receiver.url))
    receiver.answers.append((NEVER, {}))
    town.submit(acts.report("SHOP-1", "insp-s", town.now, fails=["DS-01"]), by="insp-s")
    while moment == "while" and not receiver.requests:
        town.ingest_status()
    town.kill("notify")
    receiver.answers.clear()
    town.start("notify")
    town.until(town.now + HOUR)
    (row,) = town.notices(recipient=CONTACT)
    assert fate_of(town, row)[0::2] == ("DELIVERED", "webhook")
    assert {request.id for request in receiver.requests} == {row.notice.idempotency_key.hex()}
    assert len(receiver.requests) <= 2
