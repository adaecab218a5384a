"""What people do with a case is a command, and every act says what it changed: against the real house."""
import json
import re

import acts
import pytest
import query_pb2 as query
import state_pb2 as state
import township
from acts import t


@pytest.fixture
def town(settled):
    """DB-0001 at level B and DB-0002 at level C of one site, found at 10:00."""
    town = settled("2020-02-10 10:00")
    town.visit("COUR-1", fails=["DS-01", "EP-05"])
    return town


def act(town, *arguments, by="operator", code=0):
    """Both languages of what the command said, after it has ended with that code."""
    done = town.duban(*arguments, "--as", by, check=False)
    assert done.returncode == code, f"{arguments}: {done.returncode}\n{done.stdout}\n{done.stderr}"
    return done.stdout + done.stderr


def test_a_case_goes_from_claim_to_resumption_by_commands_alone(town):
    said = act(town, "acknowledge", "DB-0002", by="insp-n")
    assert "签收" in said and "acknowledged by" in said
    said = act(town, "assign", "DB-0002", "insp-n2", "--text", "轮换", by="leader-n")
    assert "改派给" in said and "assigned to" in said and town.case("COUR-1", "EP-05").owner == "insp-n2"
    said = act(town, "extend", "2", "--until", "2020-02-14T10:00", "--reason", "等配件", by="site-cour-1")
    assert "asks for an extension to 2020-02-14 10:00" in said
    said = act(town, "approve", "COUR-1/EP-05", by="leader-n")
    assert "时限由 2020-02-13 10:00 改为 2020-02-14 10:00" in said and "next due 2020-02-14 10:00" in said
    assert town.case("COUR-1", "EP-05").due_s * 1000 == t("2020-02-14 10:00")
    said = act(town, "edit", "2", "--level", "B", "--reason", "现场更重", by="leader-n")
    assert "级别由 C 提高到 B" in said and town.case("COUR-1", "EP-05").level == "B"
    act(town, "suspend", "2", "--reason", "等材料", "--review", "2020-02-20T18:00", by="lead")
    assert town.case("COUR-1", "EP-05").review_s * 1000 == t("2020-02-20 18:00")
    said = act(town, "resume", "2", "--reason", "材料已到", by="lead")
    assert "恢复办理" in said and "resumed" in said
    said = act(town, "claim", "DB-0001", "--fixed", "2020-02-10T10:00", by="site-cour-1")
    assert "等候复查" in said and "next due 2020-02-10 14:00" in said
    assert town.case("COUR-1", "DS-01").claimed_ms == t("2020-02-10 10:00")
    said = act(town, "explain-overdue", "2", "--expected", "2020-02-15T10:00", "--reason", "人手不足", by="insp-n2",
               code=1)
    assert "说明逾期原因：没有改变什么，只存档（当时：" in said and "问题没有逾期" in said and "the case is not overdue" in said
    town.until("2020-02-12 10:00")
    said = act(town, "explain-overdue", "2", "--expected", "2020-02-15T10:00", "--reason", "人手不足", by="insp-n2")
    assert "预计 2020-02-15 10:00 完成" in said
    assert town.quarantine() == []


def test_a_refused_approval_gives_its_reason(town):
    act(town, "extend", "2", "--until", "2020-02-14T10:00", "--reason", "等配件", by="site-cour-1")
    said = act(town, "approve", "2", "extension", "--refuse", "--reason", "材料已到", by="leader-n")
    assert "不同意延期：材料已到" in said and "extension refused: 材料已到" in said
    said = act(town, "approve", "2", by="leader-n", code=1)
    assert "nothing of this case waits for approval" in said and "receipt" not in said


def test_an_act_that_changes_nothing_says_why(town):
    act(town, "edit", "DB-0001", "--void", "--reason", "重复", by="lead")
    said = act(town, "claim", "DB-0001", by="site-cour-1", code=1)
    assert "receipt" in said, "it is in the journal all the same"
    assert "没有改变什么，只存档（当时：作废）" in said and "changes nothing, only kept (then: voided)" in said
    said = act(town, "edit", "2", "--level", "C", "--reason", "核对", by="leader-n")
    assert "没有问题因此改变" in said and "no case changes by it" in said


def test_an_act_without_right_is_held_and_the_entry_can_be_looked_at(town):
    said = act(town, "claim", "DB-0001", by="site-gate-1", code=1)
    (row,) = town.quarantine()
    assert f"duban quarantine {row.sequence}" in said
    shown = act(town, "quarantine", row.sequence)
    assert "DB-0001" in shown and "整改完成 claim" in shown and "site-gate-1" in shown
    said = act(town, "release", row.sequence, by="clerk")
    assert "says fixed" in said and "待复查" in said and "held, adopted by" in said, "the sender's, with who adopted it"
    assert town.case("COUR-1", "DS-01").claimed_ms


def test_a_site_that_stops_operating_names_every_case_that_it_stops(town):
    said = act(town, "suspend", "--site", "COUR-1", "--reason", "停业", by="clerk")
    assert "DB-0001" in said and "DB-0002" in said and "suspended: 停业" in said
    assert "点位停业，暂停计时" in said and "its clock stands still" in said
    said = act(town, "resume", "--site", "COUR-1", by="clerk")
    assert "DB-0001" in said and "DB-0002" in said and "now: rectifying" in said


def submitted(town, tmp_path, entry, by, code=0):
    path = tmp_path / "entry.json"
    path.write_text(entry)
    return act(town, "submit", path, by=by, code=code)


VISIT = ('{"report":{"reporter":"insp-n","deviceTimeMs":"2020-02-10T10:00","deviceOffsetMinutes":480,"site":"%s",'
         '"purpose":"PURPOSE_INSPECTION","outcome":"VISIT_OUTCOME_COMPLETED",'
         '"answers":[{"item":"DS-02","result":"RESULT_FAIL"},{"item":"DS-03","result":"RESULT_PASS"}]}}')


def test_a_submitted_report_names_the_case_that_it_opens_and_nothing_of_others(town, tmp_path):
    said = submitted(town, tmp_path, VISIT % "COUR-1", "insp-n")
    assert "DB-0003" in said and "2020-02-11 10:00 前整改" in said and "to be fixed by 2020-02-11 10:00" in said
    assert "DB-0001" not in said and "DB-0002" not in said


@pytest.mark.parametrize("language, heading", [("zh", "经过"), ("en", "what happened"), ("both", "经过 what happened")])
def test_a_history_has_its_times_in_every_language(town, language, heading):
    said = act(town, "--lang", language, "case", "DB-0001")
    history = said.split(f"== {heading} ==")[1].split("== ")[0]
    facts = town.case_facts("COUR-1", "DS-01")
    assert len(facts) == 3 and len(re.findall(r"^2020-02-\d\d \d\d:\d\d  \S", history, re.MULTILINE)) == len(facts), history


def test_a_pack_that_was_to_be_in_force_before_now_is_refused_with_the_reason(town, tmp_path):
    pack = township.pack_without(tmp_path / "amended", "referrals")
    said = act(town, "policy", "activate", pack, "--approver", "lead", "--from", "2020-02-09T08:00", code=1)
    assert "生效时间已过" in said and "the effective time is past" in said and "duban status" not in said, said


def test_a_released_report_tells_what_it_causes_now(town, tmp_path):
    submitted(town, tmp_path, VISIT % "COUR-9", "insp-n", code=1)
    (row,) = town.quarantine()
    shown = act(town, "quarantine", row.sequence)
    assert re.search(r"点位 site +COUR-9 +←", shown) and f"duban release {row.sequence} --site CODE" in shown
    said = act(town, "release", row.sequence, "--site", "COUR-8", by="clerk", code=1)
    assert "处理待核记录：没有改变什么，只存档" in said and "settlement changes nothing, only kept" in said
    assert "COUR-8" in said
    said = act(town, "release", row.sequence, "--site", "COUR-1", by="clerk")
    assert "DB-0003" in said and "opened at level B" in said and f"entry {row.sequence} released by" in said
    assert "held in quarantine" not in said, "what happened when it came is not told again"
    town.settle()     # what became of notices is an entry too
    journaled = town.rules_status().cursor
    said = act(town, "release", row.sequence, "--reject", "--reason", "重复", by="clerk", code=1)
    assert f"entry {row.sequence} has been released" in said and "已采用" in said and "nothing was submitted" in said
    assert town.rules_status().cursor == journaled
    whole = json.loads(town.duban("quarantine", row.sequence, "--json").stdout)
    assert whole["entry"]["report"]["site"] == "COUR-9" and whole["ways"] == []


def test_a_timer_due_by_the_act_is_not_told_as_its_doing(town):
    town.jump("2020-02-11 09:59:59")
    before = town.rules_status().fact_last
    town.ask("ingest", clock_advance=query.ClockAdvance(to_ms=t("2020-02-11 10:00:01")))
    said = act(town, "acknowledge", "DB-0001", by="insp-n")
    town.settle()
    kinds = {state.FactKind.Name(fact.kind) for fact in town.facts() if fact.sequence > before}
    assert "FACT_KIND_OVERDUE" in kinds
    assert "acknowledged by" in said and "逾期（" not in said


def test_without_rules_the_receipt_stands(town, tmp_path):
    town.kill("rules")
    path = tmp_path / "entry.json"
    path.write_text('{"claim":{"case":{"place":{"site":"COUR-1","item":"DS-01"}}}}')
    done = town.duban("submit", path, "--as", "site-cour-1", "--timeout", "1")
    assert "receipt: sequence" in done.stdout and "the receipt stands" in done.stderr and "回执有效" in done.stderr
    town.start("rules")
    town.settle()
    assert town.case("COUR-1", "DS-01").claimed_ms


def test_facts_can_be_asked_for_by_their_time(town):
    town.until("2020-02-12 10:00")
    whole = town.facts()
    moments = sorted({fact.at_s for fact in whole})
    assert [fact.at_s for fact in whole] == sorted(fact.at_s for fact in whole)
    for from_s, until_s in [(moments[0], moments[0]), (moments[-1], 0), (moments[1] + 1, moments[-2]), (1, 0),
                            (0, moments[3]), (moments[-1] + 1, 0), (moments[4], moments[2])]:
        wanted = [fact.sequence for fact in whole if fact.at_s >= from_s and (until_s == 0 or fact.at_s <= until_s)]
        rows = town.rows("rules", facts=query.FactsQuery(from_s=from_s, until_s=until_s))
        assert [row.sequence for row in rows] == wanted, (from_s, until_s)
    case = town.case("COUR-1", "DS-01")
    of_case = [fact.sequence for fact in town.facts(case.id) if moments[1] <= fact.at_s <= moments[-2]]
    rows = town.rows("rules", facts=query.FactsQuery(subject=case.id, from_s=moments[1], until_s=moments[-2]))
    assert [row.sequence for row in rows] == of_case
    after, paged = b"", []
    while True:
        reply = town.ask("rules", after=after, limit=2, facts=query.FactsQuery(from_s=moments[1], until_s=moments[-2]))
        paged += [row.sequence for row in reply.facts.rows]
        after = reply.next
        if not after:
            break
    assert paged == [fact.sequence for fact in whole if moments[1] <= fact.at_s <= moments[-2]]


def test_facts_can_be_asked_for_by_their_kind(town):
    town.until("2020-02-12 10:00")
    whole = town.facts()
    kinds = sorted({fact.kind for fact in whole})
    for wanted in (kinds[:1], kinds[-2:], kinds):
        expected = [fact.sequence for fact in whole if fact.kind in wanted]
        after, paged = b"", []
        while True:
            reply = town.ask("rules", after=after, limit=2, facts=query.FactsQuery(kinds=wanted))
            paged += [row.sequence for row in reply.facts.rows]
            after = reply.next
            if not after:
                break
        assert paged == expected


def test_while_rules_is_silent_an_act_goes_in_by_the_number_and_says_that_nothing_was_looked_at(town):
    before = town.ingest_status().last_sequence
    town.stop("rules")
    said = act(town, "--timeout", "1", "claim", "2", by="site-cour-1")
    assert "已入账" in said and "规则引擎没有应答：有没有 2 这个问题" in said and "nor whether this may be done now" in said
    act(town, "--timeout", "1", "acknowledge", "DB-0077", by="insp-n")
    assert town.ingest_status().last_sequence == before + 2
    town.start("rules")
    town.settle()
    assert town.case("COUR-1", "EP-05").claimed_ms != 0 and town.case("COUR-1", "DS-01").claimed_ms == 0
    (row,) = town.quarantine()
    assert row.field == "case.number" and "没有 DB-0077 这个问题" in row.zh and "no case DB-0077" in row.en
    assert "DB-0077" in town.duban("quarantine").stdout


def test_a_repeat_under_the_same_id_tells_again_what_it_did(town, tmp_path):
    path = tmp_path / "entry.json"
    path.write_text('{"claim":{"case":{"place":{"site":"COUR-1","item":"DS-01"}}}}')
    client_id = acts.photo("x").sha256[:16].hex()
    first = act(town, "submit", path, "--id", client_id, by="site-cour-1")
    town.until("2020-02-10 15:00")
    again = act(town, "submit", path, "--id", client_id, by="site-cour-1")
    for said in (first, again):
        assert "DB-0001" in said and "says fixed" in said
    assert "one effect" in again and "one effect" not in first


def test_what_waited_for_its_area_is_named_once_that_is_there_and_released_together(town, tmp_path):
    sites, areas = tmp_path / "sites.csv", tmp_path / "areas.csv"
    sites.write_text("code,kind,area,name_zh,name_en\nx-1,COUR,x-c1,甲,A\nx-2,COUR,x-c1,乙,B\n")
    areas.write_text("code,kind,zone,name_zh,name_en\nx-c1,community,north,新社区,new\n")
    town.settle()
    last = town.ingest_status().last_sequence
    said = act(town, "import", "sites", sites, code=1)
    assert "import areas first" in said and town.ingest_status().last_sequence == last
    act(town, "import", "sites", sites, "--hold", code=1)
    held = [row.sequence for row in town.quarantine()]
    assert len(held) == 2
    said = act(town, "import", "areas", areas)
    assert "duban release " + " ".join(map(str, held)) in said and "可以采用" in said
    act(town, "release", *held)   # as the operator, who may change the registry
    assert "x-1" in act(town, "sites") and "x-2" in act(town, "sites") and town.quarantine() == []


def test_a_file_submitted_again_has_one_effect(town, tmp_path):
    path = tmp_path / "visits.jsonl"
    path.write_text((VISIT % "COUR-1" + "\n") * 2)
    act(town, "submit", path, by="insp-n")
    town.settle()
    last = town.ingest_status().last_sequence
    said = act(town, "submit", path, by="insp-n")
    assert "2 of them were submitted before" in said and town.ingest_status().last_sequence == last
