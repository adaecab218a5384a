"""P4: every notice decided is delivered at least once, with an idempotency key, or ends as a dead
letter that somebody is told about. Never silently.
"""
import email.utils
import json
import random
import re
import shutil
import signal
import socket
import subprocess
import time

import acts
import entry_pb2 as pb
import preload
import pytest
import receiver as far_end
import state_pb2 as state
from acts import DAY, HOUR, MINUTE, SECOND, t
from days import MORNING, days
from ordeal import Ordeal, outcomes
from receiver import Receiver
from township import ROOT, holder

BEGINNING = "2020-01-20 00:00"
UNTOLD = "2020-01-20 10:00"   # before the first thing that anybody is told of
SCHEDULE = ["0s", "10s", "5m", "1h"]
CONTACT = "site-shop-1"


@pytest.fixture
def receiver():
    with Receiver() as receiver:
        yield receiver


@pytest.fixture
def webhook_town(make_town, template, receiver, tmp_path):
    """webhook_town(schedule=..., address=...) -> at 10:00 on a Monday; the contact of SHOP-1 has a webhook.
    channels: instead of the section webhook with these settings."""
    def start(address=None, channel="webhook", secrets=(), channels=None, **settings):
        if channels is None:
            channels = receiver.webhook(tmp_path, *secrets, **{"schedule": SCHEDULE, **settings})
        town = make_town(template, kind=Ordeal, rehearsal=BEGINNING, settings={"channels": channels}).start()
        town.jump("2020-02-10 10:00")
        reach(town, address or receiver.url, channel)
        return town
    return start


def reach(town, address, channel="webhook"):
    town.enter(holder(CONTACT, channel=channel, address=address))


def tell(town, item="DS-01"):
    """Something that the contact is told at once; the notice's row."""
    before = {row.sequence for row in town.notices(recipient=CONTACT)}
    town.visit("SHOP-1", fails=[item])
    (row,) = [row for row in town.notices(recipient=CONTACT) if row.sequence not in before]
    return row


def fate_of(town, row):
    """(grade, attempts, channel) as journaled; None while it is not known."""
    town.settle()
    found = [outcome for record in town.journal() if record.kind == "outcomes"
             for outcome in record.entry.outcomes.outcomes if outcome.notice == row.sequence]
    assert len(found) <= 1
    return (pb.Grade.Name(found[0].grade).removeprefix("GRADE_"), found[0].attempts, found[0].channel) if found else None


def house_lines(town, kind):
    return [line for line in town.spool() if line["kind"] == kind]


def check_told(town, row, *words):
    """The dead letter is kept, and the duty clerk reads in the spool who was not reached with what."""
    assert [delivery.notice for delivery in town.dead_letters()].count(row.sequence) == 1
    (line,) = [line for line in house_lines(town, "delivery_failure") if line["notice"] == row.sequence]
    assert line["to"] == "role:duty_clerk" and line["urgency"] == "urgent"
    (item,) = line["items"]
    assert item["owner"] == CONTACT and item["ownerTitle"]["zh"]
    assert "演练" in item["matter"]["zh"] and item["matter"]["en"], "the text itself, to be read out on the phone"
    assert all(word in item["reason"] for word in words)


def alarms(town):
    return [(alarm.kind, alarm.detail_text.zh) for alarm in town.notify_status().alarms]


# ---------------------------------------------------------------- delivered

def test_a_spool_that_somebody_takes_away_swallows_no_line(make_town, template):
    """Nothing is called delivered that went into a file which has no name any more."""
    town = make_town(template, rehearsal=BEGINNING).start()
    town.jump("2020-02-10 10:00")
    tell(town, "DS-01")
    town.settle()
    shutil.rmtree(town.data("notify") / "spool")
    row = tell(town, "TM-01")
    assert fate_of(town, row) == ("DELIVERED", 1, "spool")
    assert row.sequence in [line["notice"] for line in town.spool()]


def test_a_notice_is_posted_once_signed_and_with_its_key(webhook_town, receiver):
    town = webhook_town()
    row = tell(town)
    assert fate_of(town, row) == ("DELIVERED", 1, "webhook")
    (request,) = receiver.requests
    key = row.notice.idempotency_key.hex()
    assert request.id == key and request.path == "/duban"
    assert far_end.is_signed(receiver.secret, request.headers, request.body)
    assert not far_end.is_signed(far_end.new_secret(), request.headers, request.body)
    assert int(request.headers["webhook-timestamp"]) * 1000 > t("2024-01-01"), "real time, which the receiver compares with its own"
    body = json.loads(request.body)
    assert body["type"] == f"duban.notice.{row.notice.kind}"
    data = body["data"]
    assert (data["id"], data["notice"], data["to"], data["kind"]) == (key, row.sequence, CONTACT, row.notice.kind)
    assert data["items"][0]["site"] == "SHOP-1" and data["text"]["zh"] and data["text"]["en"]
    assert key not in {line["id"] for line in town.spool()}


def test_while_a_secret_is_replaced_both_sign(webhook_town, receiver):
    other = far_end.new_secret()
    town = webhook_town(secrets=("", "# the next one", other))
    tell(town)
    (request,) = receiver.requests
    assert far_end.is_signed(receiver.secret, request.headers, request.body)
    assert far_end.is_signed(other, request.headers, request.body)


# ---------------------------------------------------------------- not at once

def test_failures_are_tried_again_by_the_schedule(webhook_town, receiver):
    receiver.answers += [(500, {}, "oops"), (503, {}), (302, {"Location": "/elsewhere"})]
    town = webhook_town()
    row = tell(town)
    for waits, attempts in ((10 * SECOND, 1), (5 * MINUTE, 2), (HOUR, 3)):
        due_ms = town.notify_status().next_attempt_ms
        assert 0.9 * waits <= due_ms - town.now <= 1.1 * waits
        assert len(receiver.requests) == attempts and fate_of(town, row) is None
        (delivery,) = town.deliveries(row.sequence)
        assert (delivery.state, delivery.attempts) == (state_of("QUEUED"), attempts)
        town.until(due_ms - 1)
        assert len(receiver.requests) == attempts, "not before its time"
        town.until(due_ms)
    assert fate_of(town, row) == ("DELIVERED", 4, "webhook")
    assert len({(request.id, request.path) for request in receiver.requests}) == 1, "one key, and no redirect is followed"


def state_of(name):
    import query_pb2
    return query_pb2.DeliveryState.Value("DELIVERY_STATE_" + name)


def in_http(seconds):
    return email.utils.formatdate(time.time() + seconds, usegmt=True)


@pytest.mark.parametrize("status, value, at_least, at_most", [
    (429, "120", 120, 120),
    (503, "7200", 7200, 7200),
    (429, "3", 9, 11),                     # sooner than the schedule: the schedule holds
    (503, "999999999", DAY / 1000, DAY / 1000),
    (429, "soon", 9, 11),
    (503, "in http", 3500, 3600),
    (500, "300", 300, 300),
])
def test_retry_after_is_obeyed(webhook_town, receiver, status, value, at_least, at_most):
    receiver.answers.append((status, {"Retry-After": in_http(3600) if value == "in http" else value}, "slow down"))
    town = webhook_town()
    row = tell(town)
    due_ms = town.notify_status().next_attempt_ms
    assert at_least * SECOND <= due_ms - town.now <= at_most * SECOND
    town.until(due_ms - 1)
    assert receiver.times(row.notice.idempotency_key) == 1
    town.until(due_ms)
    assert fate_of(town, row) == ("DELIVERED", 2, "webhook")


def test_nobody_listening_is_tried_again(webhook_town, receiver):
    with socket.socket() as nobody:
        nobody.bind(("127.0.0.1", 0))
        town = webhook_town(address=f"http://127.0.0.1:{nobody.getsockname()[1]}/")
        row = tell(town)
        (delivery,) = town.deliveries(row.sequence)
        assert delivery.attempts == 1 and "connect" in delivery.detail.lower()
    reach(town, receiver.url)
    town.until(town.now + MINUTE)
    assert fate_of(town, row) == ("DELIVERED", 2, "webhook"), "the address is asked for at every attempt"


def test_one_that_never_answers_is_given_up_for_now(webhook_town, receiver):
    receiver.answers.append((far_end.NEVER, {}))
    town = webhook_town(timeout="300ms")
    row = tell(town)
    (delivery,) = town.deliveries(row.sequence)
    assert delivery.attempts == 1 and "time" in delivery.detail.lower()
    town.until(town.now + MINUTE)
    assert fate_of(town, row) == ("DELIVERED", 2, "webhook")


def test_what_was_posted_and_not_written_down_is_posted_again_under_the_same_key(webhook_town, receiver):
    town = webhook_town()
    town.stop("notify")
    town.start("notify", kill_at="notify.posted")
    row = tell(town)
    assert town.deaths["notify"] == 1
    assert fate_of(town, row) == ("DELIVERED", 1, "webhook")
    first, second = receiver.requests
    assert first.id == second.id == row.notice.idempotency_key.hex()


# ---------------------------------------------------------------- never, and somebody is told

def test_after_the_last_attempt_it_is_a_dead_letter(webhook_town, receiver):
    receiver.answers += [(500, {}, "broken far end")] * 4
    town = webhook_town()
    row = tell(town)
    town.until(town.now + 3 * HOUR)
    assert fate_of(town, row) == ("DEAD", 4, "webhook")
    assert len(receiver.requests) == 4
    check_told(town, row, "given up after 4 attempts", "HTTP 500", "broken far end")
    dead = [alarm for alarm in town.notify_status().alarms if alarm.kind == pb.ALARM_KIND_CHANNEL_DEAD]
    assert sorted((alarm.channel, alarm.account, alarm.far_end) for alarm in dead) == [("webhook", CONTACT, False), ("webhook", CONTACT, True)]
    assert any("没有接收消息" in detail for _, detail in alarms(town)), "the far end itself, whoever it is for"
    assert any(line["to"] == "role:duty_clerk" for line in house_lines(town, "house_alarm"))
    assert any(alarm.kind == pb.ALARM_KIND_CHANNEL_DEAD for record in town.journal() if record.kind == "outcomes"
               for alarm in record.entry.outcomes.alarms)
    (told,) = town.notices(kind="delivery_failure")
    assert told.notice.recipient.account == "clerk" and told.notice.items[0].owner == CONTACT
    assert all(other.notice.recipient.account == "clerk" for other in town.notices(kind="house_alarm"))
    tell(town, "MS-01")
    assert alarms(town) == [], "over with the first that arrives again"


def test_gone_is_dead_at_once_and_stays_so_until_the_address_is_another(webhook_town, receiver):
    receiver.answers.append((410, {}, "no such robot"))
    town = webhook_town()
    row = tell(town)
    assert fate_of(town, row) == ("DEAD", 1, "webhook")
    check_told(town, row, "HTTP 410", "no such robot")
    second = tell(town, "MS-01")
    assert fate_of(town, second) == ("DEAD", 0, "webhook")
    assert len(receiver.requests) == 1, "it said gone: it is left in peace"
    check_told(town, second, "410")
    assert len(alarms(town)) == 1
    reach(town, receiver.url + "/new")
    third = tell(town, "EP-01")
    assert fate_of(town, third) == ("DELIVERED", 1, "webhook")
    assert receiver.requests[-1].path == "/duban/new"
    assert alarms(town) == []


@pytest.mark.parametrize("status", [400, 401, 404, 413, 422])
def test_what_the_far_end_will_never_take_is_dead_at_once(webhook_town, receiver, status):
    receiver.answers.append((status, {}, "will not have it"))
    town = webhook_town()
    row = tell(town)
    assert fate_of(town, row) == ("DEAD", 1, "webhook")
    check_told(town, row, f"HTTP {status}", "will not have it")
    assert fate_of(town, tell(town, "MS-01")) == ("DELIVERED", 1, "webhook"), "that was one message, not the address"


def test_what_expires_while_it_waits_is_dead_and_told(webhook_town, receiver):
    """A reminder before due says nothing true any more once the due time has come."""
    town = webhook_town(schedule=["0s", "20h", "20h"])
    town.visit("SHOP-1", fails=["TM-01"])
    town.until("2020-02-10 11:29")
    receiver.answers += [(500, {})] * 10
    town.until("2020-02-10 11:30")
    (row,) = [row for row in town.notices(recipient=CONTACT, kind="near_due")]
    assert row.notice.expires_at_s * 1000 == t("2020-02-10 12:00")
    assert fate_of(town, row) is None
    town.until("2020-02-10 12:00")
    assert fate_of(town, row) == ("DEAD", 1, "webhook")
    check_told(town, row, "expired")


# ---------------------------------------------------------------- the spool is the last resort

@pytest.mark.parametrize("address, channel, settings, why", [
    ("http://127.0.0.1:9/", "webhook", {"channels": {}}, "it has no section in notify.yaml"),
    ("http://127.0.0.1:9/", "carrier-pigeon", {}, "not known here"),
    ("ftp://127.0.0.1/", "webhook", {}, "http"),
    ("no address at all", "webhook", {}, "http"),
])
def test_a_channel_that_cannot_be_used_gives_way_to_the_spool_and_nobody_calls_that_delivered(
        webhook_town, address, channel, settings, why):
    town = webhook_town(address=address, channel=channel, **settings)
    row = tell(town)
    grade, _, by = fate_of(town, row)
    assert (grade, by) == ("SPOOLED", "spool")
    check_told(town, row, why, "spool instead")
    (line,) = [line for line in town.spool() if line["notice"] == row.sequence and line["kind"] == row.notice.kind]
    assert line["id"] == row.notice.idempotency_key.hex() and line["to"] == CONTACT
    (alarm,) = town.notify_status().alarms
    assert alarm.kind == pb.ALARM_KIND_CHANNEL_DEAD and why in alarm.detail_text.en
    assert (alarm.channel, alarm.account, alarm.far_end) == (channel, CONTACT, False)
    reach(town, "", channel="spool")
    tell(town, "MS-01")
    assert alarms(town) == []


def test_a_spool_that_cannot_be_written_is_tried_again(make_town, template):
    town = make_town(template, kind=Ordeal, rehearsal=BEGINNING).start()
    town.jump(UNTOLD)
    in_the_way = town.data("notify") / "spool/spool-000001.jsonl"
    in_the_way.mkdir()
    town.visit("SHOP-1", fails=["DS-01"])
    told = {row.sequence for row in town.notices()}
    assert told and town.notify_status().queued >= len(told) and not outcomes(town.journal())
    assert [kind for kind, _ in alarms(town)] == [pb.ALARM_KIND_CHANNEL_DEAD]
    town.until(town.now + MINUTE)
    assert town.notify_status().queued >= len(told), "still trying"
    in_the_way.rmdir()
    town.until(town.now + MINUTE)
    town.check()
    assert {line["notice"] for line in town.spool()} >= told and alarms(town) == []


FLUSHES = ["the batch", "the directory", "the lines", "what became of them", "that it is told"]


@pytest.mark.parametrize("flush", FLUSHES)
def test_when_a_flush_fails_notify_stops_and_goes_on_after_a_restart(make_town, template, preloads, flush):
    """Nothing is believed to be delivered that may not be there."""
    town = make_town(template, kind=Ordeal, rehearsal=BEGINNING).start()
    town.jump(UNTOLD)
    town.stop("notify")
    notes = town.directory / "notify.notes"
    town.start("notify", environment=preload.environment(preloads, log=notes))
    town.stop("notify")
    number = preload.flushes(notes, "") + 1 + FLUSHES.index(flush)
    process = town.spawn("notify", environment=preload.environment(preloads, fault=f"flush:{number}:EIO"))
    process.wait_ready()
    town.submit(acts.report("SHOP-1", "insp-s", town.now, fails=["DS-01"]), by="insp-s")
    assert process.wait_end() == 1
    assert "检查磁盘" in process.errors() and "check the disk" in process.errors()
    town.start("notify")
    town.settle()
    town.check()
    assert town.spool()


def test_where_nothing_was_reached_but_the_spool_every_page_says_so(webhook_town):
    town = webhook_town(channel="carrier-pigeon")
    row = tell(town)
    town.settle()
    assert "未送达本人，仅留存" in town.duban("notices", "--to", CONTACT).stdout
    listed = town.duban("dead-letters").stdout
    assert "only in the spool" in listed and "carrier-pigeon: not known here" in listed
    story = town.duban("explain", row.sequence).stdout
    assert "not reached, only in the spool, by spool" in story
    assert "! 1 notices did not reach their recipients" in town.duban("status").stdout
    (fact,) = [fact for fact in town.facts(kind="not_told") if fact.outbox_sequence == row.sequence]
    assert fact.reason == "spooled"


# ---------------------------------------------------------------- what somebody does about it

def grades_of(town, row):
    (row,) = [other for other in town.notices(recipient=CONTACT) if other.sequence == row.sequence]
    return [pb.Grade.Name(outcome.grade).removeprefix("GRADE_") for outcome in row.outcomes]


@pytest.fixture
def dead_town(webhook_town, receiver):
    """A town, and a notice that its receiver has refused for good; from now on it takes everything."""
    receiver.answers.append((400, {}, "not now"))
    town = webhook_town()
    row = tell(town)
    assert fate_of(town, row) == ("DEAD", 1, "webhook")
    return town, row


def test_a_dead_letter_is_sent_again_under_its_own_key(dead_town, receiver):
    town, row = dead_town
    done = town.duban("dead-letters", "retry", row.sequence, "--reason", "机器人已恢复", "--as", "clerk")
    assert "已入账" in done.stdout
    town.settle()
    first, second = receiver.requests
    assert first.id == second.id == row.notice.idempotency_key.hex()
    assert set(grades_of(town, row)) == {"DEAD", "DELIVERED"} and not town.dead_letters()
    (fact,) = town.facts(kind="retried")
    assert (fact.actor, fact.outbox_sequence, fact.reason) == ("clerk", row.sequence, "机器人已恢复")
    assert fact.subject == row.notice.items[0].case_id
    assert "内勤要求重发通知" in town.duban("case", "SHOP-1/DS-01").stdout
    assert "渠道已接收" in town.duban("notices", "--to", CONTACT).stdout
    refused = town.duban("dead-letters", "retry", row.sequence, check=False)
    assert refused.returncode == 1 and "is not among those not delivered" in refused.stderr


@pytest.mark.parametrize("moment", ["notify.queued", "notify.posted"])
def test_a_retry_survives_the_death_of_notify(dead_town, receiver, moment):
    town, row = dead_town
    town.stop("notify")
    town.start("notify", kill_at=moment)
    town.submit(pb.Entry(dead_letter_retry=pb.DeadLetterRetry(notice=row.sequence)), by="clerk")
    town.settle()
    assert town.deaths["notify"] == 1
    assert set(grades_of(town, row)) == {"DEAD", "DELIVERED"}
    assert {request.id for request in receiver.requests} == {row.notice.idempotency_key.hex()}


def test_what_is_done_meanwhile_is_not_sent_again(dead_town, receiver):
    town, row = dead_town
    (case,) = [case.case_ for case in town.case_rows()]
    town.enter(acts.edit(case.site, case.item, voided=True), by="lead")
    town.enter(pb.Entry(dead_letter_retry=pb.DeadLetterRetry(notice=row.sequence)), by="clerk")
    assert len(receiver.requests) == 1
    assert set(grades_of(town, row)) == {"DEAD", "WITHDRAWN"} and not town.dead_letters()


def test_one_settled_while_it_is_sent_again_is_not_tried_any_more(dead_town, receiver):
    town, row = dead_town
    receiver.answers += [(503, {})]
    town.enter(pb.Entry(dead_letter_retry=pb.DeadLetterRetry(notice=row.sequence)), by="clerk")
    (delivery,) = town.deliveries(row.sequence)
    assert delivery.state == state_of("QUEUED") and not town.dead_letters()
    held = town.enter(pb.Entry(dead_letter_retry=pb.DeadLetterRetry(notice=row.sequence)), by="clerk")
    assert "is being sent again" in town.quarantine(sequence=held)[0].en
    town.enter(pb.Entry(dead_letter_settlement=pb.DeadLetterSettlement(notice=row.sequence, reason="已电话告知")), by="clerk")
    town.jump(town.now + DAY)
    assert receiver.times(row.notice.idempotency_key) == 2
    (delivery,) = town.deliveries(row.sequence)
    assert (delivery.state, delivery.detail) == (state_of("SETTLED"), "clerk: 已电话告知")
    assert grades_of(town, row) == ["DEAD", "SETTLED"]
    assert row.sequence not in [delivery.notice for delivery in town.dead_letters()]


def test_each_time_that_it_fails_is_told(dead_town, receiver):
    town, row = dead_town
    for _ in range(2):
        receiver.answers.append((400, {}, "not now either"))
        town.enter(pb.Entry(dead_letter_retry=pb.DeadLetterRetry(notice=row.sequence)), by="clerk")
    town.enter(pb.Entry(dead_letter_retry=pb.DeadLetterRetry(notice=row.sequence)), by="clerk")
    assert grades_of(town, row) == ["DEAD", "DEAD", "DEAD", "DELIVERED"]
    failures = [fact for fact in town.facts(kind="not_told") if fact.outbox_sequence == row.sequence]
    assert [fact.reason for fact in failures] == ["dead"] * 3
    assert "sent again (3), accepted by the channel" in town.duban("explain", row.sequence).stdout


def test_it_is_sent_again_to_the_channel_that_its_recipient_has_by_now(webhook_town, receiver):
    town = webhook_town(channel="carrier-pigeon")
    row = tell(town)
    town.settle()
    assert [delivery.notice for delivery in town.dead_letters()] == [row.sequence]
    reach(town, receiver.url)
    town.duban("dead-letters", "retry", row.sequence, "--as", "clerk")
    town.settle()
    (request,) = receiver.requests
    assert request.id == row.notice.idempotency_key.hex()
    assert grades_of(town, row) == ["SPOOLED", "DELIVERED"] and not town.dead_letters()


def test_an_address_that_was_gone_is_tried_again_once_its_alarm_is_settled(webhook_town, receiver):
    receiver.answers.append((410, {}))
    town = webhook_town()
    assert fate_of(town, tell(town))[0] == "DEAD"
    assert fate_of(town, tell(town, "MS-01")) == ("DEAD", 0, "webhook"), "not even tried"
    town.duban("alarms", "settle", CONTACT, "--reason", "机器人已恢复", "--as", "clerk")
    town.settle()
    assert fate_of(town, tell(town, "EP-01")) == ("DELIVERED", 1, "webhook")


def test_all_dead_letters_are_sent_again(webhook_town, receiver):
    receiver.answers += [(404, {}), (404, {}), (404, {})]
    town = webhook_town()
    rows = [tell(town, item) for item in ("DS-01", "MS-01", "EP-01")]
    assert [fate_of(town, row)[0] for row in rows] == ["DEAD"] * 3
    assert "of 3, 3 are sent again" in town.duban("dead-letters", "retry", "all").stdout
    town.settle()
    assert not town.dead_letters()
    assert all(receiver.times(row.notice.idempotency_key) == 2 for row in rows)


def test_a_dead_letter_is_settled_by_who_may_with_a_reason_that_stays(dead_town):
    town, row = dead_town
    refused = town.duban("dead-letters", "settle", row.sequence, "--reason", "told", "--as", "insp-n", check=False)
    assert refused.returncode == 1 and "insp-n may not do this" in refused.stderr
    assert town.dead_letters()
    town.duban("dead-letters", "settle", row.sequence, "--reason", "已电话告知", "--as", "clerk")
    town.settle()
    assert not town.dead_letters() and town.notify_status().dead == 0
    assert set(grades_of(town, row)) == {"DEAD", "SETTLED"}
    story = town.duban("explain", row.sequence).stdout
    assert "由内勤另行告知并了结：已电话告知" in story and "settled by duty clerk: 已电话告知" in story
    assert "told otherwise" in town.duban("notices", "--to", CONTACT).stdout
    (delivery,) = town.deliveries(row.sequence)
    assert (delivery.state, delivery.detail) == (state_of("SETTLED"), "clerk: 已电话告知")


def test_an_alarm_about_a_channel_is_settled_and_raised_anew(webhook_town):
    town = webhook_town(channel="carrier-pigeon")
    tell(town)
    assert len(alarms(town)) == 1
    assert f"账号 {CONTACT}，渠道 carrier-pigeon" in town.duban("alarms").stdout
    town.duban("alarms", "settle", CONTACT, "--reason", "已换号", "--as", "clerk")
    town.settle()
    assert alarms(town) == []
    assert "内勤了结：已换号" in town.duban("alarms", "--all").stdout
    (fact,) = town.facts(kind="alarm_settled")
    assert (fact.actor, fact.recipient, fact.reason) == ("clerk", CONTACT, "已换号")
    tell(town, "MS-01")
    assert len(alarms(town)) == 1
    reach(town, "", channel="spool")
    tell(town, "EP-01")
    assert alarms(town) == []
    assert "over" in town.duban("alarms", "--all").stdout


# ---------------------------------------------------------------- settings that change while it runs

def reload(town, *words):
    """SIGHUP, and its answer in the log: the signal is taken up before the next question is answered or after it."""
    process = town.processes["notify"]
    answers = process.errors().count(words[0])
    town.reload()
    while process.errors().count(words[0]) == answers:
        town.notify_status()
    assert all(word in process.errors() for word in words)


def test_settings_are_read_again_and_nothing_is_lost(webhook_town, receiver, tmp_path):
    """What waits for its retry waits by the new schedule from then on; a new secret signs."""
    town = webhook_town(schedule=["0s", "10h"])
    receiver.answers += [(500, {}), (500, {})]
    first = tell(town)
    old_secret, receiver.secret = receiver.secret, far_end.new_secret()
    town.write_channels(receiver.webhook(tmp_path, schedule=["0s", "10s", "10s", "10s"]))
    reload(town, "reloaded: channels=")
    second = tell(town, "MS-01")
    town.until(town.now + 10 * MINUTE)                     # the far end is spared for a while
    assert fate_of(town, second) == ("DELIVERED", 2, "webhook")
    town.until(town.now + 12 * HOUR)
    assert fate_of(town, first) == ("DELIVERED", 2, "webhook")
    assert far_end.is_signed(old_secret, receiver.requests[0].headers, receiver.requests[0].body)
    assert all(far_end.is_signed(receiver.secret, request.headers, request.body) for request in receiver.requests[1:])


def test_a_faulty_file_changes_nothing_and_says_where(webhook_town, receiver, tmp_path):
    town = webhook_town()
    town.channels_file.write_text("channels:\n  webhok: {}\n")
    reload(town, "the former ones stay in force", f"{town.channels_file}:2:3: ", "should be: webhook")
    assert fate_of(town, tell(town)) == ("DELIVERED", 1, "webhook")
    assert f"{town.channels_file} are faulty and not in use" in town.duban("status", "--lang", "en", check=False).stdout
    town.write_channels(receiver.webhook(tmp_path))
    reload(town, "reloaded: channels=")
    assert "not in use" not in town.duban("status", "--lang", "en", check=False).stdout


def test_what_is_queued_for_a_channel_that_is_gone_goes_to_the_spool(webhook_town, receiver):
    town = webhook_town()
    receiver.answers += [(500, {})]
    row = tell(town)
    town.settle()
    town.write_channels({})
    reload(town, "reloaded: channels=")
    town.until(town.now + MINUTE)
    assert fate_of(town, row)[0] == "SPOOLED"
    check_told(town, row, "it has no section in notify.yaml", "spool instead")
    assert len(receiver.requests) == 1
    counted = town.duban("status", "--lang", "en", check=False).stdout
    assert re.search(r"not reached +1\n", counted) and re.search(r"only in the spool +1\n", counted), counted


def test_the_other_daemons_outlive_the_same_signal(webhook_town):
    town = webhook_town()
    for name in ("ingest", "rules"):
        process = town.processes[name]
        process.process.send_signal(signal.SIGHUP)
        while "nothing to reload" not in process.errors():
            town.settle()
    tell(town)


def test_settings_are_checked_without_a_start(build, tmp_path, receiver):
    """Both files, every fault with its place, exit code 2; nothing is made in the data directory."""
    channels, settings = tmp_path / "notify.yaml", tmp_path / "notify.conf"
    settings.write_text(f"data = {tmp_path}/data\nchannels = {channels}\n")

    def check():
        done = subprocess.run([str(build / "bin/duban-notify"), "--check", "--settings", str(settings)], check=False,
                              capture_output=True, text=True, timeout=60)
        return done.returncode, done.stdout + done.stderr

    channels.write_text(f"channels:\n  webhook:\n    secret_file: {receiver.secret_file(tmp_path)}\n")
    code, said = check()
    assert code == 0 and "设置无误" in said
    channels.write_text("channels:\n  webhook:\n    schedule: [0s, 9d]\n    secret_file: none\n")
    code, said = check()
    assert code == 2 and f"{channels}:3:15: " in said and "it never ends" in said and f"{channels}:4:18: " in said
    settings.write_text("channel = x\n")
    code, said = check()
    assert code == 2 and "did you mean channels?" in said
    settings.write_text(f"data = {channels}\n")
    code, said = check()
    assert code == 2 and f"data: cannot open the directory {channels}" in said
    done = subprocess.run([str(build / "bin/duban-ingest"), "--check", f"--data={tmp_path}/data", "--time_zone=Europe/Paris"],
                          check=False, capture_output=True, text=True, timeout=60)
    assert done.returncode == 2 and "time_zone: Europe/Paris is not known here" in done.stderr
    assert not (tmp_path / "data").exists()


def test_the_shipped_settings_are_right(build, receiver, tmp_path):
    """As they are installed, and with every line taken in that is commented out."""
    shipped = ROOT / "deploy/settings"
    whole = tmp_path / "notify.yaml"
    whole.write_text(re.sub("^#(?=  |[a-z])", "", shipped.joinpath("notify.yaml").read_text(), flags=re.MULTILINE)
                     .replace("/usr/local/bin/duban-send", "/bin/true"))
    receiver.secret_file(tmp_path)
    for name, secret in ("heartbeat-url", "https://watch.example/x"), ("smtp-password", "x"), ("sms-secret", "x"), (
            "house-robot", "https://robot.example/send?key=x"), ("house-phone", "13800000000"):
        (tmp_path / name).write_text(secret)
    assert whole.read_text().count("\n  smtp:") == 1
    for channels in shipped / "notify.yaml", whole:
        done = subprocess.run([str(build / "bin/duban-notify"), "--check", f"--settings={shipped}/notify.conf",
                               f"--channels={channels}"], check=False, capture_output=True, text=True, timeout=60)
        assert done.returncode == 0, done.stderr


# ---------------------------------------------------------------- while nobody decides

def test_while_rules_is_dead_the_house_itself_tells_who_is_set_and_that_it_is_over(make_town, template, receiver, tmp_path):
    """Ingest too: its vault, which has everybody's addresses, cannot be asked."""
    address = tmp_path / "house-address"
    address.write_text(receiver.url + "\n")
    address.chmod(0o600)
    town = make_town(template, kind=Ordeal, rehearsal=BEGINNING,
                     settings={"channels": receiver.webhook(tmp_path), "notify": {"tail_stale": "3s"}})
    town.write_channels(receiver.webhook(tmp_path), house={
        "after": "500ms", "to": [{"channel": "webhook", "address_file": address}]})
    town.start()
    town.jump("2020-02-10 10:00")
    town.settle()
    assert not receiver.requests
    town.kill("rules", "ingest")
    receiver.wait_for(1)
    (request,) = receiver.requests
    assert far_end.is_signed(receiver.secret, request.headers, request.body)
    body = json.loads(request.body)
    assert body["type"] == "duban.notice.house_alarm"
    assert "收不到规则服务的消息" in body["data"]["text"]["zh"] and "演练" in body["data"]["text"]["zh"]
    assert "nothing is heard from the rules" in body["data"]["text"]["en"]
    town.start("ingest", "rules")
    receiver.wait_for(2)
    assert json.loads(receiver.requests[1].body)["type"] == "duban.notice.house_alarm_over"
    town.settle()
    assert len(receiver.requests) == 2


# ---------------------------------------------------------------- all of it at once

@pytest.mark.parametrize("turn", range(2))
def test_whatever_the_far_end_does_each_notice_is_delivered_or_dead_and_told(make_town, template, receiver, tmp_path, turn):
    """Some days with everybody on a webhook that answers at random, notify dying on the way."""
    seed = random.randrange(2**32)
    print(f"seed {seed}")
    choose = random.Random(seed)
    town = make_town(template, kind=Ordeal, rehearsal=BEGINNING, settings={
        "channels": receiver.webhook(tmp_path, schedule=SCHEDULE, per_address=32)}).start()
    town.jump(MORNING)
    accounts = ["leader-n", "leader-s", "insp-n", "insp-s", "lead", CONTACT]
    town.submit_all([("operator", holder(account, channel="webhook", address=f"{receiver.url}/{account}")) for account in accounts])
    receiver.answers += [choose.choice([(200, {})] * 4 + [(500, {}), (503, {}), (429, {"Retry-After": "30"}), (404, {}), (410, {}),
                                                          (far_end.CLOSE, {})]) for _ in range(400)]
    for number, (at_ms, burst) in enumerate(days(seed, entries=30, length_ms=2 * DAY)):
        town.until(at_ms)
        if number % 3 == 0:
            town.strike(["notify"], choose.randint(1, 300))
        town.submit_all(burst)
    town.until(MORNING + 3 * DAY)
    town.relieve()
    town.until(MORNING + 4 * DAY)   # what the last death left to be tried again
    while town.notify_status().queued > 0:   # a notice of the last minutes has its whole schedule
        assert town.now < MORNING + 6 * DAY
        town.until(town.now + HOUR)
    taken = receiver.taken()
    journal, notices, lines = town.check(taken)
    of_notice = outcomes(journal)
    by_rules = {notice.idempotency_key.hex() for notice in notices.values()}
    told = {line["notice"] for line in lines if line["kind"] == "delivery_failure" and line["id"] not in by_rules}
    dead = {sequence for sequence, grades in of_notice.items() if grades == [pb.GRADE_DEAD]}
    assert dead == told == {delivery.notice for delivery in town.dead_letters()}
    assert dead and taken, "something of everything"
    for sequence, notice in notices.items():
        assert of_notice[sequence][0] in (pb.GRADE_DELIVERED, pb.GRADE_DEAD, pb.GRADE_WITHDRAWN)
        if of_notice[sequence] == [pb.GRADE_DELIVERED] and notice.recipient.channel == "webhook":
            assert notice.idempotency_key.hex() in taken or sequence in {line["notice"] for line in lines}
