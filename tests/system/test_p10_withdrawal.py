"""P10: no notice leaves for a task whose completion has reached notify, and while rules is behind
nothing leaves that is not urgent."""
import acts
import entry_pb2 as pb
import http.server
import outbox_pb2
import pytest
import query_pb2 as query
import threading
import township
from acts import local_s, t

CHASES = ("overdue_owner", "overdue_group_leader", "overdue_lead", "near_due")


class Receiver:
    """Somebody's webhook: answers what it is told to, and keeps what came."""

    def __init__(self):
        receiver = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_POST(self):
                import json
                body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
                receiver.came.append(body["data"])
                self.send_response(receiver.status)
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, *_):
                pass

        self.status, self.came = 503, []
        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.thread = threading.Thread(target=self.server.serve_forever, daemon=True)
        self.thread.start()
        self.url = f"http://127.0.0.1:{self.server.server_port}/hook"

    def close(self):
        self.server.shutdown()
        self.thread.join()
        self.server.server_close()


@pytest.fixture
def receiver():
    receiver = Receiver()
    yield receiver
    receiver.close()


@pytest.fixture
def hooked(settled, receiver, tmp_path):
    """A township whose north leader is reached by a webhook."""
    secret = tmp_path / "secret"
    secret.write_text("whsec_MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY=\n")
    secret.chmod(0o600)
    town = settled("2020-02-10 09:00", settings={"notify": {"webhook_secret_file": secret}})
    town.enter(township.holder("leader-n", channel="webhook", address=receiver.url))
    return town


def outcomes(town, kind, account):
    return [(local_s(row.notice.decided_at_s), [outcome.grade for outcome in row.outcomes])
            for row in town.notices(recipient=account, kind=kind)]


def test_p10_a_notice_that_waits_for_its_retry_is_withdrawn_when_the_task_is_done(hooked, receiver):
    hooked.visit("COUR-1", fails=["DS-01"])
    hooked.until("2020-02-11 11:00")                       # step 1 to the leader: his end says 503
    (attempt,) = receiver.came
    assert attempt["kind"] == "overdue_group_leader"
    assert outcomes(hooked, "overdue_group_leader", "leader-n") == [("2020-02-11 11:00", [])]
    hooked.enter(acts.claim("COUR-1", "DS-01"), by="site-cour-1")
    receiver.status = 200
    hooked.until("2020-02-11 12:00")
    assert len(receiver.came) == 1, "it left after the task was done"
    assert outcomes(hooked, "overdue_group_leader", "leader-n") == [("2020-02-11 11:00", [pb.GRADE_WITHDRAWN])]


def test_p10_only_the_finished_task_is_taken_out_of_a_notice_about_several(hooked, receiver):
    hooked.visit("COUR-1", fails=["DS-01", "DS-02"])
    hooked.enter(acts.assign("COUR-1", "DS-01", "leader-n"), by="lead")
    hooked.enter(acts.assign("COUR-1", "DS-02", "leader-n"), by="lead")
    hooked.until("2020-02-11 08:00")                       # near_due for both, joined; his end says 503
    joined = [notice for notice in receiver.came if notice["kind"] == "near_due"]
    assert joined and len(joined[0]["items"]) == 2
    receiver.came.clear()
    hooked.enter(acts.claim("COUR-1", "DS-01"), by="site-cour-1")
    receiver.status = 200
    hooked.until("2020-02-11 08:30")
    left = [[item["finding"]["en"] for item in notice["items"]] for notice in receiver.came if notice["kind"] == "near_due"]
    assert left == [["counter disinfected every 2 h, dated sign"]]


@pytest.mark.parametrize("act, by", [
    (acts.claim("COUR-1", "DS-01"), "site-cour-1"),
    (acts.suspend("COUR-1", "DS-01"), "lead"),
    (acts.edit("COUR-1", "DS-01", voided=True), "lead"),
    (acts.suspend_site("COUR-1"), "area-c"),
], ids=["claimed", "suspended", "voided", "site closed"])
def test_p10_whatever_ends_the_task_takes_its_notices_back(hooked, receiver, act, by):
    hooked.visit("COUR-1", fails=["DS-01"])
    hooked.until("2020-02-11 11:00")
    assert len(receiver.came) == 1
    hooked.enter(act, by=by)
    receiver.status = 200
    hooked.until("2020-02-12 12:00")
    assert [notice for notice in receiver.came[1:] if notice["kind"] in CHASES] == []


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
    later = [record.record.notice for record in records if record.kind == "notice" and record.sequence > withdrawals[-1][0]]
    assert any(notice.kind in ("overdue_owner", "digest") for notice in later), "the new round is chased"


def test_p10_after_a_task_ended_nothing_is_decided_about_it(settled):
    """Over many days: for every notice item, its task was open when it was decided."""
    from days import days
    import state_pb2 as state
    town = settled("2020-02-10 07:00")
    for at_ms, burst in days(21, 60):
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
