"""A visit is entered by a command, as a clerk would: what is asked there, answers, photos (rows 30, 31, 36, 68)."""
import hashlib
import json

import entry_pb2 as pb
import photos
import pytest
import query_pb2 as query
import state_pb2 as state
from acts import t


@pytest.fixture
def town(settled):
    return settled("2020-02-10 10:00")


def run(town, *arguments, by="operator", code=0):
    done = town.duban(*arguments, "--as", by, check=False)
    assert done.returncode == code, f"{arguments}: {done.returncode}\n{done.stdout}\n{done.stderr}"
    return done.stdout + done.stderr


def last_report(town):
    return [record.entry.report for record in town.journal() if record.entry.WhichOneof("body") == "report"][-1]


@pytest.fixture
def photo(tmp_path):
    path = tmp_path / "gate.jpg"
    path.write_bytes(photos.jpeg("the gate", 2000))
    return path


def test_row_31_each_item_is_answered_by_itself_and_a_fail_opens_its_case(town, photo):
    said = run(town, "visit", "GATE-1", "GT-01=合格", "GT-03=不合格:排队没有间隔", "GT-06=na", "--photo", photo, by="insp-n")
    assert "DB-0001" in said and "opened at level" in said
    case = town.case("GATE-1", "GT-03")
    assert case.state == state.CASE_STATE_RECTIFYING and case.finding == "排队没有间隔"
    said = run(town, "items", "--site", "GATE-1")
    assert "DB-0001" in next(line for line in said.splitlines() if line.startswith("GT-03"))


def test_row_30_the_photo_goes_by_name_size_and_digest(town, photo):
    run(town, "visit", "GATE-1", "GT-01=pass", "--photo", f"GT-01={photo}", by="insp-n")
    (evidence,) = last_report(town).evidence
    assert (evidence.name, evidence.size_bytes, evidence.item, evidence.here) == ("gate.jpg", photo.stat().st_size, "GT-01", True)
    assert evidence.sha256 == hashlib.sha256(photo.read_bytes()).digest()


def test_row_30_what_is_no_photo_is_not_taken_for_one(town, tmp_path):
    table = tmp_path / "名单.jpg"
    table.write_bytes(b"code,name\n" * 100)
    done = town.duban("visit", "GATE-1", "GT-01=pass", "--photo", table, "--as", "insp-n", check=False)
    assert done.returncode == 1 and "名单.jpg 不是照片：只收 JPEG" in done.stderr and "is no photo" in done.stderr, done.stderr
    assert not town.rows("rules", visits=query.VisitsQuery(site="GATE-1"))


def test_row_30_a_revisit_without_a_photo_is_no_pass_and_says_so(town, photo):
    run(town, "visit", "GATE-1", "GT-03=fail", by="insp-n")
    run(town, "claim", "DB-0001", by="site-gate-1")
    town.jump("2020-02-10 15:00")
    said = run(town, "visit", "GATE-1", "GT-03=pass", "--purpose", "revisit", by="insp-n2")
    assert "照片" in said and town.case("GATE-1", "GT-03").passes == 0
    run(town, "visit", "GATE-1", "GT-03=pass", "--purpose", "复查", "--photo", photo, by="insp-n2")
    assert town.case("GATE-1", "GT-03").passes == 1


def test_row_30_a_pass_that_lacks_its_photo_is_said_and_marked_where_no_case_is_open(town, photo):
    def line():
        return run(town, "--lang", "zh", "visits", "COUR-1").splitlines()[-1]

    said = run(town, "visit", "COUR-1", "DS-01=pass", by="insp-n")
    assert "DS-01 答合格要 1 张照片，这次带了 0 张" in said and "a pass of DS-01 needs photos (1, has 0)" in said, said
    assert "合格缺照片 1 项" in line(), line()
    assert "passes without photo: 1" in " ".join(run(town, "--lang", "en", "visits", "COUR-1").split())
    town.jump("2020-02-10 11:00")
    said = run(town, "visit", "COUR-1", "DS-01=pass", "--photo", f"DS-01={photo}", by="insp-n")
    assert "答合格要" not in said, said
    assert run(town, "visits", "COUR-1").count("合格缺照片") == 1


def test_row_36_an_observation_has_its_start_and_end(town):
    run(town, "complaint", "enter", "--site", "GATE-1", "--matter", "GT-03", "--text", "出入无序", by="clerk")
    town.jump("2020-02-10 11:00")
    run(town, "visit", "GATE-1", "GT-03=pass", "--purpose", "observation", "--start", "2020-02-10T10:30", "--end", "2020-02-10T10:55",
        by="insp-n")
    report = last_report(town)
    assert (report.started_at_ms, report.device_time_ms) == (t("2020-02-10 10:30"), t("2020-02-10 10:55"))
    run(town, "complaint", "result", "TS-0001", "不属实", "--text", "秩序良好", "--office", "控违办", by="insp-n")
    assert town.quarantine() == []


def test_row_68_what_nobody_may_skip_is_asked_before_anything_is_sent(town):
    said = run(town, "visit", "DORM-1", "CS-02=pass=6", by="insp-n", code=2)
    assert "必答 SD-01" in said and "SD-01=not-checked" in said and "什么也没有提交" in said
    said = run(town, "items", "--site", "DORM-1")
    assert "必答" in next(line for line in said.splitlines() if line.startswith("SD-01"))
    run(town, "visit", "DORM-1", "CS-02=pass=6", "SD-01=pass", by="insp-n")
    assert [answer.number_milli for answer in last_report(town).answers] == [6000, 0]


def test_nobody_met_is_neither_pass_nor_fail(town):
    run(town, "visit", "COUR-1", "--purpose", "revisit", "--attempted", "--text", "关门", by="insp-n")
    assert last_report(town).outcome == pb.VISIT_OUTCOME_ATTEMPTED


def test_the_clerk_enters_a_visit_for_whoever_was_there(town):
    run(town, "visit", "COUR-1", "DS-01=pass", "--reporter", "insp-n", by="clerk")
    report = last_report(town)
    assert report.reporter == "insp-n" and report.entered_for and town.quarantine() == []


@pytest.mark.parametrize("words, says", [
    (("GATE-7", "GT-01=pass"), ("GATE-1", "nothing was submitted")),
    (("GATE-1", "GT-10=pass"), ("GT-01", "duban items")),
    (("GATE-1", "GT-01=perfect"), ("not-checked", "未检查")),
    (("GATE-1",), ("duban items --site GATE-1", "--attempted")),
])
def test_a_slip_of_the_pen_is_told_before_it_is_an_entry(town, words, says):
    before = town.ingest_status().last_sequence
    done = town.duban("visit", *words, "--as", "insp-n", check=False)
    assert done.returncode in (1, 2) and all(text in done.stderr for text in says), done.stderr
    assert town.ingest_status().last_sequence == before


def test_while_rules_is_silent_a_visit_goes_in_unlooked_at_and_says_so(town):
    before = town.ingest_status().last_sequence
    town.stop("rules")
    done = town.duban("--timeout", "1", "visit", "GATE-1", "GT-01=pass", "--as", "insp-n", check=False)
    assert "已入账" in done.stdout and "照交" in done.stderr and "neither the site" in done.stderr, done
    assert "什么也没有提交" not in done.stderr and town.ingest_status().last_sequence == before + 1
    town.start("rules")
    town.settle()
    assert last_report(town).site == "GATE-1" and town.quarantine() == []


def test_items_of_a_kind_and_of_everything(town):
    gate = json.loads(town.duban("items", "--kind", "GATE", "--json").stdout)["rows"]
    everything = json.loads(town.duban("items", "--json").stdout)["rows"]
    assert len(everything) == 53 and 5 < len(gate) < 53
    assert {row["code"] for row in gate} <= {row["code"] for row in everything}
    done = town.duban("items", "--kind", "GATES", check=False)
    assert done.returncode == 1 and "GATE" in done.stderr and "did you mean GATE?" in done.stderr


def test_status_counts_what_is_open_and_overdue_of_each_kind(town):
    run(town, "visit", "GATE-1", "GT-03=fail", by="insp-n")
    run(town, "visit", "COUR-1", "DS-01=fail", by="insp-n")
    run(town, "complaint", "enter", "--site", "GATE-1", "--matter", "GT-03", "--text", "出入无序", by="clerk")
    run(town, "urgent", "report", "--site", "COUR-1", by="insp-n")
    town.until("2020-02-12 10:00")
    rows = {row["kind"]: (row["open"], row["overdue"]) for row in json.loads(town.duban("status", "--json").stdout)["open"]}
    assert rows == {"DB": (2, 2), "TS": (1, 1), "XT": (0, 0), "YJ": (0, 0), "JB": (1, 1), "DS": (1, 0), "GL": (0, 0),
                    "HD": (0, 0), "LH": (0, 0)}
    said = town.duban("status").stdout
    assert "未结事项" in said and "逾期" in said


def test_row_42_entrances_are_typed_by_name_and_state_in_either_language(town):
    run(town, "visit", "GATE-1", "GT-01=pass", "--entrances", "东门=有人看守，西门=closed,南门=有问题：围挡倒了", by="insp-n")
    assert [(entrance.name, entrance.state, entrance.note) for entrance in last_report(town).entrances] == [
        ("东门", pb.ENTRANCE_STATE_OPEN_MANNED, ""), ("西门", pb.ENTRANCE_STATE_CLOSED, ""),
        ("南门", pb.ENTRANCE_STATE_PROBLEM, "围挡倒了")]
    assert "南门" in town.case("GATE-1", "GT-04").finding
    before = last_report(town)
    for wrong, told in (("东门", "东门=有人看守"), ("东门=开着", "manned"), ("东门=有问题", "冒号"), ("=closed", "名称")):
        assert told in run(town, "visit", "GATE-1", "GT-01=pass", "--entrances", wrong, by="insp-n", code=2)
    assert "出入口" in run(town, "visit", "GATE-1", "--attempted", "--entrances", "东门=closed", by="insp-n", code=2)
    assert last_report(town) == before, "nothing was submitted"


def test_row_21_posts_and_volunteers_are_typed_in_either_language(town):
    run(town, "visit", "GATE-1", "GT-02=pass", "--posts", "东门岗/早班=有人值守，东门岗/夜班=unmanned", "--volunteers", "3", by="insp-n")
    report = last_report(town)
    assert [(post.post, post.shift, post.manned) for post in report.posts] == [
        ("东门岗", "早班", pb.MANNING_MANNED), ("东门岗", "夜班", pb.MANNING_UNMANNED)]
    assert report.volunteers == 3 and "夜班" in town.case("GATE-1", "GT-01").finding
    for wrong, told in (("东门岗", "夜班"), ("东门岗=在", "manned"), ("=manned", "岗位")):
        assert told in run(town, "visit", "GATE-1", "GT-02=pass", "--posts", wrong, by="insp-n", code=2)
    assert "岗位" in run(town, "visit", "GATE-1", "--attempted", "--posts", "东门岗=manned", by="insp-n", code=2)
    assert last_report(town) == report, "nothing was submitted"


def test_row_54_returnees_are_counted_behind_the_result(town):
    run(town, "visit", "COUR-1", "RT-01=合格=12/11/3:台账齐全", by="insp-n")
    counts = last_report(town).answers[0].returnees
    assert (counts.returnees, counts.isolated, counts.due_to_end) == (12, 11, 3)
    assert town.case("COUR-1", "RT-01").level == "A"
    for wrong in ("12/11", "12/11/3/1", "a/b/c", "99999999999999999999/1/1"):
        assert "12/12/3" in run(town, "visit", "COUR-1", f"RT-01=pass={wrong}", by="insp-n", code=2)
