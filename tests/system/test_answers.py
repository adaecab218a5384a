"""What the operator's command answers when there is nothing to list, when a table is faulty or would
bite later, and when an id came twice: against the daemons, not against somebody who plays them.
"""
import json
import re

import acts
import entry_pb2 as pb
import pytest
import query_pb2 as query

MORNING = "2020-02-10 10:00"
CHINESE = re.compile("[\u4e00-\u9fff]")


@pytest.fixture(scope="module")
def town(settled_for_module):
    """For those which only ask."""
    return settled_for_module(MORNING)


@pytest.mark.parametrize("arguments,what,choices", [
    (("cases", "--zone", "nroth"), 'no zone "nroth" (did you mean north?)', ["north (north group) / south (south group)", "north（北片） / south（南片）", "duban areas"]),
    (("cases", "--level", "Z"), 'no level "Z"', ["A (immediate) / B (major) / C (ordinary)", "A（立即整改）"]),
    (("figures", "--name", "按时"), 'no figure "按时"', ["on_time", "duban figures"]),
    (("isolation", "begin", "--basis", "returned"), 'no class of observation "returned"', ["observation"]),
    (("cases", "--site", "COUR-9"), 'no site "COUR-9" (did you mean COUR-1?)', ["duban sites"]),
    (("tasks", "--owner", "nobody"), 'no account "nobody"', ["clerk", "duban holders"]),
    (("tasks", "--kind", "revist"), 'no task kind "revist" (did you mean revisit?)', ["rectification"]),
    (("notices", "--to", "nobody"), 'no account "nobody"', ["duban holders"]),
    (("notices", "--case", "9"), "no such case", ["duban cases --all"]),
    (("sites", "COUR-9"), 'no site "COUR-9"', ["COUR-1"]),
    (("holders", "leed"), 'no account "leed" (did you mean lead?)', ["lead"]),
])
def test_a_filter_that_names_nothing_is_refused_with_what_there_is(town, arguments, what, choices):
    done = town.duban(*arguments, check=False)
    assert done.returncode == 1 and done.stdout == ""
    assert what in done.stderr and CHINESE.search(done.stderr)
    assert all(choice in done.stderr for choice in choices), done.stderr


@pytest.mark.parametrize("arguments", [("cases", "--zone", "south", "--level", "A"), ("tasks", "--kind", "revisit"),
                                       ("notices", "--to", "site-shop-1"), ("quarantine",), ("dead-letters",), ("conflicts",)])
def test_a_right_question_without_an_answer_says_none(town, arguments):
    done = town.duban(*arguments)
    assert "（无）" in done.stdout and "(none)" in done.stdout and done.stderr == ""


def test_areas_are_listed(town):
    rows = json.loads(town.duban("areas", "--json").stdout)["rows"]
    assert {row["zone"] for row in rows} == {"north", "south"}
    assert [area.code for area in town.rows("rules", areas=query.AreasQuery())] == [row["code"] for row in rows]


def test_what_the_policy_in_force_knows_can_be_asked(town):
    codes = town.ask("rules", codes=query.CodesQuery()).codes
    assert [level.code for level in codes.levels] == ["A", "B", "C", "D", "X"]
    assert all(code.label.zh and code.label.en for code in [*codes.levels, *codes.site_kinds])
    assert "COUR" in [kind.code for kind in codes.site_kinds]


def test_a_name_stands_for_its_code(town):
    """As a clerk writes it, in either language; the answer is that of the code."""
    for by_name, by_code in [(("cases", "--zone", "北片"), ("cases", "--zone", "north")),
                             (("cases", "--level", "3日整改"), ("cases", "--level", "C")),
                             (("tasks", "--kind", "复查"), ("tasks", "--kind", "revisit")),
                             (("figures", "--name", "按期整改率"), ("figures", "--name", "on_time")),
                             (("preview", "临近到期", "--channel", "短信"), ("preview", "near_due", "--channel", "sms"))]:
        answers = [town.duban(*words, check=False) for words in (by_name, by_code)]
        if answers[0].returncode == 1 and "there is no" in answers[0].stderr:
            assert False, answers[0].stderr
        assert (answers[0].returncode, answers[0].stdout) == (answers[1].returncode, answers[1].stdout), by_name


def test_a_dry_run_names_what_would_bite_over_the_whole_registry(town, tmp_path):
    before = town.ingest_status().last_sequence
    table = tmp_path / "sites.csv"
    table.write_text("code,kind,area,name_zh,name_en\nNEW-1,COUR,n9,新点位,new site\nNEW-2,CUOR,n1,又一个,another\n")
    done = town.duban("import", "sites", table, "--dry-run", check=False)
    assert done.returncode == 1 and 'sites.csv:2:12: column "area" says "n9": no such area is registered' in done.stderr
    assert 'sites.csv:3:7: column "kind" says "CUOR": the policy in force has none such, it should be COUR' in done.stderr
    done = town.duban("import", "sites", table, "--dry-run", "--hold")
    assert "2 rows, nothing submitted" in done.stdout
    assert re.search(r"no contact on duty .*NEW-1, NEW-2", done.stderr)
    assert "NEW-1 (n9)" in done.stderr and "NEW-2 (CUOR -> COUR)" in done.stderr
    assert town.ingest_status().last_sequence == before


def test_after_a_good_import_what_nobody_would_be_told_of_is_named(settled, tmp_path):
    town = settled(MORNING)
    areas, holders = tmp_path / "areas.csv", tmp_path / "holders.csv"
    areas.write_text("code,kind,zone,name_zh,name_en\nw1,village,west,西片一村,west village 1\n")
    done = town.duban("import", "areas", areas)
    assert re.search(r"zones have no group leader on duty .*: west\n", done.stderr)
    assert re.search(r"areas have no area contact on duty .*\bw1\n", done.stderr)
    holders.write_text("account,roles,title_zh,title_en\nwest,group_leader:west area_contact:w1,西片组长,west leader\n")
    done = town.duban("import", "holders", holders, "--json")
    whats = {gap["what"] for gap in json.loads(done.stdout)["gaps"]}
    assert "zoneWithoutGroupLeader" not in whats and "leadOrClerkMissing" not in whats
    town.enter(acts.holder("lead", [(pb.ROLE_LEAD, "")], "专班组长", "lead", away=True))
    done = town.duban("import", "areas", areas)
    assert "nobody on duty holds these posts: nobody would be told: lead\n" in done.stderr


def test_a_faulty_table_changes_nothing(settled, tmp_path):
    town = settled(MORNING)
    before = town.ingest_status().last_sequence
    table = tmp_path / "holders.csv"
    table.write_text("account,roles,title_zh,title_en\na,lead,甲,A\nb,inspecter:north,乙,B\n")
    done = town.duban("import", "holders", table, check=False)
    assert done.returncode == 1
    assert 'holders.csv:3:3: column "roles" says "inspecter:north"' in done.stderr
    done = town.duban("import", "sites", table, check=False)
    assert done.returncode == 1 and "duban import holders" in done.stderr
    assert town.ingest_status().last_sequence == before


def test_a_conflict_is_listed_and_shown_beside_what_stands(settled):
    town = settled(MORNING)
    client_id = town.new_id()
    first = acts.report("SHOP-1", "insp-s", acts.t(MORNING), fails=["DS-01"], text="the first")
    other = acts.report("SHOP-1", "insp-s", acts.t(MORNING), fails=["MS-01"], text="the other")
    receipt = town.submit(first, by="insp-s", client_id=client_id)
    asker = town.asker("ingest.submit")
    asker.answer(asker.submit("insp-s", client_id, other))
    (row,) = town.rows("ingest", conflicts=query.ConflictsQuery())
    assert (row.sequence, row.account, row.kind, row.refused_kind) == (receipt.sequence, "insp-s", "report", "report")
    assert row.client_id == client_id and row.stamp_ms == receipt.stamp_ms and not row.entry
    (row,) = town.rows("ingest", conflicts=query.ConflictsQuery(sequence=receipt.sequence))
    assert (pb.Entry.FromString(row.entry), pb.Entry.FromString(row.refused_entry)) == (first, other)
    assert str(receipt.sequence) in town.duban("conflicts").stdout
    shown = town.duban("conflicts", receipt.sequence).stdout
    assert "the first" in shown and "the other" in shown and "report.site" not in shown
    document = json.loads(town.duban("conflicts", receipt.sequence, "--json").stdout)
    differences = {row["field"]: (row["stands"], row["refused"]) for row in document["rows"][0]["differences"]}
    assert differences["report.answers[0].item"] == ("DS-01", "MS-01")
    assert differences["report.text"] == ("the first", "the other")
    assert "report.site" not in differences and "report.deviceTimeMs" not in differences
    done = town.duban("conflicts", 999999, check=False)
    assert done.returncode == 1 and "no such sequence" in done.stderr


def test_a_conflict_survives_a_restart_and_shows_no_personal_data(settled):
    town = settled(MORNING)
    client_id = town.new_id()
    entry = acts.holder("newcomer", [(pb.ROLE_INSPECTOR, "north")], "北片检查员丙", "inspector 3", phone="13900001111")
    receipt = town.submit(entry, client_id=client_id)
    entry.role_holder_change.phone.clear = "13900002222"
    asker = town.asker("ingest.submit")
    asker.answer(asker.submit("operator", client_id, entry))
    town.kill("ingest")
    town.start("ingest")
    done = town.duban("conflicts", receipt.sequence)
    assert "roleHolderChange.phone" in done.stdout and "not shown" in done.stdout
    whole = done.stdout + town.duban("conflicts", receipt.sequence, "--json").stdout
    assert "13900001111" not in whole and "13900002222" not in whole
