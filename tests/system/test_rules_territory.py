"""Units, focus groups, branches of areas, phones, entrances: domain rows 1, 6, 11, 12, 13 (section 1a) and 42 (1d)."""
import json
import shutil

import acts
import entry_pb2 as pb
import pytest
import township
import wire


def table(town, name, *lines):
    path = town.directory / name
    path.write_text("\n".join(lines) + "\n")
    return path


def listing(town, *command):
    return json.loads(town.duban(*command, "--json").stdout)["rows"]


def import_units(town, *lines):
    return town.duban("import", "units", table(town, "units.csv", "code,kind,name_zh,name_en,secretary,focus_group,zone,area", *lines))


def import_areas_with_branches(town, c1="yes", v1="yes"):
    return town.duban("import", "areas", table(town, "areas.csv", "code,kind,zone,name_zh,name_en,has_branch",
                                               f"c1,community,north,东里社区,Dongli community,{c1}",
                                               f"v1,village,south,南村,South village,{v1}"))


def row_of(shown, code):
    return next(line for line in shown.splitlines() if line.startswith(code + " "))


def test_row_1_a_task_force_has_its_members_sites_and_open_cases(settled):
    town = settled("2020-02-10 10:00")
    import_units(town, "tf,task_force,巡查专班,inspection task force,lead,,,", "tf-n,task_force,北片专班,north task force,,,north,")
    town.duban("import", "holders", table(town, "holders.csv", "account,roles,title_zh,title_en,language,units",
                                          "insp-n,inspector:north,北片检查员甲,north inspector 1,zh+en,tf tf-n",
                                          "lead,lead,专班组长,task-force lead,zh+en,tf"))
    town.visit("COUR-1", fails=["DS-01", "EP-01"])
    town.visit("SHOP-1", fails=["EP-01"])
    assert [(row["unit"]["code"], row.get("members")) for row in listing(town, "units")] == [
        ("tf", ["insp-n", "lead"]), ("tf-n", ["insp-n"])]
    shown = town.duban("units").stdout
    assert row_of(shown, "tf").split()[-2:] == ["8", "3"] and "专班组长" in row_of(shown, "tf")
    assert row_of(shown, "tf-n").split()[-2:] == ["4", "2"]


def test_row_1_who_may_and_what_rules_does_not_know_is_held(settled):
    town = settled("2020-02-10 10:00")
    unit = pb.UnitChange(code="tf", kind=pb.UNIT_KIND_TASK_FORCE, name=acts.text("专班", "task force"), zone="west")
    town.enter(pb.Entry(unit_change=unit))
    (held,) = town.quarantine()
    assert held.field == "unitChange.zone" and "west" in held.zh and "west" in held.en
    unit.zone = ""
    town.enter(pb.Entry(unit_change=unit), by="insp-n")
    assert [row.field for row in town.quarantine()] == ["unitChange.zone", "account"]
    town.enter(pb.Entry(unit_change=unit), by="admin")
    assert [row["unit"]["code"] for row in listing(town, "units")] == ["tf"]
    done = town.duban("units", "td", check=False)
    assert done.returncode != 0 and "tf" in done.stderr


def test_row_1_form_is_refused_with_the_field(settled):
    town = settled("2020-02-10 10:00")
    done = town.duban("import", "units", table(town, "units.csv", "code,kind,name_zh,name_en,secretary,zone,area",
                                               "tf,team,专班,task force,,north,c1"), check=False)
    assert done.returncode != 0
    assert 'column "kind" says "team"' in done.stderr and 'column "area" says "c1"' in done.stderr


def test_row_6_a_message_too_long_for_a_text_message_is_refused_with_its_row(settled, tmp_path):
    town = settled("2020-02-10 10:00")
    pack = tmp_path / "pack"
    shutil.copytree(township.PACK, pack)
    lines = (pack / "messages.csv").read_text().splitlines()
    place = next(i for i, line in enumerate(lines) if line.startswith("near_due,"))
    lines[place] = "near_due," + "{问题}" * 4 + "{编号}{时限},{number} {due}"
    (pack / "messages.csv").write_text("\n".join(lines) + "\n")
    for command in (("check", pack), ("activate", pack, "--approver", "lead")):
        done = town.duban("policy", *command, check=False)
        assert done.returncode != 0 and f"messages.csv:{place + 1}:" in done.stderr
        assert "near_due" in done.stderr and "中文" in done.stderr and "2048" in done.stderr


def test_row_6_the_list_of_tasks_says_what_ends_each(settled):
    town = settled("2020-02-10 10:00")
    town.visit("COUR-1", fails=["DS-01"])
    (line,) = [line for line in town.duban("tasks").stdout.splitlines() if "DB-0001" in line and "整改 " in line]
    assert line.rstrip().endswith("整改完成")


def test_row_11_a_focus_group_has_a_name_and_so_has_a_check_item(settled):
    town = settled("2020-02-10 10:00")
    town.visit("COUR-1", fails=["DS-01"])
    town.until("2020-02-11 01:00")
    town.settle()
    said = town.duban("coverage").stdout
    for name, english, code in (("辖区居民", "residents", "residents"),
                                ("复工复产企业人员", "staff of resumed enterprises", "resumed_enterprise_staff")):
        assert f"{name} {code} " in said and f"{english} {code} " in said, said
    row = town.notices(kind="notice_to_site")[0]
    for page in (town.duban("case", "DB-0001").stdout, town.duban("explain", str(row.sequence)).stdout):
        assert "DS-01 公共区域每日消毒≥2次并有记录" in page and "DS-01 public areas disinfected at least twice a day, with log" in page


def test_row_11_listings_are_filtered_by_focus_group(settled):
    town = settled("2020-02-10 10:00")
    town.visit("COUR-1", fails=["DS-01"])
    town.visit("GATE-1", fails=["GT-03"])
    town.enter(acts.isolation("某某 13800000000", acts.t("2020-02-09 10:00"), basis="overseas"), by="clerk")
    town.enter(acts.isolation("某某 13800000000", acts.t("2020-02-09 10:00"), basis="contact"), by="clerk")

    def cases(group):
        return [row["case"]["site"] for row in listing(town, "cases", "--focus-group", group)]
    assert cases("residents") == ["GATE-1"] and cases("resumed_enterprise_staff") == ["COUR-1"] and cases("returnees") == []
    assert [row["number"] for row in listing(town, "isolations", "--focus-group", "overseas_arrivals")] == ["GL-0001"]
    done = town.duban("cases", "--focus-group", "resident", check=False)
    assert done.returncode != 0 and "residents" in done.stderr


def test_row_11_the_morning_digest_has_a_heading_for_each_group(settled):
    town = settled("2020-02-10 10:00")
    town.visit("COUR-1", fails=["DS-01", "DS-02"])
    town.visit("GATE-1", fails=["GT-03"])
    town.until("2020-02-11 07:44")
    (line,) = [line for line in town.spool() if line["to"] == "insp-n" and line["kind"] == "digest"]
    lines = line["text"]["zh"].splitlines()
    assert [lines.index(heading) for heading in ("— 辖区居民（1）", "— 复工复产企业人员（2）")] == [1, 3]
    assert "— residents (1)" in line["text"]["en"]


def test_row_12_a_branch_has_the_sites_and_cases_of_its_focus_group(settled):
    town = settled("2020-02-10 10:00")
    town.visit("COUR-1", fails=["DS-01"])
    import_units(town, "b-1,branch,第一临时党支部,first branch,lead,residents,,", "b-2,branch,第二临时党支部,second branch,clerk,returnees,,")
    import_units(town, "b-3,branch,第三临时党支部,third branch,lead,resumed_enterprise_staff,,")
    shown = town.duban("units").stdout
    assert "residents" in row_of(shown, "b-1") and "returnees" in row_of(shown, "b-2")
    assert row_of(shown, "b-3").split()[-2:] == ["7", "1"]
    unit = pb.UnitChange(code="b-4", kind=pb.UNIT_KIND_BRANCH, name=acts.text("支部", "branch"), focus_group="crowds")
    town.enter(pb.Entry(unit_change=unit))
    assert [row.field for row in town.quarantine()] == ["unitChange.focusGroup"]


def test_row_13_areas_with_a_branch_inspected_today(settled):
    town = settled("2020-02-10 10:00")
    import_areas_with_branches(town)
    assert "今日已巡查 0/2 个社区（村）（有支部）" in town.duban("areas").stdout
    town.visit("COUR-1", fails=["DS-01"])
    shown = town.duban("areas").stdout
    assert "已巡查" in row_of(shown, "c1") and "未巡查" in row_of(shown, "v1")
    assert "今日已巡查 1/2 个社区（村）（有支部）" in shown
    document = json.loads(town.duban("areas", "--json").stdout)
    assert (int(document["branches"]), int(document["branchesInspectedToday"])) == (2, 1)
    import_areas_with_branches(town, v1="no")
    assert "今日已巡查 1/1 个" in town.duban("areas").stdout
    town.until("2020-02-11 00:30")
    assert "今日已巡查 0/1 个" in town.duban("areas").stdout


def test_row_13_a_late_report_counts_for_the_day_of_its_visit(settled):
    town = settled("2020-02-10 23:30")
    import_areas_with_branches(town)
    town.until("2020-02-11 08:00")
    town.visit("COUR-1", at="2020-02-10 22:00", fails=["DS-01"])
    assert "今日已巡查 0/2 个" in town.duban("areas").stdout
    town.visit("COUR-1", at="2020-02-11 07:50", fails=["EP-01"])
    assert "今日已巡查 1/2 个" in town.duban("areas").stdout


def test_row_13_guidance_and_attempts_are_no_inspection(settled):
    town = settled("2020-02-10 10:00")
    import_areas_with_branches(town)
    town.visit("COUR-1", purpose=pb.PURPOSE_GUIDANCE)
    town.visit("COUR-1", outcome=pb.VISIT_OUTCOME_ATTEMPTED)
    assert "今日已巡查 0/2 个" in town.duban("areas").stdout


def gate_visit(town, at=None, **states):
    """A visit of GATE-1 that tells its entrances: name=(state, note)."""
    entry = acts.report("GATE-1", "insp-n", town.now if at is None else acts.t(at))
    entry.report.entrances.extend(pb.Entrance(name=name, state=state, note=note) for name, (state, note) in states.items())
    return town.enter(entry, by="insp-n")


MANNED, CLOSED = (pb.ENTRANCE_STATE_OPEN_MANNED, ""), (pb.ENTRANCE_STATE_CLOSED, "")
BROKEN = (pb.ENTRANCE_STATE_PROBLEM, "围挡倒了")


def test_row_42_entrances_are_listed_as_they_were_last_seen(settled):
    town = settled("2020-02-10 10:00")
    gate_visit(town, 东门=MANNED, 西门=CLOSED)
    gate_visit(town, at="2020-02-10 09:00", 东门=CLOSED)
    assert [(row["name"], row["state"], row["reporter"]) for row in listing(town, "entrances", "GATE-1")] == [
        ("东门", "ENTRANCE_STATE_OPEN_MANNED", "insp-n"), ("西门", "ENTRANCE_STATE_CLOSED", "insp-n")]
    shown = town.duban("entrances").stdout
    assert "有人看守" in shown and "已封闭" in shown and "北片检查员甲" in shown
    done = town.duban("entrances", "GATE-2", check=False)
    assert done.returncode != 0 and "GATE-1" in done.stderr


def test_row_42_a_problem_is_a_case_that_names_the_entrance(settled):
    town = settled("2020-02-10 10:00")
    gate_visit(town, 东门=MANNED, 西门=BROKEN)
    assert town.case("GATE-1", "GT-04").finding == "西门：围挡倒了"
    assert ("2020-02-10 10:00", "notice_to_site", "site-gate-1") in town.told("GATE-1", "GT-04")
    assert [row["name"] for row in listing(town, "entrances", "GATE-1", "--problems")] == ["西门"]
    assert any("西门：围挡倒了" in str(line) for line in town.spool())


def test_row_42_form_is_refused_with_the_field(settled):
    town = settled("2020-02-10 10:00")
    entry = acts.report("GATE-1", "insp-n", town.now)
    entry.report.entrances.add(name="西门", state=pb.ENTRANCE_STATE_PROBLEM)
    with pytest.raises(wire.Refused, match=r"report\.entrances\[0\]\.note"):
        town.submit(entry, by="insp-n")


def test_rows_21_and_41_the_posts_of_a_gate_are_listed_with_its_class_and_its_volunteers(settled):
    town = settled("2020-02-10 10:00")
    town.duban("import", "sites", table(town, "sites.csv", "code,kind,area,name_zh,name_en,class",
                                        "GATE-1,GATE,c1,东里小区东门,Dongli east gate,compound"))
    entry = acts.report("GATE-1", "insp-n", town.now)
    entry.report.volunteers = 4
    entry.report.posts.add(post="东门岗", shift="早班", manned=pb.MANNING_MANNED)
    entry.report.posts.add(post="东门岗", shift="夜班", manned=pb.MANNING_UNMANNED)
    town.enter(entry, by="insp-n")
    assert town.case("GATE-1", "GT-01").finding == "东门岗（夜班）：无人值守"
    (night, _) = json.loads(town.duban("entrances", "GATE-1", "--json").stdout)["posts"]
    assert (night["post"]["shift"], night["post"]["manned"], night["volunteers"]) == ("夜班", "MANNING_UNMANNED", 4)
    shown = town.duban("entrances", "GATE-1", "--problems").stdout
    assert "无人值守" in shown and "小区大门" in shown and "4人" in shown and "早班" not in shown
    done = town.duban("import", "sites", table(town, "sites.csv", "code,kind,area,name_zh,name_en,class",
                                               "GATE-1,GATE,c1,东里小区东门,Dongli east gate,castle"), check=False)
    assert done.returncode == 1 and 'column "class" says "castle"' in done.stderr and town.quarantine() == []
    town.duban("import", "sites", "--hold", table(town, "sites.csv", "code,kind,area,name_zh,name_en,class",
                                                  "GATE-1,GATE,c1,东里小区东门,Dongli east gate,castle"), check=False)
    assert [row.field for row in town.quarantine()] == ["siteChange.siteClass"]
