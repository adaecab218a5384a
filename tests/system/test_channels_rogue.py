"""Far ends that hang, reset, dribble, redirect, answer garbage or without end, or lie about their length: a clear outcome
each, nothing stops, memory stays bounded."""
import json
import re

import pytest
from acts import MINUTE
from receiver import Receiver
from rogue import Rogue
from test_channels import channel_town, reach  # noqa: F401  (the first is a fixture)
from test_p4_delivery import CONTACT, fate_of, state_of, tell

TAKEN = b'{"errcode":0,"errmsg":"ok"}'
ROBOT_OK = b"HTTP/1.1 200 OK\r\ncontent-length: %d\r\nconnection: close\r\n\r\n%b" % (len(TAKEN), TAKEN)

# What a webhook makes of it: None = taken, else what the ledger says, and it is sent again under the same key.
WEBHOOK = {
    "fine": None, "slow": None, "ten_megabytes": None, "endless": None, "length_too_small": None, "head_alone": None,
    "hang": "[Tt]ime", "never_done": "[Tt]ime", "hang_up": "", "reset": "", "garbage": "", "endless_headers": "",
    "redirect": "HTTP 307", "no_words": r"HTTP 500: .*\?\?", "endless_refusal": "HTTP 503: xxx", "length_too_large": "",
    "length_below_zero": "", "half_a_head": "broke off", "status_line_alone": "broke off", "head_without_end": "broke off",
    "head_of_another": "broke off",
}
# What a robot makes of it: what surely was no code is tried again, what broke off is left alone.
ROBOT = {
    "slow": "DELIVERED", "ten_megabytes": "without a readable errcode", "endless": "without a readable errcode",
    "head_alone": "without a readable errcode", "redirect": "HTTP 307", "no_words": "HTTP 500",
    "endless_refusal": "HTTP 503", "hang": "UNCERTAIN", "reset": "UNCERTAIN", "garbage": "UNCERTAIN", "length_too_large": "UNCERTAIN",
    "never_done": "UNCERTAIN", "endless_headers": "UNCERTAIN", "half_a_head": "UNCERTAIN", "status_line_alone": "UNCERTAIN",
    "head_without_end": "UNCERTAIN", "head_of_another": "UNCERTAIN",
}


def keys(rogue):
    return [re.search(rb"webhook-id: (\w+)", request)[1].decode() for request in rogue.requests]


@pytest.fixture
def hooked(channel_town, tmp_path):
    """A town whose contact has a webhook there."""
    def start(rogue, **settings):
        with Receiver() as receiver:
            section = receiver.webhook(tmp_path, **{"timeout": "1s", "schedule": ["0s", "10s"], **settings})
        town = channel_town(**section)
        reach(town, ("webhook", rogue.url))
        return town
    return start


@pytest.mark.parametrize("way", WEBHOOK)
def test_whatever_a_webhook_does_the_outcome_is_clear(hooked, way):
    with Rogue() as rogue, Receiver() as elsewhere:
        rogue.elsewhere = elsewhere.url
        said = WEBHOOK[way]
        town = hooked(rogue, timeout="60s" if said is None else "1s")
        rogue.ways.append(way)
        row = tell(town)
        if said is None:
            assert fate_of(town, row) == ("DELIVERED", 1, "webhook")
        else:
            (delivery,) = town.deliveries(row.sequence)
            assert (delivery.state, delivery.attempts) == (state_of("QUEUED"), 1)
            assert delivery.detail and re.search(said, delivery.detail), delivery.detail
            town.until(town.now + MINUTE)
            assert fate_of(town, row) == ("DELIVERED", 2, "webhook")
        assert set(keys(rogue)) == {row.notice.idempotency_key.hex()}
        assert elsewhere.requests == [], "a redirect is not followed"


@pytest.mark.parametrize("way", ROBOT)
def test_whatever_a_robot_does_the_outcome_is_clear(channel_town, way):
    with Rogue(fine=ROBOT_OK) as rogue:
        town = channel_town(wecom={"timeout": "60s" if ROBOT[way] == "DELIVERED" else "1s"})
        reach(town, ("wecom", rogue.url))
        rogue.ways.append(way)
        row = tell(town)
        said = ROBOT[way]
        (delivery,) = town.deliveries(row.sequence)
        if said in ("DELIVERED", "UNCERTAIN"):
            assert fate_of(town, row) == (said, 1, "wecom") and delivery.detail
            return
        assert delivery.state == state_of("QUEUED") and said in delivery.detail
        town.until(town.now + 2 * MINUTE)
        assert fate_of(town, row) == ("DELIVERED", 2, "wecom") and len(rogue.requests) == 2


def memory_most(town):
    """Of notify so far, in bytes."""
    status = open(f"/proc/{town.processes['notify'].process.pid}/status", encoding="ascii").read()
    return int(re.search(r"VmHWM:\s+(\d+) kB", status)[1]) * 1024


def test_answers_without_end_cost_no_memory(hooked):
    """Each is cut off after its first 64 KiB; what lies in the buffers of the kernel may be more."""
    count = 20
    with Rogue() as rogue:
        town = hooked(rogue, schedule=["0s"] + ["1s"] * 15, timeout="10s")
        tell(town)
        before = memory_most(town)
        rogue.ways += ["endless_refusal", "endless_headers", "endless", "ten_megabytes"] * (count // 4)
        for item in ("MS-01", "EP-01", "TM-01"):
            tell(town, item)
        town.until(town.now + 90 * MINUTE)
        assert len(rogue.written) >= 6 and max(rogue.written) < 16 << 20
        assert memory_most(town) - before < 32 << 20
        assert town.notify_status().queued == 0


def test_a_far_end_that_misbehaves_stops_nobody_else(channel_town, tmp_path):
    with Rogue() as rogue, Receiver() as receiver:
        town = channel_town(**receiver.webhook(tmp_path, timeout="2s", schedule=["0s", "10s"]))
        reach(town, ("webhook", rogue.url), account="site-cour-1")
        reach(town, ("webhook", receiver.url))
        rogue.ways += ["endless_headers", "hang", "reset", "garbage"]
        for item in ("DS-01", "MS-01", "EP-01"):
            town.visit("COUR-1", fails=[item])
            row = tell(town, item)
            assert fate_of(town, row) == ("DELIVERED", 1, "webhook")
        assert len(receiver.taken()) == 3 and json.loads(receiver.requests[0].body)["data"]["to"] == CONTACT
        rogue.ways.clear()
        town.until(town.now + 10 * MINUTE)
        assert town.notify_status().queued == 0
