"""How often sites are inspected, and which are to be inspected today: domain rows 48 and 65, 4.2, 4.6 rule 15."""
import json
import pathlib

import acts
import entry_pb2 as pb
import query_pb2 as query

PACK = pathlib.Path(__file__).resolve().parents[2] / "deploy/packs/epidemic-2020-beijing"


def due(town, code):
    (row,) = town.rows("rules", site_dues=query.SiteDuesQuery(code=code))
    return row


def interval(town, code):
    row = due(town, code)
    return row.interval_days, row.rule, row.why.zh, row.why.en


def day(row):
    return acts.local_s(row.due_day_s)[:10]


def codes_due(town):
    return [row.site.code for row in town.rows("rules", site_dues=query.SiteDuesQuery(due_only=True))]


def listed(town, *arguments):
    return json.loads(town.duban("sites", *arguments, "--json").stdout)["rows"]


def test_row_48_the_kind_of_site_and_crowding_say_how_often_it_is_inspected(settled):
    town = settled("2020-02-10 09:00")
    town.enter(acts.site("OFFC-9", "OFFC", "c1", "九号楼", "building 9"))
    assert interval(town, "COUR-1") == (1, "site_kinds.COUR", "点位类别为快递网点", "the kind of site is courier outlet")
    assert interval(town, "OFFC-9")[:2] == (3, "site_kinds.OFFC")
    town.enter(acts.site("OFFC-9", "OFFC", "c1", "九号楼", "building 9", headcount=30))
    assert interval(town, "OFFC-9") == (1, "cadences[2]", "已有在场人数，并且在场人数不少于30",
                                        "there is the number of people there, and the number of people there is at least 30")
    town.enter(acts.site("OFFC-9", "OFFC", "c1", "九号楼", "building 9"))
    assert interval(town, "OFFC-9")[0] == 1, "entered anew without a headcount: it stays"


def test_row_48_a_table_brings_the_headcount_and_a_wrong_one_is_refused_with_its_cell(settled, tmp_path):
    town = settled("2020-02-10 09:00")
    table = tmp_path / "sites.csv"
    table.write_text("code,kind,area,name_zh,name_en,headcount\nOFFC-9,OFFC,c1,九号楼,building 9,120\n")
    town.duban("import", "sites", table)
    town.settle()
    assert due(town, "OFFC-9").site.headcount == 120 and due(town, "OFFC-9").interval_days == 1
    table.write_text("code,kind,area,name_zh,name_en,headcount\nOFFC-9,OFFC,c1,九号楼,building 9,约百人\n")
    refused = town.duban("import", "sites", table, check=False)
    assert refused.returncode == 1 and "headcount" in refused.stderr and "或不填" in refused.stderr


def test_row_48_an_ordinary_finding_where_thirty_people_are_is_a_major_one(settled):
    town = settled("2020-02-10 10:00")
    town.enter(acts.site("COUR-1", "COUR", "c1", "快递网点", "courier outlet", headcount=35))
    town.visit("COUR-1", fails=["EP-05"])
    case = town.case("COUR-1", "EP-05")
    assert (case.level, case.due_s - case.base_s) == ("B", 24 * 3600)
    (raised,) = town.case_facts("COUR-1", "EP-05", "raised")
    assert (raised.level_from, raised.level_to, raised.rule) == ("C", "B", "uplifts[2]")
    assert "在场人数不少于30" in town.duban("case", "COUR-1/EP-05").stdout


def test_row_65_the_risk_that_a_site_is_watched_for_has_it_inspected_more_often(settled):
    town = settled("2020-02-10 09:00")
    town.enter(acts.site("FACT-9", "FACT", "c1", "纸箱厂", "box works"))
    assert interval(town, "FACT-9")[0] == 2
    town.enter(acts.watch("FACT-9", watcher="insp-n", reason="多名返京人员"), by="leader-n")
    assert interval(town, "FACT-9") == (1, "cadences[1]", "点位正在盯守", "the site is being watched")
    town.enter(acts.watch_end("DS-0001"), by="lead")
    assert interval(town, "FACT-9")[0] == 2


def test_rule_15_an_inspection_counts_on_its_day_and_guidance_and_attempts_never_do(settled):
    town = settled("2020-02-10 09:00")
    never = due(town, "COUR-1")
    assert never.is_due and never.last_inspection_ms == 0 and never.due_day_s == 0
    town.visit("COUR-1", passes=["CR-03"], at="2020-02-09 16:00")   # told the next morning
    assert (day(due(town, "COUR-1")), due(town, "COUR-1").is_due) == ("2020-02-10", True)
    for entry in (acts.report("COUR-1", "insp-n", town.now, purpose=pb.PURPOSE_GUIDANCE, passes=["CR-03"]),
                  acts.attempt("COUR-1", "insp-n", town.now)):
        town.enter(entry, by="insp-n")
    assert due(town, "COUR-1").is_due
    town.visit("COUR-1", passes=["CR-03"])
    after = due(town, "COUR-1")
    assert (day(after), after.is_due, after.last_inspection_ms) == ("2020-02-11", False, town.now)
    town.until("2020-02-13 00:00")
    assert due(town, "COUR-1").is_due and due(town, "COUR-1").days_over == 2
    town.enter(acts.suspend_site("COUR-1"), by="clerk")
    shut = due(town, "COUR-1")
    assert not shut.is_due and shut.due_day_s == 0 and shut.interval_days == 1, "only operating sites are ever due"


def test_rule_15_the_command_lists_what_is_to_be_inspected_today_and_why(settled):
    town = settled("2020-02-10 09:00")
    everything = codes_due(town)
    assert "COUR-1" in everything and everything == [row["site"]["code"] for row in listed(town, "--due")]
    town.visit("COUR-1", passes=["CR-03"])
    assert "COUR-1" not in codes_due(town)
    told = town.duban("sites").stdout
    assert all(word in told for word in ("上次巡查", "last inspection", "从未巡查", "never", "每天", "daily", "2020-02-11"))
    town.until("2020-02-13 09:00")
    told = town.duban("sites", "--due").stdout
    assert "2020-02-11（已过2天）" in told and "2020-02-11 (2 days ago)" in told and "点位类别为快递网点" in told
    (row,) = listed(town, "COUR-1")
    assert row["why"]["zh"] == "点位类别为快递网点" and row["daysOver"] == 2 and row["rule"] == "site_kinds.COUR"
    told = town.duban("sites", "--help").stdout
    assert "--due" in told and "示范指导" in told and "attempts" in told


def test_row_48_a_pack_without_the_table_goes_by_the_kinds_alone(settled):
    town = settled("2020-02-10 09:00")
    town.enter(acts.site("OFFC-9", "OFFC", "c1", "九号楼", "building 9", headcount=300))
    assert interval(town, "OFFC-9")[0] == 1
    files = {path.name: path.read_bytes() for path in PACK.iterdir()}
    text = files["policy.yaml"].decode()
    begin = text.index("cadences:\n")
    files["policy.yaml"] = (text[:begin] + text[text.index("\n# 提级", begin):]).encode()
    _, entries = acts.pack_entries(files)
    for entry in entries:
        town.enter(entry)
    assert interval(town, "OFFC-9")[:2] == (3, "site_kinds.OFFC")


def test_row_48_what_a_cadence_cannot_be_is_told_with_its_place(settled, tmp_path):
    town = settled("2020-02-10 09:00")
    for path in PACK.iterdir():
        (tmp_path / path.name).write_bytes(path.read_bytes())
    text = (PACK / "policy.yaml").read_text()
    for old, new, zh, en in (
            ("  - when: site.watched\n    every: 1cd", "  - when: site.watchd\n    every: 1cd", "site.watched", "site.watched"),
            ("  - when: site.watched\n    every: 1cd", "  - when: site.watched\n    every: 4nh", "以天计", "by days"),
            ("  - when: site.watched\n    every: 1cd", "  - every: 1cd", "永远用不到", "never reached"),
            ("FACT, SHOP, FOOD]\n    when: has", "FACT, SHP, FOOD]\n    when: has", "点位类别", "site kind"),
            ("    when: has(site.headcount) && site.headcount >= 30\n    every", "    when: site.headcount >= 30\n    every",
             "可能没有填写", "may be missing")):
        assert old in text
        (tmp_path / "policy.yaml").write_text(text.replace(old, new, 1))
        refused = town.duban("policy", "check", tmp_path, check=False)
        assert refused.returncode == 1 and zh in refused.stderr and en in refused.stderr, (new, refused.stderr)
        assert "policy.yaml:" in refused.stderr


def test_row_47_a_gate_is_inspected_at_night_once_a_week(settled):
    town = settled("2020-02-10 09:00")
    assert "今晚" in town.duban("sites", "GATE-1").stdout
    town.visit("GATE-1", passes=["GT-01"])
    (row,) = [row for row in json.loads(town.duban("blind-spots", "--json").stdout)["rows"] if row["site"]["code"] == "GATE-1"]
    assert row["kinds"] == ["BLIND_SPOT_KIND_NIGHT"] and "夜间巡查不够" in town.duban("blind-spots").stdout
    town.until("2020-02-10 21:00")
    town.visit("GATE-1", passes=["GT-01"])
    row = due(town, "GATE-1")
    assert row.has_night and not row.night_is_due and acts.local_s(row.night_due_s) == "2020-02-17 00:00"
    assert "GATE-1" not in town.duban("blind-spots").stdout
    assert not due(town, "COUR-1").has_night


def test_a_market_is_inspected_every_day_and_asked_what_shops_are(settled):
    town = settled("2020-02-10 09:00")
    town.enter(acts.site("MARK-1", "MARK", "c1", "农贸市场", "market"))
    assert interval(town, "MARK-1") == (1, "site_kinds.MARK", "点位类别为农贸市场", "the kind of site is market")
    town.visit("MARK-1", by="insp-n", fails=["PB-02"])
    assert town.case("MARK-1", "PB-02").level == "B"
