"""The two meetings of a day: domain rows 23 to 32; 4.6 rules 13 to 15. What each was told, what it decides, and that it adds up."""
import json

import acts
import pytest
from township import pack_without


def shown(town, command, *arguments):
    (row,) = json.loads(town.duban(command, *arguments, "--json").stdout)["rows"]
    return row


def text_of(town, kind, account, language):
    """What the last message of that kind to that account says."""
    lines = [line for line in town.spool() if line["kind"] == kind and line["to"] == account]
    return lines[-1]["text"][language]


def is_of(row, day):
    return acts.local_s(row.notice.decided_at_s).startswith(day)


@pytest.fixture
def working(settled):
    """On the morning of a day, before anybody has done anything."""
    town = settled("2020-02-10 09:00")
    town.until("2020-02-11 08:00")
    return town


def test_row_23_the_brief_is_as_a_clerk_would_write_it(working):
    town = working
    for account in ("lead", "clerk", "leader-n", "leader-s"):
        assert len([row for row in town.notices(recipient=account, kind="morning_brief") if is_of(row, "2020-02-11")]) == 1, account
    said = text_of(town, "morning_brief", "lead", "zh")
    assert said == ("【演练】【早报 2月11日】逾期未整改0件，其他逾期0项；今日到期0件，待复查0处，待核实投诉0件；应查8处（已排入路线8处），死角8处；"
                    "昨晚截止后补报0项。重点：无。")
    assert text_of(town, "morning_brief", "lead", "en").endswith(
        "Morning brief, 11 Feb. Cases not fixed in time: 0; other duties overdue: 0. Cases due today: 0. Revisits to make: 0. "
        "Complaints to verify: 0. Sites to inspect: 8, of which 8 are stops of today's plan. Blind spots, not seen within their "
        "interval: 8. Records that came in after last night's summary: 0. What weighs most: nothing.")
    page = town.duban("brief").stdout
    assert "早报 2020-02-11（截至 2020-02-11 07:43）" in page and "morning brief of 2020-02-11" in page
    assert "片：应查" in page and "草案" in page


def test_row_23_the_summary_is_as_a_clerk_would_write_it_and_stays(working):
    town = working
    town.visit("COUR-1", fails=["DS-01"], passes=["CR-03"])
    town.visit("GATE-1", passes=["GT-01"])
    town.duban("plan", "left", "CONS-1", "--reason", "工地停水", "--as", "insp-n")
    town.enter(acts.attempt("DORM-1", "insp-n", town.now, purpose=acts.pb.PURPOSE_INSPECTION), by="insp-n")
    town.until("2020-02-11 20:30")
    said = text_of(town, "evening_summary", "lead", "zh")
    alive = shown(town, "summary")["meeting"]["figures"]
    assert said == ("【演练】【晚报 2月11日】今日应查8处，已查2处；新增1件，销号0件，逾期未整改0件，其他逾期0项；未完成6站转明日，死角6处。"
                    "需例会研究：无；计划未查：河畔工地（工地停水）、河畔工地宿舍（到访未果）、南村工厂等6处；"
                    f"提醒机制运行正常：检查{alive.get('checked', 0)}项，发出{alive['told']}条，未送达0条。")
    assert text_of(town, "evening_summary", "lead", "en").endswith(
        "Evening summary, 11 Feb. Inspected today: 2 of the 8 sites that were to be seen. Cases opened: 1; closed: 0. Cases not fixed "
        "in time: 0; other duties overdue: 0. Stops left for tomorrow: 6. Blind spots, not seen within their interval: 6. "
        "To be decided at the meeting: nothing; planned and not inspected: Riverside construction site (工地停水), Riverside dormitory "
        "(tried in vain), South village factory and others, 6 in all; "
        f"alerting was alive: {alive.get('checked', 0)} checked, {alive['told']} told, 0 did not arrive.")
    page = town.duban("summary").stdout
    for words in ("工地停水", "到过，未能检查", "责任人未说明原因", "发现问题（项）", "平", "was there in vain", "nobody has said why", "adds up"):
        assert words in page, words
    assert "组长" in page and "leader-n" not in page, page
    before = shown(town, "summary")
    (north,) = [group for group in before["meeting"]["groups"] if group["zone"] == "north"]
    leader = {person["account"]: person for person in north["people"]}["leader-n"]
    assert leader["planned"] == leader["done"] + leader["withReason"] == 4
    town.visit("SHOP-1", at="2020-02-11 19:50", passes=["DS-01"])     # after the cut-off, for a visit before it
    town.until("2020-02-12 08:00")
    assert shown(town, "summary", "--day", "2020-02-11")["meeting"] == before["meeting"]
    assert shown(town, "brief")["meeting"]["figures"]["lateReports"] == 1
    assert "补报1项" in text_of(town, "morning_brief", "clerk", "zh")
    assert "6 stops" not in text_of(town, "morning_brief", "clerk", "zh")


def test_on_the_first_day_nothing_is_counted_and_the_summary_says_from_when_on(settled):
    town = settled()
    town.until("2020-01-20 20:30")
    assert "应查、已查从明日零时起计入" in text_of(town, "evening_summary", "lead", "zh")
    page = town.duban("summary").stdout
    assert "应查、已查从次日零时起计入" in page and "counted from the next midnight on" in page
    assert "应查点位" not in page and "(0/0)" not in page, page
    town.until("2020-01-22 08:00")
    assert "应查点位" in town.duban("summary", "--day", "2020-01-21").stdout
    assert "应查、已查从次日零时起计入" in town.duban("summary", "--day", "2020-01-20").stdout


def test_row_24_a_day_without_a_meeting_says_so(settled, tmp_path):
    town = settled("2020-02-10 09:00")
    said = town.duban("summary").stdout
    assert "2020-02-10 的还没有出：将于 2020-02-10 20:07 出" in said and "it comes at 2020-02-10 20:07" in said, said
    for meeting in ("brief", "summary"):
        said = town.duban(meeting, "--day", "2020-03-01").stdout
        assert "2020-03-01 还没有到" in said and "is still to come" in said and "下一次将于 2020-02-1" in said, said
    said = town.duban("coverage", "--day", "2020-02-11").stdout
    assert "2020-02-11 还没有开始" in said and "has not begun" in said, said
    assert not json.loads(town.duban("coverage", "--day", "2020-02-11", "--json").stdout)["isCounted"]
    assert "2019-05-01 没有" in town.duban("brief", "--day", "2019-05-01").stdout
    refused = town.duban("brief", "--day", "昨天", check=False)
    assert refused.returncode == 2 and "--day" in refused.stderr
    town.duban("policy", "activate", str(pack_without(tmp_path / "pack", "meetings")), "--approver", "lead")
    town.settle()
    town.until("2020-02-12 09:00")
    assert "没有 meetings 一节" in town.duban("brief").stdout and "no section meetings" in town.duban("summary").stdout
    assert not [row for row in town.notices(kind="morning_brief") if not is_of(row, "2020-02-10")]


def test_row_27_what_is_resolved_has_one_owner_and_is_on_the_next_agenda_until_it_is_done(working):
    town = working
    town.duban("resolve", "协调围挡二十块", "--owner", "leader-n", "--by", "2020-02-12T18:00", "--site", "GATE-1", "--as", "lead")
    town.settle()
    assert "【例会交办】LH-0001 协调围挡二十块，责任人：北片组组长，2月12日 18:00前完成。" in text_of(town, "briefing_decision", "leader-n", "zh")
    page = town.duban("agenda").stdout
    assert "交办未办结" in page and "LH-0001" in page and "resolved, not done" in page
    town.until("2020-02-11 20:30")
    assert "LH-0001 东里东门（交办未办结）" in text_of(town, "evening_summary", "lead", "zh")
    town.duban("resolution", "amend", "LH-0001", "--by", "2020-02-13", "--owner", "leader-s", "--text", "厂家缺货", "--as", "clerk")
    town.settle()
    assert "2月13日 23:59" in text_of(town, "briefing_decision", "leader-s", "zh")
    held = town.duban("resolution", "done", "LH-0001", "--text", "已装好", "--as", "leader-n", check=False)
    assert held.returncode != 0 and "无此权限" in held.stdout + held.stderr
    town.duban("resolution", "done", "LH-0001", "--text", "已装好", "--as", "leader-s")
    town.settle()
    assert "LH-0001" not in town.duban("agenda").stdout
    whole = town.duban("resolutions", "LH-0001").stdout
    assert "办结" in whole and "已装好" in whole and "厂家缺货" in whole


def test_row_27_bad_input_names_the_field(working):
    town = working
    refused = town.duban("resolve", "协调围挡", "--as", "lead", check=False)
    assert refused.returncode == 2 and "--owner" in refused.stderr
    for entry, field in ((acts.pb.Entry(resolution=acts.pb.Resolution(owner="leader-n")), "resolution.matter"),
                         (acts.pb.Entry(resolution=acts.pb.Resolution(matter="围挡")), "resolution.owner"),
                         (acts.pb.Entry(remark=acts.pb.Remark(text="抓紧")), "remark.case"),
                         (acts.pb.Entry(stop_left=acts.pb.StopLeft(site="GATE-1")), "stop_left.reason")):
        with pytest.raises(Exception) as refusal:
            town.submit(entry, by="lead")
        assert field in str(refusal.value), field


def said_of(town, *arguments):
    done = town.duban(*arguments, check=False)
    assert done.returncode != 0
    return done.stdout + done.stderr


def test_row_27_what_is_over_already_is_said_of_the_resolution(working):
    town = working
    for _ in range(2):
        town.duban("resolve", "协调围挡二十块", "--owner", "leader-n", "--as", "lead")
    town.duban("resolution", "done", "LH-0001", "--text", "已装好", "--as", "leader-n")
    town.duban("resolution", "take-back", "LH-0002", "--text", "不用了", "--as", "lead")
    for number, zh, en in (("LH-0001", "这个决定已经办结", "the resolution is done already"),
                           ("LH-0002", "这个决定已经收回", "the resolution has been taken back already")):
        said = said_of(town, "resolution", "done", number, "--text", "已装好", "--as", "leader-n")
        assert zh in said and en in said and "销号" not in said and "the case" not in said, said


def test_row_27_it_was_cancelled_by_the_entry_that_took_it_back(working):
    """In the second in which it was resolved."""
    town = working
    town.enter(acts.pb.Entry(resolution=acts.pb.Resolution(matter="协调围挡", owner="leader-n")), by="lead")
    back = acts.pb.ResolutionStep(resolution=acts.pb.SubjectReference(number="LH-0001"), act=acts.pb.RESOLUTION_ACT_TAKEN_BACK, text="不用了")
    sequence = town.enter(acts.pb.Entry(resolution_step=back), by="lead")
    (fact,) = town.facts(town.subject_row("LH-0001").subject.id, "resolution_taken_back")
    (resolved,) = town.facts(town.subject_row("LH-0001").subject.id, "resolved")
    assert (fact.entry_sequence, fact.at_s) == (sequence, resolved.at_s) and resolved.entry_sequence < sequence
    rows = json.loads(town.duban("--json", "explain", "--why-not", "LH-0001").stdout)["rows"]
    cancelled = [row for row in rows if row.get("reason") == "cancelled"]
    assert cancelled and {row["entrySequence"] for row in cancelled} == {str(sequence)}
    page = town.duban("resolutions", "LH-0001").stdout
    assert "此前已发出的不受影响" in page and "what had gone before stands" in page


@pytest.mark.parametrize("letters, listing", [
    ("TS", "complaints"), ("DS", "watches"), ("GL", "isolations"), ("XT", "coordinations"), ("YJ", "referrals"), ("JB", "alerts"),
    ("HD", "campaigns"), ("LH", "resolutions"),
])
def test_a_number_that_is_none_names_the_listing_of_its_ledger(working, letters, listing):
    said = said_of(working, "explain", "--why-not", f"{letters}-0077")
    assert f"请用 duban {listing} --all 查编号" in said and f"duban {listing} --all lists them" in said, said
    working.duban(listing, "--all")


def test_row_28_whom_a_remark_is_for_is_called_the_addressee(working):
    said = said_of(working, "remark", "抓紧", "--day", "2020-02-11", "--to", "nobody", "--as", "lead")
    assert "没有账号“nobody”" in said and "there is no account" in said and "什么也没有提交" in said, said
    path = working.directory / "remark.json"                              # as an app submits it, which asks nobody first
    path.write_text(json.dumps({"remark": {"text": "抓紧", "site": "GATE-1", "addressee": "nobody"}}), encoding="utf-8")
    said = said_of(working, "submit", str(path), "--as", "lead")
    assert "收件人 nobody 没有登记" in said and "addressee nobody is not registered" in said and "责任人" not in said, said


def test_row_28_a_remark_is_told_and_stays_with_its_case(working):
    town = working
    town.visit("COUR-1", fails=["DS-01"])
    town.duban("remark", "请街道出面协调物业", "--case", "DB-0001", "--as", "lead")
    town.settle()
    assert "【批示】东街快递点：DB-0001 请街道出面协调物业（专班组长）。" in text_of(town, "remark", "insp-n", "zh")
    assert "请街道出面协调物业" in town.duban("case", "DB-0001").stdout
    for text in ("明日全体上岗", "带好测温枪", "夜里查工地"):
        town.duban("remark", text, "--day", "2020-02-11", "--as", "lead")
    town.settle()
    listed = town.duban("remarks").stdout
    assert "请街道出面协调物业" in listed and "明日全体上岗" in listed
    town.until("2020-02-11 20:30")
    page = town.duban("summary").stdout
    assert "批示（专班组长）：明日全体上岗" in page and "批示 DB-0001（专班组长）：请街道出面协调物业" in page
    assert text_of(town, "evening_summary", "lead", "zh").endswith("；批示：明日全体上岗；带好测温枪等3条。")
    refused = town.duban("remark", "抓紧", "--as", "lead", check=False)
    assert refused.returncode == 2 and "--case" in refused.stderr


def test_row_27_what_is_overdue_in_any_ledger_is_named_and_what_is_due_soon_is_told_apart(working):
    town = working
    town.visit("COUR-1", fails=["DS-01"])
    town.enter(acts.urgent(site="GATE-1"), by="insp-n")
    town.until("2020-02-11 20:30")
    page = town.duban("agenda").stdout
    assert "隔离确认、转诊反馈逾期" in page and "JB-0001" in page     # one line for both duties of one alert
    assert "confirmation of the isolation, answer to the referral overdue" in page
    said = text_of(town, "evening_summary", "lead", "zh")
    assert "其他逾期1项" in said and "JB-0001 东里东门（隔离确认、转诊反馈逾期）" in said
    assert said.count("JB-0001") == 1 and "等" not in said.split("；计划未查")[0]
    told = shown(town, "summary")["meeting"]["figures"]
    assert int(told["otherOverdue"]) == 1 == int(told["agenda"])
    town.until("2020-02-12 07:50")     # less than a quarter of its 24 hours is left: yellow
    assert "；即将到期：DB-0001" in text_of(town, "morning_brief", "lead", "zh")
    assert "due soon: DB-0001" in text_of(town, "morning_brief", "lead", "en")
    assert "临近到期" in town.duban("agenda").stdout


def test_row_49_at_15_00_groups_that_are_behind_are_told_of(working):
    town = working
    town.visit("COUR-1", passes=["CR-03"])
    town.until("2020-02-11 15:00")
    assert "计划4处，已查1处，剩余3处：进度落后" in text_of(town, "coverage_low", "leader-n", "zh")
    assert "还没有开始" in text_of(town, "coverage_low", "leader-s", "zh")
    assert len([row for row in town.notices(recipient="lead", kind="coverage_low") if is_of(row, "2020-02-11")]) == 2
