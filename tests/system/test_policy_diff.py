"""duban policy diff: the journal taken through another pack, and what would have been otherwise.

What it says is checked against what the township's own history says, never against its own figures alone.
"""
import json
import os
import pty
import re
import shutil
import subprocess

import acts
import entry_pb2 as pb
import pytest
import state_pb2 as state
from acts import DAY, HOUR, t
from days import days
from township import PACK, holder

SHOP = "site-shop-1"
CHANGES = ("added", "dropped", "moved", "readdressed", "changed")


def edited(folder, *replacements, file="policy.yaml"):
    """A copy of the pack; each replacement is (pattern, text) and fits once."""
    if not folder.exists():
        shutil.copytree(PACK, folder)
    text = (folder / file).read_text()
    for pattern, replacement in replacements:
        text, count = re.subn(pattern, replacement, text, flags=re.DOTALL)
        assert count == 1, (pattern, count)
    (folder / file).write_text(text)
    return folder


def diff(town, pack, *options):
    return json.loads(town.duban("--json", "policy", "diff", pack, "--data", town.directory, *options).stdout)


def lists(found):
    """How many there are of each sort; the figures and the lists agree."""
    for change in CHANGES:
        assert int(found["changes"][change]) == len(found[change]), change
    assert int(found["cases"]["changed"]) == len(found["changedCases"])
    assert int(found["subjects"]["changed"]) == len(found["changedSubjects"])
    return {change: len(found[change]) for change in CHANGES if found[change]}


def assert_nothing_differs(found):
    assert lists(found) == {} and found["changedCases"] == [] and found["changedSubjects"] == [] and found["same"]
    assert found["references"] == {"missing": "0", "unknown": "0", "refused": "0"}
    assert found["notices"]["before"] == found["notices"]["after"] != "0"
    assert all(row["before"] == row["after"] for row in found["load"])


def told_at(row, run="after"):
    return acts.local(int(row[run]["atMs"]))


@pytest.fixture(scope="module")
def eventful(settled_for_module):
    """A week in which nearly everything happens: passes, fails, rework, closings, a complaint, a referral, a difficulty,
    nights, quarantine and its settlement, an amendment, messages that do not arrive, the pack put in force once more."""
    town = settled_for_module("2020-02-10 07:00")
    for at_ms, burst in days(11, entries=60):
        town.until(at_ms)
        town.submit_all(burst)
        town.settle()
    town.until("2020-02-13 10:00")
    town.enter(holder(SHOP, channel="webhook", address="http://127.0.0.1:9/"))
    first = town.visit("SHOP-1", fails=["PB-01", "EP-02"], passes=["MS-01"])
    town.until("2020-02-13 10:20")
    town.enter(acts.amend(first, **{"EP-02": "pass"}), by="insp-s")
    town.enter(acts.complaint("GATE-1", matter="GT-01"), by="clerk")
    town.enter(acts.difficulty("CONS-1", matter="EP-01"), by="insp-n")
    town.enter(acts.coordination("PROMISED", unit="区应急局", at_ms=town.now + DAY), by="clerk")
    town.enter(acts.claim("SHOP-1", "PB-01"), by=SHOP)
    town.visit("COUR-1", fails=["SD-01", "DS-02"])
    held = town.enter(acts.report("COUR-9", "insp-n", town.now, fails=["DS-01"]), by="insp-n")
    town.enter(acts.release(held, site="COUR-1"), by="clerk")
    town.until("2020-02-13 23:30")
    town.visit("FOOD-1", fails=["EP-02", "MS-01"])
    town.until("2020-02-15 09:00")
    for dead in town.dead_letters()[:2]:
        town.enter(pb.Entry(dead_letter_settlement=pb.DeadLetterSettlement(notice=dead.notice, reason="电话已告知")), by="clerk")
    files = {path.name: path.read_bytes() for path in sorted(PACK.iterdir())}
    town.submit_all([("operator", entry) for entry in acts.pack_entries(files)[1]])
    town.settle()
    town.until("2020-02-17 12:00")
    happened = {state.FactKind.Name(fact.kind).removeprefix("FACT_KIND_") for fact in town.facts()}
    assert happened >= {"ACKNOWLEDGED", "CLAIMED", "FAILED", "CLOSED", "AMENDED", "RELEASED", "SETTLED", "FOLDED", "NOT_TOLD",
                        "PROMISED", "REFERRED", "RECEIVED", "QUARANTINED", "CONTRADICTION"}, happened
    return town


# ---------------------------------------------------------------- the same pack

def test_against_itself_nothing_would_be_otherwise(eventful):
    found = diff(eventful, PACK)
    assert_nothing_differs(found)
    assert int(found["notices"]["before"]) == len(eventful.notices())
    assert int(found["cases"]["before"]) == len(eventful.case_rows())
    text = eventful.duban("policy", "diff", PACK, "--data", eventful.directory).stdout
    assert "没有差别" in text and "nothing would be otherwise" in text


def test_against_itself_from_the_middle_on_nothing_would_be_otherwise(eventful):
    found = diff(eventful, PACK, "--from", "2020-02-12", "--to", "2020-02-14")
    assert_nothing_differs(found)
    since, until = t("2020-02-12 00:00") / 1000, t("2020-02-15 00:00") / 1000
    assert int(found["notices"]["before"]) == sum(since <= row.notice.decided_at_s < until for row in eventful.notices())
    assert found["fromMs"] == str(t("2020-02-12 00:00")) and found["toMs"] == str(t("2020-02-15 00:00"))


def test_against_itself_after_the_house_stood_still(settled):
    town = settled("2020-02-10 10:00")
    town.visit("COUR-1", fails=["DS-01"])
    town.kill("rules")
    town.start("rules")
    town.settle()
    town.jump("2020-02-12 15:00")   # past everything that was due: told late
    town.visit("CONS-1", fails=["CS-05"])
    town.until("2020-02-13 12:00")
    assert any(row.notice.late for row in town.notices())
    assert_nothing_differs(diff(town, PACK))


# ---------------------------------------------------------------- one rule

def near_due(town):
    return sorted((row.notice.due_at_s * 1000, row.notice.recipient.account) for row in town.notices(kind="near_due"))


def test_one_reminder_moved_is_exactly_that(settled, tmp_path):
    town = settled("2020-02-10 10:00")
    town.visit("COUR-1", fails=["DS-01"])
    town.visit("FACT-1", fails=["DS-01"])
    town.until("2020-02-13 12:00")
    last = max(at_ms for at_ms, _ in near_due(town))
    told = [(at_ms, account) for at_ms, account in near_due(town) if at_ms == last]
    assert len(told) == 4   # both sites, at T - 1 h: contact and inspector
    pack = edited(tmp_path / "moved", (r"at: -1h, message: near_due", "at: -2h, message: near_due"))
    found = diff(town, pack)
    assert lists(found) == {"moved": 4} and found["changedCases"] == []
    assert found["notices"]["before"] == found["notices"]["after"]
    assert sorted((int(row["before"]["atMs"]), row["before"]["account"]) for row in found["moved"]) == told
    for row in found["moved"]:
        assert int(row["after"]["atMs"]) == int(row["before"]["atMs"]) - HOUR
        assert row["after"]["account"] == row["before"]["account"] and row["after"]["kind"] == "near_due"
        assert row["after"]["decidedAtMs"] == row["after"]["atMs"], "nothing in the journal is due then, and it is on time"
    hours = {(row["role"], row["hour"]): int(row["after"]) - int(row["before"]) for row in found["load"]}
    assert sorted(hours[role, hour] for role, hour in hours if hours[role, hour]) == [-2, -2, 2, 2]


def test_a_reminder_added_before_others_leaves_those_alone(settled, tmp_path):
    town = settled("2020-02-10 10:00")
    town.visit("COUR-1", fails=["DS-01"])
    town.until("2020-02-13 12:00")
    pack = edited(tmp_path / "added", (r"(\n    B:\n)(      - \{ at: -4h, message: near_due)",
                                       r"\1      - { at: -3h, message: near_due, to: [owner] }\n\2"))
    found = diff(town, pack)
    assert lists(found) == {"added": 1}
    assert found["added"][0]["after"]["account"] == "insp-n" and "before" not in found["added"][0]
    back = diff(town, PACK)
    assert_nothing_differs(back)


def test_row_78_what_was_opened_before_the_change_keeps_its_rules(settled, tmp_path):
    town = settled("2020-02-10 10:00")
    town.visit("COUR-1", fails=["DS-01"])
    town.until("2020-02-11 10:30")
    town.visit("FACT-1", fails=["DS-01"])
    town.until("2020-02-13 12:00")
    pack = edited(tmp_path / "moved", (r"at: -1h, message: near_due", "at: -2h, message: near_due"))
    assert {row["before"]["site"] for row in diff(town, pack)["moved"]} == {"COUR-1", "FACT-1"}
    found = diff(town, pack, "--from", "2020-02-11")
    assert lists(found) == {"moved": 2} and {row["before"]["site"] for row in found["moved"]} == {"FACT-1"}
    assert lists(diff(town, pack, "--from", "2020-02-11", "--to", "2020-02-11T20:00")) == {}


def test_a_line_of_the_digest_is_compared_by_itself(settled, tmp_path):
    town = settled("2020-02-10 10:00")
    town.visit("COUR-1", fails=["EP-05", "DS-01"])
    town.until("2020-02-15 12:00")
    digests = [row.notice for row in town.notices(kind="digest", recipient="insp-n")]
    assert any(line.kind == "overdue_owner" for digest in digests for line in digest.items)
    pack = edited(tmp_path / "no-line", (r"(    C:\n      - \{ at: -24h.*?)      - \{ clock: \"07:43\", day: \+1, every: 24h, fold: true, "
                                         r"message: overdue_owner, to: \[site_contact, owner\] \}\n", r"\1"))
    found = diff(town, pack)
    assert {change for change in CHANGES if found[change]} == {"dropped"}
    assert {row["before"]["kind"] for row in found["dropped"]} == {"overdue_owner"}
    assert {row["before"]["number"] for row in found["dropped"]} == {f"DB-{town.case('COUR-1', 'EP-05').number:04}"}


def test_another_recipient_is_readdressed(settled, tmp_path):
    town = settled("2020-02-10 10:00")
    town.visit("COUR-1", fails=["DS-01"])
    town.until("2020-02-13 12:00")
    (old,) = [row for row in town.notices(kind="overdue_group_leader", recipient="leader-n")]
    pack = edited(tmp_path / "readdressed",
                  (r"(ladder:\n  rectification:\n    A:.*?\n    B:.*?at: \+2h, message: overdue_group_leader, to: )\[group_leader, area_contact\]",
                   r"\1[duty_clerk, area_contact]"))
    found = diff(town, pack)
    assert lists(found) == {"readdressed": 1}
    (row,) = found["readdressed"]
    assert (row["before"]["account"], row["after"]["account"]) == ("leader-n", "clerk")
    assert int(row["before"]["atMs"]) == int(row["after"]["atMs"]) == old.notice.due_at_s * 1000
    assert {(row["role"], int(row["after"]) - int(row["before"])) for row in found["load"]
            if row["after"] != row["before"]} == {("ROLE_GROUP_LEADER", -1), ("ROLE_DUTY_CLERK", 1)}


def test_another_level_makes_another_case(settled, tmp_path):
    town = settled("2020-02-10 10:00")
    town.visit("COUR-1", fails=["DS-01", "TM-01"])
    town.until("2020-02-11 12:00")
    pack = edited(tmp_path / "level", (r"(\nDS-01,[^\n]*?),B,", r"\1,A,"), file="items.csv")
    found = diff(town, pack)
    (case,) = found["changedCases"]
    was = town.case("COUR-1", "DS-01")
    assert (case["site"], case["item"], case["number"]) == ("COUR-1", "DS-01", f"DB-{was.number:04}")
    assert case["differs"]["level"] == {"before": "B", "after": "A"}
    assert case["differs"]["due"]["before"] == acts.local_s(was.due_s) != case["differs"]["due"]["after"]
    numbers = {row[run]["number"] for change in CHANGES for row in found[change] for run in ("before", "after") if run in row}
    assert f"DB-{town.case('COUR-1', 'TM-01').number:04}" not in numbers - {""}, "the other finding is told as it was"


LOOKED_BACK_AT = {"COUR-1": ["EP-05", "CR-03", "DS-06"], "CONS-1": ["EP-05", "CS-05"]}   # level C, one pass


def test_lots_are_drawn_as_they_were(settled, tmp_path):
    """What is looked back at hangs on the hash of the pack, which any edit changes."""
    town = settled("2020-02-10 10:00")
    for site in ("COUR-1", "CONS-1"):
        town.visit(site, fails=LOOKED_BACK_AT[site])
    town.until("2020-02-10 14:00")
    for site in ("COUR-1", "CONS-1"):
        town.visit(site, passes=LOOKED_BACK_AT[site])
    town.until("2020-02-21 12:00")
    closed = [row for row in town.case_rows() if row.case_.state == state.CASE_STATE_CLOSED]
    assert len(closed) == 5 and len(town.notices(kind="look_back")) == 1
    pack = edited(tmp_path / "moved", (r"at: \+12h, message: overdue_lead, to: \[lead\] \}\n      - \{ step: 3, at: \+24h",
                                       "at: +11h, message: overdue_lead, to: [lead] }\n      - { step: 3, at: +24h"))
    assert_nothing_differs(diff(town, pack))


# ---------------------------------------------------------------- references

def elsewhere(folder):
    """The pack with DS-02 no matter for courier outlets any more: its place among the findings of a visit falls away."""
    return edited(folder, (r"(\nDS-02,[^\n]*,)COUR,", r"\1SHOP,"), file="items.csv")


def by_id(case_id):
    return pb.CaseReference(id=case_id)


def test_acts_on_what_is_never_opened_are_counted(settled, tmp_path):
    town = settled("2020-02-10 10:00")
    town.visit("COUR-1", fails=["DS-02", "DS-01"])
    town.until("2020-02-10 14:00")
    case = town.case("COUR-1", "DS-02")
    town.enter(acts.acknowledge("COUR-1", "DS-02"), by="insp-n")
    town.enter(pb.Entry(claim=pb.Claim(case_=by_id(case.id), text="补了")), by="site-cour-1")
    town.until("2020-02-11 10:00")
    found = diff(town, elsewhere(tmp_path / "elsewhere"))
    assert found["references"] == {"missing": "2", "unknown": "0", "refused": "0"}
    assert (found["cases"]["before"], found["cases"]["after"], found["cases"]["onlyBefore"]) == ("2", "1", "1")
    assert found["added"] == [], "nobody is asked to settle what could not be applied"
    assert {row["before"]["number"] for row in found["dropped"]} == {f"DB-{case.number:04}"}
    text = town.duban("policy", "diff", tmp_path / "elsewhere", "--data", town.directory).stdout
    assert "2 次处理" in text and "2 acts of the journal" in text


def test_a_case_is_found_again_though_another_is_not_opened_before_it(settled, tmp_path):
    town = settled("2020-02-10 10:00")
    town.visit("COUR-1", fails=["DS-02", "DS-01"])
    first, second = town.case("COUR-1", "DS-02"), town.case("COUR-1", "DS-01")
    assert first.id < second.id
    town.until("2020-02-10 14:00")
    town.enter(pb.Entry(claim=pb.Claim(case_=by_id(second.id), text="补了")), by="site-cour-1")
    town.until("2020-02-12 12:00")
    found = diff(town, elsewhere(tmp_path / "elsewhere"))
    assert [(case["item"], case["before"], case["after"]) for case in found["changedCases"]] == [("DS-02", True, False)]
    assert found["references"] == {"missing": "0", "unknown": "0", "refused": "0"}
    assert {row["before"]["number"] for row in found["dropped"]} == {f"DB-{first.number:04}"}
    assert {change for change in CHANGES if found[change]} == {"dropped"}


def test_a_ledger_number_means_what_it_meant(settled, tmp_path):
    """Under the other pack YJ-0001 is what was YJ-0002."""
    town = settled("2020-02-10 10:00")
    town.enter(acts.holder("office-fire", [(pb.ROLE_OFFICE, "xiaofang")], "消防办", "fire office"))
    town.visit("COUR-1", fails=["SD-01"])
    town.visit("CONS-1", fails=["SD-02"])
    (second,) = [row.subject for row in town.subject_rows() if row.subject.site == "CONS-1"]
    assert second.number == 2
    town.until("2020-02-10 11:00")
    town.enter(acts.referral("RECEIVED", "YJ-0002"), by="office-fire")
    town.until("2020-02-12 12:00")
    pack = edited(tmp_path / "one-office", (r"    - \{ item: SD-01, office: kongwei \}\n", ""))
    found = diff(town, pack)
    assert found["references"] == {"missing": "0", "unknown": "0", "refused": "0"}
    assert {row[run]["site"] for change in CHANGES for row in found[change] for run in ("before", "after") if run in row} == {"COUR-1"}


def test_what_is_told_of_a_task_that_counts_otherwise_is_the_same(settled, tmp_path):
    """The journal has an approval more about YJ-0001: to recompute a due that is the new one from the start with the other pack."""
    town = settled("2020-02-10 10:00")
    town.enter(acts.holder("office-kw", [(pb.ROLE_OFFICE, "kongwei")], "控违办", "an office"))
    town.visit("COUR-1", fails=["SD-01"])
    longer = edited(tmp_path / "longer", (r"receipt_limit: 4wh", "receipt_limit: 8wh"))
    town.submit_all([("operator", entry) for entry in
                     acts.pack_entries({path.name: path.read_bytes() for path in sorted(longer.iterdir())})[1]])
    town.settle()
    town.duban("recompute", "YJ-0001", "--reason", "时限放宽", "--as", "clerk")
    town.duban("approve", "YJ-0001", "--as", "lead")
    town.until("2020-02-10 15:00")
    town.enter(acts.referral("RECEIVED"), by="office-kw")
    town.until("2020-02-11 10:00")
    town.enter(acts.referral("RESULT", text="已拆除"), by="office-kw")
    town.until("2020-02-15 12:00")
    assert not town.quarantine()
    found = diff(town, longer)
    told = {run: {(row[run]["kind"], row[run]["atMs"], row[run]["account"], row[run]["number"]) for row in found[change]}
            for run, change in (("before", "dropped"), ("after", "added"))}
    assert {kind for kind, *_ in told["before"]} >= {"approval_wanted", "due_recomputed"}
    assert not told["before"] & told["after"], "told in both at the same time to the same one"
    assert not {kind for kind, *_ in told["before"] | told["after"]} & {"referral_received", "referral_done"}


def test_what_is_told_of_a_task_that_counts_otherwise_at_another_time_has_moved(settled, tmp_path):
    town = settled("2020-02-10 10:00")
    town.enter(acts.holder("office-kw", [(pb.ROLE_OFFICE, "kongwei")], "控违办", "an office"))
    town.visit("COUR-1", fails=["SD-01"])
    longer = edited(tmp_path / "longer", (r"receipt_limit: 4wh", "receipt_limit: 8wh"),
                    (r"at: -1wd, message: referral_result_due", "at: -2wd, message: referral_result_due"))
    town.submit_all([("operator", entry) for entry in
                     acts.pack_entries({path.name: path.read_bytes() for path in sorted(longer.iterdir())})[1]])
    town.settle()
    town.duban("recompute", "YJ-0001", "--reason", "时限放宽", "--as", "clerk")
    town.duban("approve", "YJ-0001", "--as", "lead")
    town.until("2020-02-10 15:00")
    town.enter(acts.referral("RECEIVED"), by="office-kw")
    town.until("2020-02-19 12:00")
    found = diff(town, longer)
    moved = [row for row in found["moved"] if row["before"]["kind"] == "referral_result_due"]
    assert {(told_at(row, "before"), told_at(row)) for row in moved} == {("2020-02-18 18:00:00", "2020-02-17 18:00:00")}
    assert not [row for change in ("added", "dropped") for row in found[change]
                if row.get("before", row.get("after"))["kind"] == "referral_result_due"]


def test_a_number_that_no_ledger_had_is_held_under_the_other_pack_too(settled, tmp_path):
    """There YJ-0002 is something: what DS-06 opens."""
    town = settled("2020-02-10 10:00")
    town.enter(acts.holder("office-kw", [(pb.ROLE_OFFICE, "kongwei")], "控违办", "an office"))
    town.visit("COUR-1", fails=["SD-01"])
    town.visit("COUR-1", fails=["DS-06"])
    town.enter(acts.referral("RECEIVED", "YJ-0002"), by="office-kw")
    assert len(town.quarantine()) == 1
    town.until("2020-02-10 12:00")
    pack = edited(tmp_path / "routes", (r"(    - \{ item: SD-01, office: kongwei \}\n)", r"\1    - { item: DS-06, office: kongwei }\n"))
    found = diff(town, pack)
    assert found["references"] == {"missing": "0", "unknown": "1", "refused": "0"}
    (subject,) = found["changedSubjects"]
    assert (subject["item"], subject["before"], subject["after"]) == ("DS-06", False, True)
    assert not [row for row in found["added"] if row["after"]["kind"] == "referral_received"]
    text = town.duban("policy", "diff", pack, "--data", town.directory).stdout
    assert "移交" in text and "1 acts of the journal name a number that nobody had" in text


def test_referrals_of_one_visit_are_told_apart_by_what_was_found(settled, tmp_path):
    town = settled("2020-02-10 10:00")
    town.enter(acts.holder("office-kw", [(pb.ROLE_OFFICE, "kongwei")], "控违办", "an office"))
    town.enter(acts.holder("office-fire", [(pb.ROLE_OFFICE, "xiaofang")], "消防办", "fire office"))
    town.visit("DORM-1", fails=["SD-01", "SD-02"])
    offices = {row.subject.referral.item: f"YJ-{row.subject.number:04}" for row in town.subject_rows()}
    assert set(offices) == {"SD-01", "SD-02"}
    town.until("2020-02-10 11:00")
    town.enter(acts.referral("RECEIVED", offices["SD-02"]), by="office-fire")
    town.until("2020-02-10 16:00")
    found = diff(town, edited(tmp_path / "one-office", (r"    - \{ item: SD-01, office: kongwei \}\n", "")))
    assert found["references"] == {"missing": "0", "unknown": "0", "refused": "0"}
    assert [(row["number"], row["item"], row["before"], row["after"]) for row in found["changedSubjects"]] == [
        (offices["SD-01"], "SD-01", True, False)]


def test_a_subject_that_would_be_otherwise_is_listed_with_what_differs(settled, tmp_path):
    town = settled("2020-02-10 10:00")
    town.enter(acts.holder("office-kw", [(pb.ROLE_OFFICE, "kongwei")], "控违办", "an office"))
    town.visit("COUR-1", fails=["SD-01"])
    town.until("2020-02-10 12:00")
    pack = edited(tmp_path / "longer", (r"receipt_limit: 4wh", "receipt_limit: 8wh"))
    found = diff(town, pack)
    (subject,) = found["changedSubjects"]
    assert (subject["number"], subject["kind"], subject["site"]) == ("YJ-0001", "移交", "COUR-1")
    assert set(subject["differs"]) == {"due"} and subject["differs"]["due"]["before"].startswith("2020-02-10 15:30")
    assert (found["subjects"]["before"], found["subjects"]["after"], found["subjects"]["changed"]) == ("1", "1", "1")
    text = town.duban("policy", "diff", pack, "--data", town.directory).stdout
    assert "YJ-0001" in text and "complaints, referrals and the like that would be otherwise" in text


def test_an_act_that_does_not_fit_any_more_is_counted(settled, tmp_path):
    town = settled("2020-02-10 10:00")
    town.visit("COUR-1", fails=["DS-01"])
    town.until("2020-02-10 11:00")
    due_ms = town.case("COUR-1", "DS-01").due_s * 1000
    town.enter(acts.extend("COUR-1", "DS-01", due_ms + 4 * HOUR), by="site-cour-1")
    assert not town.quarantine() and town.case_facts("COUR-1", "DS-01", "extension_asked")
    town.until("2020-02-12 12:00")
    pack = edited(tmp_path / "level", (r"(\nDS-01,[^\n]*?),B,", r"\1,A,"), file="items.csv")   # not to be extended
    found = diff(town, pack)
    assert found["references"] == {"missing": "0", "unknown": "0", "refused": "1"}
    kinds = {row["after"]["kind"] for row in found["added"]}
    assert not kinds & {"quarantined", "settlement_wanted", "act_declined"}, kinds


def test_an_activation_that_was_held_stands_for_the_other_pack_too(settled, tmp_path):
    town = settled("2020-02-10 10:00")
    moved = edited(tmp_path / "moved", (r"at: -1h, message: near_due", "at: -2h, message: near_due"))
    entries = acts.pack_entries({path.name: path.read_bytes() for path in sorted(moved.iterdir())}, approver="leader-n")[1]
    town.submit_all([("operator", entry) for entry in entries])
    town.settle()
    (held,) = town.quarantine()
    assert_nothing_differs(diff(town, PACK))
    town.enter(holder("leader-n", roles=[(pb.ROLE_LEAD, "")]))
    town.enter(acts.release(held.sequence), by="clerk")
    town.enter(holder("leader-n"))
    assert not town.quarantine()
    town.visit("COUR-1", fails=["DS-01"])
    town.until("2020-02-13 12:00")
    found = diff(town, PACK)
    assert lists(found) == {"moved": 2}
    assert {int(row["after"]["atMs"]) - int(row["before"]["atMs"]) for row in found["moved"]} == {HOUR}


def test_a_pack_scheduled_and_revoked_is_so_with_the_other_too(settled, tmp_path):
    town = settled("2020-02-10 10:00")
    moved = edited(tmp_path / "moved", (r"at: -1h, message: near_due", "at: -2h, message: near_due"))
    version, entries = acts.pack_entries({path.name: path.read_bytes() for path in sorted(moved.iterdir())},
                                         effective_at_ms=town.now + DAY)
    town.submit_all([("operator", entry) for entry in entries])
    town.enter(pb.Entry(policy_revocation=pb.PolicyRevocation(pack_sha256=version, reason="再议")))
    town.until("2020-02-12 10:00")
    town.visit("COUR-1", fails=["DS-01"])
    town.until("2020-02-15 12:00")
    assert_nothing_differs(diff(town, PACK))
    assert lists(diff(town, moved)) == {"moved": 2}


def test_what_became_of_notices_is_told_of_the_same_ones(settled, tmp_path):
    """An earlier notice more moves the numbers of all later ones; what somebody did about a dead letter stays his."""
    town = settled("2020-02-10 10:00")
    town.enter(holder("site-cour-1", channel="webhook", address="http://127.0.0.1:9/"))
    town.visit("FACT-1", fails=["DS-01"])
    town.until("2020-02-11 09:30")
    town.visit("COUR-1", fails=["DS-01"])
    dead = town.dead_letters()[-1]
    town.enter(pb.Entry(dead_letter_retry=pb.DeadLetterRetry(notice=dead.notice)), by="clerk")
    town.settle()
    town.enter(pb.Entry(dead_letter_settlement=pb.DeadLetterSettlement(notice=dead.notice, reason="电话已告知")), by="clerk")
    assert not town.quarantine()
    town.until("2020-02-13 12:00")
    pack = edited(tmp_path / "more", (r"(\n    B:\n)(      - \{ at: -4h, message: near_due)",
                                      r"\1      - { at: -23h, message: near_due, to: [owner] }\n\2"))
    found = diff(town, pack)
    assert lists(found) == {"added": 2} and found["references"] == {"missing": "0", "unknown": "0", "refused": "0"}


@pytest.mark.parametrize("reference", ["id", "number", "place"])
def test_an_act_means_the_same_case_however_it_names_it(settled, tmp_path, reference):
    """Under the other pack the second case is the first, in number and id; the first is none."""
    town = settled("2020-02-10 10:00")
    town.visit("COUR-1", fails=["DS-02", "DS-01"])
    first, second = town.case("COUR-1", "DS-02"), town.case("COUR-1", "DS-01")
    assert (first.number, second.number) == (1, 2)
    town.until("2020-02-10 14:00")
    for case in (second, first):
        named = {"id": {"id": case.id}, "number": {"number": case.number}, "place": {"place": pb.Place(site=case.site, item=case.item)}}
        town.enter(pb.Entry(claim=pb.Claim(case_=pb.CaseReference(**named[reference]), text="补了")), by="site-cour-1")
    assert not town.quarantine()
    town.until("2020-02-12 12:00")
    assert_nothing_differs(diff(town, PACK))
    found = diff(town, elsewhere(tmp_path / "elsewhere"))
    assert [(case["item"], case["before"], case["after"]) for case in found["changedCases"]] == [("DS-02", True, False)]
    assert found["references"] == {"missing": "1", "unknown": "0", "refused": "0"}
    assert {row["before"]["number"] for row in found["dropped"]} == {f"DB-{first.number:04}"}
    assert {change for change in CHANGES if found[change]} == {"dropped"}


def test_a_number_that_nobody_had_is_held_under_the_other_pack_too(settled, tmp_path):
    """There it is a case: nobody meant that one."""
    town = settled("2020-02-10 10:00")
    town.visit("DORM-1", fails=["SD-01"])
    assert not town.case_rows()
    unclaimed = edited(tmp_path / "a-case-too", (r"item: SD-01, office: kongwei", "item: SD-01, office: kongwei, and_case: true"))
    before = diff(town, unclaimed)
    assert before["cases"]["onlyAfter"] == "1"
    town.enter(pb.Entry(claim=pb.Claim(case_=pb.CaseReference(number=1), text="补了")), by="insp-n")
    assert len(town.quarantine()) == 1
    found = diff(town, unclaimed)
    assert (found["changes"], found["changedCases"]) == (before["changes"], before["changedCases"])
    assert found["references"] == {"missing": "0", "unknown": "1", "refused": "0"}


# ---------------------------------------------------------------- what is asked, what is said

def test_a_faulty_pack_is_refused_with_its_place(settled, tmp_path):
    town = settled("2020-02-10 10:00")
    pack = edited(tmp_path / "faulty", (r"at: -1h, message: near_due", "at: -1x, message: near_due"))
    done = town.duban("policy", "diff", pack, "--data", town.directory, check=False)
    line = (pack / "policy.yaml").read_text()[:(pack / "policy.yaml").read_text().index("-1x")].count("\n") + 1
    assert done.returncode == 1 and f"policy.yaml:{line}:" in done.stderr, done.stderr
    assert done.stdout == ""


def test_a_year_that_is_not_published_is_said_once(settled, tmp_path):
    town = settled("2020-02-10 10:00")
    pack = edited(tmp_path / "faulty", (r"\n2020,year[^\n]*", ""), file="calendar.csv")
    done = town.duban("policy", "diff", pack, "--data", town.directory, check=False)
    days = len(re.findall(r"^2020-", (pack / "calendar.csv").read_text(), re.MULTILINE))
    assert done.returncode == 1 and done.stderr.count("没有公布 2020 年") == 1, done.stderr
    assert f"同样的错误还有 {days - 1} 处" in done.stderr and f"(and {days - 1} more of the same)" in done.stderr, done.stderr


@pytest.mark.parametrize("options, code, words", [
    (("--from", "2020-02-12", "--to", "2020-02-11"), 2, "--to"),
    (("--from", "yesterday"), 2, "--from"),
    (("--limit", "0x"), 2, "--limit"),
    (("--map", "little"), 2, "--map"),
    (("--from", "2021-01-01"), 1, "2020-02-10"),
])
def test_what_cannot_be_answered_says_so(settled, options, code, words):
    town = settled("2020-02-10 10:00")
    town.visit("COUR-1", fails=["DS-01"])
    done = town.duban("policy", "diff", PACK, "--data", town.directory, *options, check=False)
    assert done.returncode == code and words in done.stderr, done.stderr


def test_lists_are_bounded_and_say_how_many_more(eventful, tmp_path):
    pack = edited(tmp_path / "pack", (r"\nDS-01,([^\n]*?),B,", r"\nDS-01,\1,A,"), file="items.csv")
    found = diff(eventful, pack)
    more = int(found["changes"]["added"]) - 2
    assert more > 0
    text = eventful.duban("policy", "diff", pack, "--data", eventful.directory, "--limit", "2").stdout
    assert f"还有 {more} 件" in text and f"and {more} more" in text


def test_how_far_it_is_is_shown_on_a_terminal(eventful):
    leader, follower = pty.openpty()
    try:
        subprocess.run([eventful.build / "bin/duban", "--run", eventful.run, "--timeout", "60", "policy", "diff", PACK, "--data",
                        eventful.directory], stdout=subprocess.DEVNULL, stderr=follower, check=True, timeout=120,
                       env=eventful.environment())
        last = eventful.ingest_status().last_sequence
        assert f"{last} / {last}" in os.read(leader, 65536).decode()
    finally:
        os.close(leader)
        os.close(follower)


def test_nothing_that_runs_is_touched(eventful):
    def place():
        rules = eventful.rules_status()
        return rules.state_digest, rules.outbox_digest, rules.cursor, eventful.ingest_status().last_sequence

    before = place()
    diff(eventful, PACK)
    assert place() == before
    assert not list(eventful.directory.glob("duban-replay-*"))
