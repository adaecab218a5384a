"""P11: every notice can say why: the entry, the row of the policy and its line, the task, how the
recipient was found. So can one that was not sent.

Four days of a township are played once, with everything in them that may be told, held back or
left unsaid; then each notice is held against the journal and against the policy pack as it lies
on the disk, and `duban explain` is asked for each.
"""
import collections
import re

import acts
import entry_pb2 as pb
import pytest
import state_pb2 as state
import story
from acts import DAY, HOUR
from township import PACK, apart_from_daily

ONE_UP = {"site_contact": "owner", "owner": "group_leader", "finder": "group_leader", "group_leader": "lead",
          "area_contact": "group_leader", "lead": "committee", "duty_clerk": "lead", "sender": "duty_clerk",
          "former_owner": "duty_clerk", "inspector": "group_leader"}
BUILT_IN = {"visit.notice", "case.assigned", "case.closed", "case.decided", "case.extension_asked", "case.reopened",
            "case.rework", "case.to_approve", "revisit.opened", "site.attempted", "quarantine", "quarantine.settlement",
            "recipients.nobody", "act.declined", "roster.vacant", "roster.filled", "people.back", "people.rest_after_days",
            "case.raised", "case.assigned_away", "case.extension_overtaken", "plan.confirmed", "plan.stands"}
# reminders.rectification.B[1] or visit.notice is for programs; files are named as they are.
RAW_RULE = re.compile(r"[a-z_]+\.(?!yaml|csv)[a-z_]+|\[\d+\]")
# What a single value of the policy says by itself: the line is its own.
VALUES = {"plan.draft_at": "plan_drafted", "evidence_doubts.tell_from": "visit_doubted", "meetings.brief_at": "morning_brief",
          "meetings.alert_at": "coverage_low", "meetings.summary_at": "evening_summary",
          "watch.begins_when": "watch_begins"}


# ---------------------------------------------------------------- the policy, read as anybody would

class Policy:
    """policy.yaml by its lines: where each row of a plan stands, and where each level begins."""

    def __init__(self, path):
        self.lines = path.read_text().splitlines()
        self.values = {}                    # {"plan.draft_at": line}
        self.rows, self.levels = {}, {}     # {"ladder.rectification.B[2]": (line, text)}, {"B": line}
        section = kind = level = ""
        place = 0
        for number, line in enumerate(self.lines, 1):
            if found := re.match(r"(\w+):", line):
                section = found[1]
            elif found := re.match(r"  (\w+):", line):
                kind = found[1]
                self.values[f"{section}.{kind}"] = number
            elif found := re.match(r"    \"?(\w+|\*)\"?:", line):
                level, place = found[1], 0
            elif section == "severities" and (found := re.match(r"  - code: (\w+)", line)):
                self.levels[found[1]] = number
            elif section in ("reminders", "ladder") and line.startswith("      - {"):
                self.rows[f"{section}.{kind}.{level}[{place}]"] = (number, line)
                place += 1

    def line(self, rule):
        return self.rows[rule][0]

    def message(self, rule):
        return re.search(r"message: (\w+)", self.rows[rule][1])[1]

    def to(self, rule):
        return re.search(r"to: \[(.*?)\]", self.rows[rule][1])[1].split(", ")

    def at_line(self, number):
        """The row that stands there, else the single value."""
        lines = {line: rule for rule, line in self.values.items()} | {line: rule for rule, (line, _) in self.rows.items()}
        return lines[number]


@pytest.fixture(scope="module")
def policy():
    policy = Policy(PACK / "policy.yaml")
    assert len(policy.rows) > 50 and set(policy.levels) == set("ABCDX")
    return policy


# ---------------------------------------------------------------- the story

def first_day(town):
    town.until("2020-02-10 10:00")
    story.some_are_not_there(town)
    story.first_findings(town, "insp-s2", review_days=1)                  # and he does not acknowledge
    story.more_time_for_food(town)
    for site in ("NO-SUCH", "NO-SUCH-2"):
        town.enter(acts.report(site, "insp-n", town.now, fails=["DS-01"]), by="insp-n")
    for _ in range(2):
        town.enter(acts.attempt("CONS-1", "insp-n", town.now, purpose=pb.PURPOSE_INSPECTION), by="insp-n")
    story.red_slip_is_acknowledged(town)
    story.red_slip_is_explained(town)


def later_days(town):
    town.until("2020-02-11 09:20")
    town.visit("GATE-1", fails=["GT-01"])
    town.enter(acts.claim("GATE-1", "GT-01"), by="site-gate-1")
    town.visit("GATE-1", passes=["GT-01"], purpose=pb.PURPOSE_REVISIT)
    town.enter(acts.extend("FOOD-1", "CS-05", town.now + DAY), by="site-food-1")
    town.enter(acts.approve_extension("FOOD-1", "CS-05", granted=False, reason="不等"), by="lead")
    story.dormitory_is_not_fixed(town)
    town.visit("GATE-1", fails=["GT-03"])                                 # what is soon due is passed over asleep
    town.until("2020-02-12 08:00")
    town.jump("2020-02-13 09:30")
    town.visit("GATE-1", passes=["GT-01"], purpose=pb.PURPOSE_REVISIT)
    town.visit("GATE-1", passes=["GT-01"], purpose=pb.PURPOSE_REVISIT, at=town.now - 22 * HOUR)
    town.until("2020-02-14 12:00")


@pytest.fixture(scope="module")
def town(template, build, scratch):
    with story.lived(template, build, scratch, "why", first_day, later_days) as town:
        yield town


@pytest.fixture(scope="module")
def notices(town):
    rows = town.notices()
    told = {row.notice.kind for row in rows}
    expected = {"near_due", "overdue_owner", "overdue_group_leader", "overdue_lead", "agenda", "digest",
                "notice_to_site",
                "new_case", "not_acknowledged", "approval_wanted", "quarantined", "settlement_wanted", "revisit_missed",
                "site_check_wanted", "revisit_failed", "nobody_to_receive", "explanation_wanted"}
    assert told >= expected, f"the story is to have all of it; missing: {expected - told}"
    return rows


@pytest.fixture(scope="module")
def facts(town):
    return town.facts()


# ---------------------------------------------------------------- what was told

def test_p11_the_entry_is_in_the_journal_and_is_about_the_same(town, notices):
    journal = {record.sequence: record for record in town.journal()}
    for row in notices:
        record = journal[row.notice.cause.entry_sequence]
        assert record.stamp_ms <= row.notice.decided_at_s * 1000
        item = row.notice.items[0]
        if record.kind == "report" and item.site:
            assert record.entry.report.site == item.site, row
        elif record.kind not in ("report", "tick", "outcomes") and item.case_id:
            about = getattr(record.entry, record.kind).case_
            if about.WhichOneof("by") == "place":
                assert about.place.site == item.site, row


def test_p11_the_rule_names_a_row_and_the_line_is_that_row(notices, policy):
    used = collections.Counter()
    for row in notices:
        cause, item = row.notice.cause, row.notice.items[0]
        if cause.rule in BUILT_IN:
            line = policy.levels[item.level] if item.case_id else 0     # what is no case's has no level
            assert (cause.file, cause.line) == (("policy.yaml", line) if line else ("", 0)), row
        elif cause.rule in VALUES:
            assert (cause.file, cause.line, row.notice.kind) == ("policy.yaml", policy.values[cause.rule], VALUES[cause.rule]), row
        elif not (cause.rule == "digest" and row.notice.late):          # after an outage a line may be by no row
            told = item.kind if row.notice.kind == "digest" else row.notice.kind
            rule = policy.at_line(cause.line) if cause.rule == "digest" else cause.rule
            wanted = VALUES[rule] if rule in VALUES else policy.message(rule)
            assert (cause.file, told) == ("policy.yaml", wanted), row
            assert cause.line == (policy.values[rule] if rule in VALUES else policy.line(rule)), row
        used[cause.rule] += 1
    assert len(set(used) & BUILT_IN) >= 9 and len(set(used) - BUILT_IN) >= 20, used


def test_p11_it_is_the_pack_that_was_in_force(town, notices):
    in_force = town.rules_status().policy_version
    assert {row.notice.cause.policy_version for row in notices} == {in_force}
    version, _ = acts.pack_entries({path.name: path.read_bytes() for path in PACK.iterdir()})
    assert in_force == version, "and the lines are those of the files on the disk"


def test_p11_how_the_recipient_was_found_is_what_the_row_says(notices, policy):
    for row in notices:
        cause = row.notice.cause
        selector, _, scope = cause.lookup.partition(" ")
        assert selector in ONE_UP or selector == "committee", row
        assert not scope or scope.split("=")[1] == row.notice.recipient.scope, row
        if cause.rule in policy.rows:
            wanted = policy.to(cause.rule)
            # The owner of a task that belongs to a post is that post; nobody supervises himself.
            assert selector in wanted or selector in [ONE_UP.get(name) for name in wanted] or "owner" in wanted, row


def test_p11_a_told_fact_stands_for_each_line_of_each_notice(notices, facts):
    told = collections.Counter((fact.outbox_sequence, bytes(fact.task), fact.recipient) for fact in facts
                               if fact.kind == state.FACT_KIND_TOLD)
    lines = collections.Counter((row.sequence, bytes(item.task), row.notice.recipient.account)
                                for row in notices for item in row.notice.items)
    assert told == lines


def test_p11_whoever_settles_a_held_record_is_told_each_time_which_and_why(town, notices):
    wanted = [item for row in notices for item in row.notice.items
              if "settlement_wanted" in (row.notice.kind, item.kind)]
    held = {row.sequence: row for row in town.quarantine()}
    assert len(held) == 2 and len(wanted) > 4
    for item in wanted:
        row = held[item.count]
        assert (item.reason_text.zh, item.reason_text.en, item.at_s) == (row.zh, row.en, row.stamp_ms // 1000)


# ---------------------------------------------------------------- what was not

def silences(facts):
    kinds = (state.FACT_KIND_NOT_TOLD, state.FACT_KIND_FOLDED, state.FACT_KIND_NOBODY)
    return [fact for fact in apart_from_daily(facts) if fact.kind in kinds]


def test_p11_what_was_not_sent_says_why(facts, policy):
    reasons = {(state.FactKind.Name(fact.kind), fact.reason) for fact in silences(facts)}
    assert reasons >= {("FACT_KIND_FOLDED", ""), ("FACT_KIND_NOT_TOLD", "past"), ("FACT_KIND_NOT_TOLD", "acknowledged"),
                       ("FACT_KIND_NOT_TOLD", "higher_step"), ("FACT_KIND_NOT_TOLD", "explained"),
                       ("FACT_KIND_NOBODY", "")}, reasons
    for fact in silences(facts):
        assert fact.subject and fact.message_kind and fact.rule, fact
        assert fact.reason or fact.kind != state.FACT_KIND_NOT_TOLD, fact
        assert fact.rule in BUILT_IN or policy.message(fact.rule) == fact.message_kind, fact


def test_p11_of_every_row_that_came_due_it_is_known_what_became_of_it(town, facts, policy):
    """Two cases that nobody touches, over their whole plan: each row, to each of its addressees."""
    for site, item, level in (("COUR-1", "TM-01", "A"), ("COUR-1", "DS-01", "B")):
        case = town.case(site, item)
        mine = [fact for fact in facts if fact.subject == case.id and fact.task == case.rectification_task]
        for section in ("reminders", "ladder"):
            for rule in [rule for rule in policy.rows if rule.startswith(f"{section}.rectification.{level}[")]:
                known = [fact for fact in mine if fact.rule == rule and fact.message_kind == policy.message(rule)]
                assert known, f"{site} {item}: nothing is known of {rule}"
                people = {fact.recipient for fact in known}
                whole = any(fact.reason in ("past", "explained", "joined") and not fact.recipient for fact in known)
                assert whole or len(people) >= len(policy.to(rule)), f"{rule}: {people}"


# ---------------------------------------------------------------- duban explain

def halves(text):
    """What it says in Chinese, and in English."""
    zh, en = text.rstrip("\n").split("\n\n", 1)
    assert zh.startswith("通知 ") and en.startswith("Notice ")
    return zh, en


def row_words(rule, chinese):
    """What is said of a row of a plan: reminders.rectification.B[1]; of a built-in rule nothing by which it is known here."""
    row = re.fullmatch(r"(reminders|ladder)\.[a-z_]+\.(\w+|\*)\[(\d+)\]", rule)
    if row is None:
        return ()
    plan, level, number = row[1], row[2], int(row[3]) + 1
    if chinese:
        return ("提醒计划" if plan == "reminders" else "督办阶梯", f"第 {number} 行", "不分级别" if level == "*" else f"{level} 级")
    return (f"row {number} of the {plan}", "whatever the level" if level == "*" else f"level {level}")


def test_p11_explain_names_the_rule_of_every_notice_in_both_languages(town, notices):
    for row in notices:
        cause = row.notice.cause
        zh, en = halves(town.duban("explain", row.sequence).stdout)
        for said, by_rule in ((zh, "依据："), (en, "By which rule:")):
            (line,) = [line for line in said.splitlines() if line.startswith(by_rule)]
            assert not RAW_RULE.search(line), line
            assert all(words in line for words in row_words(cause.rule, said is zh)), line
            if cause.file:
                assert cause.file in line and str(cause.line) in line, line
            assert cause.policy_version.hex()[:16] in line
        assert f"第 {cause.entry_sequence} 号记录" in zh or not (row.notice.items[0].case_id or row.notice.items[0].task)
        assert row.notice.recipient.account in zh and row.notice.recipient.account in en


def test_p11_explain_names_the_rule_and_the_entry_of_every_line_of_a_digest(town, notices, facts):
    """Lines of a digest come from rows of their own, and from cases of their own."""
    folded = {(bytes(fact.task), fact.recipient, fact.message_kind, fact.new_s): fact.rule for fact in reversed(facts)
              if fact.kind == state.FACT_KIND_FOLDED}
    entries = {task.id: task.cause_sequence for task in town.tasks(closed_too=True)}
    digests = [row for row in notices if row.notice.kind == "digest"]
    assert any(len({bytes(item.case_id) for item in row.notice.items}) > 1 for row in digests)
    for row in digests:
        zh, en = halves(town.duban("explain", row.sequence).stdout)
        for item in row.notice.items:
            key = bytes(item.task), row.notice.recipient.account, item.kind
            rule = folded.get((*key, row.notice.due_at_s)) or folded[(*key, row.notice.decided_at_s)]   # when it came late
            for said, one in ((zh, "其中一项"), (en, "One of its lines")):
                lines = [line for line in said.splitlines()
                         if line.startswith(one) and all(words in line for words in row_words(rule, said is zh))]
                assert any(item.number in line for line in lines), f"{item.number} {rule}:\n{said}"
            if item.kind == "blind_spot":   # a day has begun: no entry has brought it
                continue
            assert f"第 {entries[item.task]} 号记录" in zh and f"entry {entries[item.task]}" in en


def test_p11_explain_tells_what_was_held_back(town, notices, facts):
    """Of each case with a silence, one of its notices."""
    silent = collections.Counter(fact.subject for fact in silences(facts))
    asked = {item.case_id: row for row in notices for item in row.notice.items if item.case_id in silent}
    assert len(asked) >= 5
    for case_id, row in asked.items():
        zh, en = halves(town.duban("explain", row.sequence).stdout)
        assert "同一问题上没有单独发出的通知" in zh and "What was not sent, or not by itself" in en
        assert sum(line.startswith("  2020-") for line in zh.splitlines()) >= silent[case_id]
