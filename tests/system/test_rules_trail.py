"""The trail that telling leaves (P11): facts, notices, digests and spool lines agree with each other.

What each notice says of its own reason is test_p11_why.py's.
"""
import entry_pb2 as pb
import pytest
import township
from acts import DAY, local_s
from days import days


@pytest.fixture(scope="module")
def lived(settled_for_module):
    """Days with much in them, and somebody away, somebody missing."""
    town = settled_for_module("2020-02-10 07:00")
    town.enter(township.holder("area-c", away=True, deputy="staff-c"))
    town.enter(township.holder("leader-s", removed=True))
    for at_ms, burst in days(8, 60):
        town.until(at_ms)
        town.submit_all(burst)
        town.settle()
    town.until(town.now + 2 * DAY)
    return town


def test_every_notice_says_to_whom_in_which_role_and_how_he_was_found(lived):
    for row in lived.notices():
        recipient, lookup = row.notice.recipient, row.notice.cause.lookup
        assert recipient.account and recipient.role and recipient.title.zh
        if recipient.role == pb.ROLE_GROUP_LEADER and "group_leader" in lookup:
            assert lookup == f"group_leader zone={recipient.scope}"
        if recipient.deputy_for:
            assert recipient.account != recipient.deputy_for
    deputies = {(row.notice.recipient.deputy_for, row.notice.recipient.account) for row in lived.notices()
                if row.notice.recipient.deputy_for}
    assert deputies == {("area-c", "staff-c")}


def test_every_notice_about_a_task_names_task_and_step(lived):
    tasks = {bytes(task.id): task for task in lived.tasks(closed_too=True)}
    for row in lived.notices():
        cause = row.notice.cause
        if cause.rule.startswith(("reminders.", "ladder.")):
            task = tasks[bytes(cause.task)]
            assert task.cause_sequence == cause.entry_sequence
            assert (cause.step >= 0x3fff) == cause.rule.startswith("ladder.")


def test_every_notice_has_its_fact_and_every_fact_of_telling_its_notice(lived):
    notices = {row.sequence: row.notice for row in lived.notices()}
    told = {}
    for fact in lived.facts(kind="told"):
        assert fact.outbox_sequence in notices
        assert notices[fact.outbox_sequence].recipient.account == fact.recipient
        told.setdefault(fact.outbox_sequence, []).append(fact)
    assert set(told) == set(notices)
    for sequence, facts in told.items():
        assert len(facts) == len(notices[sequence].items)


def test_everything_planned_for_a_task_is_told_or_accounted_for(settled):
    """One case of level B that nobody touches: each row of its plan has a trace for each recipient."""
    town = settled("2020-02-10 10:00")
    town.visit("COUR-1", fails=["DS-01"])
    town.until("2020-02-14 12:00")
    facts = town.case_facts("COUR-1", "DS-01")
    traces = {(fact.rule, fact.recipient) for fact in facts
              if fact.rule.startswith(("reminders.rectification.B", "ladder.rectification.B"))}
    rows = {rule for rule, _ in traces}
    assert rows == ({f"reminders.rectification.B[{number}]" for number in range(4)} |
                    {f"ladder.rectification.B[{number}]" for number in range(5)})
    assert ({who for rule, who in traces if rule.startswith("ladder")} ==
            {"site-cour-1", "insp-n", "leader-n", "area-c", "lead", "clerk", "committee"})


def test_a_folded_line_is_found_in_the_digest_that_it_went_into(lived):
    digests = {(row.notice.decided_at_s, row.notice.recipient.account) for row in lived.notices()
               if row.notice.kind in ("digest", "morning_brief")}
    joined = {(row.notice.decided_at_s, row.notice.recipient.account) for row in lived.notices(kind="settlement_wanted")}
    lines = [fact for fact in lived.facts(kind="folded") if fact.reason != "quiet" and fact.new_s * 1000 <= lived.now]
    dropped = {(bytes(fact.subject), fact.recipient, fact.message_kind) for fact in lived.facts(kind="not_told")}
    assert lines
    for fact in [fact for fact in lines if fact.reason == "together"]:
        assert (fact.new_s, fact.recipient) in joined or (bytes(fact.subject), fact.recipient, fact.message_kind) in dropped
    for fact in [fact for fact in lines if fact.reason != "together"]:
        assert local_s(fact.new_s)[11:] == "07:43" or fact.reason == "many"
        assert (fact.new_s, fact.recipient) in digests or (bytes(fact.subject), fact.recipient,
                                                           fact.message_kind) in dropped


def test_the_spool_line_carries_the_cause(lived):
    for line in lived.spool():
        assert line["cause"]["rule"] and line["cause"]["lookup"], line["kind"]
