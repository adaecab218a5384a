"""P11: every notice can say why; so can a notice that was not sent."""
import acts
import entry_pb2 as pb
import pytest
import re
import state_pb2 as state
import township
from acts import DAY, local_s, t
from days import days

NOT_SENT = ("not_told", "folded", "nobody")


@pytest.fixture
def lived(settled):
    """Days with much in them, and somebody away, somebody missing."""
    town = settled("2020-02-10 07:00")
    town.enter(township.holder("area-c", away=True, deputy="staff-c"))
    town.enter(township.holder("leader-s", removed=True))
    for at_ms, burst in days(8, 60):
        town.until(at_ms)
        town.submit_all(burst)
        town.settle()
    town.until(town.now + 2 * DAY)
    return town


def test_p11_every_notice_names_its_entry_its_rule_and_the_line_in_the_policy(lived):
    lines = {path.name: path.read_text(encoding="utf-8-sig").splitlines() for path in township.PACK.iterdir()}
    journal = {record.sequence: record for record in lived.journal()}
    version = lived.rules_status().policy_version
    notices = lived.notices()
    assert len(notices) > 50 and len({row.notice.kind for row in notices}) >= 8
    for row in notices:
        notice, cause = row.notice, row.notice.cause
        assert cause.entry_sequence in journal, notice.kind
        assert journal[cause.entry_sequence].stamp_ms <= notice.decided_at_s * 1000 + 999
        assert cause.rule and cause.lookup, notice.kind
        assert cause.policy_version == version
        if cause.file:
            line = lines[cause.file][cause.line - 1]
            assert line.strip() and not line.strip().startswith("#"), (notice.kind, cause.file, cause.line)
        kind = notice.items[0].kind if notice.kind == "digest" else notice.kind
        if cause.rule.startswith(("reminders.", "ladder.")) and notice.kind != "digest":
            assert cause.file == "policy.yaml"
            assert f"message: {kind}" in line, (cause.rule, cause.line, line)
            path = re.match(r"(reminders|ladder)\.(\w+)\.([^\[]+)\[(\d+)\]", cause.rule)
            assert path, cause.rule
            above = "\n".join(lines["policy.yaml"][:cause.line])
            section, task, level = path.group(1, 2, 3)
            assert above.rfind(f"\n{section}:") > above.rfind("\nladder:" if section == "reminders" else "\nreminders:")
            heads = [head for head in re.findall(r"^    (\S+):", above, re.M)]
            assert heads[-1].strip('"') == level, (cause.rule, heads[-1])
            assert re.findall(r"^  (\w+):", above, re.M)[-1] == task


def test_p11_every_notice_says_to_whom_in_which_role_and_how_he_was_found(lived):
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


def test_p11_every_notice_about_a_task_names_task_and_step(lived):
    tasks = {bytes(task.id): task for task in lived.tasks(closed_too=True)}
    for row in lived.notices():
        cause = row.notice.cause
        if cause.rule.startswith(("reminders.", "ladder.")):
            task = tasks[bytes(cause.task)]
            assert task.cause_sequence == cause.entry_sequence
            assert (cause.step >= 0x3fff) == cause.rule.startswith("ladder.")


def test_p11_every_notice_has_its_fact_and_every_fact_of_telling_its_notice(lived):
    notices = {row.sequence: row.notice for row in lived.notices()}
    told = {}
    for fact in lived.facts(kind="told"):
        assert fact.outbox_sequence in notices
        assert notices[fact.outbox_sequence].recipient.account == fact.recipient
        told.setdefault(fact.outbox_sequence, []).append(fact)
    assert set(told) == set(notices)
    for sequence, facts in told.items():
        assert len(facts) == len(notices[sequence].items)


def test_p11_what_was_not_sent_says_so_and_why(lived):
    seen = set()
    for kind in NOT_SENT:
        for fact in lived.facts(kind=kind):
            assert fact.message_kind and fact.rule and fact.subject and fact.at_s
            assert fact.recipient
            assert kind == "nobody" or kind == "folded" or fact.reason
            if kind == "folded":
                assert fact.new_s > fact.at_s - 1
            seen.add((kind, fact.reason))
    assert {kind for kind, _ in seen} == set(NOT_SENT)
    assert ("nobody", "") in seen or any(kind == "nobody" for kind, _ in seen)


def test_p11_everything_planned_for_a_task_is_told_or_accounted_for(settled):
    """One case of level B that nobody touches: each row of its plan has a trace for each recipient."""
    town = settled("2020-02-10 10:00")
    town.visit("COUR-1", fails=["DS-01"])
    town.until("2020-02-14 12:00")
    facts = town.case_facts("COUR-1", "DS-01")
    traces = {(fact.rule, fact.recipient) for fact in facts if fact.rule.startswith(("reminders.rectification.B", "ladder.rectification.B"))}
    rows = {rule for rule, _ in traces}
    assert rows == {f"reminders.rectification.B[{number}]" for number in range(4)} | {f"ladder.rectification.B[{number}]" for number in range(5)} \
        or rows == {f"reminders.rectification.B[{number}]" for number in range(1, 5)} | {f"ladder.rectification.B[{number}]" for number in range(1, 6)}
    assert ({who for rule, who in traces if rule.startswith("ladder")} ==
            {"site-cour-1", "insp-n", "leader-n", "area-c", "lead", "clerk", "committee"})


def test_p11_a_folded_line_is_found_in_the_digest_that_it_went_into(lived):
    digests = {(row.notice.decided_at_s, row.notice.recipient.account) for row in lived.notices(kind="digest")}
    lines = [fact for fact in lived.facts(kind="folded") if fact.reason != "quiet" and fact.new_s * 1000 <= lived.now]
    dropped = {(bytes(fact.subject), fact.recipient, fact.message_kind) for fact in lived.facts(kind="not_told")}
    assert lines
    for fact in lines:
        assert local_s(fact.new_s)[11:] == "07:43"
        assert (fact.new_s, fact.recipient) in digests or (bytes(fact.subject), fact.recipient, fact.message_kind) in dropped


def test_p11_explain_puts_it_into_words_in_both_languages(lived):
    by_kind = {row.notice.kind: row for row in lived.notices()}
    assert {"overdue_group_leader", "digest", "notice_to_site", "quarantined"} <= set(by_kind)
    for row in by_kind.values():
        done = lived.duban("explain", row.sequence)
        assert row.notice.recipient.title.zh in done.stdout
        assert re.search("[\u4e00-\u9fff]", done.stdout) and re.search("[A-Za-z]{4}", done.stdout)
        if row.notice.cause.file:
            assert f"{row.notice.cause.file}:{row.notice.cause.line}" in done.stdout
    missing = lived.duban("explain", 10**9, check=False)
    assert missing.returncode == 1 and re.search("[\u4e00-\u9fff]", missing.stderr)


def test_p11_the_spool_line_carries_the_cause(lived):
    for line in lived.spool():
        assert line["cause"]["rule"] and line["cause"]["lookup"], line["kind"]
