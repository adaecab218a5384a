"""P10: no notice leaves for a task whose completion has reached notify, and while rules is behind
nothing leaves that is not urgent."""
import json

import acts
import entry_pb2 as pb
import pytest
import state_pb2 as state
import township
from acts import local_s
from days import days
from receiver import Receiver
from township import apart_from_daily

CHASES = ("overdue_owner", "overdue_group_leader", "overdue_lead", "near_due")


@pytest.fixture
def receiver():
    """Does not take anything, for the present."""
    with Receiver() as receiver:
        receiver.answers.extend([(503, {})] * 100)
        yield receiver


def came(receiver):
    """Bodies of everything that was posted, taken or not, apart from what comes every day."""
    return apart_from_daily(json.loads(request.body)["data"] for request in receiver.requests)


def chased(receiver):
    """The same of what is overdue: that the outlet is watched from now on goes its own way."""
    return [notice for notice in came(receiver) if notice["kind"] in CHASES]


@pytest.fixture
def hooked(settled, receiver, tmp_path):
    """A township whose north leader is reached by a webhook."""
    town = settled("2020-02-10 09:00", settings={"channels": receiver.webhook(tmp_path)})
    town.enter(township.holder("leader-n", channel="webhook", address=receiver.url))
    return town


def outcomes(town, kind, account):
    return [(local_s(row.notice.decided_at_s), [outcome.grade for outcome in row.outcomes])
            for row in town.notices(recipient=account, kind=kind)]


def test_p10_a_notice_that_waits_for_its_retry_is_withdrawn_when_the_task_is_done(hooked, receiver):
    hooked.visit("COUR-1", fails=["DS-01"])
    hooked.until("2020-02-11 11:00")                       # step 1 to the leader: his end says 503
    (attempt,) = chased(receiver)
    assert attempt["kind"] == "overdue_group_leader"
    assert outcomes(hooked, "overdue_group_leader", "leader-n") == [("2020-02-11 11:00", [])]
    hooked.enter(acts.claim("COUR-1", "DS-01"), by="site-cour-1")
    receiver.answers.clear()
    hooked.until("2020-02-11 12:00")
    assert len(chased(receiver)) == 1, "it left after the task was done"
    assert outcomes(hooked, "overdue_group_leader", "leader-n") == [("2020-02-11 11:00", [pb.GRADE_WITHDRAWN])]


def test_p10_only_the_finished_task_is_taken_out_of_a_notice_about_several(hooked, receiver):
    hooked.visit("COUR-1", fails=["DS-01", "DS-02"])
    hooked.enter(acts.assign("COUR-1", "DS-01", "leader-n"), by="lead")
    hooked.enter(acts.assign("COUR-1", "DS-02", "leader-n"), by="lead")
    hooked.until("2020-02-11 08:05")   # near_due at 8 for both, joined; his end fails, so it is tried every five minutes
    joined = [notice for notice in came(receiver) if notice["kind"] == "near_due"]
    assert joined and len(joined[0]["items"]) == 2
    before = len(came(receiver))
    hooked.enter(acts.claim("COUR-1", "DS-01"), by="site-cour-1")
    receiver.answers.clear()
    hooked.until("2020-02-11 08:50")
    left = [[item["number"] for item in notice["items"]] for notice in came(receiver)[before:]
            if notice["kind"] == "near_due"]
    assert left == [["DB-0002"]]


@pytest.mark.parametrize("act, by", [
    (acts.claim("COUR-1", "DS-01"), "site-cour-1"),
    (acts.suspend("COUR-1", "DS-01"), "lead"),
    (acts.edit("COUR-1", "DS-01", voided=True), "lead"),
    (acts.suspend_site("COUR-1"), "area-c"),
], ids=["claimed", "suspended", "voided", "site closed"])
def test_p10_whatever_ends_the_task_takes_its_notices_back(hooked, receiver, act, by):
    hooked.visit("COUR-1", fails=["DS-01"])
    hooked.until("2020-02-11 11:00")
    assert len(chased(receiver)) == 1
    hooked.enter(act, by=by)
    receiver.answers.clear()
    hooked.until("2020-02-12 12:00")
    assert chased(receiver)[1:] == []


def test_p10_a_withdrawal_reaches_a_notify_that_was_down(settled):
    """Notice and withdrawal are both in the outbox when notify comes: neither is sent."""
    town = settled("2020-02-10 09:00")
    town.visit("COUR-1", fails=["DS-01"])
    town.until("2020-02-11 10:00")
    town.stop("notify")
    town.jump("2020-02-11 11:00", settle=False)            # step 1
    receipt = town.submit(acts.claim("COUR-1", "DS-01"), by="site-cour-1")
    town.rules_status(min_sequence=receipt.sequence)
    town.start("notify")
    town.settle()
    assert town.told("COUR-1", "DS-01", kinds=("overdue_group_leader",)), "it was decided"
    assert [line for line in town.spool() if line["kind"] == "overdue_group_leader"] == []
    assert outcomes(town, "overdue_group_leader", "leader-n") == [("2020-02-11 11:00", [pb.GRADE_WITHDRAWN])]


def test_p10_what_has_left_is_left_and_a_withdrawal_does_not_unsay_it(settled):
    town = settled("2020-02-10 09:00")
    town.visit("COUR-1", fails=["DS-01"])
    town.until("2020-02-11 11:00")
    town.enter(acts.claim("COUR-1", "DS-01"), by="site-cour-1")
    assert outcomes(town, "overdue_group_leader", "leader-n") == [("2020-02-11 11:00", [pb.GRADE_DELIVERED])]
    assert len([line for line in town.spool() if line["kind"] == "overdue_group_leader"]) == 2


def test_p10_withdrawals_name_the_task_and_never_a_later_notice(settled):
    town = settled("2020-02-10 09:00")
    town.visit("COUR-1", fails=["DS-01"])
    town.until("2020-02-11 11:00")
    town.enter(acts.claim("COUR-1", "DS-01"), by="site-cour-1")
    town.visit("COUR-1", fails=["DS-01"], purpose=pb.PURPOSE_REVISIT)      # a new round
    town.until("2020-02-12 08:00")
    records = town.outbox()
    withdrawals = [(record.sequence, record.record.withdrawal) for record in records if record.kind == "withdrawal"]
    assert withdrawals
    for sequence, withdrawal in withdrawals:
        assert len(withdrawal.task) == 16 and withdrawal.up_to_outbox_sequence < sequence and withdrawal.reason
    later = [record.record.notice for record in records if record.kind == "notice"
             and record.sequence > withdrawals[-1][0]]
    assert any(notice.kind in ("overdue_owner", "digest") for notice in later), "the new round is chased"


def test_p10_after_a_task_ended_nothing_is_decided_about_it(settled):
    """Over many days: for every notice item, its task was open when it was decided."""
    town = settled("2020-02-10 07:00")
    for at_ms, burst in days(21, 40):
        town.until(at_ms)
        town.submit_all(burst)
        town.settle()
    town.until(town.now + 3 * acts.DAY)
    closed = {bytes(task.id): task for task in town.tasks(closed_too=True)
              if task.state in (state.TASK_STATE_DONE, state.TASK_STATE_CANCELLED)}
    assert closed
    for row in town.notices():
        for item in row.notice.items:
            task = closed.get(bytes(item.task))
            assert task is None or row.notice.decided_at_s <= task.closed_s, (row.notice.kind, item.number)
